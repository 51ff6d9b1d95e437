"""Queues and leases as registers: one queue for each subscription, in lanes; one lease for each lane.

The key of an entry is its lane, its stream and its version, so entries of one stream stand together and in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import attrs

from handover_core.history.changes import Event
from handover_core.outbox.model import DeadLetter, Entry, Lease
from handover_core.storage import Put, Register, Transaction, UnitOfWork
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.recording import lane_of

QUEUE = "queue:"
LEASE = "lease:"
PAGE = 100
_PART = "\x1f"
_BEHIND = ":"
"""Sorts behind all digits of a version, as `_PART` sorts before all that people name."""


class Waiting(NamedTuple):
    """An entry, and the version of the register that holds it."""

    entry: Entry
    version: int


def queue_of(subscription_id: str) -> str:
    """Return the space of a subscription's queue."""
    return QUEUE + subscription_id


def leases_of(subscription_id: str) -> str:
    """Return the space of a subscription's leases."""
    return LEASE + subscription_id


def lane_key(lane: int) -> str:
    """Return the key of a lane's lease, and what the keys of its entries begin with."""
    return f"{lane:02d}"


def entry_key(entry: Entry) -> str:
    """Return the key of an entry; versions of one width, so that they sort as numbers."""
    return f"{_stream_key(entry)}{entry.version:019d}"


def waiting_for(event: Event) -> Entry:
    """Return the entry of an event that nobody has tried to send."""
    return Entry(kind=event.kind, id=event.id, version=event.version, lane=event.lane, at=event.at)


def put_entry(subscription_id: str, entry: Entry, expected: int | None = None) -> Put:
    """Return the put of an entry."""
    return Put(queue_of(subscription_id), entry_key(entry), to_json(attrs.asdict(entry)), expected)


def put_lease(subscription_id: str, lane: int, lease: Lease, expected: int | None) -> Put:
    """Return the put of a lease."""
    return Put(leases_of(subscription_id), lane_key(lane), to_json(attrs.asdict(lease)), expected)


def waiting_in(register: Register) -> Waiting:
    """Return what a register of a queue holds."""
    return Waiting(Entry(**from_json(register.body)), register.version)


def lease_in(register: Register | None) -> Lease | None:
    """Return the lease that a register holds, or None."""
    return None if register is None else Lease(**from_json(register.body))


def waiting_like(transaction: Transaction, tenant: str, subscription_id: str, entry: Entry) -> Waiting | None:
    """Return what waits in the place of an entry (its stream and version), or None."""
    register = transaction.register(tenant, queue_of(subscription_id), entry_key(entry))
    return None if register is None else waiting_in(register)


def held_by(transaction: Transaction, tenant: str, letter: DeadLetter) -> Waiting | None:
    """Return the entry that a dead letter has parked, or None where it is gone, or waits anew for another reason."""
    waiting = waiting_like(transaction, tenant, letter.subscription_id, _place_of(letter))
    return waiting if waiting is not None and waiting.entry.parked == letter.id else None


def drop(transaction: Transaction, tenant: str, subscription_id: str, entries: Iterable[Waiting]) -> None:
    """Take entries out of a queue."""
    space = queue_of(subscription_id)
    transaction.drop_registers(tenant, [(space, entry_key(each.entry), each.version) for each in entries])


def drop_page(unit: UnitOfWork, subscription_id: str) -> int:
    """Take a page of what waits for a subscription away; return how much that was.

    Leases stay, of which there are few: whoever holds one may still be sending, and their versions must never begin again.
    """
    found = unit.transaction.registers(unit.tenant, queue_of(subscription_id), None, PAGE)
    if found:
        unit.claim()
        unit.transaction.drop_registers(unit.tenant, [each[:3] for each in found])
    return len(found)


def drop_stream(unit: UnitOfWork, letter: DeadLetter) -> None:
    """Take everything of a dead letter's stream out of the queue: what comes behind it must not arrive without it."""
    begun = _stream_key(_place_of(letter))
    space, after = queue_of(letter.subscription_id), begun
    while page := unit.transaction.registers(unit.tenant, space, after, PAGE):
        mine = [each for each in page if each.key.startswith(begun)]
        if mine:
            unit.claim()
            unit.transaction.drop_registers(unit.tenant, [each[:3] for each in mine])
        if len(mine) < PAGE:
            return
        after = mine[-1].key


def lanes(transaction: Transaction, tenant: str, subscription_id: str) -> Iterator[int]:
    """Yield the lanes in which anything waits, each found with one look."""
    after: str | None = None
    while registers := transaction.registers(tenant, queue_of(subscription_id), after, 1):
        lane = waiting_in(registers[0]).entry.lane
        yield lane
        after = lane_key(lane) + _BEHIND


def heads(transaction: Transaction, tenant: str, subscription_id: str, lane: int) -> Iterator[Waiting]:
    """Yield the first entry of each stream of a lane; long streams are passed over, not read through."""
    after, end = lane_key(lane), lane_key(lane) + _BEHIND
    seen: set[tuple[str, str]] = set()
    while True:
        page = transaction.registers(tenant, queue_of(subscription_id), after, PAGE)
        for register in page:
            if register.key >= end:
                return
            waiting = waiting_in(register)
            if waiting.entry.stream not in seen:
                seen.add(waiting.entry.stream)
                yield waiting
        if len(page) < PAGE:
            return
        after = _stream_key(waiting_in(page[-1]).entry) + _BEHIND


def spaces(transaction: Transaction, tenant: str) -> list[str]:
    """Return the spaces of all queues, at most some hundreds."""
    return [space for space in transaction.spaces(tenant, QUEUE, PAGE * 5) if space.startswith(QUEUE)]


def listed(transaction: Transaction, tenant: str, subscription_id: str, most: int) -> list[Entry]:
    """Return the first ``most`` entries of a queue."""
    return list(islice(_all(transaction, tenant, subscription_id), most))


def _all(transaction: Transaction, tenant: str, subscription_id: str) -> Iterator[Entry]:
    after: str | None = None
    while page := transaction.registers(tenant, queue_of(subscription_id), after, PAGE * 5):
        yield from (waiting_in(register).entry for register in page)
        after = page[-1].key


def _place_of(letter: DeadLetter) -> Entry:
    """Return the entry under whose key the event of a dead letter waits."""
    return Entry(
        kind=letter.stream_kind, id=letter.stream_id, version=letter.stream_version,
        lane=lane_of(letter.stream_kind, letter.stream_id), at=0,
    )  # fmt: skip


def _stream_key(entry: Entry) -> str:
    return _PART.join((lane_key(entry.lane), entry.kind, entry.id, ""))
