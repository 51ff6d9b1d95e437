"""Django: a store on its database, and units inside ``transaction.atomic()``.

    from handover_core_sql.contrib.django import atomic_block, store

    core = HandoverCore(store())
    with transaction.atomic():
        Invoice.objects.create(...)
        core.joined(atomic_block()).office(tenant, actor).records.open_record(...)

SQLite, PostgreSQL (psycopg 3) and MariaDB/MySQL (mysqlclient, or PyMySQL in its place) are known.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from django.db import connections  # type: ignore[import-untyped]

from handover_core.errors import StorageUnavailable
from handover_core_sql.hosts import ENDED, HostTransaction
from handover_core_sql.store import PREFIX, SqlStore

_SCHEMES = {
    "sqlite3": "sqlite",
    "psycopg": "postgresql+psycopg",
    "MySQLdb": "mysql+mysqldb",
    "pymysql": "mysql+pymysql",
}
_DEFAULT = "default"


def store(using: str = _DEFAULT, *, schema: str | None = None, table_prefix: str = PREFIX) -> SqlStore:
    """Return a store on the database of Django's settings, for what is done outside of blocks.

    Its connections are opened as Django opens its own, and are pooled apart from them; `SqlStore.close` ends them.
    Raises `StorageUnavailable` for a database or driver that is not known.
    """
    connection = connections[using]
    engine = sa.create_engine(
        f"{_scheme(connection)}://",
        creator=lambda: connection.get_new_connection(connection.get_connection_params()),
        poolclass=sa.QueuePool,
    )
    return SqlStore(engine, schema=schema, table_prefix=table_prefix)


def atomic_block(using: str = _DEFAULT) -> AtomicBlock:
    """Return the open block of ``transaction.atomic()``, to be joined; raise `StorageUnavailable` outside of one."""
    return AtomicBlock(using)


class AtomicBlock(HostTransaction):
    """The transaction that Django's outermost open block has begun."""

    def __init__(self, using: str) -> None:
        self._django = connections[using]
        if not self._django.in_atomic_block:
            raise StorageUnavailable("no transaction is open; enter transaction.atomic(), and join inside")
        self.engine = sa.create_engine(f"{_scheme(self._django)}://")
        self._outermost = self._django.atomic_blocks[0]

    def connection(self) -> Any:
        """See `HostTransaction.connection`."""
        if not self._django.in_atomic_block or self._django.atomic_blocks[0] is not self._outermost:
            raise StorageUnavailable(ENDED)
        return self._django.connection

    @property
    def lost(self) -> bool:
        """See `HostTransaction.lost`: Django itself takes nothing more in such a block."""
        return bool(self._django.needs_rollback)

    def lose(self) -> None:
        """See `HostTransaction.lose`: the block cannot be committed any more."""
        self._django.needs_rollback = True


def _scheme(connection: Any) -> str:
    # Another driver may stand in for the one that Django asks for: PyMySQL does.
    driver = connection.Database.__name__.partition(".")[0]
    if driver not in _SCHEMES:
        raise StorageUnavailable(f"Django's driver {driver!r} is not known; use one of {', '.join(_SCHEMES)}")
    return _SCHEMES[driver]
