"""Driver exceptions as the library's errors."""

from __future__ import annotations

import re

import sqlalchemy as sa

from handover_core.errors import AlreadyExists, Contention, HandoverError, StorageUnavailable

_BUSY = ("database is locked", "database table is locked", "database schema is locked")
_UNIQUE = re.compile(r"UNIQUE constraint failed: (.*)")


def translated(error: BaseException, dialect: sa.Dialect) -> HandoverError | None:
    """Return the library's error for a driver's exception, or None for one that is not a driver's."""
    if isinstance(error, HandoverError):
        return error
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sa.exc.TimeoutError):
        return Contention()
    dbapi = dialect.dbapi
    if dbapi is None or not isinstance(error, dbapi.Error):
        return None
    words = str(error)
    if words.startswith(_BUSY):
        return Contention()
    if isinstance(error, dbapi.IntegrityError):
        return AlreadyExists("row", taken_key(words))
    return StorageUnavailable(words)


def taken_key(words: str) -> str:
    """Return the columns of the unique key that SQLite names in its message, without the tenant."""
    found = _UNIQUE.search(words)
    if found is None:
        return words
    columns = [part.strip().rpartition(".")[2] for part in found.group(1).split(",")]
    return ", ".join(column for column in columns if column != "tenant")
