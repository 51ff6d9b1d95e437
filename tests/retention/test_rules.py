"""What is due on a day follows from facts and from the schedule alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import Weekdays
from handover_core.policy.counting import Period
from handover_core.policy.keeping import Basis, Keeping, Schedule, Span
from handover_core.policy.presets.keeping import CN_KEEPING, GENERIC_KEEPING
from handover_core.retention import rules
from handover_core.retention.model import (
    CATEGORY_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
    Category,
    Due,
    Erasure,
    ErasureState,
    LegalHold,
    PersonFacts,
    StopCode,
    Verdict,
)
from handover_core.retention.texts import CODE_TEXTS, STOP_TEXTS
from handover_core.texts import Lang, Text

LEFT = date(2021, 6, 30)
CALENDAR = Weekdays()
HR = Actor("hr", frozenset((Role.HR,)))
OWNER = Actor("owner", frozenset((Role.OWNER,)))


def facts(**changes: object) -> PersonFacts:
    person = Employee(id="p", number="7", name="N", status=EmployeeStatus.LEFT, left_on=LEFT)
    return PersonFacts(**{"person": person, "present": frozenset(Category), **changes})  # type: ignore[arg-type]


def plan(on: date, **changes: object) -> dict[Category, Due]:
    return {each.category: each for each in rules.plan_of(facts(**changes), CN_KEEPING, on, CALENDAR)}


def hold(**changes: object) -> LegalHold:
    return LegalHold(**{"id": "h", "reason": "court", "placed_by_id": "hr", "placed_on": LEFT, **changes})  # type: ignore[arg-type]


def erasure(**changes: object) -> Erasure:
    given = {
        "id": "e", "subject_id": "p", "categories": tuple(Category), "whole": True, "reason": "asked",
        "requested_on": LEFT, "approver_id": "owner",
    }  # fmt: skip
    return Erasure(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        (date(2023, 6, 30), Verdict.KEEP),
        (date(2023, 7, 1), Verdict.MAY),
        (date(2024, 6, 30), Verdict.MAY),
        (date(2024, 7, 1), Verdict.DUE),
    ],
)
def test_a_file_is_kept_two_years_and_due_after_three(on: date, verdict: Verdict) -> None:
    """The last day of each period belongs to it (Labour Contract Law, article 50; the longest is policy)."""
    assert plan(on)[Category.EMPLOYEE_FILE].verdict is verdict


def test_accounting_records_count_from_the_end_of_the_year() -> None:
    """Thirty years from the end of the accounting year (Accounting Archives, article 14)."""
    found = plan(date(2051, 12, 31))[Category.ACCOUNTING]
    assert (found.keep_until, found.verdict) == (date(2051, 12, 31), Verdict.KEEP)
    assert plan(date(2052, 1, 1))[Category.ACCOUNTING].verdict is Verdict.MAY


def test_what_is_not_there_is_not_planned() -> None:
    """Only categories in which something is stored appear."""
    assert list(plan(LEFT, present=frozenset({Category.WORK}))) == [Category.WORK]


@pytest.mark.parametrize(
    ("changes", "stop"),
    [
        ({"person": Employee(id="p", number="7", name="N")}, StopCode.EMPLOYED),
        ({"person": Employee(id="p", number="7", name="N", status=EmployeeStatus.LEFT)}, StopCode.NO_DAY),
        ({"open_cases": ("HO-1",)}, StopCode.OPEN_CASE),
        ({"open_work": 2}, StopCode.OPEN_WORK),
        ({"holds": (hold(),)}, StopCode.HELD),
        ({"holds": (hold(employee_id="p", category=Category.WORK),)}, StopCode.HELD),
    ],
)
def test_each_thing_that_stops_an_erasure_is_named(changes: dict[str, object], stop: StopCode) -> None:
    """However old the records are."""
    found = plan(date(2040, 1, 1), **changes)[Category.WORK]
    assert found.verdict is Verdict.KEEP
    assert [each.code for each in found.stops] == [stop]
    for lang in Lang:
        assert "{" not in rules.said(found.stops[0]).say(lang)


def test_a_hold_of_another_person_or_category_or_one_that_was_released_stops_nothing() -> None:
    """Nor does open work stop the file itself."""
    others = (hold(employee_id="q"), hold(category=Category.ABSENCES), hold(released_on=LEFT))
    found = plan(date(2040, 1, 1), holds=others, open_work=1)
    assert found[Category.EMPLOYEE_FILE].verdict is Verdict.DUE
    assert found[Category.ABSENCES].verdict is Verdict.KEEP


def test_a_category_without_a_period_is_kept() -> None:
    """A host's own schedule may leave one out, or set no longest period."""
    span = Span(amount=1, period=Period.DAYS, basis=Basis.POLICY, citation=Text("own", "自定"))
    own = Schedule(name="own", version="1", keeping=(Keeping(category="work", least=span),))
    found = {each.category: each for each in rules.plan_of(facts(), own, date(2090, 1, 1), CALENDAR)}
    assert [each.code for each in found[Category.ABSENCES].stops] == [StopCode.NO_PERIOD]
    assert (found[Category.WORK].verdict, found[Category.WORK].erase_after) == (Verdict.MAY, None)


@given(days=st.integers(0, 15000), category=st.sampled_from(list(Category)), held=st.booleans())
def test_time_only_brings_an_erasure_nearer(days: int, category: Category, held: bool) -> None:
    """From keep over may to due, and never back; under a hold it stays kept."""
    order = [Verdict.KEEP, Verdict.MAY, Verdict.DUE]
    holds = (hold(category=category),) if held else ()
    today = LEFT + timedelta(days=days)
    now, later = (plan(each, holds=holds)[category] for each in (today, today + timedelta(days=1)))
    assert order.index(now.verdict) <= order.index(later.verdict)
    assert not held or later.verdict is Verdict.KEEP
    assert (now.verdict is Verdict.KEEP) == bool(now.stops)


@given(erased=st.frozensets(st.sampled_from(list(Category)), max_size=4), on=st.dates(LEFT, date(2060, 1, 1)))
def test_the_keys_go_only_when_nothing_is_left(erased: frozenset[Category], on: date) -> None:
    """An erasure of what is due is whole exactly where everything else was erased before."""
    found = list(plan(on, erased=erased).values())
    due = rules.due_categories(found)
    assert not erased.intersection(due)
    assert rules.is_whole(found, due) == (erased | set(due) == set(Category))


def test_nothing_is_planned_after_the_keys_are_gone() -> None:
    """Every category counts as erased then."""
    assert {each.verdict for each in plan(date(2040, 1, 1), gone=True).values()} == {Verdict.ERASED}


def test_a_request_takes_what_nothing_keeps_or_says_what_stops_it() -> None:
    """The first stop is named, with what satisfies the rule; what a law keeps stops nothing else."""
    early = list(plan(date(2022, 6, 1)).values())
    with pytest.raises(Refused) as raised:
        rules.on_request(early)
    assert raised.value.rule.code == "retention.stopped"
    assert "article 50" in raised.value.message(Lang.EN)
    assert "第50条" in raised.value.message(Lang.ZH)
    later = list(plan(date(2035, 1, 1), erased=frozenset({Category.WORK})).values())
    assert set(rules.on_request(later)) == set(Category) - {Category.WORK, Category.ACCOUNTING}
    late = list(plan(date(2055, 1, 1), erased=frozenset({Category.WORK})).values())
    assert set(rules.on_request(late)) == set(Category) - {Category.WORK}
    with pytest.raises(Refused) as raised:
        rules.on_request(list(plan(date(2055, 1, 1), gone=True).values()))
    assert raised.value.rule.code == "retention.nothing"


def test_a_hold_that_came_later_stops_an_erasure_that_began() -> None:
    """Before the keys are destroyed; so does somebody who is in the company's employ again."""
    assert stopped() is None
    refusal = stopped(holds=(hold(),))
    assert refusal is not None
    assert "court" in refusal.message(Lang.EN)
    assert stopped(person=Employee(id="p", number="7", name="N")) is not None
    assert stopped(on=date(2022, 1, 1)) is not None


@pytest.mark.parametrize("erased", [frozenset(), frozenset({Category.WORK})])
def test_a_whole_erasure_is_stopped_by_whatever_stops_one_of_all_categories(erased: frozenset[Category]) -> None:
    """Also of one that was erased before in the state alone: the keys would take its past."""
    held = {"holds": (hold(category=Category.WORK),), "erased": erased}
    assert stopped(erasure(categories=(Category.EMPLOYEE_FILE,)), **held) is not None
    assert stopped(erasure(categories=(Category.EMPLOYEE_FILE,), whole=False), **held) is None
    assert stopped(erasure(categories=(Category.WORK,), whole=False), **held) is not None
    assert stopped(erasure(categories=(Category.EMPLOYEE_FILE,)), on=date(2040, 1, 1)) is not None


def stopped(given: Erasure | None = None, on: date = date(2060, 1, 1), **changes: object) -> Refused | None:
    return rules.stopped_again(given or erasure(), facts(**changes), CN_KEEPING, on, CALENDAR)


def test_an_erasure_is_unfinished_until_what_it_promises_is_done() -> None:
    """One of some categories ends when they are overwritten; a whole one when the keys are gone."""
    states = {
        state: (erasure(state=state).unfinished, erasure(state=state, whole=False).unfinished) for state in ErasureState
    }
    assert states == {
        ErasureState.REQUESTED: (True, True),
        ErasureState.OVERWRITTEN: (True, False),
        ErasureState.DESTROYED: (False, False),
        ErasureState.COMPACTED: (False, False),
        ErasureState.VOID: (False, False),
    }
    for state in (ErasureState.OVERWRITTEN, ErasureState.DESTROYED, ErasureState.COMPACTED):
        moved = rules.advanced(erasure(), state, LEFT)
        assert (moved.state, getattr(moved, f"{state}_on")) == (state, LEFT)


def test_a_hold_is_released_once_with_a_reason_by_who_may() -> None:
    """An approver or the owner, and nobody the one on themselves."""
    (action,) = rules.HOLD_ACTIONS
    action.check(OWNER, hold(), LEFT)
    done = rules.released(hold(), OWNER, "settled", LEFT)
    assert (done.stands, done.released_by_id, done.release_reason) == (False, "owner", "settled")
    action.check(OWNER, hold(employee_id="p"), LEFT)
    for actor, target in ((HR, hold()), (OWNER, done), (OWNER, hold(employee_id="owner"))):
        with pytest.raises(Refused):
            action.check(actor, target, LEFT)
    with pytest.raises(InvalidInput):
        rules.released(hold(), OWNER, " ", LEFT)


def test_only_an_approver_goes_on_with_an_erasure_of_somebody_else() -> None:
    """And only with one that is not finished."""
    (action,) = rules.ERASURE_ACTIONS
    action.check(OWNER, erasure(), LEFT)
    for actor, target in (
        (HR, erasure()), (OWNER, erasure(subject_id="owner")), (OWNER, erasure(state=ErasureState.DESTROYED)),
    ):  # fmt: skip
        with pytest.raises(Refused):
            action.check(actor, target, LEFT)


def test_everything_about_a_person_is_for_them_and_for_hr() -> None:
    """Not for colleagues, and not for auditors."""
    assert rules.may_read_all(Actor("p"), "p") is None
    assert rules.may_read_all(HR, "p") is None
    assert rules.may_read_all(Actor("a", frozenset((Role.AUDITOR,))), "p") is not None


@pytest.mark.parametrize("schedule", [CN_KEEPING, GENERIC_KEEPING], ids=["cn", "generic"])
def test_a_schedule_covers_every_category_and_cites_each_period(schedule: Schedule) -> None:
    """In both languages; the longest is no shorter than the shortest, and is always the host's to change."""
    assert [each.category for each in schedule.keeping] == [str(each) for each in Category]
    for each in schedule.keeping:
        assert each.most is not None
        assert each.least.amount <= each.most.amount
        assert each.most.basis is Basis.POLICY
        for span in (each.least, each.most):
            assert span.citation.en
            assert span.citation.zh != span.citation.en


def test_a_period_is_asked_for_by_a_law_or_by_a_policy() -> None:
    """In words that scripts read."""
    assert [str(each) for each in Basis] == ["law", "policy"]


def test_every_word_has_a_label_in_both_languages() -> None:
    """Categories, states, verdicts and stops."""
    labels = (
        (Category, CATEGORY_LABELS), (ErasureState, STATE_LABELS), (Verdict, VERDICT_LABELS), (StopCode, STOP_TEXTS),
    )  # fmt: skip
    for words, texts in labels:
        assert {str(word) for word in words} == {str(word) for word in texts}
        assert all(text.en and text.zh and text.en != text.zh for text in texts.values())
    assert set(map(str, Category)) <= set(CODE_TEXTS)
