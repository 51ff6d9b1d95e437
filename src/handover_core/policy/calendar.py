"""The calendar port: which days are worked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from attrs import frozen

_ONE_DAY = timedelta(days=1)


class Calendar(Protocol):
    """Tells working days from others. A host passes its own; days have no time zone."""

    def is_workday(self, day: date, /) -> bool:
        """Tell whether people work on ``day``."""


@frozen
class Weekdays:
    """Monday to Friday; knows no holidays."""

    def is_workday(self, day: date, /) -> bool:
        """Tell whether ``day`` is a weekday."""
        return day.weekday() < 5  # noqa: PLR2004 - Saturday is 5


def workdays_between(calendar: Calendar, first: date, last: date) -> int:
    """Return the number of working days from ``first`` to ``last``, both counted; 0 where last is before first."""
    return sum(calendar.is_workday(first + offset * _ONE_DAY) for offset in range((last - first).days + 1))


def nth_workday(calendar: Calendar, first: date, count: int, last: date) -> date:
    """Return the ``count``-th working day from ``first`` on (1 is the first one), but no day after ``last``."""
    day, seen = first, int(calendar.is_workday(first))
    while seen < count and day < last:
        day += _ONE_DAY
        seen += calendar.is_workday(day)
    return min(day, max(first, last))
