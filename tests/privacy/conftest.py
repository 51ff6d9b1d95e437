"""A ring of keys for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handover_core_keys import KeyRing, KeyTable, MasterKeys


@pytest.fixture
def master(tmp_path: Path) -> MasterKeys:
    return MasterKeys.from_file(tmp_path / "master.key")


@pytest.fixture
def ring(tmp_path: Path, master: MasterKeys) -> Iterator[KeyRing]:
    made = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), master)
    yield made
    made.close()


@pytest.fixture
def other_ring(tmp_path: Path, master: MasterKeys) -> Iterator[KeyRing]:
    """Return a ring that never sealed anything of the store."""
    made = KeyRing(KeyTable.in_file(tmp_path / "other.db"), master)
    yield made
    made.close()
