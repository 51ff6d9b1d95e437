"""Replay: puts changes that were delivered before into a queue again, from the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from handover_core.errors import NotFound
from handover_core.history.asking import LogQuestion
from handover_core.history.changes import Change, Event
from handover_core.outbox import queue, rules
from handover_core.outbox.model import Subscription
from handover_core.outbox.refusals import wrong_beginning, wrong_kind
from handover_core.outbox.routing import kind_of
from handover_core.storage import Put, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.recording import BATCH, lane_of

PAGE = 200

Place = tuple[str, str, int]


@frozen(kw_only=True)
class Point:
    """From where on: all changes since an instant (microseconds), one stream from a version on, or the rows of a bulk."""

    since: int | None = None
    stream: tuple[str, str] | None = None
    version: int = 1
    bulk: str | None = None


def check_point(unit: UnitOfWork, point: Point) -> None:
    """Raise `NotFound` for a stream or a bulk that never was, `InvalidInput` for a kind of which nobody is told.

    Also for a version behind the last one of the stream.
    """
    if point.bulk is not None:
        _header(unit, point.bulk)
    if point.stream is None:
        return
    kind, id_ = point.stream
    known = {BATCH.name, *(each.name for each in unit.kinds)} - rules.OWN
    if kind not in known:
        raise wrong_kind(kind, known)
    if unit.history(_start(point), 1, LogQuestion(kind=kind, id=id_)):
        return
    stream = unit.changes(BATCH if kind == BATCH.name else unit.kinds[kind], id_)
    if not stream:
        raise NotFound(kind, id_)
    raise wrong_beginning(stream[-1].version)


def queued(unit: UnitOfWork, subscription: Subscription, point: Point, after: Place | None) -> tuple[int, Place | None]:
    """Queue one page of the history; return how many entries came, and where the next page begins (None: no more).

    What waits already goes on waiting, and is written anew where something comes before it: a relay that sends it
    meanwhile finds that out, and it is sent again behind that. What no relay has routed yet comes anyway, for the first
    time and behind this. The rest is marked, since it may have arrived before. Rows of a bulk were no events of their own
    when they came, and are now.
    """
    page = unit.history(after or _start(point), PAGE, _question(unit, point))
    meant = page if point.bulk is None else _lives(unit, [each for each in page if each.batch == point.bulk])
    new, behind = _puts(unit, subscription, list(_meant(unit, subscription, meant)), after)
    unit.transaction.put_registers(unit.tenant, [*new, *behind])
    return len(new), (page[-1].kind, page[-1].id, page[-1].version) if len(page) == PAGE else None


def all_queued(unit: UnitOfWork, subscription: Subscription, point: Point) -> int:
    """Queue all pages in one unit; return how many entries came."""
    total, place = queued(unit, subscription, point, None)
    while place is not None:
        count, place = queued(unit, subscription, point, place)
        total += count
    return total


def _puts(
    unit: UnitOfWork, subscription: Subscription, changes: Sequence[Change], after: Place | None
) -> tuple[list[Put], list[Put]]:
    """Return the puts of what does not wait yet, and of what waits behind that, or behind the end of the page before."""
    new: list[Put] = []
    behind: list[Put] = []
    begun: set[tuple[str, str]] = set() if after is None else {after[:2]}
    unrouted = _unrouted(unit, changes)
    for change in changes:
        if change[:3] in unrouted:
            continue
        entry = queue.waiting_for(_event(change))
        waiting = queue.waiting_like(unit.transaction, unit.tenant, subscription.id, entry)
        if waiting is None:
            new.append(queue.put_entry(subscription.id, evolve(entry, resend=True)))
            begun.add(entry.stream)
        elif entry.stream in begun:
            behind.append(queue.put_entry(subscription.id, rules.overtaken(waiting.entry), waiting.version))
    return new, behind


def _unrouted(unit: UnitOfWork, changes: Sequence[Change]) -> set[Place]:
    """Return which changes are still in the outbox: between the first and the last of them, it is read page by page.

    It is asked after the history: what was routed in between stands in the queue, or has arrived.
    """
    found: set[Place] = set()
    places = sorted(change[:3] for change in changes)
    after = (*places[0][:2], places[0][2] - 1) if places else None
    while after is not None:
        page = [event[:3] for event in unit.events(after, PAGE)]
        found.update(page)
        after = page[-1] if len(page) == PAGE and page[-1] < places[-1] else None
    return found


def _start(point: Point) -> Place | None:
    return None if point.stream is None else (*point.stream, point.version - 1)


def _question(unit: UnitOfWork, point: Point) -> LogQuestion:
    if point.bulk is not None:
        header = _header(unit, point.bulk)
        kind = str(from_json(header.body or "{}").get("kind"))
        return LogQuestion(kind=kind, actor=header.actor, since=header.at, until=header.at + 1)
    if point.stream is None:
        return LogQuestion(since=point.since)
    kind, id_ = point.stream
    return LogQuestion(kind=kind, id=id_)


def _header(unit: UnitOfWork, bulk: str) -> Change:
    found = unit.history(None, 1, LogQuestion(kind=BATCH.name, id=bulk))
    if not found:
        raise NotFound(BATCH.name, bulk)
    return found[0]


def _lives(unit: UnitOfWork, thin: Sequence[Change]) -> Iterator[Change]:
    """Yield thin entries of one kind, each with the rest of its stream: without the first, nobody could use the rest."""
    ids = [change.id for change in thin]
    rows = {row.id: row for row in unit.as_stored.get_many(unit.kinds[thin[0].kind], unit.tenant, ids)} if thin else {}
    for change in thin:
        if change.id in rows and rows[change.id].version == change.version:
            yield change
        else:
            yield from unit.changes(unit.kinds[change.kind], change.id)


def _meant(unit: UnitOfWork, subscription: Subscription, changes: Iterable[Change]) -> Iterator[Change]:
    for change in changes:
        if change.kind not in rules.OWN:
            kind = kind_of(unit.transaction, unit.tenant, change.kind, change.id)
            if rules.wants(subscription, kind):
                yield change


def _event(change: Change) -> Event:
    return Event(
        kind=change.kind, id=change.id, version=change.version, type=change.operation.value, at=change.at,
        lane=lane_of(change.kind, change.id),
    )  # fmt: skip
