"""Values and aggregates of the outbox room."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from handover_core.texts import Lang, Text
from handover_core.values import Aggregate


class SubscriptionStatus(StrEnum):
    """Whether events still go to a subscription."""

    ACTIVE = "active"
    ENDED = "ended"


class DeadLetterStatus(StrEnum):
    """What became of a dead letter; as long as it is parked, the rest of its stream waits behind it.

    It is dropped with its subscription.
    """

    PARKED = "parked"
    SKIPPED = "skipped"
    RETRIED = "retried"
    DROPPED = "dropped"


STATUS_LABELS = {
    DeadLetterStatus.PARKED: Text("parked", "已搁置"),
    DeadLetterStatus.SKIPPED: Text("skipped", "已跳过"),
    DeadLetterStatus.RETRIED: Text("retried", "已重投"),
    DeadLetterStatus.DROPPED: Text("dropped", "已随订阅取消"),
}


@frozen(kw_only=True)
class Subscription(Aggregate):
    """Somebody who is told of changes: of all ``kinds``, or of those named; bulks of a kind count as that kind.

    ``endpoint`` says where events go; what must stay secret about it (a key, a token) is kept by the host. After
    ``attempts`` failures an event becomes a dead letter. ``timeout`` is in seconds; the sender must be done by then.
    ``lang`` is the language of messages for people.
    """

    code: str
    endpoint: str
    kinds: tuple[str, ...] = ()
    attempts: int = 20
    timeout: int = 10
    lang: Lang = Lang.ZH
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE

    @property
    def is_active(self) -> bool:
        """Whether events still go there."""
        return self.status is SubscriptionStatus.ACTIVE


@frozen(kw_only=True)
class DeadLetter(Aggregate):
    """An event that could not be delivered; its stream is parked until somebody decides.

    It refers to the change and holds nothing of it. ``failure`` is the class or status of the last attempt, in a word,
    and never what a receiver wrote.
    """

    subscription_id: str
    stream_kind: str
    stream_id: str
    stream_version: int
    attempts: int
    failure: str
    parked_at: datetime
    status: DeadLetterStatus = DeadLetterStatus.PARKED


@frozen(kw_only=True)
class Entry:
    """An event that waits for one subscription.

    ``at`` (when it happened) and ``due`` (when it may be tried next) are in microseconds since 1970, UTC.
    ``attempts`` counts those that were recorded before they were made. ``resend`` marks one that may have arrived
    before; ``parked`` names the dead letter that holds its stream up. ``untold`` says that the outcome of the last attempt
    is not on record.
    """

    kind: str
    id: str
    version: int
    lane: int
    at: int
    attempts: int = 0
    due: int = 0
    resend: bool = False
    parked: str | None = None
    untold: bool = False

    @property
    def stream(self) -> tuple[str, str]:
        """The stream, whose entries arrive in order."""
        return self.kind, self.id

    @property
    def is_resend(self) -> bool:
        """Whether it may have arrived before, so that its envelope must say so."""
        return self.resend or self.attempts > 0


@frozen(kw_only=True)
class Lease:
    """Who alone may send what waits in one lane of one subscription, until an instant (microseconds)."""

    owner: str
    until: int


@frozen(kw_only=True)
class Delivered:
    """What a run of a relay has done: events routed to subscriptions, delivered, failed for now, and parked."""

    routed: int = 0
    delivered: int = 0
    failed: int = 0
    parked: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        """Return both together."""
        return Delivered(
            routed=self.routed + other.routed,
            delivered=self.delivered + other.delivered,
            failed=self.failed + other.failed,
            parked=self.parked + other.parked,
        )

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return self == Delivered()


@frozen(kw_only=True)
class Standing:
    """How a subscription stands: what waits (at most `MOST` are counted), since when, and how much is parked."""

    subscription: Subscription
    waiting: int
    oldest: datetime | None
    parked: int


MOST = 10_000
"""How many waiting events are counted before "more" is said."""
