"""Walks over everything that a company's store holds, page by page and in key order, in flat memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from handover_core.history.changes import Change, Event
from handover_core.storage.criteria import Criterion, Query
from handover_core.storage.driver import Row, Transaction
from handover_core.storage.kinds import Kind
from handover_core.storage.personal import Fields
from handover_core.storage.registers import Register
from handover_core.storage.repository import Page
from handover_core.storage.unit import UnitOfWork
from handover_core.values import Aggregate

PAGE = 500
"""How many rows or entries are read at once."""

E = TypeVar("E")
T = TypeVar("T", bound=Aggregate)
L = TypeVar("L", Change, Event)
K = TypeVar("K")
P = TypeVar("P")
Place = tuple[str, str, int]
Read = Callable[[P | None, int, UnitOfWork], Sequence[E]]
"""Returns the items of a source after a place, at most so many."""
Ask = Callable[[Callable[[UnitOfWork], Any]], Any]
"""Answers a question in a unit that reads; each page is one of its own, since not every store lets a unit live long."""
Log = Callable[[Transaction], Callable[[str, Place | None, int], list[L]]]
"""The log that is read: the `history` or the `events` of a transaction."""


def personal_of(ask: Ask, kinds: Iterable[Kind[Any]]) -> dict[str, Fields]:
    """Return the personal fields of kinds by name, with those that the company declared."""
    found: dict[str, Fields] = ask(lambda unit: {kind.name: unit.personal.fields(kind) for kind in kinds})
    return found


def ids_of(ask: Ask, asked: Callable[[str | None, UnitOfWork], tuple[list[str], str | None]]) -> Iterator[list[str]]:
    """Yield the ids that a unit answers with, page by page; ``asked`` is given the id after which the next page begins."""
    after: str | None = None
    while True:
        ids, after = ask(partial(asked, after))
        yield ids
        if after is None:
            return


def pages_of(ask: Ask, kind: Kind[T], where: Criterion | None, size: int) -> Iterator[Sequence[T]]:
    """Yield the aggregates that match, or all of them, by id, so many at once."""
    after: str | None = None
    while True:
        page = ask(partial(_aggregates, kind, where, size, after))
        yield page.items
        after = page.next
        if after is None:
            return


def _aggregates(kind: Kind[T], where: Criterion | None, size: int, after: str | None, unit: UnitOfWork) -> Page[T]:
    return unit.repository(kind).page(where, limit=size, after=after)


def in_turn(
    ask: Ask, sources: Iterable[tuple[K, Read[P, E]]], place: Callable[[E], P], size: int = PAGE
) -> Iterator[tuple[K, E]]:  # fmt: skip
    """Yield the items of several sources with their keys, one source after the other.

    ``place`` tells of an item where to go on after it. A unit reads so many items, and goes on into the next sources
    where one has fewer left: what is small is read in one.
    """
    left, after = deque(sources), None
    while left:
        pages = ask(partial(_read, tuple(left), after, size))
        for key, page in pages:
            yield from ((key, item) for item in page)
        full = sum(len(page) for _, page in pages) >= size
        after = place(pages[-1][1][-1]) if full else None
        for _ in pages[full:]:
            left.popleft()


def _read(
    sources: Iterable[tuple[K, Read[P, E]]], after: P | None, size: int, unit: UnitOfWork
) -> list[tuple[K, Sequence[E]]]:  # fmt: skip
    pages: list[tuple[K, Sequence[E]]] = []
    for key, read in sources:
        page = read(after, size, unit)
        pages.append((key, page))
        after, size = None, size - len(page)
        if size <= 0:
            break
    return pages


def rows_of(ask: Ask, kind: Kind[Any], *, where: Criterion | None = None, stored: bool = False) -> Iterator[Row]:
    """Yield the rows of a kind, or those that match a prepared criterion, by id; ``stored`` leaves sealed what is sealed."""
    return (row for _, row in rows_in_turn(ask, [(kind, reading(kind, where, stored=stored))]))


def rows_of_each(ask: Ask, kinds: Iterable[Kind[Any]], *, stored: bool = False) -> Iterator[tuple[Kind[Any], Row]]:
    """Yield the rows of several kinds by id, one kind after the other."""
    return rows_in_turn(ask, [(kind, reading(kind, stored=stored)) for kind in kinds])


def rows_in_turn(ask: Ask, sources: Iterable[tuple[K, Read[str, Row]]]) -> Iterator[tuple[K, Row]]:
    """Yield the rows of several sources by id, with their keys; see `in_turn`."""
    return in_turn(ask, sources, _id)


def reading(kind: Kind[Any], where: Criterion | None = None, *, stored: bool = False) -> Read[str, Row]:
    """Return what reads rows of a kind, those that match a prepared criterion; see `rows_of`."""
    return partial(_rows, kind, where, stored)


def entries_of(ask: Ask, log: Log[L], after: Place | None = None, size: int = PAGE) -> Iterator[L]:
    """Yield the entries of a log in the order of (kind, id, version), after the one named; ``size`` are read at once."""
    while True:
        page = ask(partial(_page, log, after, size))
        yield from page
        if len(page) < size:
            return
        after = place_of(page[-1])


def registers_of(ask: Ask) -> Iterator[Register]:
    """Yield all registers in the order of (space, key)."""
    for space in _paged(ask, _spaces, str):
        yield from _paged(ask, partial(_registers, space), _key)


def _paged(ask: Ask, page: Callable[[str | None, UnitOfWork], list[E]], key: Callable[[E], str]) -> Iterator[E]:
    after: str | None = None
    while True:
        found: list[E] = ask(partial(page, after))
        yield from found
        if len(found) < PAGE:
            return
        after = key(found[-1])


def place_of(entry: Change | Event) -> Place:
    """Return where an entry stands in its log."""
    return entry.kind, entry.id, entry.version


def _rows(
    kind: Kind[Any],
    where: Criterion | None,
    stored: bool,  # noqa: FBT001
    after: str | None,
    size: int,
    unit: UnitOfWork,
) -> list[Row]:
    transaction = unit.as_stored if stored else unit.transaction
    place = None if after is None else (None, after)
    return transaction.find(kind, unit.tenant, Query(where=where, limit=size, after=place))


def _id(row: Row) -> str:
    return row.id


def _page(log: Log[L], after: Place | None, size: int, unit: UnitOfWork) -> list[L]:
    return log(unit.transaction)(unit.tenant, after, size)


def _spaces(after: str | None, unit: UnitOfWork) -> list[str]:
    return unit.transaction.spaces(unit.tenant, after, PAGE)


def _registers(space: str, after: str | None, unit: UnitOfWork) -> list[Register]:
    return unit.transaction.registers(unit.tenant, space, after, PAGE)


def _key(register: Register) -> str:
    return register.key
