"""What the tests of a failing MongoDB write, and how they count it."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

from handover_core.actor import Actor
from handover_core.history import GENESIS, chained
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core.values import ExternalReference
from handover_core_mongo import MongoStore

TENANT, ACTOR = "t", Actor("tester")
FORK = multiprocessing.get_context("fork")
PATIENCE = "?directConnection=true&serverSelectionTimeoutMS=20000&heartbeatFrequencyMS=500"


def units_on(store: MongoStore, **options: Any) -> UnitFactory:
    return UnitFactory(store, KINDS, **options)


def counter(unit: UnitOfWork) -> Employee:
    return unit.repository(EMPLOYEE).add(Employee(id="counter", number="counter", name="0"))


def one_more(unit: UnitOfWork) -> None:
    people = unit.repository(EMPLOYEE)
    found = people.get("counter")
    people.change(found, name=str(int(found.name) + 1))


def hired(number: str) -> Callable[[UnitOfWork], str]:
    """Return what stores somebody and counts one more: a unit that is torn or doubled shows in the numbers."""

    def hire(unit: UnitOfWork) -> str:
        unit.repository(EMPLOYEE).add(Employee(id=number, number=number, name="new"))
        one_more(unit)
        return number

    return hire


def assert_whole(store: MongoStore, acknowledged: set[str], unknown: frozenset[str] = frozenset()) -> None:
    """Nothing that was acknowledged is lost, nothing is doubled or torn, and each chain follows from its entries."""
    with units_on(store).unit(TENANT, ACTOR, write=False) as unit:
        people = {person.id: person for person in unit.repository(EMPLOYEE).list()}
        changes = unit.transaction.history(TENANT, None, 100_000)
        events = unit.transaction.events(TENANT, None, 100_000)
    stored = set(people) - {"counter"}
    assert acknowledged <= stored <= acknowledged | unknown
    assert str(len(stored)) == people["counter"].name
    assert [(each.kind, each.id, each.version) for each in changes] == [(e.kind, e.id, e.version) for e in events]
    heads: dict[str, str] = {}
    for each in changes:
        heads[each.id] = chained(
            heads.get(each.id, GENESIS), TENANT, each.kind, each.id, each.version, each.operation, each.format, each.at,
            each.actor, each.command, each.reason, each.body or "",
        )  # fmt: skip
        assert heads[each.id] == each.head
    counted = [each.version for each in changes if each.id == "counter"]
    assert list(range(1, len(stored) + 2)) == counted
    assert store._collections.unit.count_documents({}) == len(stored) + 1


def in_threads(work: Callable[[int], None], number: int) -> None:
    threads = [threading.Thread(target=work, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def in_processes(work: Callable[[int], None], number: int) -> list[int | None]:
    processes = [FORK.Process(target=work, args=(place,)) for place in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def several_writes(unit: UnitOfWork) -> None:
    """Write every kind of document: state, side entries, history, outbox, token, a bulk batch and a delete."""
    people, departments = unit.repository(EMPLOYEE), unit.repository(ORG_UNIT)
    doomed = departments.add(OrgUnit(id="gone", code="gone", name="gone"))
    sales = departments.add(OrgUnit(id="s", code="S", name="Sales"))
    people.add(Employee(id="new", number="2", name="new", unit_id=sales.id, external=(ExternalReference("hr", "2"),)))
    people.add_many([Employee(id=f"bulk {place}", number=f"b{place}", name="bulk") for place in range(3)])
    one_more(unit)
    departments.delete(doomed)


def contents(store: MongoStore) -> dict[str, list[dict[str, Any]]]:
    database = store._collections.database
    names = sorted(database.list_collection_names())
    return {each: list(database[each].find({}, {"guard": 0}, sort=[("_id", 1)])) for each in names}
