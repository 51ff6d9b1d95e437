"""Who suits an item best, and whom a question goes to."""

from __future__ import annotations

import pytest

from handover.rules.cases import MONDAY, at
from handover_core.actor import Actor, Role
from handover_core.handover.model import Handover, HandoverQuestion, Route
from handover_core.handover.questions import rules as questions
from handover_core.handover.receiving.rules import Candidate, ranked
from handover_core.handover.standing import QuestionFacts
from handover_core.handover.texts import ROUTE_LABELS, say_why
from handover_core.texts import Lang


def who(number: str, **more: object) -> Candidate:
    return Candidate(person_id=number, number=number, name=number, **more)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (who("9"), who("1", absent=True, qualified=True)),
        (who("9", qualified=True), who("1", backup=True, area=9)),
        (who("9", backup=True), who("1", area=9)),
        (who("9", area=1, load=50), who("1")),
        (who("9", counterparty=2), who("1", area=1)),
        (who("9", area=1, counterparty=1), who("1", area=1)),
        (who("9", load=1), who("1", load=2)),
        (who("1"), who("9")),
    ],
)
def test_what_counts_for_more(better: Candidate, worse: Candidate) -> None:
    assert [better.number, worse.number] == [each.number for each in ranked([worse, better])]
    assert [1, 2] == [each.place for each in ranked([worse, better])]


def test_the_reasons_are_said_in_both_languages() -> None:
    full = who("1", qualified=True, backup=True, area=3, counterparty=2, load=4, absent=True)
    reasons = ranked([full])[0].why
    assert (
        "qualified for the position; the backup; 3 records in the same area; 2 records with the same counterparty; "
        "away or leaving; 4 things open"
    ) == say_why(reasons, Lang.EN)
    assert "B角" in say_why(reasons, Lang.ZH)
    assert "0 things open" == say_why(ranked([who("1")])[0].why, Lang.EN)
    assert ("1", "1") == (ranked([who("1")])[0].person_id, ranked([who("1")])[0].name)


def test_a_question_goes_to_the_giver_first_and_to_the_supervisor_last() -> None:
    known = [Route(to_id=each, because=each) for each in reversed(questions.ORDER)]
    asked: list[str] = []
    while (found := questions.route(known, asked)) is not None:
        asked.append(found.to_id)
    assert [*questions.ORDER] == asked
    assert set(ROUTE_LABELS) == set(questions.ORDER)


def test_among_equals_the_id_decides() -> None:
    known = [Route(to_id=each, because=questions.BACKUP) for each in ("b", "a")]
    assert "a" == questions.route(known, ()).to_id
    assert questions.route(known, ("a", "b")) is None


def asked(**more: object) -> HandoverQuestion:
    given = {"to_id": "b", **more}
    return HandoverQuestion(
        id="q", handover_id="h", item_id="i", asked_by_id="r", asked_at=at(0), question="why?", **given
    )


def test_who_passed_a_question_on_is_not_asked_again() -> None:
    first = Route(to_id="b", because=questions.BACKUP)
    onward = Route(to_id="s", because=questions.SUPERVISOR)
    passed = questions.passed_on(asked(route=first), onward)
    assert ("s", onward, (first,)) == (passed.to_id, passed.route, passed.passed)
    assert {"r", "s", "b"} == questions.asked_before(passed)
    named = questions.passed_on(asked(), onward)
    assert (Route(to_id="b", because=questions.NAMED),) == named.passed
    assert () == questions.passed_on(asked(to_id=None), onward).passed
    again = questions.passed_on(passed, Route(to_id="z", because=questions.AUTHOR))
    assert (first, onward) == again.passed
    assert {"r"} == questions.asked_before(asked(to_id=None))


CASE = Handover(id="h", code="0017", departure_id="d", giver_id="g", supervisor_id="s", opened_on=MONDAY)
ONWARD = Route(to_id="z", because=questions.AUTHOR)


def said(
    name: str, actor: str, *roles: Role, question: HandoverQuestion | None = None, onward: Route | None = ONWARD
) -> str:
    facts = QuestionFacts(question=question or asked(), case=CASE, onward=onward)
    action = next(each for each in questions.ACTIONS if each.name == name)
    refusal = action.guard(Actor(actor, roles), facts, MONDAY)
    return "ok" if refusal is None else refusal.rule.code.removeprefix("handover.question.")


def test_who_answers() -> None:
    assert ["ok"] * 3 == [said("answer", each) for each in ("b", "g", "s")]
    assert ["not_asked"] * 2 == [said("answer", each) for each in ("r", "x")]
    assert ["ok", "ok"] == [said("answer", "x", role) for role in (Role.HR, Role.OWNER)]
    assert "not_asked" == said("answer", "x", Role.MANAGER)
    assert "answered" == said("answer", "b", question=asked(answer="because"))


def test_who_passes_a_question_on() -> None:
    assert ["ok"] * 3 == [said("pass_question", each) for each in ("b", "r", "s")]
    assert ["not_asked"] * 2 == [said("pass_question", each) for each in ("g", "x")]
    assert "ok" == said("pass_question", "x", Role.HR)
    assert "nobody_knows" == said("pass_question", "b", onward=None)
    assert "answered" == said("pass_question", "b", question=asked(answer="because"))
