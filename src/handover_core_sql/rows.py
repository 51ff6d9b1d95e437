"""Rows, entries and events as the values of their tables' columns, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from handover_core.storage import Change, Event, Operation, Row, Write

Values = tuple[Any, ...]

as_row: Callable[[Sequence[Any]], Row] = partial(tuple.__new__, Row)
"""Makes a row of a record with just its columns, faster than the class can."""

_of_change = attrgetter(
    "kind", "id", "version", "operation.value", "format", "at", "actor", "command", "reason", "batch", "head", "body"
)
_of_event = attrgetter("kind", "id", "version", "type", "at", "lane")


def of_row(tenant: str, write: Write) -> Values:
    """Return a row's values in the order of the state table's columns."""
    row = write.row
    return (
        tenant, row.id, row.version, row.format, row.changed_at, row.head, *write.columns, *write.search, row.body,
    )  # fmt: skip


def of_changes(tenant: str, changes: Sequence[Change]) -> list[Values]:
    """Return the values of change log entries."""
    return [(tenant, *_of_change(each)) for each in changes]


def of_events(tenant: str, events: Sequence[Event]) -> list[Values]:
    """Return the values of outbox entries."""
    return [(tenant, *_of_event(each)) for each in events]


def as_change(row: Sequence[Any]) -> Change:
    """Return the change log entry of a record with all its columns."""
    _, kind, id_, version, operation, format_, at, actor, command, reason, batch, head, body = row
    return Change(
        kind=kind, id=id_, version=version, operation=Operation(operation), format=format_, at=at, actor=actor,
        command=command, reason=reason, body=body, batch=batch, head=head,
    )  # fmt: skip


def as_event(row: Sequence[Any]) -> Event:
    """Return the outbox entry of a record with all its columns."""
    _, kind, id_, version, type_, at, lane = row
    return Event(kind=kind, id=id_, version=version, type=type_, at=at, lane=lane)
