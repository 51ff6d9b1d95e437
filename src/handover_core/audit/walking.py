"""Walks over everything that a company's store holds, stream by stream, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, product
from typing import Any, Generic, TypeVar

from attrs import frozen

from handover_core.history.asking import EVERYTHING, LogQuestion
from handover_core.history.changes import MALFORMED, Change, Operation
from handover_core.history.checking import Standing
from handover_core.history.states import states
from handover_core.storage import Kind, Row, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.walking import PAGE, Ask, Place, in_turn, place_of, rows_of_each

E = TypeVar("E")


@frozen
class Stream:
    """All entries of one aggregate, and its row."""

    kind: str
    id: str
    changes: tuple[Change, ...]
    row: Row | None


def standing(row: Row | None) -> Standing | None:
    """Return the parts of a row that its history must agree with."""
    if row is None:
        return None
    return Standing(version=row.version, format=row.format, at=row.changed_at, head=row.head, body=row.body)


def streams(ask: Ask, kinds: Mapping[str, Kind[Any]]) -> Iterator[Stream]:
    """Yield all streams in the order of (kind, id), and among them the rows that have none."""
    left = sorted(kinds)
    rows = _Turns(rows_of_each(ask, [kinds[name] for name in left], stored=True))
    for name, changes in groupby(history(ask), key=lambda change: change.kind):
        while left and left[0] < name:
            yield from _Rows(left[0], rows.of(kinds[left.pop(0)])).rest()
        if left and left[0] == name:
            left.pop(0)
        yield from _of_kind(name, changes, rows.of(kinds.get(name)))
    for name in left:
        yield from _Rows(name, rows.of(kinds[name])).rest()


def streams_of(ask: Ask, kind: Kind[Any]) -> Iterator[Stream]:
    """Yield the streams of one kind by id."""
    return (stream for _, stream in streams_of_each(ask, (kind,)))


def streams_of_each(ask: Ask, kinds: Iterable[Kind[Any]]) -> Iterator[tuple[Kind[Any], Stream]]:
    """Yield the streams of several kinds by id, one kind after the other."""
    kinds = tuple(kinds)
    changes = _Turns(history_of_each(ask, kinds))
    rows = _Turns(rows_of_each(ask, kinds, stored=True))
    for kind in kinds:
        yield from ((kind, stream) for stream in _of_kind(kind.name, changes.of(kind), rows.of(kind)))


class _Turns(Generic[E]):
    """What comes kind after kind; of each kind it is read to its end before the next is asked for."""

    def __init__(self, pairs: Iterator[tuple[Kind[Any], E]]) -> None:
        self._pairs = pairs
        self._next = next(pairs, None)

    def of(self, kind: Kind[Any] | None) -> Iterator[E]:
        """Yield what is of a kind."""
        while self._next is not None and self._next[0] is kind:
            found, self._next = self._next[1], next(self._pairs, None)
            yield found


def _of_kind(name: str, changes: Iterator[Change], rows: Iterator[Row]) -> Iterator[Stream]:
    beside = _Rows(name, rows)
    for id_, entries in groupby(changes, key=lambda change: change.id):
        found = tuple(entries)
        yield from beside.before(id_)
        yield Stream(found[0].kind, id_, found, beside.take(id_))
    yield from beside.rest()


def history_of_each(ask: Ask, kinds: Iterable[Kind[Any]]) -> Iterator[tuple[Kind[Any], Change]]:
    """Yield the entries of several kinds in the order of (id, version), one kind after the other."""
    sources = [(kind, partial(_entries, LogQuestion(kind=kind.name))) for kind in kinds]
    return ((kind, typed(change)) for kind, change in in_turn(ask, sources, place_of))


def _entries(question: LogQuestion, after: Place | None, size: int, unit: UnitOfWork) -> list[Change]:
    return unit.history(after, size, question)


def history(
    ask: Ask, after: Place | None = None, question: LogQuestion = EVERYTHING, size: int = PAGE
) -> Iterator[Change]:
    """Yield the entries that answer a question in the order of (kind, id, version), after a place; ``size`` at a time."""
    while True:
        page = ask(partial(_entries, question, after, size))
        yield from map(typed, page)
        if len(page) < size:
            return
        after = place_of(page[-1])


def typed(entry: Change) -> Change:
    """Return an entry whose parts are of their types: not every store sees to that when a stranger writes into it.

    A stand-in is no part of any entry that was recorded here, and stands behind all texts in order.
    """
    if tuple(map(type, entry)) in _USUAL:
        return entry
    return Change(
        kind=_text(entry.kind), id=_text(entry.id), version=_number(entry.version), operation=entry.operation,
        format=_number(entry.format), at=_number(entry.at), actor=_text(entry.actor), command=_text(entry.command),
        reason=_text_if_any(entry.reason), batch=_text_if_any(entry.batch), head=_text(entry.head),
        body=_text_if_any(entry.body),
    )  # fmt: skip


_USUAL = {
    (str, str, int, Operation, int, int, str, str, reason, batch, str, body)
    for reason, batch, body in product((str, type(None)), repeat=3)
}


def _typed_row(row: Row) -> Row:
    return Row(
        id=_text(row.id), version=_number(row.version), format=_number(row.format), changed_at=_number(row.changed_at),
        head=_text(row.head), body=_text(row.body),
    )  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else f"\U0010ffff{value!r}"


def _text_if_any(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


class _Rows:
    """The rows of one kind by id, beside its streams."""

    def __init__(self, name: str, rows: Iterator[Row]) -> None:
        self._name = name
        self._rows = map(_typed_row, rows)
        self._next = next(self._rows, None)

    def before(self, id_: str) -> Iterator[Stream]:
        """Yield the rows that come before an id: nobody recorded them."""
        while self._next is not None and self._next.id < id_:
            yield Stream(self._name, self._next.id, (), self._next)
            self._next = next(self._rows, None)

    def take(self, id_: str) -> Row | None:
        """Return the row with an id, if it is there."""
        if self._next is None or self._next.id != id_:
            return None
        row, self._next = self._next, next(self._rows, None)
        return row

    def rest(self) -> Iterator[Stream]:
        """Yield the rows after the last stream."""
        while self._next is not None:
            yield Stream(self._name, self._next.id, (), self._next)
            self._next = next(self._rows, None)


def again(stream: Stream, unit: UnitOfWork) -> Stream | None:
    """Return entries and row of a stream as they are in one unit; None where nothing can be asked for by its name."""
    kind = {each.name: each for each in unit.kinds}.get(stream.kind)
    try:
        changes = unit.transaction.changes(unit.tenant, stream.kind, stream.id)
        row = None if kind is None else unit.as_stored.get(kind, unit.tenant, stream.id)
    except UnicodeEncodeError:
        return None
    if row is not None and row.id != stream.id:
        row = None  # found by its key, and not by what it calls itself
    return Stream(stream.kind, stream.id, tuple(map(typed, changes)), row)


def came(unit: UnitOfWork, changes: Sequence[Change]) -> Iterator[tuple[Change, Mapping[str, Any] | None]]:
    """Yield entries, each thin one with the state that it stands for, as stored; None where that does not follow.

    A row that has not changed since is that state; for the others their stream is read.
    """
    rows = _rows_of_thin(unit, changes)
    for change in changes:
        row = rows.get((change.kind, change.id))
        if change.batch is None or change.kind not in unit.kinds:
            yield change, None
        elif row is not None and row.version == change.version:
            yield change, from_json(row.body)
        else:
            yield change, _first(unit, change, row)


def _rows_of_thin(unit: UnitOfWork, changes: Sequence[Change]) -> Mapping[tuple[str, str], Row]:
    thin = [change for change in changes if change.batch is not None and change.kind in unit.kinds]
    found: dict[tuple[str, str], Row] = {}
    for name, of_kind in groupby(sorted(thin, key=lambda change: change.kind), key=lambda change: change.kind):
        for row in unit.as_stored.get_many(unit.kinds[name], unit.tenant, [change.id for change in of_kind]):
            found[name, row.id] = row
    return found


def _first(unit: UnitOfWork, change: Change, row: Row | None) -> Mapping[str, Any] | None:
    stream = unit.changes(unit.kinds[change.kind], change.id)
    try:
        found = states(stream, None if row is None else row.body, from_json)
    except MALFORMED:
        return None  # a verification says what is wrong with it
    return next((state.body for state in found if state.change.version == change.version), None)
