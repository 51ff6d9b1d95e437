"""Use cases of the procedures room."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from handover_core.desk import Room
from handover_core.errors import NotFound, Refused
from handover_core.guards import allowed, lacks_role, unknown_kind
from handover_core.organization.kinds import COMPANY, EMPLOYEE, POSITION
from handover_core.organization.queries import holdings
from handover_core.organization.rules import WORKING_CAPACITIES, is_qualified, months_after
from handover_core.procedures import rules
from handover_core.procedures.kinds import ACKNOWLEDGEMENT, SOP, SOP_RUN, SOP_VERSION
from handover_core.procedures.model import (
    Acknowledgement,
    Revision,
    RunState,
    Sop,
    SopRun,
    SopState,
    SopVersion,
    Stage,
    StepRecord,
    StepState,
)
from handover_core.storage import Eq, In, Order, Page, UnitOfWork, all_of
from handover_core.values import Document

OPEN_VERSIONS = (SopState.DRAFT, SopState.IN_REVIEW)


class ProceduresService(Room):
    """SOPs, their versions, and following them.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`.
    """

    # SOPs and versions

    def add_sop(self, sop: Sop, stages: tuple[Stage, ...] = ()) -> SopVersion:
        """Store a new SOP with its first draft, written by the actor; return the draft."""

        def decide(unit: UnitOfWork) -> SopVersion:
            stored = unit.repository(SOP).add(evolve(sop, latest_number=0, published_id=None))
            return self._draft(unit, stored, stages, Revision.MAJOR, "")

        return self.desk.do("procedures.add_sop", decide)

    def draft_version(
        self, sop_id: str, stages: tuple[Stage, ...], *, revision: Revision = Revision.MAJOR, change_note: str = ""
    ) -> SopVersion:
        """Start the next version as a draft, written by the actor; there is at most one open version."""

        def decide(unit: UnitOfWork) -> SopVersion:
            case = self._sop(unit, sop_id)
            self.check(unit, rules.SOP_ACTIONS, "draft_version", case)
            return self._draft(unit, case.sop, stages, revision, change_note)

        return self.desk.do("procedures.draft_version", decide)

    def edit_version(self, version_id: str, stages: tuple[Stage, ...]) -> SopVersion:
        """Replace the stages of a draft."""

        def decide(unit: UnitOfWork) -> SopVersion:
            case = self._version(unit, version_id)
            self.check(unit, rules.VERSION_ACTIONS, "edit_version", case)
            changed = evolve(case.version, stages=stages)
            rules.check_stages(changed)
            return unit.repository(SOP_VERSION).save(changed)

        return self.desk.do("procedures.edit_version", decide)

    def submit_version(self, version_id: str) -> SopVersion:
        """Hand a draft in for review."""
        return self._move("submit_version", version_id, SopState.IN_REVIEW)

    def return_version(self, version_id: str, reason: str) -> SopVersion:
        """Give a version under review back to its author."""
        return self._move("return_version", version_id, SopState.DRAFT, reason)

    def publish_version(self, version_id: str) -> SopVersion:
        """Approve and publish a version; the one published before is superseded."""

        def decide(unit: UnitOfWork) -> SopVersion:
            case = self._version(unit, version_id)
            self.check(unit, rules.VERSION_ACTIONS, "publish_version", case)
            day = self.desk.today(unit)
            review_by = months_after(day, self.desk.policy.review_months)
            version, sop = rules.published(case, self.desk.actor.id, day, review_by)
            former = unit.repository(SOP_VERSION).peek(case.sop.published_id)
            if former is not None:
                unit.repository(SOP_VERSION).change(former, state=SopState.SUPERSEDED)
            unit.repository(SOP).save(sop)
            return unit.repository(SOP_VERSION).save(version)

        return self.desk.do("procedures.publish_version", decide)

    def retire_version(self, version_id: str, reason: str) -> SopVersion:
        """Take a version out of use; where it was the published one, the SOP has none any more."""

        def decide(unit: UnitOfWork) -> SopVersion:
            case = self._version(unit, version_id)
            self.check(unit, rules.VERSION_ACTIONS, "retire_version", case)
            if case.sop.published_id == version_id:
                unit.repository(SOP).change(case.sop, published_id=None)
            return unit.repository(SOP_VERSION).change(case.version, state=SopState.RETIRED)

        return self.desk.do("procedures.retire_version", decide, reason)

    def acknowledge(self, version_id: str) -> Acknowledgement:
        """Record that the actor has read a version; saying so again changes nothing."""

        def decide(unit: UnitOfWork) -> Acknowledgement:
            case = self._version(unit, version_id)
            self.check(unit, rules.VERSION_ACTIONS, "acknowledge", case)
            present = unit.repository(ACKNOWLEDGEMENT).by(employee_id=self.desk.actor.id, version_id=version_id)
            return present or unit.repository(ACKNOWLEDGEMENT).add(
                Acknowledgement(
                    id=unit.new_id(), employee_id=self.desk.actor.id, sop_id=case.sop.id, version_id=version_id,
                    read_on=self.desk.today(unit),
                )
            )  # fmt: skip

        return self.desk.do("procedures.acknowledge", decide)

    # Runs

    def start_run(
        self, sop_id: str, subject: str, *, owner_id: str | None = None, amount: Decimal | None = None,
        currency: str | None = None,
    ) -> SopRun:  # fmt: skip
        """Start following the published version for one subject; the owner is the actor unless named."""

        def decide(unit: UnitOfWork) -> SopRun:
            case = self._sop(unit, sop_id)
            self.check(unit, rules.SOP_ACTIONS, "start_run", case)
            return unit.repository(SOP_RUN).add(
                SopRun(
                    id=unit.new_id(), sop_id=sop_id, version_id=str(case.sop.published_id), subject=subject,
                    owner_id=owner_id or self.desk.actor.id, amount=amount, currency=currency,
                    started_on=self.desk.today(unit),
                )
            )  # fmt: skip

        return self.desk.do("procedures.start_run", decide)

    def do_step(self, run_id: str, step: str, documents: tuple[Document, ...] = (), note: str | None = None) -> SopRun:
        """Close a step as written; whatever stands against it is refused with the reason."""

        def decide(unit: UnitOfWork) -> SopRun:
            case = self._step_case(unit, run_id, step)
            refusal = self._why_not(unit, case, step, self.desk.actor.id, documents)
            if refusal is not None:
                raise refusal
            done = rules.step_done(step, self.desk.actor.id, unit.now, documents, note)
            return unit.repository(SOP_RUN).save(rules.with_step(case.run, done))

        return self.desk.do("procedures.do_step", decide)

    def record_deviation(
        self, run_id: str, step: str, *, by_id: str, reason: str, documents: tuple[Document, ...] = ()
    ) -> SopRun:
        """Record that ``by_id`` closed a step against a rule; the actor answers for it as approver."""

        def decide(unit: UnitOfWork) -> SopRun:
            case = self._step_case(unit, run_id, step)
            refusal = lacks_approver(self)
            if refusal is not None:
                raise refusal
            if by_id == self.desk.actor.id:
                raise Refused(rules.OWN_DEVIATION)
            against = self._why_not(unit, case, step, by_id, documents)
            if against is None:
                raise Refused(rules.DEVIATION_NOT_NEEDED, step=step)
            record = rules.step_deviated(step, by_id, unit.now, documents, against, reason, self.desk.actor.id)
            return unit.repository(SOP_RUN).save(rules.with_step(case.run, record))

        return self.desk.do("procedures.record_deviation", decide, reason)

    def waive_step(self, run_id: str, step: str, reason: str) -> SopRun:
        """Close a step without doing it; only the position named for that, or else an approver, may."""

        def decide(unit: UnitOfWork) -> SopRun:
            case = self._step_case(unit, run_id, step)
            position = rules.step_of(case.version, step).waived_by_position_id
            facts = self._facts(unit, self.desk.actor.id)
            if position is not None and position not in facts.positions:
                names = _codes(unit, (position,))
                raise Refused(rules.MAY_NOT_WAIVE, step=step, who=names.get(position, position))
            if position is None and (refusal := lacks_approver(self)) is not None:
                raise refusal
            record = StepRecord(step=step, state=StepState.WAIVED, by_id=self.desk.actor.id, at=unit.now, reason=reason)
            return unit.repository(SOP_RUN).save(rules.with_step(case.run, record))

        return self.desk.do("procedures.waive_step", decide, reason)

    def close_run(self, run_id: str) -> SopRun:
        """End a run whose mandatory steps are all closed."""
        return self._end("close_run", run_id, RunState.DONE)

    def cancel_run(self, run_id: str, reason: str) -> SopRun:
        """End a run that will not be finished."""
        return self._end("cancel_run", run_id, RunState.CANCELLED, reason)

    # Questions

    def sop(self, code: str) -> Sop:
        """Return the SOP with this code; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(SOP).named(code=code))

    def sops(self, *, limit: int = 100, after: str | None = None) -> Page[Sop]:
        """Return one page of the SOPs by code."""
        return self.desk.ask(lambda unit: unit.repository(SOP).page(order=Order("code"), limit=limit, after=after))

    def versions(self, sop_id: str) -> list[SopVersion]:
        """Return all versions of an SOP, oldest first."""
        return self.desk.ask(
            lambda unit: unit.repository(SOP_VERSION).list(Eq("sop_id", sop_id), order=Order("number"))
        )

    def compare(self, old_id: str, new_id: str) -> tuple[rules.StepChange, ...]:
        """Return what changed between two versions."""

        def answer(unit: UnitOfWork) -> tuple[rules.StepChange, ...]:
            found = unit.repository(SOP_VERSION).get_many((old_id, new_id))
            for id_ in (old_id, new_id):
                if id_ not in found:
                    raise NotFound(SOP_VERSION.name, id_)
            return rules.diff(found[old_id], found[new_id])

        return self.desk.ask(answer)

    def must_read(self, sop_id: str, employee_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the people who have not read the last major version that is in force."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            sop = unit.repository(SOP).get(sop_id)
            versions = unit.repository(SOP_VERSION).list(Eq("sop_id", sop_id))
            in_force = next((each for each in versions if each.id == sop.published_id), None)
            if in_force is None:
                return ()
            least = rules.needs_reading(versions, in_force).number
            enough = tuple(each.id for each in versions if each.number >= least)
            read = unit.repository(ACKNOWLEDGEMENT).list(In("version_id", enough))
            have = {each.employee_id for each in read}
            return tuple(id_ for id_ in employee_ids if id_ not in have)

        return self.desk.ask(answer)

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now; steps are asked with `allowed_steps`."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            today, actor = self.desk.today(unit), self.desk.actor
            if kind == COMPANY.name:
                return allowed(rules.OPENING, actor, unit.repository(COMPANY).get(id), today)
            if kind == SOP.name:
                return allowed(rules.SOP_ACTIONS, actor, self._sop(unit, id), today)
            if kind == SOP_VERSION.name:
                return allowed(rules.VERSION_ACTIONS, actor, self._version(unit, id), today)
            if kind == SOP_RUN.name:
                return allowed(rules.RUN_ACTIONS, actor, self._run(unit, id), today)
            raise unknown_kind(kind)

        return self._offered(answer)

    def allowed_steps(self, run_id: str) -> tuple[str, ...]:
        """Return the steps that the actor may do now, given that the documents they need are attached."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            case = self._run(unit, run_id)
            if case.run.state is not RunState.RUNNING:
                return ()
            facts = self._facts(unit, self.desk.actor.id)
            return tuple(
                step.key
                for step in rules.next_steps(case.run, case.version)
                if rules.why_not(case, step, self.desk.actor.id, facts, _asked(step.required_documents), {}) is None
            )

        return self._offered(answer)

    # Helpers

    def _draft(
        self, unit: UnitOfWork, sop: Sop, stages: tuple[Stage, ...], revision: Revision, change_note: str
    ) -> SopVersion:
        changed = unit.repository(SOP).change(sop, latest_number=sop.latest_number + 1)
        version = SopVersion(
            id=unit.new_id(), sop_id=sop.id, number=changed.latest_number, revision=revision, stages=stages,
            author_id=self.desk.actor.id, change_note=change_note,
        )  # fmt: skip
        rules.check_stages(version)
        return unit.repository(SOP_VERSION).add(version)

    def _move(self, action: str, version_id: str, state: SopState, reason: str | None = None) -> SopVersion:
        def decide(unit: UnitOfWork) -> SopVersion:
            case = self._version(unit, version_id)
            self.check(unit, rules.VERSION_ACTIONS, action, case)
            return unit.repository(SOP_VERSION).change(case.version, state=state)

        return self.desk.do(f"procedures.{action}", decide, reason)

    def _end(self, action: str, run_id: str, state: RunState, reason: str | None = None) -> SopRun:
        def decide(unit: UnitOfWork) -> SopRun:
            case = self._run(unit, run_id)
            self.check(unit, rules.RUN_ACTIONS, action, case)
            return unit.repository(SOP_RUN).change(case.run, state=state, closed_on=self.desk.today(unit))

        return self.desk.do(f"procedures.{action}", decide, reason)

    def _sop(self, unit: UnitOfWork, sop_id: str) -> rules.SopCase:
        sop = unit.repository(SOP).get(sop_id)
        open_ = unit.repository(SOP_VERSION).list(all_of(Eq("sop_id", sop_id), In("state", OPEN_VERSIONS)), limit=1)
        return rules.SopCase(sop=sop, open_version=next(iter(open_), None))

    def _version(self, unit: UnitOfWork, version_id: str) -> rules.VersionCase:
        version = unit.repository(SOP_VERSION).get(version_id)
        return rules.VersionCase(sop=unit.repository(SOP).get(version.sop_id), version=version)

    def _run(self, unit: UnitOfWork, run_id: str) -> rules.RunCase:
        run = unit.repository(SOP_RUN).get(run_id)
        return rules.RunCase(run=run, version=unit.repository(SOP_VERSION).get(run.version_id))

    def _step_case(self, unit: UnitOfWork, run_id: str, step: str) -> rules.RunCase:
        case = self._run(unit, run_id)
        if case.run.state is not RunState.RUNNING:
            raise Refused(rules.RUN_CLOSED, state=case.run.state)
        rules.step_of(case.version, step)
        if case.run.closed(step):
            raise Refused(rules.STEP_CLOSED, step=step)
        return case

    def _why_not(
        self, unit: UnitOfWork, case: rules.RunCase, key: str, by_id: str, documents: tuple[Document, ...]
    ) -> Refused | None:
        step = rules.step_of(case.version, key)
        names = _codes(unit, (step.position_id,))
        return rules.why_not(case, step, by_id, self._facts(unit, by_id), documents, names)

    def _facts(self, unit: UnitOfWork, employee_id: str) -> rules.StepFacts:
        day = self.desk.today(unit)
        person = unit.repository(EMPLOYEE).peek(employee_id)
        mine = [
            each
            for each in holdings(unit, employee_id, day)
            if each.assignment.capacity in WORKING_CAPACITIES
            or (person and is_qualified(person, each.description, (each.assignment,), day).qualified)
        ]
        return rules.StepFacts(
            positions=frozenset(each.position.id for each in mine),
            authorities=tuple(authority for each in mine for authority in rules.authorities_of(each)),
        )


def lacks_approver(service: Room) -> Refused | None:
    """Return the refusal where the actor may not answer for exceptions."""
    return lacks_role(service.desk.actor, *rules.APPROVERS)


def _codes(unit: UnitOfWork, ids: tuple[str | None, ...]) -> dict[str, str]:
    return {id_: position.code for id_, position in unit.repository(POSITION).get_many(ids).items()}


def _asked(titles: tuple[str, ...]) -> tuple[Document, ...]:
    return tuple(Document(title=title, uri="asked:") for title in titles)
