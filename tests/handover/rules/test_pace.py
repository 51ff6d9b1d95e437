"""Required and observed pace, and what follows; weights and days worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.rules.cases import day, item, span
from handover_core.handover.pace.rules import Outlook, projection

FACTOR = 3


def test_ten_working_days_are_left_on_the_first_day() -> None:
    assert (10, 1) == (span(0).left, span(0).passed)
    assert (1, 10) == (span(11).left, span(11).passed)
    assert (0, 11) == (span(14).left, span(14).passed)


def test_booked_leave_of_the_giver_shortens_the_time() -> None:
    """Two of the ten days are booked: the same open weight needs a higher pace."""
    items = [item(1, weight=5), item(2, weight=3)]
    assert Fraction(8, 10) == projection(items, span(0), FACTOR).required
    assert Fraction(8, 8) == projection(items, span(0, away=(2, 4)), FACTOR).required


def test_a_case_ahead_of_its_pace_is_on_track() -> None:
    """Five points verified in two days, five open in eight: done by Wednesday of this week."""
    found = projection([item(1, weight=5, verified=1), item(2, weight=5)], span(1), FACTOR)
    assert Outlook.ON_TRACK == found.outlook
    assert (Fraction(5, 9), Fraction(5, 2)) == (found.required, found.observed)
    assert day(2) == found.projected_on
    assert () == found.deciding
    assert (5, 5, 9, True) == (found.open_weight, found.verified_weight, found.days_left, found.confirmed)


def test_exactly_the_required_pace_is_on_track() -> None:
    found = projection([item(1, weight=5, verified=4), item(2, weight=6)], span(4), FACTOR)
    assert (Fraction(1), Fraction(1)) == (found.required, found.observed)
    assert Outlook.ON_TRACK == found.outlook
    assert day(11) == found.projected_on


def test_a_slower_case_is_at_risk_and_names_what_will_be_late() -> None:
    """One point a day observed, six days left, ten points open: what is due last does not fit."""
    items = [
        item(1, weight=5, verified=1),
        item(2, weight=5, due=5),
        item(3, weight=1, due=9),
        item(4, weight=4, due=11),
    ]
    found = projection(items, span(4), FACTOR)
    assert Outlook.AT_RISK == found.outlook
    assert ("C-004",) == found.deciding
    assert day(17) == found.projected_on


def test_three_times_the_pace_can_still_be_hoped_for_and_more_cannot() -> None:
    items = [item(1, weight=5, verified=4), item(2, weight=18)]
    assert Outlook.AT_RISK == projection(items, span(4), FACTOR).outlook
    more = [*items, item(3, weight=1)]
    found = projection(more, span(4), FACTOR)
    assert Outlook.UNREACHABLE == found.outlook
    assert ("C-002", "C-003") == found.deciding


def test_nothing_verified_is_no_danger_before_something_is_late() -> None:
    items = [item(1, weight=5, due=2), item(2)]
    for today in (0, 1, 2):
        found = projection(items, span(today), FACTOR)
        assert (Outlook.ON_TRACK, None) == (found.outlook, found.projected_on)
    late = projection(items, span(3), FACTOR)
    assert (Outlook.AT_RISK, ("C-001", "C-002")) == (late.outlook, late.deciding)
    assert Outlook.ON_TRACK == projection([item(2)], span(9), FACTOR).outlook


def test_after_the_last_day_what_is_open_is_out_of_reach() -> None:
    """The projected day goes on all the same, in everybody's working days."""
    items = [item(1, weight=11, verified=4), item(2, weight=2)]
    found = projection(items, span(14, away=(14, 99)), FACTOR)
    assert (Outlook.UNREACHABLE, None) == (found.outlook, found.required)
    assert day(15) == found.projected_on


def test_before_the_first_working_day_no_pace_was_observed() -> None:
    found = projection([item()], span(5, opened=5), FACTOR)
    assert found.observed is None
    assert Outlook.ON_TRACK == found.outlook


@pytest.mark.parametrize("state", ["verified", "waived", "obsolete"])
def test_nothing_open_is_on_track_for_ever(state: str) -> None:
    found = projection([item(state=state, verified=3 if state == "verified" else None)], span(40), FACTOR)
    assert (Outlook.ON_TRACK, day(40), 0) == (found.outlook, found.projected_on, found.open_weight)


def test_among_equals_the_heavier_and_then_the_lower_code_comes_first() -> None:
    """Without a due date an item comes last."""
    items = [item(1, weight=1), item(2, weight=1, due=8), item(3, weight=3, due=8), item(4, verified=0)]
    items = [item(5, weight=1, due=8), *items]
    found = projection(items, span(10), FACTOR)
    assert ("C-003", "C-002", "C-005", "C-001") == found.deciding


@given(
    weights=st.lists(st.tuples(st.sampled_from((1, 3, 5)), st.booleans()), max_size=8),
    today=st.integers(0, 20),
    more=st.integers(1, 20),
)
def test_more_time_never_makes_it_worse(weights: list[tuple[int, bool]], today: int, more: int) -> None:
    """A later last day leaves the outlook as good or better; what decides only gets shorter."""
    items = [item(n, weight=w, due=5, verified=0 if done else None) for n, (w, done) in enumerate(weights)]
    order = (Outlook.UNREACHABLE, Outlook.AT_RISK, Outlook.ON_TRACK)
    now = projection(items, span(today), FACTOR)
    later = projection(items, span(today, last=11 + more), FACTOR)
    assert order.index(now.outlook) <= order.index(later.outlook)
    assert set(later.deciding) <= set(now.deciding)
    assert isinstance(now.projected_on, date | None)


def test_the_last_day_still_is_the_givers() -> None:
    """Leave on the last day counts on that day, and no more on the day after."""
    last, after = span(11, away=(11, 20)), span(12, away=(11, 20))
    assert last.present is last.working
    assert after.calendar is after.working


def test_the_words_are_stable() -> None:
    assert ["on_track", "at_risk", "unreachable"] == [str(each) for each in Outlook]
