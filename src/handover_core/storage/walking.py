"""Walks over everything that a company's store holds, page by page and in key order, in flat memory."""

from __future__ import annotations

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
Place = tuple[str, str, int]
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


def rows_of(ask: Ask, kind: Kind[Any], *, where: Criterion | None = None, stored: bool = False) -> Iterator[Row]:
    """Yield the rows of a kind, or those that match a prepared criterion, by id; ``stored`` leaves sealed what is sealed."""
    after: tuple[None, str] | None = None
    while True:
        rows = ask(partial(_rows, kind, where, after, stored))
        yield from rows
        if len(rows) < PAGE:
            return
        after = None, rows[-1].id


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
    after: tuple[None, str] | None,
    stored: bool,  # noqa: FBT001
    unit: UnitOfWork,
) -> list[Row]:
    transaction = unit.as_stored if stored else unit.transaction
    return transaction.find(kind, unit.tenant, Query(where=where, limit=PAGE, after=after))


def _page(log: Log[L], after: Place | None, size: int, unit: UnitOfWork) -> list[L]:
    return log(unit.transaction)(unit.tenant, after, size)


def _spaces(after: str | None, unit: UnitOfWork) -> list[str]:
    return unit.transaction.spaces(unit.tenant, after, PAGE)


def _registers(space: str, after: str | None, unit: UnitOfWork) -> list[Register]:
    return unit.transaction.registers(unit.tenant, space, after, PAGE)


def _key(register: Register) -> str:
    return register.key
