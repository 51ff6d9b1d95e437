"""Use cases of the retention room: the plan, holds, mentions, and erasures that go on wherever they were cut off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date

from handover_core.desk import Room
from handover_core.errors import OtherKeys, Refused, UnreadableBody, Unsealable
from handover_core.guards import Action, allowed, unknown_kind
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import applying, archive, bulks, naming, planning, redaction, refusals, rules
from handover_core.retention.applying import check_reason
from handover_core.retention.archive import PersonArchive
from handover_core.retention.eraser import Eraser
from handover_core.retention.kinds import ERASURE, LEGAL_HOLD
from handover_core.retention.model import Applied, Category, Due, Erasure, LegalHold, Mention, Mentions
from handover_core.retention.naming import MOST
from handover_core.retention.outlived import restored, revived
from handover_core.storage import IsNull, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.recording import BATCH


class RetentionService(Room):
    """How long records about persons are kept in one company, and their erasure.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`.
    """

    # The plan

    def plan(self) -> list[Due]:
        """Return for everybody who has left what is kept, what may be erased and what is due, by person."""
        self._check(rules.SEES, "plan")
        return planning.plan(self.desk)

    def standing(self, employee_id: str) -> list[Due]:
        """Return the same for one person, who may also be in the company's employ."""
        self._check(rules.SEES, "plan")
        return planning.plan_of(self.desk, employee_id)

    def apply(self, *, leave: Mapping[str, str] | None = None, compact: bool = False) -> Applied:
        """Erase what is due, after what an earlier call left unfinished; clean the files up where that is asked for.

        What outlived an earlier erasure goes too: keys that came back, values that were not yet called personal.
        Whoever cannot be erased is passed over and named with the reason. ``leave`` says for each person, by id, why free
        text that still names them is left as it is; of somebody of whom nothing is due it says nothing. Such text in
        what goes with others who are erased in the same call stops nobody. It may be called again after any interruption.
        """
        self._check(rules.COMPANY_ACTIONS, "apply")
        return applying.apply(self.desk, leave or {}, compact=compact)

    def erase(self, employee_id: str, reason: str, *, leave: str = "") -> Erasure:
        """Erase everything about one person who asks for it, though it is not due yet.

        What a law, a hold or anything else in the plan keeps is kept, and with it the keys: the erasure is not ``whole``
        then, and another one takes the rest when nothing stops it any more. ``leave`` is why free text that still names
        the person is left as it is; without it such text refuses. An erasure of them that was cut off is brought to its
        end first; of one that is finished, what outlived it is taken. Raises `Refused` where everything has to be kept.
        """
        self._check(rules.COMPANY_ACTIONS, "erase")
        self._decides(employee_id)
        return applying.erase(self.desk, employee_id, reason, leave)

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

    def revived(self) -> list[Employee]:
        """Return whose keys were destroyed though no erasure in the store says so, as after an old backup of it, by id.

        What is left of them may be read; `apply` erases them again. Raises `OtherKeys` as `restored` does.
        """
        self._check(rules.SEES, "plan")
        return revived(self.desk.ask, self.desk.units.vault)

    # Holds

    def place_hold(self, reason: str, *, employee_id: str | None = None, category: Category | None = None) -> LegalHold:
        """Keep the records of one person, or of all, in one category, or in all, until the hold is released.

        The reason must not name the person: it would stand in the history of their file. A number of digits alone and the
        longer name of a colleague are none; where nobody can read by which names the person is known, the reason is not
        looked through.
        """
        self._check(rules.COMPANY_ACTIONS, "place_hold")
        rules.given("reason", reason)
        if employee_id is not None:
            self._refuse_naming(employee_id, reason)

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
        found = self._mentions_of(employee_id)
        return Mentions(found=tuple(found[:MOST]), more=len(found) > MOST)

    def redact(self, kind: str, id: str, employee_id: str, reason: str) -> int:
        """Put the pseudonym in the place of every name of the person in one aggregate; return how many entries changed.

        What is stored now is changed and so is its past: the entry of the redaction answers for the older ones. Words by
        which it is found stay, but for those of the past that it is not called by any more. Raises `Refused` for what a hold
        or the law keeps as it stands, as accounting records, and where nothing that can be redacted names the person. Of the
        kind ``batch`` it is the reason of a bulk, in the header and in all its entries; where that was cut off, the
        header still names the person, and the same call goes on.
        """
        self._check(rules.COMPANY_ACTIONS, "redact")
        self._decides(employee_id)
        rules.given("reason", reason)
        identity = naming.identity_of(self.desk, employee_id)
        check_reason(identity, reason)
        if kind == BATCH.name:
            return bulks.redact(self.desk, id, identity, pseudonym_of(employee_id), reason)
        if kind not in self.desk.units.kinds:
            raise unknown_kind(kind)
        return redaction.redact(self.desk, self.desk.units.kinds[kind], id, employee_id, identity, reason)

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

        return self._offered(answer)

    # Helpers

    def _check(self, actions: Iterable[Action[object]], name: str) -> None:
        """Raise `Refused` for an actor without a role that the command asks for; nothing else counts here."""
        next(each for each in actions if each.name == name).check(self.desk.actor, None, date.min)

    def _refuse_naming(self, employee_id: str, reason: str) -> None:
        # A hold protects: what nobody can read, or not with these keys, must not stop it.
        with suppress(UnreadableBody, Unsealable, OtherKeys):
            if naming.is_meant(self.desk, employee_id, reason):
                raise Refused(refusals.NAMED_AGAIN)

    def _decides(self, employee_id: str) -> None:
        refusal = rules.not_oneself(self.desk.actor, employee_id)
        if refusal is not None:
            raise refusal

    def _may_go_on(self, unit: UnitOfWork, erasure_id: str) -> Erasure:
        erasure = unit.repository(ERASURE).get(erasure_id)
        self.check(unit, rules.ERASURE_ACTIONS, "go_on", erasure)
        return erasure

    def _mentions_of(self, employee_id: str) -> list[Mention]:
        return naming.mentions_of(self.desk, {employee_id: naming.names_of(self.desk, employee_id)})[employee_id]
