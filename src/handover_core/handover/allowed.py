"""Which commands of this room an actor may give about something now, from the guards that refuse."""

from __future__ import annotations

from datetime import date

from handover_core.actor import Actor
from handover_core.guards import allowed, unknown_kind
from handover_core.handover import queries, rules
from handover_core.handover.clearance import rules as clearance
from handover_core.handover.departing import rules as departing
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.questions import rules as questions
from handover_core.handover.questions.queries import question_facts
from handover_core.organization.kinds import ASSIGNMENT, COMPANY, EMPLOYEE
from handover_core.policy import Policy
from handover_core.storage import UnitOfWork

KINDS = frozenset(
    kind.name for kind in (COMPANY, EMPLOYEE, ASSIGNMENT, DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION)
)
"""The kinds about which this room has commands."""


def allowed_here(unit: UnitOfWork, actor: Actor, policy: Policy, today: date, kind: str, id_: str) -> tuple[str, ...]:
    """Return the names of the commands; raise `NotFound`, and `InvalidInput` for a kind without commands here."""
    if kind == COMPANY.name:
        return allowed(rules.COMPANY_ACTIONS, actor, unit.repository(COMPANY).get(id_), today)
    if kind == EMPLOYEE.name:
        return allowed(departing.EMPLOYEE_ACTIONS, actor, queries.leaver_facts(unit, id_), today)
    if kind == ASSIGNMENT.name:
        return allowed(departing.ASSIGNMENT_ACTIONS, actor, queries.custody_facts(unit, id_), today)
    if kind == DEPARTURE.name:
        actions = (*departing.DEPARTURE_ACTIONS, *clearance.ACTIONS)
        return allowed(actions, actor, queries.settling_facts(unit, id_, policy)[0], today)
    if kind == HANDOVER.name:
        case = unit.repository(HANDOVER).get(id_)
        return allowed(rules.CASE_ACTIONS, actor, queries.case_facts(unit, case, policy), today)
    if kind == HANDOVER_ITEM.name:
        return allowed(rules.ITEM_ACTIONS, actor, queries.item_facts(unit, id_, today, policy), today)
    if kind == HANDOVER_QUESTION.name:
        return allowed(questions.ACTIONS, actor, question_facts(unit, id_, today), today)
    raise unknown_kind(kind)
