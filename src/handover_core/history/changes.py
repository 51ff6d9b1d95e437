"""The entries of the change log and of the outbox, as plain values."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

HEADER = "batch"
"""The kind of the streams of headers of bulks."""

MALFORMED = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""What comes of reading an entry that nobody here wrote: text that is no JSON, other types, too deep, too large."""


class Operation(StrEnum):
    """What a change did to its aggregate."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    BATCH = "batch"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> Operation:  # noqa: ARG003 - whatever it is, nobody here wrote it
        """Return `UNKNOWN` for a word that somebody else wrote, so that the chain can show it."""
        return cls.UNKNOWN


class Change(NamedTuple):
    """One entry of one stream (tenant, kind, id); a plain tuple, since bulks make and read hundreds of thousands.

    ``at`` is in microseconds since 1970 (UTC). ``body`` is JSON text: for an insert the whole body, for an update the
    field-level difference (see `difference`). Of a thin entry ``batch`` names the header, and the content is the state of
    that version with what stands in ``body`` put in its place: the sealed values, or None where there are none. ``head``
    is the chain hash after this entry.
    """

    kind: str
    id: str
    version: int
    operation: Operation
    format: int
    at: int
    actor: str
    command: str
    reason: str | None
    batch: str | None
    head: str
    body: str | None


class Rewrite(NamedTuple):
    """An entry as it was read, and as it is to stand: with another body or reason."""

    before: Change
    after: Change


class Event(NamedTuple):
    """One entry of the outbox; its data is the change of the same stream and version."""

    kind: str
    id: str
    version: int
    type: str
    at: int
    lane: int
