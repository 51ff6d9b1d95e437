"""The clock port: the only place from which the library learns what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant, in UTC with microseconds."""
    return datetime.now(UTC)


def day_in(zone: tzinfo, instant: datetime) -> date:
    """Return the calendar day of ``instant`` where a day begins at midnight in ``zone``."""
    return instant.astimezone(zone).date()
