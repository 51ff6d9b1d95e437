"""Which position a newcomer takes up, and who stands around it: predecessors, backups, the manager."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import evolve, frozen

from handover_core.dossier.gathering import holder, name_of
from handover_core.dossier.model import Holder, Post, QualificationCheck
from handover_core.dossier.refusals import NO_POSITION, NOT_DESCRIBED
from handover_core.errors import Refused
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, POSITION
from handover_core.organization.model import (
    Assignment,
    Capacity,
    Employee,
    EmployeeStatus,
    OrgUnit,
    Position,
    PositionVersion,
    Qualification,
)
from handover_core.organization.queries import holders
from handover_core.organization.rules import WORKING_CAPACITIES, is_qualified, missing_qualifications
from handover_core.storage import Eq, UnitOfWork

_RANK = {capacity: rank for rank, capacity in enumerate(Capacity)}
_GOING = frozenset({EmployeeStatus.LEAVING, EmployeeStatus.LEFT})
STANDING_IN = (Capacity.CUSTODIAN,)


@frozen(kw_only=True)
class Place:
    """A person's position as it is taken up: the assignment (None where only a code was named), and its description."""

    person: Employee
    position: Position
    description: PositionVersion
    day: date
    assignment: Assignment | None = None
    history: tuple[Assignment, ...] = ()
    holders: Mapping[str, Employee]


def place_of(unit: UnitOfWork, number: str, position_code: str | None, today: date) -> Place:
    """Return the place for which the pack is made: the position named, else the one taken up last; five reads.

    Raises `NotFound` for an unknown number or code, `Refused` where there is no position or no description of it.
    """
    person = unit.repository(EMPLOYEE).named(number=number)
    mine = unit.repository(ASSIGNMENT).list(Eq("employee_id", person.id))
    if position_code is None:
        assignment = _taken_up_last(mine, today)
        if assignment is None:
            raise Refused(NO_POSITION, name=person.name, day=today)
        position = unit.repository(POSITION).get(assignment.position_id)
    else:
        position = unit.repository(POSITION).named(code=position_code)
        assignment = _taken_up_last([each for each in mine if each.position_id == position.id], today)
    day = today if assignment is None else max(today, assignment.effective.start)
    description = position.on(day)
    if description is None:
        raise Refused(NOT_DESCRIBED, code=position.code, day=day)
    history = tuple(unit.repository(ASSIGNMENT).list(Eq("position_id", position.id)))
    return Place(
        person=person, position=position, description=description, day=day, assignment=assignment, history=history,
        holders=unit.repository(EMPLOYEE).get_many(each.employee_id for each in history),
    )  # fmt: skip


def _taken_up_last(assignments: Iterable[Assignment], today: date) -> Assignment | None:
    valid = [
        each
        for each in assignments
        if not each.effective.empty and (each.effective.end is None or each.effective.end > today)
    ]
    return max(valid, key=lambda each: (each.effective.start, -_RANK[each.capacity], each.id), default=None)


def post_of(place: Place, units: Mapping[str, OrgUnit]) -> Post:
    """Return the position as it stands in the pack, with what the person still lacks on the day."""
    person, description, mine = place.person, place.description, place.assignment
    held = None if mine is None else holder(mine)
    answer = is_qualified(person, description, place.history, place.day)
    return Post(
        position_id=place.position.id,
        code=place.position.code,
        unit=name_of(units, description.unit_id),
        description=description,
        capacity=None if held is None else held.capacity,
        since=None if held is None else held.since,
        until=None if held is None else held.until,
        needs_sign_off=answer.needs_sign_off,
        qualifications=tuple(
            QualificationCheck(qualification=each, held=_holds(person, each, place.day))
            for each in description.qualifications
        ),
    )


def _holds(person: Employee, need: Qualification, day: date) -> bool:
    return not missing_qualifications(person.qualifications, (evolve(need, mandatory=True),), day)


def predecessors(place: Place) -> tuple[Holder, ...]:
    """Return who did the job before: the last incumbent who is gone or going, and who stood in since then.

    Colleagues who go on working in the same position are no predecessors.
    """
    begins = place.day if place.assignment is None else place.assignment.effective.start
    others = [
        each
        for each in place.history
        if each.employee_id != place.person.id
        and each.capacity in WORKING_CAPACITIES
        and each.effective.start <= begins
        and not each.effective.empty
        and _gives_up(each, place)
    ]
    regular = max((each for each in others if each.capacity not in STANDING_IN), key=_ends, default=None)
    since = date.min if regular is None else regular.effective.start
    stood_in = [each for each in others if each.capacity in STANDING_IN and each.effective.start >= since]
    found = [
        *([] if regular is None else [regular]),
        *sorted(stood_in, key=lambda each: (each.effective.start, each.id)),
    ]
    return tuple(holder(each) for each in found)


def _gives_up(assignment: Assignment, place: Place) -> bool:
    person = place.holders.get(assignment.employee_id)
    return assignment.effective.end is not None or (person is not None and person.status in _GOING)


def _ends(assignment: Assignment) -> tuple[date, date, str]:
    return assignment.effective.end or date.max, assignment.effective.start, assignment.id


def backups_of(place: Place) -> tuple[str, ...]:
    """Return the ids of the backups (B角) on the day, the person aside."""
    return tuple(
        each.employee_id
        for each in sorted(place.history, key=lambda each: (each.effective.start, each.id))
        if each.capacity is Capacity.BACKUP
        and each.employee_id != place.person.id
        and each.effective.contains(place.day)
    )


def managers_of(unit: UnitOfWork, place: Place, units: Mapping[str, OrgUnit]) -> tuple[str, ...]:
    """Return the ids of those who work in the position reported to, else the nearest head of unit above; one read."""
    line = place.description.reports_to_id
    above = holders(unit, () if line is None else (line,), place.day)
    working = [each for each in above if each.capacity in WORKING_CAPACITIES and each.employee_id != place.person.id]
    found = tuple(dict.fromkeys(each.employee_id for each in _in_order(working)))
    if found:
        return found
    head = _head(units, place.description.unit_id or place.person.unit_id, place.person.id)
    return () if head is None else (head,)


def _in_order(assignments: Sequence[Assignment]) -> list[Assignment]:
    return sorted(assignments, key=lambda each: (_RANK[each.capacity], each.effective.start, each.id))


def _head(units: Mapping[str, OrgUnit], unit_id: str | None, besides: str) -> str | None:
    seen: set[str] = set()
    while unit_id is not None and unit_id in units and unit_id not in seen:
        seen.add(unit_id)
        head = units[unit_id].head_id
        if head is not None and head != besides:
            return head
        unit_id = units[unit_id].parent_id
    return None
