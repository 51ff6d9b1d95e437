"""Peers: creating, loading and changing one versioned aggregate, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from importlib import import_module
from itertools import count
from typing import Any

import sqlalchemy as sa

from benchmarks import places
from benchmarks.harness.results import Data, job_data
from benchmarks.harness.run import Run
from benchmarks.harness.timing import Prepare, interleaved, shown

CREATE, LOAD, UPDATE = "create", "load", "load and update"
MAKERS = {
    "ours": ("benchmarks.peers.with_ours", "Ours"),
    "eventsourcing": ("benchmarks.peers.with_eventsourcing", "EventSourcing"),
    "protean": ("benchmarks.peers.with_protean", "Protean"),
}
VALUES: dict[str, Any] = {
    "kind": "task", "title": "Offer to a customer", "owner_id": "somebody", "author_id": "somebody",
    "opened_on": date(2026, 1, 5), "due_on": date(2026, 3, 1), "counterparty": "Acme", "area": "sales/area-7",
    "body": "What was agreed on the telephone, and what still has to be done about it.",
}  # fmt: skip
NOTE = (
    "each with its own way of storing: ours the state, its history, the outbox and a token; eventsourcing the events;"
    " protean the state with its version. WAL and synchronous = FULL on all of SQLite"
)


def measured(run: Run) -> Data:
    """Return the jobs of both places."""
    found: Data = {}
    for name in ("sqlite", "postgresql"):
        if run.places and name not in run.places:
            continue
        with run.recording(f"peers, {name}"):
            run.say(f"peers: {name}")
            found[name] = _place(run, name)
    return {"places": found, "note": NOTE}


def _place(run: Run, name: str) -> Data:
    times, rounds = (20, 3) if run.short else (100, 7)
    sides: dict[str, Any] = {}
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        for peer, (module, maker) in MAKERS.items():
            try:
                url = _url(run, name, stack)
                sides[peer] = getattr(import_module(module), maker)(url)
            except Exception as error:  # noqa: BLE001 - recorded in the results, and told in the docs
                missing[peer] = shown(error)
                run.say(f"  missing: {peer}: {missing[peer]}")
                continue
            stack.callback(sides[peer].close)
        stored = {peer: [side.create(dict(VALUES)) for _ in range(times)] for peer, side in sides.items()}
        jobs: Data = {}
        for job, prepare in ((CREATE, _creating), (LOAD, _loading), (UPDATE, _updating)):
            prepared = {peer: prepare(side, stored[peer]) for peer, side in sides.items()}
            jobs[job] = job_data(interleaved(prepared, rounds), times)
            run.say(f"  {job}: " + ", ".join(f"{peer} {side['ms']} ms" for peer, side in jobs[job]["sides"].items()))
    return {"jobs": jobs, "missing": missing, "times": times}


def _url(run: Run, name: str, stack: ExitStack) -> sa.URL:
    if name == "sqlite":
        return sa.URL.create("sqlite", database=str(run.folder / f"{places.new_name()}.db"))
    return stack.enter_context(places.database(name))


def _creating(side: Any, ids: list[Any]) -> Prepare:
    def job() -> int:
        for _ in ids:
            side.create(dict(VALUES))
        return len(ids)

    return lambda: job


def _loading(side: Any, ids: list[Any]) -> Prepare:
    def job() -> int:
        for id_ in ids:
            side.load(id_)
        return len(ids)

    return lambda: job


_NUMBERS = count()


def _updating(side: Any, ids: list[Any]) -> Prepare:
    def made() -> Callable[[], int]:
        title = f"changed {next(_NUMBERS)}"

        def job() -> int:
            for id_ in ids:
                side.update(id_, title)
            return len(ids)

        return job

    return made
