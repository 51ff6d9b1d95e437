"""The parts of the page, one for each section of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from benchmarks.harness.svg import OTHER, Bar, bars, lines
from benchmarks.page.tables import table

Data = Mapping[str, Any]
Pictures = dict[str, str]


@frozen
class Part:
    """A heading, and what is written below it; pictures are put aside by name."""

    title: str
    written: Callable[[Data, Pictures], Iterator[str]]


def _layers(data: Data, pictures: Pictures) -> Iterator[str]:
    for place, found in data["places"].items():
        yield f"### {place}"
        yield f"{found['rows']:,} records stored before; {found['note']}. A bulk appends {found['bulk']:,}."
        sides = list(dict.fromkeys(side for job in found["jobs"].values() for side in job["sides"]))
        yield table(["ms", *sides], _times(found["jobs"], sides))
        rows = [
            Bar(f"{job}, ÷ {side}", over["ratio"], over["low"], over["high"], None, OTHER)
            for job, outcome in found["jobs"].items()
            for side, over in _overs(outcome)
        ]
        name = f"layers-{place.replace(', ', '-').replace(' ', '-')}.svg"
        pictures[name] = bars(f"{place}: our time ÷ that of each other layer", rows)
        yield f"![Layers on {place}](speed/{name})"
        yield from _missing(found.get("missing", {}))
        for job, outcome in found["jobs"].items():
            yield from _missing({f"{side} ({job})": words for side, words in outcome["errors"].items()})


def _times(jobs: Data, sides: list[str]) -> Iterator[list[str]]:
    for job, outcome in jobs.items():
        yield [job, *(_time(outcome["sides"].get(side)) for side in sides)]


def _time(side: Data | None) -> str:
    if side is None:
        return ""
    over = side.get("ours_over")
    return f"{side['ms']:g}" if over is None else f"{side['ms']:g} (ours {over['ratio']:.2f}×)"


def _overs(outcome: Data) -> Iterator[tuple[str, Data]]:
    for name, side in outcome["sides"].items():
        if "ours_over" in side:
            yield name, side["ours_over"]


def _missing(errors: Data) -> Iterator[str]:
    for name, words in errors.items():
        yield f"Not measured: {name}: `{words}`"


def _peers(data: Data, pictures: Pictures) -> Iterator[str]:
    del pictures
    yield f"Note: {data['note']}."
    for place, found in data["places"].items():
        sides = list(dict.fromkeys(side for job in found["jobs"].values() for side in job["sides"]))
        yield table([f"{place}, ms", *sides], _times(found["jobs"], sides))
        yield from _missing(found["missing"])


def _domain(data: Data, pictures: Pictures) -> Iterator[str]:
    del pictures
    yield f"{data['note']}; each in a process of its own, whose highest resident memory stands beside the time."
    rows: list[list[str]] = []
    for name, job in data["jobs"].items():
        cells = [_done(found.get(name), job["unit"]) for found in data["sizes"].values()]
        if any(cells):
            rows.append([job["words"], *cells])
    yield table(["job", *(f"{int(size):,} records" for size in data["sizes"])], rows)
    copies = data["copies"]
    if copies:
        steps = [[name, _done(found, "entries")] for name, found in copies["steps"].items()]
        yield table([f"copy of {copies['records']:,} records with their history", "time and memory"], steps)


def _done(found: Data | None, unit: str) -> str:
    if found is None:
        return ""
    more = found["peak"] - found["start"]
    return f"{found['seconds']:.2f} s, {found['done']:,} {unit}, {found['peak']:.0f} MiB ({more:.0f} more than at its start)"


def _growth(data: Data, pictures: Pictures) -> Iterator[str]:
    sizes = [str(size) for size in data["sizes"]]
    yield f"What is asked for stays as large; the company around it grows. {data['note'].capitalize()}."
    for place, found in data["places"].items():
        rows = [[name, *(f"{each[size]['ms']:g}" if size in each else "" for size in sizes), _factor(each, sizes)]
                for name, each in found.items()]  # fmt: skip
        yield table([f"{place}, ms", *(f"{int(size):,}" for size in sizes), "growth"], rows)
        series = {
            name: [(float(size), side["ms"]) for size, side in each.items() if side["ms"] > 0]
            for name, each in found.items()
        }
        pictures[f"growth-{place}.svg"] = lines(f"{place}: questions as the records grow", series, "records", "ms")
        yield f"![Growth on {place}](speed/growth-{place}.svg)"


def _factor(each: Data, sizes: list[str]) -> str:
    first, last = sizes[0], sizes[-1]
    return f"{each[last]['ms'] / each[first]['ms']:.2f}×" if first in each and last in each else ""


def _concurrency(data: Data, pictures: Pictures) -> Iterator[str]:
    yield f"{data['note'][:1].upper()}{data['note'][1:]}."
    for place, found in data["places"].items():
        heads = ["companies, writers", "per second", "retries", "failed", "p50 ms", "p95 ms", "p99 ms"]
        keys = ("per_second", "retries", "failed", "p50", "p95", "p99")
        rows = [[name, *(each[key] for key in keys)] for name, each in found.items()]
        yield table([f"{place}: {heads[0]}", *heads[1:]], rows)
        series: dict[str, list[tuple[float, float]]] = {}
        for name, each in found.items():
            companies, writers = name.split()
            for key in ("p50", "p99"):
                series.setdefault(f"{companies}: {key}", []).append((float(writers), max(each[key], 0.01)))
        pictures[f"concurrency-{place}.svg"] = lines(f"{place}: latency of a save", series, "writers", "ms")
        yield f"![Concurrency on {place}](speed/concurrency-{place}.svg)"


def _startup(data: Data, pictures: Pictures) -> Iterator[str]:
    del pictures
    sides = data["jobs"]["start"]["sides"]
    idle = sides.get("python -c pass", {}).get("ms")
    rows = [
        [_named(name), f"{side['ms']:g}", f"{side['ms'] / idle:.1f}×" if idle else ""] for name, side in sides.items()
    ]
    yield f"{data['note'][:1].upper()}{data['note'][1:]}."
    yield table(["new process", "ms", "÷ `python -c pass`"], rows)


def _named(start: str) -> str:
    return "import handover_core.app" if start == "ours" else start


def _history(data: Data, pictures: Pictures) -> Iterator[str]:
    del pictures
    yield (
        "A store that forgets history, outbox and token does the same jobs beside ours, which keeps them; and one with"
        " keys does them beside one without, on employees, all of whose personal fields are sealed."
    )
    rows = [
        [place, *(_extra(found[what], job) for what in ("history", "sealing") for job in found[what])]
        for place, found in data["places"].items()
    ]
    jobs = [f"{job}, {what}" for found in list(data["places"].values())[:1] for what in found for job in found[what]]
    yield table(["ours ÷ without", *jobs], rows)


def _extra(jobs: Data, job: str) -> str:
    over = [side["ours_over"] for side in jobs[job]["sides"].values() if "ours_over" in side]
    return " ".join(
        f"{each['ratio']:.2f} [{each['low']:.2f}–{each['high']:.2f}] CPU {each['busy']:.2f}" for each in over
    )


GENERATED: dict[str, Part] = {
    "layers": Part("## Layers", _layers),
    "peers": Part("## Peers", _peers),
    "history": Part("## What the history costs", _history),
    "jobs": Part("## What a company does", _domain),
    "growth": Part("## Growth", _growth),
    "concurrency": Part("## Writers at once", _concurrency),
    "startup": Part("## Start-up", _startup),
}
"""By the names of the sections, in the order of the page."""
