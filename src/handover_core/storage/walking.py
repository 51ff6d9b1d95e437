"""Walks over everything that a company's store holds, page by page and in key order, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from handover_core.history.changes import Change, Event
from handover_core.storage.criteria import Query
from handover_core.storage.driver import Row, Transaction
from handover_core.storage.kinds import Kind
from handover_core.storage.unit import UnitOfWork

PAGE = 500
"""How many rows or entries are read at once."""

L = TypeVar("L", Change, Event)
Place = tuple[str, str, int]
Ask = Callable[[Callable[[UnitOfWork], Any]], Any]
"""Answers a question in a unit that reads; each page is one of its own, since not every store lets a unit live long."""
Log = Callable[[Transaction], Callable[[str, Place | None, int], list[L]]]
"""The log that is read: the `history` or the `events` of a transaction."""


def rows_of(ask: Ask, kind: Kind[Any]) -> Iterator[Row]:
    """Yield the rows of a kind by id."""
    after: tuple[None, str] | None = None
    while True:
        rows = ask(partial(_rows, kind, after))
        yield from rows
        if len(rows) < PAGE:
            return
        after = None, rows[-1].id


def entries_of(ask: Ask, log: Log[L], after: Place | None = None) -> Iterator[L]:
    """Yield the entries of a log in the order of (kind, id, version), after the one named."""
    while True:
        page = ask(partial(_page, log, after))
        yield from page
        if len(page) < PAGE:
            return
        after = place_of(page[-1])


def place_of(entry: Change | Event) -> Place:
    """Return where an entry stands in its log."""
    return entry.kind, entry.id, entry.version


def _rows(kind: Kind[Any], after: tuple[None, str] | None, unit: UnitOfWork) -> list[Row]:
    return unit.transaction.find(kind, unit.tenant, Query(limit=PAGE, after=after))


def _page(log: Log[L], after: Place | None, unit: UnitOfWork) -> list[L]:
    return log(unit.transaction)(unit.tenant, after, PAGE)
