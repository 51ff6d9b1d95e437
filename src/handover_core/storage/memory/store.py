"""The store in memory."""

from __future__ import annotations

from threading import Lock

from handover_core.errors import HandoverError
from handover_core.storage.compacting import Compaction
from handover_core.storage.driver import Capabilities, Schema
from handover_core.storage.memory.joined import JoinedMemory
from handover_core.storage.memory.transaction import MemoryTransaction, State


class MemoryStore:
    """A store in memory; gone when the process ends."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(durable=False, processes=False, joins=True, savepoints=True)
        self.schema: Schema = _NoSchema()
        self._state = State()
        self._lock = Lock()

    def transaction(self, *, write: bool) -> MemoryTransaction:  # noqa: ARG002 - readers and writers look alike here
        """Begin a transaction over a snapshot."""
        return MemoryTransaction(self)

    def join(self, host: MemoryTransaction, /) -> JoinedMemory:
        """See `Joinable.join`; ``host`` is what `transaction` returned."""
        return JoinedMemory(host)

    def translate(self, error: BaseException, /) -> HandoverError | None:  # noqa: ARG002 - there is no driver below
        """Return None: no driver raises errors here."""
        return None

    @property
    def state(self) -> State:
        """What is committed at this moment."""
        with self._lock:
            return self._state

    def publish(self, transaction: MemoryTransaction) -> None:
        """Commit a transaction: check it against what was committed since its snapshot, then replace the state."""
        with self._lock:
            self._state = transaction.applied_to(self._state)


class _NoSchema:
    """Dictionaries need no schema."""

    def migrate(self) -> int:
        return 1

    def check(self) -> None:
        return None

    def compact(self) -> Compaction:
        return Compaction()
