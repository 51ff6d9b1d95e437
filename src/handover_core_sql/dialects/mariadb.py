"""MariaDB and MySQL, through PyMySQL or mysqlclient.

Transactions run at REPEATABLE READ: plain reads see one snapshot, while writes and locking reads see the newest row.
A unit decides on the snapshot, and the version in the WHERE of every write and in every `require` refuses what became
stale. Servers with ``innodb_snapshot_isolation`` refuse it earlier, with an error of their own that means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from handover_core.errors import Contention, HandoverError, StorageUnavailable
from handover_core.storage import Capabilities, Compaction
from handover_core_sql.cleaning import mariadb as cleaning
from handover_core_sql.dialects.base import Dialect
from handover_core_sql.layout import TableSpec
from handover_core_sql.text import MARIADB_COLLATION, MYSQL_COLLATION

OLDEST_MARIADB = (10, 6)
OLDEST_MYSQL = (8, 0, 21)
"""The oldest servers with everything that the statements use."""

WAIT = 10
"""How many seconds a statement waits for a lock, on connections of the store's own."""

_CONTENDED = frozenset((
    1020,  # the row has changed since the snapshot
    1205,  # waited too long for a lock; earlier writes stay in the transaction, so the unit rolls all of it back
    1213,  # deadlock
    1412,  # the table was altered since the snapshot
    3572,  # NOWAIT
))  # fmt: skip
_SAID: dict[object, str] = {
    0: "the connection is closed",  # all that PyMySQL says of it is (0, '')
    1153: "a row is larger than the server's max_allowed_packet; raise it",
}
_NO_SAVEPOINT = 1305
_UNIQUE = re.compile(r"for key '(?:[^']*\.)?([^'.]+)'")
_LEVEL = "REPEATABLE-READ"
_WAITING = 600
_LOCK = "CONCAT('handover_core.', MD5(DATABASE()))"


class MariaDb(Dialect):
    """A server; writers of different rows do not wait for each other."""

    capabilities = Capabilities(views=True, joins=True, savepoints=True, transaction_lost=True)
    row_values = False
    buffered = True
    transactional_ddl = False

    def begin(self, connection: Any, *, write: bool) -> Any:
        """See `Dialect.begin`."""
        cursor = connection.driver_connection.cursor()
        if self._level(connection, cursor) != _LEVEL:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION READ WRITE" if write else "START TRANSACTION READ ONLY")
        return cursor

    def _level(self, connection: Any, cursor: Any) -> object:
        """Return the level that transactions of a pooled connection begin with; asked of each connection once."""
        if _LEVEL not in connection.info:
            mariadb = getattr(self.engine.dialect, "is_mariadb", False)
            cursor.execute(f"SELECT @@{'tx_isolation' if mariadb else 'transaction_isolation'}")
            (connection.info[_LEVEL],) = cursor.fetchone()
        return connection.info[_LEVEL]

    def commit(self, connection: Any, cursor: Any) -> None:
        """See `Dialect.commit`."""
        del cursor
        connection.driver_connection.commit()

    def rollback(self, connection: Any, cursor: Any) -> None:
        """See `Dialect.rollback`."""
        del cursor
        connection.driver_connection.rollback()

    def owned(self) -> None:
        """See `Dialect.owned`: locks are not waited for as long as the server would."""

        def connected(driver: Any, _record: Any) -> None:
            with driver.cursor() as cursor:
                cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {WAIT}, lock_wait_timeout = {WAIT}")

        sa.event.listen(self.engine, "connect", connected)

    def cursor(self, driver: Any) -> Any:
        """See `Dialect.cursor`."""
        dbapi: Any = self.engine.dialect.dbapi
        return driver.cursor(dbapi.cursors.Cursor)

    def began(self, driver: Any) -> bool:
        """See `Dialect.began`: outside a transaction a savepoint is gone with the statement that made it."""
        cursor = self.cursor(driver)
        try:
            cursor.execute("SAVEPOINT ho_probe")
            cursor.execute("RELEASE SAVEPOINT ho_probe")
        except self.engine.dialect.dbapi.Error as error:  # type: ignore[union-attr]
            if _number(error) == _NO_SAVEPOINT:
                return False
            raise
        finally:
            cursor.close()
        return True

    def contention(self, error: BaseException) -> HandoverError | None:
        """See `Dialect.contention`."""
        return Contention() if _number(error) in _CONTENDED else None

    def translate(self, error: BaseException) -> HandoverError | None:
        """See `Dialect.translate`."""
        found = super().translate(error)
        if type(found) is StorageUnavailable:
            said = _SAID.get(_number(getattr(error, "orig", None) or error))
            return found if said is None else StorageUnavailable(said)
        return found

    def taken_key(self, words: str) -> str:
        """See `Dialect.taken_key`."""
        found = _UNIQUE.search(words)
        return words if found is None else found.group(1)

    def contains(self, column: sa.ColumnElement[Any], words: str) -> sa.ColumnElement[bool]:
        """See `Dialect.contains`; the column's collation compares code points."""
        return sa.func.instr(column, words) > 0

    def sorted(self, column: sa.ColumnElement[Any], *, descending: bool) -> sa.UnaryExpression[Any]:
        """See `Dialect.sorted`: nulls come first here anyway."""
        return column.desc() if descending else column.asc()

    def migrating(self, connection: sa.Connection) -> None:
        """See `Dialect.migrating`: a lock of the session, since every change of a table ends a transaction."""
        connection.execution_options(isolation_level="READ COMMITTED")
        taken = connection.exec_driver_sql(f"SELECT GET_LOCK({_LOCK}, {_WAITING})").scalar_one()
        if taken != 1:
            raise Contention

    def migrated(self, connection: sa.Connection, *, success: bool) -> None:
        """See `Dialect.migrated`; a connection that is gone has given up the lock by itself."""
        if success:
            connection.commit()
        else:
            connection.rollback()
        connection.exec_driver_sql(f"SELECT RELEASE_LOCK({_LOCK})")

    def view(self, spec: TableSpec, table: sa.Table, name: str) -> str:
        """See `Dialect.view`."""
        fields = "".join(f", JSON_VALUE(body, '$.{field}') AS `{field}`" for field in spec.view)
        place = f"`{table.schema}`." if table.schema else ""
        head = "SELECT tenant, id, version, changed_at"
        return f"CREATE VIEW {place}`{name}` AS {head}{fields} FROM {place}`{table.name}`"

    def widen(self, table: str, column: str, text: sa.types.TypeEngine[str]) -> Iterable[str]:
        """See `Dialect.widen`."""
        return [f"ALTER TABLE {table} MODIFY COLUMN {column} {text.compile(self.engine.dialect)}"]

    def prepare(self) -> None:
        """Nothing is kept with the database beyond its tables."""

    def check(self, connection: sa.Connection, tables: Sequence[str], schema: str | None) -> None:
        """See `Dialect.check`."""
        mariadb = bool(getattr(self.engine.dialect, "is_mariadb", False))
        name, oldest = ("MariaDB", OLDEST_MARIADB) if mariadb else ("MySQL", OLDEST_MYSQL)
        version = self.engine.dialect.server_version_info or ()
        if version < oldest:
            wanted = ".".join(map(str, oldest))
            raise StorageUnavailable(f"{name} is {'.'.join(map(str, version))}, at least {wanted} is needed")
        mode, charset = connection.exec_driver_sql("SELECT @@sql_mode, @@character_set_client").one()
        if not {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"} & set(str(mode).split(",")):
            raise StorageUnavailable("sql_mode is not strict; add STRICT_TRANS_TABLES to it")
        if charset != "utf8mb4":
            raise StorageUnavailable(
                f"the connection's character set is {charset}; add ?charset=utf8mb4 to the address"
            )
        self._check_tables(connection, {"tables": list(tables), "place": schema}, mariadb=mariadb)

    def compact(self, tables: Sequence[str], schema: str | None) -> Compaction:
        """See `Dialect.compact`."""
        return cleaning.compact(self.engine, tables, schema)

    def _check_tables(self, connection: sa.Connection, ours: dict[str, Any], *, mariadb: bool) -> None:
        for table, engine in connection.execute(_OTHER_ENGINE, ours):
            raise StorageUnavailable(
                f"{table} is kept by {engine}, which has no transactions; ALTER it to ENGINE = InnoDB"
            )
        collation = MARIADB_COLLATION if mariadb else MYSQL_COLLATION
        for table, column, found in connection.execute(_OTHER_COLLATION, {**ours, "collation": collation}):
            raise StorageUnavailable(f"{table}.{column} is sorted by {found}; MODIFY it to COLLATE {collation}")


def _named(select: str) -> sa.TextClause:
    mine = " AND table_schema = COALESCE(:place, DATABASE()) AND table_name IN :tables"
    return sa.text(select + mine).bindparams(sa.bindparam("tables", expanding=True))


_OTHER_ENGINE = _named("SELECT table_name, engine FROM information_schema.tables WHERE engine <> 'InnoDB'")
_OTHER_COLLATION = _named(
    "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE collation_name <> :collation"
)


def _number(error: BaseException) -> object:
    return error.args[0] if error.args else None
