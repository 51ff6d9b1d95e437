"""Values of which the handover room's aggregates are made."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from handover_core.handover.model.words import ConsentTo
from handover_core.organization.model import Limit
from handover_core.policy import Verification
from handover_core.policy.presets import Settlement
from handover_core.values import Document


@frozen(kw_only=True)
class Receipt:
    """That the other side has received the notice."""

    by_id: str
    on: date
    note: str = ""


@frozen(kw_only=True)
class Demand:
    """Service of the written demand to hand over: the evidence that the giver was asked."""

    on: date
    by_id: str
    how: str
    document: Document | None = None


@frozen(kw_only=True)
class SeparationException:
    """A recorded exception from giver ≠ receiver ≠ supervisor, for one person on one case."""

    person_id: str
    reason: str
    approver_id: str
    on: date


@frozen(kw_only=True)
class Source:
    """What an item was derived from: a stored aggregate, or a part of one (``part`` is then its key).

    ``digest`` is of what is handed over; when it changes after the acceptance, the item is stale.
    """

    kind: str
    id: str
    part: str | None = None
    version: int = 0
    digest: str = ""

    @property
    def key(self) -> str:
        """The source without its version, as one word."""
        return f"{self.kind}:{self.id}" if self.part is None else f"{self.kind}:{self.id}#{self.part}"


@frozen(kw_only=True)
class Briefing:
    """What the receiver was told; ``from_records`` marks that the giver was not there to tell it.

    The fields follow I-PASS (Starmer et al., NEJM 2014): illness severity stands as the item's criticality, then
    summary, actions and situation; the synthesis by the receiver is the read-back of the acceptance.
    """

    by_id: str
    at: datetime
    summary: str
    actions: str = ""
    situation: str = ""
    from_records: bool = False
    documents: tuple[Document, ...] = ()


@frozen(kw_only=True)
class TakeOver:
    """The receiver's explicit statement that the item is theirs now; it ends the overlap with the giver."""

    by_id: str
    at: datetime
    statement: str


@frozen(kw_only=True)
class Acceptance:
    """That the receiver accepts the item; ``read_back`` is their own account of it (the synthesis of I-PASS).

    Until ``take_over`` stands here, giver and receiver overlap: both answer for the item.
    """

    by_id: str
    at: datetime
    read_back: str = ""
    take_over: TakeOver | None = None


@frozen(kw_only=True)
class Return:
    """That the receiver gave the item back, and why."""

    by_id: str
    at: datetime
    reason: str


@frozen(kw_only=True)
class AuthorityGrant:
    """Up to how much an authority moved: in full, or capped to ``limit`` until ``until`` (inclusive)."""

    full: bool
    limit: Limit | None = None
    until: date | None = None


@frozen(kw_only=True)
class Verified:
    """That somebody other than the receiver has seen the proof; ``on`` is the day for which it was recorded."""

    by_id: str
    at: datetime
    method: Verification
    evidence: str = ""
    documents: tuple[Document, ...] = ()
    grant: AuthorityGrant | None = None
    on: date | None = None

    @property
    def day(self) -> date:
        """The day of the proof; where none was recorded, that of the instant (UTC)."""
        return self.on or self.at.date()


@frozen(kw_only=True)
class Waiver:
    """One approver's decision that an item need not be handed over."""

    approver_id: str
    at: datetime
    reason: str


@frozen(kw_only=True)
class ReceiverChange:
    """A former receiver of the item."""

    receiver_id: str | None
    changed_at: datetime
    changed_by_id: str
    reason: str = ""


@frozen(kw_only=True)
class Why:
    """A reason why an item is on the list: a stable code and its parameters; the texts stand in `handover.texts`."""

    code: str
    params: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class LegalFacts:
    """What the law asks beside the kind of a departure; None where nobody has said and the kind decides.

    ``fault`` tells whether the leaver is at fault (a dismissal), ``paid_in_lieu`` whether a month was paid instead of
    notice, ``compensation`` whether compensation is due.
    """

    fault: bool = False
    paid_in_lieu: bool = False
    compensation: bool | None = None


@frozen(kw_only=True)
class Consent:
    """That the other side agrees to a withdrawal, or to ``last_day`` as the new last day."""

    to: ConsentTo
    by_id: str
    on: date
    last_day: date | None = None
    note: str = ""
    document: Document | None = None


@frozen(kw_only=True)
class DateChange:
    """A former last day, and who moved it."""

    last_day: date
    changed_on: date
    by_id: str
    reason: str = ""


@frozen(kw_only=True)
class Settled:
    """That something of the clearance is done: paid, issued or transferred."""

    what: Settlement
    on: date
    by_id: str
    note: str = ""


@frozen(kw_only=True)
class Origin:
    """The case from which a second handover follows."""

    handover_id: str


@frozen(kw_only=True)
class Route:
    """Whom a question went to, and why they were thought to know: a stable word."""

    to_id: str
    because: str
