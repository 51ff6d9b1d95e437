"""One SQLite file shared by several processes, and processes that die at any moment: nothing lost, doubled or torn."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from faults import die_before
from handover_core.actor import Actor
from handover_core.history import GENESIS, chained
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core.values import ExternalReference
from handover_core_sql import SqlStore

PROCESSES, ROUNDS = 4, 50
TENANT, ACTOR = "t", Actor("tester")
FORK = multiprocessing.get_context("fork")


def units_on(path: Path) -> UnitFactory:
    return UnitFactory(SqlStore.from_url(f"sqlite:///{path}"), KINDS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shared.db"
    units = units_on(path)
    units.driver.schema.migrate()
    person = Employee(id="counter", number="1", name="0")
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person))
    units.driver.close()
    return path


def in_processes(count: int, work: Callable[[int], None]) -> list[int | None]:
    """Run ``work`` in several processes at once and return their exit codes."""
    processes = [FORK.Process(target=work, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def one_more(unit: UnitOfWork) -> None:
    people = unit.repository(EMPLOYEE)
    counter = people.get("counter")
    people.change(counter, name=str(int(counter.name) + 1))


def test_four_processes_lose_no_update(path: Path) -> None:
    """Each reads a number and writes the next one, all on one row; every increment and every event is there."""

    def work(_: int) -> None:
        units = units_on(path)
        for _ in range(ROUNDS):
            units.run(TENANT, ACTOR, one_more)
        os._exit(0)

    assert in_processes(PROCESSES, work) == [0] * PROCESSES

    units = units_on(path)
    with units.unit(TENANT, ACTOR, write=False) as unit:
        counter = unit.repository(EMPLOYEE).get("counter")
        changes = unit.changes(EMPLOYEE, "counter")
        events = unit.transaction.events(TENANT, None, 10_000)
    units.driver.close()
    assert counter.name == str(PROCESSES * ROUNDS)
    assert [change.version for change in changes] == list(range(1, PROCESSES * ROUNDS + 2))
    assert len(events) == len(changes)
    assert_chained(changes, counter.version)


def assert_chained(changes: list, version: int) -> None:
    head = GENESIS
    for change in changes:
        head = chained(
            head, TENANT, change.kind, change.id, change.version, change.operation, change.format, change.at,
            change.actor, change.command, change.reason, change.body or "",
        )  # fmt: skip
        assert change.head == head
    assert changes[-1].version == version


def several_writes(unit: UnitOfWork) -> None:
    """Write every kind of row: state, side values, history, outbox, token, a bulk batch and a delete."""
    people, departments = unit.repository(EMPLOYEE), unit.repository(ORG_UNIT)
    doomed = departments.add(OrgUnit(id="gone", code="gone", name="gone"))
    sales = departments.add(OrgUnit(id="s", code="S", name="Sales"))
    people.add(Employee(id="new", number="2", name="new", unit_id=sales.id, external=(ExternalReference("hr", "2"),)))
    people.add_many([Employee(id=f"bulk {place}", number=f"b{place}", name="bulk") for place in range(3)])
    one_more(unit)
    departments.delete(doomed)


def killed_at(path: Path, statement: int) -> int:
    """Run `several_writes` in a process that kills itself before its n-th statement; return the exit code."""

    def work(_: int) -> None:
        units = units_on(path)
        die_before(statement)
        units.run(TENANT, ACTOR, several_writes)
        os._exit(0)

    (code,) = in_processes(1, work)
    return code or 0


def contents(path: Path) -> tuple[object, ...]:
    units = units_on(path)
    with units.unit(TENANT, ACTOR, write=False) as unit:
        people, departments = unit.repository(EMPLOYEE), unit.repository(ORG_UNIT)
        found = (
            people.list(),
            departments.list(),
            people.by_external("hr", ["2"]),
            [unit.changes(kind, id_) for kind, id_ in ((EMPLOYEE, "counter"), (EMPLOYEE, "new"), (ORG_UNIT, "gone"))],
            unit.transaction.events(TENANT, None, 100),
        )
    units.driver.close()
    return found


def test_a_process_killed_at_any_statement_leaves_nothing_half_done(path: Path) -> None:
    """Before the commit nothing of the unit is there; the unit that is not killed then does all of it, once."""
    before = contents(path)
    statement = 1
    while killed_at(path, statement) == -signal.SIGKILL:
        assert contents(path) == before, f"torn at statement {statement}"
        statement += 1

    assert statement > 10
    after = contents(path)
    assert ["bulk 0", "bulk 1", "bulk 2", "counter", "new"] == [person.id for person in after[0]]
    assert [1, 2] == [change.version for change in after[3][2]]
