"""A company on every backend."""

from __future__ import annotations

import pytest

from handover_core.storage import Driver
from worlds import World


@pytest.fixture
def world(store: Driver) -> World:
    return World(store)
