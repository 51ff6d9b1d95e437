"""What a unit of work will append to the change log and the outbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

from handover_core.errors import AlreadyExists, VersionConflict
from handover_core.history.asking import LogQuestion, answers
from handover_core.history.chain import chained, first_heads
from handover_core.history.changes import HEADER, Change, Event, Operation
from handover_core.storage.driver import Driver, Transaction
from handover_core.storage.kinds import Kind
from handover_core.storage.reuse import used_before
from handover_core.values import Aggregate

LANES = 64
"""Into how many lanes the outbox spreads its streams."""

BATCH: Kind[Any] = Kind(name=HEADER, type=Aggregate)
"""The streams of the headers of bulks."""


def is_answer(change: Change) -> bool:
    """Tell whether an entry stands in the stream of a header and answers for what was redacted there."""
    return change.kind == BATCH.name and change.version > 1


def lane_of(kind: str, id_: str) -> int:
    """Return the lane of a stream, always the same."""
    return crc32(f"{kind}:{id_}".encode()) % LANES


Place = tuple[str, str, int]
Thin = Callable[[str, str, str | None], str]
"""Keeps an entry and returns its head."""


class Recorder:
    """Makes the entries of one unit, each chained to the head before it, and keeps them until the commit."""

    def __init__(self, tenant: str, actor: str, command: str, reason: str | None) -> None:
        self.command = command
        self.reason = reason
        self.changes: list[Change] = []
        self.events: list[Event] = []
        self._tenant = tenant
        self._actor = actor

    def add(
        self, kind: Kind[Any], id_: str, version: int, operation: Operation, at: int, content: str, before: str
    ) -> str:
        """Keep an entry and its event; return the head of its stream after it. ``before`` is the head before it."""
        head = self._head(kind, id_, version, operation, at, content, before)
        self.changes.append(
            Change(
                kind=kind.name, id=id_, version=version, operation=operation, format=kind.format, at=at,
                actor=self._actor, command=self.command, reason=self.reason, body=content, batch=None, head=head,
            )
        )  # fmt: skip
        lane = lane_of(kind.name, id_)
        self.events.append(Event(kind=kind.name, id=id_, version=version, type=operation.value, at=at, lane=lane))
        return head

    def thin(self, kind: Kind[Any], at: int, batch: str) -> Thin:
        """Return what keeps the entry of a row of a bulk, from its id, its content and what of that is sealed."""
        chain = first_heads(
            self._tenant, kind.name, Operation.INSERT.value, kind.format, at, self._actor, self.command, self.reason
        )

        def add(id_: str, content: str, sealed: str | None) -> str:
            head = chain(id_, content)
            self.changes.append(
                Change(
                    kind=kind.name, id=id_, version=1, operation=Operation.INSERT, format=kind.format, at=at,
                    actor=self._actor, command=self.command, reason=self.reason, body=sealed, batch=batch, head=head,
                )
            )  # fmt: skip
            return head

        return add

    def of(self, kind: str, id_: str) -> list[Change]:
        """Return the entries of one stream that are kept here, oldest first."""
        return [change for change in self.changes if change.id == id_ and change.kind == kind]

    def among(self, found: list[Change], after: Place | None, limit: int, question: LogQuestion) -> list[Change]:
        """Return a page of the log, which was found after a place, with what is kept here among it."""
        own = [each for each in self.changes if answers(each, question) and (after is None or each[:3] > after)]
        return sorted((*found, *own), key=lambda change: change[:3])[:limit] if own else found

    def among_events(self, found: list[Event], after: Place | None, limit: int) -> list[Event]:
        """Return a page of the outbox, which was found after a place, with what is kept here among it."""
        own = [each for each in self.events if after is None or each[:3] > after]
        return sorted((*found, *own), key=lambda event: event[:3])[:limit] if own else found

    def append(self, transaction: Transaction, driver: Driver) -> None:
        """Append what was kept to the change log and the outbox.

        Raises `VersionConflict` where the stream of a header has gone on, `IdUsedBefore` where a new aggregate has the id
        of one that was deleted; to find out which, ``driver`` is asked.
        """
        try:
            transaction.append(self._tenant, self.changes, self.events)
        except AlreadyExists as error:
            transaction.rollback()
            answering = next((each.id for each in self.changes if is_answer(each)), None)
            if answering is not None:
                # No row guards the stream of a header: somebody else may have appended to it.
                raise VersionConflict(BATCH.name, answering) from error
            raise used_before(driver, self._tenant, self.changes) or error from error

    def _head(
        self, kind: Kind[Any], id_: str, version: int, operation: Operation, at: int, content: str, before: str
    ) -> str:
        return chained(
            before, self._tenant, kind.name, id_, version, operation.value, kind.format, at,
            self._actor, self.command, self.reason, content,
        )  # fmt: skip
