"""A store that remembers every row it was given, so that the history can be held against what was really stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from handover_core.actor import Actor
from handover_core.app import HandoverCore
from handover_core.audit.walking import streams
from handover_core.history.states import states
from handover_core.storage import Driver, Kind, Transaction, Write
from handover_core.storage.codec import from_json

Place = tuple[str, str, str]
"""Tenant, kind and id of an aggregate."""
Bodies = dict[int, Any]
"""What was stored of an aggregate by version; None where it was deleted."""


class Witness:
    """A driver that remembers the bodies of all rows that were committed through it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.stored: defaultdict[Place, Bodies] = defaultdict(dict)

    def transaction(self, *, write: bool) -> Transaction:
        return WitnessedTransaction(self.driver.transaction(write=write), self.stored)  # type: ignore[return-value]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)

    def versions(self, tenant: str) -> dict[Place, Bodies]:
        """Return what was stored of each aggregate of a company."""
        return {place: bodies for place, bodies in self.stored.items() if place[0] == tenant}


class WitnessedTransaction:
    """A transaction that says at its commit which rows it has written."""

    def __init__(self, transaction: Transaction, stored: defaultdict[Place, Bodies]) -> None:
        self._transaction = transaction
        self._stored = stored
        self._written: list[tuple[Place, int, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def insert(self, kind: Kind[Any], tenant: str, write: Write) -> None:
        self._transaction.insert(kind, tenant, write)
        self._note(kind, tenant, write)

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write]) -> None:
        def noted() -> Iterator[Write]:
            for write in writes:
                self._note(kind, tenant, write)
                yield write

        self._transaction.insert_many(kind, tenant, noted())

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int) -> None:
        self._transaction.replace(kind, tenant, write, expected)
        self._note(kind, tenant, write)

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int) -> None:
        self._transaction.delete(kind, tenant, id, expected)
        self._written.append(((tenant, kind.name, id), expected + 1, None))

    def commit(self) -> None:
        self._transaction.commit()
        for place, version, body in self._written:
            self._stored[place][version] = body

    def _note(self, kind: Kind[Any], tenant: str, write: Write) -> None:
        self._written.append(((tenant, kind.name, write.row.id), write.row.version, from_json(write.row.body)))


def replayed(core: HandoverCore, tenant: str, actor: Actor) -> dict[Place, Bodies]:
    """Return what the history says was stored of each aggregate; headers of bulks are no aggregates."""
    desk = core.office(tenant, actor).desk
    found: dict[Place, Bodies] = {}
    for stream in streams(desk.ask, {kind.name: kind for kind in core.units.kinds}):
        if stream.kind in core.units.kinds:
            row = None if stream.row is None else stream.row.body
            past = states(stream.changes, row, from_json)
            found[tenant, stream.kind, stream.id] = {state.change.version: state.body for state in past}
    return found
