"""The router: takes changes out of the outbox and puts them into the queue of everybody who wants them.

It reads whatever is visible, without a cursor: units that commit out of order leave no gap, since what was not visible
is still there the next time; and where one version of a stream is visible, so are those before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from handover_core.actor import Actor
from handover_core.errors import AlreadyExists, CommitUnknown, Contention, VersionConflict
from handover_core.history.changes import Event
from handover_core.outbox import queue, rules
from handover_core.outbox.kinds import SUBSCRIPTION
from handover_core.outbox.model import Subscription, SubscriptionStatus
from handover_core.storage import Eq, Put, Transaction, UnitFactory, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.recording import BATCH

RELAY = Actor("relay")
PAGE = 200
"""How many events one transaction routes."""


def route(units: UnitFactory, tenant: str) -> int:
    """Route one page and return how many events it had.

    Returns 0 also where another relay was quicker. Whatever interrupts it, an event is either in the outbox or in
    every queue that it belongs to.
    """
    if not units.read(tenant, RELAY, _waits):
        return 0
    for careful in (False, True):
        try:
            with units.unit(tenant, RELAY, "outbox.route") as unit:
                count = _route(unit, careful=careful)
                unit.commit()
                return count
        except AlreadyExists:
            continue  # a replay has queued some of them already: look before each
        except (VersionConflict, Contention, CommitUnknown):
            return 0  # whoever it was that routed them, nothing is lost: what is left is read again
    return 0


def sweep(units: UnitFactory, tenant: str) -> None:
    """Drop what waits for subscriptions that have ended, page by page."""
    ended = units.read(tenant, RELAY, _ended)
    while ended:
        try:
            with units.unit(tenant, RELAY, "outbox.sweep") as unit:
                if not _swept(unit, ended[-1]):
                    ended.pop()
                unit.commit()
        except (VersionConflict, Contention, CommitUnknown):
            return  # another relay is at it


def _ended(unit: UnitOfWork) -> list[str]:
    """Return the spaces of queues whose subscription has ended."""
    owned = {queue.queue_of(each.id) for each in active(unit)}
    return [space for space in queue.spaces(unit.transaction, unit.tenant) if space not in owned]


def _swept(unit: UnitOfWork, space: str) -> int:
    if space not in _ended(unit):
        return 0  # the subscription has begun again since
    found = unit.transaction.registers(unit.tenant, space, None, PAGE)
    unit.transaction.drop_registers(unit.tenant, [each[:3] for each in found])
    return len(found)


def active(unit: UnitOfWork) -> list[Subscription]:
    """Return the subscriptions to which events go."""
    return list(unit.repository(SUBSCRIPTION).list(Eq("status", SubscriptionStatus.ACTIVE)))


def kind_of(transaction: Transaction, tenant: str, kind: str, id_: str) -> str:
    """Return the kind that a stream counts as: for the header of a bulk, that of the rows in it."""
    if kind != BATCH.name:
        return kind
    header = transaction.history(tenant, (kind, id_, 0), 1)
    return str(from_json(header[0].body or "{}").get("kind", kind)) if header and header[0].id == id_ else kind


def _waits(unit: UnitOfWork) -> bool:
    """Tell whether there is anything to route; where there is not, no writer has to wait for the router."""
    return bool(unit.transaction.events(unit.tenant, None, 1))


def _route(unit: UnitOfWork, *, careful: bool) -> int:
    transaction = unit.transaction
    events = transaction.events(unit.tenant, None, PAGE)
    puts = _puts(unit, events)
    if careful:
        puts = [put for put in puts if transaction.register(unit.tenant, put.space, put.key) is None]
    transaction.put_registers(unit.tenant, puts)
    transaction.drop_events(unit.tenant, events)
    return len(events)


def _puts(unit: UnitOfWork, events: Sequence[Event]) -> list[Put]:
    subscriptions = active(unit)
    if not subscriptions:
        return []
    kinds = {(event.kind, event.id): kind_of(unit.transaction, unit.tenant, event.kind, event.id) for event in events}
    return [
        queue.put_entry(subscription.id, queue.waiting_for(event))
        for event in events
        for subscription in subscriptions
        if rules.wants(subscription, kinds[event.kind, event.id])
    ]
