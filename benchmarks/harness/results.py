"""What a run came to, as plain data: what is written to results.json, and compared with what stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.harness.timing import Middle, Outcome, Sample, middle, ratio

OURS = "ours"
MARGIN = 2.0
"""How many times worse than recorded a ratio may be before the short run fails."""

Data = dict[str, Any]


def side_data(samples: list[Sample], times: int) -> Data:
    """Return the milliseconds that one of ``times`` took, by the clock with quartiles, and busy."""
    wall = middle([each.wall * 1e3 / times for each in samples])
    busy = middle([each.busy * 1e3 / times for each in samples])
    return {"ms": _short(wall.median), "low": _short(wall.low), "high": _short(wall.high), "busy": _short(busy.median)}


def job_data(outcome: Outcome, times: int) -> Data:
    """Return a job's sides: their times, and ours over each of the others as a ratio with its spread."""
    ours = outcome.samples.get(OURS, [])
    sides: Data = {}
    for name, samples in outcome.samples.items():
        if name in outcome.errors or not samples:
            continue
        sides[name] = side_data(samples, times)
        if name != OURS and ours:
            wall = ratio([each.wall for each in ours], [each.wall for each in samples])
            busy = ratio([each.busy for each in ours], [each.busy for each in samples])
            sides[name]["ours_over"] = {**middle_data(wall), "busy": round(busy.median, 2)}
    return {"sides": sides, "errors": dict(outcome.errors), "rounds": len(ours)}


def middle_data(found: Middle) -> Data:
    """Return a ratio and its quartiles."""
    return {"ratio": round(found.median, 2), "low": round(found.low, 2), "high": round(found.high, 2)}


def _short(number: float) -> float:
    return float(f"{number:.4g}")


Ratios = Mapping[str, tuple[float, float]]
"""By place, job and side: ours over the raw driver by the clock, and by the processor's time."""


def ratios_of(results: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return the ratios that are compared from run to run."""
    places = results.get("sections", {}).get("layers", {}).get("places", {})
    return {
        f"{place} · {job} · {side}": (found["ours_over"]["ratio"], found["ours_over"]["busy"])
        for place, data in places.items()
        for job, outcome in data["jobs"].items()
        for side, found in outcome["sides"].items()
        if side.startswith("raw") and "ours_over" in found
    }


def regressions(found: Ratios, recorded: Ratios, margin: float = MARGIN) -> Iterator[str]:
    """Yield a sentence for each pair of ratios that are both more than ``margin`` times the recorded ones.

    A disk or a neighbour may move one of them; work that was added moves both. A new ratio is no regression.
    """
    for name, now in found.items():
        before = recorded.get(name)
        if before is not None and all(mine > margin * yours for mine, yours in zip(now, before, strict=True)):
            yield f"{name}: {now[0]:.2f} (processor {now[1]:.2f}), recorded {before[0]:.2f} (processor {before[1]:.2f})"


def best(one: Ratios, other: Ratios) -> dict[str, tuple[float, float]]:
    """Return the lower ratios of two runs."""
    return {
        name: (min(found[0], other.get(name, found)[0]), min(found[1], other.get(name, found)[1]))
        for name, found in one.items()
    }


def merged(before: Mapping[str, Any], found: Mapping[str, Any]) -> Data:
    """Return recorded sections with those found in their place; of a section with places, those that were not run stay."""
    sections = dict(before)
    for name, section in found.items():
        places = {**before.get(name, {}).get("places", {}), **section.get("places", {})}
        sections[name] = {**section, "places": places} if places else section
    return sections


def load(path: Path) -> Data:
    """Return the recorded results; none where nothing was recorded yet."""
    if not path.exists():
        return {"sections": {}}
    found: Data = json.loads(path.read_text(encoding="utf-8"))
    return found


def save(path: Path, results: Mapping[str, Any]) -> None:
    """Write results."""
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
