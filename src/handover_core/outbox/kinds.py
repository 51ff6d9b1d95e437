"""What the store knows about the outbox room's aggregates."""

from __future__ import annotations

from handover_core.outbox.model import DeadLetter, Subscription
from handover_core.storage.kinds import Kind, Reference, key

SUBSCRIPTION = Kind(
    name="subscription",
    type=Subscription,
    fields=(key("code"), key("status")),
    unique=(("code",),),
)

DEAD_LETTER = Kind(
    name="dead_letter",
    type=DeadLetter,
    fields=(key("subscription_id"), key("status"), key("stream_kind"), key("stream_id")),
    indexes=(("subscription_id", "status"), ("stream_kind", "stream_id")),
    references=(Reference("subscription_id", "subscription"),),
)

KINDS = (SUBSCRIPTION, DEAD_LETTER)
