"""Reads what a newcomer needs into their pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import evolve, frozen

from handover_core.dossier import posts
from handover_core.dossier.gathering import all_units, bare, company_note, people_in, people_on, source_notes
from handover_core.dossier.manifest import sealed
from handover_core.dossier.model import (
    Contact,
    NewcomersPack,
    PlaceName,
    Procedure,
    ProjectMemberNote,
    ProjectNote,
    Reason,
    Received,
    RecordList,
)
from handover_core.dossier.procedures import procedures_of
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM
from handover_core.handover.model import CLOSED_STATES, Handover, HandoverState, ItemState
from handover_core.organization.kinds import POSITION
from handover_core.organization.model import Employee, EmployeeStatus, Position
from handover_core.records.kinds import PROJECT, WORK_RECORD
from handover_core.records.model import OPEN_STATUSES, Project, ProjectStatus
from handover_core.storage import (
    ContainsAny,
    Criterion,
    Eq,
    In,
    IsNull,
    Ne,
    Not,
    Or,
    Order,
    UnitOfWork,
    all_of,
)

RECORDS_SHOWN = 20
"""How many of the predecessors' open, and how many of their closed records are shown."""
VERIFIED_SHOWN = 100
"""How many of the handover items that the person has taken over for good are shown."""


@frozen(kw_only=True)
class _Around:
    """Who and what stands around the newcomer."""

    managers: tuple[str, ...]
    backups: tuple[str, ...]
    predecessors: tuple[str, ...]
    cases: tuple[Handover, ...]
    procedures: tuple[Procedure, ...]
    projects: tuple[ProjectNote, ...]


def newcomers_pack(unit: UnitOfWork, number: str, position_code: str | None, today: date, zone: str) -> NewcomersPack:
    """Return the pack of a person for a position; at most 34 reads, whatever there is.

    Raises `NotFound` for an unknown number or code, `Refused` where there is no position or no description of it.
    """
    place = posts.place_of(unit, number, position_code, today)
    units = all_units(unit)
    me = place.person.id
    before = posts.predecessors(place)
    gone = tuple(dict.fromkeys(each.person_id for each in before))
    procedures = procedures_of(unit, place.position.id, place.description, me)
    received, cases = _received(unit, me, place.day)
    around = _Around(
        managers=posts.managers_of(unit, place, units), backups=posts.backups_of(place), predecessors=gone, cases=cases,
        procedures=procedures, projects=_projects(unit, (me, *gone), place.day),
    )  # fmt: skip
    open_ = _records(unit, _open_of(gone), place.position.id, Order("due_on"))
    recent = _records(unit, _closed_of(gone), place.position.id, Order("closed_on", descending=True))
    named = (me, *_named(around), *_in_records(open_, recent), *people_in(received.items))
    people = people_on(unit, named, place.day, units)
    return sealed(
        NewcomersPack(
            company=company_note(unit, zone),
            generated_on=today,
            day=place.day,
            person_id=me,
            people=people.notes,
            post=posts.post_of(place, units),
            places=_places(unit, procedures, place.day),
            procedures=procedures,
            predecessors=before,
            open_records=open_,
            recent_records=recent,
            received=received,
            projects=around.projects,
            contacts=tuple(_contacts(around, people.employees, me)),
        )
    )


# Records


def _open_of(ids: tuple[str, ...]) -> Criterion | None:
    return all_of(In("owner_id", ids), In("status", OPEN_STATUSES))


def _closed_of(ids: tuple[str, ...]) -> Criterion | None:
    return all_of(Or((In("owner_id", ids), In("author_id", ids))), Not(In("status", OPEN_STATUSES)))


def _records(unit: UnitOfWork, where: Criterion | None, position_id: str, order: Order) -> RecordList:
    """Return the first records that belong to the position or to none; work in another position is not passed on."""
    here = all_of(where, Or((Eq("position_id", position_id), IsNull("position_id"))))
    records = unit.repository(WORK_RECORD)
    found = records.list(here, order=order, limit=RECORDS_SHOWN)
    return RecordList(records=tuple(bare(each) for each in found), total=records.count(here))


def _in_records(*lists: RecordList) -> Iterator[str]:
    for each in lists:
        for record in each.records:
            yield from (record.owner_id, record.author_id)


# Items


def _received(unit: UnitOfWork, me: str, day: date) -> tuple[Received, tuple[Handover, ...]]:
    items = unit.repository(HANDOVER_ITEM)
    open_ = items.list(all_of(Eq("receiver_id", me), Not(In("state", tuple(CLOSED_STATES)))), order=Order("code"))
    verified = all_of(Eq("receiver_id", me), Eq("state", ItemState.VERIFIED))
    taken = items.list(verified, order=Order("code"), limit=VERIFIED_SHOWN)
    cases = unit.repository(HANDOVER).get_many(each.handover_id for each in (*open_, *taken))
    going_on = [each for each in open_ if cases[each.handover_id].state is not HandoverState.WITHDRAWN]
    shown = tuple(bare(each) for each in (*going_on, *taken))
    found = Received(items=shown, sources=source_notes(unit, shown, day), verified_total=items.count(verified))
    return found, tuple(cases[id_] for id_ in dict.fromkeys(each.handover_id for each in shown))


# Projects and people


def _projects(unit: UnitOfWork, ids: tuple[str, ...], day: date) -> tuple[ProjectNote, ...]:
    where = all_of(ContainsAny("member_id", ids), Ne("status", ProjectStatus.CLOSED))
    found = unit.repository(PROJECT).list(where, order=Order("code"))
    return tuple(
        ProjectNote(code=each.code, name=each.name, status=each.status, members=tuple(_members(each, day)))
        for each in found
    )


def _members(project: Project, day: date) -> Iterator[ProjectMemberNote]:
    for each in project.members:
        if each.effective.contains(day):
            yield ProjectMemberNote(person_id=each.employee_id, part=each.part)


def _reasons(around: _Around) -> Iterator[tuple[str, Reason]]:
    yield from ((id_, Reason(code="manager")) for id_ in around.managers)
    yield from ((id_, Reason(code="predecessor")) for id_ in around.predecessors)
    yield from ((id_, Reason(code="backup")) for id_ in around.backups)
    yield from ((case.giver_id, Reason(code="giver", about=(case.code,))) for case in around.cases)
    for sop in around.procedures:
        if sop.author_id is not None:
            yield sop.author_id, Reason(code="sop_author", about=(sop.code,))
    for project in around.projects:
        yield from ((each.person_id, Reason(code="project", about=(project.name,))) for each in project.members)


def _named(around: _Around) -> Iterator[str]:
    yield from (id_ for id_, _ in _reasons(around))


def _contacts(around: _Around, employees: Mapping[str, Employee], me: str) -> Iterator[Contact]:
    """Yield whom to ask, the nearest first: who is still there, with all reasons together."""
    reasons: dict[str, dict[str, Reason]] = {}
    for id_, reason in _reasons(around):
        known = reasons.setdefault(id_, {})
        former = known.get(reason.code, reason)
        known[reason.code] = evolve(former, about=tuple(dict.fromkeys((*former.about, *reason.about))))
    for id_, known in reasons.items():
        person = employees.get(id_)
        if person is not None and id_ != me and person.status is not EmployeeStatus.LEFT:
            yield Contact(person_id=id_, reasons=tuple(known.values()), email=person.email, phone=person.phone)


def _places(unit: UnitOfWork, procedures: Iterable[Procedure], day: date) -> tuple[PlaceName, ...]:
    steps = (step for sop in procedures for stage in sop.stages for step in stage.steps)
    found = unit.repository(POSITION).get_many(each.position_id for each in steps)
    return tuple(sorted((_place(each, day) for each in found.values()), key=lambda each: each.code))


def _place(position: Position, day: date) -> PlaceName:
    described = position.on(day) or position.descriptions[0]
    authorities = {each.key: each.name for each in described.authorities}
    return PlaceName(id=position.id, code=position.code, title=described.title, authorities=authorities)
