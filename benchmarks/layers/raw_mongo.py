"""The raw side on MongoDB: the documents that ours wrote, written and read again with nothing but pymongo."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from bson import Int64
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from benchmarks.company import AREA, FILTERED, TENANT
from benchmarks.harness.timing import Prepare
from benchmarks.layers.jobs import (
    BULK,
    FILTER,
    GET_OPEN,
    GET_OWN,
    INSERT,
    PAGE,
    PAGE_SIZE,
    RAW,
    RAW_SAME,
    SAVE,
    STREAM,
    Material,
    token,
)
from benchmarks.layers.raw_sql import CHANGE, OUTBOX, STATE, UNIT, WRITES
from handover_core.ids import new_id

SNAPSHOT, DURABLE = ReadConcern("snapshot"), WriteConcern("majority", j=True)
READ = {"_id": 0, "id": 1, "version": 1, "format": 1, "changed_at": 1, "head": 1, "body": 1}
CHUNK = 1000
"""How many documents a transaction of a bulk stores, as ours does: a server bounds the size of a transaction."""

Patterns = Mapping[str, Mapping[str, dict[str, Any]]]


class RawMongo:
    """One client on one database; see `benchmarks.layers.raw_sql` for ``whole``."""

    def __init__(
        self, client: MongoClient[Any], database: str, material: Material, patterns: Patterns, *, whole: bool
    ) -> None:
        self.name = RAW_SAME if whole else RAW
        self.material = material
        self._client = client
        self._database = client[database]
        self._patterns = patterns
        self._whole = whole
        self._numbers = count(2)
        self._state = self._database[STATE]

    def close(self) -> None:
        """See `Side.close`; the client is shared."""

    def jobs(self) -> Mapping[str, Prepare]:
        """See `Side.jobs`."""
        writing: dict[str, Prepare] = {INSERT: self._insert, SAVE: self._save}
        if self._whole:
            return writing
        return {
            GET_OPEN: self._get_open, GET_OWN: self._get_own, FILTER: self._filter, PAGE: self._page,
            STREAM: self._stream, **writing, BULK: self._bulk,
        }  # fmt: skip

    def _begun(self) -> ClientSession:
        session = self._client.start_session(causal_consistency=False)
        session.start_transaction(SNAPSHOT, DURABLE)
        return session

    def _get(self, key: str, session: ClientSession) -> None:
        found = self._state.find_one({"_id": key}, READ, session=session)
        json.loads(found["body"])  # type: ignore[index]

    def _keys(self) -> list[str]:
        return [f"{TENANT}\0{each.id}" for each in self.material.asked]

    def _get_open(self) -> Callable[[], int]:
        keys = self._keys()

        def job() -> int:
            with self._begun() as session:
                for key in keys:
                    self._get(key, session)
            return len(keys)

        return job

    def _get_own(self) -> Callable[[], int]:
        keys = self._keys()

        def job() -> int:
            for key in keys:
                with self._begun() as session:
                    self._get(key, session)
            return len(keys)

        return job

    def _filter(self) -> Callable[[], int]:
        return lambda: self._read({"tenant": TENANT, "area": AREA}, [("_id", 1)], FILTERED)

    def _page(self) -> Callable[[], int]:
        deep, times = self.material.deep, self.material.pages
        later = [{"area": {"$gt": deep.area}}, {"area": deep.area, "_id": {"$gt": f"{TENANT}\0{deep.id}"}}]
        where = {"tenant": TENANT, "area": {"$gte": deep.area}, "$or": later}

        def job() -> int:
            return sum(self._read(where, [("area", 1), ("_id", 1)], PAGE_SIZE) for _ in range(times))

        return job

    def _read(self, where: dict[str, Any], order: list[tuple[str, int]], limit: int) -> int:
        seen = 0
        with self._begun() as session:
            for found in self._state.find(where, READ, sort=order, limit=limit, session=session):
                json.loads(found["body"])
                seen += 1
        return seen

    def _stream(self) -> Callable[[], int]:
        def job() -> int:
            seen = 0
            with self._begun() as session:
                where = {"tenant": TENANT}
                for found in self._state.find(where, READ, sort=[("_id", 1)], batch_size=500, session=session):
                    json.loads(found["body"])
                    seen += 1
            return seen

        return job

    def _insert(self) -> Callable[[], int]:
        ids = [new_id() for _ in range(self.material.sizes.times)]
        rows = self._patterns["insert"]

        def job() -> int:
            for id_ in ids:
                with self._begun() as session:
                    self._claimed(session)
                    self._state.insert_one(_keyed(rows[STATE], WRITES, id_, 1, f"{WRITES}\0{id_}"), session=session)
                    if self._whole:
                        held = {"_id": {"$in": [f"{TENANT}\0{self.material.owner.id}"]}}
                        self._database["ho_employee"].update_many(held, {"$inc": {"guard": Int64(1)}}, session=session)
                    self._logged(rows, WRITES, id_, 1, session)
                    session.commit_transaction()
            return len(ids)

        return job

    def _save(self) -> Callable[[], int]:
        ids = [each.id for each in self.material.asked]
        version = next(self._numbers)
        rows = self._patterns["save"]
        kept = {"_id", "id", "tenant"}
        assigned = {name: value for name, value in rows[STATE].items() if name not in kept}

        def job() -> int:
            for id_ in ids:
                key = f"{TENANT}\0{id_}"
                with self._begun() as session:
                    self._claimed(session)
                    self._get(key, session)
                    seen = {"_id": key, "version": Int64(version - 1)}
                    new = {"$set": {**assigned, "version": Int64(version)}}
                    self._state.update_one(seen, new, session=session)
                    self._logged(rows, TENANT, id_, version, session)
                    session.commit_transaction()
            return len(ids)

        return job

    def _claimed(self, session: ClientSession) -> None:
        if self._whole:
            name = token()
            document = {**self._patterns["insert"][UNIT], "_id": f"{WRITES}\0{name}", "tenant": WRITES, "token": name}
            self._database[UNIT].insert_one(document, session=session)

    def _logged(
        self, rows: Mapping[str, dict[str, Any]], tenant: str, id_: str, version: int, session: ClientSession
    ) -> None:
        if not self._whole:
            return
        key = f"{tenant}\0work_record\0{id_}\0{version:019d}"
        for name in (CHANGE, OUTBOX):
            self._database[name].insert_one(_keyed(rows[name], tenant, id_, version, key), session=session)

    def _bulk(self) -> Callable[[], int]:
        pattern = self._patterns["insert"][STATE]
        ids = [new_id() for _ in range(self.material.sizes.bulk)]
        documents = [_keyed(pattern, WRITES, id_, 1, f"{WRITES}\0{id_}") for id_ in ids]

        def job() -> int:
            for start in range(0, len(documents), CHUNK):
                with self._begun() as session:
                    self._state.insert_many(documents[start : start + CHUNK], session=session)
                    session.commit_transaction()
            return len(documents)

        return job


def _keyed(pattern: Mapping[str, Any], tenant: str, id_: str, version: int, key: str) -> dict[str, Any]:
    return {**pattern, "_id": key, "tenant": tenant, "id": id_, "version": Int64(version)}


def read_patterns(client: MongoClient[Any], database: str, id_: str, saved: str) -> Patterns:
    """Return the documents of one insert (of ``id_``) and one save (of ``saved``) of ours, by collection."""
    source = client[database]

    def rows(of: str, version: int) -> dict[str, dict[str, Any]]:
        entry = {"kind": "work_record", "id": of, "version": version}
        wanted: Sequence[tuple[str, dict[str, Any]]] = (
            (UNIT, {}), (STATE, {"id": of}), (CHANGE, entry), (OUTBOX, entry),
        )  # fmt: skip
        found = {name: source[name].find_one(where) for name, where in wanted}
        missing = [name for name, document in found.items() if document is None]
        if missing:
            raise LookupError(f"ours wrote nothing in {missing}")
        return {name: document for name, document in found.items() if document is not None}

    return {"insert": rows(id_, 1), "save": rows(saved, 2)}
