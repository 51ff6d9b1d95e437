"""SQLite, set up so that nothing is lost.

WAL with full synchronisation survives a power cut; BEGIN IMMEDIATE takes the write lock before the first read, so that
no read-modify-write loses an update; secure_delete overwrites what is deleted.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa

from handover_core.errors import Contention, HandoverError, StorageUnavailable
from handover_core.storage import Capabilities, Compaction
from handover_core_sql.cleaning import sqlite as cleaning
from handover_core_sql.dialects.base import Dialect, columns_in
from handover_core_sql.layout import TableSpec
from handover_core_sql.statements import Statement

OLDEST = (3, 35, 0)
"""The oldest SQLite with everything that the statements use."""

_READY = "handover_core"
_HOSTS = "handover_core.host"
_PATIENCE = 10.0
"""How many seconds a writer waits for another one."""
_PAUSE = 0.01
"""Seconds between two attempts at what SQLite does not wait for by itself."""
_LEGACY = -1
"""`sqlite3.LEGACY_TRANSACTION_CONTROL`, which Python 3.11 does not have."""

_NOBODYS = None, _LEGACY
"""What `_as_before` has to do for a connection that no host shares: nothing."""

_PER_CONNECTION = (
    f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
)
_BUSY = ("database is locked", "database table is locked", "database schema is locked")
_NO_TEXT = "Could not decode to UTF-8"
_FULL = "database or disk is full"
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.*)")
_JOURNALS = {"wal", "memory"}


class _Cursor(sqlite3.Cursor):
    """Reads bytes that are no UTF-8 as text with stand-ins: SQLite takes them from anybody, and an audit must name them."""

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:
        """Run a statement, and keep it in case that it must be read again."""
        self._asked = sql, parameters
        super().execute(sql, parameters)
        return self

    def fetchone(self) -> Any:
        """Return the next record."""
        return self._read(super().fetchone)

    def fetchall(self) -> list[Any]:
        """Return all records that are left."""
        found: list[Any] = self._read(super().fetchall)
        return found

    def _read(self, fetch: Callable[[], Any]) -> Any:
        try:
            return fetch()
        except sqlite3.OperationalError as error:
            if not str(error).startswith(_NO_TEXT):
                raise
        before = self.connection.text_factory
        self.connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        try:
            super().execute(*self._asked)
            return fetch()
        finally:
            self.connection.text_factory = before


class Sqlite(Dialect):
    """A file, or memory; one writer at a time."""

    capabilities = Capabilities(
        concurrent_writers=False, views=True, joins=True, savepoints=True, transaction_lost=True
    )
    not_begun = (
        "sqlite3 has not begun the transaction: it waits for the first write. Set"
        " isolation_level = None on every connection and emit BEGIN, or (Python 3.12) connect with autocommit = False"
    )
    buffered = False

    def begin(self, connection: Any, *, write: bool) -> Any:
        """See `Dialect.begin`."""
        driver: sqlite3.Connection = connection.driver_connection
        if not connection.own:
            connection.info[_HOSTS] = _by_hand(driver)
        cursor = driver.cursor(_Cursor)
        if _READY not in connection.info:
            if connection.own:
                _by_hand(driver)
                connection.info[_HOSTS] = _NOBODYS
            for pragma in _PER_CONNECTION:
                cursor.execute(pragma)
            connection.info[_READY] = True
        cursor.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        return cursor

    def commit(self, connection: Any, cursor: Any) -> None:
        """See `Dialect.commit`; a transaction whose COMMIT failed must not stay open in the pool."""
        try:
            cursor.execute("COMMIT")
        except sqlite3.Error:
            if connection.driver_connection.in_transaction:
                connection.driver_connection.rollback()
            raise
        finally:
            _as_before(connection.driver_connection, connection.info[_HOSTS])

    def rollback(self, connection: Any, cursor: Any) -> None:
        """See `Dialect.rollback`; some failures have ended the transaction already."""
        try:
            if connection.driver_connection.in_transaction:
                cursor.execute("ROLLBACK")
        finally:
            _as_before(connection.driver_connection, connection.info[_HOSTS])

    def owned(self) -> None:
        """See `Dialect.owned`: a connection is set up with its first transaction."""

    def insert_many(self, cursor: Any, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
        """See `Dialect.insert_many`: each row is stored as it is made, so that it need not be kept."""
        cursor.executemany(statement.sql, rows if statement.in_order else map(statement.bind, rows))

    def cursor(self, driver: Any) -> Any:
        """See `Dialect.cursor`."""
        cursor = driver.cursor(_Cursor)
        cursor.row_factory = None
        return cursor

    def began(self, driver: Any) -> bool:
        """See `Dialect.began`: the driver alone would begin at the first write, and not before."""
        return bool(driver.in_transaction)

    def contention(self, error: BaseException) -> HandoverError | None:
        """See `Dialect.contention`."""
        return Contention() if str(error).startswith(_BUSY) else None

    def translate_commit(self, error: BaseException) -> HandoverError | None:
        """See `Dialect.translate_commit`: a COMMIT that finds no room is known to have kept nothing."""
        return self.translate(error) if str(error).startswith(_FULL) else super().translate_commit(error)

    def taken_key(self, words: str) -> str:
        """See `Dialect.taken_key`."""
        return columns_in(words, _UNIQUE)

    def contains(self, column: sa.ColumnElement[Any], words: str) -> sa.ColumnElement[bool]:
        """See `Dialect.contains`."""
        return sa.func.instr(column, words) > 0

    def sorted(self, column: sa.ColumnElement[Any], *, descending: bool) -> sa.UnaryExpression[Any]:
        """See `Dialect.sorted`."""
        return column.desc().nulls_last() if descending else column.asc().nulls_first()

    def migrating(self, connection: sa.Connection) -> None:
        """See `Dialect.migrating`."""
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")
        driver: Any = connection.connection.driver_connection
        if driver.in_transaction:  # a host's engine may begin by itself, and without the write lock
            driver.rollback()
        connection.info[_HOSTS] = _by_hand(driver)
        driver.execute("BEGIN IMMEDIATE")

    def migrated(self, connection: sa.Connection, *, success: bool) -> None:
        """See `Dialect.migrated`."""
        driver: Any = connection.connection.driver_connection
        try:
            if driver.in_transaction:
                driver.execute("COMMIT" if success else "ROLLBACK")
        finally:
            _as_before(driver, connection.info[_HOSTS])

    def view(self, spec: TableSpec, table: sa.Table, name: str) -> str:
        """See `Dialect.view`."""
        fields = "".join(f", json_extract(body, '$.{field}') AS \"{field}\"" for field in spec.view)
        head = "SELECT tenant, id, version, changed_at"
        return f'CREATE VIEW "{name}" AS {head}{fields} FROM "{table.name}"'

    def widen(self, table: str, column: str, text: sa.types.TypeEngine[str]) -> Iterable[str]:
        """See `Dialect.widen`: SQLite keeps no widths."""
        del table, column, text
        return ()

    def prepare(self) -> None:
        """Switch the file to write-ahead logging, which stays with it.

        SQLite does not wait where two connections switch at once, whatever its timeout says: so we do.
        """
        until = monotonic() + _PATIENCE
        while (mode := self._switched()) is None:
            if monotonic() > until:
                raise Contention
            sleep(_PAUSE)
        if mode not in _JOURNALS:
            raise StorageUnavailable(f"the journal mode is {mode}, not wal")

    def _switched(self) -> str | None:
        """Return the journal mode after an attempt to switch; None where somebody else was at the file."""
        try:
            mode = self._journal()
        except sqlite3.OperationalError as error:
            if self.contention(error):
                return None
            raise
        return None if mode == "delete" else mode

    def check(self, connection: sa.Connection, tables: Sequence[str], schema: str | None) -> None:
        """See `Dialect.check`."""
        del connection, tables, schema
        if sqlite3.sqlite_version_info < OLDEST:
            raise StorageUnavailable(f"SQLite is {sqlite3.sqlite_version}, at least 3.35 is needed")
        mode = self._journal()
        if mode not in _JOURNALS:
            raise StorageUnavailable(f"the journal mode is {mode}, not wal")

    def compact(self, tables: Sequence[str], schema: str | None) -> Compaction:
        """See `Dialect.compact`: the whole file, whatever stands in it."""
        del tables, schema
        connection: Any = self.engine.raw_connection()
        driver = connection.driver_connection
        before = _by_hand(driver)
        try:
            return cleaning.compact(driver)
        finally:
            _as_before(driver, before)
            connection.close()

    def _journal(self) -> str:
        connection: Any = self.engine.raw_connection()
        driver = connection.driver_connection
        before = _by_hand(driver)
        try:
            return str(driver.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        finally:
            _as_before(driver, before)
            connection.close()


def _by_hand(driver: Any) -> tuple[Any, Any]:
    """Let statements alone begin and end transactions; return how the host had it, which shares the connection.

    Left to itself the driver begins too late, at the first write.
    """
    before = driver.isolation_level, getattr(driver, "autocommit", _LEGACY)
    if before[1] != _LEGACY:
        driver.autocommit = _LEGACY
        driver.rollback()
    driver.isolation_level = None
    return before


def _as_before(driver: Any, before: tuple[Any, Any]) -> None:
    if before[0] is not None:
        driver.isolation_level = before[0]
    if before[1] != _LEGACY:
        driver.autocommit = before[1]
