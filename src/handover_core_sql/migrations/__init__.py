"""Explicit, numbered migrations, frozen once released: each says in literal words what it creates."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from handover_core.errors import SchemaMismatch, StorageUnavailable
from handover_core_sql.dialects import Dialect
from handover_core_sql.layout import TableSpec, shared_tables
from handover_core_sql.migrations import m0001
from handover_core_sql.migrations.steps import Step

MIGRATIONS: tuple[tuple[TableSpec, ...], ...] = (m0001.TABLES,)
"""The tables that each migration creates, in order."""


class SqlSchema:
    """The structure of one store."""

    def __init__(self, dialect: Dialect, *, schema: str | None, table_prefix: str) -> None:
        self._dialect = dialect
        self._schema = schema
        self._prefix = table_prefix
        self._number = shared_tables(sa.MetaData(schema=schema), table_prefix)["schema"]

    def migrate(self) -> int:
        """Bring the store to the newest schema and return its number; two processes may do it at once.

        Raises `SchemaMismatch` for a store that a newer library made, `StorageUnavailable`, `Contention`.
        """
        return self._talking(self._migrate)

    def check(self) -> None:
        """Raise `SchemaMismatch` or `StorageUnavailable`, with the cure, unless the store is fit for use."""
        self._talking(self._check)

    def number(self) -> int:
        """Return the schema number of the store; 0 where there is none."""
        return self._talking(self._found)

    def sql(self) -> str:
        """Return the statements of all migrations as text, for people who run them by hand."""
        step = Step(self._dialect, self._schema, self._prefix)
        for tables in MIGRATIONS:
            step.create(tables)
        return step.text()

    def _talking(self, act: Callable[[], int]) -> int:
        try:
            return act()
        except Exception as error:
            ours = self._dialect.translate(error)
            if ours is error:
                raise
            if ours is None and not isinstance(error, sa.exc.SQLAlchemyError):
                raise
            raise (ours or StorageUnavailable(str(error))) from error

    def _migrate(self) -> int:
        self._dialect.prepare()
        with self._dialect.engine.connect() as connection:
            self._dialect.migrating(connection)
            try:
                self._apply(connection)
            except BaseException:
                self._dialect.migrated(connection, success=False)
                raise
            self._dialect.migrated(connection, success=True)
        return len(MIGRATIONS)

    def _apply(self, connection: sa.Connection) -> None:
        self._number.create(connection, checkfirst=True)
        found = self._read(connection)
        if found > len(MIGRATIONS):
            raise SchemaMismatch(found, len(MIGRATIONS))
        for number, tables in enumerate(MIGRATIONS[found:], found + 1):
            step = Step(self._dialect, self._schema, self._prefix)
            step.create(tables)
            step.run(connection)
            connection.execute(sa.insert(self._number).values(number=number))

    def _read(self, connection: sa.Connection) -> int:
        return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(self._number.c.number), 0))).scalar_one())

    def _found(self) -> int:
        with self._dialect.engine.connect() as connection:
            if not sa.inspect(connection).has_table(self._number.name, schema=self._schema):
                return 0
            return self._read(connection)

    def _check(self) -> int:
        found = self._found()
        if found != len(MIGRATIONS):
            raise SchemaMismatch(found, len(MIGRATIONS))
        self._dialect.check()
        return found
