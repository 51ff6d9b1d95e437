"""Domain jobs: each once, in a process of its own, with its time and the highest memory of that process."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import places
from benchmarks.harness.results import Data
from benchmarks.harness.run import Run
from benchmarks.jobs.registry import JOBS

ROOT = Path(__file__).parent.parent.parent
COPIED = 10_000


def measured(run: Run) -> Data:
    """Return what each job came to, by size."""
    sizes = [2_000] if run.short else [10_000, 100_000] + ([1_000_000] if run.large else [])
    found: Data = {}
    for size in sizes:
        run.say(f"domain jobs: {size:,} records")
        found[str(size)] = _company(run, size)
    copies: Data = {}
    with run.recording("jobs, copy"):
        copies = _copies(run, 500 if run.short else COPIED)
    words = {name: {"words": job.words, "unit": job.unit} for name, job in JOBS.items()}
    return {"sizes": found, "copies": copies, "jobs": words, "note": "SQLite on the disk; one run each"}


def child(name: str, **at: Any) -> Data:
    """Run a job in a process of its own; raise `RuntimeError` with its last words where it fails."""
    given = {"folder": "", **{key: str(value) if key != "size" else value for key, value in at.items()}}
    command = (sys.executable, "-m", "benchmarks.jobs.child", name, json.dumps(given))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip().splitlines()[-1:]}")
    found: Data = json.loads(done.stdout.splitlines()[-1])
    return found


def _company(run: Run, size: int) -> Data:
    folder = run.folder / f"company-{size}"
    folder.mkdir()
    url, target = (f"sqlite:///{folder / name}.db" for name in ("company", "imported"))
    found: Data = {}
    for name in JOBS:
        if name == "copy":
            continue
        with run.recording(f"jobs, {name} of {size}"):
            found[name] = child(name, store=url, target=target, folder=folder, size=size)
            run.say(
                f"  {name:<10} {found[name]['seconds']:8.2f} s, {found[name]['done']:>8,}, {found[name]['peak']:.0f} MiB"
            )
    return found


def _copies(run: Run, size: int) -> Data:
    """Copy from SQLite to PostgreSQL, from there to MongoDB, and from there to SQLite."""
    found: Data = {}
    with ExitStack() as stack:
        start, end = (f"sqlite:///{run.folder / name}.db" for name in ("copied", "returned"))
        child("fill", store=start, size=size)
        postgresql = places.text(stack.enter_context(places.database("postgresql")))
        mongodb = f"{places.mongodb()}/{places.new_name()}"
        steps = {
            "SQLite → PostgreSQL": (start, postgresql),
            "PostgreSQL → MongoDB": (postgresql, mongodb),
            "MongoDB → SQLite": (mongodb, end),
        }
        for name, (store, target) in steps.items():
            found[name] = child("copy", store=store, target=target, size=size)
            run.say(
                f"  copy {name}: {found[name]['seconds']:.2f} s, {found[name]['done']:,}, {found[name]['peak']:.0f} MiB"
            )
    return {"records": size, "steps": found}
