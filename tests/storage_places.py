"""Stores as other migrations make them."""

from __future__ import annotations

from typing import Any

from handover_core_sql import SqlStore
from handover_core_sql.schema import SqlSchema


def schema_of(store: SqlStore, migrations: Any) -> SqlSchema:
    """Return the schema of a store as another list of migrations makes it."""
    table = store.schema._number
    prefix = table.name.removesuffix("schema")
    return SqlSchema(store._dialect, schema=table.schema, table_prefix=prefix, migrations=migrations)
