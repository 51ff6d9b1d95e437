"""Values of the audit room."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from handover_core.history.changes import Operation
from handover_core.history.checking import Break
from handover_core.history.checkpoints import Leaf
from handover_core.history.difference import Difference
from handover_core.values import Aggregate

T = TypeVar("T", bound=Aggregate)


@frozen(kw_only=True)
class FieldChange:
    """What a field held before and after, as plain JSON data; ``was`` or ``became`` is absent where it was not there."""

    field: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]


@frozen(kw_only=True)
class Entry:
    """One entry of the change log as people ask about it."""

    kind: str
    id: str
    version: int
    operation: Operation
    at: datetime
    actor: str
    command: str
    reason: str | None
    batch: str | None
    fields: tuple[FieldChange, ...] = ()
    redacts: tuple[int, ...] = ()
    """The versions out of whose entries this change has taken words."""


@frozen(kw_only=True)
class AsOf(Generic[T]):
    """What was known at an instant.

    ``final`` tells whether nothing can come to be known about it any more: units that began before the instant may
    still be on their way for as long as the watermark says.
    """

    known_at: datetime
    final: bool
    found: T | None


@frozen(kw_only=True)
class AsOfList(Generic[T]):
    """A list as it stood at an instant; see `AsOf`."""

    known_at: datetime
    final: bool
    found: tuple[T, ...]


@frozen(kw_only=True)
class Between:
    """What changed between two instants, field by field: ``{field: [[before], [after]]}``; ``final`` as in `AsOf`."""

    since: datetime
    until: datetime
    final: bool
    found: Difference


@frozen(kw_only=True)
class Seal:
    """A checkpoint: the Merkle root over the newest entry of every stream. It belongs where the store is not."""

    tenant: str
    at: datetime
    count: int
    root: str
    signature: str | None = None
    leaves: tuple[Leaf, ...] = ()


class Mark(StrEnum):
    """Whether a redaction bears the keyed mark of whoever had the company's keys; unchecked without these keys."""

    MARKED = "marked"
    UNMARKED = "unmarked"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


@frozen(kw_only=True)
class Redaction:
    """An entry by which words were taken out of older entries of its stream, whose versions are ``redacted``.

    One in the stream of a bulk's header also answers for the entries of ``rows`` of the bulk.
    ``after`` are the roots of the seals that were held against the store which hold entries that it rewrote: whoever
    compares it with the recorded approvals begins with these.
    """

    kind: str
    id: str
    version: int
    redacted: tuple[int, ...]
    rows: int = 0
    actor: str
    command: str
    at: datetime
    mark: Mark
    after: tuple[str, ...] = ()


@frozen(kw_only=True)
class Verified:
    """What a verification has read, and the first break that it met in each place; empty where all is as written."""

    streams: int = 0
    entries: int = 0
    rows: int = 0
    redacted: int = 0
    """Entries out of which words were taken later; that it was done is recorded, what stood there is not."""
    redacting: int = 0
    """Entries that took them out."""
    unmarked: int = 0
    """Those of them that bear no mark and that no seal holds which was given; each is a break after all others."""
    redactions: tuple[Redaction, ...] = ()
    """The first hundred of those that took words out: first those that were made up, then those made after a seal."""
    unopened: int = 0
    """Streams whose sealed values could not be held against the row, for want of keys."""
    breaks: tuple[Break, ...] = ()
    seals: tuple[str, ...] = field(default=())
    """Roots of the seals that were held against the store."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.breaks


@frozen(kw_only=True)
class Wanted:
    """A question about the change log; None does not filter. ``text`` is sought in reasons and field values.

    ``batch`` is the id of a bulk's header, which its rows' entries name: what came with one part of an import.
    """

    actor: str | None = None
    kind: str | None = None
    id: str | None = None
    command: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    batch: str | None = None
