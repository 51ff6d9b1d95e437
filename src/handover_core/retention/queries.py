"""What the retention room asks of the store: facts about persons in a fixed number of questions, and walks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from handover_core.actor import Actor
from handover_core.guards import allowed
from handover_core.handover.kinds import DEPARTURE, HANDOVER
from handover_core.handover.model import HandoverState
from handover_core.history.changes import MALFORMED
from handover_core.history.states import states
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import Policy
from handover_core.procedures.kinds import SOP_RUN, SOP_VERSION
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import OPEN_STATUSES
from handover_core.retention import rules
from handover_core.retention.categories import is_accounting
from handover_core.retention.kinds import ERASURE, LEGAL_HOLD
from handover_core.retention.model import Category, Erasure, ErasureState, LegalHold, PersonFacts, Presence
from handover_core.retention.texts import FINISH
from handover_core.storage import And, Criterion, Eq, In, IsNull, Kind, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.walking import Ask, pages_of
from handover_core.todo import Todo

PAGE = 200
"""How many persons are looked at in one unit."""

_PRESENT: tuple[tuple[Category, Kind[Any], str], ...] = (
    (Category.ABSENCES, ABSENCE, "employee_id"),
    (Category.HANDOVERS, DEPARTURE, "employee_id"),
    (Category.HANDOVERS, HANDOVER, "giver_id"),
    (Category.WORK, SOP_RUN, "owner_id"),
    (Category.WORK, SOP_VERSION, "author_id"),
)
"""Where something about a person stands, beside the employee's own file and the work records."""


_BEGUN = (ErasureState.OVERWRITTEN, ErasureState.DESTROYED, ErasureState.COMPACTED)
"""In these states something is overwritten, or all that an erasure takes."""


@frozen
class Finished:
    """An erasure that came to its end, its person, and whether it was for their last employment, which has ended."""

    erasure: Erasure
    person: Employee
    for_last: bool


def left_persons(ask: Ask) -> Iterator[Sequence[Employee]]:
    """Yield everybody who has left, page by page by id."""
    return pages_of(ask, EMPLOYEE, Eq("status", EmployeeStatus.LEFT), PAGE)


def facts_of(unit: UnitOfWork, people: Sequence[Employee], policy: Policy, presence: Presence) -> list[PersonFacts]:
    """Return what the rules need to know about each of the people, in as many questions for one as for many.

    ``presence`` is where they are named inside records (see `presence_of`).
    """
    ids = [person.id for person in people]
    present = _present(unit, ids, policy)
    cases = defaultdict(list)
    for case in unit.repository(HANDOVER).list(And((In("giver_id", tuple(ids)), Eq("state", HandoverState.OPEN)))):
        cases[case.giver_id].append(case.code)
    open_work = _by_person(unit, WORK_RECORD, "author_id", ids, In("status", OPEN_STATUSES))
    holds = standing_holds(unit)
    erased = _erased(unit, people)
    return [
        PersonFacts(
            person=person,
            present=frozenset((Category.EMPLOYEE_FILE, *present[person.id], *presence.get(person.id, ()))),
            others={category: each.owners for category, each in presence.get(person.id, {}).items()},
            unreadable={category: each.unreadable for category, each in presence.get(person.id, {}).items()},
            open_cases=tuple(sorted(cases[person.id])), open_work=open_work.get(person.id, 0),
            holds=tuple(each for each in holds if each.employee_id in _under(person, presence)),
            erased=erased[person.id][0], gone=erased[person.id][1],
        )
        for person in people
    ]  # fmt: skip


def standing_holds(unit: UnitOfWork) -> list[LegalHold]:
    """Return the holds that nobody released, by id."""
    return unit.repository(LEGAL_HOLD).list(IsNull("released_on"))


def _under(person: Employee, presence: Presence) -> set[str | None]:
    """Return whose holds may keep something about a person; None stands for everybody's."""
    return {None, person.id, *(each for named in presence.get(person.id, {}).values() for each in named.owners)}


def _present(unit: UnitOfWork, ids: Sequence[str], policy: Policy) -> Mapping[str, set[Category]]:
    found: dict[str, set[Category]] = defaultdict(set)
    for category, kind, name in _PRESENT:
        for id_ in _by_person(unit, kind, name, ids):
            found[id_].add(category)
    written = unit.repository(WORK_RECORD).group("author_id", "area", where=In("author_id", tuple(ids)))
    for writer, area in written:
        books = is_accounting(policy, None if area is None else str(area))
        found[str(writer)].add(Category.ACCOUNTING if books else Category.WORK)
    return found


def _by_person(
    unit: UnitOfWork, kind: Kind[Any], name: str, ids: Sequence[str], where: Criterion | None = None
) -> dict[str, int]:
    """Return for each of the persons how many aggregates name them in a field."""
    mine: Criterion = In(name, tuple(ids))
    counted = unit.repository(kind).group(name, where=mine if where is None else And((mine, where)))
    return {str(key[0]): count for key, count in counted.items()}


def _erased(unit: UnitOfWork, people: Sequence[Employee]) -> Mapping[str, tuple[frozenset[Category], bool]]:
    """Return for each person which categories of the last employment were erased, and whether the keys were destroyed."""
    by_id = {person.id: person for person in people}
    found: dict[str, tuple[frozenset[Category], bool]] = defaultdict(lambda: (frozenset(), False))
    for each in unit.repository(ERASURE).list(And((In("subject_id", tuple(by_id)), In("state", _BEGUN)))):
        if not each.unfinished and is_for_last(unit, each, by_id[each.subject_id]):
            categories, gone = found[each.subject_id]
            found[each.subject_id] = categories | frozenset(each.categories), gone or each.whole
    return found


def todo(unit: UnitOfWork, actor: Actor, today: date) -> list[Todo]:
    """Return the erasures that were cut off and that the actor may finish."""
    if not actor.has(*rules.APPROVERS):
        return []
    found = unfinished(unit)
    people = unit.repository(EMPLOYEE).get_many([each.subject_id for each in found]) if found else {}
    return [
        Todo(
            room="retention", action="go_on", kind=ERASURE.name, id=each.id, code=each.id,
            title=people[each.subject_id].number, does=FINISH, due_on=each.requested_on,
        )
        for each in found
        if "go_on" in allowed(rules.ERASURE_ACTIONS, actor, each, today)
    ]  # fmt: skip


def is_for_last(unit: UnitOfWork, erasure: Erasure, person: Employee) -> bool:
    """Tell whether an erasure is for the last employment of its person, also where its last day was corrected since.

    What the file said since then is asked for only where the day is another one, and of a whole erasure: whoever's keys
    are destroyed has no other employment under this entry. One in part leaves the keys, and a file may not say that its
    person was hired in between.
    """
    ended = rules.ended_on(person)
    if ended is None or erasure.left_on in {None, ended} or not erasure.whole:
        return erasure.is_for(ended)
    row = unit.transaction.get(EMPLOYEE, unit.tenant, person.id)
    try:
        past = states(unit.changes(EMPLOYEE, person.id), None if row is None else row.body, from_json)
    except MALFORMED:
        # Nobody can tell: what is there counts as that of another employment, and the verification names it.
        return False
    return rules.is_corrected(erasure.left_on, [each.body for each in past if each.body is not None])


def finished(unit: UnitOfWork) -> list[Finished]:
    """Return the erasures that came to their end, in the order in which they were requested."""
    found = [each for each in unit.repository(ERASURE).list(In("state", _BEGUN)) if not each.unfinished]
    people = unit.repository(EMPLOYEE).get_many([each.subject_id for each in found])
    by_day = sorted(found, key=lambda each: (each.requested_on, each.id))
    pairs = ((each, people[each.subject_id]) for each in by_day)
    return [Finished(each, person, for_last=is_for_last(unit, each, person)) for each, person in pairs]


def unfinished(unit: UnitOfWork, ids: Iterable[str] | None = None) -> list[Erasure]:
    """Return the erasures that were interrupted, oldest first."""
    open_ones = In("state", (ErasureState.REQUESTED, ErasureState.OVERWRITTEN))
    where: Criterion = open_ones if ids is None else And((open_ones, In("subject_id", tuple(ids))))
    return [each for each in unit.repository(ERASURE).list(where) if each.unfinished]
