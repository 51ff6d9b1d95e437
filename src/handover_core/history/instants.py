"""Instants as the store and the history have them: microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handover_core.errors import InvalidInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970, UTC, exactly; raise `InvalidInput` for one without a zone."""
    try:
        return (instant - _EPOCH) // _MICROSECOND
    except TypeError as error:
        raise InvalidInput.at("instant", "instant.zone", "has no time zone", "缺少时区") from error


def from_micros(micros: int) -> datetime:
    """Return the instant in UTC; the first or the last that there is for a number that nobody here recorded."""
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if micros > 0 else datetime.min.replace(tzinfo=UTC)
