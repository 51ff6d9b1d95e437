"""What only this driver may meet: documents that are too large, words that nobody can store, streams left half-way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pymongo import MongoClient, monitoring

from handover_core.actor import Actor
from handover_core.errors import StorageUnavailable
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Contains, UnitFactory
from handover_core_mongo import MongoStore
from handover_core_mongo.criteria import _containing
from hosts import MongoHost
from servers.mongo import Databases

Open = Callable[..., MongoStore]
TENANT, ACTOR = "t", Actor("tester")
CHUNK = 20
LARGE = "x" * (17 << 20)


@pytest.fixture
def store(blank: Open) -> MongoStore:
    store = blank()
    store.schema.migrate()
    return store


@pytest.fixture
def units(store: MongoStore) -> UnitFactory:
    return UnitFactory(store, KINDS)


def person(number: int, name: str = "Somebody") -> Employee:
    return Employee(id=f"p{number:04}", number=str(number), name=name)


def large() -> Employee:
    return Employee(id="large", number="large", name="Large", email=LARGE)


def test_a_document_of_more_than_16_mib_is_refused_and_nothing_is_stored(units: UnitFactory) -> None:
    """Before it is sent: a host's transaction stands, and goes on."""
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person(0)))
    with pytest.raises(StorageUnavailable):
        units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(large()))

    host = MongoHost(units.driver)
    joined = units.over(units.driver.join(host.handle))
    with pytest.raises(StorageUnavailable):
        joined.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(large()))
    joined.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person(1)))
    host.commit()
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert [person(0).id, person(1).id] == [found.id for found in unit.repository(EMPLOYEE).list()]


@pytest.mark.parametrize("words", ["lone \ud800", "nul \x00", "x" * 40_000])
def test_words_that_nobody_can_store_find_nothing(units: UnitFactory, words: str) -> None:
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person(0, "x")))
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert [] == unit.repository(EMPLOYEE).list(Contains("name", words))


def test_every_sign_that_a_pattern_could_misread_is_found_as_itself(units: UnitFactory) -> None:
    """And nothing else is: each name holds one of them between the same letters."""
    signs = [chr(point) for point in (*range(1, 0x80), 0x2028, 0x3000, 0xFEFF, 0x1F600, 0x10FFFF)]
    people = [person(number, f"a{sign}b") for number, sign in enumerate(signs)]
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add_many(people))
    with units.unit(TENANT, ACTOR, write=False) as unit:
        for each in people:
            found = unit.repository(EMPLOYEE).list(Contains("name", each.name))
            assert each.id in {one.id for one in found}
            assert all(len(one.name) == len(each.name) for one in found)


def test_in_no_pattern_is_anything_special() -> None:
    """Of all Unicode: what a pattern could misread stands behind a backslash, and nothing else does.

    A backslash before a letter or digit would mean something else to the server than to Python.
    """
    special = set("\\^$.[]|()?*+{}")
    for sign in map(chr, range(1, 0x80)):
        pattern = _containing(sign)["$regex"]
        assert pattern in ({f"\\{sign}"} if sign in special else {sign, f"\\{sign}"})
        assert pattern == sign or not sign.isalnum()
    others = "".join(map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x110000))))
    for start in range(0, len(others), 5000):
        part = others[start : start + 5000]
        assert part == _containing(part)["$regex"]


def test_a_stream_that_is_left_half_way_leaves_the_unit_usable(
    units: UnitFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it may be written to while it is read."""
    monkeypatch.setattr("handover_core_mongo.transaction.CHUNK", CHUNK)
    people = [person(number) for number in range(2 * CHUNK + 1)]
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add_many(people))
    with units.unit(TENANT, ACTOR) as unit:
        for place, found in enumerate(unit.repository(EMPLOYEE).stream()):
            unit.repository(EMPLOYEE).change(found, name="Renamed")
            if place == CHUNK:
                break
        unit.commit()
    with units.unit(TENANT, ACTOR, write=False) as unit:
        names = [found.name for found in unit.repository(EMPLOYEE).stream()]
    assert CHUNK + 1 == names.count("Renamed")
    assert len(people) == len(names)


class Asked(monitoring.CommandListener):
    """Keeps the names of the commands that were sent."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


def test_a_stream_asks_for_more_when_it_has_given_what_it_had(
    databases: Databases, units: UnitFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So its memory is flat, whatever its length."""
    monkeypatch.setattr("handover_core_mongo.transaction.CHUNK", CHUNK)
    people = [person(number) for number in range(3 * CHUNK)]
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add_many(people))
    asked, name = Asked(), units.driver._collections.database.name
    with (
        MongoClient(databases.url, event_listeners=[asked]) as client,
        units.over(MongoStore(client, name)).unit(TENANT, ACTOR, write=False) as unit,
    ):
        given = iter(unit.repository(EMPLOYEE).stream())
        for more in range(3):
            for _ in range(CHUNK):
                next(given)
            assert ["find", *["getMore"] * more] == asked.names


def test_the_client_of_the_host_stays_open(databases: Databases, store: MongoStore) -> None:
    """A client that the store made from an address is closed with it."""
    store.close()
    assert store.schema.number() > 0
    own = MongoStore.from_url(databases.address(store._collections.database.name))
    own.schema.check()
    own.close()
    with pytest.raises(StorageUnavailable):
        own.schema.check()


def test_the_preferences_of_the_host_change_nothing(databases: Databases, store: MongoStore) -> None:
    """Neither where it likes to read, nor how safe it likes to write, nor how it likes to see documents."""
    options = {"readPreference": "secondaryPreferred", "w": 1, "tz_aware": True, "retryWrites": False}
    with MongoClient(databases.url, **options) as client:
        units = UnitFactory(MongoStore(client, store._collections.database.name), KINDS)
        stored = units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person(0)))
        with units.unit(TENANT, ACTOR, write=False) as unit:
            assert stored == unit.repository(EMPLOYEE).get(stored.id)
