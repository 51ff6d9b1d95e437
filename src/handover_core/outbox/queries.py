"""Questions about delivery: how each subscription stands, and what could not be delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handover_core.outbox import queue
from handover_core.outbox.kinds import DEAD_LETTER, SUBSCRIPTION
from handover_core.outbox.model import MOST, DeadLetter, DeadLetterStatus, Standing, Subscription
from handover_core.storage import And, Eq, UnitOfWork

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def unrouted(unit: UnitOfWork) -> int:
    """Return how many events no relay has routed yet; at most `MOST` are counted."""
    return len(unit.transaction.events(unit.tenant, None, MOST))


def subscriptions(unit: UnitOfWork) -> list[Subscription]:
    """Return all subscriptions by code, those that have ended too."""
    return sorted(unit.repository(SUBSCRIPTION).list(), key=lambda each: each.code)


def standing(unit: UnitOfWork) -> list[Standing]:
    """Return how each active subscription stands."""
    return [_standing(unit, each) for each in subscriptions(unit) if each.is_active]


def dead_letters(unit: UnitOfWork, subscription_id: str | None = None) -> list[DeadLetter]:
    """Return the dead letters that hold a stream up, oldest first."""
    parked = Eq("status", DeadLetterStatus.PARKED)
    where = parked if subscription_id is None else And((Eq("subscription_id", subscription_id), parked))
    return sorted(unit.repository(DEAD_LETTER).list(where), key=lambda each: (each.parked_at, each.id))


def _standing(unit: UnitOfWork, subscription: Subscription) -> Standing:
    waiting = queue.listed(unit.transaction, unit.tenant, subscription.id, MOST)
    oldest = min((entry.at for entry in waiting), default=None)
    return Standing(
        subscription=subscription,
        waiting=len(waiting),
        oldest=None if oldest is None else _EPOCH + timedelta(microseconds=oldest),
        parked=len(dead_letters(unit, subscription.id)),
    )
