"""Pure decisions about questions: whom one goes to, and who may answer it or pass it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve

from handover_core.actor import Actor
from handover_core.errors import Refused
from handover_core.guards import Action, first_refusal
from handover_core.handover import refusals as why
from handover_core.handover.model import HandoverQuestion, Route
from handover_core.handover.roles import KEEPERS
from handover_core.handover.standing import QuestionFacts

GIVER = "giver"
NAMED = "named"
BACKUP = "backup"
SOP_AUTHOR = "sop_author"
AUTHOR = "author"
PREVIOUS_HOLDER = "previous_holder"
SUPERVISOR = "supervisor"
"""Why somebody is thought to know, in the order in which they are asked; the supervisor is the last resort."""

ORDER = (NAMED, GIVER, BACKUP, SOP_AUTHOR, AUTHOR, PREVIOUS_HOLDER, SUPERVISOR)


def route(known: Iterable[Route], besides: Iterable[str]) -> Route | None:
    """Return who knows next: by the order above, then by id; nobody of ``besides``, and None where nobody is left."""
    barred = set(besides)
    able = [each for each in known if each.to_id not in barred]
    return min(able, key=lambda each: (ORDER.index(each.because), each.to_id), default=None)


def asked_before(question: HandoverQuestion) -> frozenset[str]:
    """Return everybody who need not be asked (again): who asks, who is asked now, and who passed it on."""
    people = {question.asked_by_id, question.to_id, *(each.to_id for each in question.passed)}
    return frozenset(each for each in people if each is not None)


def passed_on(question: HandoverQuestion, onward: Route) -> HandoverQuestion:
    """Return the question with the next person who may know; who was asked before stays on record."""
    former = question.route or (None if question.to_id is None else Route(to_id=question.to_id, because=NAMED))
    return evolve(
        question, to_id=onward.to_id, route=onward, passed=(*question.passed, *(() if former is None else (former,)))
    )


def _can_answer(actor: Actor, facts: QuestionFacts, _today: date) -> Refused | None:
    case, question = facts.case, facts.question
    knows = actor.id in {question.to_id, case.giver_id, case.supervisor_id} or actor.has(*KEEPERS)
    return first_refusal(
        None if question.answer is None else Refused(why.ANSWERED),
        None if knows else Refused(why.NOT_ASKED),
    )


def _can_pass(actor: Actor, facts: QuestionFacts, _today: date) -> Refused | None:
    case, question = facts.case, facts.question
    concerned = actor.id in {question.to_id, question.asked_by_id, case.supervisor_id} or actor.has(*KEEPERS)
    return first_refusal(
        None if question.answer is None else Refused(why.ANSWERED),
        None if concerned else Refused(why.NOT_ASKED),
        Refused(why.NOBODY_KNOWS) if facts.onward is None else None,
    )


ACTIONS = (Action("answer", _can_answer), Action("pass_question", _can_pass))
