"""The raw side: the same rows and the same durability, with nothing but the driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROW = "INSERT INTO ho_work_record VALUES ({})"
CHANGE = "INSERT INTO ho_change VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
OUTBOX = "INSERT INTO ho_outbox VALUES (?,?,?,?,?,?,?)"
TOKEN = "INSERT INTO ho_unit VALUES (?,?,?)"


def connect(path: Path) -> sqlite3.Connection:
    """Open a file as durably as the library does."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -16000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def columns(connection: sqlite3.Connection) -> int:
    """Return how many columns a work record has."""
    return len(connection.execute("PRAGMA table_info(ho_work_record)").fetchall())


def insert(connection: sqlite3.Connection, row: Sequence[Any], *, whole: bool, number: int) -> None:
    """Write one state row, and with ``whole`` also change, outbox and token, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    if whole:
        connection.execute(TOKEN, ("raw", f"t{number}", 0))
    connection.execute(ROW.format(",".join("?" * len(row))), row)
    if whole:
        log(connection, str(row[1]), 1, str(row[-1]))
    connection.execute("COMMIT")


def save(connection: sqlite3.Connection, id_: str, body: str, *, whole: bool, number: int, version: int) -> None:
    """Read one row and write it back under its version."""
    connection.execute("BEGIN IMMEDIATE")
    if whole:
        connection.execute(TOKEN, ("raw", f"s{number}", 0))
    connection.execute(
        "SELECT id, version, format, changed_at, head, body FROM ho_work_record WHERE tenant='raw' AND id=?", (id_,)
    ).fetchone()
    changed = "UPDATE ho_work_record SET version=?, title=?, body=? WHERE tenant='raw' AND id=? AND version=?"
    connection.execute(changed, (version + 1, body[:20], body, id_, version))
    if whole:
        log(connection, id_, version + 1, '{"title":[["a"],["b"]]}')
    connection.execute("COMMIT")


def log(connection: sqlite3.Connection, id_: str, version: int, body: str) -> None:
    """Write the change entry and the outbox entry of one version."""
    entry = ("raw", "work_record", id_, version, "insert", 1, 0, "bench", "bench", None, None, "0" * 64, body)
    connection.execute(CHANGE, entry)
    connection.execute(OUTBOX, ("raw", "work_record", id_, version, "insert", 0, 0))
