"""The database servers that the tests run on: the user's own where an address is given, else one started here.

Each server has a module with a function that returns its `Stores`; naming it in `SERVERS` lets every test that takes
``store`` run on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from servers import mariadb, mongo, postgres
from servers.base import Daemon, ServerMissing, Stores

SERVERS: dict[str, Callable[[], Stores[Any]]] = {
    "postgresql": postgres.stores,
    "mariadb": mariadb.stores,
    "mongodb": mongo.stores,
}

DAEMONS: dict[str, Callable[[], Daemon]] = {
    "postgresql": postgres.daemon,
    "mariadb": mariadb.daemon,
}
"""Servers with SQL databases that tests may kill, cut off and fill up."""

# Kept here and not in conftest.py, of which a test that imports it gets a copy of its own.
_STARTED: dict[str, Stores[Any]] = {}


def started(name: str) -> Stores[Any]:
    """Return the stores of a server, which is started when it is first asked for; raise `ServerMissing`."""
    if name not in _STARTED:
        _STARTED[name] = SERVERS[name]()
    return _STARTED[name]


def release() -> None:
    """Let the stores of a test be used again, on every server that runs."""
    for stores in _STARTED.values():
        stores.release()


__all__ = ["DAEMONS", "SERVERS", "Daemon", "ServerMissing", "Stores", "release", "started"]
