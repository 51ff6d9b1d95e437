"""The connections that a store keeps for itself, with what a pool promises."""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from conftest import BACKENDS, open_store, server_or_skip
from handover_core.actor import Actor
from handover_core.errors import AlreadyExists, StorageUnavailable
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import UnitFactory
from handover_core_sql import SqlStore
from handover_core_sql.connections import Kept, Pooled, connections_of


def test_rows_that_nobody_reads_to_the_end_are_no_trouble_afterwards(blank: Callable[..., SqlStore]) -> None:
    """Not when they are forgotten after their unit, and not when the store is closed by then."""
    store = blank()
    store.schema.migrate()
    units = UnitFactory(store, KINDS)
    people = [Employee(id=f"{number:03d}", number=f"{number:03d}", name="x") for number in range(600)]
    units.run("t", Actor("a"), lambda unit: unit.repository(EMPLOYEE).add_many(people))
    with units.unit("t", Actor("a"), write=False) as unit:
        read = unit.repository(EMPLOYEE).stream()
        assert "000" == next(read).id
    store.close()
    del read
    gc.collect()


def test_a_commit_that_stored_nothing_does_not_say_that_it_may_have(blank: Callable[..., SqlStore]) -> None:
    """A statement failed and nobody took note: where the server undoes everything for that, it is said so."""
    store = blank()
    store.schema.migrate()
    begun = store.transaction(write=True)
    begun.claim("t", "token", 1)
    with suppress(Exception):
        begun._cursor.execute("SELECT no_such_column FROM no_such_table")
    raised: list[type[StorageUnavailable]] = []
    try:
        begun.commit()
    except StorageUnavailable as error:
        raised.append(type(error))
    again = store.transaction(write=True)
    stored = []
    try:
        again.claim("t", "token", 1)
    except AlreadyExists:
        stored.append("token")
    finally:
        again.rollback()
    assert (raised, stored) in (([], ["token"]), ([StorageUnavailable], []))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """Return an engine with room for two connections, one of which waits for its next use."""
    made = sa.create_engine(f"sqlite:///{tmp_path / 'kept.db'}", pool_size=1, max_overflow=1, pool_timeout=0.05)
    yield made
    made.dispose()


@pytest.fixture
def kept(engine: sa.Engine) -> Iterator[Kept]:
    found = connections_of(engine, own=True)
    assert isinstance(found, Kept)
    yield found
    found.end()


def usable(driver: sqlite3.Connection) -> bool:
    try:
        driver.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_what_was_given_back_is_used_again(kept: Kept) -> None:
    first = kept.take()
    driver = first.driver_connection
    assert first.made
    first.close()
    again = kept.take()
    assert again.driver_connection is driver
    assert not again.made
    again.close()


def test_what_nobody_gives_back_is_ended_and_its_place_is_free(kept: Kept) -> None:
    """Whoever forgets a transaction keeps no lock and no room."""
    drivers = []
    for _ in range(5):
        lent = kept.take()
        drivers.append(lent.driver_connection)
        del lent
    assert [False] * 5 == [usable(driver) for driver in drivers]
    both = kept.take(), kept.take()
    for each in both:
        each.close()


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name not in {"memory", "mongodb"}])
def test_a_forgotten_transaction_holds_nobody_up(backend: str, tmp_path: Path) -> None:
    """Its rows can be written and its tables emptied as soon as it is forgotten."""
    store = open_store(backend, tmp_path)
    assert isinstance(store, SqlStore)
    units = UnitFactory(store, KINDS)
    person = units.run("t", Actor("x"), lambda unit: unit.repository(EMPLOYEE).add(_someone()))
    forgotten = store.transaction(write=True)
    forgotten.require(EMPLOYEE, "t", person.id, 1)
    forgotten.claim("t", "token", 1)
    del forgotten
    units.run("t", Actor("x"), lambda unit: unit.repository(EMPLOYEE).change(person, name="y"), token="token")
    store.close()


def _someone() -> Employee:
    return Employee(id="a", number="1", name="x")


def test_what_was_thrown_away_is_closed_and_not_used_again(kept: Kept) -> None:
    first = kept.take()
    driver = first.driver_connection
    first.invalidate()
    first.close()
    again = kept.take()
    assert again.driver_connection is not driver
    assert not usable(driver)
    again.close()


def test_who_comes_when_all_are_taken_waits_and_is_told(kept: Kept) -> None:
    taken = [kept.take(), kept.take()]
    with pytest.raises(sa.exc.TimeoutError):
        kept.take()
    for each in taken:
        each.close()
    kept.take().close()


def test_no_more_wait_for_their_next_use_than_the_pool_would_keep(kept: Kept) -> None:
    taken = [kept.take(), kept.take()]
    drivers = [each.driver_connection for each in taken]
    for each in taken:
        each.close()
    assert [True, False] == [usable(driver) for driver in drivers]


def test_a_connection_that_could_not_be_made_takes_no_room(tmp_path: Path) -> None:
    engine = sa.create_engine(
        f"sqlite:///{tmp_path / 'no' / 'folder.db'}", pool_size=1, max_overflow=0, pool_timeout=0.05
    )
    kept = connections_of(engine, own=True)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            kept.take()
    engine.dispose()


def test_a_forked_process_begins_with_none(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connections of its parent stay open: closing them is the parent's to do."""
    first = kept.take()
    driver = first.driver_connection
    first.close()
    parent = os.getpid()
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: parent + 1)
        own = kept.take()
        assert own.driver_connection is not driver
        own.close()
    assert usable(driver)
    driver.close()


def test_what_a_fork_took_along_is_not_used_by_the_child(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    inherited = kept.take()
    parent = os.getpid()
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: parent + 1)
        own = kept.take()
        inherited.close()
        other = kept.take()
        assert other.driver_connection is not inherited.driver_connection
        own.close()
        other.close()
    inherited.driver_connection.close()


def test_one_that_comes_back_is_given_to_who_waits(engine: sa.Engine) -> None:
    """However many want one at once, all get one in the end, and no more are open than there is room for."""
    kept = Kept(engine, sa.QueuePool(engine.raw_connection, pool_size=1, max_overflow=1, timeout=30))
    seen: set[int] = set()

    def use() -> None:
        for _ in range(50):
            taken = kept.take()
            seen.add(id(taken.driver_connection))
            assert 2 >= kept._open
            taken.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen
    assert not kept._waiting
    kept.end()
    assert not kept._open


def test_the_pool_of_a_host_is_used_as_it_is(engine: sa.Engine) -> None:
    store = SqlStore(engine)
    store.transaction(write=False).rollback()
    assert 1 == engine.pool.checkedin()  # type: ignore[attr-defined]


def test_a_store_in_memory_keeps_to_its_one_connection() -> None:
    engine = sa.create_engine("sqlite://")
    assert isinstance(connections_of(engine, own=True), Pooled)
    engine.dispose()


def test_a_kept_connection_lives_through_a_table_that_changes() -> None:
    """What was prepared before a column was widened fails once, and is prepared again."""
    if "postgresql" not in BACKENDS:
        pytest.skip("not asked for: postgresql")
    opened = server_or_skip("postgresql").blank(database=False)  # type: ignore[attr-defined]
    store = opened()
    store.schema.migrate()
    units = UnitFactory(store, KINDS)
    person = units.run(
        "t", Actor("a"), lambda unit: unit.repository(EMPLOYEE).add(Employee(id="p", number="1", name="P"))
    )
    assert person == units.read("t", Actor("a"), lambda unit: unit.repository(EMPLOYEE).get("p"))
    name = f'"{store._namespace}".ho_employee'
    with store._engine.begin() as connection:
        for view in sa.inspect(connection).get_view_names(schema=store._namespace):
            connection.exec_driver_sql(f'DROP VIEW "{store._namespace}"."{view}"')
        connection.exec_driver_sql(f"ALTER TABLE {name} ALTER COLUMN head TYPE varchar(100)")
    with pytest.raises(StorageUnavailable):
        units.read("t", Actor("a"), lambda unit: unit.repository(EMPLOYEE).get("p"))
    assert person == units.read("t", Actor("a"), lambda unit: unit.repository(EMPLOYEE).get("p"))
    store.close()
