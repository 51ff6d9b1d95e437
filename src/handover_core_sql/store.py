"""The SQL store: an engine of the host, or one made from a URL."""

from __future__ import annotations

from typing import Any, Self

import sqlalchemy as sa

from handover_core.errors import CommitUnknown, HandoverError, StorageUnavailable
from handover_core.storage import Capabilities
from handover_core_sql import sqlite
from handover_core_sql.errors import translated
from handover_core_sql.migrations import SqlSchema
from handover_core_sql.statements import Statements
from handover_core_sql.transaction import SqlTransaction

PREFIX = "ho_"


class SqlStore:
    """A store in a SQL database. It never closes the engine that it was given; the constructor touches nothing.

    ``schema`` is the database schema (namespace) of the tables and ``table_prefix`` what their names begin with.
    """

    capabilities = Capabilities(concurrent_writers=False, views=True)

    def __init__(self, engine: sa.Engine, *, schema: str | None = None, table_prefix: str = PREFIX) -> None:
        if engine.dialect.name != "sqlite":
            raise StorageUnavailable(f"the dialect {engine.dialect.name} is not supported")
        self._engine = engine
        self._statements = Statements(engine.dialect, table_prefix, schema)
        self.schema = SqlSchema(engine, schema=schema, table_prefix=table_prefix)

    @classmethod
    def from_url(cls, url: str, *, schema: str | None = None, table_prefix: str = PREFIX) -> Self:
        """Return a store on an engine of its own; `close` disposes of that engine."""
        try:
            engine = sa.create_engine(url)
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
            raise StorageUnavailable(f"{url!r} is not a usable database address ({error})") from error
        return cls(engine, schema=schema, table_prefix=table_prefix)

    def close(self) -> None:
        """Give the pooled connections back to the system; a host that passed its own engine does this itself."""
        self._engine.dispose()

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return translated(error, self._engine.dialect)

    def transaction(self, *, write: bool) -> SqlTransaction:
        """See `Driver.transaction`."""
        connection: Any = None
        try:
            connection = self._engine.raw_connection()
            cursor = sqlite.begin(connection, write=write)
        except Exception as error:
            if connection is not None:
                connection.close()
            ours = self.translate(error)
            if ours is None:
                raise
            raise ours from error
        return SqlTransaction(
            self._statements, cursor, self.translate, lambda commit: self._end(connection, cursor, commit=commit)
        )

    def _end(self, connection: Any, cursor: Any, *, commit: bool) -> None:
        try:
            cursor.execute("COMMIT" if commit else "ROLLBACK")
        except Exception as error:
            if not commit:
                connection.invalidate()
                return
            ours = self.translate(error)
            sqlite.undo(connection)
            if ours is None:
                raise
            raise (CommitUnknown(str(error)) if type(ours) is StorageUnavailable else ours) from error
        finally:
            cursor.close()
            connection.close()
