"""Commands about items: briefing, acceptance, take-over, return, verification, waiver."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from handover_core.desk import Room
from handover_core.handover import queries, rules, transfer
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import Acceptance, Briefing, HandoverItem, TakeOver, Verified, Waiver
from handover_core.handover.standing import ItemFacts
from handover_core.organization.kinds import EMPLOYEE
from handover_core.policy import Verification
from handover_core.storage import UnitOfWork
from handover_core.values import Document

CLOSES = frozenset({"verify", "waive"})
"""Commands after which an item is closed: the case may not be withdrawn or completed by somebody else meanwhile.

The others need no such guard, and so receivers do not wait for each other: a case with an open item cannot be
completed, and an item that was accepted at the moment of a withdrawal moved nothing.
"""


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

    def accept(self, item_id: str, read_back: str = "", *, take_over: str = "") -> HandoverItem:
        """Accept an item; a critical one needs a read-back in the receiver's own words.

        ``take_over`` is the statement that it is theirs now; without it giver and receiver overlap until `take_over`.
        """

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
            accepted = rules.accepted(
                facts.item, Acceptance(by_id=self.desk.actor.id, at=unit.now, read_back=read_back), self.desk.policy
            )
            return rules.taken_over(accepted, self._statement(unit, take_over)) if take_over else accepted

        return self._on_item("accept", item_id, change)

    def take_over(self, item_id: str, statement: str) -> HandoverItem:
        """State, as the receiver of an accepted item, that it is theirs now: the overlap with the giver ends."""
        return self._on_item(
            "take_over", item_id, lambda unit, facts: rules.taken_over(facts.item, self._statement(unit, statement))
        )

    def decline(self, item_id: str, reason: str) -> HandoverItem:
        """Refuse to receive an item; it waits for another receiver, and the reason stays in its history."""
        return self._on_item(
            "decline",
            item_id,
            lambda unit, facts: rules.declined(facts.item, self.desk.actor.id, unit.now, reason),
            reason,
        )

    def hand_on(self, item_id: str, receiver_id: str, reason: str) -> HandoverItem:
        """Pass an item on, as its receiver, to somebody else; what was explained and accepted so far stays on record."""

        def change(unit: UnitOfWork, facts: ItemFacts) -> HandoverItem:
            rules.check_receiver(facts.facts, unit.repository(EMPLOYEE).get(receiver_id))
            return rules.reassigned(facts.item, receiver_id, self.desk.actor.id, unit.now, reason)

        return self._on_item("hand_on", item_id, change, reason)

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

    def _statement(self, unit: UnitOfWork, statement: str) -> TakeOver:
        return TakeOver(by_id=self.desk.actor.id, at=unit.now, statement=statement)

    def _item(self, unit: UnitOfWork, action: str, item_id: str) -> ItemFacts:
        facts = queries.item_facts(unit, item_id, self.desk.today(unit), self.desk.policy)
        self.check(unit, rules.ITEM_ACTIONS, action, facts)
        if action in CLOSES:
            unit.repository(HANDOVER).require(facts.facts.case)
        return facts

    def _on_item(self, action: str, item_id: str, change: Any, reason: str | None = None) -> HandoverItem:
        def decide(unit: UnitOfWork) -> HandoverItem:
            facts = self._item(unit, action, item_id)
            return unit.repository(HANDOVER_ITEM).save(change(unit, facts))

        return self.desk.do(f"handover.{action}", decide, reason)
