"""Continuity in figures: how long work stood still, how soon people were ready, and how that compares with the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from statistics import median

from attrs import frozen

from handover_core.handover.model import Handover, HandoverItem, HandoverQuestion
from handover_core.handover.progress import completeness
from handover_core.organization.model import Assignment, Employee, PositionVersion
from handover_core.organization.rules import missing_qualifications
from handover_core.policy import Calendar
from handover_core.policy.calendar import ONE_DAY, workdays_between


@frozen(kw_only=True)
class Activity:
    """When somebody worked on the source of an item: the giver last, its receiver first after that."""

    giver_last: date | None = None
    receiver_first: date | None = None


@frozen(kw_only=True)
class Takeup:
    """A receiver's assignment to a position of the case, with what it asks of them."""

    person: Employee
    assignment: Assignment
    description: PositionVersion


@frozen(kw_only=True)
class CaseHistory:
    """All that the figures of one case are made of."""

    case: Handover
    last_day: date
    today: date
    items: tuple[HandoverItem, ...]
    questions: tuple[HandoverQuestion, ...]
    asked_on: Mapping[str, date]
    activity: Mapping[str, Activity]
    takeups: tuple[Takeup, ...]


@frozen(kw_only=True)
class Stoppage:
    """Working days for which an item's source stood still; ``ended`` is False while nobody has gone on with it."""

    code: str
    days: int
    ended: bool


@frozen(kw_only=True)
class RampUp:
    """Working days from an assignment to being on duty; None while a mandatory qualification is missing."""

    number: str
    position_id: str
    days: int | None


@frozen(kw_only=True)
class Figures:
    """The figures of one case.

    ``lead`` counts working days from the opening to the completion, both counted (to today while it is open);
    ``questions_after`` those of ``questions`` that came after the giver's last day; ``reopened`` the items whose proof
    did not hold once.
    """

    code: str
    lead: int
    share: Fraction | None
    waived: int
    questions: int
    questions_after: int
    reopened: int
    items: int
    stoppages: tuple[Stoppage, ...]
    ramp_ups: tuple[RampUp, ...]

    @property
    def stoppage(self) -> Fraction | None:
        """The median of the stoppages; None where nothing is known."""
        return _median(each.days for each in self.stoppages)

    @property
    def ramp_up(self) -> Fraction | None:
        """The median of the ramp-ups that are over."""
        return _median(each.days for each in self.ramp_ups if each.days is not None)


@frozen(kw_only=True)
class Past:
    """The medians of the company's latest completed cases; ``cases`` is how many there were."""

    cases: int
    lead: Fraction | None
    share: Fraction | None
    stoppage: Fraction | None
    ramp_up: Fraction | None
    questions: Fraction | None
    reopened: Fraction | None


def figures(history: CaseHistory, calendar: Calendar) -> Figures:
    """Return the figures of a case."""
    whole = completeness(history.items)
    case = history.case
    return Figures(
        code=case.code,
        lead=workdays_between(calendar, case.opened_on, case.completed_on or history.today),
        share=whole.share,
        waived=whole.waived,
        questions=len(history.questions),
        questions_after=sum(history.asked_on[each.id] > history.last_day for each in history.questions),
        reopened=sum(bool(item.reopened) for item in history.items),
        items=whole.items,
        stoppages=tuple(_stoppages(history, calendar)),
        ramp_ups=tuple(ramp_up(each, calendar) for each in history.takeups),
    )


def _stoppages(history: CaseHistory, calendar: Calendar) -> Iterable[Stoppage]:
    for item in sorted(history.items, key=lambda each: each.code):
        seen = history.activity.get(item.id)
        if seen is None or seen.giver_last is None:
            continue
        end = seen.receiver_first or history.today
        days = stoppage(seen.giver_last, end, calendar)
        yield Stoppage(code=item.code, days=days, ended=seen.receiver_first is not None)


def stoppage(giver_last: date, receiver_first: date, calendar: Calendar) -> int:
    """Return the working days after the giver's last activity up to the receiver's first, that day not counted."""
    return workdays_between(calendar, giver_last + ONE_DAY, receiver_first - ONE_DAY)


def ramp_up(takeup: Takeup, calendar: Calendar) -> RampUp:
    """Return the working days from the first day of an assignment to the day on which nothing mandatory is missing."""
    start = takeup.assignment.effective.start
    ready = on_duty_from(takeup)
    days = None if ready is None else workdays_between(calendar, start, ready - ONE_DAY)
    return RampUp(number=takeup.person.number, position_id=takeup.assignment.position_id, days=days)


def on_duty_from(takeup: Takeup) -> date | None:
    """Return the first day of the assignment on which every mandatory qualification is held, or None."""
    start = takeup.assignment.effective.start
    obtained = {each.obtained_on for each in takeup.person.qualifications if each.obtained_on is not None}
    for day in sorted({start, *(max(day, start) for day in obtained)}):
        if not missing_qualifications(takeup.person.qualifications, takeup.description.qualifications, day):
            return day
    return None


def past(cases: Sequence[Figures]) -> Past:
    """Return the medians over completed cases; None where no case has the figure."""
    return Past(
        cases=len(cases),
        lead=_median(each.lead for each in cases),
        share=_median(each.share for each in cases),
        stoppage=_median(each.stoppage for each in cases),
        ramp_up=_median(each.ramp_up for each in cases),
        questions=_median(each.questions for each in cases),
        reopened=_median(each.reopened for each in cases),
    )


def _median(values: Iterable[Fraction | int | None]) -> Fraction | None:
    known = [Fraction(value) for value in values if value is not None]
    return median(known) if known else None
