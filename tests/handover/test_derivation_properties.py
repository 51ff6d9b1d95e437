"""Properties of the derived list: the same records give the same list, a changed record exactly its difference."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.handover.derivation import derive
from handover_core.handover.facts import gather
from handover_core.handover.kinds import DEPARTURE, HANDOVER_ITEM
from handover_core.handover.model import ItemState
from handover_core.records.model import Priority, RecordStatus
from handover_core.storage import Driver, MemoryStore
from worlds import World

_property = settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
KINDS = ("task", "customer", "order", "credential", "asset", "contract")
works = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(("Offer", "Order", "Visit", "报价")), st.sampled_from(Priority)),
    max_size=6,
)


@_property
@given(works=works, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_records_came_in_does_not_matter(works, seed) -> None:
    """Two companies with the same records, opened in another order, have the same list but for the ids."""
    lists = []
    for order in (works, seed.sample(works, len(works))):
        world = World(MemoryStore())
        for kind, title, priority in order:
            world.record(title, kind=kind, priority=priority)
        items = world.system.handover.items(world.leave())
        lists.append(sorted((item.category, item.title, item.criticality, item.due_on) for item in items))
    assert lists[0] == lists[1]


@_property
@given(works=works)
def test_deriving_twice_is_deriving_once(fresh_store: Callable[[], Driver], works) -> None:
    """The second time nothing changes: no item, no version, no entry in the history."""
    world = World(fresh_store())
    for kind, title, priority in works:
        world.record(title, kind=kind, priority=priority)
    case = world.leave()
    before = world.system.handover.items(case)
    assert world.office("0003").handover.derive(case).empty
    assert before == world.system.handover.items(case)
    assert len({item.code for item in before}) == len({item.source.key for item in before}) == len(before)


@_property
@given(works=works, data=st.data())
def test_a_changed_record_yields_exactly_its_difference(fresh_store: Callable[[], Driver], works, data) -> None:
    """Each record is left alone, changed or closed, accepted before or not; one more comes in."""
    world = World(fresh_store())
    records = [world.record(title, kind=kind, priority=priority) for kind, title, priority in works]
    case = world.leave()
    director, giver = world.office("0003").handover, world.office("0017")
    director.record_refusal(case, "no")
    by_source = {item.source.id: item for item in director.items(case) if item.source.kind == "work_record"}
    expected: dict[str, set[str]] = {"changed": set(), "obsolete": set(), "stale": set()}
    for record in records:
        item = by_source[record.id]
        accepted = data.draw(st.booleans(), label="accepted")
        if accepted:
            director.brief(item.id, "from the records")
            world.office("0024").handover.accept(item.id)
        then = data.draw(st.sampled_from(("leave", "change", "close")), label="then")
        if then == "change":
            giver.records.change_record(record.id, title=record.title + "!")
            expected["stale" if accepted else "changed"].add(item.code)
        elif then == "close":
            giver.records.close_record(record.id, RecordStatus.CANCELLED)
            expected["obsolete"].add(item.code)
    new = world.record("New")

    plan = director.derive(case)

    assert [new.id] == [item.source.id for item in plan.added]
    assert expected == {name: {item.code for item in getattr(plan, name)} for name in expected}
    assert director.derive(case).empty


@_property
@given(waived=st.sets(st.integers(0, 4), max_size=5), verified=st.sets(st.integers(0, 4), max_size=5))
def test_waiving_never_looks_like_completeness(waived: set[int], verified: set[int]) -> None:
    """The share counts what was verified of what was not waived; waiving everything leaves no share at all."""
    world = World(MemoryStore())
    case = world.leave()
    director = world.office("0003").handover
    director.record_refusal(case, "no")
    items = director.items(case)
    for place, item in enumerate(items):
        if place in waived:
            for approver in ("0001", "0002")[: 2 if item.criticality == "critical" else 1]:
                world.office(approver).handover.waive(item.id, "not needed")
        elif place in verified:
            director.brief(item.id, "from the records")
            world.office("0021" if item.receiver_id == world.id("0021") else "0024").handover.accept(
                item.id, "my words", take_over="mine now"
            )
            director.verify(item.id, "seen")
    whole = director.status(case).whole
    done = sum(item.weight for place, item in enumerate(items) if place in verified - waived)
    left = sum(item.weight for place, item in enumerate(items) if place not in waived)
    assert (done, left) == (whole.verified, whole.counted)
    assert whole.share == (Fraction(done, left) if left else None)
    assert whole.waived == sum(item.weight for item in items) - left


def test_a_large_case_takes_as_many_reads_as_a_small_one(store: Driver) -> None:
    """No query per record, item or person."""
    world = World(store)
    world.record("The first")
    world.leave()
    few = _reads(world)
    for place in range(40):
        world.record(f"Record {place}")
    assert few == _reads(world)


def _reads(world: World) -> int:
    """Count the driver's calls while the facts of the departure are gathered and the list is derived."""
    case = world.system.handover.of_giver(world.id("0017"))[-1]
    with world.core.units.unit(world.tenant, world.system.desk.actor, write=False) as unit:
        departure = unit.repository(DEPARTURE).get(case.departure_id)
        counted = 0
        transaction = unit.transaction

        class Counting:
            def __getattr__(self, name: str):
                nonlocal counted
                counted += 1
                return getattr(transaction, name)

        unit._transaction = Counting()
        derive(gather(unit, departure, world.clock.now.date()))
        unit._transaction = transaction
        assert all(item.state is ItemState.PLANNED for item in unit.repository(HANDOVER_ITEM).list())
    return counted
