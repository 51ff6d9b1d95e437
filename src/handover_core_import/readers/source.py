"""What every reader gives: rows with the names of their columns, and what it could not read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from handover_core_import.readers.heads import LOOKED_AT, Head, Known, find_head
from handover_core_import.sheets.column import Cell

Recogniser = Callable[[str], Known | None]
"""Gives, for the name of a table, the test whether a text is one of its column names; None for a table to be left out."""


class RawRow(NamedTuple):
    """One row as it stands in a file; ``number`` is the row's number there, the first row being 1."""

    table: str
    number: int
    cells: dict[str, Cell]


class Source(Protocol):
    """A file, folder or archive that is read row by row; it can be read more than once."""

    def tables(self) -> list[str]:
        """Return the names of its sheets or files."""

    def rows(self, recognise: Recogniser) -> Iterator[RawRow]:
        """Yield the rows of the tables that are recognised, in the order of the file."""

    def heads(self, table: str) -> list[list[Cell]]:
        """Return the first rows of a table, to look for column names in; none where rows carry the names themselves."""


def first_rows(rows: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    """Return as many rows as are searched for column names, and one more."""
    return [list(row) for row in itertools.islice(rows, LOOKED_AT + 1)]


def tabular(table: str, rows: Iterable[Sequence[Cell]], known: Known) -> Iterator[RawRow]:
    """Yield the rows below the head; nothing where no head is found."""
    running = iter(rows)
    top = first_rows(running)
    head = find_head(top, known)
    if head is None:
        return
    for number, row in enumerate(itertools.chain(top, running), start=1):
        if number > head.rows and any(cell not in (None, "") for cell in row):
            yield RawRow(table, number, _cells(head, row))


def _cells(head: Head, row: Sequence[Cell]) -> dict[str, Cell]:
    return {name: row[at] if at < len(row) else None for at, name in enumerate(head.names) if name}
