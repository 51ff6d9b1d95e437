"""Growth: the same questions to a company as its records grow; what is asked for stays as large as it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import sqlalchemy as sa

from benchmarks import places
from benchmarks.company import record
from benchmarks.harness.results import Data, side_data
from benchmarks.harness.run import Run
from benchmarks.harness.timing import Sample, timed
from benchmarks.jobs.questions import QUESTIONS, Asked
from handover_core.actor import SYSTEM
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core_sql import SqlStore
from worlds import TENANT, World

OF_THE_CASE = 50
"""How many records the one who leaves has."""
PER_PERSON = 100
"""How many records each other person has: a larger company has more people."""
PER_AREA = 100


def measured(run: Run) -> Data:
    """Return the milliseconds of each question by size, on SQLite and PostgreSQL."""
    sizes = [500, 1_500] if run.short else [10_000, 100_000] + ([1_000_000] if run.large else [])
    found: Data = {}
    for name in ("sqlite", "postgresql"):
        if run.places and name not in run.places:
            continue
        with run.recording(f"growth, {name}"), ExitStack() as stack:
            run.say(f"growth: {name}")
            url = _url(run, name, stack)
            found[name] = _grown(run, url, sizes)
    return {"places": found, "sizes": sizes, "note": "a warm cache; the median of the rounds"}


def _url(run: Run, name: str, stack: ExitStack) -> sa.URL:
    if name == "sqlite":
        return sa.URL.create("sqlite", database=str(run.folder / f"{places.new_name()}.db"))
    return stack.enter_context(places.database(name))


def _grown(run: Run, url: sa.URL, sizes: list[int]) -> Data:
    store = SqlStore.from_url(places.text(url))
    store.schema.migrate()
    world = World(store)
    giver = world.id("0017")
    mine = [record(giver, number, 1) for number in range(OF_THE_CASE)]
    world.core.units.append(TENANT, SYSTEM, WORK_RECORD, mine, batch="giver")
    world.leave()
    (case,) = world.system.handover.of_giver(giver)
    found: Data = {name: {} for name in QUESTIONS}
    stored = 0
    for size in sizes:
        last = _append(world, stored, size)
        stored = size
        _analysed(url)
        asked = Asked(world.core, case, last)
        for name, question in QUESTIONS.items():
            with run.recording(f"growth, {url.get_backend_name()}, {name}"):
                found[name][str(size)] = side_data(_asked(question, asked, 3 if run.short else 9), 1)
        run.say(f"  {size:,}: " + ", ".join(f"{name} {each[str(size)]['ms']} ms" for name, each in found.items()))
    store.close()
    return found


def _append(world: World, start: int, end: int) -> WorkRecord:
    units = world.core.units
    people = [f"g{number}" for number in range(start // PER_PERSON, end // PER_PERSON)]
    units.append(
        TENANT, SYSTEM, EMPLOYEE, [Employee(id=id_, number=f"G{id_[1:]:>06}", name=id_) for id_ in people],
        batch=f"people {end}",
    )  # fmt: skip
    areas = max(1, end // PER_AREA)
    new = [record(people[number % len(people)], start + number, areas) for number in range(end - start)]
    units.append(TENANT, SYSTEM, WORK_RECORD, new, batch=f"records {end}")
    by_area = sorted(new, key=lambda each: (each.area or "", each.id))
    return by_area[len(by_area) * 9 // 10]


def _analysed(url: sa.URL) -> None:
    """Let PostgreSQL know its tables, which it does by itself after a while."""
    if url.get_backend_name() != "postgresql":
        return
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _asked(question: Callable[[Asked], object], asked: Asked, rounds: int) -> list[Sample]:
    def job() -> int:
        question(asked)
        return 1

    timed(lambda: job)
    return [timed(lambda: job)[0] for _ in range(rounds)]
