"""Commands about questions: asking, answering, passing on to who may know."""

from __future__ import annotations

from handover_core.desk import Room
from handover_core.handover import queries, rules
from handover_core.handover.kinds import HANDOVER, HANDOVER_QUESTION
from handover_core.handover.model import HandoverQuestion, Route
from handover_core.handover.questions import rules as question_rules
from handover_core.handover.questions.queries import question_facts, whom_to_ask
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import UnitOfWork


class QuestionCommands(Room):
    """A question of a receiver goes to whoever knows: the giver, a backup, an author, a previous holder."""

    def ask(self, item_id: str, question: str, to_id: str | None = None) -> HandoverQuestion:
        """Ask about an item as its receiver; the question goes to who knows next unless somebody is named."""

        def decide(unit: UnitOfWork) -> HandoverQuestion:
            today = self.desk.today(unit)
            facts = queries.item_facts(unit, item_id, today, self.desk.policy)
            self.check(unit, rules.ITEM_ACTIONS, "ask", facts)
            case = facts.facts.case
            unit.repository(HANDOVER).require(case)
            if to_id is not None:
                rules.check_present(unit.repository(EMPLOYEE).get(to_id))
            named = None if to_id is None else Route(to_id=to_id, because=question_rules.NAMED)
            route = named or whom_to_ask(unit, facts.item, case, {self.desk.actor.id}, today)
            return unit.repository(HANDOVER_QUESTION).add(
                HandoverQuestion(
                    id=unit.new_id(), handover_id=case.id, item_id=item_id, asked_by_id=self.desk.actor.id,
                    asked_at=unit.now, question=question, to_id=None if route is None else route.to_id, route=route,
                )
            )  # fmt: skip

        return self.desk.do("handover.ask", decide)

    def answer(self, question_id: str, answer: str) -> HandoverQuestion:
        """Answer a question."""

        def decide(unit: UnitOfWork) -> HandoverQuestion:
            facts = question_facts(unit, question_id, self.desk.today(unit))
            self.check(unit, question_rules.ACTIONS, "answer", facts)
            return unit.repository(HANDOVER_QUESTION).change(
                facts.question, answer=answer, answered_by_id=self.desk.actor.id, answered_at=unit.now
            )

        return self.desk.do("handover.answer", decide)

    def pass_question(self, question_id: str) -> HandoverQuestion:
        """Say that whoever was asked does not know or cannot answer; the question goes to who may know next."""

        def decide(unit: UnitOfWork) -> HandoverQuestion:
            facts = question_facts(unit, question_id, self.desk.today(unit))
            self.check(unit, question_rules.ACTIONS, "pass_question", facts)
            onward = facts.onward
            assert onward is not None  # noqa: S101 - the guard refuses where nobody is left
            return unit.repository(HANDOVER_QUESTION).save(question_rules.passed_on(facts.question, onward))

        return self.desk.do("handover.pass_question", decide)
