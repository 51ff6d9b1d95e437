"""Deadlocks, waits without end, serialization failures: real ones, provoked. The unit runs again from its loads."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from faults import ACTOR, Ground, counter_of, hire, in_threads, one_more, person
from handover_core.errors import Contention
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core_sql import SqlStore


def is_postgresql(ground: Ground) -> bool:
    return ground.address.get_backend_name() == "postgresql"


class Errors:
    """The numbers of the errors that a database gave, as its driver raised them."""

    def __init__(self, units: UnitFactory, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[object] = []
        dialect = units.driver._dialect
        contention = dialect.contention

        def noting(error: BaseException) -> Any:
            number = error.args[0] if error.args else None
            self.seen.append(number if isinstance(number, int) else getattr(error, "sqlstate", None))
            return contention(error)

        monkeypatch.setattr(dialect, "contention", noting)


def test_of_two_units_that_lock_each_other_out_one_runs_again(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadlock (PostgreSQL 40P01, MariaDB 1213) undoes one unit wholly; both are stored in the end, once."""
    units = ground.units()
    for number in ("a", "b"):
        hire(units, ground.tenant, number)
    errors = Errors(units, monkeypatch)
    both, met = threading.Barrier(2), [threading.Event(), threading.Event()]

    def cross(number: int) -> None:
        def work(unit: UnitOfWork) -> None:
            first, second = ("a", "b") if number == 0 else ("b", "a")
            one_more(unit, first)
            if not met[number].is_set():
                met[number].set()
                both.wait(30)
            one_more(unit, second)

        units.run(ground.tenant, ACTOR, work)

    in_threads(2, cross)
    assert ("40P01" if is_postgresql(ground) else 1213) in errors.seen
    assert (2, 2) == (counter_of(units, ground.tenant, "a"), counter_of(units, ground.tenant, "b"))
    assert ["a", "b"] == ground.numbers()


def impatient(ground: Ground) -> UnitFactory:
    """Return units whose statements wait for a lock as short as the server allows."""
    engine = ground.engine()
    setting = "lock_timeout = 50" if is_postgresql(ground) else "SESSION innodb_lock_wait_timeout = 1"

    @sa.event.listens_for(engine, "connect")
    def _connected(driver: Any, _record: Any) -> None:
        with driver.cursor() as cursor:
            cursor.execute(f"SET {setting}")
        driver.commit()

    return UnitFactory(SqlStore(engine), ground.units().kinds, sleep=lambda _: None, attempts=2)


def test_a_unit_that_waits_too_long_is_undone_wholly(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a lock wait timeout MariaDB (1205) would keep the unit's earlier writes; nothing of them stays.

    The unit runs again once the lock is free, and is stored once.
    """
    units = impatient(ground)
    errors = Errors(units, monkeypatch)
    hire(units, ground.tenant, "counter")
    holder = ground.engine().connect()
    statement = f"UPDATE ho_employee SET changed_at = changed_at WHERE tenant = '{ground.tenant}'"
    holder.exec_driver_sql(statement)

    def work(unit: UnitOfWork) -> None:
        unit.repository(EMPLOYEE).add(person("1"))
        one_more(unit)

    with pytest.raises(Contention):
        units.run(ground.tenant, ACTOR, work)
    assert ("55P03" if is_postgresql(ground) else 1205) in errors.seen
    assert ["counter"] == ground.numbers()
    holder.rollback()
    holder.close()

    units.run(ground.tenant, ACTOR, work)
    assert ["1", "counter"] == ground.numbers()


FAILS_AT_COMMIT = """
CREATE SEQUENCE IF NOT EXISTS fault_once;
CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.tenant = '{tenant}' AND nextval('fault_once') <= 2 THEN
        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS fault ON ho_employee;
CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON ho_employee
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fault();
"""


def test_a_serialization_failure_at_the_commit_makes_the_unit_run_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL may refuse only the COMMIT (40001). Known to have kept nothing, so it is contention, not in doubt.

    MariaDB refuses at the statement: there the unit finds the row changed since it was loaded.
    """
    units = ground.units()
    errors = Errors(units, monkeypatch)
    tries: list[int] = []
    if is_postgresql(ground):
        with ground.engine().begin() as connection:
            connection.exec_driver_sql(FAILS_AT_COMMIT.format(tenant=ground.tenant))
    else:
        hire(units, ground.tenant, "1")

    def work(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        tries.append(1)
        if is_postgresql(ground):
            people.add(person("1"))
        else:
            loaded = people.get("id 1")
            if len(tries) < 3:
                ground.units().run(ground.tenant, ACTOR, lambda other: one_more(other, "1"))
            people.change(loaded, name=str(int(loaded.name) + 1))

    units.run(ground.tenant, ACTOR, work)
    assert 3 == len(tries)
    assert ["1"] == ground.numbers()
    if is_postgresql(ground):
        assert errors.seen == ["40001", "40001"]
        connection = units.driver._engine.raw_connection()
        assert not connection.driver_connection.autocommit, "the mode of a shared connection is as the host had it"
        connection.close()


@pytest.mark.parametrize("snapshot", ["ON", "OFF"])
def test_no_update_is_lost_with_and_without_snapshot_isolation(ground: Ground, snapshot: str) -> None:
    """MariaDB's ``innodb_snapshot_isolation`` tells of a changed row by an error (1020), without it the version does.

    PostgreSQL has no such setting and always tells.
    """
    engine = ground.engine(pool_size=8)
    if not is_postgresql(ground):

        @sa.event.listens_for(engine, "connect")
        def _connected(driver: Any, _record: Any) -> None:
            with driver.cursor() as cursor:
                cursor.execute(f"SET SESSION innodb_snapshot_isolation = {snapshot}")

    units = UnitFactory(SqlStore(engine), ground.units().kinds)
    hire(units, ground.tenant, "counter")
    acknowledged: list[int] = []

    def work(_: int) -> None:
        for _ in range(10):
            try:
                units.run(ground.tenant, ACTOR, one_more)
            except Contention:
                continue
            acknowledged.append(1)

    in_threads(8, work)
    assert len(acknowledged) == counter_of(units, ground.tenant)
    assert ["counter"] == ground.numbers()
