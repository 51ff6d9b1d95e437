"""The SQL store: an engine of the host, or one made from a URL."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Self

import sqlalchemy as sa

from handover_core.errors import HandoverError, StorageUnavailable
from handover_core.storage import Capabilities
from handover_core_sql.connections import connections_of
from handover_core_sql.dialects import Dialect, dialect_for
from handover_core_sql.hosts import host_of
from handover_core_sql.joined import JoinedSql
from handover_core_sql.schema import SqlSchema
from handover_core_sql.statements import Statements
from handover_core_sql.transaction import SqlTransaction

PREFIX = "ho_"
_EXTRAS = {"postgresql": "postgresql", "mariadb": "mariadb", "mysql": "mariadb"}
MARIADB_NAMES = frozenset(("mariadb", "mysql"))
"""Two names that SQLAlchemy has for one kind of database."""


class SqlStore:
    """A store in a SQL database. It never closes the engine that it was given; the constructor touches nothing.

    ``schema`` is the database schema (namespace) of the tables and ``table_prefix`` what their names begin with.
    """

    def __init__(self, engine: sa.Engine, *, schema: str | None = None, table_prefix: str = PREFIX) -> None:
        self._engine = engine
        self._dialect = dialect_for(engine)
        self._connections = connections_of(engine, own=False)
        self._statements = Statements(engine.dialect, table_prefix, schema)
        self._prefix = table_prefix
        self._namespace = schema
        self._hosts: dict[tuple[str, str, str], tuple[Dialect, Statements]] = {}
        self.schema = SqlSchema(self._dialect, schema=schema, table_prefix=table_prefix)

    @classmethod
    def from_url(cls, url: str, *, schema: str | None = None, table_prefix: str = PREFIX) -> Self:
        """Return a store on an engine of its own; `close` disposes of that engine.

        An address without a driver (``postgresql://…``) gets one that is supported. Raises `StorageUnavailable`.
        """
        try:
            engine = sa.create_engine(_with_driver(sa.make_url(url)))
        except ImportError as error:
            extra = _EXTRAS.get(url.partition(":")[0].partition("+")[0], "sql")
            raise StorageUnavailable(f"{error}: pip install 'handover-core[{extra}]'") from error
        except sa.exc.ArgumentError as error:
            raise StorageUnavailable(f"{_shown(url)} is not a usable database address") from error
        store = cls(engine, schema=schema, table_prefix=table_prefix)
        store._dialect.owned()
        store._connections = connections_of(engine, own=True)
        return store

    @property
    def capabilities(self) -> Capabilities:
        """See `Driver.capabilities`."""
        return self._dialect.capabilities

    def close(self) -> None:
        """Give the pooled connections back to the system; a host that passed its own engine does this itself."""
        self._connections.end()
        self._engine.dispose()

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return self._dialect.translate(error)

    def transaction(self, *, write: bool) -> SqlTransaction:
        """See `Driver.transaction`."""
        connection, cursor = self._begun(write=write)
        return SqlTransaction(
            self._statements,
            self._dialect,
            cursor,
            lambda commit: self._end(connection, cursor, commit=commit),
            self._engine,
        )

    def join(self, host: Any, /) -> JoinedSql:
        """Return a driver inside the transaction that the host opened; see `Joinable.join`.

        ``host`` is a `sqlalchemy.Connection`, an ORM session, or a `HostTransaction` such as
        `handover_core_sql.contrib.django.transaction` gives. Each unit takes a savepoint of its own.
        """
        joined = host_of(host)
        name = joined.engine.dialect.name
        own = self._engine.dialect.name
        if name != own and not {name, own} <= MARIADB_NAMES:
            raise StorageUnavailable(f"the host's database is {name}, the store's {own}")
        if joined.engine is self._engine:
            return JoinedSql(self._dialect, self._statements, self.schema, joined, self._engine)
        dialect, statements = self._for_host(joined.engine)
        return JoinedSql(dialect, statements, self.schema, joined, self._engine)

    def _for_host(self, engine: sa.Engine) -> tuple[Dialect, Statements]:
        """Return dialect and statements for another engine of the same database, whose driver may be another one."""
        key = engine.dialect.name, engine.dialect.driver, engine.dialect.paramstyle
        if key not in self._hosts:
            statements = Statements(engine.dialect, self._prefix, self._namespace)
            self._hosts[key] = dialect_for(engine), statements
        return self._hosts[key]

    def _begun(self, *, write: bool) -> tuple[Any, Any]:
        """Return a connection with a transaction begun; pooled ones that died with their server are thrown away."""
        while True:
            connection: Any = None
            try:
                connection = self._connections.take()
                return connection, self._dialect.begin(connection, write=write)
            except Exception as error:
                if connection is not None:
                    connection.invalidate()
                    connection.close()
                ours = self.translate(error)
                if ours is None:
                    raise
                if connection is None or connection.made or type(ours) is not StorageUnavailable:
                    raise ours from error

    def _end(self, connection: Any, cursor: Any, *, commit: bool) -> None:
        try:
            if commit:
                self._dialect.commit(connection, cursor)
            else:
                self._dialect.rollback(connection, cursor)
        except Exception as error:
            if not commit:
                # What cannot be rolled back is thrown away: the server undoes it when the connection ends.
                connection.invalidate()
                return
            self._settle(connection, cursor)
            ours = self._dialect.translate_commit(error)
            if ours is None:
                raise
            raise ours from error
        finally:
            connection.close()

    def _settle(self, connection: Any, cursor: Any) -> None:
        """Undo what a failed commit has left open, or let the connection go: nobody may find another's rows in it."""
        try:
            self._dialect.rollback(connection, cursor)
        except Exception:  # noqa: BLE001 - the commit's own error is raised; the server undoes what is left
            connection.invalidate()


def _with_driver(url: sa.URL) -> sa.URL:
    """Return an address with the driver that we use, where it names none."""
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in MARIADB_NAMES and find_spec("MySQLdb") is None:
        return url.set(drivername=f"{url.drivername}+pymysql")
    return url


def _shown(url: str) -> str:
    """Return an address without its password, for people to read."""
    try:
        return repr(sa.make_url(url).render_as_string(hide_password=True))
    except sa.exc.ArgumentError:
        return "the text"
