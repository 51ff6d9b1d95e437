"""The table of who may what, held against every guard for every relation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from handover.rules.cases import MONDAY, acceptance, briefing, day, item
from handover_core.actor import SYSTEM, Actor, Role
from handover_core.handover import rules
from handover_core.handover.clearance import rules as clearance
from handover_core.handover.departing import rules as departing
from handover_core.handover.model import (
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverQuestion,
    Route,
)
from handover_core.handover.questions import rules as questions
from handover_core.handover.standing import (
    CaseFacts,
    CustodyFacts,
    DepartureFacts,
    ItemFacts,
    LeaverFacts,
    QuestionFacts,
)
from handover_core.handover.who_may import RIGHTS, WHO_LABELS, Right, Who, page
from handover_core.organization.model import Assignment, Capacity, Employee, EmployeeStatus
from handover_core.policy.presets import Settlement
from handover_core.values import DateRange

ACTORS = {
    Who.GIVER: Actor("giver", (Role.EMPLOYEE,)),
    Who.RECEIVER: Actor("receiver", (Role.EMPLOYEE,)),
    Who.SUPERVISOR: Actor("supervisor", (Role.EMPLOYEE,)),
    Who.VERIFIER: Actor("verifier", (Role.EMPLOYEE,)),
    Who.ASKED: Actor("asked", (Role.EMPLOYEE,)),
    Who.ASKER: Actor("receiver", (Role.EMPLOYEE,)),
    Who.PERSON: Actor("giver", (Role.EMPLOYEE,)),
    Who.MANAGER: Actor("m", (Role.MANAGER,)),
    Who.HR: Actor("h", (Role.HR,)),
    Who.OWNER: Actor("o", (Role.OWNER,)),
    Who.APPROVER: Actor("a", (Role.APPROVER,)),
}
STRANGER = Actor("stranger", (Role.EMPLOYEE, Role.AUDITOR))
LAST = day(11)
PERSON = Employee(id="giver", number="0017", name="Key")
LEAVING = Departure(id="d", employee_id="giver", kind=DepartureKind.RESIGNATION, notice_on=MONDAY, last_day=LAST)
CASE = Handover(id="h", code="0017", departure_id="d", giver_id="giver", supervisor_id="supervisor", opened_on=MONDAY)
FACTS = CaseFacts(case=CASE, departure=LEAVING)
BRIEFED = item(1, state="briefed", receiver_id="receiver", briefings=(briefing(),))
ACCEPTED = item(1, state="accepted", receiver_id="receiver", briefings=(briefing(),), acceptance=acceptance("receiver"))
REFUSED = evolve(FACTS, case=evolve(CASE, giver_refuses_since=MONDAY))
QUESTION = HandoverQuestion(
    id="q", handover_id="h", item_id="i1", asked_by_id="receiver", asked_at=briefing().at, question="?", to_id="asked"
)
CUSTODY = Assignment(id="x", employee_id="c", position_id="p", capacity=Capacity.CUSTODIAN, effective=DateRange(MONDAY))
AWAY = DepartureFacts(
    departure=evolve(LEAVING, kind=DepartureKind.LONG_LEAVE, state=DepartureState.EFFECTIVE),
    person=evolve(PERSON, status=EmployeeStatus.ON_LONG_LEAVE),
)


def about_item(chosen: Any, facts: CaseFacts = FACTS) -> ItemFacts:
    return ItemFacts(item=chosen, facts=facts, receiver=Employee(id="receiver", number="1", name="R"))


TARGETS: dict[str, Any] = {
    "review": None,
    "announce": LeaverFacts(person=PERSON),
    "hand_to_successor": CustodyFacts(assignment=CUSTODY, person=Employee(id="c", number="1", name="C")),
    "end_leave": AWAY,
    "settle": DepartureFacts(departure=LEAVING, person=PERSON, settleable=(Settlement.WAGES,)),
    "brief": about_item(item(1, receiver_id="receiver"), REFUSED),
    "accept": about_item(BRIEFED),
    "decline": about_item(BRIEFED),
    "take_over": about_item(ACCEPTED),
    "return_item": about_item(ACCEPTED),
    "answer": QuestionFacts(question=QUESTION, case=CASE),
    "pass_question": QuestionFacts(question=QUESTION, case=CASE, onward=Route(to_id="z", because="author")),
}
DEFAULTS = {
    "departure": DepartureFacts(departure=LEAVING, person=PERSON),
    "case": FACTS,
    "item": about_item(ACCEPTED),
}
TABLES = {
    "company": rules.COMPANY_ACTIONS, "employee": departing.EMPLOYEE_ACTIONS, "assignment": departing.ASSIGNMENT_ACTIONS,
    "departure": (*departing.DEPARTURE_ACTIONS, *clearance.ACTIONS), "case": rules.CASE_ACTIONS, "item": rules.ITEM_ACTIONS,
    "question": questions.ACTIONS,
}  # fmt: skip


def may(right: Right, actor: Actor) -> bool:
    action = next(each for each in TABLES[right.about] if each.name == right.command)
    target = TARGETS[right.command] if right.command in TARGETS else DEFAULTS[right.about]
    if right.command == "verify" and actor.id == "verifier":
        target = evolve(target, item=evolve(ACCEPTED, verifier_id="verifier"))
    return action.guard(actor, target, LAST) is None


@pytest.mark.parametrize("right", RIGHTS, ids=lambda right: right.command)
def test_whoever_stands_in_the_table_may_and_nobody_else(right: Right) -> None:
    """A relation that means nothing for this command is that of a stranger, who may nothing."""
    expected = {ACTORS[who].id for who in right.who}
    assert expected == {actor.id for actor in ACTORS.values() if may(right, actor)}
    assert not may(right, STRANGER)


@pytest.mark.parametrize("right", RIGHTS, ids=lambda right: right.command)
def test_a_program_holds_every_role_and_no_relation(right: Right) -> None:
    roles = {Who.MANAGER, Who.HR, Who.OWNER, Who.APPROVER}
    assert may(right, SYSTEM) == bool(roles & set(right.who))


def test_the_table_is_complete() -> None:
    assert {(right.about, right.command) for right in RIGHTS} == {
        (about, action.name) for about, actions in TABLES.items() for action in actions
    }
    assert set(WHO_LABELS) == set(Who)


def test_the_page_in_the_documentation_is_the_table() -> None:
    """``python tools/make_who_may.py`` writes it."""
    assert page() == (Path(__file__).parents[3] / "docs" / "who-may.md").read_text(encoding="utf-8")
