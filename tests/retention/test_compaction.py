"""What a clean-up says about what it could not do, and who can."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from pymongo.errors import OperationFailure

from bytes_on_disk import as_admin, place
from conftest import BACKENDS
from handover_core.storage import Compaction
from handover_core.texts import Text
from handover_core_mongo.cleaning import compact
from handover_core_sql import SqlStore


def _server(backend: str, folder: Path) -> Any:
    if backend not in BACKENDS:
        pytest.skip(f"not asked for: {backend}")
    return place(backend, folder)


def _english(texts: tuple[Text, ...]) -> str:
    assert all(text.zh and text.zh != text.en and "{" not in text.en + text.zh for text in texts)
    return "\n".join(text.en for text in texts)


def test_a_reader_keeps_the_log_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is told to end; after it the same clean-up is complete."""
    monkeypatch.setattr("handover_core_sql.cleaning.sqlite.PATIENCE", 10)
    store = place("sqlite", tmp_path).store
    reader = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    reader.execute("BEGIN").execute("SELECT * FROM ho_schema").fetchall()
    assert "others read the file" in _english(store.schema.compact().remains)
    reader.close()
    assert store.schema.compact().complete


def test_a_user_without_rights_is_told_which_to_ask_for(tmp_path: Path) -> None:
    """PostgreSQL: the tables are rewritten by their owner; statistics, checkpoint and log need an administrator."""
    server = _server("postgresql", tmp_path)
    url = server.store._engine.url
    for statement in (
        "DROP SCHEMA IF EXISTS modest CASCADE", "DROP ROLE IF EXISTS modest",
        "CREATE ROLE modest LOGIN", "CREATE SCHEMA modest AUTHORIZATION modest",
    ):  # fmt: skip
        as_admin(url, statement)
    found = _compacted(
        SqlStore.from_url(url.set(username="modest").render_as_string(hide_password=False), schema="modest")
    )
    assert "tables were written anew" in _english(found.done)
    remains = _english(found.remains)
    assert "owner of the database" in remains
    assert "GRANT pg_checkpoint TO modest" in remains
    assert "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO modest" in remains


def test_what_keeps_old_rows_alive_is_named(tmp_path: Path) -> None:
    """PostgreSQL: a transaction that is open, a replication slot."""
    server = _server("postgresql", tmp_path)
    as_admin(server.store._engine.url, "SELECT pg_create_physical_replication_slot('left_behind', true)")
    engine = sa.create_engine(server.store._engine.url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as reading:
            reading.exec_driver_sql("SELECT 1")
            remains = _english(server.store.schema.compact().remains)
    finally:
        engine.dispose()
        as_admin(server.store._engine.url, "SELECT pg_drop_replication_slot('left_behind')")
    assert "1 open transactions" in remains
    assert "replication slot left_behind" in remains
    assert server.store.schema.compact().complete


def test_a_user_of_mariadb_without_rights_is_told_which_to_ask_for(tmp_path: Path) -> None:
    """The tables are rewritten; undo log, redo log and binary log need an administrator."""
    server = _server("mariadb", tmp_path)
    url = server.store._engine.url
    as_admin(url, "CREATE OR REPLACE USER modest@'127.0.0.1'")
    as_admin(url, "GRANT ALL ON scanned.* TO modest@'127.0.0.1'")
    found = _compacted(SqlStore.from_url(url.set(username="modest").render_as_string(hide_password=False)))
    assert "tables were written anew" in _english(found.done)
    remains = _english(found.remains)
    assert remains.count("It needs the rights SUPER") == 3
    assert as_admin(url, "SHOW TABLES LIKE 'ho_compacting'") == []


def test_a_server_of_mongodb_says_that_its_files_must_be_written_anew(tmp_path: Path) -> None:
    """Whatever the command does, the oplog and free blocks keep old bytes."""
    server = _server("mongodb", tmp_path)
    assert "initial sync" in _english(server.store.schema.compact().remains)


class _Server:
    """Answers as a server of MongoDB does that knows the command, for one user who may compact one collection only."""

    def __init__(self, refused: set[str]) -> None:
        self.admin = self
        self._refused = refused

    def list_collection_names(self) -> list[str]:
        return ["ho_change", "ho_employee", "others"]

    def command(self, name: str, collection: str = "") -> dict[str, Any]:
        if collection in self._refused:
            raise OperationFailure("not authorized", 13, {"errmsg": "not authorized"})
        return {"hosts": ["a:1", "b:1"], "me": "a:1"} if name == "hello" else {"ok": 1}


def test_each_collection_is_compacted_and_other_members_are_named() -> None:
    """What this user may not is said with the role to ask for; the stand-in of the tests knows no such command."""
    server: Any = _Server({"ho_change"})
    collections: Any = SimpleNamespace(database=server, client=server, prefix="ho_")
    found = compact(collections, ["change", "employee", "not_there"])
    assert "1 collections were compacted" in _english(found.done)
    remains = _english(found.remains)
    assert "ho_change was not compacted: not authorized; an administrator gives the role dbAdmin" in remains
    assert "b:1" in remains
    assert "a:1" not in remains


def _compacted(store: SqlStore) -> Compaction:
    try:
        store.schema.migrate()
        return store.schema.compact()
    finally:
        store.close()
