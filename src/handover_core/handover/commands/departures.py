"""Commands about departures: from the notice to the day it takes effect."""

from __future__ import annotations

from datetime import date

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.handover import queries, refusals, rules, transfer
from handover_core.handover.kinds import DEPARTURE, HANDOVER
from handover_core.handover.model import (
    Departure,
    DepartureKind,
    DepartureState,
    HandoverState,
    Receipt,
)
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import EmployeeStatus
from handover_core.organization.queries import holdings
from handover_core.storage import Eq, UnitOfWork


class DepartureCommands(Room):
    """Notices, their receipt, their withdrawal and their effect."""

    def announce(
        self, employee_id: str, kind: DepartureKind, notice_on: date | None, last_day: date, *, reason: str = "",
        position_ids: tuple[str, ...] = (),
    ) -> Departure:  # fmt: skip
        """Record a notice, of today where no day is given; for a move, ``position_ids`` are the positions left."""

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

        return self.desk.do("handover.announce", decide, reason or None)

    def record_receipt(self, departure_id: str, note: str = "") -> Departure:
        """Record that the company has received the notice; a resignation needs no approval."""

        def decide(unit: UnitOfWork) -> Departure:
            departure = self._departure(unit, "record_receipt", departure_id)
            receipt = Receipt(by_id=self.desk.actor.id, on=self.desk.today(unit), note=note)
            return unit.repository(DEPARTURE).change(departure, state=DepartureState.RECEIVED, receipt=receipt)

        return self.desk.do("handover.record_receipt", decide)

    def withdraw(self, departure_id: str, reason: str) -> Departure:
        """Withdraw a notice; its case, if there is one, is closed as withdrawn.

        Once its receipt was recorded that is the company's command, which records its consent. Refused when verified
        items have moved already.
        """

        def decide(unit: UnitOfWork) -> Departure:
            departure = self._departure(unit, "withdraw", departure_id)
            if queries.moved(unit, unit.repository(HANDOVER).list(Eq("departure_id", departure_id))):
                raise Refused(refusals.MOVED_ALREADY)
            person = unit.repository(EMPLOYEE).get(departure.employee_id)
            if person.status is EmployeeStatus.LEAVING:
                unit.repository(EMPLOYEE).change(person, status=EmployeeStatus.ACTIVE)
            for case in unit.repository(HANDOVER).list(Eq("departure_id", departure_id)):
                unit.repository(HANDOVER).change(case, state=HandoverState.WITHDRAWN)
            return unit.repository(DEPARTURE).change(departure, state=DepartureState.WITHDRAWN)

        return self.desk.do("handover.withdraw", decide, reason)

    def take_effect(self, departure_id: str) -> Departure:
        """End the employment (or the positions left) after the last day, even with items open: the case goes on."""

        def decide(unit: UnitOfWork) -> Departure:
            return transfer.take_effect(unit, self._departure(unit, "take_effect", departure_id))

        return self.desk.do("handover.take_effect", decide)

    def _departure(self, unit: UnitOfWork, action: str, departure_id: str) -> Departure:
        departure = unit.repository(DEPARTURE).get(departure_id)
        self.check(unit, rules.DEPARTURE_ACTIONS, action, departure)
        return departure
