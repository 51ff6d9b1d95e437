"""What differs between databases: transactions, sorting, searching, views, errors. All the rest is shared."""

from __future__ import annotations

import sqlalchemy as sa

from handover_core.errors import StorageUnavailable
from handover_core_sql.dialects.base import Dialect
from handover_core_sql.dialects.mariadb import MariaDb
from handover_core_sql.dialects.postgresql import PostgreSql
from handover_core_sql.dialects.sqlite import Sqlite

KNOWN: dict[str, type[Dialect]] = {
    "sqlite": Sqlite,
    "postgresql": PostgreSql,
    "mariadb": MariaDb,
    "mysql": MariaDb,
}


def dialect_for(engine: sa.Engine) -> Dialect:
    """Return what belongs to the engine's database; raise `StorageUnavailable` for one that is not supported."""
    found = KNOWN.get(engine.dialect.name)
    if found is None:
        known = ", ".join(sorted(KNOWN))
        raise StorageUnavailable(f"the database {engine.dialect.name} is not supported; use one of {known}")
    return found(engine)


__all__ = ["Dialect", "dialect_for"]
