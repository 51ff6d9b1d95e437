"""All sides of one place, filled alike. A side that cannot be had is recorded with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from attrs import define, field
from pymongo import MongoClient

from benchmarks import places
from benchmarks.company import ACTOR, TENANT
from benchmarks.harness.timing import shown
from benchmarks.layers import databases, raw_mongo, raw_sql
from benchmarks.layers.jobs import Material, Side
from benchmarks.layers.odm import Beanie, MongoEngine
from benchmarks.layers.orm import Orm
from benchmarks.layers.orm_classes import sqlalchemy_classes, sqlmodel_classes
from benchmarks.layers.ours import BULKS, Ours
from benchmarks.layers.raw_mongo import RawMongo
from benchmarks.layers.raw_sql import Database, RawSql
from handover_core.records.kinds import WORK_RECORD
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore


@define
class Filled:
    """The sides that could be had, and why others could not."""

    sides: list[Side] = field(factory=list)
    errors: dict[str, str] = field(factory=dict)

    def attempt(self, name: str, make: Callable[[], Side]) -> None:
        """Add a side, or the reason why not."""
        try:
            self.sides.append(make())
        except Exception as error:  # noqa: BLE001 - recorded in the results, and told in the docs
            self.errors[name] = shown(error)

    def close(self) -> None:
        """Close all sides."""
        for side in self.sides:
            side.close()


def _samples(ours: Ours, material: Material) -> tuple[str, str]:
    """Let ours write one insert and one save; return the ids of what they wrote."""
    inserted, saved = material.fresh(2)
    for each in (inserted, saved):
        ours.units.run(BULKS, ACTOR, lambda unit, each=each: unit.repository(WORK_RECORD).add(each), "bench")
    ours.units.run(BULKS, ACTOR, lambda unit: unit.repository(WORK_RECORD).change(
        unit.repository(WORK_RECORD).get(saved.id), title="changed 0"), "bench")  # fmt: skip
    return inserted.id, saved.id


@contextmanager
def sqlite(folder: Path, material: Material, *, peers: bool) -> Iterator[Filled]:
    """Yield the sides on files in a folder."""

    def url() -> sa.URL:
        return sa.URL.create("sqlite", database=str(folder / f"{places.new_name()}.db"))

    with _filled_sql(url, lambda url: databases.sqlite(Path(str(url.database))), material, peers=peers) as filled:
        yield filled


@contextmanager
def server(name: str, material: Material, *, peers: bool) -> Iterator[Filled]:
    """Yield the sides on databases of a server, each on one of its own; raises `PlaceMissing`."""
    opened = databases.postgresql if name == "postgresql" else databases.mariadb
    with ExitStack() as stack, _filled_sql(
        lambda: stack.enter_context(places.database(name)), opened, material, peers=peers
    ) as filled:  # fmt: skip
        yield filled


@contextmanager
def _filled_sql(
    url: Callable[[], sa.URL], opened: Callable[[sa.URL], Database], material: Material, *, peers: bool
) -> Iterator[Filled]:
    filled = Filled()
    mine = url()
    store = SqlStore.from_url(places.text(mine))
    ours = Ours(store, material, store.close)
    filled.sides.append(ours)
    source = opened(mine)
    source.begin(False)  # noqa: FBT003 - the one argument of a port
    patterns = raw_sql.read_patterns(source.run, *_samples(ours, material))
    try:
        for whole in (False, True):
            filled.attempt(str(whole), lambda whole=whole: _raw(url(), opened, material, patterns, source, whole=whole))
        source.commit()
        if peers:
            for classes in (sqlalchemy_classes, sqlmodel_classes):
                filled.attempt(classes.__name__, lambda classes=classes: Orm(classes(), url(), material))
        yield filled
    finally:
        source.close()
        filled.close()


def _raw(
    url: sa.URL, opened: Callable[[sa.URL], Database], material: Material, patterns: Any, source: Database, *, whole: bool
) -> RawSql:  # fmt: skip
    store = SqlStore.from_url(places.text(url))
    store.schema.migrate()
    store.close()
    raw = RawSql(opened(url), material, patterns, whole=whole)
    raw.copy_from(source)
    return raw


@contextmanager
def mongodb(material: Material, *, peers: bool) -> Iterator[Filled]:
    """Yield the sides on databases of a server that speaks MongoDB's protocol; raises `PlaceMissing`."""
    url = places.mongodb()
    filled = Filled()
    with MongoClient[Any](url) as client:
        names = [places.new_name() for _ in range(5)]
        store = MongoStore(client, names[0])
        ours = Ours(store, material)
        filled.sides.append(ours)
        patterns = raw_mongo.read_patterns(client, names[0], *_samples(ours, material))
        for whole, name in ((False, names[1]), (True, names[2])):
            filled.attempt(
                name, lambda whole=whole, name=name: _raw_mongo(client, names[0], name, material, patterns, whole=whole)
            )
        if peers:
            filled.attempt("mongoengine", lambda: MongoEngine(url, names[3], material))
            filled.attempt("beanie", lambda: Beanie(url, names[4], material))
        try:
            yield filled
        finally:
            filled.close()  # the databases go with their server, which drops them far more slowly


def _raw_mongo(
    client: MongoClient[Any], source: str, name: str, material: Material, patterns: Any, *, whole: bool
) -> RawMongo:  # fmt: skip
    MongoStore(client, name).schema.migrate()
    for collection in ("ho_work_record", "ho_employee"):
        found: Sequence[Any] = list(client[source][collection].find({"tenant": TENANT}))
        for start in range(0, len(found), 1000):
            client[name][collection].insert_many(found[start : start + 1000])
    return RawMongo(client, name, material, patterns, whole=whole)
