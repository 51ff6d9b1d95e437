"""Ours against pymongo, side by side in one run: ``python benchmarks/mongo.py [mongodb://HOST/DATABASE]``.

Without an address it runs on the tests' stand-in, whose server is far slower than MongoDB: the ratio of the wall clock
then flatters, so the ratio of the processor time of the client, in which no server has a part, stands beside it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from bson import Int64
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from handover_core.actor import Actor
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Eq, UnitFactory
from handover_core_mongo import MongoStore

ACTOR, TENANT = Actor("bench"), "t"
SIZE, ROUNDS, TIMES = 2_000, 7, 100
SNAPSHOT, DURABLE = ReadConcern("snapshot"), WriteConcern("majority", j=True)
READ = {"_id": 0, "id": 1, "version": 1, "format": 1, "changed_at": 1, "head": 1, "body": 1}
BARS = {
    "get in an open unit": 1.1, "get as its own unit": 1.1, "insert + commit, same rows": 1.1,
    "insert + commit, state only": 1.6, "filter of 20 rows": 1.1, "stream": 1.2, "bulk append with thin history": 1.6,
}  # fmt: skip


def record(owner: str, number: int) -> WorkRecord:
    """Return a work record like those that companies have."""
    return WorkRecord(
        id=new_id(), kind="task", title=f"Offer number {number} to a customer", owner_id=owner, author_id=owner,
        opened_on=date(2026, 1, 5), due_on=date(2026, 3, 1), counterparty="Acme", area=f"sales/area-{number % 100}",
        body="What was agreed on the telephone, and what still has to be done about it.",
    )  # fmt: skip


class Bench:
    """Both sides in one database, filled alike."""

    def __init__(self, client: MongoClient[Any], database: str) -> None:
        self.client = client
        self.numbers = count()
        store = MongoStore(client, database)
        store.schema.migrate()
        self.units = UnitFactory(store, KINDS)
        person = Employee(id=new_id(), number="1", name="One")
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person))
        self.owner = person.id
        self.records = [record(self.owner, number) for number in range(SIZE)]
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).add_many(self.records))
        self.state, self.change, self.outbox, self.unit = (
            client[database][f"ho_{name}"] for name in ("work_record", "change", "outbox", "unit")
        )
        self.pattern = self.state.find_one({"tenant": TENANT})
        self.keys = [f"{TENANT}\0{each.id}" for each in self.records]

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
            unit.repository(WORK_RECORD).list(Eq("area", "sales/area-7"), limit=20)

    def stream(self) -> None:
        """Read everything."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            for _ in unit.repository(WORK_RECORD).stream():
                pass

    def bulk(self) -> None:
        """Append a thousand aggregates in one unit."""
        new = [record(self.owner, number) for number in range(1000)]
        self.units.run(TENANT, ACTOR, lambda unit: unit.repository(WORK_RECORD).add_many(new), "bench")

    # Raw

    def begun(self) -> ClientSession:
        """Return a session with a transaction like ours."""
        session = self.client.start_session(causal_consistency=False)
        session.start_transaction(SNAPSHOT, DURABLE)
        return session

    def raw_get_open(self) -> None:
        """Read documents in one transaction, bodies decoded as JSON."""
        with self.begun() as session:
            for each in self.keys[:TIMES]:
                json.loads(self.state.find_one({"_id": each}, READ, session=session)["body"])

    def raw_get_own(self) -> None:
        """Read documents, each in a transaction of its own."""
        for each in self.keys[:TIMES]:
            with self.begun() as session:
                json.loads(self.state.find_one({"_id": each}, READ, session=session)["body"])

    def raw_insert(self, *, whole: bool) -> None:
        """Insert documents, each committed by itself; with ``whole`` also token, guard, change and outbox entry."""
        for _ in range(TIMES):
            id_ = new_id()
            with self.begun() as session:
                if whole:
                    token = new_id()
                    self.unit.insert_one(
                        {"_id": f"{TENANT}\0{token}", "tenant": TENANT, "token": token, "at": Int64(0)}, session=session
                    )
                self.state.insert_one(self.copy(id_), session=session)
                if whole:
                    self.log(id_, session)
                session.commit_transaction()

    def log(self, id_: str, session: ClientSession) -> None:
        """Write what stands beside the state."""
        self.client[self.state.database.name]["ho_employee"].update_many(
            {"_id": {"$in": [f"{TENANT}\0{self.owner}"]}}, {"$inc": {"guard": Int64(1)}}, session=session
        )
        stream = {
            "_id": f"{TENANT}\0work_record\0{id_}\0{1:019d}", "tenant": TENANT, "kind": "work_record", "id": id_,
            "version": Int64(1),
        }  # fmt: skip
        entry = {
            **stream, "operation": "insert", "format": Int64(1), "at": Int64(0), "actor": "bench", "command": "bench",
            "reason": None, "batch": None, "head": "0" * 64, "body": self.pattern["body"],
        }  # fmt: skip
        self.change.insert_many([entry], session=session)
        self.outbox.insert_many([{**stream, "type": "insert", "at": Int64(0), "lane": Int64(0)}], session=session)

    def copy(self, id_: str) -> dict[str, Any]:
        """Return a document of state under another id."""
        return {**self.pattern, "_id": f"{TENANT}\0{id_}", "id": id_}

    def raw_filter(self) -> None:
        """Read and decode the bodies of an area."""
        with self.begun() as session:
            where = {"tenant": TENANT, "area": "sales/area-7"}
            for each in self.state.find(where, READ, sort=[("_id", 1)], limit=20, session=session):
                json.loads(each["body"])

    def raw_stream(self) -> None:
        """Read and decode every body."""
        with self.begun() as session:
            for each in self.state.find({"tenant": TENANT}, READ, sort=[("_id", 1)], batch_size=500, session=session):
                json.loads(each["body"])

    def raw_bulk(self) -> None:
        """Append a thousand documents of state."""
        with self.begun() as session:
            self.state.insert_many([self.copy(new_id()) for _ in range(1000)], session=session)
            session.commit_transaction()


def timed(job: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that a job took, and those in which this process was busy."""
    wall, busy = time.perf_counter(), time.process_time()
    job()
    return time.perf_counter() - wall, time.process_time() - busy


def measure(bench: Bench) -> None:
    """Run all jobs, ours and raw in turn, and print what they came to."""
    jobs: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "get in an open unit": (bench.get_open, bench.raw_get_open),
        "get as its own unit": (bench.get_own, bench.raw_get_own),
        "filter of 20 rows": (bench.filter, bench.raw_filter),
        "stream": (bench.stream, bench.raw_stream),
        "insert + commit, same rows": (bench.insert, lambda: bench.raw_insert(whole=True)),
        "insert + commit, state only": (bench.insert, lambda: bench.raw_insert(whole=False)),
        "bulk append with thin history": (bench.bulk, bench.raw_bulk),
    }
    print(f"{'MongoDB, ours ÷ pymongo':<32}{'wall':>7}{'client':>8}{'bar':>6}{'ours ms':>10}{'raw ms':>10}")
    for name, (ours, theirs) in jobs.items():
        pairs = [(*timed(ours), *timed(theirs)) for _ in range(ROUNDS)]
        wall, busy, raw_wall, raw_busy = (statistics.median(side) * 1e3 for side in zip(*pairs, strict=True))
        print(f"{name:<32}{wall / raw_wall:>7.2f}{busy / raw_busy:>8.2f}{BARS[name]:>6}{wall:>10.1f}{raw_wall:>10.1f}")


def main(url: str | None) -> None:
    """Run on the server named, else on one of the tests'."""
    if url is not None:
        with MongoClient[Any](url) as client:
            measure(Bench(client, client.get_default_database().name))
        return
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from servers import mongo

    databases = mongo.stores()
    measure(Bench(databases.client, databases.blank()))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
