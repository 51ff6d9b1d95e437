"""What is in the tables of a SQL store."""

from __future__ import annotations

import sqlalchemy as sa

from handover_core_sql import SqlStore

_TABLES: dict[tuple[sa.URL, str], list[str]] = {}


def migrated(store: SqlStore) -> None:
    """Bring a new store to the newest schema, and close it."""
    store.schema.migrate()
    store.close()


def filled_tables(connection: sa.Connection, namespace: str) -> list[str]:
    """Return the tables of a store that have rows, quoted; to ask takes one question, to empty a table takes its time."""
    place = connection.engine.url, namespace
    if place not in _TABLES:
        _TABLES[place] = _tables(connection, namespace)
    tables = _TABLES[place]
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables)
    row = connection.exec_driver_sql(f"SELECT {asked}").one()
    return [table for table, filled in zip(tables, row, strict=True) if filled]


def _tables(connection: sa.Connection, namespace: str) -> list[str]:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    names = sa.inspect(connection).get_table_names(schema=namespace)
    return [f"{quoted(namespace)}.{quoted(name)}" for name in names if not name.endswith("schema")]
