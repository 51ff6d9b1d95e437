"""Values and aggregates of the handover room."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import frozen

from handover_core.organization.model import Limit
from handover_core.policy import Criticality, Verification
from handover_core.texts import Text
from handover_core.values import Aggregate, Document


class DepartureKind(StrEnum):
    """Why somebody leaves the company, or (the last three) only their position."""

    RESIGNATION = "resignation"
    IMMEDIATE_RESIGNATION = "immediate_resignation"
    MUTUAL = "mutual"
    DISMISSAL = "dismissal"
    REDUNDANCY = "redundancy"
    CONTRACT_END = "contract_end"
    RETIREMENT = "retirement"
    DEATH = "death"
    TRANSFER = "transfer"
    ROTATION = "rotation"
    LONG_LEAVE = "long_leave"


MOVES = frozenset({DepartureKind.TRANSFER, DepartureKind.ROTATION, DepartureKind.LONG_LEAVE})
"""Kinds after which the person is still employed."""


class DepartureState(StrEnum):
    """Life of a departure."""

    ANNOUNCED = "announced"
    RECEIVED = "receipt_recorded"
    EFFECTIVE = "effective"
    WITHDRAWN = "withdrawn"


class HandoverState(StrEnum):
    """Life of a handover case."""

    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class ItemState(StrEnum):
    """Life of a handover item."""

    PLANNED = "planned"
    BRIEFED = "briefed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    VERIFIED = "verified"
    WAIVED = "waived"
    OBSOLETE = "obsolete"
    STALE = "stale"


CLOSED_STATES = frozenset({ItemState.VERIFIED, ItemState.WAIVED, ItemState.OBSOLETE})


class Category(StrEnum):
    """What kind of thing an item hands over."""

    CAPTURE = "capture"
    DUTY = "duty"
    SOP = "sop"
    RUN = "run"
    RECORD = "record"
    CREDENTIAL = "credential"
    ASSET = "asset"
    AUTHORITY = "authority"
    KNOWLEDGE = "knowledge"
    REPORT = "report"


WORK_RECORDS = frozenset((Category.RECORD, Category.CREDENTIAL, Category.ASSET))
"""Categories whose source is a work record."""


@frozen(kw_only=True)
class Receipt:
    """That the other side has received the notice."""

    by_id: str
    on: date
    note: str = ""


@frozen(kw_only=True)
class Departure(Aggregate):
    """Somebody's notice, from its announcement to the day it takes effect (离职/人事异动)."""

    employee_id: str
    kind: DepartureKind
    notice_on: date
    last_day: date
    reason: str = ""
    position_ids: tuple[str, ...] = ()
    state: DepartureState = DepartureState.ANNOUNCED
    receipt: Receipt | None = None

    @property
    def is_move(self) -> bool:
        """Whether the person stays in the company."""
        return self.kind in MOVES


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
class Handover(Aggregate):
    """A handover case (工作交接): giver (移交人), supervisor (监交人); receivers stand on the items."""

    code: str
    departure_id: str
    giver_id: str
    supervisor_id: str
    state: HandoverState = HandoverState.OPEN
    opened_on: date
    derived_on: date | None = None
    completed_on: date | None = None
    default_receiver_id: str | None = None
    last_item: int = 0
    giver_refuses_since: date | None = None
    refusal_reason: str = ""
    demands: tuple[Demand, ...] = ()
    exceptions: tuple[SeparationException, ...] = ()


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
class Acceptance:
    """That the receiver has taken the item over; ``read_back`` is their own account of it."""

    by_id: str
    at: datetime
    read_back: str = ""


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
    """That somebody other than the receiver has seen the proof."""

    by_id: str
    at: datetime
    method: Verification
    evidence: str = ""
    documents: tuple[Document, ...] = ()
    grant: AuthorityGrant | None = None


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
class HandoverItem(Aggregate):
    """One thing that goes to one named receiver, who accepts and proves it."""

    code: str
    handover_id: str
    category: Category
    title: str
    source: Source
    why: tuple[Why, ...] = ()
    criticality: Criticality = Criticality.ROUTINE
    weight: int = 1
    position_id: str | None = None
    receiver_id: str | None = None
    due_on: date | None = None
    verification: Verification = Verification.ACKNOWLEDGE
    verifier_id: str | None = None
    state: ItemState = ItemState.PLANNED
    briefings: tuple[Briefing, ...] = ()
    acceptance: Acceptance | None = None
    returns: tuple[Return, ...] = ()
    verified: Verified | None = None
    waivers: tuple[Waiver, ...] = ()
    receivers: tuple[ReceiverChange, ...] = ()
    stale_since: datetime | None = None
    superseded: tuple[Acceptance, ...] = ()
    reopened: tuple[Verified, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more has to be done about the item."""
        return self.state in CLOSED_STATES

    @property
    def briefing(self) -> Briefing | None:
        """The briefing that holds: the last one."""
        return self.briefings[-1] if self.briefings else None

    @property
    def explained(self) -> bool:
        """Whether the giver ever explained it."""
        return any(not each.from_records for each in self.briefings)


@frozen(kw_only=True)
class HandoverQuestion(Aggregate):
    """A question of a receiver about an item, and the answer of whoever knows."""

    handover_id: str
    item_id: str
    asked_by_id: str
    asked_at: datetime
    question: str
    to_id: str | None = None
    answer: str | None = None
    answered_by_id: str | None = None
    answered_at: datetime | None = None


CATEGORY_LABELS = {
    Category.CAPTURE: Text("Knowledge to capture", "待沉淀的知识"),
    Category.DUTY: Text("Duties", "工作职责"),
    Category.SOP: Text("SOPs", "标准流程（SOP）"),
    Category.RUN: Text("Running procedures", "进行中的流程"),
    Category.RECORD: Text("Open work", "未完成工作"),
    Category.CREDENTIAL: Text("Accounts and credentials", "账号凭证"),
    Category.ASSET: Text("Assets", "资产"),
    Category.AUTHORITY: Text("Authorities", "权限"),
    Category.KNOWLEDGE: Text("Unpublished knowledge", "未发布的知识"),
    Category.REPORT: Text("Direct reports", "直接下属"),
}
