"""A transaction over plain dictionaries: a snapshot, and an optimistic commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol, TypeVar

from attrs import define, field

from handover_core.errors import AlreadyExists, Contention, HandoverError, IdUsedBefore, NotFound, VersionConflict
from handover_core.history.asking import EVERYTHING, LogQuestion, answers
from handover_core.history.changes import Change, Event, Rewrite
from handover_core.storage.criteria import Criterion, Query
from handover_core.storage.driver import TOKEN, Capabilities, Row, Schema, Write, first_missing
from handover_core.storage.encoding import Stored
from handover_core.storage.kinds import Kind
from handover_core.storage.memory.matching import arranged, matches
from handover_core.storage.memory.registers import Registers, Shelves
from handover_core.storage.registers import EVENT, Drop, Put, Register, checked

Shelf = dict[str, Write]
UniqueKey = tuple[tuple[str, ...], tuple[Stored, ...]]


@define
class State:
    """Everything committed so far. A commit replaces the dictionaries that it touches and never changes them."""

    shelves: dict[tuple[str, str], Shelf] = field(factory=dict)
    unique: dict[tuple[str, str], dict[UniqueKey, str]] = field(factory=dict)
    changes: dict[tuple[str, str, str], tuple[Change, ...]] = field(factory=dict)
    events: dict[str, tuple[Event, ...]] = field(factory=dict)
    tokens: frozenset[tuple[str, str]] = frozenset()
    registers: Shelves = field(factory=dict)


class Store(Protocol):
    """What a transaction needs of its store."""

    capabilities: Capabilities
    schema: Schema

    @property
    def state(self) -> State:
        """What is committed at this moment."""

    def publish(self, transaction: MemoryTransaction) -> None:
        """Commit a transaction."""

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""


class MemoryTransaction:
    """Writes stay here until the commit, which validates versions, uniqueness and requirements in one go."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.over = False
        self._base = store.state
        self._writes: dict[tuple[str, str], dict[str, tuple[Kind[Any], Write | None, int]]] = {}
        self._required: list[tuple[Kind[Any], str, str, int | None]] = []
        self._forbidden: list[tuple[Kind[Any], str, Criterion, frozenset[str]]] = []
        self._changes: list[tuple[str, Change]] = []
        self._events: list[tuple[str, Event]] = []
        self._redacted: dict[tuple[str, str, str, int], Rewrite] = {}
        self._tokens: list[tuple[str, str]] = []
        self._dropped: list[tuple[str, tuple[str, str, int]]] = []
        self._registers = Registers(self._base.registers)

    # Reading

    def _shelf(self, kind: Kind[Any], tenant: str) -> Shelf:
        base = self._base.shelves.get((kind.name, tenant), {})
        mine = self._writes.get((kind.name, tenant))
        if not mine:
            return base
        shelf = {**base, **{id_: write for id_, (_, write, _) in mine.items() if write is not None}}
        for id_, (_, write, _) in mine.items():
            if write is None:
                shelf.pop(id_, None)
        return shelf

    def _find(self, kind: Kind[Any], tenant: str, id_: str) -> Write | None:
        mine = self._writes.get((kind.name, tenant), {}).get(id_)
        if mine is not None:
            return mine[1]
        return self._base.shelves.get((kind.name, tenant), {}).get(id_)

    def get(self, kind: Kind[Any], tenant: str, id: str, /) -> Row | None:
        """See `Transaction.get`."""
        found = self._find(kind, tenant, id)
        return None if found is None else found.row

    def get_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> list[Row]:
        """See `Transaction.get_many`."""
        return [found.row for id_ in dict.fromkeys(ids) if (found := self._find(kind, tenant, id_)) is not None]

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """See `Transaction.find`."""
        return [write.row for write in arranged(kind, self._shelf(kind, tenant).values(), query)]

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        """See `Transaction.stream`."""
        yield from self.find(kind, tenant, query)

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """See `Transaction.count`."""
        return sum(matches(kind, write, where) for write in self._shelf(kind, tenant).values())

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        """See `Transaction.group`."""
        places = [kind.position[name] for name in fields]
        return Counter(
            tuple(write.columns[place] for place in places)
            for write in self._shelf(kind, tenant).values()
            if matches(kind, write, where)
        )

    def changes(self, tenant: str, kind: str, id: str, /) -> list[Change]:
        """See `Transaction.changes`."""
        mine = [change for owner, change in self._changes if (owner, change.kind, change.id) == (tenant, kind, id)]
        return self._as_redacted(tenant, (*self._base.changes.get((tenant, kind, id), ()), *mine))

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """See `Transaction.history`."""
        streams = (stream for (owner, _, _), stream in self._base.changes.items() if owner == tenant)
        mine = (change for owner, change in self._changes if owner == tenant)
        asked = (change for change in chain(chain.from_iterable(streams), mine) if answers(change, question))
        return _following(self._as_redacted(tenant, asked), after, limit)

    def events(self, tenant: str, after: tuple[str, str, int] | None, limit: int, /) -> list[Event]:
        """See `Transaction.events`."""
        return _following(self._events_of(tenant), after, limit)

    def _events_of(self, tenant: str) -> list[Event]:
        gone = {place for owner, place in self._dropped if owner == tenant}
        found = (*self._base.events.get(tenant, ()), *(event for owner, event in self._events if owner == tenant))
        return [event for event in found if _place(event) not in gone]

    def register(self, tenant: str, space: str, key: str, /) -> Register | None:
        """See `Transaction.register`."""
        return self._registers.get(tenant, space, key)

    def registers(self, tenant: str, space: str, after: str | None, limit: int, /) -> list[Register]:
        """See `Transaction.registers`."""
        found = self._registers.of(tenant, space)
        return [each for each in found if after is None or each.key > after][:limit]

    def spaces(self, tenant: str, after: str | None, limit: int, /) -> list[str]:
        """See `Transaction.spaces`."""
        return [space for space in self._registers.spaces(tenant) if after is None or space > after][:limit]

    # Writing

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """See `Transaction.insert`."""
        if self._find(kind, tenant, write.row.id) is not None:
            raise AlreadyExists(kind.name, write.row.id)
        self._put(kind, tenant, write, 0)

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """See `Transaction.insert_many`."""
        for write in writes:
            self.insert(kind, tenant, write)

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """See `Transaction.replace`."""
        old = self._expect(kind, tenant, write.row.id, expected)
        self._put(kind, tenant, write if write.side is not None else write._replace(side=old.side), expected)

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        """See `Transaction.delete`."""
        self._expect(kind, tenant, id, expected)
        self._writes.setdefault((kind.name, tenant), {})[id] = (kind, None, self._first(kind, tenant, id, expected))

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """See `Transaction.require`."""
        self._expect(kind, tenant, id, version)
        self._required.append((kind, tenant, id, version))

    def require_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> None:
        """See `Transaction.require_many`."""
        missing = first_missing(ids, (row.id for row in self.get_many(kind, tenant, ids)))
        if missing is not None:
            raise NotFound(kind.name, missing)
        self._required += [(kind, tenant, id_, None) for id_ in ids]

    def require_none(self, kind: Kind[Any], tenant: str, where: Criterion, besides: Sequence[str], /) -> None:
        """See `Transaction.require_none`."""
        self._forbidden.append((kind, tenant, where, frozenset(besides)))

    def claim(self, tenant: str, token: str, at: int, /) -> None:  # noqa: ARG002 - nothing here ages tokens
        """See `Transaction.claim`."""
        if (tenant, token) in self._base.tokens or (tenant, token) in self._tokens:
            raise AlreadyExists(TOKEN, token)
        self._tokens.append((tenant, token))

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """See `Transaction.append`."""
        mine = {(owner, each.kind, each.id): each.version for owner, each in self._changes}
        for change in changes:
            place = tenant, change.kind, change.id
            held = self._base.changes.get(place, ())
            if max(held[-1].version if held else 0, mine.get(place, 0)) >= change.version:
                raise AlreadyExists("change", change.id)
            mine[place] = change.version
        self._changes += [(tenant, change) for change in changes]
        self._events += [(tenant, event) for event in events]

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """See `Transaction.redact`."""
        for before, after in entries:
            found = [each for each in self.changes(tenant, before.kind, before.id) if each.version == before.version]
            if not found or _words(found[0]) != _words(before):
                raise VersionConflict(before.kind, before.id, expected=before.version)
            place = tenant, before.kind, before.id, before.version
            first = self._redacted[place].before if place in self._redacted else found[0]
            self._redacted[place] = Rewrite(first, found[0]._replace(body=after.body, reason=after.reason))

    def _as_redacted(self, tenant: str, changes: Iterable[Change]) -> list[Change]:
        if not self._redacted:
            return list(changes)
        found = ((each, self._redacted.get((tenant, each.kind, each.id, each.version))) for each in changes)
        return [each if mine is None else mine.after for each, mine in found]

    def _check_redacted(self, state: State) -> None:
        for (tenant, kind, id_, version), mine in self._redacted.items():
            there = state.changes.get((tenant, kind, id_), ())
            if any(each.version == version and _words(each) != _words(mine.before) for each in there):
                raise VersionConflict(kind, id_, expected=version)

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        """See `Transaction.drop_events`."""
        there = {_place(event) for event in self._events_of(tenant)}
        for event in events:
            if _place(event) not in there:
                raise VersionConflict(EVENT, event.id, expected=event.version)
            there.remove(_place(event))
            self._dropped.append((tenant, _place(event)))

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        """See `Transaction.put_registers`."""
        self._registers.put(tenant, checked(puts))

    def drop_registers(self, tenant: str, drops: Sequence[Drop], /) -> None:
        """See `Transaction.drop_registers`."""
        self._registers.drop(tenant, drops)

    def commit(self, /) -> None:
        """See `Transaction.commit`."""
        self.store.publish(self)
        self.over = True

    def rollback(self, /) -> None:
        """See `Transaction.rollback`."""
        self._writes.clear()
        self.over = True

    def take(self, other: MemoryTransaction) -> None:
        """See the same snapshot and the same writes as another transaction."""
        self._base = other._base
        self._writes = {place: dict(writes) for place, writes in other._writes.items()}
        self._required = list(other._required)
        self._forbidden = list(other._forbidden)
        self._changes = list(other._changes)
        self._events = list(other._events)
        self._redacted = dict(other._redacted)
        self._tokens = list(other._tokens)
        self._dropped = list(other._dropped)
        self._registers = other._registers.copy()

    def check(self) -> None:
        """Raise what a commit would raise if nothing else were committed before it."""
        self.applied_to(self._base)

    # Helpers

    def _expect(self, kind: Kind[Any], tenant: str, id_: str, version: int) -> Write:
        found = self._find(kind, tenant, id_)
        if found is None or found.row.version != version:
            raise VersionConflict(kind.name, id_, expected=version, found=None if found is None else found.row.version)
        return found

    def _first(self, kind: Kind[Any], tenant: str, id_: str, expected: int) -> int:
        """Return the version that the committed row must have: the one before this transaction's first write."""
        mine = self._writes.get((kind.name, tenant), {}).get(id_)
        return expected if mine is None else mine[2]

    def _put(self, kind: Kind[Any], tenant: str, write: Write, expected: int) -> None:
        first = self._first(kind, tenant, write.row.id, expected)
        mine = self._writes.setdefault((kind.name, tenant), {})
        if kind.unique:
            self._check_unique(kind, tenant, write)
        mine[write.row.id] = (kind, write, first)

    def _check_unique(self, kind: Kind[Any], tenant: str, write: Write) -> None:
        wanted = set(unique_keys(kind, write))
        taken = self._base.unique.get((kind.name, tenant), {})
        mine = self._writes[kind.name, tenant]
        for key in wanted:
            holder = taken.get(key)
            if holder is not None and holder != write.row.id and holder not in mine:
                raise AlreadyExists(kind.name, _spelled(key))
        for id_, (_, other, _) in mine.items():
            if other is not None and id_ != write.row.id:
                for key in wanted.intersection(unique_keys(kind, other)):
                    raise AlreadyExists(kind.name, _spelled(key))

    def _check_required(self, state: State) -> None:
        for kind, tenant, id_, version in self._required:
            if id_ not in self._writes.get((kind.name, tenant), {}):  # what was written here has a check of its own
                _check_version(state, kind, tenant, id_, version)
        for kind, tenant, where, besides in self._forbidden:
            for id_, write in state.shelves.get((kind.name, tenant), {}).items():
                mine = id_ in besides or id_ in self._writes.get((kind.name, tenant), {})
                if not mine and matches(kind, write, where):
                    raise Contention

    def applied_to(self, state: State) -> State:
        """Return the state after this transaction; raise where it no longer fits."""
        self._check_required(state)
        self._check_redacted(state)
        if not (self._writes or self._changes or self._tokens or self._dropped or self._registers or self._redacted):
            return state
        shelves, unique = dict(state.shelves), dict(state.unique)
        for place, writes in self._writes.items():
            shelves[place], unique[place] = _merged(state, place, writes)
        changes = dict(state.changes)
        for tenant, change in self._changes:
            stream = changes.get((tenant, change.kind, change.id), ())
            if stream and stream[-1].version >= change.version:
                if change.version == 1:
                    raise IdUsedBefore(change.kind, change.id)
                raise VersionConflict(change.kind, change.id, found=stream[-1].version)
            changes[tenant, change.kind, change.id] = (*stream, change)
        for tenant, kind_, id_ in {place[:3] for place in self._redacted}:
            stream = changes.get((tenant, kind_, id_), ())
            changes[tenant, kind_, id_] = tuple(self._as_redacted(tenant, stream))
        for token in self._tokens:
            if token in state.tokens:
                raise AlreadyExists(TOKEN, token[1])
        tokens = state.tokens.union(self._tokens)
        registers = self._registers.applied_to(state.registers) if self._registers else state.registers
        return State(shelves, unique, changes, self._outbox(state), tokens, registers)

    def _outbox(self, state: State) -> dict[str, tuple[Event, ...]]:
        events = dict(state.events)
        for tenant, event in self._events:
            events[tenant] = (*events.get(tenant, ()), event)
        for tenant in {tenant for tenant, _ in self._dropped}:
            gone = {place for owner, place in self._dropped if owner == tenant}
            left = tuple(event for event in events.get(tenant, ()) if _place(event) not in gone)
            if len(events.get(tenant, ())) - len(left) != len(gone):
                raise VersionConflict(EVENT, tenant)
            events[tenant] = left
        return events


def _merged(
    state: State, place: tuple[str, str], writes: Mapping[str, tuple[Kind[Any], Write | None, int]]
) -> tuple[Shelf, dict[UniqueKey, str]]:
    shelf, unique = dict(state.shelves.get(place, {})), dict(state.unique.get(place, {}))
    for id_, (kind, write, first) in writes.items():
        present = shelf.get(id_)
        if first == 0 and present is not None:
            raise AlreadyExists(kind.name, id_)
        if first and (present is None or present.row.version != first):
            raise VersionConflict(
                kind.name, id_, expected=first, found=None if present is None else present.row.version
            )
        if present is not None:
            for key in unique_keys(kind, present):
                unique.pop(key, None)
            del shelf[id_]
        if write is not None:
            shelf[id_] = write
    for id_, (kind, write, _) in writes.items():
        for key in () if write is None else unique_keys(kind, write):
            if unique.setdefault(key, id_) != id_:
                # It was free when it was written: whoever took it since was quicker. The unit that runs again is told so.
                raise Contention
    return shelf, unique


def _check_version(state: State, kind: Kind[Any], tenant: str, id_: str, version: int | None) -> None:
    found = state.shelves.get((kind.name, tenant), {}).get(id_)
    if found is None and version is None:
        raise NotFound(kind.name, id_)
    if version is not None and (found is None or found.row.version != version):
        raise VersionConflict(kind.name, id_, expected=version, found=None if found is None else found.row.version)


def unique_keys(kind: Kind[Any], write: Write) -> Iterator[UniqueKey]:
    """Yield the values of the unique keys; as in SQL, a key with a null in it is not unique."""
    for names in kind.unique:
        values = tuple(write.columns[kind.position[name]] for name in names)
        if None not in values:
            yield names, values


def _spelled(key: UniqueKey) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in zip(*key, strict=True))


def _words(entry: Change) -> tuple[str | None, str | None]:
    return entry.body, entry.reason


E = TypeVar("E", Change, Event)


def _following(entries: list[E], after: tuple[str, str, int] | None, limit: int) -> list[E]:
    """Return entries by stream and version, after the one named."""
    entries.sort(key=_place)
    return [entry for entry in entries if after is None or _place(entry) > after][:limit]


def _place(entry: Change | Event) -> tuple[str, str, int]:
    return entry.kind, entry.id, entry.version
