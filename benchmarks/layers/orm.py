"""The same record as people map it with an ORM: columns, two tables of its parts, a version counter, no history.

Both mappers come with the same tables and the same sessions; what differs is the classes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.orm import Session

from benchmarks.company import AREA, FILTERED
from benchmarks.harness.timing import Prepare
from benchmarks.layers.databases import PRAGMAS
from benchmarks.layers.jobs import (
    BULK,
    FILTER,
    GET_OPEN,
    GET_OWN,
    INSERT,
    PAGE,
    PAGE_SIZE,
    SAVE,
    STREAM,
    Material,
)
from handover_core.records.model import WorkRecord

CHUNK = 1000


@frozen
class Mapped:
    """Mapped classes: how they are called, the record's class, and what makes an instance of a record."""

    name: str
    record: Any
    metadata: sa.MetaData
    make: Callable[[WorkRecord], Any]


def values_of(record: WorkRecord) -> dict[str, Any]:
    """Return a record's own columns."""
    names = (
        "id", "kind", "title", "body", "owner_id", "author_id", "position_id", "project_id", "opened_on", "due_on",
        "closed_on", "counterparty", "run_id", "area",
    )  # fmt: skip
    found = {name: getattr(record, name) for name in names}
    return {**found, "status": record.status.value, "priority": record.priority.value, "custom": dict(record.custom)}


def engine_of(url: sa.URL) -> sa.Engine:
    """Return an engine as durable as ours; on SQLite a writing session takes the write lock first, as ours does."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, isolation_level="REPEATABLE READ")
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class Orm:
    """A mapper on one database of its own."""

    def __init__(self, mapped: Mapped, url: sa.URL, material: Material) -> None:
        self.name = mapped.name
        self.material = material
        self._mapped = mapped
        self._numbers = count()
        self._engine = engine_of(url)
        self._writing = self._engine.execution_options(write=True)
        mapped.metadata.create_all(self._engine)
        self._append(material.stored)

    def close(self) -> None:
        """See `Side.close`."""
        self._engine.dispose()

    def jobs(self) -> Mapping[str, Prepare]:
        """See `Side.jobs`."""
        return {
            GET_OPEN: self._get_open, GET_OWN: self._get_own, FILTER: self._filter, PAGE: self._page,
            STREAM: self._stream, INSERT: self._insert, SAVE: self._save, BULK: self._bulk,
        }  # fmt: skip

    def _append(self, records: Sequence[WorkRecord]) -> int:
        for start in range(0, len(records), CHUNK):
            with Session(self._writing) as session:
                session.add_all([self._mapped.make(each) for each in records[start : start + CHUNK]])
                session.commit()
        return len(records)

    def _get_open(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]

        def job() -> int:
            with Session(self._engine) as session:
                for id_ in ids:
                    session.get_one(self._mapped.record, id_)
            return len(ids)

        return job

    def _get_own(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]

        def job() -> int:
            for id_ in ids:
                with Session(self._engine) as session:
                    session.get_one(self._mapped.record, id_)
            return len(ids)

        return job

    def _filter(self) -> Callable[[], int]:
        record = self._mapped.record
        chosen = sa.select(record).where(record.area == AREA).order_by(record.id).limit(FILTERED)

        def job() -> int:
            with Session(self._engine) as session:
                return len(session.scalars(chosen).all())

        return job

    def _page(self) -> Callable[[], int]:
        record, deep = self._mapped.record, self.material.deep
        later = sa.or_(record.area > deep.area, sa.and_(record.area == deep.area, record.id > deep.id))
        chosen = sa.select(record).where(record.area >= deep.area, later).order_by(record.area, record.id)

        def job() -> int:
            seen = 0
            for _ in range(self.material.pages):
                with Session(self._engine) as session:
                    seen += len(session.scalars(chosen.limit(PAGE_SIZE)).all())
            return seen

        return job

    def _stream(self) -> Callable[[], int]:
        def rows() -> Iterator[Any]:
            record = self._mapped.record
            with Session(self._engine) as session:
                yield from session.scalars(sa.select(record).order_by(record.id).execution_options(yield_per=500))

        def job() -> int:
            found = rows()
            deque(found, maxlen=0)
            return len(self.material.stored)

        return job

    def _insert(self) -> Callable[[], int]:
        new = self.material.fresh(self.material.sizes.times)

        def job() -> int:
            for each in new:
                with Session(self._writing) as session:
                    session.add(self._mapped.make(each))
                    session.commit()
            return len(new)

        return job

    def _save(self) -> Callable[[], int]:
        asked = [(each.id, f"changed {next(self._numbers)}") for each in self.material.asked]

        def job() -> int:
            for id_, title in asked:
                with Session(self._writing) as session:
                    session.get_one(self._mapped.record, id_).title = title
                    session.commit()
            return len(asked)

        return job

    def _bulk(self) -> Callable[[], int]:
        new = self.material.fresh(self.material.sizes.bulk)
        return lambda: self._append(new)
