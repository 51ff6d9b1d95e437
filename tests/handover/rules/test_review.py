"""What a review says, to whom, and that it says it once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from handover.rules.cases import MONDAY, acceptance, at, day, item, span
from handover_core.handover.clearance.rules import clearance
from handover_core.handover.model import (
    Departure,
    DepartureKind,
    Handover,
    HandoverFinding,
    HandoverQuestion,
    HandoverState,
    Settled,
)
from handover_core.handover.review.rules import Found, Watched, new_findings, unfit, whose_turn
from handover_core.handover.review.texts import FINDINGS, RUNG_LABELS, say_finding
from handover_core.handover.watch.rules import Rung
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import CHINA, CN, Deadline
from handover_core.policy.deadlines import Meaning
from handover_core.policy.presets import Settlement
from handover_core.texts import Lang, Text
from handover_core.values import DateRange

CASE = Handover(id="h", code="0017", departure_id="d", giver_id="g", supervisor_id="s", opened_on=MONDAY)
LEAVING = Departure(id="d", employee_id="g", kind=DepartureKind.RESIGNATION, notice_on=MONDAY, last_day=day(11))
HOLDERS = {Rung.GIVER: "g", Rung.MANAGER: "s", Rung.HR: "hr", Rung.OWNER: "o"}
RULE = Text("article 37", "第37条")


def watched(today: int = 0, *, away: tuple[int, int] | None = None, **more: Any) -> Watched:
    given: dict[str, Any] = {
        "case": CASE, "departure": LEAVING, "items": (), "giver_gone": False, "holders": HOLDERS, "people": {}, "leave": {},
        "questions": (), "asked_on": {}, "deadlines": (), "said": (), **more,
    }  # fmt: skip
    given.setdefault("clearance", clearance(given["departure"], given["items"], CN))
    return Watched(span=span(today, away=away), **given)


def said(found: Found, number: int = 0) -> HandoverFinding:
    return HandoverFinding(
        id=f"f{number}", handover_id="h", code=found.code, mark=found.mark, found_on=MONDAY, to_id=found.to_id,
        since=found.since, params=found.params, rungs=found.rungs,
    )  # fmt: skip


def codes(seen: Watched) -> list[str]:
    return [each.code for each in new_findings(seen, CHINA)]


def only(seen: Watched, code: str) -> Found:
    return next(each for each in new_findings(seen, CHINA) if each.code == code)


def words(found: Found, lang: Lang = Lang.EN) -> str:
    return say_finding(said(found), lang)


def test_a_quiet_case_gives_no_reason_to_say_anything() -> None:
    assert [] == codes(watched(items=(item(1, due=5, receiver_id="r"),)))
    assert [] == codes(watched(20))


def test_a_stall_reaches_the_rungs_one_after_the_other() -> None:
    items = (item(1, receiver_id="r"),)
    first = only(watched(4, items=items), "stall")
    assert ("g", ("giver",), MONDAY, f"stall:{MONDAY}:giver") == (first.to_id, first.rungs, first.since, first.mark)
    assert ("0017: nothing was verified for 4 working days since 2 March 2026 (2 are allowed). Rung: giver.") == words(
        first
    )
    assert "督办级别：移交人" in words(first, Lang.ZH)
    assert "stall" not in codes(watched(4, items=items, said=(said(first),)))
    later = [each for each in new_findings(watched(7, items=items, said=(said(first),)), CHINA) if each.code == "stall"]
    assert [("manager",)] == [each.rungs for each in later]
    assert ["s"] == [each.to_id for each in later]


def test_progress_resets_the_ladder() -> None:
    """A verified step begins a new silence: the giver is told again, for another stall."""
    first = only(watched(4, items=(item(1, receiver_id="r"),)), "stall")
    items = (item(1, verified=4, receiver_id="r"), item(2, receiver_id="r"))
    again = only(watched(11, items=items, said=(said(first),)), "stall")
    assert (("giver",), day(4)) == (again.rungs[:1], again.since)


def test_the_outlook_goes_to_the_supervisor_once_for_each_last_day() -> None:
    items = tuple(item(n, weight=5, due=2, receiver_id="r") for n in range(7))
    found = only(watched(10, items=items), "outlook")
    assert ("s", f"outlook:at_risk:{day(11)}") == (found.to_id, found.mark)
    assert "35 points open, 2 working days left, projected –" in words(found)
    assert "C-000, C-001, C-002, C-003, C-004" == dict(found.params)["codes"]
    assert "有风险" in words(found, Lang.ZH)
    gone = only(watched(14, items=items), "outlook")
    assert "unreachable" in gone.mark


def test_an_overdue_item_is_said_to_whoever_has_to_act() -> None:
    found = only(watched(6, items=(item(1, due=4, receiver_id="r"),)), "overdue")
    assert ("g", f"overdue:C-001:{day(4)}") == (found.to_id, found.mark)
    assert "C-001 was due on 6 March 2026 and is to be briefed." == words(found)
    assert "待交底" in words(found, Lang.ZH)
    assert "overdue" not in codes(watched(6, items=(item(1, due=6, receiver_id="r"),)))
    assert "overdue" not in codes(watched(6, items=(item(1, due=4, verified=5, receiver_id="r"),)))


@pytest.mark.parametrize(
    ("state", "gone", "turn"),
    [
        ("planned", False, "g"), ("planned", True, "s"), ("returned", False, "g"), ("returned", True, "s"),
        ("briefed", False, "r"), ("stale", True, "r"), ("accepted", False, "s"),
    ],
)  # fmt: skip
def test_whose_turn_it_is(state: str, gone: bool, turn: str) -> None:
    seen = watched(giver_gone=gone)
    assert turn == whose_turn(item(1, state=state, receiver_id="r", acceptance=acceptance()), seen)
    assert "s" == whose_turn(item(1, state=state), seen)
    assert "v" == whose_turn(item(1, state="accepted", receiver_id="r", verifier_id="v"), seen)


def test_an_item_without_a_receiver_is_said_again_after_another_refusal() -> None:
    found = only(watched(items=(item(1),)), "no_receiver")
    assert ("s", "no_receiver:C-001:0", "C-001 has no receiver.") == (found.to_id, found.mark, words(found))
    assert ["no_receiver", "no_receiver"] == codes(watched(items=(item(1), item(2))))


def person(status: EmployeeStatus = EmployeeStatus.ACTIVE) -> dict[str, Employee]:
    return {"r": Employee(id="r", number="0024", name="R", status=status)}


@pytest.mark.parametrize("status", [each for each in EmployeeStatus if each is not EmployeeStatus.ACTIVE])
def test_a_receiver_who_cannot_see_it_through_is_named(status: EmployeeStatus) -> None:
    seen = watched(items=(item(1, due=5, receiver_id="r"),), people=person(status))
    found = only(seen, "receiver")
    assert ("s", f"receiver:C-001:r:{status}") == (found.to_id, found.mark)
    assert "The receiver of C-001" in words(found)


def test_leave_matters_where_it_covers_today_and_the_due_day() -> None:
    due = item(1, due=5, receiver_id="r")
    for days, reason in (((0, 6), "on_leave"), ((0, 5), None), ((1, 6), None)):
        leave = {"r": (DateRange(day(days[0]), day(days[1])),)}
        assert reason == unfit(due, watched(people=person(), leave=leave))
    whole = {"r": (DateRange(MONDAY, day(12)),)}
    assert "on_leave" == unfit(item(1, receiver_id="r"), watched(people=person(), leave=whole))
    assert unfit(due, watched(people=person())) is None
    assert unfit(due, watched()) is None


def question(**more: Any) -> HandoverQuestion:
    given = {"to_id": "b", **more}
    return HandoverQuestion(
        id="q", handover_id="h", item_id="i1", asked_by_id="r", asked_at=at(0), question="why?", **given
    )


def test_a_question_waits_two_working_days() -> None:
    more = {"items": (item(1, due=9, receiver_id="r"),), "asked_on": {"q": MONDAY}}
    assert "question" not in codes(watched(2, questions=(question(),), **more))
    found = only(watched(3, questions=(question(),), **more), "question")
    assert ("b", "question:q:b") == (found.to_id, found.mark)
    assert "A question about C-001 waits since 2 March 2026." == words(found)
    assert "s" == only(watched(3, questions=(question(to_id=None),), **more), "question").to_id
    assert "question" not in codes(watched(3, questions=(question(answer="so"),), **more))


def test_after_the_last_day_what_is_open_is_counted() -> None:
    items = (item(1, receiver_id="r"), item(2, receiver_id="r"), item(3, verified=9))
    assert "still_open" not in codes(watched(11, items=items))
    found = only(watched(12, items=items), "still_open")
    assert "2 items are open" in words(found)
    assert "still_open" not in codes(watched(12, items=(item(3, verified=9),)))


def deadline(rule: str, due: date, meaning: Meaning, *, settles: str | None = None, confirmed: bool = True) -> Deadline:
    return Deadline(
        rule=rule,
        citation=RULE,
        says=RULE,
        meaning=meaning,
        since=MONDAY,
        due=due,
        confirmed=confirmed,
        settles=settles,
    )


def test_a_last_day_before_the_end_of_notice_is_said_to_hr() -> None:
    found = only(watched(deadlines=(deadline("x", day(12), Meaning.EARLIEST),)), "notice_short")
    assert ("hr", f"notice_short:{day(11)}") == (found.to_id, found.mark)
    assert "The last day 13 March 2026 comes before the end of notice, 14 March 2026 (article 37)." == words(found)
    assert "（第37条）" in words(found, Lang.ZH)
    assert [] == codes(watched(deadlines=(deadline("x", day(11), Meaning.EARLIEST),)))
    nobody = {**HOLDERS, Rung.HR: None}
    assert (
        "s"
        == only(watched(deadlines=(deadline("x", day(12), Meaning.EARLIEST),), holders=nobody), "notice_short").to_id
    )


def test_a_date_that_is_not_certain_is_said() -> None:
    found = only(watched(deadlines=(deadline("x", day(40), Meaning.UNTIL, confirmed=False),)), "unconfirmed")
    assert ("hr", f"unconfirmed:x:{day(40)}") == (found.to_id, found.mark)
    assert "not certain" in words(found)


def test_what_is_due_and_not_settled_is_said_also_when_the_case_is_over() -> None:
    wages = deadline("w", day(11), Meaning.DUE, settles="wages")
    done = evolve(CASE, state=HandoverState.COMPLETED)
    found = only(watched(11, case=done, deadlines=(wages,)), "settlement")
    assert ("hr", "settlement:wages") == (found.to_id, found.mark)
    assert "final wages was due on 13 March 2026 (article 37)." == words(found)
    assert "结清工资" in words(found, Lang.ZH)
    assert [] == codes(watched(10, case=done, deadlines=(wages,)))
    paid = evolve(LEAVING, settled=(Settled(what=Settlement.WAGES, on=day(11), by_id="hr"),))
    assert [] == codes(watched(11, case=done, departure=paid, deadlines=(wages,)))
    for other in (
        evolve(wages, meaning=Meaning.UNTIL), evolve(wages, settles=None), evolve(wages, settles="compensation"),
    ):  # fmt: skip
        assert [] == codes(watched(11, case=done, deadlines=(other,)))


def test_a_closed_case_has_nothing_but_its_papers() -> None:
    done = evolve(CASE, state=HandoverState.COMPLETED)
    assert [] == codes(watched(20, case=done, items=(item(1, due=1),)))


def test_saying_it_again_says_nothing() -> None:
    items = (item(1, due=1), item(2, due=1, receiver_id="r"))
    seen = watched(14, items=items, people=person(EmployeeStatus.LEFT))
    first = new_findings(seen, CHINA)
    again = evolve(seen, said=tuple(said(each, n) for n, each in enumerate(first)))
    assert 6 < len(first)
    assert () == new_findings(again, CHINA)
    assert {each.code for each in first} < set(FINDINGS)
    assert set(RUNG_LABELS) == set(Rung)


def test_an_unknown_finding_and_unknown_words_are_shown_as_they_are() -> None:
    strange = HandoverFinding(id="f", handover_id="h", code="later", mark="m", found_on=MONDAY)
    assert "later" == say_finding(strange, Lang.EN)
    odd = evolve(strange, code="receiver", params=(("code", "C-1"), ("reason", "elsewhere")))
    assert "The receiver of C-1 elsewhere; name another." == say_finding(odd, Lang.EN)
