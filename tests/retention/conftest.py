"""A company whose personal values are sealed, and people who have left it long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from handover_core.app import Office
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import CHINA
from handover_core.storage import Driver, UnitOfWork
from handover_core.storage.vault import Vault
from handover_core_keys import KeyRing
from handover_core_sql import SqlStore
from worlds import TENANT, World

LEFT_ON = date(2021, 6, 30)


class Past:
    """A world under Chinese law in which somebody has left; who else is there stands in `World`."""

    def __init__(self, store: Driver, vault: Vault | None, tenant: str = TENANT) -> None:
        self.world = World(store, tenant, vault)
        self.world.core._policy = CHINA
        self.tenant = self.world.tenant

    def office(self, number: str = "0002", on: date | None = None) -> Office:
        """Return the office of an approver, unless somebody else is named; a day is waited for where it is to come."""
        found = self.world.office(number)
        if on is None:
            return found
        if on > self.world.clock.now.date():
            self.world.clock.move_to(on)
        return Office(evolve(found.desk, on=on))

    def id(self, number: str) -> str:
        return self.world.id(number)

    def gone(self, number: str = "0024", on: date = LEFT_ON) -> Employee:
        """Let somebody have left on a day."""

        def leave(unit: UnitOfWork) -> Employee:
            people = unit.repository(EMPLOYEE)
            return people.change(people.get(self.id(number)), status=EmployeeStatus.LEFT, left_on=on)

        return self.world.system.desk.do("test.leave", leave)

    def person(self, number: str = "0024") -> Employee:
        return self.world.system.desk.ask(lambda unit: unit.repository(EMPLOYEE).get(self.id(number)))


@pytest.fixture
def past(store: Driver, ring: KeyRing) -> Past:
    return Past(store, ring)


@pytest.fixture
def in_file(tmp_path: Path, ring: KeyRing) -> Iterator[Past]:
    """Return a company in a file into which a stranger can write."""
    store = SqlStore.from_url(f"sqlite:///{tmp_path / 'h.db'}")
    store.schema.migrate()
    yield Past(store, ring)
    store.close()
