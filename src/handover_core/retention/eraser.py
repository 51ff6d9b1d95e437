"""The steps of an erasure, each in a unit of its own: requested, overwritten, keys destroyed, files cleaned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handover_core.clock import day_in
from handover_core.desk import Desk
from handover_core.errors import Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import queries, refusals, rules
from handover_core.retention.barring import bar_person
from handover_core.retention.erasing import overwrite
from handover_core.retention.kinds import ERASURE
from handover_core.retention.model import Category, Erasure, ErasureState, LeftMention, Mention, Presence, Repeat
from handover_core.retention.outlived import Outlived, outlived, revived
from handover_core.retention.presence import presence_of
from handover_core.retention.texts import LAPSED, LAPSED_CODE
from handover_core.storage import Compaction, Eq, UnitOfWork, Vault


class Eraser:
    """Carries erasures out at one desk, with the keys of the persons."""

    def __init__(self, desk: Desk, vault: Vault) -> None:
        self._desk = desk
        self._vault = vault
        self._presence: Presence | None = None

    @classmethod
    def at(cls, desk: Desk) -> Eraser:
        """Return the eraser of a desk; raise `OtherKeys`, and `Refused` without keys, inside a larger transaction, or ahead.

        What is destroyed cannot be rolled back with the rest of a transaction; and a desk at a later day than that of the
        clock is for looking ahead: what a law keeps until then would be gone today.
        """
        if desk.joined is not None or desk.units.driver.capabilities.joined:
            raise Refused(refusals.NOT_TOGETHER)
        if desk.units.vault is None:
            raise Refused(refusals.NO_VAULT)
        desk.ask(lambda unit: _check(unit, desk))
        return cls(desk, desk.units.vault)

    def request(
        self, person: Employee, categories: tuple[Category, ...], reason: str, *, whole: bool,
        left: Sequence[Mention] = (), leave: str = "",
    ) -> Erasure:  # fmt: skip
        """Record that an erasure is wanted; raise `Refused` where something stops it, or mentions are left for no reason."""
        free = [each for each in left if not each.fixed]
        if free and not leave.strip():
            first = f"{free[0].kind} {free[0].id}: {free[0].field}"
            raise Refused(refusals.MENTIONED, count=len(free), where=first)

        presence = self._known_presence()

        def decide(unit: UnitOfWork) -> Erasure:
            people = unit.repository(EMPLOYEE)
            # Whoever places a hold or asks for the same at this moment touches the same row, so that one of them waits.
            people.touch(people.get(person.id))
            for begun in queries.unfinished(unit, (person.id,)):
                return begun
            made = Erasure(
                id=unit.new_id(), subject_id=person.id, categories=categories, whole=whole, reason=reason,
                requested_on=self._desk.today(unit), approver_id=self._desk.actor.id,
                left=tuple(map(_left, left)), leaving_reason=leave, left_on=rules.ended_on(people.get(person.id)),
            )  # fmt: skip
            self._refuse_stopped(unit, made, presence)
            return unit.repository(ERASURE).add(made)

        return self._desk.do("retention.request_erasure", decide, reason)

    def carry_out(self, erasure: Erasure) -> Erasure:
        """Bring an erasure to its end from wherever it stands; raise `Refused` where something stops it meanwhile.

        It ends as void where the employment it was requested for is not the person's last one any more, unless the keys
        are destroyed already.
        """
        if self._desk.ask(lambda unit: not _is_for_the_last(unit, erasure)):
            return self._lapsed(erasure)
        presence = self._known_presence()
        self._desk.ask(lambda unit: self._refuse_stopped(unit, erasure, presence))
        if erasure.state is ErasureState.REQUESTED:
            self._bar(erasure)
            self._overwrite(erasure, past=not erasure.whole)
            erasure = self._advance(erasure, ErasureState.OVERWRITTEN)
        if erasure.whole and erasure.state is ErasureState.OVERWRITTEN:
            # Whatever was written about the person meanwhile, and the past while there are keys to seal it with.
            self._bar(erasure)
            self._overwrite(erasure)
            presence = self._presence_now()
            self._desk.ask(lambda unit: self._refuse_stopped(unit, erasure, presence))
            self._vault.destroy(self._desk.tenant, erasure.subject_id)
            # Whoever sealed for the person before that holds their row until the commit: this waits for them.
            self._desk.do("retention.erase", lambda unit: _touched(unit, erasure.subject_id), erasure.reason)
            # What came in at the last moment, sealed in the history; from here on nobody can write about the person.
            self._overwrite(erasure, past=False)
            erasure = self._advance(erasure, ErasureState.DESTROYED)
        return erasure

    def repeat(self, found: Outlived) -> Erasure:
        """Take what outlived a finished erasure, keys that are there again too; raise `Refused` where something stops it.

        With keys it is begun again where the rows are overwritten, so that it goes on from there if it is cut off.
        """
        erasure = found.erasure
        presence = self._known_presence()
        self._desk.ask(lambda unit: self._refuse_stopped(unit, erasure, presence))
        if not found.keys:
            self._overwrite(erasure, found.categories)

        def decide(unit: UnitOfWork) -> Erasure:
            present = unit.repository(ERASURE).get(erasure.id)
            if present.unfinished:
                return present
            repeat = Repeat(on=self._desk.today(unit), by_id=self._desk.actor.id, keys=found.keys)
            return unit.repository(ERASURE).save(rules.repeated(present, repeat))

        noted = self._desk.do("retention.repeat_erasure", decide, erasure.reason)
        return self.carry_out(noted) if noted.unfinished else noted

    def outlived(self, employee_id: str | None = None) -> list[Outlived]:
        """Return what has to be erased once more, of everybody or of one person."""
        return outlived(self._desk.ask, self._desk.policy, self._vault, self._desk.tenant, employee_id)

    def revived(self) -> list[Employee]:
        """Return who is readable though their keys were destroyed, without an erasure that says so."""
        return revived(self._desk.ask, self._vault)

    def _lapsed(self, erasure: Erasure) -> Erasure:
        if erasure.state is ErasureState.OVERWRITTEN and not self._keys_there(erasure):
            self._vault.destroy(self._desk.tenant, erasure.subject_id)  # also what may still be readable in their file
            self._overwrite(erasure)
            return self._advance(erasure, ErasureState.DESTROYED)

        def decide(unit: UnitOfWork) -> Erasure:
            present = unit.repository(ERASURE).get(erasure.id)
            if not present.unfinished or _is_for_the_last(unit, present):
                return present
            return unit.repository(ERASURE).save(rules.void(present, LAPSED_CODE, self._desk.today(unit)))

        return self._desk.do("retention.void_erasure", decide, f"{LAPSED.en} / {LAPSED.zh}")

    def _keys_there(self, erasure: Erasure) -> bool:
        return self._vault.person(self._desk.tenant, erasure.subject_id) is not None

    def compact(self) -> tuple[Compaction, dict[str, Erasure]]:
        """Clean the files of the store up; note it, where it was complete, on every erasure that had come to its end.

        Returned are what was done and these erasures by id, as they stand now.
        """
        # An erasure that ends meanwhile leaves bytes in what was cleaned already.
        ended = self._desk.ask(lambda unit: unit.repository(ERASURE).list(Eq("state", ErasureState.DESTROYED)))
        found = self._desk.units.driver.schema.compact()
        if not found.complete:
            return found, {}
        return found, {each.id: self._advance(each, ErasureState.COMPACTED) for each in ended}

    def _presence_now(self) -> Presence:
        self._presence = presence_of(self._desk.ask, self._desk.policy)
        return self._presence

    def _known_presence(self) -> Presence:
        """Return what this eraser found last: before keys are destroyed it looks again."""
        return self._presence_now() if self._presence is None else self._presence

    def _refuse_stopped(self, unit: UnitOfWork, erasure: Erasure, presence: Presence) -> None:
        person = unit.repository(EMPLOYEE).get(erasure.subject_id)
        (facts,) = queries.facts_of(unit, [person], self._desk.policy, presence)
        done = facts.gone or (not erasure.whole and facts.erased.issuperset(erasure.categories))
        if erasure.version == 0 and done:
            raise Refused(refusals.NOTHING)
        refusal = rules.stopped_again(
            erasure, facts, self._desk.policy.keeping, self._desk.today(unit), self._desk.calendar
        )
        if refusal is not None:
            raise refusal

    def _overwrite(self, erasure: Erasure, categories: Iterable[Category] | None = None, *, past: bool = True) -> None:
        overwrite(
            self._desk.ask, lambda fn: self._desk.do("retention.erase", fn, erasure.reason), self._desk.policy,
            erasure.subject_id, categories or (rules.WHOLE if erasure.whole else erasure.categories), past=past,
        )  # fmt: skip

    def _bar(self, erasure: Erasure) -> None:
        if erasure.whole or Category.EMPLOYEE_FILE in erasure.categories:
            bar_person(self._desk.ask, self._desk.units, self._vault, self._desk.tenant, erasure.subject_id)

    def _advance(self, erasure: Erasure, state: ErasureState) -> Erasure:
        def decide(unit: UnitOfWork) -> Erasure:
            present = unit.repository(ERASURE).get(erasure.id)
            if present.state is state:
                return present
            return unit.repository(ERASURE).save(rules.advanced(present, state, self._desk.today(unit)))

        return self._desk.do("retention.advance_erasure", decide)


def _is_for_the_last(unit: UnitOfWork, erasure: Erasure) -> bool:
    return queries.is_for_last(unit, erasure, unit.repository(EMPLOYEE).get(erasure.subject_id))


def _touched(unit: UnitOfWork, subject: str) -> None:
    people = unit.repository(EMPLOYEE)
    people.touch(people.get(subject))


def _left(mention: Mention) -> LeftMention:
    return LeftMention(kind=mention.kind, id=mention.id, field=mention.field, version=mention.version)


def _check(unit: UnitOfWork, desk: Desk) -> None:
    unit.personal.check_keys()
    if desk.on is not None and desk.on > day_in(desk.zone_of(unit), unit.now):
        raise Refused(refusals.NOT_YET, on=desk.on)
