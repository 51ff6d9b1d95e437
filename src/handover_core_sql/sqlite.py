"""SQLite, set up so that nothing is lost.

WAL with full synchronisation survives a power cut; BEGIN IMMEDIATE takes the write lock before the first read, so that
no read-modify-write loses an update; secure_delete overwrites what is deleted.
"""

from __future__ import annotations

import sqlite3
from typing import Any

_READY = "handover_core"
_PER_CONNECTION = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
)


def begin(connection: Any, *, write: bool) -> Any:
    """Begin a transaction on a pooled connection and return the cursor that it runs on."""
    driver: sqlite3.Connection = connection.driver_connection
    # The driver's own transaction control begins too late, at the first write; here the statements say it.
    driver.isolation_level = None
    cursor = driver.cursor()
    if _READY not in connection.info:
        for pragma in _PER_CONNECTION:
            cursor.execute(pragma)
        connection.info[_READY] = True
    cursor.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    return cursor


def undo(connection: Any) -> None:
    """End a transaction whose COMMIT failed; it must not stay open in the pool."""
    driver: sqlite3.Connection = connection.driver_connection
    if driver.in_transaction:
        driver.rollback()


def durable(engine: Any) -> str:
    """Switch the file to write-ahead logging, which stays with it, and return the journal mode in force."""
    connection = engine.raw_connection()
    try:
        return str(connection.driver_connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
    finally:
        connection.close()


OLDEST = (3, 35, 0)
"""The oldest SQLite with everything that the statements use."""


def version() -> tuple[int, ...]:
    """Return the version of the SQLite library in this process."""
    return sqlite3.sqlite_version_info
