"""`handover copy`: the same company in another store, whatever the backends, and whatever interrupts it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import BACKENDS, close, open_store
from handover_core.actor import Actor
from handover_core.errors import CopyConflict
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import CUSTOM_FIELD, Contains, CustomField, Driver, Eq, MemoryStore, Put, Query, UnitFactory
from handover_core.storage.copying import Step, copy_company
from handover_core.testing.strategies import kinds, populations_of
from worlds import TENANT, World

ACTOR = Actor("tester")
REGISTERS = [Put("lease", "a", "{}"), *(Put("queue", f"{place:03}", "王") for place in range(5))]


def contents(store: Driver, tenant: str = TENANT) -> list[object]:
    """Return everything that a store holds of a company: rows with versions and heads, history, outbox, registers."""
    with UnitFactory(store, KINDS).unit(tenant, ACTOR, write=False) as unit:
        reading = unit.transaction
        rows = [list(reading.find(kind, tenant, Query())) for kind in KINDS]
        registers = [
            (space, each.key, each.body)
            for space in reading.spaces(tenant, None, 100) for each in reading.registers(tenant, space, None, 10**6)
        ]  # fmt: skip
        return [rows, reading.history(tenant, None, 10**6), reading.events(tenant, None, 10**6), registers]


def copied(
    source: Driver, target: Driver, tenant: str = TENANT, progress: Callable[[Step], None] = lambda _: None
) -> int:
    """Copy and return how many entries were written."""
    units = UnitFactory(source, KINDS)
    return copy_company(units, units.over(target), tenant, progress).written


@pytest.fixture
def world() -> World:
    """Return a company with a case under way, a custom field, a bulk, and somebody who was deleted."""
    world = World(MemoryStore())
    world.record("Follow up")
    world.publish("FOLLOW", "KAM")
    world.leave()
    units = world.core.units

    def more(unit: object) -> None:
        unit.repository(CUSTOM_FIELD).add(CustomField(id="f", kind="employee", name="note", searchable=True))
        unit.repository(EMPLOYEE).add_many(
            [Employee(id=f"b{n}", number=f"b{n}", name="Bulk", custom={"note": "王伟"}) for n in range(3)]
        )
        unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).add(Employee(id="gone", number="gone", name="gone")))

    units.run(TENANT, ACTOR, more)
    units.run(TENANT, ACTOR, lambda unit: unit.transaction.put_registers(TENANT, REGISTERS))
    return world


def test_a_company_goes_through_every_backend_and_comes_back_the_same(world: World, tmp_path: Path) -> None:
    """Ids, versions, heads, bodies, history and outbox; and the copy answers what the source answers."""
    original = contents(world.core.store)
    stores = [world.core.store, *(open_store(backend, tmp_path, "copy") for backend in BACKENDS), MemoryStore()]
    for source, target in pairwise(stores):
        assert copied(source, target) > 0
        assert original == contents(target)
        with UnitFactory(target, KINDS).unit(TENANT, ACTOR, write=False) as unit:
            assert ["b0", "b1", "b2"] == [
                each.id for each in unit.repository(EMPLOYEE).list(Contains("custom.note", "王"))
            ]
            assert 1 == unit.repository(EMPLOYEE).count(Eq("number", "0017"))
    for store in stores:
        close(store)


def test_the_work_goes_on_in_the_copy(world: World, store: Driver) -> None:
    """The case that was under way can be finished there."""
    copied(world.core.store, store)
    moved = UnitFactory(store, KINDS)
    moved.run(
        TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("b0"), name="X")
    )
    with moved.unit(TENANT, ACTOR, write=False) as unit:
        assert [1, 2] == [change.version for change in unit.changes(EMPLOYEE, "b0")]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), kind=kinds)
def test_every_kind_is_copied_whatever_its_fields_hold(store: Driver, data: st.DataObject, kind: object) -> None:
    source, tenant = UnitFactory(MemoryStore(), KINDS), new_id()
    population = data.draw(populations_of(kind))

    def put(unit: object) -> None:
        for other, aggregate in (*population.targets, *((kind, member) for member in population.members)):
            unit.repository(other).add(aggregate)

    source.run(tenant, ACTOR, put)
    copied(source.driver, store, tenant)
    assert contents(source.driver, tenant) == contents(store, tenant)


def test_a_copy_catches_up_with_a_source_that_changed(world: World, store: Driver) -> None:
    """Changed, new and deleted rows; a second run has nothing to write."""
    copied(world.core.store, store)

    def change(unit: object) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get("b0"), name="Changed", custom={"note": "other"})
        people.delete(people.get("b1"))
        people.add(Employee(id="new", number="new", name="New"))

    world.core.units.run(TENANT, ACTOR, change)
    assert copied(world.core.store, store) > 0
    assert contents(world.core.store) == contents(store)
    with UnitFactory(store, KINDS).unit(TENANT, ACTOR, write=False) as unit:
        assert ["b2"] == [each.id for each in unit.repository(EMPLOYEE).list(Contains("custom.note", "王"))]
    assert 0 == copied(world.core.store, store)


def test_a_copy_catches_up_with_what_was_delivered(world: World, store: Driver) -> None:
    """Outbox entries that are gone from the source go from the target; registers are written over, added and dropped."""
    copied(world.core.store, store)

    def deliver(unit: object) -> None:
        transaction = unit.transaction
        transaction.drop_events(TENANT, transaction.events(TENANT, None, 7))
        transaction.put_registers(
            TENANT, [Put("lease", "a", "mine", 1), Put("queue", "new", ""), Put("other", "a", "")]
        )
        transaction.drop_registers(TENANT, [("queue", "001", 1), ("queue", "004", 1)])

    world.core.units.run(TENANT, ACTOR, deliver)
    assert 7 + 5 == copied(world.core.store, store)
    assert contents(world.core.store) == contents(store)
    assert 0 == copied(world.core.store, store)


def test_a_source_that_changes_during_the_copy_is_caught_up_with(world: World) -> None:
    """The pass after the change finds it."""
    target, once = MemoryStore(), [True]

    def meddle(step: Step) -> None:
        if step.part == "outbox" and once:
            once.pop()
            world.core.units.run(
                TENANT,
                ACTOR,
                lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("b0"), name="X"),
            )

    copied(world.core.store, target, progress=meddle)
    assert contents(world.core.store) == contents(target)


def test_a_source_that_never_rests_is_said_to_be_restless(world: World) -> None:
    def meddle(step: Step) -> None:
        if step.part == "outbox":
            world.core.units.run(
                TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).touch(unit.repository(EMPLOYEE).get("b0"))
            )

    with pytest.raises(CopyConflict):
        copied(world.core.store, MemoryStore(), progress=meddle)


@pytest.mark.parametrize("how", ["stranger", "edited", "other past"])
def test_a_target_with_data_of_its_own_is_refused_and_kept(world: World, store: Driver, how: str) -> None:
    """A row of another origin, a copy that was worked in, a row whose history differs."""
    target = UnitFactory(store, KINDS)
    if how == "edited":
        copied(world.core.store, store)
        target.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).touch(unit.repository(EMPLOYEE).get("b0")))
    else:
        stranger = Employee(id="b0" if how == "other past" else "stranger", number="s", name="Stranger")
        target.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(stranger))
    before = contents(store)
    with pytest.raises(CopyConflict) as raised:
        copied(world.core.store, store)
    assert "did not come" in raised.value.message() or "was changed" in raised.value.message()
    assert before == contents(store)


def test_other_companies_are_left_alone(world: World, store: Driver) -> None:
    """Neither read from the source nor touched in the target."""
    World(store, "globex")
    before = contents(store, "globex")
    copied(world.core.store, store)
    assert before == contents(store, "globex")
    assert contents(world.core.store) == contents(store)


def test_a_killed_copy_goes_on_where_it_stopped(world: World, tmp_path: Path) -> None:
    """Killed after every few steps, until a run gets through; nothing is doubled."""
    copied(world.core.store, open_store("sqlite", tmp_path, "source"))
    runs, code = 0, -signal.SIGKILL

    def work(steps: int) -> None:
        seen = [0]

        def count(_: Step) -> None:
            seen[0] += 1
            if seen[0] == steps:
                os.kill(os.getpid(), signal.SIGKILL)

        copied(open_store("sqlite", tmp_path, "source"), open_store("sqlite", tmp_path, "target"), progress=count)
        os._exit(0)

    while code == -signal.SIGKILL:
        runs += 1
        process = multiprocessing.get_context("fork").Process(target=work, args=(runs * 7,))
        process.start()
        process.join(60)
        code = process.exitcode or 0
    assert (0, True) == (code, runs > 2)
    stores = [open_store("sqlite", tmp_path, name) for name in ("source", "target")]
    assert contents(world.core.store) == contents(stores[0]) == contents(stores[1])
    for store in stores:
        close(store)
