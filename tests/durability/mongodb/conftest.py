"""A MongoDB server that may be killed, a line to it that may be cut, and a store on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from conftest import BACKENDS, _or_skip
from handover_core_mongo import MongoStore
from mongo_faults import ACTOR, PATIENCE, TENANT, counter, units_on
from servers.mongo import SYNCED, Daemon
from servers.proxy import Proxy


@pytest.fixture(scope="session", params=[name for name in BACKENDS if name == "mongodb"])
def daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    """Start a server that may be killed; it obeys ``failCommand``."""
    daemon = _or_skip(request.param, lambda: Daemon(SYNCED, "--enable-test-commands"))
    yield daemon
    daemon.remove()


@pytest.fixture
def open_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, str], MongoStore]]:
    """Return what opens stores by port and database; after a failure they look for the server again at once."""
    monkeypatch.setattr("pymongo.common.MIN_HEARTBEAT_INTERVAL", 0.01)
    opened: list[MongoStore] = []

    def opened_at(port: int, name: str) -> MongoStore:
        opened.append(MongoStore.from_url(f"mongodb://127.0.0.1:{port}/{name}{PATIENCE}"))
        return opened[-1]

    yield opened_at
    for store in opened:
        store.close()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a database of this test's own."""
    return f"d{abs(hash(request.node.nodeid)):x}"


@pytest.fixture
def store(daemon: Daemon, open_at: Callable[[int, str], MongoStore], name: str) -> Iterator[MongoStore]:
    """Open a store with one person in it, whose name is a number to be counted up."""
    store = open_at(daemon.port, name)
    store.schema.migrate()
    units_on(store).run(TENANT, ACTOR, counter)
    yield store
    # What a test left open would keep the next one from making its collections.
    store._collections.client.admin.command("killAllSessions", [])
    store._collections.client.admin.command("configureFailPoint", "failCommand", mode="off")


@pytest.fixture
def proxy(daemon: Daemon) -> Iterator[Proxy]:
    proxy = Proxy(daemon.port)
    yield proxy
    proxy.close()


@pytest.fixture
def far(proxy: Proxy, name: str) -> Iterator[MongoStore]:
    """Open the same store through the proxy."""
    store = MongoStore.from_url(f"mongodb://127.0.0.1:{proxy.port}/{name}{PATIENCE}")
    yield store
    store.close()
