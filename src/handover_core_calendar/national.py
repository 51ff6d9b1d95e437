"""Working days of a country, and up to which year they have been published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from attrs import field, frozen

from handover_core.errors import InvalidInput, MissingExtra

WHAT = "handover_core_calendar"


@frozen
class NationalCalendar:
    """Working days of one country; a year after ``confirmed_through`` is computed by rule and not confirmed.

    In China the holidays of a year and its make-up workdays (调休) are published in the November before. Until then
    the package knows the festivals by rule, and no make-up day: it says so nowhere, which is why this class does.
    """

    country: str
    confirmed_through: int | None = None
    _years: dict[int, frozenset[date]] = field(factory=dict, init=False, eq=False, repr=False)

    def is_workday(self, day: date, /) -> bool:
        """Tell whether people work on ``day``: make-up workdays count, public holidays and days off in lieu do not."""
        if day.year not in self._years:
            self._years[day.year] = _workdays(self.country, day.year)
        return day in self._years[day.year]

    def is_confirmed(self, day: date, /) -> bool:
        """Tell whether the year of ``day`` has been published; where nothing has to be, every year is."""
        return self.confirmed_through is None or day.year <= self.confirmed_through


def national(country: str = "CN", *, confirmed_through: int | None = None) -> NationalCalendar:
    """Return the calendar of a country by its ISO 3166 code.

    ``confirmed_through`` is the last published year; by default the last one of which the package holds the published
    days. Raises `MissingExtra` without the `holidays` package, `InvalidInput` for a country it does not know.
    """
    found = _holidays(country)
    published = found.special_public_holidays if getattr(found, "has_substituted_holidays", False) else None
    last = max(published) if published else None
    return NationalCalendar(country, confirmed_through if confirmed_through is not None else last)


def _workdays(country: str, year: int) -> frozenset[date]:
    # A day of one year may be made up for in another, so the neighbours are asked too.
    found = _holidays(country, *(each for each in (year - 1, year, year + 1) if 1 <= each <= date.max.year))
    first = date(year, 1, 1)
    every = (first + timedelta(days=offset) for offset in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in every if found.is_working_day(day))


def _holidays(country: str, *years: int) -> Any:
    try:
        import holidays
    except ImportError as error:
        raise MissingExtra(WHAT, "calendar") from error
    try:
        return holidays.country_holidays(country, years=years, expand=False)
    except NotImplementedError as error:
        raise InvalidInput.at(
            "country", "country", "{country!r} has no calendar", "没有 {country!r} 的工作日历", country=country
        ) from error
