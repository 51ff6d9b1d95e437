"""Our side: always with history, outbox, token, version checks, references and validation."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import count

from benchmarks.company import ACTOR, AREA, FILTERED, TENANT
from benchmarks.harness.timing import Prepare
from benchmarks.layers.jobs import (
    BULK,
    FILTER,
    GET_OPEN,
    GET_OWN,
    INSERT,
    PAGE,
    PAGE_SIZE,
    SAVE,
    STREAM,
    Material,
)
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import Driver, Eq, Order, UnitFactory
from handover_core.storage.criteria import to_cursor

BULKS = "bulk"
"""Bulks go to a company of their own, so that the one that is read keeps its size."""


class Ours:
    """The library on one store."""

    name = "ours"

    def __init__(self, store: Driver, material: Material, close: Callable[[], None] = lambda: None) -> None:
        self.material = material
        self.units = UnitFactory(store, KINDS)
        self.close = close
        self._numbers = count()
        store.schema.migrate()
        for tenant in (TENANT, BULKS):
            self.units.run(tenant, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(material.owner))
        self.units.append(TENANT, ACTOR, WORK_RECORD, material.stored, batch="bench")

    def jobs(self) -> Mapping[str, Prepare]:
        """See `Side.jobs`."""
        return {
            GET_OPEN: self._get_open, GET_OWN: self._get_own, FILTER: self._filter, PAGE: self._page,
            STREAM: self._stream, INSERT: self._insert, SAVE: self._save, BULK: self._bulk,
        }  # fmt: skip

    def _get_open(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]

        def job() -> int:
            with self.units.unit(TENANT, ACTOR, write=False) as unit:
                repository = unit.repository(WORK_RECORD)
                for id_ in ids:
                    repository.get(id_)
            return len(ids)

        return job

    def _get_own(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]

        def job() -> int:
            for id_ in ids:
                self.units.read(TENANT, ACTOR, lambda unit, id_=id_: unit.repository(WORK_RECORD).get(id_))
            return len(ids)

        return job

    def _filter(self) -> Callable[[], int]:
        def job() -> int:
            with self.units.unit(TENANT, ACTOR, write=False) as unit:
                return len(unit.repository(WORK_RECORD).list(Eq("area", AREA), limit=FILTERED))

        return job

    def _page(self) -> Callable[[], int]:
        deep, times = self.material.deep, self.material.pages
        after = to_cursor(deep.area, deep.id)

        def job() -> int:
            seen = 0
            with self.units.unit(TENANT, ACTOR, write=False) as unit:
                for _ in range(times):
                    page = unit.repository(WORK_RECORD).page(order=Order("area"), limit=PAGE_SIZE, after=after)
                    seen += len(page.items)
            return seen

        return job

    def _stream(self) -> Callable[[], int]:
        def job() -> int:
            with self.units.unit(TENANT, ACTOR, write=False) as unit:
                found = iter(unit.repository(WORK_RECORD).stream())
                deque(found, maxlen=0)
            return len(self.material.stored)

        return job

    def _insert(self) -> Callable[[], int]:
        new = self.material.fresh(self.material.sizes.times)

        def job() -> int:
            for each in new:
                self.units.run(BULKS, ACTOR, lambda unit, each=each: unit.repository(WORK_RECORD).add(each), "bench")
            return len(new)

        return job

    def _save(self) -> Callable[[], int]:
        asked = [(each.id, f"changed {next(self._numbers)}") for each in self.material.asked]

        def job() -> int:
            for id_, title in asked:
                self.units.run(TENANT, ACTOR, lambda unit, id_=id_, title=title: unit.repository(WORK_RECORD).change(
                    unit.repository(WORK_RECORD).get(id_), title=title), "bench")  # fmt: skip
            return len(asked)

        return job

    def _bulk(self) -> Callable[[], int]:
        new = self.material.fresh(self.material.sizes.bulk)
        batch = f"bulk {next(self._numbers)}"

        def job() -> int:
            return self.units.append(BULKS, ACTOR, WORK_RECORD, new, batch=batch)

        return job
