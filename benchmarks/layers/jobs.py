"""The jobs of the layers, and the bars that ours are held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import field, frozen

from benchmarks.company import Sizes, records, spread
from benchmarks.harness.timing import Prepare
from handover_core.ids import new_id
from handover_core.organization.model import Employee
from handover_core.records.model import WorkRecord

GET_OPEN = "get in an open unit"
GET_OWN = "get as its own unit"
FILTER = "filter of 1,000 rows"
PAGE = "keyset page, deep"
STREAM = "stream"
INSERT = "insert + commit"
SAVE = "save with version check + commit"
BULK = "bulk append"

JOBS = (GET_OPEN, GET_OWN, FILTER, PAGE, STREAM, INSERT, SAVE, BULK)
LONG = frozenset((STREAM, BULK))
PAGE_SIZE = 100

RAW = "raw, state only"
RAW_SAME = "raw, same rows"


@frozen
class Cell:
    """One goal: our time over that of a side, in each of some jobs."""

    name: str
    side: str
    jobs: tuple[str, ...]
    goals: Mapping[str, float] = field(kw_only=True)


def _goals(sqlite: float, postgresql: float, mongodb: float) -> dict[str, float]:
    return {"sqlite": sqlite, "postgresql": postgresql, "mongodb": mongodb}


CELLS = (
    Cell("get inside an open unit of work", RAW, (GET_OPEN,), goals=_goals(1.6, 1.1, 1.1)),
    Cell("get as its own unit", RAW, (GET_OWN,), goals=_goals(4, 1.2, 1.1)),
    Cell("insert / save + commit, raw writes the same rows", RAW_SAME, (INSERT, SAVE), goals=_goals(1.25, 1.15, 1.1)),
    Cell("insert / save + commit, raw writes the state only", RAW, (INSERT, SAVE), goals=_goals(1.8, 1.9, 1.6)),
    Cell("bulk append with thin history", RAW, (BULK,), goals=_goals(2.2, 2.0, 1.6)),
    Cell("1,000-row filter → objects", RAW, (FILTER,), goals=_goals(3, 2.7, 1.1)),
    Cell("stream → objects", RAW, (STREAM,), goals=_goals(4.3, 2.4, 1.2)),
)
"""The goals of the project. Where a cell has two jobs, the worse one counts."""


@frozen
class Material:
    """What all sides are filled with, and asked for."""

    owner: Employee
    stored: Sequence[WorkRecord]
    sizes: Sizes

    @property
    def asked(self) -> list[WorkRecord]:
        """The records that small jobs read and change."""
        return spread(self.stored, self.sizes.times)

    @property
    def pages(self) -> int:
        """How many pages one run of that job reads."""
        return pages_of(self.sizes)

    @property
    def deep(self) -> WorkRecord:
        """The record after which a page begins: nine tenths down the list by area."""
        by_area = sorted(self.stored, key=lambda each: (each.area or "", each.id))
        return by_area[len(by_area) * 9 // 10 - 1]

    def fresh(self, count: int) -> list[WorkRecord]:
        """Return new records like those stored; never two alike."""
        return records(self.owner.id, count)


class Side(Protocol):
    """One layer, filled with the material when it is made."""

    name: str

    def jobs(self) -> Mapping[str, Prepare]:
        """Return what it can do, by the names of `JOBS`."""

    def close(self) -> None:
        """Let go of what it holds."""


def times_of(job: str, sizes: Sizes) -> int:
    """Return how many of the thing a run of the job does; the time of one is what is shown."""
    return {STREAM: 1, BULK: 1, FILTER: 1, PAGE: pages_of(sizes)}.get(job, sizes.times)


def pages_of(sizes: Sizes) -> int:
    """Return how many pages one run of that job reads."""
    return max(3, sizes.times // 10)


def token() -> str:
    """Return what a unit of work is named by, on both sides."""
    return new_id()
