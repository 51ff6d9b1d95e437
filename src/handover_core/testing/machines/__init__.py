"""State machines that drive a store at random; their model is a plain dict and a list of events."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

from handover_core.testing.harness import Harness
from handover_core.testing.machines.rows import StoreMachine
from handover_core.testing.machines.units import UnitsMachine

MACHINES = (StoreMachine, UnitsMachine)


def machine_for(
    harness: Harness, machine: type[StoreMachine | UnitsMachine] = StoreMachine, *, examples: int = 12, steps: int = 15
) -> Any:
    """Return the test case of a machine that drives this store."""
    made: Any = type(machine.__name__, (machine,), {"harness": harness})
    case = made.TestCase
    case.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    return case


__all__ = ["MACHINES", "StoreMachine", "UnitsMachine", "machine_for"]
