"""From when on what was known at an instant is final, and how long a unit of work may take for that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handover_core.errors import UnitExpired
from handover_core.history.instants import to_micros

WATERMARK = timedelta(minutes=15)
"""After how long nothing more comes to be known about an instant: a unit is dated by its beginning."""
SLACK = timedelta(minutes=1)
"""How much of that is left for the commit itself, and for the clocks of several processes to differ by."""


def check_in_time(begun: datetime, now: datetime) -> None:
    """Raise `UnitExpired` where a unit that began at ``begun`` comes too late to be committed ``now``."""
    if now - begun > WATERMARK - SLACK:
        raise UnitExpired(now - begun, WATERMARK - SLACK)


def final_from(known_at: datetime) -> datetime:
    """Return from when on what was known at an instant is final; the last instant that there is where that is later."""
    try:
        return known_at.astimezone(UTC) + WATERMARK
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def is_final(known_at: datetime, now: datetime) -> bool:
    """Tell whether what was known at an instant can no longer grow: units that began before it are over or refused.

    Raises `InvalidInput` for an instant without a zone.
    """
    return to_micros(known_at) <= to_micros(now - WATERMARK)
