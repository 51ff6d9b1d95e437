"""Ways into every kind of store that do not lead through its driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from bson import Int64

from handover_core.storage import Driver, Kind, MemoryStore
from handover_core.testing import Raw
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore


class RawMemory:
    """The dictionaries themselves."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def peek(self, kind: Kind[Any], tenant: str, id: str, /) -> Mapping[str, Any] | None:
        found = self._store.state.shelves.get((kind.name, tenant), {}).get(id)
        if found is None:
            return None
        return found.row._asdict() | dict(zip(kind.position, found.columns, strict=True))

    def poke(self, kind: Kind[Any], tenant: str, id: str, values: Mapping[str, Any], /) -> None:
        shelf = self._store.state.shelves[kind.name, tenant]
        shelf[id] = shelf[id]._replace(row=shelf[id].row._replace(**values))


class RawSql:
    """The tables themselves, in connections of their own."""

    def __init__(self, store: SqlStore) -> None:
        self._engine = store._engine
        self._table = lambda kind: store._statements.of(kind).table

    def peek(self, kind: Kind[Any], tenant: str, id: str, /) -> Mapping[str, Any] | None:
        table = self._table(kind)
        with self._engine.connect() as connection:
            chosen = sa.select(table).where(table.c.tenant == tenant, table.c.id == id)
            found = connection.execute(chosen).mappings().first()
        return None if found is None else dict(found)

    def poke(self, kind: Kind[Any], tenant: str, id: str, values: Mapping[str, Any], /) -> None:
        table = self._table(kind)
        with self._engine.begin() as connection:
            connection.execute(sa.update(table).where(table.c.tenant == tenant, table.c.id == id).values(values))

    def view(self, kind: Kind[Any], tenant: str, /) -> list[Mapping[str, Any]]:
        table = self._table(kind)
        view = sa.table(f"ho_v_{kind.name}", sa.column("tenant"), schema=table.schema)
        with self._engine.connect() as connection:
            chosen = sa.select(sa.text("*")).select_from(view).where(view.c.tenant == tenant)
            return [dict(row) for row in connection.execute(chosen).mappings()]


class RawMongo:
    """The documents themselves."""

    def __init__(self, store: MongoStore) -> None:
        self._collection = lambda kind: store._collections[kind.name]

    def peek(self, kind: Kind[Any], tenant: str, id: str, /) -> Mapping[str, Any] | None:
        return self._collection(kind).find_one({"tenant": tenant, "id": id})

    def poke(self, kind: Kind[Any], tenant: str, id: str, values: Mapping[str, Any], /) -> None:
        self._collection(kind).update_one(
            {"tenant": tenant, "id": id}, {"$set": {name: _as_stored(value) for name, value in values.items()}}
        )


def _as_stored(value: Any) -> Any:
    return Int64(value) if isinstance(value, int) else value


def past(store: Driver) -> Raw:
    """Return a way into this store that does not lead through its driver."""
    if isinstance(store, MemoryStore):
        return RawMemory(store)
    return RawSql(store) if isinstance(store, SqlStore) else RawMongo(store)  # type: ignore[arg-type]
