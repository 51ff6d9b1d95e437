"""The goals, each beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from benchmarks.layers.jobs import CELLS


@frozen(kw_only=True)
class Scored:
    """One goal on one place: the ratio between its quartiles, that of the processor's time, and the goal."""

    place: str
    name: str
    job: str
    ratio: float
    low: float
    high: float
    busy: float
    goal: float

    @property
    def met(self) -> bool:
        """Whether the median is at the goal or better."""
        return self.ratio <= self.goal

    @property
    def beyond(self) -> float:
        """How many times the goal the ratio is."""
        return self.ratio / self.goal


def scored(layers: Mapping[str, Any]) -> list[Scored]:
    """Return every goal that was measured; of two jobs of a goal the worse one."""
    found: list[Scored] = []
    for cell in CELLS:
        for place, goal in cell.goals.items():
            jobs = layers.get("places", {}).get(place, {}).get("jobs", {})
            each = [_scored(place, cell.name, job, jobs[job], cell.side, goal) for job in cell.jobs if job in jobs]
            known = [one for one in each if one is not None]
            if known:
                found.append(max(known, key=lambda one: one.ratio))
    return found


def _scored(place: str, name: str, job: str, data: Mapping[str, Any], side: str, goal: float) -> Scored | None:
    over = data["sides"].get(side, {}).get("ours_over")
    if over is None:
        return None
    return Scored(
        place=place, name=name, job=job, ratio=over["ratio"], low=over["low"], high=over["high"], busy=over["busy"],
        goal=goal,
    )  # fmt: skip


def worst(found: list[Scored], most: int = 3) -> list[Scored]:
    """Return the goals that are missed by most, each job of a place once."""
    chosen: dict[tuple[str, str], Scored] = {}
    for each in sorted(found, key=lambda one: -one.beyond):
        chosen.setdefault((each.place, each.job), each)
    return list(chosen.values())[:most]
