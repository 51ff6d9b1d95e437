"""The raw side on SQL: the rows that ours wrote, written and read again with nothing but the driver.

``state only`` knows one table. ``same rows`` writes what a unit of ours writes: the state, its entries in the change
log and the outbox, and the token; and it holds what the state refers to, where the database can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from attrs import field, frozen

from benchmarks.company import AREA, FILTERED, TENANT
from benchmarks.harness.timing import Prepare
from benchmarks.layers.jobs import (
    BULK,
    FILTER,
    GET_OPEN,
    GET_OWN,
    INSERT,
    PAGE,
    PAGE_SIZE,
    RAW,
    RAW_SAME,
    SAVE,
    STREAM,
    Material,
    token,
)
from handover_core.ids import new_id

STATE, CHANGE, OUTBOX, UNIT = "ho_work_record", "ho_change", "ho_outbox", "ho_unit"
READ = "id, version, format, changed_at, head, body"
WRITES = "raw"
"""The tenant of what is written."""


@frozen(kw_only=True)
class Database:
    """One driver's ways. ``run`` executes a statement with ``?`` for its values on the one cursor."""

    run: Callable[[str, Sequence[Any]], Any]
    begin: Callable[[bool], None]
    """Begins a transaction, a writing one where told so."""
    commit: Callable[[], None]
    many: Callable[[str, Sequence[str], Sequence[Sequence[Any]]], None]
    """Inserts many rows into a table with these columns, the fastest way there is."""
    streamed: Callable[[str, Sequence[Any]], Any]
    """Yields the rows of a query in flat memory."""
    hold: str = ""
    """What a query ends with that holds its rows until the commit."""
    close: Callable[[], None] = field(default=lambda: None)


Rows = Mapping[str, dict[str, Any]]
"""One row of each table that a unit of ours writes, by column."""


class RawSql:
    """One connection, filled with the rows that ours wrote; see the module for ``whole``."""

    def __init__(self, database: Database, material: Material, patterns: Mapping[str, Rows], *, whole: bool) -> None:
        self.name = RAW_SAME if whole else RAW
        self.material = material
        self._database = database
        self._patterns = patterns
        self._whole = whole
        self._columns = list(patterns["insert"][STATE])
        self._numbers = count(2)
        self.close = database.close

    def copy_from(self, source: Database) -> None:
        """Store the rows of state that ours has, and whom they belong to."""
        for table in (STATE, "ho_employee"):
            found = source.run(f"SELECT * FROM {table} WHERE tenant = ?", (TENANT,))
            names, rows = [each[0] for each in found.description], found.fetchall()
            self._database.begin(True)  # noqa: FBT003 - the one argument of a port
            self._database.many(table, names, rows)
            self._database.commit()

    def jobs(self) -> Mapping[str, Prepare]:
        """See `Side.jobs`."""
        writing: dict[str, Prepare] = {INSERT: self._insert, SAVE: self._save}
        if self._whole:
            return writing
        return {
            GET_OPEN: self._get_open, GET_OWN: self._get_own, FILTER: self._filter, PAGE: self._page,
            STREAM: self._stream, **writing, BULK: self._bulk,
        }  # fmt: skip

    def _get(self, id_: str) -> None:
        (row,) = self._database.run(f"SELECT {READ} FROM {STATE} WHERE tenant = ? AND id = ?", (TENANT, id_)).fetchall()
        json.loads(row[-1])

    def _get_open(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]

        def job() -> int:
            self._database.begin(False)  # noqa: FBT003
            for id_ in ids:
                self._get(id_)
            self._database.commit()
            return len(ids)

        return job

    def _get_own(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]

        def job() -> int:
            for id_ in ids:
                self._database.begin(False)  # noqa: FBT003
                self._get(id_)
                self._database.commit()
            return len(ids)

        return job

    def _filter(self) -> Callable[[], int]:
        sql = f"SELECT {READ} FROM {STATE} WHERE tenant = ? AND area = ? ORDER BY id LIMIT {FILTERED}"
        return lambda: self._read(sql, (TENANT, AREA))

    def _page(self) -> Callable[[], int]:
        deep, times = self.material.deep, self.material.pages
        sql = (
            f"SELECT {READ} FROM {STATE} WHERE tenant = ? AND area >= ? AND (area > ? OR (area = ? AND id > ?))"
            f" ORDER BY area, id LIMIT {PAGE_SIZE}"
        )
        values = (TENANT, deep.area, deep.area, deep.area, deep.id)

        def job() -> int:
            return sum(self._read(sql, values) for _ in range(times))

        return job

    def _read(self, sql: str, values: Sequence[Any]) -> int:
        self._database.begin(False)  # noqa: FBT003
        rows = self._database.run(sql, values).fetchall()
        for row in rows:
            json.loads(row[-1])
        self._database.commit()
        return len(rows)

    def _stream(self) -> Callable[[], int]:
        sql = f"SELECT {READ} FROM {STATE} WHERE tenant = ? ORDER BY id"

        def job() -> int:
            seen = 0
            self._database.begin(False)  # noqa: FBT003
            for row in self._database.streamed(sql, (TENANT,)):
                json.loads(row[-1])
                seen += 1
            self._database.commit()
            return seen

        return job

    def _insert(self) -> Callable[[], int]:
        ids = [new_id() for _ in range(self.material.sizes.times)]
        statements = self._statements("insert")

        def job() -> int:
            for id_ in ids:
                self._database.begin(True)  # noqa: FBT003
                self._written(statements, id_, 1)
                self._database.commit()
            return len(ids)

        return job

    def _save(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]
        version = next(self._numbers)
        statements = self._statements("save")
        entries = {table: statement for table, statement in statements.items() if table != STATE}
        row = self._patterns["save"][STATE]
        names = [name for name in self._columns if name not in {"tenant", "id"}]
        sql = f"UPDATE {STATE} SET {', '.join(f'{name} = ?' for name in names)} WHERE tenant = ? AND id = ? AND version = ?"

        def job() -> int:
            for id_ in ids:
                self._database.begin(True)  # noqa: FBT003
                self._get(id_)
                new = {**row, "version": version}
                self._database.run(sql, (*(new[name] for name in names), TENANT, id_, version - 1))
                self._written(entries, id_, version)
                self._database.commit()
            return len(ids)

        return job

    def _statements(self, command: str) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return the inserts of what a unit of ours writes, by table, each with a row to copy."""
        rows = self._patterns[command]
        return {
            table: (f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", row)
            for table, row in rows.items()
            if self._whole or table == STATE
        }

    def _written(self, statements: Mapping[str, tuple[str, dict[str, Any]]], id_: str, version: int) -> None:
        for table, (sql, row) in statements.items():
            new = {**row, "tenant": WRITES if version == 1 else TENANT, "id": id_, "version": version}
            if table == UNIT:
                new["token"] = token()
            self._database.run(sql, [new[name] for name in row])
        if self._whole and version == 1:
            held = f"SELECT id FROM ho_employee WHERE tenant = ? AND id IN (?){self._database.hold}"
            self._database.run(held, (TENANT, self.material.owner.id)).fetchall()

    def _bulk(self) -> Callable[[], int]:
        pattern = self._patterns["insert"][STATE]
        rest = [pattern[name] for name in self._columns if name not in {"tenant", "id"}]
        rows = [(WRITES, new_id(), *rest) for _ in range(self.material.sizes.bulk)]

        def job() -> int:
            self._database.begin(True)  # noqa: FBT003
            self._database.many(STATE, self._columns, rows)
            self._database.commit()
            return len(rows)

        return job


def read_patterns(run: Callable[[str, Sequence[Any]], Any], id_: str, saved: str) -> dict[str, Rows]:
    """Return the rows of one insert (of ``id_``) and one save (of ``saved``) of ours, as they lie in the tables."""

    def row(table: str, where: str, values: Sequence[Any]) -> dict[str, Any]:
        cursor = run(f"SELECT * FROM {table} WHERE {where}", values)
        names = [each[0] for each in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def rows(of: str, version: int) -> dict[str, dict[str, Any]]:
        entry = "kind = ? AND id = ? AND version = ?"
        values = ("work_record", of, version)
        return {
            UNIT: row(UNIT, "token <> ? LIMIT 1", ("",)), STATE: row(STATE, "id = ?", (of,)),
            CHANGE: row(CHANGE, entry, values), OUTBOX: row(OUTBOX, entry, values),
        }  # fmt: skip

    return {"insert": rows(id_, 1), "save": rows(saved, 2)}
