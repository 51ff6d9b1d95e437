"""What a review looks at, in a fixed number of reads for each case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo

from handover_core.actor import Role
from handover_core.clock import day_in
from handover_core.handover import queries
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_FINDING, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import DepartureKind, Handover, HandoverState
from handover_core.handover.review.rules import Watched
from handover_core.handover.standing import CaseFacts
from handover_core.handover.watch.rules import Rung
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import EmployeeStatus
from handover_core.organization.queries import leave_of, manager_of
from handover_core.policy import Calendar, Policy
from handover_core.storage import Eq, Ge, Or, Order, UnitOfWork, all_of

AFTERMATH = timedelta(days=60)
"""How long after its completion a case is still reviewed: papers and payments fall due then."""

Keepers = Mapping[Role, tuple[str, ...]]
"""Who holds which role, by number."""


def to_review(unit: UnitOfWork, today: date) -> list[str]:
    """Return the ids of the cases to review: the open ones, and those completed lately."""
    lately = all_of(Eq("state", HandoverState.COMPLETED), Ge("completed_on", today - AFTERMATH))
    assert lately is not None  # noqa: S101 - two parts were given
    where = Or((Eq("state", HandoverState.OPEN), lately))
    return [case.id for case in unit.repository(HANDOVER).list(where, order=Order("code"))]


def keepers(unit: UnitOfWork) -> Keepers:
    """Return who is HR and who the owner; people who are leaving are not among them."""
    found: dict[Role, list[tuple[str, str]]] = {Role.HR: [], Role.OWNER: []}
    for person in unit.repository(EMPLOYEE).stream(Eq("status", EmployeeStatus.ACTIVE)):
        for role in found.keys() & set(person.roles):
            found[role].append((person.number, person.id))
    return {role: tuple(id_ for _, id_ in sorted(people)) for role, people in found.items()}


def watched(
    unit: UnitOfWork, case: Handover, roles: Keepers, today: date, *, policy: Policy, calendar: Calendar, zone: tzinfo
) -> Watched:
    """Return a case as a review sees it."""
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    items = tuple(unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case.id)))
    questions = tuple(unit.repository(HANDOVER_QUESTION).list(Eq("handover_id", case.id)))
    receivers = {item.receiver_id for item in items if not item.is_closed and item.receiver_id is not None}
    leave = leave_of(unit, [*receivers, case.giver_id], today)
    facts = CaseFacts(case=case, departure=departure, leave=leave.get(case.giver_id, ()))
    return Watched(
        case=case,
        departure=departure,
        items=items,
        span=queries.span_of(unit, case, departure, today, calendar),
        giver_gone=facts.gone(today),
        holders=_holders(unit, facts, roles, today),
        people=unit.repository(EMPLOYEE).get_many(receivers),
        leave=leave,
        questions=questions,
        asked_on={each.id: day_in(zone, each.asked_at) for each in questions},
        deadlines=queries.deadlines_of(unit, departure.id, policy, calendar),
        clearance=queries.settling_facts(unit, departure.id, policy)[1],
        said=tuple(unit.repository(HANDOVER_FINDING).list(Eq("handover_id", case.id))),
    )


def _holders(unit: UnitOfWork, facts: CaseFacts, roles: Keepers, today: date) -> Mapping[Rung, str | None]:
    case, departure = facts.case, facts.departure
    away = today > departure.last_day or departure.kind is DepartureKind.DEATH
    manager = manager_of(unit, case.giver_id, min(today, departure.last_day)) or case.supervisor_id
    return {
        Rung.GIVER: None if away else case.giver_id,
        Rung.MANAGER: manager,
        Rung.HR: _other(roles[Role.HR], case.giver_id),
        Rung.OWNER: _other(roles[Role.OWNER], case.giver_id),
    }


def _other(people: tuple[str, ...], besides: str) -> str | None:
    return next((id_ for id_ in people if id_ != besides), None)
