"""Layers: the same jobs on the same aggregate through ours, the raw driver and the mappers, place by place."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from benchmarks.company import Sizes, person, records
from benchmarks.harness.results import OURS, Data, job_data
from benchmarks.harness.run import Run
from benchmarks.harness.timing import interleaved
from benchmarks.layers import filled
from benchmarks.layers.filled import Filled
from benchmarks.layers.jobs import JOBS, LONG, RAW, RAW_SAME, Material, times_of

FULL = {
    "sqlite": Sizes(rows=100_000, times=200, bulk=100_000, rounds=9, long_rounds=3),
    "sqlite without a disk": Sizes(rows=20_000, times=200, bulk=10_000, rounds=9, long_rounds=5),
    "postgresql": Sizes(rows=100_000, times=200, bulk=100_000, rounds=9, long_rounds=3),
    "mariadb": Sizes(rows=20_000, times=200, bulk=20_000, rounds=7, long_rounds=3),
    "mongodb": Sizes(rows=5_000, times=60, bulk=5_000, rounds=7, long_rounds=3),
}
SHORT = {
    "sqlite": Sizes(rows=2_000, times=40, bulk=2_000, rounds=5, long_rounds=5),
    "postgresql": Sizes(rows=2_000, times=40, bulk=2_000, rounds=5, long_rounds=5),
    "mongodb": Sizes(rows=500, times=12, bulk=500, rounds=5, long_rounds=3),
}
PEERS_ON = frozenset(("sqlite", "postgresql", "mongodb"))

NOTES = {
    "sqlite": "files on the disk of the checkout; WAL, synchronous = FULL, secure_delete on all sides",
    "sqlite without a disk": "files in memory (no disk is waited for): what the processor alone has to do",
    "postgresql": "a server of this machine, fsync on, REPEATABLE READ on all sides; bulks by COPY on ours and the raw side",
    "mariadb": "a server of this machine, innodb_flush_log_at_trx_commit = 1, REPEATABLE READ",
    "mongodb": (
        "SecantusDB, a stand-in that is slower than MongoDB, so the clock flatters ours;"
        " majority and journaled on all sides"
    ),
}


def measured(run: Run) -> Data:
    """Return the jobs of every place; a place that fails is recorded with its error, and the others go on."""
    places: Data = {}
    for name, sizes in (SHORT if run.short else FULL).items():
        if run.places and name not in run.places:
            continue
        with run.recording(f"layers, {name}"):
            run.say(f"layers: {name}, {sizes.rows:,} rows")
            places[name] = _place(run, name, sizes)
    return {"places": places}


def _place(run: Run, name: str, sizes: Sizes) -> Data:
    owner = person()
    material = Material(owner, records(owner.id, sizes.rows), sizes)
    jobs: Data = {}
    with opened(run, name, material) as sides:
        for job in JOBS:
            with run.recording(f"layers, {name}, {job}"):
                prepared = {side.name: side.jobs()[job] for side in sides.sides if job in side.jobs()}
                rounds = sizes.long_rounds if job in LONG else sizes.rounds
                mappers = {name for name in prepared if name not in {OURS, RAW, RAW_SAME}}
                found = interleaved(
                    prepared, rounds, warm=job not in LONG, once=mappers if job in LONG or run.short else ()
                )
                jobs[job] = job_data(found, times_of(job, sizes))
                run.say(_line(job, jobs[job]))
        for missing, why in sides.errors.items():
            run.say(f"  missing: {missing}: {why}")
    data: dict[str, Any] = {
        "rows": sizes.rows, "bulk": sizes.bulk, "times": sizes.times, "note": NOTES[name], "jobs": jobs,
        "missing": sides.errors,
    }  # fmt: skip
    return data


def opened(run: Run, name: str, material: Material, *, peers: bool = True) -> AbstractContextManager[Filled]:
    """Return the sides of a place, to be entered."""
    # A short run sees that each mapper works, on one place.
    peers = peers and name in PEERS_ON and not (run.short and name == "postgresql")
    if name.startswith("sqlite"):
        folder: Path = run.memory if "without" in name else run.folder
        return filled.sqlite(folder, material, peers=peers)
    if name == "mongodb":
        return filled.mongodb(material, peers=peers)
    return filled.server(name, material, peers=peers)


def _line(job: str, data: Data) -> str:
    over = [
        f"{side} {found['ours_over']['ratio']:.2f} ({found['ours_over']['low']:.2f}-{found['ours_over']['high']:.2f};"
        f" busy {found['ours_over']['busy']:.2f})"
        for side, found in data["sides"].items()
        if "ours_over" in found
    ]
    mine = data["sides"].get("ours", {}).get("ms", "-")
    return f"  {job:<34} ours {mine} ms; ÷ {' ÷ '.join(over)}{' ' + str(data['errors']) if data['errors'] else ''}"
