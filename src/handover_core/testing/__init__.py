"""The contract that every backend must pass, for ours and for those that others write.

A backend's test module needs one fixture::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def harness(self, tmp_path):
            return Harness(open=lambda: MyStore(tmp_path))
"""

import pytest

# Before they are imported, so that a failed assertion shows its values.
pytest.register_assert_rewrite("handover_core.testing.contract", "handover_core.testing.machines")

from handover_core.testing.contract import StoreContract
from handover_core.testing.harness import Harness, Host, Raw
from handover_core.testing.machines import MACHINES, StoreMachine, UnitsMachine, machine_for

__all__ = ["MACHINES", "Harness", "Host", "Raw", "StoreContract", "StoreMachine", "UnitsMachine", "machine_for"]
