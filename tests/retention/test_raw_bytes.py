"""What was overwritten leaves the files of the database: they are read as bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import evolve

from bytes_on_disk import DURABLE, Place, found_in, place
from handover_core.actor import SYSTEM
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, UnitFactory
from handover_core.storage.copying import copy_company
from handover_core_sql import SqlStore

PEOPLE = 60


@pytest.fixture(params=DURABLE)
def scanned(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place(str(request.param), tmp_path)


class Planted:
    """Many people with values that stand nowhere else, so that they fill pages of every structure."""

    def __init__(self, store: Driver) -> None:
        self.tenant, self.mark = new_id(), new_id()
        self.units = UnitFactory(store, KINDS)
        self.words = (f"Zebra-{self.mark}", f"欧阳斑马{self.mark}")
        self.ids = [new_id() for _ in range(PEOPLE)]

    def store(self) -> None:
        """Store them one by one."""
        for count, id_ in enumerate(self.ids):
            ascii_, chinese = self.words
            number = f"{self.mark}-{count}"
            self._do(Employee(id=id_, number=number, name=f"{chinese} {count}", email=f"{ascii_}@example.test"))

    def overwrite(self) -> None:
        """Put something else in place of each value, through the repository."""
        with self.units.unit(self.tenant, SYSTEM, write=False) as unit:
            people = unit.repository(EMPLOYEE).list()
        for count, person in enumerate(people):
            self._do(evolve(person, number=f"gone-{count}", name="gone", email=None))

    def left(self) -> int:
        """Return how many are still stored."""
        with self.units.unit(self.tenant, SYSTEM, write=False) as unit:
            return unit.repository(EMPLOYEE).count()

    def _do(self, person: Employee) -> None:
        with self.units.unit(self.tenant, SYSTEM, "test") as unit:
            people = unit.repository(EMPLOYEE)
            people.save(person) if person.version else people.add(person)
            unit.commit()


def _take_from_history(store: Any, tenant: str) -> None:
    """Take away by hand what stands in the history in clear text, as sealing will make needless."""
    if isinstance(store, SqlStore):
        with store._engine.begin() as connection:
            connection.execute(sa.text("UPDATE ho_change SET body = '{}' WHERE tenant = :tenant"), {"tenant": tenant})
    else:
        store._collections.change.update_many({"tenant": tenant}, {"$set": {"body": "{}"}})


def test_what_was_overwritten_leaves_the_files(scanned: Place) -> None:
    """Pages, free pages, indexes, statistics, write-ahead and redo log, undo log, doublewrite buffer, binary log."""
    planted = Planted(scanned.store)
    planted.store()
    scanned.flush()
    assert {word for _, word in found_in(scanned.folder, *planted.words)} == set(planted.words)
    planted.overwrite()
    _take_from_history(scanned.store, planted.tenant)
    scanned.flush()
    clean = scanned
    if scanned.anew is None:
        assert found_in(scanned.folder, *planted.words), "nothing to clean: the scan would pass by itself"
        scanned.cure(scanned.store.schema.compact())
    else:
        clean = scanned.anew()
        copy_company(planted.units, planted.units.over(clean.store), planted.tenant, lambda _: None)
        clean.flush()
    assert found_in(clean.folder, *planted.words) == set()
    assert planted.left() == PEOPLE
