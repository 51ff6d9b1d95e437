"""Use cases of the handover room."""

from __future__ import annotations

from datetime import date

from handover_core.handover import queries
from handover_core.handover.allowed import allowed_here
from handover_core.handover.clearance.certificate import Stated
from handover_core.handover.clearance.rules import Clearance
from handover_core.handover.commands.afterwards import AfterwardsCommands
from handover_core.handover.commands.cases import CaseCommands
from handover_core.handover.commands.departures import DepartureCommands
from handover_core.handover.commands.items import ItemCommands
from handover_core.handover.commands.questions import QuestionCommands
from handover_core.handover.commands.reviews import ReviewCommands
from handover_core.handover.continuity.queries import Metrics, Ports, metrics
from handover_core.handover.derivation import Planned
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import (
    Departure,
    DepartureKind,
    Handover,
    HandoverItem,
    HandoverQuestion,
    HandoverState,
)
from handover_core.handover.opening import derived
from handover_core.handover.pace.rules import Projection
from handover_core.handover.receiving.queries import suggestions
from handover_core.handover.receiving.rules import Suggestion
from handover_core.policy import Deadline
from handover_core.storage import Eq, Order, Page, UnitOfWork


class HandoverService(
    DepartureCommands, AfterwardsCommands, CaseCommands, ItemCommands, QuestionCommands, ReviewCommands
):
    """Departures, handover cases and their items: the commands, and the questions people ask.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`.
    """

    def departure(self, departure_id: str) -> Departure:
        """Return one departure; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(DEPARTURE).get(departure_id))

    def departure_of(self, item: HandoverItem) -> Departure:
        """Return the departure to whose case an item belongs."""

        def answer(unit: UnitOfWork) -> Departure:
            case = unit.repository(HANDOVER).get(item.handover_id)
            return unit.repository(DEPARTURE).get(case.departure_id)

        return self.desk.ask(answer)

    def case(self, code: str) -> Handover:
        """Return the case with this code; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(HANDOVER).named(code=code))

    def of_giver(self, employee_id: str) -> list[Handover]:
        """Return all cases of a giver, oldest first."""
        return self.desk.ask(
            lambda unit: unit.repository(HANDOVER).list(Eq("giver_id", employee_id), order=Order("opened_on"))
        )

    def cases(
        self, *, state: HandoverState | None = None, limit: int = 100, after: str | None = None
    ) -> Page[Handover]:
        """Return one page of the cases by code."""
        where = None if state is None else Eq("state", state)
        return self.desk.ask(
            lambda unit: unit.repository(HANDOVER).page(where, order=Order("code"), limit=limit, after=after)
        )

    def item(self, code: str) -> HandoverItem:
        """Return the item with this code; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(HANDOVER_ITEM).named(code=code))

    def items(self, case_id: str) -> list[HandoverItem]:
        """Return all items of a case by code."""
        return self.desk.ask(
            lambda unit: unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case_id), order=Order("code"))
        )

    def questions(self, case_id: str) -> list[HandoverQuestion]:
        """Return all questions asked in a case."""
        return self.desk.ask(lambda unit: unit.repository(HANDOVER_QUESTION).list(Eq("handover_id", case_id)))

    def preview(self, departure_id: str) -> tuple[Planned, ...]:
        """Return the list as derived from the records of this moment, without storing anything."""
        return self.desk.ask(
            lambda unit: derived(unit, unit.repository(DEPARTURE).get(departure_id), self.desk.today(unit))
        )

    def foresee(
        self,
        employee_id: str,
        last_day: date,
        *,
        kind: DepartureKind = DepartureKind.RESIGNATION,
        position_ids: tuple[str, ...] = (),
    ) -> tuple[Planned, ...]:
        """Return the list that would be derived if this person gave notice today; nothing is stored."""

        def answer(unit: UnitOfWork) -> tuple[Planned, ...]:
            today = self.desk.today(unit)
            supposed = Departure(
                id=unit.new_id(),
                employee_id=employee_id,
                kind=kind,
                notice_on=today,
                last_day=last_day,
                position_ids=position_ids,
            )
            return derived(unit, supposed, today)

        return self.desk.ask(answer)

    def status(self, case_id: str) -> queries.CaseStatus:
        """Return how a case stands: completeness, by category, overdue and unexplained items."""
        return self.desk.ask(lambda unit: queries.status(unit, case_id, self.desk.today(unit)))

    def suggestions(self, item_id: str) -> tuple[Suggestion, ...]:
        """Return who could receive an item, the best first, each with the reasons."""
        return self.desk.ask(lambda unit: suggestions(unit, item_id, self.desk.today(unit)))

    def deadlines(self, departure_id: str) -> tuple[Deadline, ...]:
        """Return the legal dates of a departure by the law of the policy, the earliest first."""
        return self.desk.ask(
            lambda unit: queries.deadlines_of(unit, departure_id, self.desk.policy, self.desk.calendar)
        )

    def clearance(self, departure_id: str) -> Clearance:
        """Return what is still to be settled for a departure, and what holds it back by which rule."""
        return self.desk.ask(lambda unit: queries.settling_facts(unit, departure_id, self.desk.policy)[1])

    def certificate(self, departure_id: str) -> tuple[Stated, ...]:
        """Return what the leaving certificate has to state by the law of the policy, filled in from the records."""
        return self.desk.ask(lambda unit: queries.certificate_of(unit, departure_id, self.desk.policy))

    def projection(self, case_id: str) -> Projection:
        """Return required and observed pace of a case in working days, and where that leads."""
        return self.desk.ask(
            lambda unit: queries.projection_of(
                unit, case_id, self.desk.today(unit), self.desk.policy, self.desk.calendar
            )
        )

    def metrics(self, case_id: str) -> Metrics:
        """Return the continuity figures of a case beside the medians of the company's latest completed ones.

        Reads the history of each item's source: a question for now and then, not for a list.
        """

        def answer(unit: UnitOfWork) -> Metrics:
            ports = Ports(today=self.desk.today(unit), calendar=self.desk.calendar, zone=self.desk.zone_of(unit))
            return metrics(unit, case_id, ports, self.desk.policy.compared)

        return self.desk.ask(answer)

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now."""
        return self._offered(
            lambda unit: allowed_here(unit, self.desk.actor, self.desk.policy, self.desk.today(unit), kind, id)
        )
