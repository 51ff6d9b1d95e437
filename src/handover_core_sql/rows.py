"""Rows, entries and events as the values of their tables' columns, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from handover_core.storage import Change, Event, Operation, Row, Write

Values = tuple[Any, ...]

as_row: Callable[[Sequence[Any]], Row] = partial(tuple.__new__, Row)
"""Makes a row of a record with just its columns, faster than the class can."""


def of_row(tenant: str, write: Write) -> Values:
    """Return a row's values in the order of the state table's columns."""
    row = write.row
    return (
        tenant, row.id, row.version, row.format, row.changed_at, row.head, *write.columns, *write.search, row.body,
    )  # fmt: skip


def of_side(kind: str, tenant: str, write: Write) -> list[Values]:
    """Return the values of a row's entries in the side table, each once."""
    return [(tenant, kind, field, value, write.row.id) for field, value in dict.fromkeys(write.side or ())]


def of_changes(tenant: str, changes: Iterable[Change]) -> Iterator[Values]:
    """Yield the values of change log entries in the order of their table's columns."""
    for kind, id_, version, operation, *rest in changes:
        yield (tenant, kind, id_, version, operation.value, *rest)


def of_events(tenant: str, events: Iterable[Event]) -> Iterator[Values]:
    """Yield the values of outbox entries in the order of their table's columns."""
    for each in events:
        yield (tenant, *each)


def as_change(row: Sequence[Any]) -> Change:
    """Return the change log entry of a record with all its columns."""
    _, kind, id_, version, operation, *rest = row
    return Change(kind, id_, version, Operation(operation), *rest)


def as_event(row: Sequence[Any]) -> Event:
    """Return the outbox entry of a record with all its columns."""
    return Event._make(row[1:])
