"""Commands about what follows a departure: clearance, a return from leave, and the handover to a successor."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.handover import queries, refusals
from handover_core.handover.clearance import rules as clearance_rules
from handover_core.handover.departing import rules
from handover_core.handover.facts import ONE_DAY
from handover_core.handover.kinds import DEPARTURE
from handover_core.handover.model import (
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    Origin,
    Receipt,
    Settled,
)
from handover_core.handover.opening import opened
from handover_core.handover.standing import CustodyFacts
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE
from handover_core.organization.model import Assignment, Capacity, EmployeeStatus
from handover_core.organization.queries import holders, manager_of
from handover_core.organization.service import assign
from handover_core.policy.presets import Settlement
from handover_core.storage import Eq, UnitOfWork
from handover_core.values import DateRange


@frozen(kw_only=True)
class Returned:
    """What a return from long leave brought: the positions taken up again, and the cases in which they come back."""

    departure: Departure
    assignments: tuple[Assignment, ...]
    cases: tuple[Handover, ...]


class AfterwardsCommands(Room):
    """Settling, coming back, and handing on to who stays."""

    def settle(self, departure_id: str, what: Settlement, note: str = "") -> Departure:
        """Record that something of the clearance was paid, issued or transferred.

        Only compensation may have to wait for the handover; wages, certificate and transfers are never refused for it.
        """

        def decide(unit: UnitOfWork) -> Departure:
            facts, found = queries.settling_facts(unit, departure_id, self.desk.policy)
            self.check(unit, clearance_rules.ACTIONS, "settle", facts)
            made = Settled(what=what, on=self.desk.today(unit), by_id=self.desk.actor.id, note=note)
            return unit.repository(DEPARTURE).save(clearance_rules.settled(facts.departure, made, found))

        return self.desk.do("handover.settle", decide)

    def end_leave(self, departure_id: str, back_on: date, *, overlap_until: date | None = None) -> Returned:
        """Let somebody come back from long leave: they take up the positions they left, and get back what they handed over.

        Each interim custodian of these positions hands back in a case of their own, with ``overlap_until`` (``back_on``
        unless given) as its last day. Who is leaving anyway hands over in the case that is open already.
        """

        def decide(unit: UnitOfWork) -> Returned:
            facts = queries.departure_facts(unit, departure_id)
            self.check(unit, rules.DEPARTURE_ACTIONS, "end_leave", facts)
            rules.check_dates(facts.departure.last_day + ONE_DAY, back_on)
            person = unit.repository(EMPLOYEE).change(facts.person, status=EmployeeStatus.ACTIVE)
            mine = unit.repository(ASSIGNMENT).list(Eq("employee_id", person.id))
            left = [each for each in mine if each.effective.end == facts.departure.last_day + ONE_DAY]
            back = [
                assign(
                    unit,
                    evolve(each, id=unit.new_id(), version=0, external=(), effective=DateRange(back_on), sign_off=None),
                    unit.repository(EMPLOYEE).get(person.id),
                )
                for each in left
                if each.capacity is not Capacity.TRAINEE
            ]
            custodians = [
                each
                for each in holders(unit, {each.position_id for each in left}, back_on)
                if each.capacity is Capacity.CUSTODIAN and each.employee_id != person.id
            ]
            origin = Origin(handover_id=facts.cases[-1].id) if facts.cases else None
            custody = [queries.custody_facts(unit, each.id) for each in custodians]
            cases = [
                self._second(unit, each, person.id, overlap_until or back_on, origin)
                for each in custody
                if each.open_departure is None
            ]
            return Returned(departure=facts.departure, assignments=tuple(back), cases=tuple(cases))

        return self.desk.do("handover.end_leave", decide)

    def hand_to_successor(
        self, assignment_id: str, successor_id: str, last_day: date, *, first_case_id: str | None = None
    ) -> Handover:
        """Open the second handover: from the interim custodian whose assignment this is to the successor.

        ``last_day`` is the last one of the custodian and lies in the assignment. The successor holds the position by an
        assignment of their own, or becomes its custodian like any receiver. ``first_case_id`` is the case it follows.
        """

        def decide(unit: UnitOfWork) -> Handover:
            facts = queries.custody_facts(unit, assignment_id)
            self.check(unit, rules.ASSIGNMENT_ACTIONS, "hand_to_successor", facts)
            if not facts.assignment.effective.contains(last_day):
                raise Refused(refusals.NO_CUSTODIAN, name=facts.person.name, day=last_day)
            origin = None if first_case_id is None else Origin(handover_id=first_case_id)
            return self._second(unit, facts, successor_id, last_day, origin)

        return self.desk.do("handover.hand_to_successor", decide)

    def _second(
        self, unit: UnitOfWork, custody: CustodyFacts, to_id: str, last_day: date, origin: Origin | None
    ) -> Handover:
        noticed = min(self.desk.today(unit), last_day)
        unit.repository(EMPLOYEE).touch(custody.person)
        departure = unit.repository(DEPARTURE).add(
            Departure(
                id=unit.new_id(), employee_id=custody.person.id, kind=DepartureKind.ROTATION, notice_on=noticed,
                last_day=last_day, position_ids=(custody.assignment.position_id,), state=DepartureState.RECEIVED,
                receipt=Receipt(by_id=self.desk.actor.id, on=noticed),
            )
        )  # fmt: skip
        return opened(unit, self.desk, departure, self._supervisor(unit, custody.person.id, to_id), to_id, origin)

    def _supervisor(self, unit: UnitOfWork, giver_id: str, receiver_id: str) -> str | None:
        """Return who supervises a second handover: the giver's manager, else who opens it, where neither receives."""
        known = (manager_of(unit, giver_id, self.desk.today(unit)), self.desk.actor.id)
        able = unit.repository(EMPLOYEE).get_many(id_ for id_ in known if id_ not in {giver_id, receiver_id})
        return next((id_ for id_, person in able.items() if person.status is not EmployeeStatus.LEFT), None)
