"""Commands about cases: opening, deriving, refusal, completion."""

from __future__ import annotations

from attrs import evolve, frozen

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.handover import planning, queries, refusals, rules, transfer
from handover_core.handover.departing.rules import DEPARTURE_ACTIONS
from handover_core.handover.facts import ONE_DAY
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import Demand, Handover, HandoverItem, HandoverState, SeparationException
from handover_core.handover.opening import opened, rederived
from handover_core.handover.planning import Plan
from handover_core.handover.standing import CaseFacts
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, POSITION
from handover_core.organization.model import Assignment
from handover_core.storage import Eq, UnitOfWork, all_of
from handover_core.values import Document


@frozen(kw_only=True)
class Completion:
    """What became of an attempt to complete: done, or what the re-read of the store found left with the giver."""

    case: Handover
    completed: bool
    found: tuple[HandoverItem, ...] = ()


class CaseCommands(Room):
    """One case for each departure; its list is derived, never typed."""

    def open_case(
        self, departure_id: str, *, supervisor_id: str | None = None, default_receiver_id: str | None = None
    ) -> Handover:
        """Open the case of a departure and derive its list.

        The supervisor is the leaver's manager unless named. ``default_receiver_id`` receives what no backup or
        colleague in the position is there for.
        """

        def decide(unit: UnitOfWork) -> Handover:
            facts = queries.departure_facts(unit, departure_id)
            self.check(unit, DEPARTURE_ACTIONS, "open_case", facts)
            return opened(unit, self.desk, facts.departure, supervisor_id, default_receiver_id)

        return self.desk.do("handover.open_case", decide)

    def derive(self, case_id: str) -> Plan:
        """Derive the list again and return the difference; nothing is changed where there is none."""

        def decide(unit: UnitOfWork) -> Plan:
            facts = self._case(unit, "derive", case_id)
            return rederived(unit, self.desk, facts.case, facts.departure)[1]

        return self.desk.do("handover.derive", decide)

    def serve_demand(self, case_id: str, how: str, document: Document | None = None) -> Handover:
        """Record that the written demand to hand over was served on the giver (evidence)."""

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "serve_demand", case_id).case
            demand = Demand(on=self.desk.today(unit), by_id=self.desk.actor.id, how=how, document=document)
            return unit.repository(HANDOVER).change(case, demands=(*case.demands, demand))

        return self.desk.do("handover.serve_demand", decide)

    def record_refusal(self, case_id: str, reason: str) -> Handover:
        """Record that the giver refuses to hand over; from then on the supervisor briefs from records.

        ``reason`` is the giver's own and stands in the case alone, not beside the entries of the history.
        """

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "record_refusal", case_id).case
            return unit.repository(HANDOVER).change(
                case, giver_refuses_since=self.desk.today(unit), refusal_reason=reason
            )

        return self.desk.do("handover.record_refusal", decide)

    def grant_exception(self, case_id: str, person_id: str, reason: str) -> Handover:
        """Lift the separation of duties for one person on one case; the actor answers for it as approver."""

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "grant_exception", case_id).case
            if person_id == self.desk.actor.id:
                raise Refused(refusals.OWN_EXCEPTION)
            unit.repository(EMPLOYEE).get(person_id)
            made = SeparationException(
                person_id=person_id, reason=reason, approver_id=self.desk.actor.id, on=self.desk.today(unit)
            )
            return unit.repository(HANDOVER).change(case, exceptions=(*case.exceptions, made))

        return self.desk.do("handover.grant_exception", decide, reason)

    def replace_supervisor(self, case_id: str, supervisor_id: str, reason: str) -> Handover:
        """Name another supervisor, for example because the present one leaves or is away."""

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "replace_supervisor", case_id).case
            if supervisor_id == case.giver_id:
                raise Refused(refusals.SUPERVISOR_IS_GIVER)
            rules.check_present(unit.repository(EMPLOYEE).get(supervisor_id))
            return unit.repository(HANDOVER).change(case, supervisor_id=supervisor_id)

        return self.desk.do("handover.replace_supervisor", decide, reason)

    def appoint_custodian(self, case_id: str, position_id: str, employee_id: str) -> Assignment | None:
        """Make somebody interim custodian of a position the giver leaves, and receiver of its open items.

        Returns None where they hold the position after the last day in some other way already.
        """

        def decide(unit: UnitOfWork) -> Assignment | None:
            facts = self._case(unit, "appoint_custodian", case_id)
            person = unit.repository(EMPLOYEE).get(employee_id)
            rules.check_receiver(facts, person)
            items = unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case_id))
            if position_id not in {item.position_id for item in items}:
                raise Refused(refusals.NOT_OF_CASE)
            for item in items:
                if item.position_id == position_id and not item.is_closed:
                    unit.repository(HANDOVER_ITEM).save(
                        rules.reassigned(item, employee_id, self.desk.actor.id, unit.now, "")
                    )
            position = unit.repository(POSITION).get(position_id)
            mine = all_of(Eq("employee_id", employee_id), Eq("position_id", position_id))
            start = max(facts.departure.last_day + ONE_DAY, self.desk.today(unit))
            held = unit.repository(ASSIGNMENT).list(mine)
            return transfer.custodian(unit, person, position, held, start, self.desk.policy)

        return self.desk.do("handover.appoint_custodian", decide)

    def complete(self, case_id: str) -> Completion:
        """Re-read the store and close the case when nothing is left with the giver.

        The departure takes effect in the same unit. Whatever the re-read finds becomes an item of the case, which
        then stays open; the result says so.
        """

        def decide(unit: UnitOfWork) -> Completion:
            facts = self._case(unit, "complete", case_id)
            case, changes = rederived(unit, self.desk, facts.case, facts.departure)
            items = unit.repository(HANDOVER_ITEM)
            every = items.list(Eq("handover_id", case_id))
            today = self.desk.today(unit)
            empty = transfer.not_held(unit, every, facts.departure, today)
            again = [items.save(planning.reopened(each, unit.now)) for each in empty]
            left = (*changes.added, *changes.stale, *(each for each in changes.changed if not each.is_closed), *again)
            if left:
                return Completion(case=case, completed=False, found=left)
            transfer.release_waived(unit, every, case)
            transfer.take_effect(unit, facts.departure)
            done = evolve(case, state=HandoverState.COMPLETED, completed_on=today)
            return Completion(case=unit.repository(HANDOVER).save(done), completed=True)

        return self.desk.do("handover.complete", decide)

    def _case(self, unit: UnitOfWork, action: str, case_id: str) -> CaseFacts:
        facts = queries.case_facts(unit, unit.repository(HANDOVER).get(case_id), self.desk.policy)
        self.check(unit, rules.CASE_ACTIONS, action, facts)
        return facts
