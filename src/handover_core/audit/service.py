"""Use cases of the audit room: reading the past, and checking that it is what was written."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from attrs import evolve

from handover_core.actor import Role
from handover_core.audit import rules, walking
from handover_core.audit.model import AsOf, AsOfList, Entry, Seal, Verified, Wanted
from handover_core.audit.opening import Opener
from handover_core.audit.past import Past
from handover_core.desk import Desk, Room
from handover_core.errors import InvalidInput, NotFound
from handover_core.guards import lacks_role
from handover_core.history.changes import Change, Operation
from handover_core.history.checking import BATCH, UNRECORDED, Break, check
from handover_core.history.difference import Difference, difference
from handover_core.history.redaction import redacted_in
from handover_core.history.sealed import MARK
from handover_core.history.seals import Leaf, Root
from handover_core.history.states import State, states
from handover_core.storage import Criterion, Kind, Page, Row, UnitOfWork
from handover_core.storage.bulks import Bulks
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.criteria import prepare
from handover_core.storage.encoding import INT64, check_text, folded, to_micros
from handover_core.storage.memory.matching import matches
from handover_core.storage.walking import PAGE, Ask
from handover_core.values import Aggregate

T = TypeVar("T", bound=Aggregate)
R = TypeVar("R")

MOST_BREAKS = 100
"""After how many breaks a verification stops."""


class AuditService(Room):
    """What was recorded in one company. Only auditors, HR and the owner may ask.

    Every method raises `Refused` for others, `NotFound` for what never was, `InvalidInput`.
    """

    # Reading the past

    def entries(self, kind: Kind[Any], id: str) -> list[Entry]:
        """Return the history of one aggregate, oldest first, field by field."""
        changes = self._ask(lambda unit: self._stream(unit, kind, id))
        return rules.entries_of(changes, partial(self._opener().load, kind.name))

    def who_changed(self, kind: Kind[Any], id: str, field: str) -> list[Entry]:
        """Return the entries that changed a field, oldest first: who, when and why."""
        return [entry for entry in self.entries(kind, id) if any(each.field == field for each in entry.fields)]

    def as_of(self, kind: Kind[T], id: str, known_at: datetime) -> AsOf[T]:
        """Return an aggregate as it was known at an instant; none before it was stored and after it was deleted."""
        micros, opener = to_micros(known_at), self._opener()

        def answer(unit: UnitOfWork) -> AsOf[T]:
            state = rules.state_at(self._states(unit, kind, id), micros)
            found = None if state is None else _decoded(unit, opener, kind, state)
            return AsOf(known_at=known_at, final=rules.is_final(known_at, unit.now), found=found)

        return self._ask(answer)

    def list_as_of(self, kind: Kind[T], known_at: datetime, where: Criterion | None = None) -> AsOfList[T]:
        """Return the aggregates of a kind that match as they were known at an instant, by id."""
        micros, opener = to_micros(known_at), self._opener()

        def answer(unit: UnitOfWork) -> AsOfList[T]:
            prepared = prepare(kind, where, lambda name: unit.custom_spec(kind, name))
            found: list[T] = []
            for stream in walking.streams_of(lambda fn: fn(unit), kind):
                state = rules.state_at(_stated(stream.changes, stream.row), micros)
                aggregate = None if state is None else _decoded(unit, opener, kind, state)
                if aggregate is not None and matches(kind, unit.written(kind, aggregate, _BLANK), prepared):
                    found.append(aggregate)
            return AsOfList(known_at=known_at, final=rules.is_final(known_at, unit.now), found=tuple(found))

        return self._ask(answer)

    def past(self, known_at: datetime) -> Desk:
        """Return a desk at which everything is as it was known at an instant; nothing can be written there."""
        self._ask(lambda _: None)
        past = Past(self._ask, self._opener(), self.desk.units, self.desk.tenant, known_at)
        return evolve(self.desk, units=past.units, joined=None)

    def difference(self, kind: Kind[Any], id: str, since: datetime, until: datetime) -> Difference:
        """Return what changed between two instants, field by field; see `handover_core.history.difference`."""
        opener = self._opener()

        def answer(unit: UnitOfWork) -> Difference:
            found = self._states(unit, kind, id)
            sides = [rules.state_at(found, to_micros(instant)) for instant in (since, until)]
            bodies = ({} if side is None or side.body is None else side.body for side in sides)
            old, new = (opener.opened(kind.name, body) for body in bodies)
            return difference(old, new)

        return self._ask(answer)

    def search(self, wanted: Wanted, *, limit: int = 100, after: str | None = None) -> Page[Entry]:
        """Return a page of entries that answer a question, by kind, id and version.

        The store answers all of the question in one statement but its text: values may be sealed, and texts are
        compared folded, so a text is sought here, in the entries that the store returns, until the page is full.
        """
        if limit < 1:
            raise InvalidInput.at("limit", "page.limit", "is less than 1", "小于 1")
        for name in ("kind", "id", "actor", "command"):
            check_text(name, getattr(wanted, name) or "")
        found: list[Entry] = []
        opener = self._opener()
        size = limit + 1 if wanted.text is None else max(PAGE, limit + 1)
        start = None if after is None else _place(after)
        for change in walking.history(self._ask, start, rules.question_of(wanted), size):
            load = partial(opener.load, change.kind)
            if not rules.says(change, wanted.text, folded, load):
                continue
            if len(found) == limit:
                last = found[-1]
                return Page(tuple(found), _cursor(last.kind, last.id, last.version))
            found.append(rules.entry_of(change, load))
        return Page(tuple(found))

    # Checking

    def verify(self, seals: Sequence[Seal] = (), *, key: bytes | None = None) -> Verified:
        """Read everything and return what is not as it was written, at most a hundred breaks.

        Each stream is chained, agrees with its row, and holds what was sealed; ``key`` checks the signatures of the
        seals. Raises `InvalidInput` for a seal that is not whole or of another company.
        """
        for seal in seals:
            if seal.tenant != self.desk.tenant:
                raise InvalidInput.at("seal", "seal.tenant", "is of another company", "属于其他公司")
            rules.check_seal(seal, key)
        opener = self._opener()
        walk = _Verification(self._ask, self.desk.tenant, [iter(seal.leaves) for seal in seals], opener)
        for stream in self.streams():
            walk.take(stream)
            if len(walk.breaks) >= MOST_BREAKS:
                break
        else:
            walk.end()
        return walk.result(tuple(seal.root for seal in seals))

    def seal(self, *, key: bytes | None = None) -> Seal:
        """Return a checkpoint of every stream, signed where a key is given. Keep it where the store is not."""
        at: datetime = self._ask(lambda unit: unit.now)
        root, leaves = Root(), []
        for stream in self.streams():
            if stream.changes:
                leaf = Leaf(stream.kind, stream.id, stream.changes[-1].version, stream.changes[-1].head)
                root.add(leaf)
                leaves.append(leaf)
        made = Seal(tenant=self.desk.tenant, at=at, count=root.count, root=root.hexdigest(), leaves=tuple(leaves))
        signature = None if key is None else rules.sign(made, key)
        return Seal(
            tenant=made.tenant, at=at, count=made.count, root=made.root, signature=signature, leaves=made.leaves
        )

    def streams(self) -> Iterator[walking.Stream]:
        """Yield every stream with its entries as stored and its row, by kind and id, in flat memory."""
        return walking.streams(self._ask, {kind.name: kind for kind in self.desk.units.kinds})

    # Helpers

    def _opener(self) -> Opener:
        return Opener(self._ask, self.desk.units, self.desk.tenant)

    def _ask(self, fn: Callable[[UnitOfWork], R]) -> R:
        refusal = lacks_role(self.desk.actor, Role.AUDITOR, Role.HR, Role.OWNER)
        if refusal is not None:
            raise refusal
        return self.desk.ask(fn)

    @staticmethod
    def _stream(unit: UnitOfWork, kind: Kind[Any], id_: str) -> list[Change]:
        changes = unit.changes(kind, id_)
        if not changes:
            raise NotFound(kind.name, id_)
        return changes

    def _states(self, unit: UnitOfWork, kind: Kind[Any], id_: str) -> list[State]:
        return _stated(self._stream(unit, kind, id_), unit.as_stored.get(kind, unit.tenant, id_))


class _Verification:
    """Holds streams against their rows and against seals, as they come in order."""

    def __init__(self, ask: Ask, tenant: str, sealed: Iterable[Iterator[Leaf]], opener: Opener) -> None:
        self._ask = ask
        self._opener = opener
        self._bulks = Bulks(ask)
        self._tenant = tenant
        self._sealed = [_Leaves(leaves) for leaves in sealed]
        self._batches: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()
        self.breaks: list[Break] = []
        self._streams = self._entries = self._rows = self._redacted = self._unopened = 0

    def take(self, stream: walking.Stream) -> None:
        """Check one stream."""
        self._streams += bool(stream.changes)
        self._entries += len(stream.changes)
        self._rows += stream.row is not None
        self._redacted += redacted_in(stream.changes)
        if not self._opener.opens:
            self._unopened += any(MARK in (change.body or "") for change in stream.changes)
        for leaves in self._sealed:
            self.breaks += leaves.until(stream)
        for change in stream.changes:
            if change.batch is not None:
                self._counted[change.batch] += 1
            elif change.operation is Operation.BATCH and change.body is not None:
                self._batches[change.id] = _count(change.body)
        found = self._broken(stream)
        if found is not None:
            # It may have been written while it was read: what is really broken still is.
            again = self._ask(lambda unit: _reread(unit, stream, self._opener))
            self.breaks += [] if again is None else [again]

    def _broken(self, stream: walking.Stream) -> Break | None:
        return _check(self._tenant, stream, self._opener, self._bulks)

    def end(self) -> None:
        """Add what only shows when everything was read."""
        for leaves in self._sealed:
            self.breaks += leaves.rest()
        odd = {batch for batch in (*self._batches, *self._counted) if self._batches[batch] != self._counted[batch]}
        if odd:
            # A bulk may have come in between: those that are really short are short when counted again.
            self.breaks += [Break("batch", batch, 1, BATCH) for batch in sorted(_short(self._ask, odd))]

    def result(self, seals: tuple[str, ...]) -> Verified:
        """Return what was found."""
        breaks = tuple(self.breaks[:MOST_BREAKS])
        return Verified(
            streams=self._streams, entries=self._entries, rows=self._rows, redacted=self._redacted,
            unopened=self._unopened, breaks=breaks, seals=seals,
        )  # fmt: skip


def _short(ask: Ask, batches: set[str]) -> set[str]:
    """Return those of the bulks that have another number of entries than their header says."""
    counted: Counter[str] = Counter()
    for change in walking.history(ask):
        if change.batch in batches:
            counted[str(change.batch)] += 1
    headers = {id_: ask(partial(_header, id_)) for id_ in batches}
    return {id_ for id_, header in headers.items() if not header or _count(header[0].body or "") != counted[id_]}


def _header(id_: str, unit: UnitOfWork) -> list[Change]:
    return unit.transaction.changes(unit.tenant, "batch", id_)


class _Leaves:
    """The leaves of a seal, walked beside the streams."""

    def __init__(self, leaves: Iterator[Leaf]) -> None:
        self._leaves = leaves
        self._next = next(leaves, None)

    def until(self, stream: walking.Stream) -> Iterator[Break]:
        """Yield the breaks of sealed streams up to this one."""
        place = stream.kind, stream.id
        while self._next is not None and (self._next.kind, self._next.id) <= place:
            mine = stream.changes if (self._next.kind, self._next.id) == place else ()
            broken = rules.unsealed(self._next, mine)
            if broken is not None:
                yield broken
            self._next = next(self._leaves, None)

    def rest(self) -> Iterator[Break]:
        """Yield the breaks of sealed streams that were not met."""
        while self._next is not None:
            found = rules.unsealed(self._next, ())
            if found is not None:
                yield found
            self._next = next(self._leaves, None)


_BLANK = Row("", 0, 0, 0, "", "")


def _check(tenant: str, stream: walking.Stream, opener: Opener, bulks: Bulks) -> Break | None:
    row = stream.row
    if not stream.changes:
        return None if row is None else Break(stream.kind, stream.id, row.version, UNRECORDED)
    opened = partial(opener.opened, stream.kind) if opener.opens else None
    return check(tenant, stream.changes, walking.standing(row), to_json, from_json, opened, of_bulk=bulks.digest)


def _reread(unit: UnitOfWork, stream: walking.Stream, opener: Opener) -> Break | None:
    changes = unit.transaction.changes(unit.tenant, stream.kind, stream.id)
    kind = {each.name: each for each in unit.kinds}.get(stream.kind)
    row = None if kind is None else unit.as_stored.get(kind, unit.tenant, stream.id)
    bulks = Bulks(lambda fn: fn(unit))
    return _check(unit.tenant, walking.Stream(stream.kind, stream.id, tuple(changes), row), opener, bulks)


def _count(body: str) -> int:
    try:
        return int(from_json(body)["count"])
    except (ValueError, KeyError, TypeError):
        return -1


def _stated(changes: Sequence[Change], row: Row | None) -> list[State]:
    return states(changes, None if row is None else row.body, from_json)


def _decoded(unit: UnitOfWork, opener: Opener, kind: Kind[T], state: State) -> T | None:
    change = state.change
    if state.body is None:
        return None
    body = to_json(opener.opened(kind.name, state.body))
    return unit.codec.load(kind, change.id, change.version, change.format, body)


def _cursor(kind: str, id_: str, version: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([kind, id_, version]).encode()).decode()


def _place(cursor: str) -> tuple[str, str, int]:
    try:
        kind, id_, version = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return check_text("after", str(kind)), check_text("after", str(id_)), min(max(0, int(version)), INT64[1])
    except (ValueError, TypeError) as error:
        raise InvalidInput.at("after", "cursor", "is not a cursor of this list", "不是本列表的游标") from error
