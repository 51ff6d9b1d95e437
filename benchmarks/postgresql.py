"""Ours against raw psycopg, side by side in one run: ``python benchmarks/postgresql.py [postgresql+psycopg://…]``.

Without an address it runs on a server that the tests' own package starts. Both sides use the same server, durability and
isolation; the raw side decodes the bodies it reads as JSON. The ratio of the medians is the figure.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from run import ACTOR, TENANT, record

from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import Eq, UnitFactory
from handover_core_sql import SqlStore

SIZE, ROUNDS, TIMES, BULK = 100_000, 7, 200, 5000
BARS = {
    "get in an open unit": 1.1, "get as its own unit": 1.2, "insert + commit, same rows": 1.15,
    "insert + commit, state only": 1.9, "filter of 1,000 rows": 2.7, "stream": 2.4,
    "bulk append with thin history, against COPY": 2.0,
}  # fmt: skip
SELECT = "SELECT id, version, format, changed_at, head, body FROM ho_work_record WHERE tenant = %s"
BEGIN = psycopg.IsolationLevel.REPEATABLE_READ


class Bench:
    """Both sides in one database."""

    def __init__(self, url: sa.URL) -> None:
        self.numbers = count()
        store = SqlStore(sa.create_engine(url))
        store.schema.migrate()
        self.units = UnitFactory(store, KINDS)
        person = Employee(id=new_id(), number="1", name="One")
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person))
        self.owner = person.id
        self.records = [record(self.owner, number) for number in range(SIZE)]
        self.units.append(TENANT, ACTOR, WORK_RECORD, self.records, batch="bench")
        self.raw = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
        self.raw.isolation_level = BEGIN
        self.cursor = self.raw.cursor()
        self.cursor.execute("ANALYZE")
        self.cursor.execute("SELECT * FROM ho_work_record LIMIT 1")
        assert self.cursor.description is not None
        self.names = ", ".join(column.name for column in self.cursor.description)
        self.pattern = self.cursor.fetchone() or ()
        self.raw.commit()

    # Ours

    def get_open(self) -> None:
        """Read aggregates in one unit."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            for each in self.records[:TIMES]:
                unit.repository(WORK_RECORD).get(each.id)

    def get_own(self) -> None:
        """Read aggregates, each in a unit of its own."""
        for each in self.records[:TIMES]:
            self.units.read(TENANT, ACTOR, lambda unit, id_=each.id: unit.repository(WORK_RECORD).get(id_))

    def insert(self) -> None:
        """Insert aggregates, each committed by itself."""
        for number in range(TIMES):
            new = record(self.owner, number)
            self.units.run(TENANT, ACTOR, lambda unit, new=new: unit.repository(WORK_RECORD).add(new), "bench")

    def filter(self) -> None:
        """Read the aggregates of an area."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            unit.repository(WORK_RECORD).list(Eq("area", "sales/area-7"), limit=1000)

    def stream(self) -> None:
        """Read everything."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            for _ in unit.repository(WORK_RECORD).stream():
                pass

    def bulk(self) -> None:
        """Append aggregates in one unit."""
        new = [record(self.owner, number) for number in range(BULK)]
        self.began = time.perf_counter()
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).add_many(new), "bench")

    # Raw

    def raw_get_open(self) -> None:
        """Read bodies in one transaction."""
        for each in self.records[:TIMES]:
            self._get(each.id)
        self.raw.commit()

    def raw_get_own(self) -> None:
        """Read bodies, each in a transaction of its own."""
        for each in self.records[:TIMES]:
            self._get(each.id)
            self.raw.commit()

    def _get(self, id_: str) -> None:
        (row,) = self.cursor.execute(f"{SELECT} AND id = %s", (TENANT, id_)).fetchall()
        json.loads(row[-1])

    def raw_insert(self, *, whole: bool) -> None:
        """Insert rows, each committed by itself; with ``whole`` also token, reference, change and outbox entry."""
        places = ", ".join(["%s"] * len(self.pattern))
        for _ in range(TIMES):
            id_ = new_id()
            if whole:
                self.cursor.execute("INSERT INTO ho_unit VALUES (%s, %s, 0)", ("raw", new_id()))
            self.cursor.execute(f"INSERT INTO ho_work_record VALUES ({places})", ("raw", id_, *self.pattern[2:]))
            if whole:
                self._log(id_)
            self.raw.commit()

    def _log(self, id_: str) -> None:
        held = "SELECT id FROM ho_employee WHERE tenant = %s AND id = ANY(%s) FOR SHARE"
        self.cursor.execute(held, (TENANT, [self.owner])).fetchall()
        entry = ("raw", "work_record", id_, 1, "insert", 1, 0, "bench", "bench", None, None, "0" * 64, self.pattern[-1])
        self.cursor.execute(f"INSERT INTO ho_change VALUES ({', '.join(['%s'] * len(entry))})", entry)
        event = ("raw", "work_record", id_, 1, "insert", 0, 0)
        self.cursor.execute(f"INSERT INTO ho_outbox VALUES ({', '.join(['%s'] * len(event))})", event)

    def raw_filter(self) -> None:
        """Read the bodies of an area."""
        chosen = f"{SELECT} AND area = 'sales/area-7' ORDER BY id LIMIT 1000"
        for row in self.cursor.execute(chosen, (TENANT,)).fetchall():
            json.loads(row[-1])
        self.raw.commit()

    def raw_stream(self) -> None:
        """Read every body with a cursor of the server."""
        with self.raw.cursor("everything") as cursor:
            cursor.itersize = 500
            for row in cursor.execute(f"{SELECT} ORDER BY id", (TENANT,)):
                json.loads(row[-1])
        self.raw.commit()

    def raw_bulk(self) -> None:
        """Append state rows with COPY."""
        rows = [("raw", new_id(), *self.pattern[2:]) for _ in range(BULK)]
        self.began = time.perf_counter()
        with self.cursor.copy(f"COPY ho_work_record ({self.names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self.raw.commit()

    def timed(self, job: Callable[[], None]) -> float:
        """Return the seconds that a job took; a job may say that it began later than it was called."""
        self.began = time.perf_counter()
        job()
        return time.perf_counter() - self.began


def measure(bench: Bench) -> list[dict[str, Any]]:
    """Run all jobs, ours and raw in turn, and return what they came to."""
    jobs = (
        (bench.get_open, bench.raw_get_open),
        (bench.get_own, bench.raw_get_own),
        (bench.insert, lambda: bench.raw_insert(whole=True)),
        (bench.insert, lambda: bench.raw_insert(whole=False)),
        (bench.filter, bench.raw_filter),
        (bench.stream, bench.raw_stream),
        (bench.bulk, bench.raw_bulk),
    )
    found = []
    for name, (ours, theirs) in zip(BARS, jobs, strict=True):
        pairs = [(bench.timed(ours), bench.timed(theirs)) for _ in range(ROUNDS)]
        one, other = (statistics.median(side) for side in zip(*pairs, strict=True))
        found.append(
            {"job": name, "ours_ms": round(one * 1e3, 2), "raw_ms": round(other * 1e3, 2),
             "ratio": round(one / other, 2), "bar": BARS[name]}
        )  # fmt: skip
    return found


def address() -> sa.URL:
    """Return the address that was given, or that of a server started here."""
    if len(sys.argv) > 1:
        return sa.make_url(sys.argv[1])
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from servers.postgres import daemon

    return sa.make_url(daemon().url)


def main() -> None:
    """Run and print."""
    for each in measure(Bench(address())):
        print(f"{each['job']:<46}{each['ratio']:>7}{each['bar']:>7}{each['ours_ms']:>10} ms{each['raw_ms']:>10} ms")


if __name__ == "__main__":
    main()
