"""Every test that takes ``store`` runs on each backend that this machine has."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import servers
from handover_core.storage import Driver, MemoryStore
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_sql import SqlStore
from servers import DAEMONS, SERVERS, Daemon, ServerMissing, Stores

# A disk is what most tests would wait for. What is there of memory is asked first: some containers have little.
_MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 8 << 30:
    os.environ["TMPDIR"] = str(_MEMORY)  # of the programs that tests start, too
    tempfile.tempdir = None

# The keys of persons belong into no tester's home.
_KEYS = Path(tempfile.mkdtemp(prefix="handover-keys-"))
os.environ["HANDOVER_KEYS"], os.environ["HANDOVER_MASTER_KEY"] = str(_KEYS / "keys.db"), str(_KEYS / "master.key")
atexit.register(shutil.rmtree, _KEYS, ignore_errors=True)

settings.register_profile("suite", max_examples=30, deadline=None)  # a busy machine is no failure
settings.load_profile("suite")

pytest_plugins = ["handover_core.testing.plugin"]

BACKENDS = tuple(os.environ.get("HANDOVER_TEST_BACKENDS", "").split()) or ("memory", "sqlite", *SERVERS)
"""All of them, unless the environment names some; CI names none."""


def server_or_skip(backend: str) -> Stores[Any]:
    """Return the stores of a server; one that cannot be had skips the test, and fails it under ``CI=true``."""
    return _or_skip(backend, lambda: servers.started(backend))


def daemon_or_skip(backend: str) -> Daemon:
    """Return a server that tests may kill; one that cannot be had skips the test, and fails it under ``CI=true``."""
    return _or_skip(backend, DAEMONS[backend])


def _or_skip(backend: str, had: Callable[[], Any]) -> Any:
    try:
        return had()
    except ServerMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"BACKEND MISSING: {backend} ({missing})")
        pytest.skip(f"BACKEND MISSING: {backend} ({missing})")


def open_store(backend: str, folder: Path, name: str = "handover") -> Driver:
    """Return a store of the backend, with its schema in place; the same folder and name open the same store again.

    A server that cannot be had skips the test and is named in the summary; under ``CI=true`` it fails.
    """
    if backend == "memory":
        return MemoryStore()
    if backend == "sqlite":
        return _sqlite(folder / f"{name}.db")
    return server_or_skip(backend).store((folder, name))


def _sqlite(path: Path) -> SqlStore:
    if not path.exists():
        path.write_bytes(_migrated_file())
    return SqlStore.from_url(f"sqlite:///{path}")


@cache
def _migrated_file() -> bytes:
    """Return what lies in the file of a new store: to make its tables takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        store = SqlStore.from_url(f"sqlite:///{path}")
        store.schema.migrate()
        store.close()
        return path.read_bytes()


@pytest.fixture(autouse=True)
def _released() -> Iterator[None]:
    yield
    servers.release()


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
    """Return a function that opens an empty store and closes the one before, for properties that need one an example."""
    opened: list[Driver] = []

    def ended() -> None:
        while opened:
            close(opened.pop())
        servers.release()

    def fresh() -> Driver:
        ended()
        opened.append(open_store(backend, tmp_path_factory.mktemp("store")))
        return opened[-1]

    yield fresh
    ended()


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    """Return a ring of keys in files of its own."""
    made = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), MasterKeys.from_file(tmp_path / "master.key"))
    yield made
    made.close()


SQL_BACKENDS = tuple(name for name in BACKENDS if name not in {"memory", "mongodb"})


@pytest.fixture(params=SQL_BACKENDS)
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., SqlStore]]:
    """Return what opens SQL stores in one place that is empty at first, each on an engine of its own."""
    yield from _places(str(request.param), tmp_path, database=False)


@pytest.fixture(params=SQL_BACKENDS)
def blank_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., SqlStore]]:
    """Return the same in a database that nobody else uses."""
    yield from _places(str(request.param), tmp_path, database=True)


def _places(backend: str, folder: Path, *, database: bool) -> Iterator[Callable[..., SqlStore]]:
    if backend == "sqlite":
        opened_in: Callable[..., SqlStore] = partial(SqlStore.from_url, f"sqlite:///{folder / 'blank.db'}")
    else:
        opened_in = server_or_skip(backend).blank(database=database)
    stores: list[SqlStore] = []

    def opened(**options: Any) -> SqlStore:
        stores.append(opened_in(**options))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def close(store: Driver) -> None:
    if not isinstance(store, MemoryStore):
        store.close()
