"""The database servers that the tests run on: the user's own where an address is given, else one started here.

Each server has a module with a function that returns its `Stores`; naming it in `SERVERS` lets every test that takes
``store`` run on it.
"""

from __future__ import annotations

from collections.abc import Callable

from servers import mongo, postgres
from servers.base import ServerMissing, Stores

SERVERS: dict[str, Callable[[], Stores]] = {
    "postgresql": postgres.stores,
    "mongodb": mongo.stores,
}

__all__ = ["SERVERS", "ServerMissing", "Stores"]
