"""Programs that die with a transaction open on a server: it forgets them, keeps nothing of theirs, and holds no lock."""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable

from faults import ACTOR, Ground, counter_of, die_before, hire, one_more, person
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import UnitOfWork

FORK = multiprocessing.get_context("fork")


def killed_at(ground: Ground, statement: int, work: Callable[[UnitOfWork], object]) -> int:
    """Run a unit in a process that kills itself before its n-th statement, or before its COMMIT; return the exit code."""

    def run() -> None:
        warnings.simplefilter("ignore")  # drivers warn of the fork itself
        die_before(statement)
        ground.units().run(ground.tenant, ACTOR, work)
        os._exit(0)

    process = FORK.Process(target=run)
    process.start()
    process.join(60)
    return process.exitcode or 0


def test_a_program_killed_at_any_statement_leaves_nothing_and_holds_nobody_up(ground: Ground) -> None:
    """Before every statement and before the COMMIT; each time another program changes the same row at once.

    The unit that is not killed stores all of it, once.
    """
    hire(ground.units(), ground.tenant, "counter")

    def work(unit: UnitOfWork) -> None:
        one_more(unit)
        unit.repository(EMPLOYEE).add(person("new"))

    statement = 1
    while killed_at(ground, statement, work) == -signal.SIGKILL:
        ground.units().run(ground.tenant, ACTOR, one_more)
        assert statement == counter_of(ground.units(), ground.tenant)
        statement += 1
    assert statement > 5
    assert statement == counter_of(ground.units(), ground.tenant)
    assert ["counter", "new"] == ground.numbers()
