"""Transactions that a host program opened, for every kind of store: how the tests join them."""

from __future__ import annotations

from handover_core.storage import Driver, MemoryStore
from handover_core.storage.memory.transaction import MemoryTransaction
from handover_core.testing import Host


class MemoryHost:
    """A host over the memory store."""

    def __init__(self, store: MemoryStore) -> None:
        self.handle: MemoryTransaction = store.transaction(write=True)

    def commit(self) -> None:
        self.handle.commit()

    def rollback(self) -> None:
        self.handle.rollback()


def begin(store: Driver) -> Host:
    """Begin a transaction of a host on this store."""
    assert isinstance(store, MemoryStore)
    return MemoryHost(store)
