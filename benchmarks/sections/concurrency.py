"""Concurrency: processes that load, change and save records of one company or of many, all at once."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import places
from benchmarks.company import ACTOR, person, records
from benchmarks.harness.results import Data
from benchmarks.harness.run import Run
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import UnitFactory
from handover_core_sql import SqlStore

ROOT = Path(__file__).parent.parent.parent
SHARED = 20
"""How many records the writers of one company choose from, so that they do meet."""
MOST = 16


def measured(run: Run) -> Data:
    """Return throughput, conflicts and latencies by place, company and number of writers."""
    found: Data = {}
    for name in ("sqlite", "postgresql", "mariadb"):
        if (run.places and name not in run.places) or (run.short and name == "mariadb"):
            continue
        with run.recording(f"concurrency, {name}"), ExitStack() as stack:
            run.say(f"concurrency: {name}")
            found[name] = _place(run, _url(run, name, stack))
    note = (
        f"each writer is a process; it chooses one of {SHARED} records of the company at random, loads, changes and"
        " saves it; one tenant: all in one company, many: each writer in its own"
    )
    return {"places": found, "note": note}


def _url(run: Run, name: str, stack: ExitStack) -> str:
    if name == "sqlite":
        url = sa.URL.create("sqlite", database=str(run.folder / f"{places.new_name()}.db"))
    else:
        url = stack.enter_context(places.database(name))
    return places.text(url)


def _place(run: Run, url: str) -> Data:
    ids = _filled(url)
    found: Data = {}
    for companies in ("one", "many"):
        for writers in (1, 2) if run.short else (1, 2, 4, 8, 16):
            tenants = ["t0"] * writers if companies == "one" else [f"t{number}" for number in range(writers)]
            came = _written(url, [(tenant, ids[tenant]) for tenant in tenants], 10 if run.short else 60)
            found[f"{companies} {writers}"] = came
            run.say(f"  {companies:<5}{writers:>3} writers: {came}")
    return found


def _filled(url: str) -> dict[str, list[str]]:
    store = SqlStore.from_url(url)
    store.schema.migrate()
    units = UnitFactory(store, KINDS)
    ids: dict[str, list[str]] = {}
    for number in range(MOST):
        tenant, owner = f"t{number}", person()
        made = records(owner.id, SHARED)
        units.run(tenant, ACTOR, lambda unit, owner=owner: unit.repository(EMPLOYEE).add(owner))
        units.append(tenant, ACTOR, WORK_RECORD, made, batch="bench")
        ids[tenant] = [each.id for each in made]
    store.close()
    return ids


def _written(url: str, shares: list[tuple[str, list[str]]], times: int) -> Data:
    """Start a writer for each share, let them begin together, and return what they came to."""
    command = (sys.executable, "-m", "benchmarks.sections.writer")
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in shares
    ]
    try:
        for number, (writer, (tenant, ids)) in enumerate(zip(writers, shares, strict=True)):
            _tell(writer, {"url": url, "tenant": tenant, "ids": ids, "times": times, "seed": number})
        for writer in writers:
            _heard(writer)
        for writer in writers:
            _tell(writer, "go")
        answers = [_heard(writer) for writer in writers]
    finally:
        for writer in writers:
            writer.communicate()
    return _summed(answers, times * len(shares))


def _tell(writer: Any, words: object) -> None:
    writer.stdin.write(json.dumps(words) + "\n")
    writer.stdin.flush()


def _heard(writer: Any) -> Any:
    line = writer.stdout.readline()
    if not line:
        raise RuntimeError(f"a writer ended with {writer.wait()}")
    return json.loads(line)


def _summed(answers: list[Data], wanted: int) -> Data:
    latencies = sorted(each for answer in answers for each in answer["latencies"])
    if len(latencies) != wanted:
        raise RuntimeError(f"{len(latencies)} of {wanted} writes are known")
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    took = max(answer["end"] for answer in answers) - min(answer["start"] for answer in answers)
    return {
        "per_second": round(wanted / took, 1), "retries": sum(answer["retries"] for answer in answers),
        "failed": sum(answer["failed"] for answer in answers),
        "p50": round(cuts[49] * 1e3, 2), "p95": round(cuts[94] * 1e3, 2), "p99": round(cuts[98] * 1e3, 2),
    }  # fmt: skip
