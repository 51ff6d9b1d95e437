"""One writer of the section on concurrency, in a process of its own; it is told what to do on its standard input."""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

from benchmarks.company import ACTOR
from handover_core.errors import HandoverError
from handover_core.kinds import KINDS
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core_sql import SqlStore


def main() -> None:
    """Say when ready, write when told to go, and say what it came to."""
    given = json.loads(sys.stdin.readline())
    units = UnitFactory(SqlStore.from_url(given["url"]), KINDS)
    units.read(given["tenant"], ACTOR, lambda unit: unit.repository(WORK_RECORD).get(given["ids"][0]))
    _say("ready")
    sys.stdin.readline()
    _say(_written(units, given))


def _written(units: UnitFactory, given: dict[str, Any]) -> dict[str, Any]:
    chosen = random.Random(given["seed"])
    latencies: list[float] = []
    tries, failed = 0, 0
    start = time.time()
    for number in range(given["times"]):
        id_, title = chosen.choice(given["ids"]), f"changed by {given['seed']}: {number}"

        def change(unit: UnitOfWork, id_: str = id_, title: str = title) -> None:
            nonlocal tries
            tries += 1
            found = unit.repository(WORK_RECORD)
            found.change(found.get(id_), title=title)

        began = time.perf_counter()
        try:
            units.run(given["tenant"], ACTOR, change, "bench")
        except HandoverError:
            failed += 1
        latencies.append(time.perf_counter() - began)
    end = time.time()
    return {"latencies": latencies, "retries": tries - given["times"], "failed": failed, "start": start, "end": end}


def _say(words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
