"""Commands about items: briefing, acceptance, return, verification, waiver, questions."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from handover_core.desk import Room
from handover_core.handover import queries, rules, transfer
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import (
    Briefing,
    HandoverItem,
    HandoverQuestion,
    Verified,
    Waiver,
)
from handover_core.handover.standing import ItemFacts
from handover_core.organization.kinds import EMPLOYEE
from handover_core.policy import Verification
from handover_core.storage import UnitOfWork
from handover_core.values import Document


class ItemCommands(Room):
    """The life of one item between giver, receiver, supervisor and approver."""

    def assign_receiver(self, item_id: str, receiver_id: str, reason: str = "") -> HandoverItem:
        """Name the one receiver of an item; a former one stays in its history."""

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
            rules.check_receiver(facts.facts, unit.repository(EMPLOYEE).get(receiver_id))
            return rules.reassigned(facts.item, receiver_id, self.desk.actor.id, unit.now, reason)

        return self._on_item("assign_receiver", item_id, change, reason or None)

    def name_verifier(self, item_id: str, verifier_id: str) -> HandoverItem:
        """Name who verifies an item in the supervisor's place."""

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
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

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
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

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
            proof = Verified(
                by_id=self.desk.actor.id, at=unit.now, method=method or facts.item.verification, evidence=evidence,
                documents=documents, on=self.desk.today(unit),
            )  # fmt: skip
            verified = rules.verified(facts.item, proof)
            grant = transfer.move(unit, verified, facts.facts.departure, self.desk.policy, self.desk.today(unit))
            return evolve(verified, verified=evolve(proof, grant=grant))

        return self._on_item("verify", item_id, change)

    def waive(self, item_id: str, reason: str) -> HandoverItem:
        """Approve that an item need not be handed over; a critical one needs a second approver."""

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
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
            facts = queries.question_facts(unit, question_id)
            self.check(unit, rules.QUESTION_ACTIONS, "answer", facts)
            return unit.repository(HANDOVER_QUESTION).change(
                facts.question, answer=answer, answered_by_id=self.desk.actor.id, answered_at=unit.now
            )

        return self.desk.do("handover.answer", decide)

    def _item(self, unit: UnitOfWork, action: str, item_id: str) -> ItemFacts:
        facts = queries.item_facts(unit, item_id, self.desk.today(unit))
        self.check(unit, rules.ITEM_ACTIONS, action, facts)
        # The case may not be closed by somebody else while an item of it changes.
        unit.repository(HANDOVER).require(facts.facts.case)
        return facts

    def _on_item(self, action: str, item_id: str, change: Any, reason: str | None = None) -> HandoverItem:
        def decide(unit: UnitOfWork) -> HandoverItem:
            facts = self._item(unit, action, item_id)
            return unit.repository(HANDOVER_ITEM).save(change(unit, facts))

        return self.desk.do(f"handover.{action}", decide, reason)
