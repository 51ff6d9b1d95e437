"""How long records about persons are kept: at least, because a law or a claim may need them, and at most."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from attrs import frozen

from handover_core.policy.calendar import Calendar
from handover_core.policy.counting import Period, end_of
from handover_core.texts import Text


class Basis(StrEnum):
    """Where a period comes from: a law that says it, or a policy that the host may change as it sees fit."""

    LAW = "law"
    POLICY = "policy"


@frozen(kw_only=True)
class Span:
    """A period, and by what it is asked for."""

    amount: int
    period: Period
    basis: Basis
    citation: Text


@frozen(kw_only=True)
class Keeping:
    """How long one category of records about a person is kept after the person has left.

    ``category`` is a word of the retention room's `Category`. What is older than ``most`` is due to be erased; without
    it nothing is due before somebody asks. ``from_year_end`` counts from the end of the calendar year.
    """

    category: str
    least: Span
    most: Span | None = None
    from_year_end: bool = False

    def keep_until(self, left_on: date, calendar: Calendar) -> date:
        """Return the last day on which the records have to be there."""
        return self._end(self.least, left_on, calendar)

    def erase_after(self, left_on: date, calendar: Calendar) -> date | None:
        """Return the last day on which the records may be there, or None where there is none."""
        return None if self.most is None else self._end(self.most, left_on, calendar)

    def _end(self, span: Span, left_on: date, calendar: Calendar) -> date:
        since = date(left_on.year, 12, 31) if self.from_year_end else left_on
        return end_of(since, span.amount, span.period, calendar)


@frozen(kw_only=True)
class Schedule:
    """The periods of all categories, as versioned data."""

    name: str
    version: str
    keeping: tuple[Keeping, ...]

    def of(self, category: str) -> Keeping | None:
        """Return the periods of a category; None where the schedule has none, and the records are kept."""
        return next((each for each in self.keeping if each.category == category), None)
