"""Questions people ask about the organization; each is answered for a day, from a fixed number of reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from attrs import frozen

from handover_core.organization.conformance import Establishment
from handover_core.organization.kinds import ABSENCE, ASSIGNMENT, EMPLOYEE, ORG_UNIT, POSITION
from handover_core.organization.model import Assignment, Employee, Holding, OrgUnit, Position, Report
from handover_core.organization.rules import WORKING_CAPACITIES
from handover_core.storage import Criterion, Eq, Gt, In, IsNull, Le, Or, Order, UnitOfWork, all_of
from handover_core.values import DateRange


def holding_on(day: date) -> Criterion:
    """Return the criterion for assignments that hold on ``day``."""
    found = all_of(Le("starts_on", day), Or((IsNull("ends_on"), Gt("ends_on", day))))
    assert found is not None  # noqa: S101 - two parts were given
    return found


def holdings(unit: UnitOfWork, employee_id: str, day: date) -> list[Holding]:
    """Return what a person holds on ``day``, in whatever capacity."""
    found = unit.repository(ASSIGNMENT).list(all_of(Eq("employee_id", employee_id), holding_on(day)))
    return _described(unit, found, day)


def _described(unit: UnitOfWork, assignments: Sequence[Assignment], day: date) -> list[Holding]:
    positions = unit.repository(POSITION).get_many(each.position_id for each in assignments)
    every = [(each, positions[each.position_id]) for each in assignments if each.position_id in positions]
    return [
        Holding(assignment=each, position=position, description=description)
        for each, position in every
        if (description := position.on(day)) is not None
    ]


def holders(unit: UnitOfWork, position_ids: Iterable[str], day: date) -> list[Assignment]:
    """Return the assignments to any of the positions that hold on ``day``."""
    return unit.repository(ASSIGNMENT).list(all_of(In("position_id", tuple(position_ids)), holding_on(day)))


def reports_of(unit: UnitOfWork, position_ids: Iterable[str], day: date, *, besides: str | None = None) -> list[Report]:
    """Return the people whose position reports to one of the positions on ``day``, other than ``besides``."""
    superiors = set(position_ids)
    if not superiors:
        return []
    below: dict[str, tuple[Position, str]] = {}
    # The column holds the latest description's superior; a day before it took effect needs the description itself.
    for position in unit.repository(POSITION).list():
        description = position.on(day)
        if description is not None and description.reports_to_id in superiors:
            below[position.id] = position, str(description.reports_to_id)
    working = [each for each in holders(unit, below, day) if each.capacity in WORKING_CAPACITIES]
    people = unit.repository(EMPLOYEE).get_many(each.employee_id for each in working)
    return [
        Report(employee=people[each.employee_id], position=below[each.position_id][0], superior_id=below[each.position_id][1])
        for each in working
        if each.employee_id != besides and each.employee_id in people
    ]  # fmt: skip


def leave_of(unit: UnitOfWork, employee_ids: Iterable[str | None], since: date) -> dict[str, tuple[DateRange, ...]]:
    """Return the leave that people have booked from ``since`` on, by their ids."""
    wanted = tuple({id_ for id_ in employee_ids if id_ is not None})
    where = all_of(In("employee_id", wanted), Or((IsNull("ends_on"), Gt("ends_on", since))))
    found: dict[str, list[DateRange]] = {}
    for each in unit.repository(ABSENCE).list(where, order=Order("starts_on")):
        found.setdefault(each.employee_id, []).append(each.effective)
    return {id_: tuple(ranges) for id_, ranges in found.items()}


def manager_of(unit: UnitOfWork, employee_id: str, day: date) -> str | None:
    """Return the id of the person's manager on ``day``: who works in the position reported to, else the unit's head."""
    lines = [each.description.reports_to_id for each in holdings(unit, employee_id, day)
             if each.assignment.capacity in WORKING_CAPACITIES]  # fmt: skip
    above = holders(unit, [line for line in lines if line is not None], day)
    working = sorted((each for each in above if each.capacity in WORKING_CAPACITIES), key=lambda each: each.id)
    found = next((each.employee_id for each in working if each.employee_id != employee_id), None)
    return found or _head_of(unit, employee_id)


def _head_of(unit: UnitOfWork, employee_id: str) -> str | None:
    person = unit.repository(EMPLOYEE).get(employee_id)
    here = unit.repository(ORG_UNIT).peek(person.unit_id)
    while here is not None:
        if here.head_id not in {None, employee_id}:
            return here.head_id
        here = unit.repository(ORG_UNIT).peek(here.parent_id)
    return None


def establishment(unit: UnitOfWork, day: date) -> Establishment:
    """Return the whole organization on ``day``."""
    return Establishment(
        day=day,
        units={each.id: each for each in unit.repository(ORG_UNIT).stream()},
        positions={each.id: each for each in unit.repository(POSITION).stream()},
        employees={each.id: each for each in unit.repository(EMPLOYEE).stream()},
        assignments=tuple(unit.repository(ASSIGNMENT).stream()),
    )


@frozen(kw_only=True)
class ChartNode:
    """A unit in the chart: its people with their positions, and the units below it."""

    unit: OrgUnit
    people: tuple[tuple[Employee, Holding], ...]
    below: tuple[ChartNode, ...]


def chart(found: Establishment) -> tuple[ChartNode, ...]:
    """Return the units as trees, with everyone who works in a position of theirs on the day."""
    active = found.active
    by_unit: dict[str | None, list[tuple[Employee, Holding]]] = {}
    for each in found.assignments:
        description = active.get(each.position_id)
        person = found.employees.get(each.employee_id)
        if description is None or person is None or not each.effective.contains(found.day):
            continue
        holding = Holding(assignment=each, position=found.positions[each.position_id], description=description)
        by_unit.setdefault(description.unit_id, []).append((person, holding))
    below: dict[str | None, list[OrgUnit]] = {}
    for one in sorted(found.units.values(), key=lambda one: one.code):
        below.setdefault(one.parent_id if one.parent_id in found.units else None, []).append(one)

    def node(one: OrgUnit) -> ChartNode:
        people = sorted(by_unit.get(one.id, ()), key=lambda pair: (pair[1].position.code, pair[0].number))
        return ChartNode(unit=one, people=tuple(people), below=tuple(node(each) for each in below.get(one.id, ())))

    return tuple(node(one) for one in below.get(None, ()))
