"""How things stand, as guards see them: a case, an item, a question or a possible leaver with all that a rule looks at."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from handover_core.handover.model import (
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverItem,
    HandoverQuestion,
    Route,
)
from handover_core.organization.model import Assignment, Employee
from handover_core.policy.presets import Settlement
from handover_core.texts import Text
from handover_core.values import DateRange

AT_ONCE = frozenset({DepartureKind.IMMEDIATE_RESIGNATION, DepartureKind.DEATH})
"""Kinds in which the giver is gone on the last day itself."""


@frozen(kw_only=True)
class CaseFacts:
    """A case with its departure and its items, as guards see it.

    ``leave`` is when the giver is away; ``supervised`` marks a case whose supervision the law wants.
    """

    case: Handover
    departure: Departure
    open_items: tuple[str, ...] = ()
    leave: tuple[DateRange, ...] = ()
    supervised: bool = False

    def gone(self, today: date) -> bool:
        """Tell whether the giver is not there to explain anything.

        They refuse, are on leave, have died or left at once, are past their last day, or the departure is effective.
        """
        departure = self.departure
        return (
            self.case.giver_refuses_since is not None
            or today > departure.last_day
            or (departure.kind in AT_ONCE and today >= departure.last_day)
            or departure.state is DepartureState.EFFECTIVE
            or any(each.contains(today) for each in self.leave)
        )

    def excepted(self, person_id: str) -> bool:
        """Tell whether a recorded exception lifts the separation of duties for a person on this case."""
        return any(each.person_id == person_id for each in self.case.exceptions)


@frozen(kw_only=True)
class ItemFacts:
    """An item with its case, as guards see it; ``overlaps`` tells that it needs an explicit take-over."""

    item: HandoverItem
    facts: CaseFacts
    receiver: Employee | None = None
    changed: bool = False
    overlaps: bool = False

    @property
    def verifier_id(self) -> str:
        """Who verifies the item: the verifier named, else the supervisor."""
        return self.item.verifier_id or self.facts.case.supervisor_id


@frozen(kw_only=True)
class LeaverFacts:
    """Somebody who may be about to leave, with the departure that is open already."""

    person: Employee
    open_departure: Departure | None = None


@frozen(kw_only=True)
class DepartureFacts:
    """A departure with the person and its cases, as guards see it.

    ``settleable`` is what of its clearance can be settled now, ``waiting_for`` the open items for which the rest waits
    by the rule ``waiting_by``.
    """

    departure: Departure
    person: Employee
    cases: tuple[Handover, ...] = ()
    settleable: tuple[Settlement, ...] = ()
    waiting_for: tuple[str, ...] = ()
    waiting_by: Text | None = None


@frozen(kw_only=True)
class CustodyFacts:
    """An assignment with who holds it and their open departure, as the guard of a second handover sees it."""

    assignment: Assignment
    person: Employee
    open_departure: Departure | None = None


@frozen(kw_only=True)
class QuestionFacts:
    """A question with its case, as guards see it; ``onward`` is whom it would go to next."""

    question: HandoverQuestion
    case: Handover
    onward: Route | None = None
