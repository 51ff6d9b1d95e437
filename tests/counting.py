"""A store that counts what is asked of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from handover_core.storage import Driver, Transaction

READS = frozenset((
    "get", "get_many", "find", "stream", "count", "group", "changes", "history", "events", "register", "registers",
    "spaces",
))  # fmt: skip


class Counting:
    """A driver that counts what is read through it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.reads: Counter[str] = Counter()

    def transaction(self, *, write: bool) -> Transaction:
        return CountingTransaction(self.driver.transaction(write=write), self.reads)  # type: ignore[return-value]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)


class CountingTransaction:
    """A transaction whose reads are counted."""

    def __init__(self, transaction: Transaction, reads: Counter[str]) -> None:
        self._transaction = transaction
        self._reads = reads

    def __getattr__(self, name: str) -> Any:
        if name in READS:
            self._reads[name] += 1
        return getattr(self._transaction, name)
