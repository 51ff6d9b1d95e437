"""Taking part in a memory transaction of the host: its units become visible in it, and it alone commits."""

from __future__ import annotations

from attrs import evolve

from handover_core.errors import HandoverError, StorageUnavailable
from handover_core.storage.driver import Schema
from handover_core.storage.memory.transaction import MemoryTransaction


class JoinedMemory:
    """A driver inside one transaction of the host."""

    def __init__(self, host: MemoryTransaction) -> None:
        if host.over:
            raise StorageUnavailable("no transaction is open; begin one with MemoryStore.transaction(write=True)")
        self._host = host
        self.schema: Schema = host.store.schema
        self.capabilities = evolve(host.store.capabilities, joins=False, joined=True)

    def transaction(self, *, write: bool) -> MemoryTransaction:  # noqa: ARG002 - readers and writers look alike here
        """Begin a unit inside the host's transaction."""
        if self._host.over:
            raise StorageUnavailable("the joined transaction has ended; join a new one")
        return _Part(self._host)

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return self._host.store.translate(error)


class _Part(MemoryTransaction):
    """A unit works on a copy of what the host has written, which it hands back when it commits."""

    def __init__(self, host: MemoryTransaction) -> None:
        super().__init__(host.store)
        self._host = host
        self.take(host)

    def commit(self) -> None:
        """Hand the writes to the host's transaction."""
        self.check()
        self._host.take(self)
        self.over = True
