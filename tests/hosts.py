"""Transactions that a host program opened, for every kind of store: how the tests join them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from handover_core.storage import Driver, MemoryStore
from handover_core.storage.memory.transaction import MemoryTransaction
from handover_core.testing import Host
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore


class MemoryHost:
    """A host over the memory store."""

    def __init__(self, store: MemoryStore) -> None:
        self.handle: MemoryTransaction = store.transaction(write=True)

    def commit(self) -> None:
        self.handle.commit()

    def rollback(self) -> None:
        self.handle.rollback()


class SqlHost:
    """A host with an engine of its own on the same database."""

    def __init__(self, store: SqlStore, **options: Any) -> None:
        self._engine = host_engine(store._engine.url, **options)
        self.handle = self._engine.connect()
        self.handle.begin()

    def commit(self) -> None:
        self._ended(self.handle.commit)

    def rollback(self) -> None:
        self._ended(self.handle.rollback)

    def _ended(self, end: Any) -> None:
        if not self.handle.closed:
            end()
            self.handle.close()
            self._engine.dispose()


def host_engine(url: sa.URL, **options: Any) -> sa.Engine:
    """Return an engine as a careful host makes one: on SQLite, a transaction that begins where it is begun."""
    engine = sa.create_engine(url, **options)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _connected(driver: Any, _record: Any) -> None:
            driver.isolation_level = None

        @sa.event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class MongoHost:
    """A host over the client of a MongoDB store."""

    def __init__(self, store: MongoStore, read: str = "snapshot") -> None:
        self.handle = store._collections.client.start_session()
        self.handle.start_transaction(ReadConcern(read), WriteConcern("majority", j=True))

    def commit(self) -> None:
        with self.handle:
            self.handle.commit_transaction()

    def rollback(self) -> None:
        with self.handle:
            if self.handle.in_transaction:
                self.handle.abort_transaction()


def begin(store: Driver) -> Host:
    """Begin a transaction of a host on this store."""
    if isinstance(store, MemoryStore):
        return MemoryHost(store)
    if isinstance(store, MongoStore):
        return MongoHost(store)
    assert isinstance(store, SqlStore)
    return SqlHost(store)
