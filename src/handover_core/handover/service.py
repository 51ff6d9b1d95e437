"""Use cases of the handover room."""

from __future__ import annotations

from datetime import date

from handover_core.guards import allowed, unknown_kind
from handover_core.handover import queries, rules
from handover_core.handover.commands.cases import CaseCommands, derived
from handover_core.handover.commands.departures import DepartureCommands
from handover_core.handover.commands.items import ItemCommands
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
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Eq, Order, Page, UnitOfWork


class HandoverService(DepartureCommands, CaseCommands, ItemCommands):
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
        """Return the case with this code (the leaver's number); raise `NotFound`."""
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

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            today, actor = self.desk.today(unit), self.desk.actor
            if kind == DEPARTURE.name:
                return queries.allowed_for_departure(unit, actor, id, today)
            if kind == HANDOVER.name:
                facts = queries.case_facts(unit, unit.repository(HANDOVER).get(id))
                return allowed(rules.CASE_ACTIONS, actor, facts, today)
            if kind == EMPLOYEE.name:
                return allowed(rules.EMPLOYEE_ACTIONS, actor, queries.leaver_facts(unit, id), today)
            if kind == HANDOVER_QUESTION.name:
                return allowed(rules.QUESTION_ACTIONS, actor, queries.question_facts(unit, id), today)
            if kind == HANDOVER_ITEM.name:
                return allowed(rules.ITEM_ACTIONS, actor, queries.item_facts(unit, id, today), today)
            raise unknown_kind(kind)

        return self.desk.ask(answer)
