"""Use cases of the retention room: the plan, holds, mentions, and erasures that go on wherever they were cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import TypeVar

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.guards import Action, allowed, unknown_kind
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import archive, queries, refusals, rules, searching
from handover_core.retention.archive import PersonArchive
from handover_core.retention.erasing import overwrite
from handover_core.retention.kinds import ERASURE, LEGAL_HOLD
from handover_core.retention.mentions import Identity
from handover_core.retention.model import (
    Applied,
    Category,
    Due,
    Erasure,
    ErasureState,
    LeftMention,
    LegalHold,
    Mention,
    Mentions,
    Waiting,
)
from handover_core.storage import Compaction, Eq, IsNull, UnitOfWork, Vault
from handover_core.texts import Lang, Text
from handover_core.values import Aggregate

A = TypeVar("A", bound=Aggregate)

_Act = Callable[[], Erasure]

DUE = Text("the longest period of the schedule is over", "已超过规定的最长保存期限")
MOST = 1000
"""How many mentions one answer gives."""


class RetentionService(Room):
    """How long records about persons are kept in one company, and their erasure.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`.
    """

    # The plan

    def plan(self) -> list[Due]:
        """Return for everybody who has left what is kept, what may be erased and what is due, by person."""
        self._check(rules.SEES, "plan")
        return [due for page in queries.left_persons(self.desk.ask) for due in self._planned(page)]

    def standing(self, employee_id: str) -> list[Due]:
        """Return the same for one person, who may also be in the company's employ."""
        self._check(rules.SEES, "plan")
        return self._plan_of(employee_id)

    def apply(self, *, compact: bool = False) -> Applied:
        """Erase what is due, after what an earlier call left unfinished; clean the files up where that is asked for.

        Whoever cannot be erased is passed over and named with the reason. It may be called again after any
        interruption.
        """
        self._check(rules.COMPANY_ACTIONS, "apply")
        vault = self._alone()
        erasures: list[Erasure] = []
        waiting: list[Waiting] = []
        for each in self.desk.ask(queries.unfinished):
            self._gather(erasures, waiting, each.subject_id, partial(self._carried_out, each, vault))
        for person, plan in self._due():
            self._gather(erasures, waiting, person.id, partial(self._erased, person, plan, vault))
        found = self._compacted(erasures) if compact else None
        return Applied(
            erasures=tuple(erasures), waiting=tuple(waiting), compacted=found is not None,
            done=() if found is None else found.done, remains=() if found is None else found.remains,
        )  # fmt: skip

    def erase(self, employee_id: str, reason: str, *, leave: str = "") -> Erasure:
        """Erase everything about one person who asks for it, though it is not due yet.

        ``leave`` is why free text that still names the person is left as it is; without it such text refuses.
        """
        self._check(rules.COMPANY_ACTIONS, "erase")
        self._decides(employee_id)
        vault = self._alone()
        for each in self.desk.ask(lambda unit: queries.unfinished(unit, (employee_id,))):
            return self._carried_out(each, vault)
        person = self._person(employee_id)
        categories = rules.on_request(self._plan_of(employee_id))
        return self._carried_out(self._requested(person, categories, reason, leave, whole=True), vault)

    def go_on(self, erasure_id: str) -> Erasure:
        """Finish an erasure that was cut off."""
        vault = self._alone()
        erasure = self.desk.ask(lambda unit: self._may_go_on(unit, erasure_id))
        return self._carried_out(erasure, vault)

    def erasures(self) -> list[Erasure]:
        """Return all erasures, by id."""
        self._check(rules.SEES, "plan")
        return self.desk.ask(lambda unit: unit.repository(ERASURE).list())

    # Holds

    def place_hold(self, reason: str, *, employee_id: str | None = None, category: Category | None = None) -> LegalHold:
        """Keep the records of one person, or of all, in one category, or in all, until the hold is released."""
        self._check(rules.COMPANY_ACTIONS, "place_hold")
        rules.given("reason", reason)

        def decide(unit: UnitOfWork) -> LegalHold:
            if employee_id is not None:
                # An erasure that begins at this moment touches the same row, so that one of the two waits.
                unit.repository(EMPLOYEE).touch(unit.repository(EMPLOYEE).get(employee_id))
            return unit.repository(LEGAL_HOLD).add(
                LegalHold(
                    id=unit.new_id(), employee_id=employee_id, category=category, reason=reason,
                    placed_by_id=self.desk.actor.id, placed_on=self.desk.today(unit),
                )
            )  # fmt: skip

        return self.desk.do("retention.place_hold", decide, reason)

    def release_hold(self, hold_id: str, reason: str) -> LegalHold:
        """End a hold."""

        def decide(unit: UnitOfWork) -> LegalHold:
            hold = unit.repository(LEGAL_HOLD).get(hold_id)
            self.check(unit, rules.HOLD_ACTIONS, "release_hold", hold)
            return unit.repository(LEGAL_HOLD).save(
                rules.released(hold, self.desk.actor, reason, self.desk.today(unit))
            )

        return self.desk.do("retention.release_hold", decide, reason)

    def holds(self, *, released: bool = False) -> list[LegalHold]:
        """Return the holds that stand, or all of them, by id."""
        self._check(rules.SEES, "plan")
        where = None if released else IsNull("released_on")
        return self.desk.ask(lambda unit: unit.repository(LEGAL_HOLD).list(where))

    # Mentions

    def mentions(self, employee_id: str) -> Mentions:
        """Return the free texts that name a person, in what is stored and in the history. It scans: say so to people.

        Names, numbers, e-mail addresses and telephone numbers of today and of the past are looked for; not what is
        shorter than two characters, or four digits.
        """
        self._check(rules.SEES, "mentions")
        return self._mentions(employee_id)

    def redact(self, kind: str, id: str, employee_id: str, reason: str) -> Aggregate:
        """Put the pseudonym in the place of every name of the person in the free text of one aggregate."""
        self._check(rules.COMPANY_ACTIONS, "redact")
        self._decides(employee_id)
        rules.given("reason", reason)
        identity = self._identity(employee_id)
        _check_reason(identity, reason)
        if kind not in self.desk.units.kinds:
            raise unknown_kind(kind)

        def decide(unit: UnitOfWork) -> Aggregate:
            wanted = unit.kinds[kind]
            before = unit.repository(wanted).get(id)
            stored: Aggregate = unit.repository(wanted).save(
                searching.redacted(unit, wanted, id, identity, employee_id)
            )
            if stored.version == before.version:
                raise Refused(refusals.UNNAMED)
            return stored

        return self.desk.do("retention.redact", decide, reason)

    # Access

    def archive(self, employee_id: str) -> PersonArchive:
        """Return everything about one person, for them or for HR (PIPL, articles 44 and 45)."""
        refusal = rules.may_read_all(self.desk.actor, employee_id)
        if refusal is not None:
            raise refusal
        return archive.archive_of(self.desk, employee_id)

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            today, actor = self.desk.today(unit), self.desk.actor
            if kind == LEGAL_HOLD.name:
                return allowed(rules.HOLD_ACTIONS, actor, unit.repository(LEGAL_HOLD).get(id), today)
            if kind == ERASURE.name:
                return allowed(rules.ERASURE_ACTIONS, actor, unit.repository(ERASURE).get(id), today)
            raise unknown_kind(kind)

        return self.desk.ask(answer)

    # Planning

    def _planned(self, people: Sequence[Employee]) -> Iterator[Due]:
        policy = self.desk.policy

        def answer(unit: UnitOfWork) -> list[Due]:
            today = self.desk.today(unit)
            found = queries.facts_of(unit, people, policy)
            return [due for each in found for due in rules.plan_of(each, policy.keeping, today, self.desk.calendar)]

        return iter(self.desk.ask(answer)) if people else iter(())

    def _plan_of(self, employee_id: str) -> list[Due]:
        return list(self._planned([self._person(employee_id)]))

    def _due(self) -> Iterator[tuple[Employee, list[Due]]]:
        """Yield everybody of whom something is due."""
        for page in queries.left_persons(self.desk.ask):
            plans: dict[str, list[Due]] = {person.id: [] for person in page}
            for due in self._planned(page):
                plans[due.employee_id].append(due)
            for person in page:
                if rules.due_categories(plans[person.id]):
                    yield person, plans[person.id]

    # Erasing

    def _alone(self) -> Vault:
        """Return the vault; raise `Refused` without one, or inside a larger transaction, which could be rolled back."""
        units = self.desk.units
        if self.desk.joined is not None or units.driver.capabilities.joined:
            raise Refused(refusals.NOT_TOGETHER)
        if units.vault is None:
            raise Refused(refusals.NO_VAULT)
        return units.vault

    def _gather(self, done: list[Erasure], waiting: list[Waiting], employee_id: str, act: _Act) -> None:
        try:
            self._decides(employee_id)
            done.append(act())
        except Refused as refused:
            number = self._person(employee_id).number
            why = Text(refused.message(Lang.EN), refused.message(Lang.ZH))
            waiting.append(Waiting(employee_id=employee_id, number=number, why=why))

    def _erased(self, person: Employee, plan: Sequence[Due], vault: Vault) -> Erasure:
        categories = rules.due_categories(plan)
        whole = rules.is_whole(plan, categories)
        return self._carried_out(self._requested(person, categories, DUE.en, "", whole=whole), vault)

    def _requested(
        self, person: Employee, categories: tuple[Category, ...], reason: str, leave: str, *, whole: bool
    ) -> Erasure:
        rules.given("reason", reason)
        left: tuple[Mention, ...] = ()
        if whole or Category.EMPLOYEE_FILE in categories:
            # Once the file is overwritten nobody knows any more what to look for.
            identity = self._identity(person.id)
            for words in (reason, leave):
                _check_reason(identity, words)
            left = self._mentions(person.id, identity).found
            if left and not leave.strip():
                raise Refused(
                    refusals.MENTIONED, count=len(left), where=f"{left[0].kind} {left[0].id}: {left[0].field}"
                )

        def decide(unit: UnitOfWork) -> Erasure:
            people = unit.repository(EMPLOYEE)
            people.touch(people.get(person.id))
            made = Erasure(
                id=unit.new_id(), subject_id=person.id, categories=categories, whole=whole, reason=reason,
                requested_on=self.desk.today(unit), approver_id=self.desk.actor.id,
                left=tuple(map(_left, left)), leaving_reason=leave,
            )  # fmt: skip
            (facts,) = queries.facts_of(unit, [person], self.desk.policy)
            refusal = rules.stopped_again(made, facts)
            if refusal is not None:
                raise refusal
            return unit.repository(ERASURE).add(made)

        return self.desk.do("retention.request_erasure", decide, reason)

    def _carried_out(self, erasure: Erasure, vault: Vault) -> Erasure:
        """Bring an erasure to its end from wherever it stands."""
        self._still_allowed(erasure)
        if erasure.state is ErasureState.REQUESTED:
            self._overwrite(erasure)
            erasure = self._advance(erasure, ErasureState.OVERWRITTEN)
        if erasure.whole and erasure.state is ErasureState.OVERWRITTEN:
            # Whatever was written about the person meanwhile; afterwards nothing of it could be recorded any more.
            self._overwrite(erasure)
            self._still_allowed(erasure)
            vault.destroy(self.desk.tenant, erasure.subject_id)
            erasure = self._advance(erasure, ErasureState.DESTROYED)
        return erasure

    def _still_allowed(self, erasure: Erasure) -> None:
        (facts,) = self.desk.ask(
            lambda unit: queries.facts_of(unit, [unit.repository(EMPLOYEE).get(erasure.subject_id)], self.desk.policy)
        )
        refusal = rules.stopped_again(erasure, facts)
        if refusal is not None:
            raise refusal

    def _overwrite(self, erasure: Erasure) -> None:
        categories: Iterable[Category] = rules.WHOLE if erasure.whole else erasure.categories
        overwrite(
            self.desk.ask, lambda fn: self.desk.do("retention.erase", fn, erasure.reason), self.desk.policy,
            erasure.subject_id, categories,
        )  # fmt: skip

    def _advance(self, erasure: Erasure, state: ErasureState) -> Erasure:
        def decide(unit: UnitOfWork) -> Erasure:
            present = unit.repository(ERASURE).get(erasure.id)
            if present.state is state:
                return present
            return unit.repository(ERASURE).save(rules.advanced(present, state, self.desk.today(unit)))

        return self.desk.do("retention.advance_erasure", decide)

    def _compacted(self, erasures: list[Erasure]) -> Compaction:
        """Clean the files of the store up, and note it on every erasure that has come to its end."""
        found = self.desk.units.driver.schema.compact()
        if found.complete:
            waiting = self.desk.ask(lambda unit: unit.repository(ERASURE).list(Eq("state", ErasureState.DESTROYED)))
            done = {each.id: self._advance(each, ErasureState.COMPACTED) for each in waiting}
            erasures[:] = [done.get(each.id, each) for each in erasures]
        return found

    # Helpers

    def _check(self, actions: Iterable[Action[object]], name: str) -> None:
        """Raise `Refused` for an actor without a role that the command asks for; nothing else counts here."""
        next(each for each in actions if each.name == name).check(self.desk.actor, None, date.min)

    def _decides(self, employee_id: str) -> None:
        refusal = rules.not_oneself(self.desk.actor, employee_id)
        if refusal is not None:
            raise refusal

    def _may_go_on(self, unit: UnitOfWork, erasure_id: str) -> Erasure:
        erasure = unit.repository(ERASURE).get(erasure_id)
        self.check(unit, rules.ERASURE_ACTIONS, "go_on", erasure)
        return erasure

    def _person(self, employee_id: str) -> Employee:
        return self.desk.ask(lambda unit: unit.repository(EMPLOYEE).get(employee_id))

    def _identity(self, employee_id: str) -> Identity:
        self._person(employee_id)
        return searching.identity_of(self.desk.ask, self.desk.units, self.desk.tenant, employee_id)

    def _mentions(self, employee_id: str, identity: Identity | None = None) -> Mentions:
        known = self._identity(employee_id) if identity is None else identity
        walk = searching.mentions_of(self.desk.ask, self.desk.units, employee_id, known)
        found = tuple(islice(walk, MOST + 1))
        return Mentions(found=found[:MOST], more=len(found) > MOST)


def _left(mention: Mention) -> LeftMention:
    return LeftMention(kind=mention.kind, id=mention.id, field=mention.field, version=mention.version)


def _check_reason(identity: Identity, reason: str) -> None:
    if identity.named_in(reason):
        raise Refused(refusals.NAMED_AGAIN)
