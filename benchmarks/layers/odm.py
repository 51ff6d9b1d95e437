"""The same record through the mappers of MongoDB: mongoengine and beanie, in transactions, with a version checked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from benchmarks.company import AREA, FILTERED
from benchmarks.harness.timing import Prepare
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
from benchmarks.layers.orm import CHUNK, values_of
from handover_core.records.model import WorkRecord

DURABLE = WriteConcern("majority", j=True)
SNAPSHOT = ReadConcern("snapshot")


def document_of(record: WorkRecord) -> dict[str, Any]:
    """Return a record's values with instants for its days, which BSON has no type for."""
    return {
        name: value if type(value).__name__ != "date" else datetime(value.year, value.month, value.day, tzinfo=UTC)
        for name, value in values_of(record).items()
    }


class MongoEngine:
    """mongoengine on a database of its own."""

    name = "mongoengine"

    def __init__(self, url: str, database: str, material: Material) -> None:
        import mongoengine

        from benchmarks.layers.mongoengine_classes import RecordDocument

        self.material = material
        self._library = mongoengine
        self._record = RecordDocument
        self._numbers = count()
        mongoengine.connect(database, host=url, alias="default", uuidRepresentation="standard", tz_aware=True)
        RecordDocument.ensure_indexes()
        self._append(material.stored)

    def close(self) -> None:
        """See `Side.close`."""
        self._library.disconnect_all()

    def jobs(self) -> Mapping[str, Prepare]:
        """See `Side.jobs`."""
        return {
            GET_OPEN: lambda: self._get, GET_OWN: lambda: self._get, FILTER: lambda: self._filter,
            PAGE: lambda: self._page, STREAM: lambda: self._stream, INSERT: self._insert, SAVE: self._save,
            BULK: self._bulk,
        }  # fmt: skip

    def _made(self, records: Sequence[WorkRecord]) -> list[Any]:
        return [self._record(version=1, **document_of(each)) for each in records]

    def _append(self, records: Sequence[WorkRecord]) -> int:
        for start in range(0, len(records), CHUNK):
            self._record.objects.insert(self._made(records[start : start + CHUNK]), load_bulk=False)
        return len(records)

    def _get(self) -> int:
        asked = self.material.asked
        for each in asked:
            self._record.objects.get(id=each.id)
        return len(asked)

    def _filter(self) -> int:
        return len(list(self._record.objects(area=AREA).order_by("id")[:FILTERED]))

    def _page(self) -> int:
        deep, q = self.material.deep, self._library.Q
        later = q(area__gt=deep.area) | q(area=deep.area, id__gt=deep.id)
        found = (self._record.objects(later).order_by("area", "id")[:PAGE_SIZE] for _ in range(self.material.pages))
        return sum(len(list(each)) for each in found)

    def _stream(self) -> int:
        return sum(1 for _ in self._record.objects.order_by("id").no_cache())

    def _insert(self) -> Callable[[], int]:
        new = self._made(self.material.fresh(self.material.sizes.times))

        def job() -> int:
            for each in new:
                each.save(force_insert=True, write_concern={"w": "majority", "j": True})
            return len(new)

        return job

    def _save(self) -> Callable[[], int]:
        asked = [(each.id, f"changed {next(self._numbers)}") for each in self.material.asked]

        def job() -> int:
            for id_, title in asked:
                found = self._record.objects.get(id=id_)
                seen = self._record.objects(id=id_, version=found.version)
                concern = {"w": "majority", "j": True}
                if not seen.update_one(set__title=title, inc__version=1, write_concern=concern):
                    raise LookupError(id_)
            return len(asked)

        return job

    def _bulk(self) -> Callable[[], int]:
        new = self.material.fresh(self.material.sizes.bulk)
        return lambda: self._append(new)


class Beanie:
    """beanie on a database of its own; its tasks run in one loop, which is started once a job."""

    name = "beanie"

    def __init__(self, url: str, database: str, material: Material) -> None:
        import beanie

        from benchmarks.layers.beanie_classes import RecordModel

        self.material = material
        self._record: Any = RecordModel
        self._numbers = count()
        self._loop = asyncio.new_event_loop()
        self._client: AsyncMongoClient[Any] = AsyncMongoClient(url, tz_aware=True)
        self._loop.run_until_complete(
            beanie.init_beanie(database=self._client[database], document_models=[RecordModel])
        )
        self._loop.run_until_complete(self._append(material.stored))

    def close(self) -> None:
        """See `Side.close`."""
        self._loop.run_until_complete(self._client.close())
        self._loop.close()

    def jobs(self) -> Mapping[str, Prepare]:
        """See `Side.jobs`."""
        tasks: dict[str, Callable[[], Callable[[], Awaitable[int]]]] = {
            GET_OPEN: lambda: self._get_open, GET_OWN: lambda: self._get_own, FILTER: lambda: self._filter,
            PAGE: lambda: self._page, STREAM: lambda: self._stream, INSERT: self._insert, SAVE: self._save,
            BULK: self._bulk,
        }  # fmt: skip
        return {name: self._in_loop(prepare) for name, prepare in tasks.items()}

    def _in_loop(self, prepare: Callable[[], Callable[[], Awaitable[int]]]) -> Prepare:
        def made() -> Callable[[], int]:
            task = prepare()
            return lambda: self._loop.run_until_complete(task())  # type: ignore[arg-type]

        return made

    def _made(self, records: Sequence[WorkRecord]) -> list[Any]:
        return [self._record(**document_of(each)) for each in records]

    async def _append(self, records: Sequence[WorkRecord]) -> int:
        for start in range(0, len(records), CHUNK):
            async with self._client.start_session() as session, await self._begun(session):
                await self._record.insert_many(self._made(records[start : start + CHUNK]), session=session)
        return len(records)

    async def _begun(self, session: Any) -> Any:
        return await session.start_transaction(read_concern=SNAPSHOT, write_concern=DURABLE)

    async def _get_open(self) -> int:
        asked = self.material.asked
        async with self._client.start_session() as session, await self._begun(session):
            for each in asked:
                await self._record.get(each.id, session=session)
        return len(asked)

    async def _get_own(self) -> int:
        asked = self.material.asked
        for each in asked:
            async with self._client.start_session() as session, await self._begun(session):
                await self._record.get(each.id, session=session)
        return len(asked)

    async def _filter(self) -> int:
        return len(await self._record.find({"area": AREA}).sort("_id").limit(FILTERED).to_list())

    async def _page(self) -> int:
        deep, seen = self.material.deep, 0
        where = {"$or": [{"area": {"$gt": deep.area}}, {"area": deep.area, "_id": {"$gt": deep.id}}]}
        for _ in range(self.material.pages):
            seen += len(await self._record.find(where).sort(("area", 1), ("_id", 1)).limit(PAGE_SIZE).to_list())
        return seen

    async def _stream(self) -> int:
        seen = 0
        async for _ in self._record.find_all().sort("_id"):
            seen += 1
        return seen

    def _insert(self) -> Callable[[], Awaitable[int]]:
        new = self._made(self.material.fresh(self.material.sizes.times))

        async def job() -> int:
            for each in new:
                async with self._client.start_session() as session, await self._begun(session):
                    await each.insert(session=session)
            return len(new)

        return job

    def _save(self) -> Callable[[], Awaitable[int]]:
        asked = [(each.id, f"changed {next(self._numbers)}") for each in self.material.asked]

        async def job() -> int:
            for id_, title in asked:
                async with self._client.start_session() as session, await self._begun(session):
                    found = await self._record.get(id_, session=session)
                    found.title = title
                    await found.save(session=session)
            return len(asked)

        return job

    def _bulk(self) -> Callable[[], Awaitable[int]]:
        new = self.material.fresh(self.material.sizes.bulk)
        return lambda: self._append(new)
