"""Joined units under a host: whatever isolation it chose, and when its transaction is lost beneath them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

import hosts
from conftest import open_store
from faults import ACTOR, Ground, hire, in_threads, numbers, one_more, opened, person
from handover_core.errors import Contention, HandoverError, TransactionLost, VersionConflict
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import UnitFactory, UnitOfWork

LEVELS = ("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
RETRIED = (Contention, VersionConflict, sa.exc.OperationalError)


class Host:
    """A transaction of a host on a ground."""

    def __init__(self, ground: Ground, **options: Any) -> None:
        self.units = ground.units()
        self.connection = ground.engine(**options).connect()
        self.connection.begin()
        self.joined = self.units.over(self.units.driver.join(self.connection))

    def end(self, end: Callable[[], None]) -> None:
        try:
            end()
        finally:
            self.connection.close()


@pytest.mark.parametrize("level", LEVELS)
def test_joined_units_do_not_race_past_a_rule_at_any_level_of_isolation(ground: Ground, level: str) -> None:
    """Of two people one must stay "0". Each host reads both and changes the one, requiring the other: no write skew.

    Both have read before either writes. Whoever is refused, at a statement or at the COMMIT, rolls back and begins
    anew, and then sees that the other has changed.
    """
    for number in ("a", "b"):
        hire(ground.units(), ground.tenant, number)
    both = threading.Barrier(2)
    done: list[int] = []

    def decide(unit: UnitOfWork, number: int, read: Callable[[], None]) -> None:
        people = unit.repository(EMPLOYEE)
        mine, other = people.get(f"id {'ab'[number]}"), people.get(f"id {'ba'[number]}")
        read()
        if other.name == "0":
            people.require(other)
            people.change(mine, name="1")
            done.append(number)

    def host(number: int) -> None:
        read: list[Callable[[], Any]] = [lambda: both.wait(30)]
        while True:
            one = Host(ground, isolation_level=level)
            before = len(done)
            try:
                one.joined.run(ground.tenant, ACTOR, lambda unit: decide(unit, number, read.pop() if read else str))
                one.end(one.connection.commit)
            except (*RETRIED, TransactionLost):
                del done[before:]
                with suppress(sa.exc.DBAPIError):
                    one.end(one.connection.rollback)
            else:
                return

    in_threads(2, host)
    with ground.units().unit(ground.tenant, ACTOR, write=False) as unit:
        assert ["0", "1"] == sorted(each.name for each in unit.repository(EMPLOYEE).list())
    assert ["a", "b"] == ground.numbers()


def ended(ground: Ground, connection: sa.Connection) -> None:
    """End the host's connection as an administrator does."""
    asked, kill = (
        ("pg_backend_pid()", "SELECT pg_terminate_backend({})")
        if ground.address.get_backend_name() == "postgresql"
        else ("CONNECTION_ID()", "KILL {}")
    )
    number = connection.exec_driver_sql(f"SELECT {asked}").scalar_one()
    with ground.engine(isolation_level="AUTOCOMMIT").connect() as other:
        other.exec_driver_sql(kill.format(number)).close()


def test_a_host_whose_connection_is_gone_is_told_to_roll_back(ground: Ground) -> None:
    """`TransactionLost` at once and ever after; nothing of its transaction is stored, of the units before neither."""
    host = Host(ground)
    hire(host.joined, ground.tenant, "1")
    ended(ground, host.connection)
    for number in ("2", "3"):
        with pytest.raises(TransactionLost) as raised:
            hire(host.joined, ground.tenant, number)
        assert "Roll it back" in raised.value.remedy()
    with suppress(sa.exc.DBAPIError):
        host.end(host.connection.rollback)
    assert [] == ground.numbers()


def test_a_deadlock_undoes_a_joined_unit_or_is_said_to_have_lost_the_host(ground: Ground) -> None:
    """PostgreSQL undoes the unit and keeps the host's transaction, MariaDB ends all of it and says so to nobody else.

    What the host is told is what is stored.
    """
    for number in ("a", "b"):
        hire(ground.units(), ground.tenant, number)
    both = threading.Barrier(2)
    stored = {"a": 0, "b": 0}

    def cross(number: int) -> None:
        first, second = ("a", "b") if number == 0 else ("b", "a")
        host = Host(ground)
        name = f"host {number}"
        hire(host.joined, ground.tenant, name)
        try:
            host.joined.run(ground.tenant, ACTOR, lambda unit: one_more(unit, first))
            both.wait(30)
            host.joined.run(ground.tenant, ACTOR, lambda unit: one_more(unit, second))
        except TransactionLost:
            with pytest.raises(TransactionLost):
                hire(host.joined, ground.tenant, f"after {number}")
            host.end(host.connection.rollback)
            return
        except (Contention, VersionConflict):
            hire(host.joined, ground.tenant, f"after {number}")
            expected = {name: 0, f"after {number}": 0, first: 1}
        else:
            expected = {name: 0, first: 1, second: 1}
        host.end(host.connection.commit)
        for one, times in expected.items():
            stored[one] = stored.get(one, 0) + times

    in_threads(2, cross)
    with ground.units().unit(ground.tenant, ACTOR, write=False) as unit:
        assert stored == {each.number: int(each.name) for each in unit.repository(EMPLOYEE).list()}
    ground.numbers()


@pytest.fixture
def small(tmp_path: Any) -> Iterator[tuple[UnitFactory, sa.Connection]]:
    """Return a SQLite store, and a host's open transaction in which the file may hardly grow."""
    store = open_store("sqlite", tmp_path)
    engine = hosts.host_engine(store._engine.url)
    connection = engine.connect()
    connection.begin()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
    yield opened(store), connection
    connection.close()
    engine.dispose()
    store.close()


def test_a_host_whose_disk_is_full_keeps_what_it_was_told(small: tuple[UnitFactory, sa.Connection]) -> None:
    """Units until one does not fit: it is undone alone, or the host is told that all is lost."""
    units, connection = small
    joined = units.over(units.driver.join(connection))
    kept = []
    with pytest.raises(HandoverError) as raised:
        for number in range(1000):
            joined.run("t", ACTOR, lambda unit, one=number: unit.repository(EMPLOYEE).add(large(str(one))))
            kept.append(str(number))
    if isinstance(raised.value, TransactionLost):
        connection.rollback()
        kept = []
    else:
        connection.commit()
    assert sorted(kept) == sorted(numbers(units, "t"))


def large(number: str) -> Any:
    return person(number, email="x" * 200)
