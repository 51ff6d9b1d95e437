"""Random pasts of a few people on any backend, and somebody who writes to the tables behind everybody's back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus, HeldQualification, QualificationKind
from handover_core.storage import Change, Driver, Kind, UnitOfWork, Vault
from handover_core.testing.strategies import texts
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore

AUDITOR = Actor("auditor", frozenset({Role.AUDITOR}))


NAMED = "李四"
"""Whose name a redaction takes out."""


def skilled(word: str) -> tuple[HeldQualification, ...]:
    """Return a skill that is called so: a text that people write freely, which a redaction may change."""
    return (HeldQualification(kind=QualificationKind.SKILL, name=word),)


class Story:
    """Random changes of people, with what was known after each of them."""

    def __init__(self, store: Driver, vault: Vault | None = None) -> None:
        self.tenant = new_id()
        self.now = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
        self.core = HandoverCore(store, clock=lambda: self.now, vault=vault)
        self.known: list[tuple[datetime, dict[str, Employee]]] = [(self.now, {})]

    def do(self, change: Callable[[UnitOfWork], Any]) -> None:
        self.now += timedelta(seconds=1)
        self.core.units.run(self.tenant, AUDITOR, change, "test.change", "because")
        with self.core.units.unit(self.tenant, AUDITOR, write=False) as unit:
            self.known.append((self.now, {each.id: each for each in unit.repository(EMPLOYEE).list()}))

    @property
    def audit(self) -> Any:
        return self.core.office(self.tenant, AUDITOR).audit


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    step = st.tuples(st.sampled_from(["add", "bulk", "name", "status", "delete"]), st.integers(0, 3), texts)
    return draw(st.lists(step, min_size=1, max_size=10))


def told(store: Driver, steps: list[tuple[str, int, str]], vault: Vault | None = None) -> Story:
    """Tell a story of at most four people who come, change and go; an id is never used again."""
    story = Story(store, vault)
    alive: dict[int, str] = {}
    for how, who, word in steps:
        id_ = alive.get(who)
        if id_ is None and how in {"add", "bulk"}:
            person = Employee(id=new_id(), number=new_id(), name=word, qualifications=skilled(word))
            alive[who] = person.id
            story.do(
                lambda unit, one=person, how=how: (
                    unit.repository(EMPLOYEE).add(one) if how == "add" else unit.repository(EMPLOYEE).add_many([one])
                )
            )
        elif id_ is not None and how in {"name", "status"}:
            fields = {"status": EmployeeStatus.LEAVING, "email": word}
            if how == "name":
                fields = {"name": word, "qualifications": skilled(word)}
            story.do(
                lambda unit, id_=id_, fields=fields: unit.repository(EMPLOYEE).change(
                    unit.repository(EMPLOYEE).get(id_), **fields
                )
            )
        elif id_ is not None and how == "redact":
            story.do(lambda unit, id_=id_: unit.personal.redact(EMPLOYEE, id_, lambda text: text.replace(NAMED, "P-1")))
        elif id_ is not None and how == "delete":
            story.do(lambda unit, id_=id_: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get(id_)))
            del alive[who]
    return story


class Tamperer:
    """Writes to the tables behind everybody's back."""

    def __init__(self, store: Driver, tenant: str) -> None:
        self._store = store
        self._tenant = tenant

    def change(self, id_: str, version: int, values: dict[str, Any]) -> None:
        if isinstance(self._store, SqlStore):
            table = self._store._statements.change
            self._run(sa.update(table).where(table.c.id == id_, table.c.version == version).values(values))
        else:
            self._log().update_one({"id": id_, "version": version}, {"$set": values})

    def insert(self, change: Change) -> None:
        transaction = self._store.transaction(write=True)
        transaction.append(self._tenant, [change], [])
        transaction.commit()

    def remove(self, id_: str, version: int) -> None:
        if isinstance(self._store, SqlStore):
            table = self._store._statements.change
            self._run(sa.delete(table).where(table.c.id == id_, table.c.version == version))
        else:
            self._log().delete_one({"id": id_, "version": version})

    def row(self, id_: str, values: dict[str, Any] | None, kind: Kind[Any] = EMPLOYEE) -> None:
        if isinstance(self._store, SqlStore):
            table = self._store._statements.of(kind).table
            where = table.c.id == id_
            self._run(sa.delete(table).where(where) if values is None else sa.update(table).where(where).values(values))
        elif values is None:
            self._store._collections[kind.name].delete_one({"id": id_})
        else:
            self._store._collections[kind.name].update_one({"id": id_}, {"$set": values})

    def _log(self) -> Any:
        assert isinstance(self._store, MongoStore)
        return self._store._collections["change"]

    def _run(self, statement: Any) -> None:
        with self._store._engine.begin() as connection:
            connection.execute(statement)
