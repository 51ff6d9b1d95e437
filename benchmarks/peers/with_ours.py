"""The same through ours: the state, its history, the outbox, the token."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from benchmarks import places
from benchmarks.company import ACTOR, TENANT, person
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import UnitFactory
from handover_core_sql import SqlStore


class Ours:
    """The library on a database."""

    name = "ours"

    def __init__(self, url: sa.URL) -> None:
        self._store = SqlStore.from_url(places.text(url))
        self._store.schema.migrate()
        self._units = UnitFactory(self._store, KINDS)
        owner = person()
        self._units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(owner))
        self._owner = owner.id

    def create(self, values: dict[str, Any]) -> object:
        """Store a record and return its id."""
        whose = {"owner_id": self._owner, "author_id": self._owner}
        record = WorkRecord(id=new_id(), **{**values, **whose})
        self._units.run(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).add(record), "bench")
        return record.id

    def load(self, id_: Any) -> object:
        """Return a record."""
        return self._units.read(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).get(id_)).title

    def update(self, id_: Any, title: str) -> None:
        """Load a record, change it, store it under its version."""
        self._units.run(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).change(
            unit.repository(WORK_RECORD).get(id_), title=title), "bench")  # fmt: skip

    def close(self) -> None:
        """Close the store."""
        self._store.close()
