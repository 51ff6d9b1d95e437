"""Stores whose files can be read as bytes, each on a server of its own, and what an administrator does there."""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pymongo
import sqlalchemy as sa
from attrs import define

from conftest import _or_skip
from handover_core.storage import Driver
from handover_core.texts import Text
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore
from servers import mariadb, mongo, postgres

DURABLE = ("sqlite", "postgresql", "mariadb", "mongodb")


@define
class Place:
    """A store and the folder that holds all of its files.

    ``flush`` writes to the files what the server has only in memory; ``run`` runs a statement of an administrator where
    the database is a SQL one.
    """

    store: Any
    folder: Path
    flush: Callable[[], None]
    run: Callable[[str], list[Any]] | None = None
    anew: Callable[[], Place] | None = None
    """Opens an empty store on another server, where files are cleaned by copying."""

    def cure(self, remains: Iterable[Text]) -> None:
        """Do what the report of a clean-up asks an administrator to do."""
        for text in remains:
            _, purge, log = text.en.partition("PURGE BINARY LOGS TO ")
            assert purge, text.en
            self._purged(purge + log, log.strip("'"))

    def _purged(self, statement: str, newest: str) -> None:
        """Purge until only the newest log is there: the server keeps what a crash could still need."""
        until = time.monotonic() + 30
        assert self.run is not None
        while True:
            self.run(statement)
            if self.run("SHOW BINARY LOGS")[0][0] == newest:
                return
            assert time.monotonic() < until, "the server still keeps an old binary log"
            time.sleep(0.05)


def forms(words: str) -> dict[str, bytes]:
    """Return the ways in which a text may lie in a file."""
    return {
        "utf-8": words.encode(),
        "utf-16-le": words.encode("utf-16-le"),
        "utf-16-be": words.encode("utf-16-be"),
        "json": json.dumps(words)[1:-1].encode(),
    }


def found_in(folder: Path, mark: str, *words: str) -> set[tuple[str, str]]:
    """Return where a folder holds any of the words, in any form: (file, word); all of them hold the ASCII ``mark``."""
    assert mark.isascii()
    assert all(mark in word for word in words)
    marks = set(forms(mark).values())
    wanted = {(word, data) for word in words for data in forms(word).values()}
    return {
        (str(path.relative_to(folder)), word)
        for path, content in _files(folder)
        if any(each in content for each in marks)
        for word, data in wanted
        if data in content
    }


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file():
                yield path, path.read_bytes()
        except FileNotFoundError:
            continue  # the server removed it after it was listed


def place(backend: str, folder: Path) -> Place:
    """Return the place of a backend; a server that cannot be had skips the test."""
    if backend == "sqlite":
        return _sqlite(folder)
    opened: dict[str, Callable[[], Place]] = {"postgresql": _postgres, "mariadb": _mariadb, "mongodb": _mongo}
    found: Place = _or_skip(backend, opened[backend])
    return found


def _sqlite(folder: Path) -> Place:
    store = SqlStore.from_url(f"sqlite:///{folder / 'store.db'}")
    store.schema.migrate()
    return Place(store, folder, lambda: None)


@cache
def _postgres() -> Place:
    server = postgres.Daemon()
    return _on_server(server.url, server.data, "CHECKPOINT")


@cache
def _mariadb() -> Place:
    server = mariadb.kept_clean()
    url = f"{server.url}scanned"
    as_admin(server.url, "CREATE DATABASE scanned")
    return _on_server(url, server.data, "SET GLOBAL innodb_log_checkpoint_now = ON")


def _on_server(url: str, folder: Path, flush: str) -> Place:
    store = SqlStore.from_url(url)
    store.schema.migrate()
    return Place(store, folder, lambda: _flush(url, flush), lambda statement: as_admin(url, statement))


def _flush(url: str, statement: str) -> None:
    as_admin(url, statement)


def as_admin(url: str, statement: str) -> list[Any]:
    """Run a statement outside of transactions and return its rows."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        result = connection.exec_driver_sql(statement)
        return list(result) if result.returns_rows else []


@cache
def _mongo() -> Place:
    return _mongo_server(anew=lambda: _mongo_server(anew=None))


def _mongo_server(*, anew: Callable[[], Place] | None) -> Place:
    server = mongo.Daemon(mongo.SYNCED)
    client: pymongo.MongoClient[Any] = pymongo.MongoClient(server.url)
    atexit.register(server.remove)
    atexit.register(client.close)
    store: Driver = MongoStore(client, "scanned")
    store.schema.migrate()
    return Place(store, server.data, lambda: _synced(client), None, anew)


def _synced(client: pymongo.MongoClient[Any]) -> None:
    client.admin.command("fsync")
