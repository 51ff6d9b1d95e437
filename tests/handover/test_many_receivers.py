"""Many receivers at once in one large case: nothing is lost, and nobody sees a conflict."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from conftest import close, open_store
from handover_core.actor import SYSTEM, Actor, Role
from handover_core.handover.kinds import HANDOVER_ITEM
from handover_core.handover.model import HandoverItem, ItemState
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Driver, Eq, In
from worlds import LAST_DAY, NOTICE, World

EACH = 2
"""How many items each receiver accepts."""


def large_case(world: World, size: int, receivers: int) -> tuple[str, dict[str, list[HandoverItem]]]:
    """Return a case of that many items, and for each of the receivers the items that were explained to them."""
    giver = world.id("0017")
    records = [
        WorkRecord(id=f"r{n}", kind="task", title=f"Record {n}", owner_id=giver, author_id=giver, opened_on=NOTICE)
        for n in range(size)
    ]
    people = [Employee(id=f"p{n}", number=f"P{n:03d}", name=f"Receiver {n}") for n in range(receivers)]
    world.core.units.append(world.tenant, SYSTEM, WORK_RECORD, records, batch="records")
    world.core.units.append(world.tenant, SYSTEM, EMPLOYEE, people, batch="people")
    case = world.leave()
    world.office("0003").handover.record_refusal(case, "no")
    items = [item for item in world.system.handover.items(case) if item.source.kind == "work_record"]
    shares = {person.id: items[n * EACH : (n + 1) * EACH] for n, person in enumerate(people)}
    with world.office("0003").together("test.prepare") as office:
        for person, share in shares.items():
            for item in share:
                office.handover.assign_receiver(item.id, person)
                office.handover.brief(item.id, "from the records")
    return case, shares


def at_once(work: list[Callable[[], object]]) -> list[BaseException]:
    """Start all together, wait for all, and return what anybody was shown."""
    shown: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def one(task: Callable[[], object]) -> None:
        gate.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            shown.append(error)

    threads = [threading.Thread(target=one, args=(task,)) for task in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return shown


def test_twenty_receivers_accept_at_once(store: Driver) -> None:
    """On every backend."""
    all_accept(World(store), size=200, receivers=20)


def test_two_hundred_receivers_of_five_thousand_items_accept_at_once(tmp_path: Path) -> None:
    """At full size in a file, where writers wait for each other."""
    store = open_store("sqlite", tmp_path)
    all_accept(World(store), size=5000, receivers=200)
    close(store)


def all_accept(world: World, size: int, receivers: int) -> None:
    """Let all accept what is theirs while HR changes the case itself again and again, which each has to respect."""
    case, shares = large_case(world, size, receivers)

    def accept(person: str, share: list[HandoverItem]) -> None:
        room = world.core.office(world.tenant, Actor(person, (Role.EMPLOYEE,))).handover
        for item in share:
            room.accept(item.id, "I have looked at it")

    def disturb() -> None:
        for number in range(5):
            world.office("0006").handover.serve_demand(case, f"letter {number}")

    tasks: list[Callable[[], object]] = [
        lambda person=person, share=share: accept(person, share) for person, share in shares.items()
    ]
    assert [] == at_once([*tasks, disturb])

    chosen = tuple(item.id for share in shares.values() for item in share)
    with world.core.units.unit(world.tenant, SYSTEM, write=False) as unit:
        items = unit.repository(HANDOVER_ITEM)
        assert size < items.count(Eq("handover_id", case))
        accepted = items.list(In("id", chosen))
    assert receivers * EACH == len(accepted)
    for item in accepted:
        assert ItemState.ACCEPTED is item.state
        assert item.acceptance is not None
        assert item.receiver_id == item.acceptance.by_id
    assert 5 == len(world.system.handover.of_giver(world.id("0017"))[-1].demands)


def test_two_reviews_at_once_say_each_thing_once(store: Driver) -> None:
    world = World(store)
    case = world.leave()
    world.clock.move_to(LAST_DAY)
    said: list[object] = []
    assert [] == at_once([lambda: said.extend(world.office("0006").handover.review()) for _ in range(4)])
    stored = world.system.handover.findings(case)
    assert len({each.mark for each in stored}) == len(stored) == len(said)
    assert 5 < len(stored)
