"""Erasing what is due, and one person on request: who goes, in which order, and who has to wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from handover_core.desk import Desk
from handover_core.errors import Erased, KeysInUse, Refused, UnreadableBody, Unsealable
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import naming, planning, queries, refusals, rules
from handover_core.retention.eraser import Eraser
from handover_core.retention.mentions import Identity
from handover_core.retention.model import Applied, Erasure, ErasureState, Mention, Verdict, Waiting
from handover_core.retention.planning import Leaver
from handover_core.retention.texts import DUE, REVIVED
from handover_core.texts import Lang, Text

T = TypeVar("T")

_OF_ONE = (Refused, Erased, Unsealable, UnreadableBody, KeysInUse)
"""What stops the erasure of one person and says nothing about the next."""


def apply(desk: Desk, leave: Mapping[str, str], *, compact: bool) -> Applied:
    """Finish what was cut off, take what outlived an erasure, and erase what is due; see `RetentionService.apply`."""
    desk.ask(lambda unit: [unit.repository(EMPLOYEE).get(id_) for id_ in leave])
    for id_, reason in leave.items():
        rules.given(f"leave.{id_}", reason)
    eraser, turn = Eraser.at(desk), _Turn(desk)
    erasures = turn.each((each.subject_id, partial(eraser.carry_out, each)) for each in desk.ask(queries.unfinished))
    repeated = turn.each((each.erasure.subject_id, partial(eraser.repeat, each)) for each in eraser.outlived())
    erasures += _erase_revived(desk, eraser, turn, leave)
    erasures += _erase_leavers(desk, eraser, turn, leave)
    cleaned, done = eraser.compact() if compact else (None, {})
    return Applied(
        erasures=tuple(done.get(each.id, each) for each in erasures),
        repeated=tuple(done.get(each.id, each) for each in repeated),
        waiting=tuple(turn.waiting.values()), compacted=cleaned is not None,
        done=() if cleaned is None else cleaned.done, remains=() if cleaned is None else cleaned.remains,
    )  # fmt: skip


def erase(desk: Desk, employee_id: str, reason: str, leave: str) -> Erasure:
    """Erase everything about one person that nothing keeps; see `RetentionService.erase`."""
    eraser = Eraser.at(desk)
    begun = desk.ask(lambda unit: queries.unfinished(unit, (employee_id,)))
    ended = [each for each in map(eraser.carry_out, begun) if each.state is not ErasureState.VOID]
    person = desk.ask(lambda unit: unit.repository(EMPLOYEE).get(employee_id))
    plan = planning.plan_of(desk, employee_id)
    if ended and not rules.free_categories(plan):
        return ended[-1]
    if all(each.verdict is Verdict.ERASED for each in plan):
        for found in eraser.outlived(employee_id):
            return eraser.repeat(found)
    categories = rules.on_request(plan)
    names = naming.names_of(desk, employee_id)
    for words in (rules.given("reason", reason), leave):
        check_reason(names, words)
    whole = rules.is_whole(plan, categories)
    goes = planning.names_go(categories, whole=whole)
    left = naming.mentions_of(desk, {employee_id: names})[employee_id] if goes else []
    return eraser.carry_out(eraser.request(person, categories, reason, whole=whole, left=left, leave=leave))


def check_reason(identity: Identity, reason: str) -> None:
    """Raise `Refused` for a reason that names the person: it would stand in the history for ever."""
    if identity.named_in(reason):
        raise Refused(refusals.NAMED_AGAIN)


def _erase_revived(desk: Desk, eraser: Eraser, turn: _Turn, leave: Mapping[str, str]) -> list[Erasure]:
    """Erase those again who came back with a store from before their erasure, due or not: their keys are gone."""
    back = {each.id: each for each in eraser.revived() if each.id not in turn.waiting}
    mentions = _mentions_of(desk, turn, back, leave)

    def act(person: Employee) -> Erasure:
        present = tuple(each.category for each in planning.plan_of(desk, person.id))
        asked = eraser.request(
            person, present, REVIVED.en, whole=True, left=mentions[person.id], leave=leave.get(person.id, "")
        )
        return eraser.carry_out(asked)

    return turn.each((id_, partial(act, each)) for id_, each in back.items())


def _erase_leavers(desk: Desk, eraser: Eraser, turn: _Turn, leave: Mapping[str, str]) -> list[Erasure]:
    """Erase what is due; all names are looked for in one walk, before the first of them goes."""
    due = [each for each in planning.leavers(desk) if each.person.id not in turn.waiting]
    mentions = _mentions_of(desk, turn, (each.person.id for each in due if each.loses_names), leave)
    going = _going((each.person.id for each in due if each.whole), mentions, leave)

    def act(each: Leaver) -> Erasure:
        id_ = each.person.id
        left = _besides(mentions.get(id_, ()), going)
        asked = eraser.request(
            each.person, each.categories, DUE.en, whole=each.whole, left=left,
            leave=leave.get(id_, "") if each.loses_names else "",
        )  # fmt: skip
        return eraser.carry_out(asked)

    return turn.each((each.person.id, partial(act, each)) for each in due)


def _mentions_of(desk: Desk, turn: _Turn, people: Iterable[str], leave: Mapping[str, str]) -> dict[str, list[Mention]]:
    """Return where each of the people is named; whoever's names cannot be told waits and is left out."""
    named = turn.each((id_, partial(_named, desk, id_, leave.get(id_, ""))) for id_ in people)
    return naming.mentions_of(desk, dict(named))


def _named(desk: Desk, employee_id: str, leave: str) -> tuple[str, Identity]:
    names = naming.names_of(desk, employee_id)
    check_reason(names, leave)
    return employee_id, names


def _going(whole: Iterable[str], mentions: Mapping[str, Sequence[Mention]], leave: Mapping[str, str]) -> set[str]:
    """Return whose keys go now: all who are named nowhere but in what the others of them take along."""
    going = {id_ for id_ in whole if id_ in mentions}
    while True:
        stopped = {
            id_ for id_ in going if id_ not in leave and any(not each.fixed for each in _besides(mentions[id_], going))
        }
        if not stopped:
            return going
        going -= stopped


def _besides(mentions: Iterable[Mention], going: set[str]) -> list[Mention]:
    """Return the mentions that stay when the records of these persons go."""
    return [each for each in mentions if each.goes_with_id not in going]


class _Turn:
    """Does something for one person after the other; whoever is stopped waits with the reason, and is left out from then."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.waiting: dict[str, Waiting] = {}

    def each(self, acts: Iterable[tuple[str, Callable[[], T]]]) -> list[T]:
        """Return what the acts return, but for those of persons who wait."""
        return [done for id_, act in acts if id_ not in self.waiting for done in self._done(id_, act)]

    def _done(self, employee_id: str, act: Callable[[], T]) -> tuple[T, ...]:
        try:
            refusal = rules.not_oneself(self._desk.actor, employee_id)
            if refusal is not None:
                raise refusal
            return (act(),)
        except _OF_ONE as error:
            person = self._desk.ask(lambda unit: unit.repository(EMPLOYEE).get(employee_id))
            why = Text(error.message(Lang.EN), error.message(Lang.ZH))
            self.waiting[employee_id] = Waiting(employee_id=employee_id, number=person.number, why=why)
            return ()
