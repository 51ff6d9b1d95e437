"""Candidates for an item, gathered in a fixed number of reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from handover_core.handover.facts import ONE_DAY
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import CLOSED_STATES, WORK_RECORDS, HandoverItem
from handover_core.handover.receiving.rules import Candidate, Suggestion, ranked
from handover_core.organization.kinds import EMPLOYEE, POSITION
from handover_core.organization.model import Assignment, Capacity, Employee, EmployeeStatus
from handover_core.organization.queries import holders, leave_of
from handover_core.organization.rules import is_qualified
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import OPEN_STATUSES, WorkRecord
from handover_core.storage import Eq, In, Not, UnitOfWork, all_of

RELATED = 500
"""How many records about the same area or counterparty are looked at."""


def suggestions(unit: UnitOfWork, item_id: str, today: date) -> tuple[Suggestion, ...]:
    """Return who could receive an item, the best first; neither the giver nor the supervisor is among them."""
    item = unit.repository(HANDOVER_ITEM).get(item_id)
    case = unit.repository(HANDOVER).get(item.handover_id)
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    start = max(departure.last_day + ONE_DAY, today)
    held = holders(unit, [item.position_id] if item.position_id else [], start)
    areas, parties = _related(unit, item)
    giver = unit.repository(EMPLOYEE).get(case.giver_id)
    people = _people(unit, giver, {each.employee_id for each in held} | set(areas) | set(parties))
    able = {id_: each for id_, each in people.items() if id_ not in {case.giver_id, case.supervisor_id}}
    loads = _loads(unit, able)
    leave = leave_of(unit, able, today)
    qualified = _qualified(unit, item, held, able, start)
    backups = {each.employee_id for each in held if each.capacity is Capacity.BACKUP}
    return ranked(
        Candidate(
            person_id=id_,
            number=person.number,
            name=person.name,
            qualified=id_ in qualified,
            backup=id_ in backups,
            area=areas[id_],
            counterparty=parties[id_],
            load=loads[id_],
            absent=person.status is not EmployeeStatus.ACTIVE or any(d.contains(today) for d in leave.get(id_, ())),
        )
        for id_, person in able.items()
    )


def _people(unit: UnitOfWork, giver: Employee, ids: Iterable[str]) -> Mapping[str, Employee]:
    colleagues = unit.repository(EMPLOYEE).list(Eq("unit_id", giver.unit_id)) if giver.unit_id else []
    found = {**{each.id: each for each in colleagues}, **unit.repository(EMPLOYEE).get_many(ids)}
    return {id_: each for id_, each in found.items() if each.status is not EmployeeStatus.LEFT}


def _related(unit: UnitOfWork, item: HandoverItem) -> tuple[Counter[str], Counter[str]]:
    """Count for each person the records about the area, and those with the counterparty, of the item's own record."""
    record = unit.repository(WORK_RECORD).peek(item.source.id) if item.category in WORK_RECORDS else None
    if record is None:
        return Counter(), Counter()
    records = unit.repository(WORK_RECORD)
    area = [] if record.area is None else records.list(Eq("area", record.area), limit=RELATED)
    party = [] if record.counterparty is None else records.list(Eq("counterparty", record.counterparty), limit=RELATED)
    return _workers(area, record), _workers(party, record)


def _workers(found: Iterable[WorkRecord], besides: WorkRecord) -> Counter[str]:
    return Counter(id_ for each in found if each.id != besides.id for id_ in {each.owner_id, each.author_id})


def _loads(unit: UnitOfWork, people: Mapping[str, Employee]) -> Counter[str]:
    ids = tuple(people)
    mine = all_of(In("owner_id", ids), In("status", tuple(OPEN_STATUSES)))
    records = unit.repository(WORK_RECORD).group("owner_id", where=mine)
    coming = all_of(In("receiver_id", ids), Not(In("state", tuple(CLOSED_STATES))))
    items = unit.repository(HANDOVER_ITEM).group("receiver_id", where=coming)
    loads: Counter[str] = Counter()
    for found in (records, items):
        for (id_,), count in found.items():
            loads[str(id_)] += count
    return loads


def _qualified(
    unit: UnitOfWork, item: HandoverItem, held: Iterable[Assignment], people: Mapping[str, Employee], day: date
) -> set[str]:
    position = unit.repository(POSITION).peek(item.position_id)
    description = None if position is None else position.on(day)
    if description is None:
        return set()
    held = list(held)
    return {id_ for id_, person in people.items() if is_qualified(person, description, held, day).qualified}
