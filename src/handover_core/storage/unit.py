"""The unit of work: state, change log and outbox in one transaction, always."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast
from zlib import crc32

from attrs import evolve

from handover_core.actor import Actor
from handover_core.clock import Clock
from handover_core.errors import (
    InvalidInput,
    NotFound,
    Problem,
    StillReferenced,
    StorageUnavailable,
    UnitClosed,
    UnitDoomed,
    VersionConflict,
)
from handover_core.history.chain import GENESIS, chained
from handover_core.history.changes import Change, Event, Operation
from handover_core.history.difference import difference
from handover_core.ids import Ids
from handover_core.storage.codec import Codec, from_json, to_json
from handover_core.storage.criteria import ContainsAny, Criterion, Eq, prepare
from handover_core.storage.custom import CUSTOM_FIELD, CustomField, side_values, spec_of
from handover_core.storage.driver import Driver, Row, Transaction, Write
from handover_core.storage.encoding import Stored, check_key, check_text, encode_checked, folded, to_micros
from handover_core.storage.kinds import Field, Kind, Kinds
from handover_core.storage.repository import Repository
from handover_core.texts import Text
from handover_core.values import Aggregate, changed

T = TypeVar("T", bound=Aggregate)

BUSY = Text(
    "another unit is open in the transaction that was joined; end it first",
    "所加入的事务中另有未结束的工作单元；请先结束它",
)
LANES = 64
"""Into how many lanes the outbox spreads its streams."""


class Ports(Protocol):
    """What a unit of work is opened with."""

    driver: Driver
    kinds: Kinds
    codec: Codec
    clock: Clock
    ids: Ids
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
        self.command = command
        self.reason = reason
        self.now = ports.clock()
        self.codec = ports.codec
        self.kinds = ports.kinds
        self.new_id = ports.ids
        self.seen: dict[tuple[str, str], Row] = {}
        self.loaded: dict[tuple[str, str], Aggregate] = {}
        self._driver = ports.driver
        self._joined = ports.joined
        self._write = write
        self._token = token
        self._claimed = False
        self._doomed = False
        self._transaction: Transaction | None = None
        self._changes: list[Change] = []
        self._events: list[Event] = []
        self._needed: dict[str, dict[str, None]] = {}
        self._inserted: set[tuple[str, str]] = set()
        self._custom: dict[str, tuple[CustomField, ...]] = {}

    def __enter__(self) -> Self:
        if self._driver.capabilities.joined:
            # Savepoints nest, and ending the outer one would take what the inner one has stored.
            if self._joined:
                raise StorageUnavailable(BUSY)
            self._joined.append(self)
        try:
            self._transaction = self._driver.transaction(write=self._write)
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
        with self._dooming():
            for kind, ids in self._needed.items():
                wanted = [id_ for id_ in ids if (kind, id_) not in self._inserted]
                if wanted:
                    transaction.require_many(self.kinds[kind], self.tenant, wanted)
            if self._changes:
                transaction.append(self.tenant, self._changes, self._events)
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
        before = self.command, self.reason
        self.command, self.reason = command, reason
        try:
            yield
        finally:
            self.command, self.reason = before

    def changes(self, kind: Kind[Any], id: str) -> list[Change]:
        """Return the stored history of one aggregate, oldest first."""
        return self.transaction.changes(self.tenant, kind.name, id)

    def custom_spec(self, kind: Kind[Any], name: str) -> Field | None:
        """Return how a custom field of this tenant is filtered, or None where it is not declared."""
        return next((spec_of(each) for each in self.custom_fields(kind.name) if each.name == name), None)

    def custom_fields(self, kind: str) -> tuple[CustomField, ...]:
        """Return the custom fields that the tenant declared for a kind; read once in a unit."""
        if kind not in self._custom:
            self._custom[kind] = tuple(self.repository(CUSTOM_FIELD).list(Eq("kind", kind)))
        return self._custom[kind]

    def doom(self) -> None:
        """Let nothing of this unit be committed any more."""
        self._doomed = True

    def claim(self) -> None:
        """Insert the token before anything else; raises `AlreadyExists` where an earlier attempt has landed."""
        with self._dooming():
            self._begin_writing()

    # Writing; called by repositories

    def insert(self, kind: Kind[T], aggregate: T) -> T:
        """Store a new aggregate; see `Repository.add`."""
        with self._dooming():
            check_key("id", aggregate.id)
            stored = changed(aggregate, version=1)
            body = _body(self.codec, stored)
            at = to_micros(self.now)
            head = self._head(GENESIS, kind, stored.id, 1, Operation.INSERT, at, body)
            row = Row(stored.id, 1, kind.format, at, head, body)
            self._begin_writing().insert(kind, self.tenant, self.written(kind, stored, row))
            self._log(kind, stored.id, 1, Operation.INSERT, at, body, head)
            self._remember(kind, stored, row)
            return stored

    def insert_many(self, kind: Kind[T], aggregates: Sequence[T]) -> list[T]:
        """Store many new aggregates with thin entries and one batch header; see `Repository.add_many`."""
        if not aggregates:
            return []
        with self._dooming():
            batch, at = self.new_id(), to_micros(self.now)
            stored = [changed(aggregate, version=1) for aggregate in aggregates]
            writes = [self._thin(kind, aggregate, at, batch) for aggregate in stored]
            self._begin_writing().insert_many(kind, self.tenant, writes)
            for aggregate in stored:
                self._need(kind, aggregate, None)
                self._inserted.add((kind.name, aggregate.id))
            if kind.name == CUSTOM_FIELD.name:
                self._custom.clear()
            content = to_json({"kind": kind.name, "count": len(stored)})
            head = self._head(GENESIS, _BATCH, batch, 1, Operation.BATCH, at, content)
            self._log(_BATCH, batch, 1, Operation.BATCH, at, content, head)
            return stored

    def replace(self, kind: Kind[T], aggregate: T, *, touch: bool = False) -> T:
        """Store a changed aggregate; see `Repository.save` and `Repository.touch`."""
        with self._dooming():
            old = self._present(kind, aggregate)
            body = _body(self.codec, aggregate)
            if body == old.body and old.format == kind.format and not touch:
                return aggregate
            version = old.version + 1
            stored = changed(aggregate, version=version)
            at = max(to_micros(self.now), old.changed_at)
            before, after = from_json(old.body), from_json(body)
            content = to_json(difference(before, after) if old.format == kind.format else [before, after])
            head = self._head(old.head, kind, stored.id, version, Operation.UPDATE, at, content)
            row = Row(stored.id, version, kind.format, at, head, body)
            previous = self._previous(kind, old)
            write = self.written(kind, stored, row)
            if write.side == self._side(kind, previous):
                write = write._replace(side=None)
            self._begin_writing().replace(kind, self.tenant, write, old.version)
            self._log(kind, stored.id, version, Operation.UPDATE, at, content, head)
            self._remember(kind, stored, row, previous)
            return stored

    def delete(self, kind: Kind[T], aggregate: T) -> None:
        """Delete an aggregate; see `Repository.delete`."""
        with self._dooming():
            old = self._present(kind, aggregate)
            referring = self._referring(kind, aggregate.id)
            for by, where in referring:
                if self.transaction.count(by, self.tenant, where):
                    raise StillReferenced(kind.name, aggregate.id, by.name)
            version, at = old.version + 1, max(to_micros(self.now), old.changed_at)
            then = kind if kind.format == old.format else evolve(kind, format=old.format)  # what the entry's body is in
            head = self._head(old.head, then, old.id, version, Operation.DELETE, at, old.body)
            self._begin_writing().delete(kind, self.tenant, old.id, old.version)
            for by, where in referring:
                mine = [change.id for change in self._changes if change.kind == by.name]
                self.transaction.require_none(by, self.tenant, where, mine)
            self._log(then, old.id, version, Operation.DELETE, at, old.body, head)
            self.seen.pop((kind.name, old.id), None)
            if kind.name == CUSTOM_FIELD.name:
                self._custom.clear()
            self._inserted.discard((kind.name, old.id))

    # Helpers

    @contextmanager
    def _dooming(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._doomed = True
            raise

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

    def _previous(self, kind: Kind[T], old: Row) -> T:
        """Return the aggregate of a row; as a rule it was loaded in this unit (custom values can be changed in place)."""
        loaded = self.loaded.get((kind.name, old.id))
        if loaded is not None and loaded.version == old.version and not loaded.custom:
            return cast("T", loaded)
        return self.codec.load(kind, old.id, old.version, old.format, old.body)

    def _referring(self, kind: Kind[Any], id_: str) -> list[tuple[Kind[Any], Criterion]]:
        """Return the kinds that may refer to a row, each with the question for those that do."""
        found: list[tuple[Kind[Any], Criterion]] = []
        for by, name in self.kinds.referring.get(kind.name, ()):
            where = prepare(by, _refers(by, name, id_), lambda _: None)
            if where is not None:
                found.append((by, where))
        return found

    def written(self, kind: Kind[T], aggregate: T, row: Row) -> Write:
        """Return a row with the columns, search texts and side values of its aggregate; raise `InvalidInput`."""
        columns: list[Stored] = []
        problems: list[Problem] = []
        check_key("id", aggregate.id)
        for spec, encode in self.codec.columns(kind):
            value = spec.get(aggregate)
            try:
                columns.append(None if value is None else encode(spec, value))
            except InvalidInput as error:
                problems.extend(error.problems)
        if problems:
            raise InvalidInput(problems)
        search = tuple(None if (value := spec.get(aggregate)) is None else folded(value) for spec in kind.searchable)
        return Write(row, tuple(columns), search, self._side(kind, aggregate))

    def _side(self, kind: Kind[T], aggregate: T) -> tuple[tuple[str, str], ...]:
        entries = [
            (spec.name, str(encode_checked(spec, value)))
            for spec in kind.many
            if (values := spec.get(aggregate))
            for value in dict.fromkeys(values)
        ]
        if aggregate.custom:
            entries += side_values(kind.name, aggregate.custom, self.custom_fields(kind.name))
        return tuple(entries)

    def _thin(self, kind: Kind[T], aggregate: T, at: int, batch: str) -> Write:
        check_key("id", aggregate.id)
        body = _body(self.codec, aggregate)
        head = self._head(GENESIS, kind, aggregate.id, 1, Operation.INSERT, at, body)
        self._changes.append(
            Change(
                kind=kind.name, id=aggregate.id, version=1, operation=Operation.INSERT, format=kind.format, at=at,
                actor=self.actor.id, command=self.command, reason=self.reason, body=None, batch=batch, head=head,
            )
        )  # fmt: skip
        return self.written(kind, aggregate, Row(aggregate.id, 1, kind.format, at, head, body))

    def _head(
        self, head: str, kind: Kind[Any], id_: str, version: int, operation: Operation, at: int, content: str
    ) -> str:
        return chained(
            head, self.tenant, kind.name, id_, version, operation.value, kind.format, at,
            self.actor.id, self.command, self.reason, content,
        )  # fmt: skip

    def _log(
        self, kind: Kind[Any], id_: str, version: int, operation: Operation, at: int, body: str, head: str
    ) -> None:
        self._changes.append(
            Change(
                kind=kind.name, id=id_, version=version, operation=operation, format=kind.format, at=at,
                actor=self.actor.id, command=self.command, reason=self.reason, body=body, batch=None, head=head,
            )
        )  # fmt: skip
        lane = crc32(f"{kind.name}:{id_}".encode()) % LANES
        self._events.append(Event(kind=kind.name, id=id_, version=version, type=operation.value, at=at, lane=lane))

    def _remember(self, kind: Kind[T], stored: T, row: Row, previous: T | None = None) -> None:
        self.seen[kind.name, stored.id] = row
        self.loaded[kind.name, stored.id] = stored
        if previous is None:
            self._inserted.add((kind.name, stored.id))
        self._need(kind, stored, previous)
        if kind.name == CUSTOM_FIELD.name:
            self._custom.clear()

    def _need(self, kind: Kind[T], stored: T, previous: T | None) -> None:
        for reference in kind.references:
            get = kind.named[reference.field].get
            found = get(stored)
            before = None if previous is None else get(previous)
            if found is None or found == before:
                continue
            for id_ in _ids(found):
                if id_ not in _ids(before):
                    self._needed.setdefault(reference.kind, {})[id_] = None


_BATCH: Kind[Any] = Kind(name="batch", type=Aggregate)


def _refers(kind: Kind[Any], name: str, id_: str) -> Criterion:
    spec = kind.field(name)
    return ContainsAny(name, (id_,)) if spec is not None and spec.many else Eq(name, id_)


def _ids(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def _body(codec: Codec, aggregate: Aggregate) -> str:
    try:
        text = to_json(codec.dump(aggregate))
        text.encode()
    except (TypeError, ValueError, OverflowError) as error:  # orjson and the standard library differ here
        raise InvalidInput.at(
            type(aggregate).__name__, "text.characters", f"cannot be stored: {error}", f"无法存储：{error}"
        ) from error
    if "\\u0000" in text and _has_nul(from_json(text)):
        raise InvalidInput.at(type(aggregate).__name__, "text.characters", "holds a NUL character", "含有 NUL 字符")
    return text


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_has_nul(each) for each in value)
