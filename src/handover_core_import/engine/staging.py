"""The rows of a file, put in order on disk, so that an import needs no memory for them and no order in the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from types import TracebackType
from typing import Any, Self

from handover_core_import.readers import RawRow

Staged = tuple[str, list[tuple[str, RawRow]]]
"""The key of an aggregate, and the rows that belong to it, each with the name of its sheet."""

_TABLE = """
CREATE TABLE rows (
  kind TEXT NOT NULL, owner BLOB NOT NULL, sheet TEXT NOT NULL, number INTEGER NOT NULL, file_table TEXT NOT NULL,
  external BLOB, cells TEXT NOT NULL
)
"""
_BLOCK = 2000
_PLAIN = json.JSONDecoder().decode


class Staging:
    """Rows by the aggregate that they belong to; to be used in a with-statement, which removes the file again."""

    def __init__(self) -> None:
        # A database without a name is a temporary file that the system takes back even from a process that was killed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"PRAGMA temp_store = FILE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLE}"
        )
        self._block: list[tuple[object, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, kind: str, owner: str, sheet: str, raw: RawRow, external: str | None) -> None:
        """Put a row where it belongs; ``external`` is the reference that it carries, if it does."""
        cells = json.dumps(raw.cells, default=_tagged)
        key = None if external is None else _bytes(external)
        self._block.append((kind, _bytes(owner), sheet, raw.number, raw.table, key, cells))
        if len(self._block) >= _BLOCK:
            self._flush()

    def close_intake(self) -> None:
        """Make what was added ready to be read in order."""
        self._flush()
        self._database.execute("CREATE INDEX by_owner ON rows (kind, owner, sheet, number)")

    def _flush(self) -> None:
        if self._block:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)", self._block)
            self._database.execute("COMMIT")
            self._block = []

    def owners(self, kind: str) -> int:
        """Return how many aggregates of a kind the file speaks of."""
        found = self._database.execute("SELECT count(DISTINCT owner) FROM rows WHERE kind = ?", (kind,)).fetchone()
        return int(found[0])

    def has(self, kind: str, owner: str) -> bool:
        """Tell whether the file speaks of an aggregate."""
        found = self._database.execute("SELECT 1 FROM rows WHERE kind = ? AND owner = ? LIMIT 1", (kind, _bytes(owner)))
        return found.fetchone() is not None

    def entries(self, kind: str) -> Iterator[Staged]:
        """Yield the aggregates of a kind with their rows, by key, in flat memory."""
        yield from _grouped(
            self._database.execute(
                "SELECT owner, sheet, number, file_table, cells FROM rows WHERE kind = ? "
                "ORDER BY owner, sheet, file_table, number",
                (kind,),
            )
        )

    def entries_in_order(self, kind: str, owners: Iterable[str]) -> Iterator[Staged]:
        """Yield the aggregates with these keys, in this order."""
        for owner in owners:
            yield from _grouped(
                self._database.execute(
                    "SELECT owner, sheet, number, file_table, cells FROM rows WHERE kind = ? AND owner = ? "
                    "ORDER BY sheet, file_table, number",
                    (kind, _bytes(owner)),
                )
            )

    def shared_references(self, kind: str) -> dict[str, tuple[str, ...]]:
        """Return the external references that rows of different aggregates carry, with the rows' places."""
        found = self._database.execute(
            "SELECT external, file_table, number FROM rows WHERE kind = :kind AND external IN (SELECT external FROM rows "
            "WHERE kind = :kind AND external IS NOT NULL GROUP BY external HAVING count(DISTINCT owner) > 1) "
            "ORDER BY external, file_table, number",
            {"kind": kind},
        )
        shared: dict[str, list[str]] = {}
        for external, table, number in found:
            shared.setdefault(_text(external), []).append(f"{table}:{number}")
        return {external: tuple(places) for external, places in shared.items()}


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterator[Staged]:
    for owner, group in groupby(rows, key=lambda row: row[0]):
        yield (
            _text(owner),
            [(sheet, RawRow(table, number, _cells(cells))) for _, sheet, number, table, cells in group],
        )


def _cells(text: str) -> dict[str, Any]:
    found: dict[str, Any] = _PLAIN(text) if '"$' not in text else json.loads(text, object_hook=_untagged)
    return found


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$instant": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    return {"$decimal": str(value)} if isinstance(value, Decimal) else {"$text": str(value)}


def _untagged(found: dict[str, Any]) -> Any:
    match found:
        case {"$instant": str(text)}:
            return datetime.fromisoformat(text)
        case {"$date": str(text)}:
            return date.fromisoformat(text)
        case {"$decimal": str(text)}:
            return Decimal(text)
        case {"$text": str(text)}:
            return text
    return found
