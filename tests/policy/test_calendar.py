"""Working days: make-up workdays, what is not published yet, the company's own days, and leave."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from fractions import Fraction

import pytest

from handover_core.errors import InvalidInput
from handover_core.policy import Overlay, Weekdays, Without
from handover_core.policy.calendar import after_workdays, all_confirmed, next_workday, nth_workday, workdays_between
from handover_core.values import DateRange
from handover_core_calendar import national

CN = national("CN", confirmed_through=2026)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 13), True),
        (date(2026, 2, 14), True),  # a Saturday that makes up for the Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 16), False),  # New Year's Eve
        (date(2026, 2, 20), False),  # a Friday in lieu of the 14th
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # a Saturday again
        (date(2026, 1, 4), True),  # a Sunday
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2025, 1, 26), True),
        (date(2027, 1, 1), False),
    ],
)
def test_days_in_china(day: date, worked: bool) -> None:
    assert worked == CN.is_workday(day)


def test_a_year_that_was_not_published_is_computed_but_not_confirmed() -> None:
    """The package has festivals of later years by rule, but no make-up days."""
    assert CN.is_confirmed(date(2026, 12, 31))
    assert not CN.is_confirmed(date(2027, 1, 1))
    assert not CN.is_workday(date(2027, 2, 6))
    assert not all_confirmed(CN, date(2026, 12, 28), date(2027, 1, 4))


def test_the_last_published_year_is_found_in_the_package() -> None:
    assert national("CN").confirmed_through >= 2026
    assert national("US").confirmed_through is None
    assert national("US").is_confirmed(date(2999, 1, 1))


def test_the_edges_of_time_have_days_too() -> None:
    assert isinstance(CN.is_workday(date.max), bool)
    assert isinstance(CN.is_workday(date.min), bool)


def test_an_unknown_country_is_invalid_input() -> None:
    with pytest.raises(InvalidInput):
        national("XX")


def test_without_the_package_the_extra_is_named() -> None:
    source = "import sys; sys.modules['holidays'] = None\nfrom handover_core_calendar import national\nnational()"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, encoding="utf-8")
    assert "pip install 'handover-core[calendar]'" in done.stderr


def test_what_the_company_states_wins_and_is_certain() -> None:
    """A company day off on a workday, and a worked Saturday in a year that is not published."""
    own = Overlay(CN, worked={date(2027, 1, 9)}, free={date(2026, 3, 4)})
    assert own.is_workday(date(2027, 1, 9))
    assert own.is_confirmed(date(2027, 1, 9))
    assert not own.is_workday(date(2026, 3, 4))
    assert own.is_confirmed(date(2026, 3, 4))
    assert own.is_workday(date(2026, 3, 5))
    assert not own.is_confirmed(date(2027, 1, 10))


def test_leave_shortens_the_time_of_one_person() -> None:
    """Of the ten working days around the Spring Festival two are booked."""
    first, last = date(2026, 2, 9), date(2026, 2, 27)
    assert 10 == workdays_between(CN, first, last)
    own = Without(CN, (DateRange(date(2026, 2, 11), date(2026, 2, 13)),))
    assert 8 == workdays_between(own, first, last)
    assert own.is_confirmed(first)
    assert not own.is_confirmed(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 3, 2), date(2026, 3, 13), 10),
        (date(2026, 3, 13), date(2026, 3, 2), 0),
        (date(2026, 4, 30), date(2026, 5, 9), 5),  # 30 April, 6, 7, 8 and the make-up Saturday
        (date(2026, 9, 30), date(2026, 10, 10), 4),
        (date(2026, 10, 1), date(2026, 10, 7), 0),
        (date(2025, 12, 31), date(2026, 1, 5), 3),
    ],
)
def test_countdown_in_working_days(first: date, last: date, days: int) -> None:
    assert days == workdays_between(CN, first, last)


def test_counting_onward() -> None:
    assert date(2026, 2, 14) == next_workday(CN, date(2026, 2, 14))
    assert date(2026, 2, 24) == next_workday(CN, date(2026, 2, 15))
    assert date(2026, 2, 24) == nth_workday(CN, date(2026, 2, 13), 3, date(2026, 3, 1))
    assert date(2026, 2, 20) == nth_workday(CN, date(2026, 2, 13), 3, date(2026, 2, 20))
    assert date(2026, 2, 25) == after_workdays(CN, date(2026, 2, 13), 3)
    assert date(2026, 2, 24) == after_workdays(CN, date(2026, 2, 13), Fraction(3, 2))
    assert date(2026, 2, 13) == after_workdays(CN, date(2026, 2, 13), 0)


def test_what_never_ends_is_not_projected() -> None:
    """A calendar without a single working day gives up instead of running on."""
    never = Without(Weekdays(), (DateRange(date.min),))
    assert after_workdays(never, date(2026, 3, 2), 1) is None
    assert date(2026, 3, 2) == next_workday(never, date(2026, 3, 2))
    assert date.max == next_workday(never, date.max)
    assert Weekdays().is_confirmed(date.max)
