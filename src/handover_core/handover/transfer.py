"""What really moves: ownership at verification, positions and authorities at the departure's effective day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from attrs import evolve

from handover_core.handover.facts import ONE_DAY, leaving_holdings
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import (
    MOVES,
    WORK_RECORDS,
    AuthorityGrant,
    Category,
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverItem,
    ItemState,
)
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, ORG_UNIT, POSITION
from handover_core.organization.model import (
    Assignment,
    Authority,
    Capacity,
    Employee,
    EmployeeStatus,
    Position,
    PositionStatus,
)
from handover_core.organization.rules import WORKING_CAPACITIES, ended, is_qualified
from handover_core.organization.service import assign
from handover_core.policy import Policy
from handover_core.procedures.kinds import SOP_RUN
from handover_core.procedures.model import RunState
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import Eq, In, UnitOfWork, all_of
from handover_core.values import DateRange

_NOBODY = Employee(id="", number="", name="", status=EmployeeStatus.LEFT)
HELD = frozenset({Category.DUTY, Category.CAPTURE, Category.SOP, Category.AUTHORITY, Category.REPORT})


def move(
    unit: UnitOfWork, item: HandoverItem, departure: Departure, policy: Policy, today: date
) -> AuthorityGrant | None:
    """Move what a verified item stands for to its receiver; return how far an authority reaches.

    An open record or run changes its owner now. What comes with a position stays where it is until the departure
    takes effect: a receiver who does not hold the position gets it as interim custodian from the day after.
    """
    receiver_id = str(item.receiver_id)
    if item.category in WORK_RECORDS:
        record = unit.repository(WORK_RECORD).get(item.source.id)
        if record.is_open:
            unit.repository(WORK_RECORD).change(record, owner_id=receiver_id)
    elif item.category is Category.RUN:
        run = unit.repository(SOP_RUN).get(item.source.id)
        if run.state is RunState.RUNNING:
            unit.repository(SOP_RUN).change(run, owner_id=receiver_id)
    elif item.source.kind == ORG_UNIT.name:
        if departure.state is DepartureState.EFFECTIVE:
            _make_head(unit, item.source.id, departure.employee_id, receiver_id)
    elif item.category in HELD and item.position_id is not None:
        return _hold(unit, item, departure, policy, today)
    return None


def _hold(
    unit: UnitOfWork, item: HandoverItem, departure: Departure, policy: Policy, today: date
) -> AuthorityGrant | None:
    start = max(departure.last_day + ONE_DAY, today)
    position = unit.repository(POSITION).get(str(item.position_id))
    person = unit.repository(EMPLOYEE).get(str(item.receiver_id))
    mine = unit.repository(ASSIGNMENT).list(all_of(Eq("employee_id", person.id), Eq("position_id", position.id)))
    grant = _granted(item, person, position, mine, start, policy)
    custodian(unit, person, position, mine, start, policy)
    return grant


def custodian(
    unit: UnitOfWork, person: Employee, position: Position, mine: list[Assignment], start: date, policy: Policy
) -> Assignment | None:
    """Make somebody interim custodian (临时接管) of a position from ``start``, unless they do its job then already.

    A backup (B角) who takes over becomes custodian too: otherwise nobody would do the job.
    """
    description = position.on(start)
    active = description is not None and description.status is PositionStatus.ACTIVE
    if not active or any(works(each, start) for each in mine):
        return None
    end = start + timedelta(days=policy.interim_days)
    later = [
        each.effective.start for each in mine if each.capacity is Capacity.CUSTODIAN and each.effective.start > start
    ]
    return assign(
        unit,
        Assignment(
            id=unit.new_id(), employee_id=person.id, position_id=position.id, capacity=Capacity.CUSTODIAN,
            effective=DateRange(start, min([end, *later])),
        ),
        person,
    )  # fmt: skip


def works(assignment: Assignment, day: date) -> bool:
    """Tell whether somebody does a job on ``day`` and goes on doing it."""
    lasting = assignment.effective.end is None or assignment.effective.end > day + ONE_DAY
    return assignment.capacity in WORKING_CAPACITIES and assignment.effective.contains(day) and lasting


def not_held(unit: UnitOfWork, items: Iterable[HandoverItem], departure: Departure, today: date) -> list[HandoverItem]:
    """Return the verified items that came with a position in which their receiver does not work afterwards."""
    start = max(departure.last_day + ONE_DAY, today)
    verified = [
        each for each in items if each.state is ItemState.VERIFIED and each.category in HELD and each.position_id
    ]
    places = unit.repository(POSITION).get_many({each.position_id for each in verified})
    found = unit.repository(ASSIGNMENT).list(In("position_id", tuple(places)))
    people = unit.repository(EMPLOYEE).get_many({each.receiver_id for each in verified})
    kept = {
        (each.employee_id, each.position_id)
        for each in found
        if works(each, start) and people.get(each.employee_id, _NOBODY).status is not EmployeeStatus.LEFT
    }
    return [
        each
        for each in verified
        if (each.receiver_id, each.position_id) not in kept and _active(places[str(each.position_id)], start)
    ]


def _active(position: Position, day: date) -> bool:
    description = position.on(day)
    return description is not None and description.status is PositionStatus.ACTIVE


def move_custodians(
    unit: UnitOfWork, items: Iterable[HandoverItem], former: date, last_day: date, policy: Policy
) -> None:
    """Let the interim custodians that verified items made begin after the new last day instead of the former one."""
    for each in _custodians(unit, items, former + ONE_DAY):
        start = last_day + ONE_DAY
        unit.repository(ASSIGNMENT).change(
            each, effective=DateRange(start, start + timedelta(days=policy.interim_days))
        )


def give_back(unit: UnitOfWork, items: Iterable[HandoverItem], departure: Departure) -> None:
    """Undo what verified items moved: open records and runs return to the giver, custodians never begin."""
    every = [each for each in items if each.state is ItemState.VERIFIED]
    receivers = {each.source.id: each.receiver_id for each in every}
    records, runs = unit.repository(WORK_RECORD), unit.repository(SOP_RUN)
    for record in records.get_many(each.source.id for each in every if each.category in WORK_RECORDS).values():
        if record.is_open and record.owner_id == receivers[record.id]:
            records.change(record, owner_id=departure.employee_id)
    for run in runs.get_many(each.source.id for each in every if each.category is Category.RUN).values():
        if run.state is RunState.RUNNING and run.owner_id == receivers[run.id]:
            runs.change(run, owner_id=departure.employee_id)
    for each in _custodians(unit, every, departure.last_day + ONE_DAY):
        unit.repository(ASSIGNMENT).save(ended(each, each.effective.start))


def _custodians(unit: UnitOfWork, items: Iterable[HandoverItem], start: date) -> list[Assignment]:
    """Return the assignments as custodian, from ``start`` on, that verified items made."""
    held = {
        (each.receiver_id, each.position_id)
        for each in items
        if each.state is ItemState.VERIFIED and each.category in HELD and each.position_id is not None
    }
    where = all_of(In("position_id", tuple({place for _, place in held if place})), Eq("starts_on", start))
    return [
        each
        for each in unit.repository(ASSIGNMENT).list(where)
        if each.capacity is Capacity.CUSTODIAN and (each.employee_id, each.position_id) in held
    ]


def release_waived(unit: UnitOfWork, items: Iterable[HandoverItem], case: Handover) -> None:
    """Give open records, runs and units of waived items to the supervisor, who let that be: somebody must own them."""
    waived = [each for each in items if each.state is ItemState.WAIVED]
    records = unit.repository(WORK_RECORD)
    for record in records.get_many(each.source.id for each in waived if each.category in WORK_RECORDS).values():
        if record.is_open and record.owner_id == case.giver_id:
            records.change(record, owner_id=case.supervisor_id)
    for item in waived:
        if item.source.kind == ORG_UNIT.name:
            _make_head(unit, item.source.id, case.giver_id, case.supervisor_id)
    runs = unit.repository(SOP_RUN)
    for run in runs.get_many(each.source.id for each in waived if each.category is Category.RUN).values():
        if run.state is RunState.RUNNING and run.owner_id == case.giver_id:
            runs.change(run, owner_id=case.supervisor_id)


def _granted(
    item: HandoverItem, person: Employee, position: Position, mine: list[Assignment], start: date, policy: Policy
) -> AuthorityGrant | None:
    description = position.on(start)
    if item.category is not Category.AUTHORITY or description is None:
        return None
    authority = _authority(description.authorities, item)
    lasting = [each for each in mine if each.capacity is not Capacity.CUSTODIAN]
    if is_qualified(person, description, lasting, start).qualified:
        return AuthorityGrant(full=True, limit=None if authority is None else authority.limit)
    limit = None if authority is None else authority.interim_limit
    return AuthorityGrant(full=False, limit=limit, until=start + timedelta(days=policy.interim_days) - ONE_DAY)


def _authority(authorities: tuple[Authority, ...], item: HandoverItem) -> Authority | None:
    return next((each for each in authorities if item.source.part == f"authority:{each.key}"), None)


def take_effect(unit: UnitOfWork, departure: Departure) -> Departure:
    """End the employment, or for a move the assignments left, after the last day; doing it again changes nothing."""
    if departure.state is DepartureState.EFFECTIVE:
        return departure
    after = departure.last_day + ONE_DAY
    for holding in leaving_holdings(unit, departure, departure.last_day):
        end = holding.assignment.effective.end
        if end is None or end > after:
            unit.repository(ASSIGNMENT).save(ended(holding.assignment, after))
    person = unit.repository(EMPLOYEE).get(departure.employee_id)
    unit.repository(EMPLOYEE).save(_after(person, departure))
    _hand_units(unit, departure)
    if departure.kind not in MOVES:
        _end_the_rest(unit, person.id, after)
    return unit.repository(DEPARTURE).change(departure, state=DepartureState.EFFECTIVE)


def _hand_units(unit: UnitOfWork, departure: Departure) -> None:
    """Let the receivers of verified items head the units that the leaver headed; the others follow at verification."""
    cases = unit.repository(HANDOVER).list(Eq("departure_id", departure.id))
    where = all_of(
        In("handover_id", tuple(case.id for case in cases)), Eq("category", Category.REPORT),
        Eq("state", ItemState.VERIFIED),
    )  # fmt: skip
    for item in unit.repository(HANDOVER_ITEM).list(where):
        if item.source.kind == ORG_UNIT.name:
            _make_head(unit, item.source.id, departure.employee_id, str(item.receiver_id))


def _make_head(unit: UnitOfWork, unit_id: str, former_id: str, head_id: str) -> None:
    found = unit.repository(ORG_UNIT).peek(unit_id)
    if found is not None and found.head_id == former_id:
        unit.repository(ORG_UNIT).change(found, head_id=head_id)


def _after(person: Employee, departure: Departure) -> Employee:
    if departure.kind is DepartureKind.LONG_LEAVE:
        return evolve(person, status=EmployeeStatus.ON_LONG_LEAVE)
    if departure.kind in MOVES:
        return person
    return evolve(person, status=EmployeeStatus.LEFT, left_on=departure.last_day)


def _end_the_rest(unit: UnitOfWork, employee_id: str, after: date) -> None:
    """End backups and trainee places too, and what would only have begun after the last day."""
    assignments = unit.repository(ASSIGNMENT)
    for each in assignments.list(Eq("employee_id", employee_id)):
        if each.effective.end is None or each.effective.end > after:
            assignments.save(ended(each, after))
