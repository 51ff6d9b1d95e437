"""Commands about departures: from the notice to the day it takes effect, or to its withdrawal."""

from __future__ import annotations

from datetime import date

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.handover import queries, refusals, transfer
from handover_core.handover.departing import rules
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import (
    Consent,
    ConsentTo,
    DateChange,
    Departure,
    DepartureKind,
    DepartureState,
    HandoverState,
    LegalFacts,
    Receipt,
    Undo,
)
from handover_core.handover.opening import rederived
from handover_core.handover.standing import DepartureFacts
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import EmployeeStatus
from handover_core.organization.queries import holdings
from handover_core.organization.rules import is_named_in
from handover_core.storage import Eq, In, UnitOfWork
from handover_core.values import Document


class DepartureCommands(Room):
    """Notices, their receipt, their dates, their withdrawal and their effect."""

    def announce(
        self, employee_id: str, kind: DepartureKind, notice_on: date | None, last_day: date, *, reason: str = "",
        position_ids: tuple[str, ...] = (),
    ) -> Departure:  # fmt: skip
        """Record a notice, of today where no day is given; for a move, ``position_ids`` are the positions left.

        ``reason`` is the leaver's own and stands in the departure alone, not beside the entries of the history.
        """

        def decide(unit: UnitOfWork) -> Departure:
            noticed = notice_on or self.desk.today(unit)
            rules.check_dates(noticed, last_day)
            employees = unit.repository(EMPLOYEE)
            person = employees.get(employee_id)
            self.check(unit, rules.EMPLOYEE_ACTIONS, "announce", queries.leaver_facts(unit, employee_id))
            held = {each.position.id for each in holdings(unit, employee_id, last_day)}
            rules.check_positions(kind, position_ids, held)
            departure = Departure(
                id=unit.new_id(), employee_id=employee_id, kind=kind, notice_on=noticed, last_day=last_day,
                reason=reason, position_ids=position_ids,
            )  # fmt: skip
            if departure.is_move:
                employees.touch(person)
            else:
                employees.change(person, status=EmployeeStatus.LEAVING)
            return unit.repository(DEPARTURE).add(departure)

        return self.desk.do("handover.announce", decide)

    def record_receipt(self, departure_id: str, note: str = "") -> Departure:
        """Record that the other side has received the notice; a resignation needs no approval."""

        def decide(unit: UnitOfWork) -> Departure:
            departure = self._facts(unit, "record_receipt", departure_id).departure
            receipt = Receipt(by_id=self.desk.actor.id, on=self.desk.today(unit), note=note)
            return unit.repository(DEPARTURE).change(departure, state=DepartureState.RECEIVED, receipt=receipt)

        return self.desk.do("handover.record_receipt", decide)

    def record_consent(
        self, departure_id: str, to: ConsentTo, *, last_day: date | None = None, note: str = "",
        document: Document | None = None,
    ) -> Departure:  # fmt: skip
        """Record that the other side agrees to a withdrawal, or to ``last_day`` as the new last day.

        Where the company gave notice, the employee agrees, or HR records it with the signed paper as ``document``.
        """

        def decide(unit: UnitOfWork) -> Departure:
            departure = self._facts(unit, "record_consent", departure_id).departure
            consent = Consent(
                to=to, by_id=self.desk.actor.id, on=self.desk.today(unit), last_day=last_day, note=note,
                document=document,
            )  # fmt: skip
            return unit.repository(DEPARTURE).save(rules.consented(departure, consent))

        return self.desk.do("handover.record_consent", decide)

    def reschedule(self, departure_id: str, last_day: date, reason: str) -> Departure:
        """Move the last day and plan the open cases anew: due dates, custodians, the derived list.

        Once the notice was received this takes the other side's consent to this very day; what the company does at an
        employee's wish is its consent.
        """

        def decide(unit: UnitOfWork) -> Departure:
            former = self._facts(unit, "reschedule", departure_id).departure
            rules.check_agreed(self.desk.actor, former, last_day)
            today = self.desk.today(unit)
            change = DateChange(last_day=former.last_day, changed_on=today, by_id=self.desk.actor.id, reason=reason)
            changed = unit.repository(DEPARTURE).save(rules.rescheduled(former, last_day, change))
            for case in unit.repository(HANDOVER).list(Eq("departure_id", departure_id)):
                items = unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case.id))
                transfer.move_custodians(unit, items, former.last_day, changed.last_day, self.desk.policy)
                if case.state is HandoverState.OPEN:
                    rederived(unit, self.desk, case, changed)
            return changed

        return self.desk.do("handover.reschedule", decide, reason)

    def state_facts(self, departure_id: str, facts: LegalFacts) -> Departure:
        """State what the law asks beside the kind: fault, pay in lieu of notice, compensation."""

        def decide(unit: UnitOfWork) -> Departure:
            departure = self._facts(unit, "state_facts", departure_id).departure
            return unit.repository(DEPARTURE).change(departure, facts=facts)

        return self.desk.do("handover.state_facts", decide)

    def withdraw(self, departure_id: str, reason: str, *, moved: Undo | None = None) -> Departure:
        """Withdraw a notice; its case, if there is one, is closed as withdrawn.

        Once its receipt was recorded that takes the other side's consent; what the company does at an employee's wish
        is its consent. ``moved`` says what becomes of what receivers have verified already: they keep it, or give it
        back. Refused without it where something has moved, and for a reason that names the person: it would stand in
        the history for ever.
        """

        def decide(unit: UnitOfWork) -> Departure:
            facts = self._facts(unit, "withdraw", departure_id)
            if is_named_in(facts.person, reason):
                raise Refused(refusals.REASON_NAMES)
            if moved is None and queries.moved(unit, facts.cases):
                raise Refused(refusals.MOVED_ALREADY)
            departure = facts.departure
            if facts.person.status is EmployeeStatus.LEAVING:
                unit.repository(EMPLOYEE).change(facts.person, status=EmployeeStatus.ACTIVE)
            if moved is Undo.GIVE_BACK:
                ids = tuple(case.id for case in facts.cases)
                items = unit.repository(HANDOVER_ITEM).list(In("handover_id", ids))
                transfer.give_back(unit, items, departure)
            for case in facts.cases:
                unit.repository(HANDOVER).change(case, state=HandoverState.WITHDRAWN)
            return unit.repository(DEPARTURE).change(
                departure, state=DepartureState.WITHDRAWN, consents=self._consents(unit, departure, reason)
            )

        return self.desk.do("handover.withdraw", decide, reason)

    def take_effect(self, departure_id: str) -> Departure:
        """End the employment (or the positions left) after the last day, even with items open: the case goes on."""

        def decide(unit: UnitOfWork) -> Departure:
            return transfer.take_effect(unit, self._facts(unit, "take_effect", departure_id).departure)

        return self.desk.do("handover.take_effect", decide)

    def _facts(self, unit: UnitOfWork, action: str, departure_id: str) -> DepartureFacts:
        facts = queries.departure_facts(unit, departure_id)
        self.check(unit, rules.DEPARTURE_ACTIONS, action, facts)
        return facts

    def _consents(self, unit: UnitOfWork, departure: Departure, note: str) -> tuple[Consent, ...]:
        """Return the consents on record, with this command among them where it is the other side's."""
        if departure.state is not DepartureState.RECEIVED or not rules.is_consent(self.desk.actor, departure):
            return departure.consents
        own = Consent(to=ConsentTo.WITHDRAWAL, by_id=self.desk.actor.id, on=self.desk.today(unit), note=note)
        return (*departure.consents, own)
