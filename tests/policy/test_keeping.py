"""A schedule of periods is looked through when it is made, and counts without failing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from handover_core.errors import InvalidInput
from handover_core.policy import CHINA, GENERIC, Weekdays
from handover_core.policy.counting import Period, end_of
from handover_core.policy.keeping import LONGEST, Basis, Category, Keeping, Schedule, Span
from handover_core.texts import Lang, Text

WHY = Text("works council", "职工代表大会")


def span(amount: int, period: Period = Period.YEARS) -> Span:
    return Span(amount=amount, period=period, basis=Basis.POLICY, citation=WHY)


def schedule(*keeping: Keeping) -> Schedule:
    return Schedule(name="own", version="1", keeping=keeping)


def problems(*keeping: Keeping) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as raised:
        schedule(*keeping)
    for lang in Lang:
        assert raised.value.problems[0].path in raised.value.message(lang)
    return [(each.path, each.code) for each in raised.value.problems]


def test_the_presets_have_periods_for_every_category() -> None:
    for policy in (CHINA, GENERIC):
        assert set(Category) == {each.category for each in policy.keeping.keeping}


@pytest.mark.parametrize("amount", [-1, LONGEST + 1, 9999])
def test_a_period_is_neither_negative_nor_absurd(amount: int) -> None:
    assert [("keeping.work.least.amount", "keeping.amount")] == problems(Keeping(category="work", least=span(amount)))
    both = Keeping(category="work", least=span(0), most=span(amount * 12, Period.MONTHS))
    assert [("keeping.work.most.amount", "keeping.amount")] == problems(both)


@pytest.mark.parametrize(
    ("least", "most"),
    [
        (span(3), span(1)), (span(1), span(11, Period.MONTHS)), (span(2), span(729, Period.DAYS)),
        (span(400, Period.DAYS), span(1)), (span(1), span(259, Period.WORKDAYS)),
    ],
)  # fmt: skip
def test_the_longest_period_is_not_shorter_than_the_shortest(least: Span, most: Span) -> None:
    assert [("keeping.work.most", "keeping.order")] == problems(Keeping(category="work", least=least, most=most))


@pytest.mark.parametrize("most", [span(1), span(12, Period.MONTHS), span(365, Period.DAYS), None])
def test_both_may_be_as_long_and_nothing_may_be_due(most: Span | None) -> None:
    assert schedule(Keeping(category="work", least=span(1), most=most)).of("work") is not None


@pytest.mark.parametrize("period", list(Period))
def test_a_period_may_be_given_by_its_word(period: Period) -> None:
    """As it stands in a file: it is counted as what it says."""
    begun, calendar = date(2024, 2, 29), Weekdays()
    spelt = Keeping(category="work", least=span(3, str(period)))  # type: ignore[arg-type]
    assert spelt == Keeping(category="work", least=span(3, period))
    assert end_of(begun, 3, period, calendar) == spelt.keep_until(begun, calendar)


@pytest.mark.parametrize(
    ("amount", "period", "path"),
    [(1, "weeks", "period"), (1, None, "period"), (1.5, "years", "amount"), ("3", "years", "amount"), (True, "days", "amount")],
)  # fmt: skip
def test_what_is_no_period_is_wrong_input(amount: Any, period: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        span(amount, period)
    assert [path] == [each.path for each in raised.value.problems]


def test_a_category_is_one_that_is_known_and_comes_once() -> None:
    """A word that is misspelt would leave its records without any period."""
    work = Keeping(category="work", least=span(1))
    assert [("keeping.abscenses", "keeping.unknown"), ("keeping.work", "keeping.twice")] == problems(
        evolve(work, category="abscenses"), work, work
    )
    assert schedule(work).of("absences") is None


def test_a_day_beyond_the_calendar_is_its_last_day() -> None:
    """Whatever somebody wrote as the day of leaving, the plan has an answer."""
    far, calendar = date(9999, 12, 30), Weekdays()
    for period in Period:
        each = Keeping(category="work", least=span(5, period), most=span(150 if period is Period.YEARS else 9, period))
        assert (date.max, date.max) == (each.keep_until(far, calendar), each.erase_after(far, calendar))
