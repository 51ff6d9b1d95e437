"""The SOPs' versions and steps, read from their tables."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from demo_company.procedures import SOPS, STEPS
from demo_company.table import NOTHING, Pair, rows


class Step(NamedTuple):
    """One step of a version, with the stage that it stands in."""

    stage_number: int
    stage: Pair
    number: int
    key: str
    position: str
    authority: str
    days: str
    mandatory: bool
    waived_by: str
    instructions: Pair
    documents: Pair


class Version(NamedTuple):
    """One version of an SOP."""

    row: str
    owner: str
    state: str
    revision: str
    author: str
    approver: str
    published_on: str
    review_by: str
    title: Pair
    note: Pair

    @property
    def code(self) -> str:
        """The code of the SOP."""
        return self.row.partition("/")[0]

    @property
    def number(self) -> str:
        """The number of the version."""
        return self.row.partition("/")[2]


@cache
def versions() -> tuple[Version, ...]:
    """Return all versions."""
    return tuple(Version(*cells[:8], title=Pair(*cells[8:10]), note=Pair(*cells[10:12])) for cells in rows(SOPS, 12))


@cache
def _all_steps() -> dict[str, tuple[Step, ...]]:
    found: dict[str, list[Step]] = {}
    stages: dict[str, int] = {}
    row, stage, number = "", NOTHING, 0
    for cells in rows(STEPS, 10):
        if cells[0].startswith("="):
            row, stage, number = cells[0].removeprefix("=").strip(), Pair(cells[1], cells[2]), 0
            stages[row] = stages.get(row, 0) + 1
            continue
        number += 1
        key, position, authority, days, mandatory, waived_by, zh, en, documents_zh, documents_en = cells
        step = Step(
            stages[row], stage, number, key, position, authority, days, mandatory == "yes", waived_by,
            Pair(zh, en), Pair(documents_zh, documents_en),
        )  # fmt: skip
        found.setdefault(row, []).append(step)
    return {each: tuple(steps) for each, steps in found.items()}


def steps_of(row: str) -> tuple[Step, ...]:
    """Return the steps of a version in order."""
    return _all_steps()[row]
