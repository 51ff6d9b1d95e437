"""The unit of work: state, change log and outbox in one transaction, always."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast

from attrs import evolve

from handover_core.actor import Actor
from handover_core.clock import Clock
from handover_core.errors import (
    NotFound,
    StillReferenced,
    StorageUnavailable,
    UnitClosed,
    UnitDoomed,
    VersionConflict,
)
from handover_core.history.asking import EVERYTHING, LogQuestion
from handover_core.history.chain import GENESIS
from handover_core.history.changes import Change, Event, Operation
from handover_core.history.finality import check_in_time
from handover_core.history.sealed import MARK
from handover_core.ids import Ids
from handover_core.storage.bulk import Stored
from handover_core.storage.codec import Codec, from_json, text_of, to_json
from handover_core.storage.custom import CUSTOM_FIELD, CustomField, became_personal, check_unheld, side_values, spec_of
from handover_core.storage.dooming import Dooming
from handover_core.storage.driver import Driver, Row, Transaction, Write
from handover_core.storage.encoding import check_key, check_text, encode_checked, to_micros
from handover_core.storage.handlers import Handler, Handling
from handover_core.storage.kinds import Field, Kind, Kinds
from handover_core.storage.personal_data import PersonalData
from handover_core.storage.recording import BATCH, Place, Recorder, Thin
from handover_core.storage.references import named_by, newly_named, referring_to
from handover_core.storage.repository import Repository
from handover_core.storage.safekeeping import Safekeeping
from handover_core.storage.vault import Vault
from handover_core.texts import Text
from handover_core.values import Aggregate, Scalar, versioned

T = TypeVar("T", bound=Aggregate)

BUSY = Text(
    "another unit is open in the transaction that was joined; end it first",
    "所加入的事务中另有未结束的工作单元；请先结束它",
)


class Ports(Protocol):
    """What a unit of work is opened with."""

    driver: Driver
    kinds: Kinds
    codec: Codec
    clock: Clock
    ids: Ids
    vault: Vault | None
    """Keeps the keys with which personal values are sealed in the history; None leaves them readable."""
    handlers: Sequence[Handler]
    """What sees the changes of every unit before its commit, and may refuse them."""
    joined: list[object]
    """The unit that is open in the transaction of a host, where these are joined to one."""


class UnitOfWork:
    """One transaction of one tenant and one actor. Leaving it without `commit` rolls everything back.

    A failed write dooms the unit: whatever comes after raises `UnitDoomed`. Aggregates that a unit returns stay valid
    values after it ended.
    """

    def __init__(
        self,
        ports: Ports,
        tenant: str,
        actor: Actor,
        command: str,
        reason: str | None,
        *,
        write: bool,
        token: str,
    ) -> None:
        self.tenant = tenant
        self.actor = actor
        self.now = ports.clock()
        self.codec = ports.codec
        self.kinds = ports.kinds
        self.new_id = ports.ids
        self.seen: dict[tuple[str, str], Row] = {}
        self.loaded: dict[tuple[str, str], Aggregate] = {}
        self._clock = ports.clock
        self._driver = ports.driver
        self._joined = ports.joined
        self._handling = Handling(ports.handlers)
        self._write = write
        self._token = token
        self._claimed = False
        self._doomed = False
        self._transaction: Transaction | None = None
        self._recorder = Recorder(tenant, actor.id, command, reason)
        self._safe = Safekeeping(
            ports.vault, tenant, writing=self._begin_writing, custom=self.custom_fields, written=self._rewritten
        )
        self._needed: dict[str, dict[str, None]] = {}
        self._inserted: set[tuple[str, str]] = set()
        self._custom: dict[str, tuple[CustomField, ...]] | None = None
        self._personal: PersonalData | None = None

    def __enter__(self) -> Self:
        if self._driver.capabilities.joined:
            # Savepoints nest, and ending the outer one would take what the inner one has stored.
            if self._joined:
                raise StorageUnavailable(BUSY)
            self._joined.append(self)
        try:
            self._transaction = self._safe.opening(self._driver.transaction(write=self._write))
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.rollback()
        finally:
            self._leave()

    def _leave(self) -> None:
        self._safe.leave()
        self._personal = None
        if self in self._joined:
            self._joined.remove(self)

    @property
    def transaction(self) -> Transaction:
        """The driver's transaction; raises `UnitClosed` outside the with-statement, `UnitDoomed` after a failed write."""
        if self._transaction is None:
            raise UnitClosed
        if self._doomed:
            raise UnitDoomed
        return self._transaction

    def repository(self, kind: Kind[T]) -> Repository[T]:
        """Return the repository of ``kind`` in this unit."""
        return Repository(self, kind)

    def commit(self) -> None:
        """Make everything durable, or raise and keep nothing (`CommitUnknown` tells when even that is not known)."""
        transaction = self.transaction
        with self.dooming():
            self._handling.run(self, self._recorder.changes)
            transaction = self.transaction  # a handler may have swallowed what doomed this unit, or ended it
            for kind, ids in self._needed.items():
                wanted = [id_ for id_ in ids if (kind, id_) not in self._inserted]
                if wanted:
                    transaction.require_many(self.kinds[kind], self.tenant, wanted)
            # After the guards: an erasure that ends meanwhile waits for these, and then finds what is written here.
            self._safe.confirm()
            if self._recorder.changes:
                check_in_time(self.now, self._clock())
                self._recorder.append(transaction, self._driver)
            transaction.commit()
        self._transaction = None

    def rollback(self) -> None:
        """Undo everything; allowed at any time."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.rollback()

    @contextmanager
    def labelled(self, command: str, reason: str | None = None) -> Iterator[None]:
        """Record what is written inside as this command, with this reason."""
        check_text("reason", reason or "")
        recorder = self._recorder
        before = recorder.command, recorder.reason
        recorder.command, recorder.reason = command, reason
        try:
            yield
        finally:
            recorder.command, recorder.reason = before

    def changes(self, kind: Kind[Any], id: str) -> list[Change]:
        """Return the history of one aggregate, oldest first, with what this unit has done to it."""
        return self.transaction.changes(self.tenant, kind.name, id) + self._recorder.of(kind.name, id)

    def history(self, after: Place | None, limit: int, question: LogQuestion = EVERYTHING) -> list[Change]:
        """Return a page of the change log with what this unit has done in it; see `Transaction.history`."""
        found = self.transaction.history(self.tenant, after, limit, question)
        return self._recorder.among(found, after, limit, question)

    def events(self, after: Place | None, limit: int) -> list[Event]:
        """Return a page of the outbox with what this unit will put into it; see `Transaction.events`."""
        return self._recorder.among_events(self.transaction.events(self.tenant, after, limit), after, limit)

    @property
    def has_recorded(self) -> bool:
        """Whether this unit will leave something in the history; it is not stored before the commit."""
        return bool(self._recorder.changes)

    @property
    def personal(self) -> PersonalData:
        """The personal data in this unit: keys, erasure, redaction."""
        if self._personal is None:
            self._personal = PersonalData(self, self._safe, self._recorder, self._begin_writing, self._rewritten)
        return self._personal

    @property
    def as_stored(self) -> Transaction:
        """The transaction in which what is sealed in the state stays so; raises like `transaction`."""
        return self._safe.beneath(self.transaction)

    def custom_spec(self, kind: Kind[Any], name: str) -> Field | None:
        """Return how a custom field of this tenant is filtered, or None where it is not declared."""
        return next((spec_of(each) for each in self.custom_fields(kind.name) if each.name == name), None)

    def custom_fields(self, kind: str) -> tuple[CustomField, ...]:
        """Return the custom fields that the tenant declared for a kind; those of all kinds are read once in a unit."""
        if self._custom is None:
            declared: dict[str, tuple[CustomField, ...]] = {}
            for each in self.repository(CUSTOM_FIELD).list():
                declared[each.kind] = (*declared.get(each.kind, ()), each)
            self._custom = declared
        return self._custom.get(kind, ())

    def dooming(self) -> Dooming:
        """Return a context that dooms this unit where something fails inside."""
        return Dooming(self.doom)

    def doom(self) -> None:
        """Let nothing of this unit be committed any more."""
        self._doomed = True

    def claim(self) -> None:
        """Insert the token before anything else; raises `AlreadyExists` where an earlier attempt has landed."""
        with self.dooming():
            self._begin_writing()

    # Writing; called by repositories

    def insert(self, kind: Kind[T], aggregate: T) -> T:
        """Store a new aggregate; see `Repository.add`."""
        with self.dooming():
            check_key("id", aggregate.id)
            stored = versioned(aggregate, 1)
            dumped = self.codec.dump(stored)
            body = text_of(kind, dumped)
            at = to_micros(self.now)
            content = self._safe.content(kind, stored.id, dumped, body)
            head = self._recorder.add(kind, stored.id, 1, Operation.INSERT, at, content, GENESIS)
            row = Row(stored.id, 1, kind.format, at, head, body)
            self._begin_writing().insert(kind, self.tenant, self.written(kind, stored, row, {}))
            self._remember(kind, stored, row)
            return stored

    def insert_many(self, kind: Kind[T], aggregates: Sequence[T]) -> Sequence[T]:
        """Store many new aggregates with thin entries and one batch header; see `Repository.add_many`."""
        if not aggregates:
            return []
        with self.dooming():
            batch, at = self.new_id(), to_micros(self.now)
            self._safe.prepare(kind, ((each.id, self.codec.dump(each)) for each in aggregates))
            thin = self._recorder.thin(kind, at, batch)
            # Row by row as they are stored, so that nothing is kept, unless making one asks the store for something.
            made = (self._thin(kind, aggregate, at, thin) for aggregate in aggregates)
            writes = list(made) if kind.has_personal(aggregates) else made
            self._begin_writing().insert_many(kind, self.tenant, writes)
            for reference, ids in named_by(kind, aggregates):
                self._needed.setdefault(reference, {}).update(ids)
            self._inserted.update([(kind.name, aggregate.id) for aggregate in aggregates])
            if kind.name == CUSTOM_FIELD.name:
                self._custom = None
            content = to_json({"kind": kind.name, "count": len(aggregates)})
            self._recorder.add(BATCH, batch, 1, Operation.BATCH, at, content, GENESIS)
            return Stored(aggregates)

    def replace(self, kind: Kind[T], aggregate: T, *, touch: bool = False, aside: bool = False) -> T:
        """Store a changed aggregate; see `Repository.save` and `Repository.touch`. ``aside`` writes its side anew."""
        with self.dooming():
            old = self._present(kind, aggregate)
            body = text_of(kind, self.codec.dump(aggregate))
            if body == old.body and old.format == kind.format and not touch:
                return aggregate
            content = to_json(self._safe.difference(kind, self._safe.closed(kind, old), body))
            before = self._before(kind, old, Operation.UPDATE, content)
            version, at = before.version + 1, max(to_micros(self.now), before.changed_at)
            stored = versioned(aggregate, version)
            head = self._recorder.add(kind, stored.id, version, Operation.UPDATE, at, content, before.head)
            row = Row(stored.id, version, kind.format, at, head, body)
            previous = self._previous(kind, old)
            check_unheld(self, previous, stored)
            self._handling.replaced((kind.name, old.id, version), lambda: previous)
            write = self.written(kind, stored, row, previous.custom)
            if not aside and write.side == self._side(kind, previous, None):
                write = Write(row, write.columns, write.search, None)
            self._begin_writing().replace(kind, self.tenant, write, old.version)
            self._remember(kind, stored, row, previous)
            return stored

    def delete(self, kind: Kind[T], aggregate: T) -> None:
        """Delete an aggregate; see `Repository.delete`."""
        with self.dooming():
            old = self._present(kind, aggregate)
            if kind.name == CUSTOM_FIELD.name:
                check_unheld(self, self._previous(kind, old), None)
            referring = referring_to(self.kinds, kind, aggregate.id)
            for by, where in referring:
                if self.transaction.count(by, self.tenant, where):
                    raise StillReferenced(kind.name, aggregate.id, by.name)
            then = kind if kind.format == old.format else evolve(kind, format=old.format)  # what the entry's body is in
            going = self._safe.closed(kind, old).body
            content = self._safe.content(kind, old.id, from_json(going), going, going=True)
            before = self._before(then, old, Operation.DELETE, content)
            version, at = before.version + 1, max(to_micros(self.now), before.changed_at)
            self._begin_writing().delete(kind, self.tenant, old.id, old.version)
            for by, where in referring:
                mine = [change.id for change in self._recorder.changes if change.kind == by.name]
                self.transaction.require_none(by, self.tenant, where, mine)
            self._recorder.add(then, old.id, version, Operation.DELETE, at, content, before.head)
            self._handling.replaced((kind.name, old.id, version), lambda: self._previous(kind, old))
            self.seen.pop((kind.name, old.id), None)
            if kind.name == CUSTOM_FIELD.name:
                self._custom = None
            self._inserted.discard((kind.name, old.id))
            self._needed.get(kind.name, {}).pop(old.id, None)  # nobody refers to it any more

    # Helpers

    def _begin_writing(self) -> Transaction:
        transaction = self.transaction
        if not self._write:
            raise UnitClosed
        if not self._claimed:
            transaction.claim(self.tenant, self._token, to_micros(self.now))
            self._claimed = True
        return transaction

    def _present(self, kind: Kind[T], aggregate: T) -> Row:
        old = self.seen.get((kind.name, aggregate.id)) or self.transaction.get(kind, self.tenant, aggregate.id)
        if old is None:
            raise NotFound(kind.name, aggregate.id)
        if old.version != aggregate.version:
            raise VersionConflict(kind.name, aggregate.id, expected=aggregate.version, found=old.version)
        return old

    def _before(self, kind: Kind[Any], old: Row, operation: Operation, content: str) -> Row:
        """Return the row that an entry with this content follows."""
        if not self._safe.left_out(kind, old.id):
            return old
        return self.personal.ready(kind, old, operation, content)

    def _previous(self, kind: Kind[T], old: Row) -> T:
        """Return the aggregate of a row; as a rule it was loaded in this unit (custom values can be changed in place)."""
        loaded = self.loaded.get((kind.name, old.id))
        if loaded is not None and loaded.version == old.version and not loaded.custom:
            return cast("T", loaded)
        return self.codec.load(kind, old.id, old.version, old.format, old.body)

    def written(self, kind: Kind[T], aggregate: T, row: Row, standing: Mapping[str, Scalar] | None = None) -> Write:
        """Return a row with the columns, search texts and side values of its aggregate; raise `InvalidInput`.

        ``standing`` are its custom values before (None: as now), which may be older than what is declared.
        """
        check_key("id", aggregate.id)
        columns, search = self.codec.columns(kind, aggregate)
        return Write(row, columns, search, self._side(kind, aggregate, standing))

    def _rewritten(self, kind: Kind[Any], row: Row) -> Write:
        return self.written(kind, self.codec.load(kind, row.id, row.version, row.format, row.body), row)

    def _side(self, kind: Kind[T], aggregate: T, standing: Mapping[str, Scalar] | None) -> tuple[tuple[str, str], ...]:
        entries: list[tuple[str, str]] = []
        for spec in kind.many:
            if values := spec.get(aggregate):
                entries += [(spec.name, str(encode_checked(spec, value))) for value in dict.fromkeys(values)]
        if aggregate.custom:
            entries += side_values(kind.name, aggregate.custom, self.custom_fields(kind.name), standing)
        return tuple(entries)

    def _thin(self, kind: Kind[T], aggregate: T, at: int, thin: Thin) -> Write:
        dumped = self.codec.dump(aggregate)
        content = body = text_of(kind, dumped)
        kept: str | None = None
        sealed = self._safe.sealed(kind, aggregate.id, dumped, body)
        if sealed is not None:
            content = to_json(sealed)
            kept = to_json({name: value for name, value in sealed.items() if MARK in to_json(value)})
        head = thin(aggregate.id, content, kept)
        return self.written(kind, aggregate, Row(aggregate.id, 1, kind.format, at, head, body), {})

    def _remember(self, kind: Kind[T], stored: T, row: Row, previous: T | None = None) -> None:
        self.seen[kind.name, stored.id] = row
        self.loaded[kind.name, stored.id] = stored
        if previous is None:
            self._inserted.add((kind.name, stored.id))
        self._need(kind, stored, previous)
        if kind.name == CUSTOM_FIELD.name:
            self._custom = None
            if became_personal(previous, stored):
                self._safe.unsettle()

    def _need(self, kind: Kind[T], stored: T, previous: T | None) -> None:
        for reference, id_ in newly_named(kind, stored, previous):
            self._needed.setdefault(reference, {})[id_] = None
