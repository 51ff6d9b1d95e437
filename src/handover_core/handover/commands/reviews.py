"""The review: what has to be said today about all cases, said once and kept."""

from __future__ import annotations

from handover_core.desk import Room
from handover_core.handover import rules
from handover_core.handover.kinds import HANDOVER, HANDOVER_FINDING
from handover_core.handover.model import HandoverFinding, HandoverState
from handover_core.handover.review.queries import Keepers, keepers, to_review, watched
from handover_core.handover.review.rules import new_findings
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Eq, Order, UnitOfWork


class ReviewCommands(Room):
    """Reviewing, and reading what reviews found."""

    def review(self) -> tuple[HandoverFinding, ...]:
        """Look at every open case, and at those completed lately, and return what had not been said before.

        Each finding is stored, so that a second review of the day, or one after an outage of a week, says each thing
        once; with the finding its entry in the outbox is written. Each case is a unit of work of its own.
        """
        cases, roles = self.desk.ask(self._begin)
        return tuple(each for case_id in cases for each in self._review(case_id, roles))

    def findings(self, case_id: str) -> list[HandoverFinding]:
        """Return all that reviews said about a case, the oldest first."""
        return self.desk.ask(
            lambda unit: unit.repository(HANDOVER_FINDING).list(Eq("handover_id", case_id), order=Order("found_on"))
        )

    def findings_for(self, employee_id: str) -> list[HandoverFinding]:
        """Return all that reviews said to one person, the oldest first."""
        return self.desk.ask(
            lambda unit: unit.repository(HANDOVER_FINDING).list(Eq("to_id", employee_id), order=Order("found_on"))
        )

    def _begin(self, unit: UnitOfWork) -> tuple[list[str], Keepers]:
        self.check(unit, rules.COMPANY_ACTIONS, "review", None)
        return to_review(unit, self.desk.today(unit)), keepers(unit)

    def _review(self, case_id: str, roles: Keepers) -> list[HandoverFinding]:
        def decide(unit: UnitOfWork) -> list[HandoverFinding]:
            cases, today = unit.repository(HANDOVER), self.desk.today(unit)
            case = cases.get(case_id)
            if case.state is HandoverState.WITHDRAWN:
                return []
            seen = watched(
                unit, case, roles, today, policy=self.desk.policy, calendar=self.desk.calendar,
                zone=self.desk.zone_of(unit),
            )  # fmt: skip
            found = new_findings(seen, self.desk.policy)
            if found:
                # Two reviews at once would say the same things; both touch the case, so one runs again and sees them.
                cases.touch(case)
            known = unit.repository(EMPLOYEE).get_many(each.to_id for each in found)
            return [
                unit.repository(HANDOVER_FINDING).add(
                    HandoverFinding(
                        id=unit.new_id(), handover_id=case_id, code=each.code, mark=each.mark, found_on=today,
                        to_id=each.to_id if each.to_id in known else None, since=each.since, params=each.params,
                        rungs=each.rungs,
                    )
                )
                for each in found
            ]  # fmt: skip

        return self.desk.do("handover.review", decide)
