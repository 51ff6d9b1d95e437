"""The contract of a store, as a class of tests that a backend's own test module inherits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import asdict

from handover_core.testing.contract.history import HistoryContract
from handover_core.testing.contract.joined import JoinedContract
from handover_core.testing.contract.keys import KeysContract
from handover_core.testing.contract.questions import QuestionsContract
from handover_core.testing.contract.raw import RawContract
from handover_core.testing.contract.references import ReferencesContract
from handover_core.testing.contract.registers import RegistersContract
from handover_core.testing.contract.support import ABSENT
from handover_core.testing.contract.transactions import TransactionsContract
from handover_core.testing.contract.units import UnitsContract
from handover_core.testing.contract.values import ValuesContract
from handover_core.testing.contract.writers import WritersContract
from handover_core.testing.harness import Harness

REPORTED = "handover_core contract"
"""Under which name a test's report carries its store."""


class StoreContract(
    TransactionsContract,
    ValuesContract,
    KeysContract,
    QuestionsContract,
    UnitsContract,
    ReferencesContract,
    HistoryContract,
    RegistersContract,
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
    def _reported(self, harness: Harness, request: pytest.FixtureRequest) -> Iterator[None]:
        try:
            said = {
                "store": harness.name,
                "capabilities": {
                    name: said for name, said in asdict(harness.capabilities).items() if isinstance(said, bool)
                },
                "own": not request.function.__module__.startswith(__name__),
            }
            request.node.user_properties.append((REPORTED, said))
            yield
        finally:
            harness.shut()


__all__ = ["ABSENT", "REPORTED", "StoreContract"]
