"""Instants and dates are the same in every time zone: of the process, and of the database's session."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from conftest import close, open_store
from handover_core.actor import Actor
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, Eq, FieldType, Ge, Lt, UnitFactory, UnitOfWork
from handover_core_sql import SqlStore

ACTOR = Actor("tester")
INSTANTS = (
    datetime.min.replace(tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),  # twice or never on a wall clock in Europe
    datetime.max.replace(tzinfo=UTC),
)
ZONES = {"Pacific/Tongatapu": "+13:00", "America/St_Johns": "-03:30", "UTC": "+00:00"}
SET = {"postgresql": "SET TIME ZONE '{zone}'", "mariadb": "SET time_zone = '{offset}'"}


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the process into a time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def store(backend: str, tmp_path: Path, zone: str) -> Iterator[Driver]:
    """Open a store whose every session is in the time zone too."""
    opened = open_store(backend, tmp_path)
    if isinstance(opened, SqlStore) and backend in SET:
        words = SET[backend].format(zone=zone, offset=ZONES[zone])

        @sa.event.listens_for(opened._engine, "connect")
        def _connected(driver: object, _record: object) -> None:
            with driver.cursor() as cursor:
                cursor.execute(words)
            driver.commit()

        opened._engine.dispose()
    yield opened
    close(opened)


def declare_and_hire(unit: UnitOfWork) -> None:
    unit.repository(CUSTOM_FIELD).add(CustomField(id="f", kind="employee", name="at", type=FieldType.INSTANT))
    for number, instant in enumerate(INSTANTS):
        day = (date.min, date(2026, 3, 29), date.max)[number]
        unit.repository(EMPLOYEE).add(
            Employee(id=str(number), number=str(number), name="n", hired_on=day, custom={"at": instant})
        )


def test_what_was_stored_is_found_and_comes_back(store: Driver, zone: str) -> None:
    """From year 1 to 9999, to the microsecond."""
    assert os.environ["TZ"] == zone
    units = UnitFactory(store, KINDS)
    units.run("t", ACTOR, declare_and_hire)
    with units.unit("t", ACTOR, write=False) as unit:
        people = unit.repository(EMPLOYEE)
        assert INSTANTS == tuple(person.custom["at"] for person in people.list())
        assert [date.min, date(2026, 3, 29), date.max] == [person.hired_on for person in people.list()]
        for number, instant in enumerate(INSTANTS):
            assert [str(number)] == [person.id for person in people.list(Eq("custom.at", instant))]
            assert number == people.count(Lt("custom.at", instant))
            assert len(INSTANTS) - number == people.count(Ge("custom.at", instant))
