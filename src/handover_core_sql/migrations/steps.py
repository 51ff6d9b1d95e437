"""What one migration does to a database, as a list of statements."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from handover_core_sql.dialects import Dialect
from handover_core_sql.layout import TableSpec, shared_tables, state_table


class Step:
    """Collects the statements of one or more migrations; each can be run again after an interruption."""

    def __init__(self, dialect: Dialect, schema: str | None, prefix: str) -> None:
        self._dialect = dialect
        self._prefix = prefix
        self._metadata = sa.MetaData(schema=schema)
        self._views: list[str] = []
        shared_tables(self._metadata, prefix)

    def create(self, tables: Iterable[TableSpec]) -> None:
        """Add the tables and views of some kinds, and the shared tables where they are not there yet."""
        for spec in tables:
            table = state_table(spec, self._metadata, self._prefix)
            self._views.append(self._dialect.view(spec, table, f"{self._prefix}v_{spec.kind}"))

    def run(self, connection: sa.Connection) -> None:
        """Execute the statements."""
        self._metadata.create_all(connection, checkfirst=True)
        for statement in self._views:
            connection.exec_driver_sql(statement)

    def text(self) -> str:
        """Return the statements as a script."""
        dialect = self._dialect.engine.dialect
        made: list[str] = []
        for table in self._metadata.sorted_tables:
            made.append(str(sa.schema.CreateTable(table).compile(dialect=dialect)).strip())
            ordered = sorted(table.indexes, key=lambda index: str(index.name))
            made += [str(sa.schema.CreateIndex(index).compile(dialect=dialect)) for index in ordered]
        return ";\n\n".join([*made, *self._views]) + ";\n"
