"""Replay: puts changes that were delivered before into a queue again, from the history."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from handover_core.history.asking import LogQuestion
from handover_core.history.changes import Change, Event
from handover_core.outbox import queue, rules
from handover_core.outbox.model import Subscription
from handover_core.outbox.routing import kind_of
from handover_core.storage import UnitOfWork
from handover_core.storage.recording import lane_of

PAGE = 200

Place = tuple[str, str, int]


@frozen(kw_only=True)
class Point:
    """From where on: all changes since an instant (microseconds), or those of one stream from a version on."""

    since: int | None = None
    stream: tuple[str, str] | None = None
    version: int = 1


def queued(unit: UnitOfWork, subscription: Subscription, point: Point, after: Place | None) -> tuple[int, Place | None]:
    """Queue one page of the history; return how many entries came, and where the next page begins (None: no more).

    What waits already goes on waiting as it is; the rest is marked, since it may have arrived before. Rows of a bulk
    never were events of their own, and are none now.
    """
    page = unit.transaction.history(unit.tenant, after or _start(point), PAGE, _question(point))
    puts = [
        queue.put_entry(subscription.id, evolve(queue.waiting_for(_event(change)), resend=True))
        for change in _meant(unit, subscription, page)
    ]
    new = [put for put in puts if unit.transaction.register(unit.tenant, put.space, put.key) is None]
    unit.transaction.put_registers(unit.tenant, new)
    return len(new), (page[-1].kind, page[-1].id, page[-1].version) if len(page) == PAGE else None


def all_queued(unit: UnitOfWork, subscription: Subscription, point: Point) -> int:
    """Queue all pages in one unit; return how many entries came."""
    total, place = queued(unit, subscription, point, None)
    while place is not None:
        count, place = queued(unit, subscription, point, place)
        total += count
    return total


def _start(point: Point) -> Place | None:
    return None if point.stream is None else (*point.stream, point.version - 1)


def _question(point: Point) -> LogQuestion:
    if point.stream is None:
        return LogQuestion(since=point.since)
    kind, id_ = point.stream
    return LogQuestion(kind=kind, id=id_)


def _meant(unit: UnitOfWork, subscription: Subscription, page: list[Change]) -> Iterator[Change]:
    for change in page:
        if change.batch is None and change.kind not in rules.OWN:
            kind = kind_of(unit.transaction, unit.tenant, change.kind, change.id)
            if rules.wants(subscription, kind):
                yield change


def _event(change: Change) -> Event:
    return Event(
        kind=change.kind, id=change.id, version=change.version, type=change.operation.value, at=change.at,
        lane=lane_of(change.kind, change.id),
    )  # fmt: skip
