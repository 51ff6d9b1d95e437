"""Use cases of the handover room."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import evolve, frozen

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.guards import allowed, unknown_kind
from handover_core.handover import planning, queries, refusals, rules, transfer
from handover_core.handover.derivation import Planned, derive
from handover_core.handover.facts import ONE_DAY, backups, gather
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import (
    Briefing,
    Demand,
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverItem,
    HandoverQuestion,
    HandoverState,
    Receipt,
    SeparationException,
    Verified,
    Waiver,
)
from handover_core.handover.planning import Plan, PlanContext
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, POSITION
from handover_core.organization.model import Assignment, EmployeeStatus
from handover_core.organization.queries import manager_of
from handover_core.policy import Verification
from handover_core.storage import Eq, In, Order, Page, UnitOfWork, all_of
from handover_core.values import Document

OPEN_DEPARTURES = (DepartureState.ANNOUNCED, DepartureState.RECEIVED)


@frozen(kw_only=True)
class Completion:
    """What became of an attempt to complete: done, or what the re-read of the store found left with the giver."""

    case: Handover
    completed: bool
    found: tuple[HandoverItem, ...] = ()


class HandoverService(Room):
    """Departures, handover cases and their items.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`.
    """

    # Departures

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
            where = all_of(Eq("employee_id", employee_id), In("state", OPEN_DEPARTURES))
            rules.check_announcing(self.desk.actor, person, unit.repository(DEPARTURE).list(where, limit=1))
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
        """Withdraw a notice that was not received yet; its case, if there is one, is closed as withdrawn."""

        def decide(unit: UnitOfWork) -> Departure:
            departure = self._departure(unit, "withdraw", departure_id)
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

    # Cases

    def open_case(
        self, departure_id: str, *, supervisor_id: str | None = None, default_receiver_id: str | None = None
    ) -> Handover:
        """Open the case of a departure and derive its list.

        The supervisor is the leaver's manager unless named. ``default_receiver_id`` receives what no backup or
        colleague in the position is there for.
        """

        def decide(unit: UnitOfWork) -> Handover:
            departure = self._departure(unit, "open_case", departure_id)
            cases = unit.repository(HANDOVER)
            today = self.desk.today(unit)
            giver = unit.repository(EMPLOYEE).get(departure.employee_id)
            existing = cases.list(Eq("giver_id", giver.id))
            for case in existing:
                if case.departure_id == departure_id:
                    raise Refused(refusals.CASE_EXISTS, code=case.code)
            leader = supervisor_id or manager_of(unit, giver.id, min(today, departure.last_day))
            if leader is None:
                raise Refused(refusals.NO_SUPERVISOR)
            if leader == giver.id:
                raise Refused(refusals.SUPERVISOR_IS_GIVER)
            case = Handover(
                id=unit.new_id(), code=giver.number if not existing else f"{giver.number}.{len(existing) + 1}",
                departure_id=departure_id, giver_id=giver.id, supervisor_id=leader,
                opened_on=min(today, departure.last_day), default_receiver_id=default_receiver_id,
            )  # fmt: skip
            if default_receiver_id is not None:
                receiver = unit.repository(EMPLOYEE).get(default_receiver_id)
                rules.check_receiver(rules.CaseFacts(case=case, departure=departure), receiver)
            return self._derive(unit, cases.add(case), departure)[0]

        return self.desk.do("handover.open_case", decide)

    def derive(self, case_id: str) -> Plan:
        """Derive the list again and return the difference; nothing is changed where there is none."""

        def decide(unit: UnitOfWork) -> Plan:
            facts = self._case(unit, "derive", case_id)
            return self._derive(unit, facts.case, facts.departure)[1]

        return self.desk.do("handover.derive", decide)

    def serve_demand(self, case_id: str, how: str, document: Document | None = None) -> Handover:
        """Record that the written demand to hand over was served on the giver (evidence)."""

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "serve_demand", case_id).case
            demand = Demand(on=self.desk.today(unit), by_id=self.desk.actor.id, how=how, document=document)
            return unit.repository(HANDOVER).change(case, demands=(*case.demands, demand))

        return self.desk.do("handover.serve_demand", decide)

    def record_refusal(self, case_id: str, reason: str) -> Handover:
        """Record that the giver refuses to hand over; from then on the supervisor briefs from records."""

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "record_refusal", case_id).case
            return unit.repository(HANDOVER).change(case, giver_refuses_since=self.desk.today(unit))

        return self.desk.do("handover.record_refusal", decide, reason)

    def grant_exception(self, case_id: str, person_id: str, reason: str) -> Handover:
        """Lift the separation of duties for one person on one case; the actor answers for it as approver."""

        def decide(unit: UnitOfWork) -> Handover:
            case = self._case(unit, "grant_exception", case_id).case
            if person_id == self.desk.actor.id:
                raise Refused(refusals.OWN_EXCEPTION)
            made = SeparationException(
                person_id=person_id, reason=reason, approver_id=self.desk.actor.id, on=self.desk.today(unit)
            )
            return unit.repository(HANDOVER).change(case, exceptions=(*case.exceptions, made))

        return self.desk.do("handover.grant_exception", decide, reason)

    def appoint_custodian(self, case_id: str, position_id: str, employee_id: str) -> Assignment | None:
        """Make somebody interim custodian of a position the giver leaves, and receiver of its open items.

        Returns None where they hold the position after the last day in some other way already.
        """

        def decide(unit: UnitOfWork) -> Assignment | None:
            facts = self._case(unit, "appoint_custodian", case_id)
            person = unit.repository(EMPLOYEE).get(employee_id)
            rules.check_receiver(facts, person)
            for item in unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case_id)):
                if item.position_id == position_id and not item.is_closed:
                    unit.repository(HANDOVER_ITEM).save(self._reassigned(unit, item, employee_id, ""))
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
            case, changes = self._derive(unit, facts.case, facts.departure)
            left = (*changes.added, *changes.stale, *(each for each in changes.changed if not each.is_closed))
            if left:
                return Completion(case=case, completed=False, found=left)
            transfer.take_effect(unit, facts.departure)
            done = evolve(case, state=HandoverState.COMPLETED, completed_on=self.desk.today(unit))
            return Completion(case=unit.repository(HANDOVER).save(done), completed=True)

        return self.desk.do("handover.complete", decide)

    # Items

    def assign_receiver(self, item_id: str, receiver_id: str, reason: str = "") -> HandoverItem:
        """Name the one receiver of an item; a former one stays in its history."""

        def change(unit: UnitOfWork, facts: rules.ItemFacts) -> HandoverItem:
            rules.check_receiver(facts.facts, unit.repository(EMPLOYEE).get(receiver_id))
            return self._reassigned(unit, facts.item, receiver_id, reason)

        return self._on_item("assign_receiver", item_id, change, reason or None)

    def name_verifier(self, item_id: str, verifier_id: str) -> HandoverItem:
        """Name who verifies an item in the supervisor's place."""

        def change(unit: UnitOfWork, facts: rules.ItemFacts) -> HandoverItem:
            rules.check_verifier(facts, unit.repository(EMPLOYEE).get(verifier_id))
            return evolve(facts.item, verifier_id=verifier_id)

        return self._on_item("name_verifier", item_id, change)

    def brief(
        self,
        item_id: str,
        summary: str,
        *,
        actions: str = "",
        situation: str = "",
        documents: tuple[Document, ...] = (),
    ) -> HandoverItem:
        """Explain an item; the supervisor does it from records once the giver refuses or is gone."""

        def change(unit: UnitOfWork, facts: rules.ItemFacts) -> HandoverItem:
            from_records = self.desk.actor.id != facts.facts.case.giver_id
            briefing = Briefing(
                by_id=self.desk.actor.id, at=unit.now, summary=summary, actions=actions, situation=situation,
                documents=documents, from_records=from_records,
            )  # fmt: skip
            return rules.briefed(facts.item, briefing)

        return self._on_item("brief", item_id, change)

    def accept(self, item_id: str, read_back: str = "") -> HandoverItem:
        """Take an item over; a critical one needs a read-back in the receiver's own words."""
        return self._on_item(
            "accept",
            item_id,
            lambda unit, facts: rules.accepted(facts.item, self.desk.actor.id, unit.now, read_back, self.desk.policy),
        )

    def return_item(self, item_id: str, reason: str) -> HandoverItem:
        """Give an item back because something is missing; it has to be explained again."""
        return self._on_item(
            "return_item",
            item_id,
            lambda unit, facts: rules.returned(facts.item, self.desk.actor.id, unit.now, reason),
            reason,
        )

    def verify(
        self,
        item_id: str,
        evidence: str = "",
        *,
        method: Verification | None = None,
        documents: tuple[Document, ...] = (),
    ) -> HandoverItem:
        """Confirm the proof of arrival; ownership of a record moves in the same unit."""

        def change(unit: UnitOfWork, facts: rules.ItemFacts) -> HandoverItem:
            proof = Verified(
                by_id=self.desk.actor.id, at=unit.now, method=method or facts.item.verification, evidence=evidence,
                documents=documents,
            )  # fmt: skip
            verified = rules.verified(facts.item, proof)
            grant = transfer.move(unit, verified, facts.facts.departure, self.desk.policy, self.desk.today(unit))
            return evolve(verified, verified=evolve(proof, grant=grant))

        return self._on_item("verify", item_id, change)

    def waive(self, item_id: str, reason: str) -> HandoverItem:
        """Approve that an item need not be handed over; a critical one needs a second approver."""

        def change(unit: UnitOfWork, facts: rules.ItemFacts) -> HandoverItem:
            waiver = Waiver(approver_id=self.desk.actor.id, at=unit.now, reason=reason)
            return rules.waived(facts.item, waiver, self.desk.policy)

        return self._on_item("waive", item_id, change, reason)

    def ask(self, item_id: str, question: str, to_id: str | None = None) -> HandoverQuestion:
        """Ask about an item as its receiver; the question goes to the giver unless somebody else is named."""

        def decide(unit: UnitOfWork) -> HandoverQuestion:
            facts = self._item(unit, "ask", item_id)
            return unit.repository(HANDOVER_QUESTION).add(
                HandoverQuestion(
                    id=unit.new_id(), handover_id=facts.facts.case.id, item_id=item_id, asked_by_id=self.desk.actor.id,
                    asked_at=unit.now, question=question, to_id=to_id or facts.facts.case.giver_id,
                )
            )  # fmt: skip

        return self.desk.do("handover.ask", decide)

    def answer(self, question_id: str, answer: str) -> HandoverQuestion:
        """Answer a question."""

        def decide(unit: UnitOfWork) -> HandoverQuestion:
            asked = unit.repository(HANDOVER_QUESTION).get(question_id)
            if asked.answer is not None:
                raise Refused(refusals.NOT_ANSWERER)
            return unit.repository(HANDOVER_QUESTION).change(
                asked, answer=answer, answered_by_id=self.desk.actor.id, answered_at=unit.now
            )

        return self.desk.do("handover.answer", decide)

    # Questions

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
        return self.desk.ask(lambda unit: self._derived(unit, unit.repository(DEPARTURE).get(departure_id)))

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
            if kind == HANDOVER_ITEM.name:
                return allowed(rules.ITEM_ACTIONS, actor, queries.item_facts(unit, id), today)
            raise unknown_kind(kind)

        return self.desk.ask(answer)

    # Helpers

    def _departure(self, unit: UnitOfWork, action: str, departure_id: str) -> Departure:
        departure = unit.repository(DEPARTURE).get(departure_id)
        self.check(unit, rules.DEPARTURE_ACTIONS, action, departure)
        return departure

    def _case(self, unit: UnitOfWork, action: str, case_id: str) -> rules.CaseFacts:
        facts = queries.case_facts(unit, unit.repository(HANDOVER).get(case_id))
        self.check(unit, rules.CASE_ACTIONS, action, facts)
        return facts

    def _item(self, unit: UnitOfWork, action: str, item_id: str) -> rules.ItemFacts:
        facts = queries.item_facts(unit, item_id)
        self.check(unit, rules.ITEM_ACTIONS, action, facts)
        # The case may not be closed by somebody else while an item of it changes.
        unit.repository(HANDOVER).require(facts.facts.case)
        return facts

    def _on_item(self, action: str, item_id: str, change: Any, reason: str | None = None) -> HandoverItem:
        def decide(unit: UnitOfWork) -> HandoverItem:
            facts = self._item(unit, action, item_id)
            return unit.repository(HANDOVER_ITEM).save(change(unit, facts))

        return self.desk.do(f"handover.{action}", decide, reason)

    def _reassigned(self, unit: UnitOfWork, item: HandoverItem, receiver_id: str, reason: str) -> HandoverItem:
        return rules.reassigned(item, receiver_id, self.desk.actor.id, unit.now, reason)

    def _derived(self, unit: UnitOfWork, departure: Departure) -> tuple[Planned, ...]:
        return derive(gather(unit, departure, self.desk.today(unit)))

    def _derive(self, unit: UnitOfWork, case: Handover, departure: Departure) -> tuple[Handover, Plan]:
        items = unit.repository(HANDOVER_ITEM)
        derived = self._derived(unit, departure)
        present = items.list(Eq("handover_id", case.id))
        context = PlanContext(
            policy=self.desk.policy, calendar=self.desk.calendar, last_day=departure.last_day,
            receivers=self._receivers(unit, case, departure, derived), new_id=unit.new_id, now=unit.now,
        )  # fmt: skip
        changes = planning.plan(case, present, derived, context)
        for item in (*changes.changed, *changes.obsolete, *changes.stale):
            items.save(item)
        items.add_many(changes.added)
        numbered = evolve(case, last_item=case.last_item + len(changes.added), derived_on=self.desk.today(unit))
        return (case if changes.empty else unit.repository(HANDOVER).save(numbered)), changes

    def _receivers(
        self, unit: UnitOfWork, case: Handover, departure: Departure, derived: tuple[Planned, ...]
    ) -> dict[str, str]:
        """Return for each position who else stands for it and may receive: the first by number."""
        places = {each.position_id for each in derived if each.position_id is not None}
        named = backups(unit, places, departure)
        people = unit.repository(EMPLOYEE).get_many(each.employee_id for found in named.values() for each in found)
        chosen: dict[str, str] = {}
        for place, found in named.items():
            able = [
                people[each.employee_id]
                for each in found
                if each.employee_id != case.supervisor_id
                and people[each.employee_id].status in {EmployeeStatus.ACTIVE, EmployeeStatus.ON_LONG_LEAVE}
            ]
            if able:
                chosen[place] = min(able, key=lambda person: person.number).id
        return chosen
