"""The contract of a store, as a class of tests that a backend's own test module inherits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handover_core.testing.contract.history import HistoryContract
from handover_core.testing.contract.joined import JoinedContract
from handover_core.testing.contract.keys import KeysContract
from handover_core.testing.contract.questions import QuestionsContract
from handover_core.testing.contract.raw import RawContract
from handover_core.testing.contract.references import ReferencesContract
from handover_core.testing.contract.units import UnitsContract
from handover_core.testing.contract.values import ValuesContract
from handover_core.testing.contract.writers import WritersContract
from handover_core.testing.harness import Harness


class StoreContract(
    ValuesContract,
    KeysContract,
    QuestionsContract,
    UnitsContract,
    ReferencesContract,
    HistoryContract,
    JoinedContract,
    RawContract,
    WritersContract,
):
    """Inherit this and give a ``harness`` fixture: then the backend is tested."""

    @pytest.fixture
    def harness(self) -> Harness:
        """Return the harness of the store under test."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _closing(self, harness: Harness) -> Iterator[None]:
        yield
        harness.shut()
