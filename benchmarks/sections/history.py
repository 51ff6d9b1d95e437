"""What the history costs, with and without it, and what sealing costs; the same store does the rest of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any

from attrs import evolve, field, frozen
from pymongo import MongoClient

from benchmarks import places
from benchmarks.company import ACTOR, Sizes, person, records
from benchmarks.harness.results import Data, job_data
from benchmarks.harness.run import Run
from benchmarks.harness.timing import Prepare, interleaved
from benchmarks.layers.jobs import BULK, INSERT, SAVE, Material, times_of
from benchmarks.layers.ours import Ours
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, UnitFactory
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore

WITHOUT = "without history, outbox and token"
PLAIN = "not sealed"
FULL = {
    "sqlite": Sizes(rows=2_000, times=200, bulk=20_000, rounds=9, long_rounds=5),
    "sqlite, no disk": Sizes(rows=2_000, times=200, bulk=20_000, rounds=9, long_rounds=5),
    "postgresql": Sizes(rows=2_000, times=200, bulk=20_000, rounds=9, long_rounds=5),
    "mongodb": Sizes(rows=500, times=60, bulk=2_000, rounds=7, long_rounds=3),
}
SHORT = {"sqlite": Sizes(rows=200, times=20, bulk=500, rounds=3, long_rounds=3)}
PEOPLE = 1_000
"""How many employees the sealed bulk appends."""


class Forgetful:
    """A store that keeps no history, no outbox and no tokens: what ours would be without them."""

    def __init__(self, store: Driver) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def transaction(self, *, write: bool) -> Any:
        """Begin a transaction that forgets."""
        return _Forgetting(self._store.transaction(write=write))


class _Forgetting:
    def __init__(self, transaction: Any) -> None:
        self._transaction = transaction

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def claim(self, *_: Any) -> None:
        """Forget the token."""

    def append(self, *_: Any) -> None:
        """Forget the entries and events."""


@frozen
class Staff:
    """Employees stored one by one, changed, and in bulk, through one factory."""

    units: UnitFactory
    sizes: Sizes
    numbers: Iterator[int] = field(factory=lambda: count(1))

    def jobs(self) -> dict[str, Prepare]:
        """Return the jobs; each person has a number, a name, an address and a telephone."""
        return {INSERT: self._insert, SAVE: self._save, BULK: self._bulk}

    def _people(self, amount: int) -> list[Employee]:
        return [
            evolve(person(next(self.numbers)), email="someone@example.com", phone="13800001111") for _ in range(amount)
        ]

    def _add(self, people: list[Employee]) -> None:
        for each in people:
            self.units.run("staff", ACTOR, lambda unit, each=each: unit.repository(EMPLOYEE).add(each), "bench")

    def _insert(self) -> Callable[[], int]:
        people = self._people(self.sizes.times)

        def job() -> int:
            self._add(people)
            return len(people)

        return job

    def _save(self) -> Callable[[], int]:
        people = self._people(self.sizes.times)
        self._add(people)

        def job() -> int:
            for each in people:
                self.units.run("staff", ACTOR, lambda unit, id_=each.id: unit.repository(EMPLOYEE).change(
                    unit.repository(EMPLOYEE).get(id_), name="changed", phone="13900002222"), "bench")  # fmt: skip
            return len(people)

        return job

    def _bulk(self) -> Callable[[], int]:
        people = self._people(PEOPLE)

        def job() -> int:
            self.units.run("staff", ACTOR, lambda unit: unit.repository(EMPLOYEE).add_many(people), "bench")
            return len(people)

        return job


def measured(run: Run) -> Data:
    """Return the jobs of every place, with and without history, and with and without sealing."""
    found: Data = {}
    for name, sizes in (SHORT if run.short else FULL).items():
        if run.places and name not in run.places:
            continue
        with run.recording(f"history, {name}"):
            run.say(f"history: {name}")
            found[name] = _place(run, name, sizes)
    return {"places": found}


def _place(run: Run, name: str, sizes: Sizes) -> Data:
    owner = person()
    material = Material(owner, records(owner.id, sizes.rows), sizes)
    with ExitStack() as stack:
        stores = [stack.enter_context(_store(run, name)) for _ in range(4)]
        with_it, without = Ours(stores[0], material), Ours(Forgetful(stores[1]), material)
        folder = run.folder / places.new_name()
        folder.mkdir()
        ring = KeyRing(KeyTable.in_file(folder / "keys.db"), MasterKeys.from_file(folder / "master.key"))
        stack.callback(ring.close)
        for store in stores[2:]:
            store.schema.migrate()
        sealed, plain = (
            Staff(UnitFactory(store, KINDS, vault=vault), sizes)
            for store, vault in zip(stores[2:], (ring, None), strict=True)
        )
        return {
            "history": _compared(with_it.jobs(), WITHOUT, without.jobs(), sizes),
            "sealing": _compared(sealed.jobs(), PLAIN, plain.jobs(), sizes),
        }


def _compared(ours: Any, name: str, other: Any, sizes: Sizes) -> Data:
    jobs: Data = {}
    for job in (INSERT, SAVE, BULK):
        rounds = sizes.long_rounds if job == BULK else sizes.rounds
        jobs[job] = job_data(interleaved({"ours": ours[job], name: other[job]}, rounds), times_of(job, sizes))
    return jobs


@contextmanager
def _store(run: Run, name: str) -> Iterator[Any]:
    if name.startswith("sqlite"):
        folder = run.memory if "no disk" in name else run.folder
        store = SqlStore.from_url(f"sqlite:///{folder / places.new_name()}.db")
        yield store
        store.close()
    elif name == "mongodb":
        with MongoClient[Any](places.mongodb()) as client:
            yield MongoStore(client, places.new_name())
    else:
        with places.database(name) as url:
            server = SqlStore.from_url(places.text(url))
            yield server
            server.close()
