"""The contract of the waist, on every backend of this machine."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

import hosts
import reach
import servers
from conftest import close, open_store
from handover_core.storage import Driver
from handover_core.testing import MACHINES, Harness, StoreContract, machine_for


def harness_of(backend: str, folder: Path) -> Harness:
    numbers = count()
    name = [str(next(numbers))]

    def empty() -> None:
        servers.release()  # so that the next store is the one before, emptied: making tables takes longer
        name[0] = str(next(numbers))

    return Harness(
        open=lambda: open_store(backend, folder, name[0]), close=close, begin=hosts.begin, raw=reach.past, empty=empty,
        name=backend,
    )  # fmt: skip


@pytest.fixture
def harness(backend: str, tmp_path: Path) -> Harness:
    return harness_of(backend, tmp_path)


class TestStore(StoreContract):
    """A new backend is one more name in `servers.SERVERS`."""

    @pytest.fixture
    def harness(self, backend: str, tmp_path: Path) -> Harness:
        return harness_of(backend, tmp_path)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_a_store_behaves_like_a_dict_with_a_list_of_events(harness: Harness, machine: type) -> None:
    machine_for(harness, machine)("runTest").runTest()
    harness.shut()


def test_the_contract_declares_what_it_relies_on(store: Driver) -> None:
    """Memory is neither durable nor shared; every other backend is both."""
    capabilities = store.capabilities
    assert capabilities.durable == capabilities.processes
