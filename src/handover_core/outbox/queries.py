"""Questions about delivery: how each subscription stands, and what could not be delivered."""

from __future__ import annotations

from collections import Counter
from datetime import date

from handover_core.actor import Actor
from handover_core.guards import allowed
from handover_core.history.instants import from_micros
from handover_core.outbox import queue
from handover_core.outbox.kinds import DEAD_LETTER, SUBSCRIPTION
from handover_core.outbox.model import MOST, DeadLetter, DeadLetterStatus, Standing, Subscription
from handover_core.outbox.rules import KEEPERS, LETTER_ACTIONS
from handover_core.storage import And, Eq, UnitOfWork
from handover_core.texts import Text
from handover_core.todo import Todo

DECIDE = Text("Decide about an event that could not be delivered", "处理无法投递的事件")


def unrouted(unit: UnitOfWork) -> int:
    """Return how many events no relay has routed yet; at most `MOST` are counted."""
    return len(unit.transaction.events(unit.tenant, None, MOST))


def subscriptions(unit: UnitOfWork) -> list[Subscription]:
    """Return all subscriptions by code, those that have ended too."""
    return sorted(unit.repository(SUBSCRIPTION).list(), key=lambda each: each.code)


def standing(unit: UnitOfWork) -> list[Standing]:
    """Return how each active subscription stands; each queue is read, a page for every 500 that wait."""
    parked = Counter(each.subscription_id for each in dead_letters(unit))
    return [_standing(unit, each, parked[each.id]) for each in subscriptions(unit) if each.is_active]


def dead_letters(unit: UnitOfWork, subscription_id: str | None = None) -> list[DeadLetter]:
    """Return the dead letters that hold a stream up, oldest first."""
    parked = Eq("status", DeadLetterStatus.PARKED)
    where = parked if subscription_id is None else And((Eq("subscription_id", subscription_id), parked))
    return sorted(unit.repository(DEAD_LETTER).list(where), key=lambda each: (each.parked_at, each.id))


def todo(unit: UnitOfWork, actor: Actor, today: date) -> list[Todo]:
    """Return the dead letters about which the actor may decide."""
    if not actor.has(*KEEPERS):
        return []
    codes = {each.id: each.code for each in subscriptions(unit)}
    return [
        Todo(
            room="outbox", action="retry", kind=DEAD_LETTER.name, id=each.id, code=codes[each.subscription_id],
            title=f"{each.stream_kind} {each.stream_id}, {each.stream_version}: {each.failure}", does=DECIDE,
        )
        for each in dead_letters(unit)
        if "retry" in allowed(LETTER_ACTIONS, actor, each, today)
    ]  # fmt: skip


def _standing(unit: UnitOfWork, subscription: Subscription, parked: int) -> Standing:
    waiting = queue.listed(unit.transaction, unit.tenant, subscription.id, MOST)
    oldest = min((entry.at for entry in waiting), default=None)
    return Standing(
        subscription=subscription,
        waiting=len(waiting),
        oldest=None if oldest is None else from_micros(oldest),
        parked=parked,
    )
