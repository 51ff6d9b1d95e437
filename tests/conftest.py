"""Every test that takes ``store`` runs on each backend that this machine has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handover_core.storage import Driver, MemoryStore
from handover_core_sql import SqlStore

BACKENDS = ("memory", "sqlite")


def open_store(backend: str, folder: Path, name: str = "handover") -> Driver:
    """Return a store of the backend, with its schema in place; the same folder and name open the same store again."""
    store: Driver = MemoryStore() if backend == "memory" else SqlStore.from_url(f"sqlite:///{folder / name}.db")
    store.schema.migrate()
    return store


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(backend: str, tmp_path: Path) -> Iterator[Driver]:
    opened = open_store(backend, tmp_path)
    yield opened
    close(opened)


@pytest.fixture
def fresh_store(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Driver]]:
    """Return a function that opens an empty store, for properties that need one for each example."""
    opened: list[Driver] = []

    def fresh() -> Driver:
        opened.append(open_store(backend, tmp_path_factory.mktemp("store")))
        return opened[-1]

    yield fresh
    for each in opened:
        close(each)


def close(store: Driver) -> None:
    if isinstance(store, SqlStore):
        store.close()
