"""Moves a company from one store to another, whatever their backends: the same rows, versions, heads and history.

A pass walks both stores in key order, page by page, and writes to the target what it lacks. Passes follow until one
finds nothing to write: that one has compared everything in full. So a copy that was killed goes on when it is started
again, and a source that changed meanwhile is caught up with. Unit tokens stay behind: they guard retries in flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from handover_core.actor import Actor
from handover_core.errors import CopyConflict, Erased, OtherKeys
from handover_core.history.changes import Change, Event, Operation, Rewrite
from handover_core.storage.chunks import chunks
from handover_core.storage.custom import CUSTOM_FIELD
from handover_core.storage.driver import Row, Write
from handover_core.storage.factory import UnitFactory
from handover_core.storage.kinds import Kind
from handover_core.storage.registers import Drop, Put, Register
from handover_core.storage.unit import UnitOfWork
from handover_core.storage.walking import (
    PAGE,
    Ask,
    L,
    Log,
    entries_of,
    ids_of,
    place_of,
    reading,
    registers_of,
    rows_in_turn,
)
from handover_core.texts import KINDS_IN_WORDS, Lang, Text

PASSES = 10
"""How often a source that goes on changing is caught up with."""
COPIER = Actor("copy")

FOREIGN = Text("the {kind} {id!r} in the target did not come from this source", "目标中的{kind} {id!r} 并非来自此来源")
NEWER = Text("the {kind} {id!r} was changed in the target", "目标中的{kind} {id!r} 已被修改")
OTHER_PAST = Text(
    "the history of the {kind} {id!r} is another one in the target", "目标中{kind} {id!r} 的历史与来源不同"
)
OTHER_STORE = Text(
    "Copy into a store that does not have this company, or that only this copy has written to.",
    "请复制到尚无该公司数据的存储，或仅由本次复制写入过的存储。",
)
OUTLIVED = Text(
    "the {kind} entries hold something personal about {pseudonym}, who was erased",
    "{kind}中仍存有 {pseudonym} 的个人信息，而此人的个人信息已被删除",
)
CLOSED = Text(
    "the {kind} entries hold what is sealed for somebody who was erased, and the store knows of no erasure",
    "{kind}中仍存有为已删除人员封存的内容，而存储中没有相应的删除记录",
)
TAKE_OUT = Text(
    "Take it out of the source, then copy again: erase what outlived the erasure (handover retention apply).",
    "请先在来源中清除删除后遗留的信息（handover retention apply），再重新复制。",
)
RESTLESS = Text("the source keeps changing while it is copied", "复制期间来源数据不断变化")
LATER = Text("Copy again when less is being written; it goes on.", "请在写入较少时重新复制，将从中断处继续。")

E = TypeVar("E")
Key = tuple[str, ...] | tuple[str, str, int]


@frozen
class Copied:
    """What a copy has done: how much was compared in its last pass, by part, and how much was written in all."""

    compared: Mapping[str, int] = field(factory=dict)
    written: int = 0
    passes: int = 0


@frozen
class Step:
    """How far a pass is: rows of one part seen, and written in this pass."""

    part: str
    seen: int
    written: int


@frozen
class _Pair(Generic[E]):
    """The entries of one key on both sides; at least one of them is there."""

    source: E | None
    target: E | None


def copy_company(
    source: UnitFactory, target: UnitFactory, tenant: str, progress: Callable[[Step], None] = lambda _: None
) -> Copied:
    """Copy a company and return what was compared and written; the target's schema must be in place.

    Raises `CopyConflict` where the target holds something of this company that did not come from this source, or
    where the source changed faster than it could be copied, or holds something personal about somebody who was erased (at
    level strict, where a field became personal since, or an old store came back); what was written stays and is gone on
    with. Raises `OtherKeys` where the source is sealed, and the target has not its keys: it would seal rows with keys that
    the settings do not name, or leave them in the clear.
    """
    _check_keys(source, target, tenant)
    if not _is_empty(target, tenant):
        _Pass(source, target, tenant, lambda _: None, write=False).run()  # nothing is written where anything conflicts
    done = Copied()
    for number in range(1, PASSES + 1):
        copier = _Pass(source, target, tenant, progress)
        copier.run()
        done = Copied(copier.seen, done.written + sum(copier.written.values()), number)
        if not any(copier.written.values()):
            return done
    raise CopyConflict(tenant, RESTLESS, LATER)


class _Pass:
    """One walk over both stores."""

    def __init__(
        self, source: UnitFactory, target: UnitFactory, tenant: str, progress: Callable[[Step], None], *,
        write: bool = True,
    ) -> None:  # fmt: skip
        self._writes = write
        self._source = source
        self._target = target
        self._tenant = tenant
        self._progress = progress
        self.seen: dict[str, int] = {}
        self.written: dict[str, int] = {}

    def run(self) -> None:
        """Compare all parts; what every row is written with comes first: how privacy is kept, then custom fields."""
        _check_keys(self._source, self._target, self._tenant)  # the first sealed value may have come meanwhile
        self._registers()
        kinds = sorted(self._source.kinds, key=lambda kind: (kind.name != CUSTOM_FIELD.name, kind.name))
        for kind in kinds:
            self._rows(kind)
            if kind.subject:
                self._keep(kind)
        self._history()
        self._outbox()

    # Rows

    def _rows(self, kind: Kind[Any]) -> None:
        for page in chunks(self._pairs(partial(self._rows_of, kind), lambda row: (row.id,)), PAGE):
            new = [pair.source for pair in page if pair.source is not None and pair.target is None]
            changed = [pair for pair in page if pair.target is not None and pair.source != pair.target]
            for pair in changed:
                self._check(kind, pair)
            if new or changed:
                self._write(partial(self._put, kind, new, changed))
            self._count(kind.name, len(page), len(new) + len(changed))

    def _put(self, kind: Kind[Any], new: Sequence[Row], changed: Sequence[_Pair[Row]], unit: UnitOfWork) -> None:
        for pair in changed:
            if pair.target is not None and pair.source is None:
                unit.transaction.delete(kind, self._tenant, pair.target.id, pair.target.version)
            elif pair.target is not None and pair.source is not None:
                unit.transaction.replace(kind, self._tenant, _write(unit, kind, pair.source), pair.target.version)
        if new:
            unit.transaction.insert_many(kind, self._tenant, [_write(unit, kind, row) for row in new])

    def _keep(self, kind: Kind[Any]) -> None:
        """Write the target's rows anew that are not kept as its settings say: these may have come after the rows."""
        for ids in ids_of(self._reader(self._target), partial(_odd, kind)):
            if ids:
                self._write(partial(self._again, kind, ids))
            self._count(kind.name, 0, len(ids))

    def _again(self, kind: Kind[Any], ids: list[str], unit: UnitOfWork) -> None:
        for row in unit.transaction.get_many(kind, self._tenant, ids):
            unit.transaction.replace(kind, self._tenant, _write(unit, kind, row), row.version)

    def _check(self, kind: Kind[Any], pair: _Pair[Row]) -> None:
        """Raise `CopyConflict` unless the target's row is an earlier state of the source's stream."""
        old = pair.target
        if old is None:
            return
        with self._source.unit(self._tenant, COPIER, write=False) as reading:
            stream = reading.changes(kind, old.id)
        known = any(entry.version == old.version and entry.head == old.head for entry in stream)
        if not known or (pair.source is None and stream[-1].operation is not Operation.DELETE):
            raise CopyConflict(self._tenant, _named(FOREIGN, kind.name, old.id), OTHER_STORE)
        if pair.source is not None and pair.source.version <= old.version:
            raise CopyConflict(self._tenant, _named(NEWER, kind.name, old.id), OTHER_STORE)

    # History and outbox

    def _history(self) -> None:
        for page in self._log(lambda transaction: transaction.history):
            for pair in page:
                if pair.target is not None and (pair.source is None or not _same_entry(pair.source, pair.target)):
                    raise self._other_past(pair.target)
            redacted = [Rewrite(pair.target, pair.source) for pair in page if pair.source is not None
                        and pair.target is not None and pair.source != pair.target]  # fmt: skip
            new = [pair.source for pair in page if pair.source is not None and pair.target is None]
            if new:
                self._write(partial(self._append, new, []))
            if redacted:
                self._write(partial(self._redact, redacted))
            self._count("history", len(page), len(new) + len(redacted))

    def _outbox(self) -> None:
        """Compare what waits for delivery; what the source has delivered meanwhile goes from the target too."""
        for page in self._log(lambda transaction: transaction.events):
            for pair in page:
                if pair.source is not None and pair.target is not None and pair.source != pair.target:
                    raise self._other_past(pair.target)
            new = [pair.source for pair in page if pair.source is not None and pair.target is None]
            gone = [pair.target for pair in page if pair.target is not None and pair.source is None]
            if new:
                self._write(partial(self._append, [], new))
            if gone:
                self._write(partial(self._take_out, gone))
            self._count("outbox", len(page), len(new) + len(gone))

    def _log(self, log: Log[L]) -> Iterator[list[_Pair[L]]]:
        """Yield the entries of both sides, page by page."""
        return chunks(self._pairs(lambda factory: entries_of(self._reader(factory), log), place_of), PAGE)

    def _other_past(self, entry: Change | Event) -> CopyConflict:
        return CopyConflict(self._tenant, _named(OTHER_PAST, entry.kind, entry.id), OTHER_STORE)

    def _append(self, changes: list[Change], events: list[Event], unit: UnitOfWork) -> None:
        unit.transaction.append(self._tenant, changes, events)

    def _redact(self, entries: list[Rewrite], unit: UnitOfWork) -> None:
        unit.transaction.redact(self._tenant, entries)

    def _take_out(self, events: list[Event], unit: UnitOfWork) -> None:
        unit.transaction.drop_events(self._tenant, events)

    # Registers

    def _registers(self) -> None:
        """Compare bodies: versions only say how often a register was put, and each store counts for itself."""
        pairs = self._pairs(lambda factory: registers_of(self._reader(factory)), lambda each: (each.space, each.key))
        for page in chunks(pairs, PAGE):
            puts = [_put(pair.source, pair.target) for pair in page if pair.source is not None and _differ(pair)]
            drops = [pair.target[:3] for pair in page if pair.target is not None and pair.source is None]
            if puts or drops:
                self._write(partial(self._put_registers, puts, drops))
            self._count("registers", len(page), len(puts) + len(drops))

    def _put_registers(self, puts: list[Put], drops: list[Drop], unit: UnitOfWork) -> None:
        unit.transaction.put_registers(self._tenant, puts)
        unit.transaction.drop_registers(self._tenant, drops)

    # Both

    def _reader(self, factory: UnitFactory) -> Ask:
        return partial(factory.read, self._tenant, COPIER)

    def _rows_of(self, kind: Kind[Any], factory: UnitFactory) -> Iterator[Row]:
        """Yield the rows of one side, open; raise `CopyConflict` where the source's hold what nobody can open any more.

        In the copy nothing would tell any more what was sealed there, and the past would not lead to the row.
        """
        read = partial(self._readable, kind) if factory is self._source else reading(kind)
        return (row for _, row in rows_in_turn(self._reader(factory), [(kind, read)]))

    def _readable(self, kind: Kind[Any], after: str | None, size: int, unit: UnitOfWork) -> Sequence[Row]:
        rows = reading(kind)(after, size, unit)
        if any(unit.personal.is_closed(kind, row) for row in rows):
            raise CopyConflict(self._tenant, _said(CLOSED, kind=_word(kind.name)), TAKE_OUT)
        return rows

    def _pairs(self, read: Callable[[UnitFactory], Iterator[E]], key: Callable[[E], Key]) -> Iterator[_Pair[E]]:
        """Walk both sides in key order. What is written on the way lies behind the target's place, so it is not met."""
        sources, targets = read(self._source), read(self._target)
        source, target = next(sources, None), next(targets, None)
        while source is not None or target is not None:
            order = _order(source, target, key)
            yield _Pair(source if order <= 0 else None, target if order >= 0 else None)
            if order <= 0:
                source = next(sources, None)
            if order >= 0:
                target = next(targets, None)

    def _write(self, put: Callable[[UnitOfWork], None]) -> None:
        if not self._writes:
            return

        def claimed(unit: UnitOfWork) -> None:
            unit.claim()
            put(unit)

        try:
            self._target.run(self._tenant, COPIER, claimed, "copy")
        except Erased as error:
            # As the source holds it, it cannot be sealed; changed on the way, it would not be what its history tells.
            reason = _said(OUTLIVED, kind=_word(str(error.params["kind"])), pseudonym=error.params["pseudonym"])
            raise CopyConflict(self._tenant, reason, TAKE_OUT) from error

    def _count(self, part: str, seen: int, written: int) -> None:
        self.seen[part] = self.seen.get(part, 0) + seen
        self.written[part] = self.written.get(part, 0) + written
        self._progress(Step(part, self.seen[part], self.written[part]))


def _check_keys(source: UnitFactory, target: UnitFactory, tenant: str) -> None:
    ring = source.read(tenant, COPIER, lambda unit: unit.personal.settings.ring)
    if ring and (target.vault is None or target.vault.id != ring):
        raise OtherKeys(tenant)


def _odd(kind: Kind[Any], after: str | None, unit: UnitOfWork) -> tuple[list[str], str | None]:
    return unit.personal.odd(kind, after, PAGE)


def _same_entry(source: Change, target: Change) -> bool:
    """Tell whether two entries are one, which may have been redacted on one side."""
    return source == target._replace(body=source.body, reason=source.reason)


def _is_empty(target: UnitFactory, tenant: str) -> bool:
    with target.unit(tenant, COPIER, write=False) as unit:
        there = any(unit.transaction.count(kind, tenant, None) for kind in target.kinds)
        return not there and not unit.transaction.history(tenant, None, 1)


def _named(text: Text, kind: str, id_: str) -> Text:
    return _said(text, kind=_word(kind), id=id_)


def _word(kind: str) -> Text:
    return KINDS_IN_WORDS.get(kind, Text(kind, kind))


def _said(text: Text, **params: object) -> Text:
    return Text(text.say(Lang.EN, **params), text.say(Lang.ZH, **params))


def _differ(pair: _Pair[Register]) -> bool:
    return pair.source is None or pair.target is None or pair.source.body != pair.target.body


def _put(source: Register, target: Register | None) -> Put:
    return Put(source.space, source.key, source.body, None if target is None else target.version)


def _write(unit: UnitOfWork, kind: Kind[Any], row: Row) -> Write:
    aggregate = unit.codec.load(kind, row.id, row.version, row.format, row.body)
    return unit.written(kind, aggregate, row)


def _order(source: E | None, target: E | None, key: Callable[[E], Key]) -> int:
    """Return -1 where the source's key comes first, 1 where the target's does, 0 where they are equal."""
    if source is None or target is None:
        return 1 if source is None else -1
    mine, other = key(source), key(target)
    return (mine > other) - (mine < other)
