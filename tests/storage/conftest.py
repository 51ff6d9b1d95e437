"""Places for stores on SQL databases that have nothing in them yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conftest import BACKENDS, server_or_skip
from handover_core_sql import SqlStore

SQL_BACKENDS = tuple(name for name in BACKENDS if name not in {"memory", "mongo", "mongodb"})


@pytest.fixture(params=SQL_BACKENDS)
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., SqlStore]]:
    """Return what opens stores in one place that is empty at first, each on an engine of its own."""
    backend = str(request.param)
    if backend == "sqlite":
        opened_in: Callable[..., SqlStore] = partial(SqlStore.from_url, f"sqlite:///{tmp_path / 'blank.db'}")
    else:
        opened_in = server_or_skip(backend).blank()
    stores: list[SqlStore] = []

    def opened(**options: Any) -> SqlStore:
        stores.append(opened_in(**options))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()
