"""What one migration does to a database: as statements to print, or step by step on a connection.

Every step looks first whether it is still needed, so that a migration that was interrupted anywhere is run again from
its beginning: some databases keep half of a migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import sqlalchemy as sa

from handover_core.storage.migrating import ColumnSpec
from handover_core_sql.dialects import Dialect
from handover_core_sql.layout import exact_text, shared_tables, state_table
from handover_core_sql.migrations.filling import fill
from handover_core_sql.migrations.plan import KindChange, Migration, Shape


class Found:
    """What a database has before a migration; read when it is asked for."""

    def __init__(self, connection: sa.Connection, schema: str | None) -> None:
        self._inspector = sa.inspect(connection)
        self._schema = schema

    @cached_property
    def tables(self) -> frozenset[str]:
        """The names of all tables."""
        return frozenset(self._inspector.get_table_names(schema=self._schema))

    def column(self, table: str, name: str) -> bool:
        """Whether a table has a column."""
        return name in self.widths(table)

    def widths(self, table: str) -> dict[str, int | None]:
        """Return the width of each column, None where it has none."""
        columns = self._inspector.get_columns(table, schema=self._schema)
        return {column["name"]: getattr(column["type"], "length", None) for column in columns}

    def index(self, table: str, name: str) -> bool:
        """Whether a table has an index."""
        if table not in self.tables:
            return False
        return name in {index["name"] for index in self._inspector.get_indexes(table, schema=self._schema)}


class Nothing(Found):
    """A database that has nothing, for printing."""

    def __init__(self) -> None:
        """See the class."""

    @cached_property
    def tables(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def column(self, table: str, name: str) -> bool:
        """Return that it is missing."""
        del table, name
        return False

    def widths(self, table: str) -> dict[str, int | None]:
        """Return nothing, so that every column counts as too narrow."""
        del table
        return {}


class Steps:
    """The steps of one migration, from the shape before it to the shape after it."""

    def __init__(self, dialect: Dialect, schema: str | None, prefix: str, before: Shape, migration: Migration) -> None:
        self._dialect = dialect
        self._schema = schema
        self._prefix = prefix
        self._before = before
        self._migration = migration
        self._after = before.after(migration)
        self._metadata = sa.MetaData(schema=schema)
        self._shared = shared_tables(self._metadata, prefix)
        self._tables: dict[str, sa.Table] = {}

    def run(self, connection: sa.Connection) -> None:
        """Do what is still to be done. Neither versions nor history nor chains are touched."""
        found = Found(connection, self._schema)
        for statement in self._opening(found):
            connection.exec_driver_sql(statement)
        for change in self._migration.change:
            if change.fills:
                fill(connection, self._dialect, self._table(change.kind), self._shared["value"], change)
        for statement in self._closing(found):
            connection.exec_driver_sql(statement)

    def text(self) -> list[str]:
        """Return the statements for a store without rows, where nothing has to be filled."""
        return [*self._opening(Nothing()), *self._closing(Nothing())]

    # Before the filling

    def _opening(self, found: Found) -> Iterator[str]:
        for change in self._migration.change:
            yield f"DROP VIEW IF EXISTS {self._named(self._view(change.kind))}"
            yield from self._widened(found, change)
            yield from self._added(found, change)

    def _widened(self, found: Found, change: KindChange) -> Iterator[str]:
        table = self._table(change.kind)
        for column in change.wider:
            width = found.widths(table.name).get(column.name)
            if width is None or column.width is None or width < column.width:
                yield from self._dialect.widen(self._named(table.name), self._quoted(column.name), _type(column))

    def _added(self, found: Found, change: KindChange) -> Iterator[str]:
        table = self._table(change.kind)
        before = state_table(self._before.tables[change.kind], sa.MetaData(), self._prefix)
        for column in table.columns:
            if column.name not in before.c and not found.column(table.name, column.name):
                made = sa.schema.CreateColumn(column).compile(dialect=self._dialect.engine.dialect)
                yield f"ALTER TABLE {self._named(table.name)} ADD COLUMN {made}"

    # After it

    def _closing(self, found: Found) -> Iterator[str]:
        for change in self._migration.change:
            there = state_table(self._before.tables[change.kind], sa.MetaData(), self._prefix).indexes
            yield from self._indexed(found, self._table(change.kind), frozenset(str(each.name) for each in there))
        for table in self._new():
            if table.name not in found.tables:
                yield self._said(sa.schema.CreateTable(table))
            yield from self._indexed(found, table)
        for kind in self._shown():
            name = self._view(kind)
            yield f"DROP VIEW IF EXISTS {self._named(name)}"
            yield self._dialect.view(self._after.tables[kind], self._table(kind), name)

    def _indexed(self, found: Found, table: sa.Table, there: frozenset[str] = frozenset()) -> Iterator[str]:
        """Yield what makes the indexes of a table that are missing; ``there`` are those of an earlier migration."""
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if str(index.name) not in there and not found.index(table.name, str(index.name)):
                yield self._said(sa.schema.CreateIndex(index))

    def _new(self) -> list[sa.Table]:
        shared = [self._shared[name] for name in self._migration.shared]
        return [*shared, *(self._table(spec.kind) for spec in self._migration.create)]

    def _shown(self) -> list[str]:
        return [spec.kind for spec in self._migration.create] + [change.kind for change in self._migration.change]

    # Helpers

    def _table(self, kind: str) -> sa.Table:
        if kind not in self._tables:
            self._tables[kind] = state_table(self._after.tables[kind], self._metadata, self._prefix)
        return self._tables[kind]

    def _view(self, kind: str) -> str:
        return f"{self._prefix}v_{kind}"

    def _said(self, element: sa.schema.ExecutableDDLElement) -> str:
        return str(element.compile(dialect=self._dialect.engine.dialect)).strip()

    def _quoted(self, name: str) -> str:
        return self._dialect.engine.dialect.identifier_preparer.quote(name)

    def _named(self, name: str) -> str:
        return f"{self._quoted(self._schema)}.{self._quoted(name)}" if self._schema else self._quoted(name)


def _type(column: ColumnSpec) -> sa.types.TypeEngine[str]:
    return exact_text(column.width or 0)
