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


DRIVERS = {"sqlite": ("pysqlite",), "postgresql": ("psycopg",)} | dict.fromkeys(
    ("mariadb", "mysql"), ("pymysql", "mysqldb")
)
"""The drivers that units run on, as SQLAlchemy names them."""


def dialect_for(engine: sa.Engine) -> Dialect:
    """Return what belongs to the engine's database; raise `StorageUnavailable` for one that is not supported."""
    name, driver = engine.dialect.name, engine.dialect.driver
    if name not in KNOWN:
        raise StorageUnavailable(f"the database {name} is not supported; use one of {', '.join(sorted(KNOWN))}")
    if driver not in DRIVERS[name]:
        wanted = " or ".join(f"{name}+{each}://" for each in DRIVERS[name])
        raise StorageUnavailable(f"the driver {driver} is not supported; use {wanted}")
    return KNOWN[name](engine)


__all__ = ["Dialect", "dialect_for"]
