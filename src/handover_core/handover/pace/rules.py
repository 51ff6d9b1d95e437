"""Working time left, required and observed pace, and the day on which a case would end at that pace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

from attrs import frozen

from handover_core.handover.model import HandoverItem, ItemState
from handover_core.policy import Calendar
from handover_core.policy.calendar import ONE_DAY, after_workdays, all_confirmed, workdays_between


class Outlook(StrEnum):
    """Whether a case will be done by the last day."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    UNREACHABLE = "unreachable"


@frozen(kw_only=True)
class Span:
    """The time of a case as seen on ``today``: the days of ``present`` are those on which the giver works."""

    opened_on: date
    last_day: date
    today: date
    present: Calendar
    calendar: Calendar

    @property
    def working(self) -> Calendar:
        """The days that count today: the giver's up to the last day, everybody's after it."""
        return self.present if self.today <= self.last_day else self.calendar

    @property
    def left(self) -> int:
        """Working days from today to the last day, both counted."""
        return workdays_between(self.present, self.today, self.last_day)

    @property
    def passed(self) -> int:
        """Working days from the opening to today, both counted."""
        return workdays_between(self.present, self.opened_on, self.today)


@frozen(kw_only=True)
class Projection:
    """Where a case stands against its time.

    ``required`` is open weight ÷ working days left (None where none is left), ``observed`` verified weight ÷ working
    days passed (None before the first one). ``projected_on`` is the day on which nothing would be open at the observed
    pace, None where nothing was verified yet. ``deciding`` are the open items that would not be done by the last day,
    in the order in which they are due. ``confirmed`` is False where the calendar is not certain of the time left.
    """

    outlook: Outlook
    open_weight: int
    verified_weight: int
    days_left: int
    required: Fraction | None
    observed: Fraction | None
    projected_on: date | None
    deciding: tuple[str, ...]
    confirmed: bool


def projection(items: Iterable[HandoverItem], span: Span, unreachable_pace: int) -> Projection:
    """Return the projection of a case; one with nothing open is on track whatever the day."""
    every = list(items)
    open_ = sorted((item for item in every if not item.is_closed), key=_due_first)
    open_weight = sum(item.weight for item in open_)
    verified = sum(item.weight for item in every if item.state is ItemState.VERIFIED)
    left = span.left
    required = Fraction(open_weight, left) if left else None
    observed = Fraction(verified, span.passed) if span.passed else None
    outlook = _outlook(open_, span, required, observed, unreachable_pace)
    return Projection(
        outlook=outlook,
        open_weight=open_weight,
        verified_weight=verified,
        days_left=left,
        required=required,
        observed=observed,
        projected_on=_projected(open_weight, observed, span),
        deciding=() if outlook is Outlook.ON_TRACK else _deciding(open_, (observed or Fraction(0)) * left),
        confirmed=all_confirmed(span.calendar, span.today, span.last_day),
    )


def _outlook(
    open_: Sequence[HandoverItem], span: Span, required: Fraction | None, observed: Fraction | None, factor: int
) -> Outlook:
    if not open_:
        return Outlook.ON_TRACK
    if required is None:
        return Outlook.UNREACHABLE
    if not observed:
        # Nobody is slow before the first item is due.
        late = any(item.due_on is not None and item.due_on < span.today for item in open_)
        return Outlook.AT_RISK if late else Outlook.ON_TRACK
    if required <= observed:
        return Outlook.ON_TRACK
    return Outlook.UNREACHABLE if required > factor * observed else Outlook.AT_RISK


def _projected(open_weight: int, observed: Fraction | None, span: Span) -> date | None:
    if not open_weight:
        return span.today
    if not observed:
        return None
    # Today still counts: the work of today is done by this evening.
    return after_workdays(span.working, span.today - ONE_DAY, open_weight / observed)


def _deciding(open_: Iterable[HandoverItem], reachable: Fraction) -> tuple[str, ...]:
    codes, weight = [], 0
    for item in open_:
        weight += item.weight
        if weight > reachable:
            codes.append(item.code)
    return tuple(codes)


def _due_first(item: HandoverItem) -> tuple[date, int, str]:
    return item.due_on or date.max, -item.weight, item.code
