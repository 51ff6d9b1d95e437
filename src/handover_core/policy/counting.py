"""How the Civil Code of the PRC counts periods (articles 200 to 204), as pure functions over days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from handover_core.errors import InvalidInput
from handover_core.policy.calendar import Calendar, next_workday


class Period(StrEnum):
    """In what a period is measured; a day, month or year here is a calendar one, a workday one of the calendar port."""

    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"


def period_of(word: str) -> Period:
    """Return the period that a word names, so that a schedule may be read from a file; raise `InvalidInput` for no period."""
    try:
        return Period(word)
    except ValueError as error:
        raise InvalidInput.at(
            "period", "period.unknown", "{period!r} is no period; write one of {words}",
            "{period!r} 不是已知的期间单位；请写 {words} 之一", period=word, words=", ".join(Period),
        ) from error  # fmt: skip


def end_of(start: date, amount: int, period: Period, calendar: Calendar) -> date:
    """Return the last day of a period that begins with what happened on ``start``.

    The day itself does not count (article 201). A period in months or years ends on the same day of the last month,
    or on that month's last day where it has none (article 202).
    """
    if period is Period.DAYS:
        return start + timedelta(days=amount)
    if period is Period.WORKDAYS:
        return _after_workdays(start, amount, calendar)
    return _after_months(start, amount * (12 if period is Period.YEARS else 1))


def extended(last: date, calendar: Calendar) -> date:
    """Return the last day of a period that would end on a day off: the next working day (article 203)."""
    return next_workday(calendar, last)


def _after_workdays(start: date, amount: int, calendar: Calendar) -> date:
    day = start
    for _ in range(amount):
        day = next_workday(calendar, day + timedelta(days=1))
    return day


def _after_months(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
