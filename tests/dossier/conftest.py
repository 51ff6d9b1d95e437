from __future__ import annotations

import pytest

from dossier.stories import Case, told
from handover_core.storage import Driver, MemoryStore
from worlds import World


@pytest.fixture
def world(store: Driver) -> World:
    return World(store)


@pytest.fixture
def case(world: World) -> Case:
    """Tell the story on every backend."""
    return told(world)


@pytest.fixture
def quick_case() -> Case:
    """Tell the same story in memory alone, for what no backend has a part in."""
    return told(World(MemoryStore()))
