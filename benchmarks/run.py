"""Ours against the raw driver, side by side in one run: ``make bench``.

Each job runs in rounds, ours and raw in turn on files of their own with the same durability; medians are compared, and
the ratio is the figure. Writes benchmarks/results.json and prints a table. ``--short`` runs a small version.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

import raw

from handover_core.actor import Actor
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Eq, UnitFactory
from handover_core_sql import SqlStore

ACTOR, TENANT = Actor("bench"), "t"
BARS = {
    "get in an open unit": 1.6, "get as its own unit": 4.0, "insert + commit, same rows": 1.25,
    "insert + commit, state only": 1.8, "save + commit, same rows": 1.25, "save + commit, state only": 1.8,
    "bulk append with thin history": 2.2, "filter of 1,000 rows": 3.0, "stream": 4.3,
}  # fmt: skip


def record(owner: str, number: int) -> WorkRecord:
    """Return a work record like those that companies have."""
    return WorkRecord(
        id=new_id(), kind="task", title=f"Offer number {number} to a customer", owner_id=owner, author_id=owner,
        opened_on=date(2026, 1, 5), due_on=date(2026, 3, 1), counterparty="Acme", area=f"sales/area-{number % 100}",
        body="What was agreed on the telephone, and what still has to be done about it.",
    )  # fmt: skip


class Bench:
    """Both sides on files of their own, filled alike."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self.numbers = count()
        store = SqlStore.from_url(f"sqlite:///{folder / 'ours.db'}")
        store.schema.migrate()
        self.units = UnitFactory(store, KINDS)
        person = Employee(id=new_id(), number="1", name="One")
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person))
        self.owner = person.id
        self.records = [record(self.owner, number) for number in range(size)]
        for start in range(0, size, 1000):
            part = self.records[start : start + 1000]
            self.units.run(TENANT, ACTOR, lambda unit, part=part: unit.repository(WORK_RECORD).add_many(part))
        rawstore = SqlStore.from_url(f"sqlite:///{folder / 'raw.db'}")
        rawstore.schema.migrate()
        rawstore.close()
        self.raw = raw.connect(folder / "raw.db")
        self.rows = self._rows(folder)
        self._insert_all(self.rows)
        self.versions = dict.fromkeys((row[1] for row in self.rows), 1)

    def _rows(self, folder: Path) -> list[tuple[object, ...]]:
        with sqlite3.connect(folder / "ours.db") as source:
            found = source.execute("SELECT * FROM ho_work_record").fetchall()
        return [("raw", *row[1:]) for row in found]

    def _insert_all(self, rows: list[tuple[object, ...]]) -> None:
        self.raw.execute("BEGIN IMMEDIATE")
        self.raw.executemany(raw.ROW.format(",".join("?" * len(rows[0]))), rows)
        self.raw.execute("COMMIT")

    # Ours

    def get_open(self) -> None:
        """Read a thousand aggregates in one unit."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            repository = unit.repository(WORK_RECORD)
            for each in self.records[:1000]:
                repository.get(each.id)

    def get_own(self) -> None:
        """Read a hundred aggregates, each in a unit of its own."""
        for each in self.records[:100]:
            self.units.read(TENANT, ACTOR, lambda unit, id_=each.id: unit.repository(WORK_RECORD).get(id_))

    def insert(self) -> None:
        """Insert a hundred aggregates, each committed by itself."""
        for number in range(100):
            new = record(self.owner, number)
            self.units.run(TENANT, ACTOR, lambda unit, new=new: unit.repository(WORK_RECORD).add(new), "bench")

    def save(self) -> None:
        """Load and change a hundred aggregates, each committed by itself."""
        for each in self.records[:100]:
            title = f"changed {next(self.numbers)}"
            self.units.run(TENANT, ACTOR, lambda unit, id_=each.id, title=title: unit.repository(WORK_RECORD).change(
                unit.repository(WORK_RECORD).get(id_), title=title), "bench")  # fmt: skip

    def bulk(self) -> None:
        """Append five thousand aggregates in one unit."""
        new = [record(self.owner, number) for number in range(5000)]
        self.began = time.perf_counter()
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).add_many(new), "bench")

    def filter(self) -> None:
        """Read the aggregates of an area; a hundredth of all."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            unit.repository(WORK_RECORD).list(Eq("area", "sales/area-7"), limit=1000)

    def stream(self) -> None:
        """Read everything."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            for _ in unit.repository(WORK_RECORD).stream():
                pass

    # Raw

    _SELECT = "SELECT id, version, format, changed_at, head, body FROM ho_work_record WHERE tenant = 'raw'"

    def raw_get_open(self) -> None:
        """Read a thousand bodies in one transaction, decoded as JSON."""
        self.raw.execute("BEGIN")
        for row in self.rows[:1000]:
            json.loads(self.raw.execute(f"{self._SELECT} AND id = ?", (row[1],)).fetchone()[-1])
        self.raw.execute("COMMIT")

    def raw_get_own(self) -> None:
        """Read a hundred bodies, each in a transaction of its own."""
        for row in self.rows[:100]:
            self.raw.execute("BEGIN")
            json.loads(self.raw.execute(f"{self._SELECT} AND id = ?", (row[1],)).fetchone()[-1])
            self.raw.execute("COMMIT")

    def raw_insert(self, *, whole: bool) -> None:
        """Insert a hundred rows, each committed by itself."""
        for row in self.rows[:100]:
            raw.insert(self.raw, ("raw", new_id(), *row[2:]), whole=whole, number=next(self.numbers))

    def raw_save(self, *, whole: bool) -> None:
        """Read and change a hundred rows, each committed by itself."""
        for row in self.rows[:100]:
            id_, body = str(row[1]), str(row[-1])
            raw.save(self.raw, id_, body, whole=whole, number=next(self.numbers), version=self.versions[id_])
            self.versions[id_] += 1

    def raw_bulk(self) -> None:
        """Append five thousand state rows with executemany."""
        pattern = self.rows[0][2:]
        rows = [("raw", new_id(), *pattern) for _ in range(5000)]
        self.began = time.perf_counter()
        self._insert_all(rows)

    def raw_filter(self) -> None:
        """Read and decode the bodies of an area."""
        for row in self.raw.execute(f"{self._SELECT} AND area = 'sales/area-7' ORDER BY id LIMIT 1000").fetchall():
            json.loads(row[-1])

    def raw_stream(self) -> None:
        """Read and decode every body."""
        for row in self.raw.execute(f"{self._SELECT} ORDER BY id"):
            json.loads(row[-1])

    def timed(self, job: Callable[[], None]) -> float:
        """Return the seconds that a job took; a job may say that it began later than it was called."""
        self.began = time.perf_counter()
        job()
        return time.perf_counter() - self.began


def measure(bench: Bench, rounds: int) -> list[dict[str, object]]:
    """Run all jobs, ours and raw in turn, and return what they came to."""
    jobs: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "get in an open unit": (bench.get_open, bench.raw_get_open),
        "get as its own unit": (bench.get_own, bench.raw_get_own),
        "filter of 1,000 rows": (bench.filter, bench.raw_filter),
        "stream": (bench.stream, bench.raw_stream),
        "insert + commit, same rows": (bench.insert, lambda: bench.raw_insert(whole=True)),
        "insert + commit, state only": (bench.insert, lambda: bench.raw_insert(whole=False)),
        "save + commit, same rows": (bench.save, lambda: bench.raw_save(whole=True)),
        "save + commit, state only": (bench.save, lambda: bench.raw_save(whole=False)),
        "bulk append with thin history": (bench.bulk, bench.raw_bulk),
    }
    found: list[dict[str, object]] = []
    for name, (ours, theirs) in jobs.items():
        pairs = [(bench.timed(ours), bench.timed(theirs)) for _ in range(rounds)]
        one, other = (statistics.median(side) for side in zip(*pairs, strict=True))
        spread = [mine / yours for mine, yours in pairs]
        found.append(
            {"job": name, "ours_ms": round(one * 1e3, 2), "raw_ms": round(other * 1e3, 2), "ratio": round(one / other, 2),
             "least": round(min(spread), 2), "most": round(max(spread), 2), "bar": BARS[name]}
        )  # fmt: skip
    return found


def main() -> None:
    """Run, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a small version, to see that it works")
    short = parser.parse_args().short
    size, rounds = (2_000, 2) if short else (100_000, 7)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Bench(Path(folder), size), rounds)
    print(f"{'SQLite, ours ÷ raw sqlite3':<32}{'ratio':>7}{'spread':>14}{'bar':>7}{'ours ms':>10}{'raw ms':>10}")
    for each in found:
        spread = f"{each['least']}-{each['most']}"
        print(
            f"{each['job']:<32}{each['ratio']:>7}{spread:>14}{each['bar']:>7}{each['ours_ms']:>10}{each['raw_ms']:>10}"
        )
    if not short:
        machine = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "machine": platform.machine()}
        results = {"backend": "sqlite", "rows": size, "rounds": rounds, "machine": machine, "results": found}
        Path(__file__).with_name("results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
