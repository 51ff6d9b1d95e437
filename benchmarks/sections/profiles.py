"""Profiles of the goals that are missed by most: stacks of our side, kept beside the results."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from benchmarks.company import Sizes, person, records
from benchmarks.harness import flame, results
from benchmarks.harness.results import OURS, Data
from benchmarks.harness.run import Run
from benchmarks.layers.jobs import Material
from benchmarks.page.cells import Scored, scored, worst
from benchmarks.sections import layers

HERE = Path(__file__).parent.parent
SIZES = Sizes(rows=5_000, times=100, bulk=5_000, rounds=1, long_rounds=1)
SECONDS = 6.0


def measured(run: Run) -> Data:
    """Write the stacks of the three worst, and return what they are; a short run only sees that it works."""
    found = run.found.get("layers") or results.load(HERE / "results.json")["sections"].get("layers", {})
    chosen = worst(scored(found))[: 1 if run.short else 3]
    if not run.short:
        for old in (HERE / "profiles").glob("*.folded"):
            old.unlink()
    for number, each in enumerate(chosen, 1):
        with run.recording(f"profiles, {each.place}, {each.job}"):
            _profiled(run, each, number)
    return {"profiled": [f"{each.place}: {each.job}" for each in chosen]}


def _profiled(run: Run, each: Scored, number: int) -> None:
    sizes = evolve(SIZES, rows=1_000, bulk=1_000) if run.short or each.place == "mongodb" else SIZES
    owner = person()
    with layers.opened(run, each.place, Material(owner, records(owner.id, sizes.rows), sizes), peers=False) as sides:
        ours = next(side for side in sides.sides if side.name == OURS)
        stacks = flame.sampled(ours.jobs()[each.job], 0.5 if run.short else SECONDS)
    title = f"{each.place}: {each.job}, {each.ratio:.2f} where {each.goal:g} is the goal"
    run.say(f"profile {number}: {title}, {stacks.total()} looks")
    if not run.short:
        place = HERE / "profiles" / f"{number}-{each.place}-{each.job.split()[0]}.folded"
        place.parent.mkdir(exist_ok=True)
        place.write_text(flame.folded(title, stacks), encoding="utf-8")
