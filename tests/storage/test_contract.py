"""The contract of the waist, on every backend of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

import hosts
from conftest import close, open_store
from handover_core.storage import Driver
from handover_core.testing import Harness, StoreContract, machine_for


@pytest.fixture
def harness(backend: str, tmp_path: Path) -> Harness:
    return Harness(open=lambda: open_store(backend, tmp_path), close=close, begin=hosts.begin)


class TestStore(StoreContract):
    """A new backend is one more name in `servers.SERVERS`."""

    @pytest.fixture
    def harness(self, backend: str, tmp_path: Path) -> Harness:
        return Harness(open=lambda: open_store(backend, tmp_path), close=close, begin=hosts.begin)


def test_a_store_behaves_like_a_dict_with_a_list_of_events(harness: Harness) -> None:
    machine_for(harness)("runTest").runTest()
    harness.shut()


def test_the_contract_declares_what_it_relies_on(store: Driver) -> None:
    """Memory is neither durable nor shared; every other backend is both."""
    capabilities = store.capabilities
    assert capabilities.durable == capabilities.processes
