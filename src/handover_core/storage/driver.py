"""The driver protocol: what a backend implements, once for all kinds.

Parameters are positional-only. Every criterion and order that reaches a driver was prepared by the core: its values
are encoded as stored, its fields are known. A driver raises only errors of `handover_core.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from attrs import frozen

from handover_core.errors import HandoverError
from handover_core.history.asking import EVERYTHING, LogQuestion
from handover_core.history.changes import Change, Event, Rewrite
from handover_core.storage.compacting import Compaction
from handover_core.storage.criteria import Criterion, Query
from handover_core.storage.encoding import Stored
from handover_core.storage.kinds import Kind
from handover_core.storage.registers import Drop, Put, Register

TOKEN = "unit token"  # noqa: S105 - the name of a kind of row
"""What `AlreadyExists` names as its kind where a unit's token is stored already."""


class Row(NamedTuple):
    """One stored aggregate; ``changed_at`` in microseconds since 1970 (UTC), ``body`` JSON text, ``head`` of its chain."""

    id: str
    version: int
    format: int
    changed_at: int
    head: str
    body: str


class Write(NamedTuple):
    """A row to be written, with the values of its columns, folded search texts and side table entries.

    ``columns`` and ``search`` are in the order of ``kind.columns`` and ``kind.searchable``. ``side`` is None where a
    replace leaves the side table as it is.
    """

    row: Row
    columns: tuple[Stored, ...]
    search: tuple[str | None, ...]
    side: tuple[tuple[str, str], ...] | None


@frozen(kw_only=True)
class Capabilities:
    """What a backend can promise; a promise that is not declared here is not tested and not relied upon.

    ``durable``: a committed unit survives the end of the process. ``processes``: several processes may share the
    store. ``concurrent_writers``: two units may write different rows at the same time. ``views``: one read-only view
    per kind exists. ``joins``: the store has `Joinable.join`. ``savepoints``: a joined unit that fails or is left
    undoes itself and nothing else. ``transaction_lost``: some failures take the host's whole transaction with them
    (`TransactionLost`). ``joined``: this driver takes part in a transaction of the host. ``bulk``: how many rows one
    unit of a bulk should store at most.
    """

    durable: bool = True
    processes: bool = True
    concurrent_writers: bool = True
    views: bool = False
    joins: bool = False
    savepoints: bool = False
    transaction_lost: bool = False
    joined: bool = False
    bulk: int = 5000


class Transaction(Protocol):
    """One transaction; reads see a snapshot, or at least everything committed before the transaction began.

    After a method raised, only `rollback` may be called.
    """

    def get(self, kind: Kind[Any], tenant: str, id: str, /) -> Row | None:
        """Return the row, or None."""

    def get_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> list[Row]:
        """Return the rows that exist, in no particular order; ids may number any amount and repeat."""

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """Store a new row; raise `AlreadyExists` where the id or a unique key is taken. Never overwrites."""

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """Store many new rows, all or none; raises like `insert`, and whatever ``writes`` raise.

        They are read once, as they are stored; what makes them asks nothing of this transaction.
        """

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """Replace the row that has version ``expected``; else raise `VersionConflict`. Never creates.

        Raises `AlreadyExists` where a unique key is taken by another row.
        """

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        """Delete the row that has version ``expected``, with its side table entries; else raise `VersionConflict`."""

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """Raise `VersionConflict` unless the row has this version, now and until the commit."""

    def require_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> None:
        """Raise `NotFound` with the first missing id unless all rows exist, now and until the commit."""

    def require_none(self, kind: Kind[Any], tenant: str, where: Criterion, besides: Sequence[str], /) -> None:
        """Raise `Contention` where a row matches that was committed after this transaction's snapshot.

        Called after the row to which ``where`` refers was deleted, so that nobody can come to refer to it any more:
        whoever did so before has committed by then. ``besides`` are ids that this transaction wrote itself.
        """

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """Return the rows in the order asked for (by id where none is), at most ``query.limit``, after ``query.after``."""

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        """Yield what `find` returns, in flat memory; nothing may be written to the kind while it is read."""

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """Return how many rows match."""

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        """Return how many matching rows have each combination of the column fields' values."""

    def claim(self, tenant: str, token: str, at: int, /) -> None:
        """Store the unit's token; raise `AlreadyExists` where it is stored already (waiting for a rival to end first)."""

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """Append entries to the change log and the outbox; a version that its stream has already raises `AlreadyExists`."""

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """Give entries of the change log the body and reason that they are to have, and nothing else.

        Raises `VersionConflict` where one of them is not there, or has another body or reason than was read (now, or
        with the commit): two redactions of one entry would undo one another.
        """

    def changes(self, tenant: str, kind: str, id: str, /) -> list[Change]:
        """Return the entries of one stream in order of version."""

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """Return the first ``limit`` entries that answer a question in the order of (kind, id, version), after a place.

        The place need not be one of an entry that answers, nor of one that exists. The database does the filtering:
        a page costs what is read up to its last entry, and of a kind or a stream no other entries.
        """

    def events(self, tenant: str, after: tuple[str, str, int] | None, limit: int, /) -> list[Event]:
        """Return outbox entries in the order of (kind, id, version), after the one named."""

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        """Take entries out of the outbox; raise `VersionConflict` or `Contention` where one is gone already."""

    def register(self, tenant: str, space: str, key: str, /) -> Register | None:
        """Return the register, or None."""

    def registers(self, tenant: str, space: str, after: str | None, limit: int, /) -> list[Register]:
        """Return registers of a space in the order of their keys, after the one named."""

    def spaces(self, tenant: str, after: str | None, limit: int, /) -> list[str]:
        """Return in order the spaces that hold registers, after the one named."""

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        """Write registers, all or none, each by compare-and-set; the new version is the expected one plus 1.

        Raises `AlreadyExists` where a new one is there already, `VersionConflict` where an old one does not have the
        version expected (`Contention` where that shows only in another transaction), `InvalidInput` for a space or
        key that cannot be stored.
        """

    def drop_registers(self, tenant: str, drops: Sequence[Drop], /) -> None:
        """Drop registers that have these versions; else raise `VersionConflict`."""

    def commit(self, /) -> None:
        """Make everything durable; raise `VersionConflict` or `Contention` where it cannot be, `CommitUnknown` if unsure."""

    def rollback(self, /) -> None:
        """Undo everything; never raises for a transaction that is over already."""


class Schema(Protocol):
    """The explicit life of a store's structure."""

    def migrate(self) -> int:
        """Bring the store to the newest schema and return its number; safe to repeat and to run twice at once."""

    def check(self) -> None:
        """Raise `SchemaMismatch` or `StorageUnavailable` with the cure, unless the store is fit for use."""

    def compact(self) -> Compaction:
        """Clean up physically: bytes that were overwritten or deleted leave the files, as far as the backend offers it.

        What is stored stays as it is. A step for which this user has no right, or that others stand in the way of, is
        named in what remains; it is safe to repeat. May lock whole tables and take as long as rewriting them does.
        Raises `StorageUnavailable` or `Contention` where not even the first step could be done.
        """


class Driver(Protocol):
    """A backend. Its constructor touches nothing; it never reads a clock and never closes what the host gave it."""

    @property
    def capabilities(self) -> Capabilities:
        """What the backend promises."""

    @property
    def schema(self) -> Schema:
        """The store's structure."""

    def transaction(self, *, write: bool) -> Transaction:
        """Begin a transaction; a writing one may wait for other writers, and raises `Contention` when that takes too long."""

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """Return the library's error for a driver's exception, or None for one that is not a driver's."""


class Joinable(Driver, Protocol):
    """A backend with the capability ``joins``."""

    def join(self, host: Any, /) -> Driver:
        """Return a driver that takes part in the transaction that the host opened, and never ends or repeats it.

        ``host`` is what the backend's own users hold: a connection, an ORM session, a client session. Committing one
        of its units hands the rows to the host's transaction; rolling one back undoes the unit alone where the
        capability ``savepoints`` says so, and otherwise loses the host's transaction if the unit had written. Once
        lost, everything raises `TransactionLost` until the host has rolled back.

        Raises `StorageUnavailable` where no transaction is open, or where it is not one of this store.
        """


def first_missing(wanted: Iterable[str], found: Iterable[str]) -> str | None:
    """Return the first wanted id that was not found, or None."""
    present = set(found)
    return next((id_ for id_ in wanted if id_ not in present), None)
