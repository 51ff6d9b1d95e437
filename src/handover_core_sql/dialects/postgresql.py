"""PostgreSQL through psycopg 3.

Transactions run at REPEATABLE READ: a unit sees one snapshot, and a write to a row that changed since is refused with
a serialization failure, which the unit of work answers by running again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa

from handover_core.errors import Contention, HandoverError, StorageUnavailable, TransactionLost
from handover_core.storage import Capabilities, Compaction
from handover_core.texts import Text
from handover_core_sql.cleaning import postgresql as cleaning
from handover_core_sql.dialects.base import Dialect, columns_in
from handover_core_sql.dialects.direct import DirectCursor, Prepared, error_of
from handover_core_sql.layout import TableSpec
from handover_core_sql.statements import Statement

OLDEST = 130000
"""The oldest server with everything that the statements use, as PostgreSQL numbers its versions."""

MANY = 50
"""From how many rows on they are sent as a stream."""

_CONTENDED = frozenset(("40001", "40P01", "55P03"))
_UNIQUE = re.compile(r"Key \((.*?)\)=")
_OTHER_COLLATION = (
    "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE table_schema = {}"
    " AND table_name = ANY(:tables) AND data_type IN ('character varying', 'text')"
    " AND collation_name IS DISTINCT FROM 'C'"
)
_BEGIN_WRITING = b"BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE"
_BEGIN_READING = b"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_DONE = 1
"""What libpq calls PGRES_COMMAND_OK."""

_IDLE = 0
"""What libpq calls PQTRANS_IDLE: no transaction is open, as after a commit that failed."""

_OPEN = frozenset((2, 3))
"""What it calls PQTRANS_INTRANS and PQTRANS_INERROR: nothing is under way."""

_UNDONE = Text("a statement had failed, and the server undid the transaction", "某条语句已失败，服务器已撤销该事务")
_PREPARED = "handover_core.prepared"
_LOCK = 0x68616E646F766572
"""The advisory lock of migrations: "handover" in ASCII."""


class PostgreSql(Dialect):
    """A server; writers of different rows do not wait for each other."""

    capabilities = Capabilities(views=True, joins=True, savepoints=True, transaction_lost=True)
    buffered = True
    pipelines = True

    def begin(self, connection: Any, *, write: bool) -> Any:
        """See `Dialect.begin`: told to the server directly, in one message, whatever mode the host's driver is in.

        The driver sees that a transaction is open and begins none of its own.
        """
        driver = connection.driver_connection
        result = driver.pgconn.exec_(_BEGIN_WRITING if write else _BEGIN_READING)
        if result.status != _DONE:
            raise self.engine.dialect.dbapi.OperationalError(result.get_error_message())  # type: ignore[union-attr]
        return _cursor(connection, driver)

    def commit(self, connection: Any, cursor: Any) -> None:
        """See `Dialect.commit`: told to the server directly, where nobody else has a share in the connection."""
        driver = connection.driver_connection
        if cursor.__class__ is not DirectCursor:
            driver.commit()
            return
        result = driver.pgconn.exec_(b"COMMIT")
        if result.status != _DONE:
            raise error_of(result)
        if result.command_status != b"COMMIT":
            raise StorageUnavailable(_UNDONE)

    def rollback(self, connection: Any, cursor: Any) -> None:
        """See `Dialect.rollback`: told to the server directly, too.

        psycopg would have it forget all statements that are prepared, which is dear at the end of every unit that reads.
        """
        del cursor
        driver = connection.driver_connection
        status = driver.pgconn.transaction_status
        if status == _IDLE or (status in _OPEN and driver.pgconn.exec_(b"ROLLBACK").status == _DONE):
            return
        if _PREPARED in connection.info:
            connection.info[_PREPARED].forget()
        driver.rollback()

    def owned(self) -> None:
        """See `Dialect.owned`: nothing to set up."""

    def run(self, cursor: Any, statement: Statement, values: Sequence[Any]) -> None:
        """See `Dialect.run`."""
        if cursor.__class__ is DirectCursor:
            cursor.run(statement, values)
        else:
            super().run(cursor, statement, values)

    def run_all(self, cursor: Any, work: Sequence[tuple[Statement, Sequence[Any]]]) -> None:
        """See `Dialect.run_all`."""
        if cursor.__class__ is DirectCursor:
            cursor.run_all(work)
        else:
            super().run_all(cursor, work)

    def insert_many(self, cursor: Any, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
        """See `Dialect.insert_many`: a stream costs a fraction of as many statements, and more than a few of them.

        The server stores the rows while the next ones are made.
        """
        coming = iter(rows)
        first = list(islice(coming, MANY))
        if len(first) < MANY:
            super().insert_many(cursor, statement, first)
            return
        with cursor.copy(statement.copy) as copy:
            for row in chain(first, coming):
                copy.write_row(row)

    def sees_newest(self, cursor: Any) -> bool:
        """See `Dialect.sees_newest`: only where every statement has a snapshot of its own, as a host may have it."""
        cursor.execute("SHOW transaction_isolation")
        return cursor.fetchone()[0] in {"read committed", "read uncommitted"}

    def cursor(self, driver: Any) -> Any:
        """See `Dialect.cursor`."""
        from psycopg.rows import tuple_row

        cursor = driver.cursor()
        cursor.row_factory = tuple_row
        return cursor

    def began(self, driver: Any) -> bool:
        """See `Dialect.began`: outside autocommit the driver begins with the first statement by itself."""
        status = driver.info.transaction_status.name
        if status in {"INERROR", "UNKNOWN"}:
            raise TransactionLost(
                reason="a statement in it failed" if status == "INERROR" else "the connection is gone"
            )
        return status != "IDLE" or not driver.autocommit

    def contention(self, error: BaseException) -> HandoverError | None:
        """See `Dialect.contention`: serialization failure, deadlock, lock not available."""
        return Contention() if getattr(error, "sqlstate", None) in _CONTENDED else None

    def taken_key(self, words: str) -> str:
        """See `Dialect.taken_key`."""
        return columns_in(words, _UNIQUE)

    def contains(self, column: sa.ColumnElement[Any], words: str) -> sa.ColumnElement[bool]:
        """See `Dialect.contains`."""
        return sa.func.strpos(column, words) > 0

    def sorted(self, column: sa.ColumnElement[Any], *, descending: bool) -> sa.UnaryExpression[Any]:
        """See `Dialect.sorted`."""
        return column.desc().nulls_last() if descending else column.asc().nulls_first()

    def migrating(self, connection: sa.Connection) -> None:
        """See `Dialect.migrating`."""
        # Whoever waited for the lock must see what the other one made; a snapshot taken before would hide it.
        connection.execution_options(isolation_level="READ COMMITTED")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    def migrated(self, connection: sa.Connection, *, success: bool) -> None:
        """See `Dialect.migrated`."""
        if success:
            connection.commit()
        else:
            connection.rollback()

    def view(self, spec: TableSpec, table: sa.Table, name: str) -> str:
        """See `Dialect.view`."""
        fields = "".join(f", body::json->>'{field}' AS \"{field}\"" for field in spec.view)
        place = f'"{table.schema}".' if table.schema else ""
        head = "SELECT tenant, id, version, changed_at"
        return f'CREATE VIEW {place}"{name}" AS {head}{fields} FROM {place}"{table.name}"'

    def prepare(self) -> None:
        """Nothing is kept with the database beyond its tables."""

    def check(self, connection: sa.Connection, tables: Sequence[str], schema: str | None) -> None:
        """See `Dialect.check`."""
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        if version < OLDEST:
            raise StorageUnavailable(f"PostgreSQL is {version // 10000}, at least {OLDEST // 10000} is needed")
        encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
        if encoding != "UTF8":
            raise StorageUnavailable(f"the database's encoding is {encoding}; create one with ENCODING 'UTF8'")
        place = "current_schema()" if schema is None else ":schema"
        other = connection.execute(sa.text(_OTHER_COLLATION.format(place)), {"schema": schema, "tables": list(tables)})
        for table, column, collation in other:
            raise StorageUnavailable(
                f'{table}.{column} is sorted by {collation or "the database"}; ALTER its type to COLLATE "C"'
            )

    def compact(self, tables: Sequence[str], schema: str | None) -> Compaction:
        """See `Dialect.compact`."""
        return cleaning.compact(self.engine, tables, schema)


def _cursor(connection: Any, driver: Any) -> Any:
    """Return the cursor of a transaction: the direct one where nobody else uses the connection."""
    if not connection.own or driver.prepare_threshold is None:
        return driver.cursor()
    prepared = connection.info.get(_PREPARED)
    if prepared is None:
        if driver.pgconn.parameter_status(b"client_encoding") != b"UTF8":
            return driver.cursor()
        prepared = connection.info[_PREPARED] = Prepared()
    return DirectCursor(driver, prepared)
