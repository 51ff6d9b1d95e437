"""The aggregates of the handover room."""

from __future__ import annotations

from datetime import date, datetime

from attrs import field, frozen

from handover_core.handover.model.parts import (
    Acceptance,
    Briefing,
    Consent,
    DateChange,
    Demand,
    LegalFacts,
    Origin,
    Receipt,
    ReceiverChange,
    Return,
    Route,
    SeparationException,
    Settled,
    Source,
    Verified,
    Waiver,
    Why,
)
from handover_core.handover.model.words import (
    CLOSED_STATES,
    MOVES,
    Category,
    DepartureKind,
    DepartureState,
    HandoverState,
    ItemState,
)
from handover_core.policy import Criticality, Verification
from handover_core.values import Aggregate


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
    facts: LegalFacts = field(factory=LegalFacts)
    consents: tuple[Consent, ...] = ()
    dates: tuple[DateChange, ...] = ()
    settled: tuple[Settled, ...] = ()

    @property
    def is_move(self) -> bool:
        """Whether the person stays in the company."""
        return self.kind in MOVES


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
    origin: Origin | None = None


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
    def taken_over(self) -> bool:
        """Whether its receiver has said that it is theirs now."""
        return self.acceptance is not None and self.acceptance.take_over is not None

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
    route: Route | None = None
    passed: tuple[Route, ...] = ()


@frozen(kw_only=True)
class HandoverFinding(Aggregate):
    """Something that a review found and said: once, to one person.

    ``mark`` is the same for the same finding, so that a later review does not say it again. ``rungs`` are the rungs of
    the ladder that this finding stands for; ``since`` is the day from which the silence counts.
    """

    handover_id: str
    code: str
    mark: str
    found_on: date
    to_id: str | None = None
    since: date | None = None
    params: tuple[tuple[str, str], ...] = ()
    rungs: tuple[str, ...] = ()
