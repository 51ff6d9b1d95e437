"""What only MongoDB has: its validators and indexes, its migrations, its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from conftest import BACKENDS, server_or_skip
from handover_core_mongo import MongoStore
from servers.mongo import Databases


@pytest.fixture(params=[name for name in BACKENDS if name == "mongodb"])
def databases(request: pytest.FixtureRequest) -> Databases:
    return server_or_skip(request.param)


@pytest.fixture
def blank(databases: Databases) -> Callable[..., MongoStore]:
    """Return what opens stores in one database that is empty at first."""
    return partial(MongoStore, databases.client, databases.blank())


@pytest.fixture
def addressed() -> Iterator[Callable[[str], MongoStore]]:
    """Return what opens stores by their addresses and closes them."""
    opened: list[MongoStore] = []

    def open_at(url: str) -> MongoStore:
        opened.append(MongoStore.from_url(url))
        return opened[-1]

    yield open_at
    for store in opened:
        store.close()
