"""The calendar port: which days are worked, and how working time is counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from attrs import field, frozen

from handover_core.values import DateRange

ONE_DAY = timedelta(days=1)


class Calendar(Protocol):
    """Tells working days from others. A host passes its own; days have no time zone."""

    def is_workday(self, day: date, /) -> bool:
        """Tell whether people work on ``day``; answers for every day, also for one that is not confirmed."""

    def is_confirmed(self, day: date, /) -> bool:
        """Tell whether the answer for ``day`` is known for certain, and not only expected."""


@frozen
class Weekdays:
    """Monday to Friday; knows no holidays, and is sure of that."""

    def is_workday(self, day: date, /) -> bool:
        """Tell whether ``day`` is a weekday."""
        return day.weekday() < 5  # noqa: PLR2004 - Saturday is 5

    def is_confirmed(self, _day: date, /) -> bool:
        """Every day is."""
        return True


def _as_days(stated: Iterable[date]) -> frozenset[date]:
    return frozenset(stated)


@frozen
class Overlay:
    """A calendar with the company's own days on top: a day stated here is certain, whatever lies below."""

    base: Calendar
    worked: frozenset[date] = field(default=frozenset(), converter=_as_days)
    free: frozenset[date] = field(default=frozenset(), converter=_as_days)

    def is_workday(self, day: date, /) -> bool:
        """Tell whether ``day`` is worked: first by what is stated here."""
        return day in self.worked or (day not in self.free and self.base.is_workday(day))

    def is_confirmed(self, day: date, /) -> bool:
        """Tell whether ``day`` is stated here, or certain below."""
        return day in self.worked or day in self.free or self.base.is_confirmed(day)


@frozen
class Without:
    """The days that one person works: those of the calendar but for their booked leave."""

    base: Calendar
    away: tuple[DateRange, ...] = ()

    def is_workday(self, day: date, /) -> bool:
        """Tell whether ``day`` is worked and not booked as leave."""
        return self.base.is_workday(day) and not any(each.contains(day) for each in self.away)

    def is_confirmed(self, day: date, /) -> bool:
        """Tell whether the day is certain in the calendar."""
        return self.base.is_confirmed(day)


def workdays_between(calendar: Calendar, first: date, last: date) -> int:
    """Return the number of working days from ``first`` to ``last``, both counted; 0 where last is before first."""
    return sum(calendar.is_workday(day) for day in days(first, last))


def days(first: date, last: date) -> Iterable[date]:
    """Return the days from ``first`` to ``last``, both included."""
    return (first + offset * ONE_DAY for offset in range((last - first).days + 1))


def nth_workday(calendar: Calendar, first: date, count: int, last: date) -> date:
    """Return the ``count``-th working day from ``first`` on (1 is the first one), but no day after ``last``."""
    day, seen = first, int(calendar.is_workday(first))
    while seen < count and day < last:
        day += ONE_DAY
        seen += calendar.is_workday(day)
    return min(day, max(first, last))


def next_workday(calendar: Calendar, day: date) -> date:
    """Return ``day`` where it is worked, else the first working day after it, looked for within a year."""
    limit = min((date.max - day).days, 366)
    return next((each for each in days(day, day + limit * ONE_DAY) if calendar.is_workday(each)), day)


def after_workdays(calendar: Calendar, day: date, count: int | Fraction) -> date | None:
    """Return the day on which ``count`` working days after ``day`` are over; None beyond five years."""
    passed, here = 0, day
    while passed < count:
        here += ONE_DAY
        passed += calendar.is_workday(here)
        if (here - day).days > FIVE_YEARS:
            return None
    return here


FIVE_YEARS = 5 * 366
"""How far ahead, in days, it makes sense to project anything."""


def all_confirmed(calendar: Calendar, first: date, last: date) -> bool:
    """Tell whether every day from ``first`` to ``last`` is certain."""
    return all(calendar.is_confirmed(day) for day in days(first, last))
