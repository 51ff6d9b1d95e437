"""How a case begins and how its list is derived, inside whatever unit of work asks for it."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from handover_core.desk import Desk
from handover_core.errors import AlreadyExists, Contention, Refused
from handover_core.handover import planning, refusals, rules
from handover_core.handover.derivation import Planned, derive
from handover_core.handover.facts import backups, gather
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import Departure, Handover, Origin
from handover_core.handover.planning import Plan, PlanContext
from handover_core.handover.standing import CaseFacts
from handover_core.organization.guarding import guard_company
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import EmployeeStatus
from handover_core.organization.queries import leave_of, manager_of
from handover_core.policy import Without
from handover_core.storage import Eq, UnitOfWork


def opened(
    unit: UnitOfWork,
    desk: Desk,
    departure: Departure,
    supervisor_id: str | None,
    default_receiver_id: str | None,
    origin: Origin | None = None,
) -> Handover:
    """Store the case of a departure with its derived list and return it.

    Raises `Refused` where nobody may supervise or receive, `NotFound`.
    """
    today = desk.today(unit)
    employees = unit.repository(EMPLOYEE)
    giver = employees.get(departure.employee_id)
    leader = supervisor_id or manager_of(unit, giver.id, min(today, departure.last_day))
    if leader is None:
        raise Refused(refusals.NO_SUPERVISOR)
    if leader == giver.id:
        raise Refused(refusals.SUPERVISOR_IS_GIVER)
    rules.check_present(employees.get(leader))
    case = Handover(
        id=unit.new_id(), code=_new_code(unit), departure_id=departure.id, giver_id=giver.id, supervisor_id=leader,
        opened_on=min(today, departure.last_day), default_receiver_id=default_receiver_id, origin=origin,
    )  # fmt: skip
    if default_receiver_id is not None:
        rules.check_receiver(CaseFacts(case=case, departure=departure), employees.get(default_receiver_id))
    return rederived(unit, desk, _numbered(unit, case), departure)[0]


def _numbered(unit: UnitOfWork, case: Handover) -> Handover:
    """Store a case; raise `Contention`, after which the unit runs again, where somebody took its code at this moment."""
    try:
        return unit.repository(HANDOVER).add(case)
    except AlreadyExists as error:
        raise Contention from error


def _new_code(unit: UnitOfWork) -> str:
    """Return the next free code of a case: it stands on every item and in many texts, so it says nothing of the leaver."""
    guard_company(unit)
    cases = unit.repository(HANDOVER)
    number = cases.count() + 1
    while cases.by(code=f"H{number:04d}") is not None:
        number += 1
    return f"H{number:04d}"


def rederived(unit: UnitOfWork, desk: Desk, case: Handover, departure: Departure) -> tuple[Handover, Plan]:
    """Derive the list of a case, store the difference and return both; where there is none nothing is stored."""
    items = unit.repository(HANDOVER_ITEM)
    planned = derived(unit, departure, desk.today(unit))
    present = items.list(Eq("handover_id", case.id))
    leave = leave_of(unit, [case.giver_id], case.opened_on)
    context = PlanContext(
        policy=desk.policy, calendar=Without(desk.calendar, leave.get(case.giver_id, ())), last_day=departure.last_day,
        receivers=_receivers(unit, case, departure, planned), new_id=unit.new_id, now=unit.now,
    )  # fmt: skip
    changes = planning.plan(case, present, planned, context)
    for item in (*changes.changed, *changes.obsolete, *changes.stale):
        items.save(item)
    items.add_many(changes.added)
    numbered = evolve(case, last_item=case.last_item + len(changes.added), derived_on=desk.today(unit))
    return (case if changes.empty else unit.repository(HANDOVER).save(numbered)), changes


def derived(unit: UnitOfWork, departure: Departure, today: date) -> tuple[Planned, ...]:
    """Return the list of a departure as its records stand."""
    return derive(gather(unit, departure, today))


def _receivers(unit: UnitOfWork, case: Handover, departure: Departure, planned: tuple[Planned, ...]) -> dict[str, str]:
    """Return for each position who else stands for it and may receive: the first by number."""
    places = {each.position_id for each in planned if each.position_id is not None}
    named = backups(unit, places, departure)
    people = unit.repository(EMPLOYEE).get_many(each.employee_id for found in named.values() for each in found)
    chosen: dict[str, str] = {}
    for place, found in named.items():
        able = [
            people[each.employee_id]
            for each in found
            if each.employee_id != case.supervisor_id and people[each.employee_id].status is EmployeeStatus.ACTIVE
        ]
        if able:
            chosen[place] = min(able, key=lambda person: person.number).id
    return chosen
