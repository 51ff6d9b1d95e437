"""Use cases of the retention room: the plan, holds, mentions, and erasures that go on wherever they were cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from handover_core.desk import Room
from handover_core.errors import Erased, KeysInUse, Refused, UnreadableBody, Unsealable
from handover_core.guards import Action, allowed, unknown_kind
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import archive, bulks, queries, refusals, rules, searching
from handover_core.retention.archive import PersonArchive
from handover_core.retention.bulks import COMMAND
from handover_core.retention.eraser import Eraser
from handover_core.retention.kinds import ERASURE, LEGAL_HOLD
from handover_core.retention.mentions import Identity
from handover_core.retention.model import (
    Applied,
    Category,
    Due,
    Erasure,
    ErasureState,
    LegalHold,
    Mention,
    Mentions,
    Presence,
    Verdict,
    Waiting,
)
from handover_core.retention.outlived import restored
from handover_core.retention.presence import presence_of
from handover_core.retention.texts import DUE
from handover_core.storage import IsNull, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.recording import BATCH
from handover_core.texts import Lang, Text

T = TypeVar("T")

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
        presence = self._presence()
        return [due for page in queries.left_persons(self.desk.ask) for due in self._planned(page, presence)]

    def standing(self, employee_id: str) -> list[Due]:
        """Return the same for one person, who may also be in the company's employ."""
        self._check(rules.SEES, "plan")
        return self._plan_of(employee_id)

    def apply(self, *, compact: bool = False) -> Applied:
        """Erase what is due, after what an earlier call left unfinished; clean the files up where that is asked for.

        What outlived an earlier erasure goes too: keys that came back, values that were not yet called personal.
        Whoever cannot be erased is passed over and named with the reason. It may be called again after any
        interruption.
        """
        self._check(rules.COMPANY_ACTIONS, "apply")
        eraser = Eraser.at(self.desk)
        erasures: list[Erasure] = []
        waiting: list[Waiting] = []
        for each in self.desk.ask(queries.unfinished):
            self._gather(erasures, waiting, each.subject_id, partial(eraser.carry_out, each))
        repeated: list[Erasure] = []
        for found in eraser.outlived():
            self._gather(repeated, waiting, found.erasure.subject_id, partial(eraser.repeat, found))
        # Whoever's former erasure waits is due again, and would wait for the same reason.
        tried = {each.employee_id for each in waiting}
        due = [(person, plan) for person, plan in self._due() if person.id not in tried]
        names: list[tuple[str, Identity]] = []
        for person, plan in due:
            categories = rules.due_categories(plan)
            if _names_go(categories, whole=rules.is_whole(plan, categories)):
                self._gather(names, waiting, person.id, partial(self._named_as, person.id))
        mentions = self._mentions_of(dict(names))
        tried = {each.employee_id for each in waiting}
        for person, plan in due:
            if person.id in tried:
                continue
            act = partial(self._erased, eraser, person, plan, mentions.get(person.id, []))
            self._gather(erasures, waiting, person.id, act)
        cleaned = eraser.compact(erasures, repeated) if compact else None
        return Applied(
            erasures=tuple(erasures), repeated=tuple(repeated), waiting=tuple(waiting), compacted=cleaned is not None,
            done=() if cleaned is None else cleaned.done, remains=() if cleaned is None else cleaned.remains,
        )  # fmt: skip

    def erase(self, employee_id: str, reason: str, *, leave: str = "") -> Erasure:
        """Erase everything about one person who asks for it, though it is not due yet.

        What a law, a hold or anything else in the plan keeps is kept, and with it the keys: the erasure is not ``whole``
        then, and another one takes the rest when nothing stops it any more. ``leave`` is why free text that still names
        the person is left as it is; without it such text refuses. An erasure of them that was cut off is brought to its
        end first; of one that is finished, what outlived it is taken. Raises `Refused` where everything has to be kept.
        """
        self._check(rules.COMPANY_ACTIONS, "erase")
        self._decides(employee_id)
        eraser = Eraser.at(self.desk)
        begun = self.desk.ask(lambda unit: queries.unfinished(unit, (employee_id,)))
        ended = [each for each in map(eraser.carry_out, begun) if each.state is not ErasureState.VOID]
        person, plan = self._person(employee_id), self._plan_of(employee_id)
        if ended and not rules.free_categories(plan):
            return ended[-1]
        if all(each.verdict is Verdict.ERASED for each in plan):
            for found in eraser.outlived(employee_id):
                return eraser.repeat(found)
        categories = rules.on_request(plan)
        _, identity = self._named_as(employee_id)
        for words in (rules.given("reason", reason), leave):
            _check_reason(identity, words)
        whole = rules.is_whole(plan, categories)
        named = self._mentions_of({employee_id: identity})[employee_id] if _names_go(categories, whole=whole) else []
        return eraser.carry_out(eraser.request(person, categories, reason, whole=whole, left=named, leave=leave))

    def go_on(self, erasure_id: str) -> Erasure:
        """Finish an erasure that was cut off."""
        eraser = Eraser.at(self.desk)
        return eraser.carry_out(self.desk.ask(lambda unit: self._may_go_on(unit, erasure_id)))

    def erasures(self) -> list[Erasure]:
        """Return all erasures, by id."""
        self._check(rules.SEES, "plan")
        return self.desk.ask(lambda unit: unit.repository(ERASURE).list())

    def restored(self) -> list[Erasure]:
        """Return the erasures whose keys are there again, as after an old backup of them; `apply` destroys them again.

        Raises `OtherKeys` with other keys than those of the company.
        """
        self._check(rules.SEES, "plan")
        return restored(self.desk.ask, self.desk.units.vault, self.desk.tenant)

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
        shorter than two characters or four digits, nor four digits that are as well a year. Texts that can be redacted
        come first.
        """
        self._check(rules.SEES, "mentions")
        found = self._mentions_of(dict([self._named_as(employee_id)]))[employee_id]
        return Mentions(found=tuple(found[:MOST]), more=len(found) > MOST)

    def redact(self, kind: str, id: str, employee_id: str, reason: str) -> int:
        """Put the pseudonym in the place of every name of the person in one aggregate; return how many entries changed.

        What is stored now is changed and so is its past: the entry of the redaction answers for the older ones. Of the
        kind ``batch`` it is the reason of a bulk, in the header and in all its entries; where that was cut off, the
        header still names the person, and the same call goes on.
        """
        self._check(rules.COMPANY_ACTIONS, "redact")
        self._decides(employee_id)
        rules.given("reason", reason)
        identity = self._identity(employee_id)
        _check_reason(identity, reason)
        if kind == BATCH.name:
            return bulks.redact(self.desk, id, identity, pseudonym_of(employee_id), reason)
        if kind not in self.desk.units.kinds:
            raise unknown_kind(kind)
        if (kind, id) == (EMPLOYEE.name, employee_id):
            # Only the file itself says whom to look for; an erasure overwrites it.
            raise Refused(refusals.OWN_FILE)
        pseudonym = pseudonym_of(employee_id)

        def decide(unit: UnitOfWork) -> int:
            touched: list[str] = []

            def replaced(text: str) -> str:
                changed = identity.replaced(text, pseudonym)
                touched.extend([] if changed == text else [text])
                return changed

            past = unit.personal.redact(unit.kinds[kind], id, replaced)
            if not touched:
                raise Refused(refusals.UNNAMED)
            return len(past)

        try:
            return self.desk.do(COMMAND, decide, reason)
        except Refused as refused:
            if refused.rule is refusals.UNNAMED and self._names(kind, id, employee_id):
                raise Refused(refusals.FIXED) from refused
            raise

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

    def _presence(self) -> Presence:
        return presence_of(self.desk.ask, self.desk.policy)

    def _planned(self, people: Sequence[Employee], presence: Presence) -> Iterator[Due]:
        policy = self.desk.policy

        def answer(unit: UnitOfWork) -> list[Due]:
            today = self.desk.today(unit)
            found = queries.facts_of(unit, people, policy, presence)
            return [due for each in found for due in rules.plan_of(each, policy.keeping, today, self.desk.calendar)]

        return iter(self.desk.ask(answer)) if people else iter(())

    def _plan_of(self, employee_id: str) -> list[Due]:
        return list(self._planned([self._person(employee_id)], self._presence()))

    def _due(self) -> Iterator[tuple[Employee, list[Due]]]:
        """Yield everybody of whom something is due."""
        presence = self._presence()
        for page in queries.left_persons(self.desk.ask):
            plans: dict[str, list[Due]] = {person.id: [] for person in page}
            for due in self._planned(page, presence):
                plans[due.employee_id].append(due)
            for person in page:
                if rules.due_categories(plans[person.id]):
                    yield person, plans[person.id]

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
        _, identity = self._named_as(employee_id)
        return searching.told_apart(self.desk.ask, {employee_id: identity})[employee_id]

    def _named_as(self, employee_id: str) -> tuple[str, Identity]:
        self._person(employee_id)
        return employee_id, searching.identity_of(self.desk.ask, self.desk.units, self.desk.tenant, employee_id)

    def _mentions_of(self, wanted: Mapping[str, Identity]) -> dict[str, list[Mention]]:
        """Return the mentions of each of the persons, one more than an answer gives at most, from one walk."""
        free: dict[str, list[Mention]] = {id_: [] for id_ in wanted}
        fixed: dict[str, list[Mention]] = {id_: [] for id_ in wanted}
        if any(identity.values for identity in wanted.values()):
            for id_, mention in searching.mentions_of(self.desk.ask, self.desk.units, self.desk.tenant, wanted):
                mine = (fixed if mention.fixed else free)[id_]
                if len(mine) <= MOST:
                    mine.append(mention)
        return {id_: [*free[id_], *fixed[id_]] for id_ in wanted}

    def _gather(self, done: list[T], waiting: list[Waiting], employee_id: str, act: Callable[[], T]) -> None:
        try:
            self._decides(employee_id)
            done.append(act())
        except _OF_ONE as error:
            number = self._person(employee_id).number
            why = Text(error.message(Lang.EN), error.message(Lang.ZH))
            waiting.append(Waiting(employee_id=employee_id, number=number, why=why))

    def _names(self, kind: str, id_: str, employee_id: str) -> bool:
        return any(
            (each.kind, each.id) == (kind, id_)
            for each in self._mentions_of(dict([self._named_as(employee_id)]))[employee_id]
        )

    @staticmethod
    def _erased(eraser: Eraser, person: Employee, plan: Sequence[Due], left: Sequence[Mention]) -> Erasure:
        categories = rules.due_categories(plan)
        whole = rules.is_whole(plan, categories)
        return eraser.carry_out(eraser.request(person, categories, DUE.en, whole=whole, left=left))


_OF_ONE = (Refused, Erased, Unsealable, UnreadableBody, KeysInUse)
"""What stops the erasure of one person and says nothing about the next."""


def _names_go(categories: Sequence[Category], *, whole: bool) -> bool:
    """Tell whether an erasure takes the names, now or in the history: afterwards nobody knows them."""
    return whole or Category.EMPLOYEE_FILE in categories


def _check_reason(identity: Identity, reason: str) -> None:
    if identity.named_in(reason):
        raise Refused(refusals.NAMED_AGAIN)
