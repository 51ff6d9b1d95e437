"""Units inside a transaction of the host's own session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from handover_core.actor import Actor
from handover_core.errors import AlreadyExists, StorageUnavailable, TransactionLost
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core.texts import Lang
from handover_core.values import ExternalReference
from handover_core_mongo import MongoStore
from hosts import MongoHost
from servers.mongo import Databases

Open = Callable[..., MongoStore]
Begin = Callable[..., MongoHost]
TENANT, ACTOR = "t", Actor("tester")


@pytest.fixture
def store(blank: Open) -> MongoStore:
    store = blank()
    store.schema.migrate()
    return store


@pytest.fixture
def begun(store: MongoStore) -> Iterator[Begin]:
    """Return what begins transactions of a host; those that a test leaves open are rolled back."""
    hosts: list[MongoHost] = []

    def begin(*concern: str) -> MongoHost:
        hosts.append(MongoHost(store, *concern))
        return hosts[-1]

    yield begin
    for host in hosts:
        host.rollback()


@pytest.fixture
def units(store: MongoStore) -> UnitFactory:
    """Return units of a store in which there are a department and some people."""
    units = UnitFactory(store, KINDS)
    units.run(TENANT, ACTOR, some_people)
    return units


def some_people(unit: UnitOfWork) -> None:
    unit.repository(ORG_UNIT).add(OrgUnit(id="s", code="S", name="Sales"))
    for number in range(4):
        unit.repository(EMPLOYEE).add(person(number, external=(ExternalReference("hr", str(number)),)))


def person(number: int, **fields: Any) -> Employee:
    return Employee(id=f"p{number}", number=str(number), name=f"Person {number}", unit_id="s", **fields)


def contents(store: MongoStore) -> dict[str, list[dict[str, Any]]]:
    """Return every document but for the counter that a guard leaves, which nobody reads."""
    database = store._collections.database
    return {
        name: list(database[name].find({}, {"guard": 0}, sort=[("_id", 1)]))
        for name in sorted(database.list_collection_names())
    }


def hire(unit: UnitOfWork) -> None:
    unit.repository(EMPLOYEE).add(person(9))


ACTS: dict[str, Callable[[UnitOfWork], object]] = {
    "hire": hire,
    "hire many": lambda unit: unit.repository(EMPLOYEE).add_many([person(number) for number in (20, 21, 22)]),
    "rename": lambda unit: changed(unit, 0, name="Renamed"),
    "give a freed number": lambda unit: (changed(unit, 1, number="new"), changed(unit, 2, number="1")),
    "change references": lambda unit: changed(unit, 3, external=(ExternalReference("hr", "new"),)),
    "dismiss": lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("p3")),
    "touch": lambda unit: unit.repository(ORG_UNIT).touch(unit.repository(ORG_UNIT).get("s")),
}


def changed(unit: UnitOfWork, number: int, /, **fields: Any) -> Employee:
    people = unit.repository(EMPLOYEE)
    return people.change(people.get(f"p{number}"), **fields)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(names=st.lists(st.sampled_from(sorted(set(ACTS) - {"dismiss"})), max_size=5, unique=True), last=st.booleans())
def test_a_unit_that_is_left_takes_back_all_that_it_wrote(
    store: MongoStore, begun: Begin, units: UnitFactory, names: list[str], last: bool
) -> None:
    """Whatever it did and in whatever order; the host goes on with what it had and commits it."""
    before = contents(store)
    host = begun()
    joined = units.over(store.join(host.handle))
    with joined.unit(TENANT, ACTOR) as unit:
        for name in [*names, *(["dismiss"] if last else [])]:
            ACTS[name](unit)
    host.commit()
    assert before == contents(store)


def test_a_unit_whose_commit_is_refused_takes_back_all_that_it_wrote(
    store: MongoStore, begun: Begin, units: UnitFactory
) -> None:
    """History and outbox too, which are written last of all."""
    before = contents(store)
    host = begun()
    with units.over(store.join(host.handle)).unit(TENANT, ACTOR) as unit:
        hire(unit)
        unit.transaction.commit = unit.transaction.rollback
        unit.commit()
    host.commit()
    assert before == contents(store)


@pytest.mark.parametrize(
    "taken",
    [
        [person(0)],
        [evolve(person(9), number="0")],
        [person(9), evolve(person(10), number="0")],
        [person(9), person(9)],
        [person(9), evolve(person(10), number="9")],
    ],
    ids=["id", "number", "number in a bulk", "id twice", "number twice"],
)
@pytest.mark.parametrize("bulk", [False, True])
def test_a_taken_key_is_seen_before_the_server_sees_it(
    store: MongoStore, begun: Begin, units: UnitFactory, taken: list[Employee], bulk: bool
) -> None:
    """A duplicate key would abort the host's transaction; so it goes on and commits what it had."""
    host = begun()
    joined = units.over(store.join(host.handle))
    joined.run(TENANT, ACTOR, lambda unit: changed(unit, 1, name="kept"))

    def add(unit: UnitOfWork) -> None:
        if bulk:
            unit.repository(EMPLOYEE).add_many(taken)
        for each in taken:
            unit.repository(EMPLOYEE).add(each)

    with pytest.raises(AlreadyExists):
        joined.run(TENANT, ACTOR, add)
    host.commit()
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert ["Person 0", "kept", "Person 2", "Person 3"] == [p.name for p in unit.repository(EMPLOYEE).list()]


def test_a_token_that_is_stored_is_seen_before_the_server_sees_it(
    store: MongoStore, begun: Begin, units: UnitFactory
) -> None:
    units.run(TENANT, ACTOR, hire, token="once")
    host = begun()
    joined = units.over(store.join(host.handle))
    with pytest.raises(AlreadyExists) as raised:
        joined.run(TENANT, ACTOR, hire, token="once")
    assert "unit token" == raised.value.params["kind"]
    joined.run(TENANT, ACTOR, lambda unit: changed(unit, 1, name="kept"))
    host.commit()


def test_a_transaction_lost_under_a_joined_unit_is_said_to_be_lost(
    store: MongoStore, begun: Begin, units: UnitFactory
) -> None:
    """Somebody else's write came first: the server aborts all of it, the host's own rows too, and the host is told."""
    host = begun()
    mine = store._collections.database["invoices"]
    mine.insert_one({"_id": 1}, session=host.handle)
    joined = units.over(store.join(host.handle))
    joined.run(TENANT, ACTOR, hire)
    units.run(TENANT, ACTOR, lambda unit: changed(unit, 0, name="first"))

    with pytest.raises(TransactionLost) as raised:
        joined.run(TENANT, ACTOR, lambda unit: changed(unit, 0, name="second"))
    assert "roll it back" in raised.value.remedy().lower()
    assert "回滚" in raised.value.remedy(Lang.ZH)
    assert raised.value.__cause__ is not None
    with pytest.raises(TransactionLost):
        joined.run(TENANT, ACTOR, hire)
    host.rollback()

    assert 0 == mine.count_documents({})
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert ["first", "Person 1", "Person 2", "Person 3"] == [p.name for p in unit.repository(EMPLOYEE).list()]


def test_a_transaction_that_the_server_has_ended_cannot_be_joined(store: MongoStore, begun: Begin) -> None:
    """The client still believes in it; nothing but a statement shows the truth."""
    host = begun()
    store._collections.schema.find_one({}, session=host.handle)
    store._collections.client.admin.command("killSessions", [host.handle.session_id])
    assert host.handle.in_transaction
    with pytest.raises(TransactionLost):
        store.join(host.handle)
    host.rollback()


def test_a_session_without_a_transaction_or_of_another_client_is_refused(
    store: MongoStore, databases: Databases
) -> None:
    with store._collections.client.start_session() as session, pytest.raises(StorageUnavailable) as raised:
        store.join(session)
    assert "start_transaction" in raised.value.message()
    with (
        MongoClient(databases.url) as other,
        other.start_session() as session,
        session.start_transaction(),
        pytest.raises(StorageUnavailable) as raised,
    ):
        store.join(session)
    assert "another client" in raised.value.message()


def test_a_joined_unit_ends_nothing(store: MongoStore, begun: Begin, units: UnitFactory) -> None:
    """The session is open and in its transaction after each unit, whether it was committed or left."""
    host = begun()
    joined = units.over(store.join(host.handle))
    joined.run(TENANT, ACTOR, hire)
    with joined.unit(TENANT, ACTOR) as unit:
        changed(unit, 0, name="left")
    assert host.handle.in_transaction
    assert not host.handle.has_ended
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert unit.repository(EMPLOYEE).peek("p9") is None
    host.commit()


def test_a_unit_that_outlives_the_transaction_of_the_host_writes_nothing(
    store: MongoStore, begun: Begin, units: UnitFactory
) -> None:
    """Outside of it the session would write at once, and for good."""
    before = contents(store)
    host = begun()
    joined = units.over(store.join(host.handle))
    with joined.unit(TENANT, ACTOR) as unit:
        hire(unit)
        host.rollback()
        with pytest.raises(StorageUnavailable):
            changed(unit, 0, name="late")
    assert before == contents(store)


@pytest.mark.parametrize("concern", ["local", "majority", "snapshot"])
def test_two_hosts_cannot_race_past_a_rule_over_both_rows(
    store: MongoStore, begun: Begin, units: UnitFactory, concern: str
) -> None:
    """Whatever read concern they chose: each relies on the row that the other changes, so one of them is lost."""

    def leave(unit: UnitOfWork, mine: int, theirs: int) -> None:
        people = unit.repository(EMPLOYEE)
        people.require(people.get(f"p{theirs}"))
        changed(unit, mine, name="off duty")

    first, second = begun(concern), begun(concern)
    one, other = (units.over(store.join(host.handle)) for host in (first, second))
    for joined in (one, other):
        with joined.unit(TENANT, ACTOR, write=False) as unit:
            assert 4 == len(unit.repository(EMPLOYEE).list())
    one.run(TENANT, ACTOR, lambda unit: leave(unit, 0, 1))
    with pytest.raises(TransactionLost):
        other.run(TENANT, ACTOR, lambda unit: leave(unit, 1, 0))
    first.commit()
    second.rollback()
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert ["off duty", "Person 1"] == [unit.repository(EMPLOYEE).get(id_).name for id_ in ("p0", "p1")]
