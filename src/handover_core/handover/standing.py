"""How things stand, as guards see them: a case, an item, a question or a possible leaver with all that a rule looks at."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from handover_core.handover.model import Departure, DepartureState, Handover, HandoverItem, HandoverQuestion
from handover_core.organization.model import Employee


@frozen(kw_only=True)
class CaseFacts:
    """A case with its departure and its items, as guards see it."""

    case: Handover
    departure: Departure
    open_items: tuple[str, ...] = ()

    def gone(self, today: date) -> bool:
        """Tell whether the giver is not there to explain anything: refused, past the last day, or already effective."""
        return (
            self.case.giver_refuses_since is not None
            or today > self.departure.last_day
            or self.departure.state is DepartureState.EFFECTIVE
        )

    def excepted(self, person_id: str) -> bool:
        """Tell whether a recorded exception lifts the separation of duties for a person on this case."""
        return any(each.person_id == person_id for each in self.case.exceptions)


@frozen(kw_only=True)
class ItemFacts:
    """An item with its case, as guards see it."""

    item: HandoverItem
    facts: CaseFacts
    receiver: Employee | None = None
    changed: bool = False

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
class QuestionFacts:
    """A question with its case, as guards see it."""

    question: HandoverQuestion
    case: Handover
