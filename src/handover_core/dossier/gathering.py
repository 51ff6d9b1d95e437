"""What both documents read in the same way: the company, people with their places, and what items were derived from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from attrs import evolve, frozen

from handover_core.dossier.model import CompanyNote, Holder, Person, SourceNote
from handover_core.handover.model import Acceptance, Briefing, HandoverItem, Return, Source, Verified
from handover_core.organization.kinds import ASSIGNMENT, COMPANY, COMPANY_ID, EMPLOYEE, ORG_UNIT, POSITION
from handover_core.organization.model import Assignment, Employee, EmployeeStatus, OrgUnit, Position
from handover_core.organization.queries import holding_on
from handover_core.organization.rules import WORKING_CAPACITIES
from handover_core.procedures.kinds import SOP, SOP_RUN, SOP_VERSION
from handover_core.procedures.model import Sop, SopRun, SopVersion
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import In, Kind, UnitOfWork, all_of
from handover_core.values import Aggregate, ExternalReference

ONE_DAY = timedelta(days=1)
A = TypeVar("A", bound=Aggregate)


def company_note(unit: UnitOfWork, zone: str) -> CompanyNote:
    """Return whose document it is; a company that was never stored has no name."""
    company = unit.repository(COMPANY).peek(COMPANY_ID)
    return CompanyNote(name="" if company is None else company.name, time_zone=zone)


def bare(aggregate: A) -> A:
    """Return an aggregate without the digests of its last import, which say nothing to a reader."""
    return evolve(aggregate, external=tuple(ExternalReference(each.source, each.id) for each in aggregate.external))


def holder(assignment: Assignment) -> Holder:
    """Return an assignment as it stands in a document."""
    end = assignment.effective.end
    return Holder(
        person_id=assignment.employee_id,
        capacity=assignment.capacity,
        since=assignment.effective.start,
        until=None if end is None else end - ONE_DAY,
    )


@frozen(kw_only=True)
class People:
    """Employees by id, and what they are called and do on one day."""

    employees: Mapping[str, Employee]
    notes: tuple[Person, ...]


def people_on(unit: UnitOfWork, ids: Iterable[str | None], day: date, units: Mapping[str, OrgUnit]) -> People:
    """Return those of the ids that are employees, by number; three reads."""
    employees = unit.repository(EMPLOYEE).get_many(ids)
    held = unit.repository(ASSIGNMENT).list(all_of(In("employee_id", tuple(employees)), holding_on(day)))
    working = [each for each in held if each.capacity in WORKING_CAPACITIES]
    positions = unit.repository(POSITION).get_many(each.position_id for each in working)
    titles: dict[str, list[str]] = {}
    for each in sorted(working, key=lambda each: (each.effective.start, each.id)):
        titles.setdefault(each.employee_id, []).append(title_on(positions.get(each.position_id), day))
    notes = (_person(each, titles.get(each.id, []), units) for each in employees.values())
    return People(employees=employees, notes=tuple(sorted(notes, key=lambda each: each.number)))


def title_on(position: Position | None, day: date) -> str:
    """Return what a position is called on a day; before its first description, what it will be called."""
    return "" if position is None else (position.on(day) or position.descriptions[0]).title


def _person(employee: Employee, titles: list[str], units: Mapping[str, OrgUnit]) -> Person:
    return Person(
        id=employee.id,
        number=employee.number,
        name=employee.name,
        unit=name_of(units, employee.unit_id),
        positions=tuple(dict.fromkeys(each for each in titles if each)),
        employed=employee.status is not EmployeeStatus.LEFT,
    )


def all_units(unit: UnitOfWork) -> dict[str, OrgUnit]:
    """Return the company's units by id; one read, so that climbing to a head takes no further one."""
    return {each.id: each for each in unit.repository(ORG_UNIT).list()}


def name_of(units: Mapping[str, OrgUnit], unit_id: str | None) -> str | None:
    """Return the name of a unit, or None."""
    found = units.get(unit_id or "")
    return None if found is None else found.name


# What items were derived from


def source_notes(unit: UnitOfWork, items: Iterable[HandoverItem], day: date) -> tuple[SourceNote, ...]:
    """Return what is stored of the items' sources, in the items' order; one read for each kind of source."""
    wanted = {each.source.key: each.source for each in items}
    found = _Sources(unit, wanted.values())
    notes = (found.note(source, day) for source in wanted.values())
    return tuple(each for each in notes if each is not None)


class _Sources:
    """The stored sources of a set of items, by kind and id."""

    def __init__(self, unit: UnitOfWork, sources: Iterable[Source]) -> None:
        ids: dict[str, list[str]] = {}
        for each in sources:
            ids.setdefault(each.kind, []).append(each.id)

        def read(kind: Kind[A]) -> dict[str, A]:
            return unit.repository(kind).get_many(ids.get(kind.name, ()))

        self.runs, self.versions = read(SOP_RUN), read(SOP_VERSION)
        of_runs = [each.sop_id for each in self.runs.values()]
        ids[SOP.name] = [*ids.get(SOP.name, ()), *of_runs, *(each.sop_id for each in self.versions.values())]
        self.sops, self.records = read(SOP), read(WORK_RECORD)
        self.positions, self.employees = read(POSITION), read(EMPLOYEE)

    def note(self, source: Source, day: date) -> SourceNote | None:
        makers: dict[str, tuple[Mapping[str, Any], Callable[..., SourceNote]]] = {
            "work_record": (self.records, self._record),
            "position": (self.positions, self._position),
            "sop": (self.sops, self._sop),
            "sop_version": (self.versions, self._version),
            "sop_run": (self.runs, self._run),
            "employee": (self.employees, self._employee),
        }
        stored, make = makers.get(source.kind, ({}, self._record))
        aggregate = stored.get(source.id)
        if aggregate is None:
            return None
        references = tuple(sorted(each.key for each in aggregate.external))
        return evolve(make(source, aggregate, day), references=references)

    def _record(self, source: Source, record: WorkRecord, _day: date) -> SourceNote:
        return SourceNote(
            key=source.key, kind=source.kind, title=record.title, about=record.body, record_kind=record.kind,
            counterparty=record.counterparty, area=record.area, opened_on=record.opened_on, due_on=record.due_on,
            documents=tuple(each.plain for each in record.documents),
        )  # fmt: skip

    def _position(self, source: Source, position: Position, day: date) -> SourceNote:
        described = position.on(day) or position.descriptions[0]
        about = [each.description for each in described.duties if source.part == f"duty:{each.key}"]
        about += [each.conditions or "" for each in described.authorities if source.part == f"authority:{each.key}"]
        return SourceNote(
            key=source.key, kind=source.kind, code=position.code, title=described.title, about="".join(about)
        )

    def _sop(self, source: Source, sop: Sop, _day: date) -> SourceNote:
        return SourceNote(key=source.key, kind=source.kind, code=sop.code, title=sop.title)

    def _version(self, source: Source, version: SopVersion, _day: date) -> SourceNote:
        sop = self.sops.get(version.sop_id)
        code = None if sop is None else f"{sop.code} v{version.number}"
        return SourceNote(
            key=source.key, kind=source.kind, code=code, title="" if sop is None else sop.title,
            about=version.change_note,
        )  # fmt: skip

    def _run(self, source: Source, run: SopRun, _day: date) -> SourceNote:
        sop = self.sops.get(run.sop_id)
        return SourceNote(
            key=source.key, kind=source.kind, code=None if sop is None else sop.code, title=run.subject,
            opened_on=run.started_on,
        )  # fmt: skip

    def _employee(self, source: Source, employee: Employee, _day: date) -> SourceNote:
        return SourceNote(key=source.key, kind=source.kind, code=employee.number, title=employee.name)


def people_in(items: Iterable[HandoverItem]) -> Iterator[str | None]:
    """Yield the id of everybody whom the items name, many of them often."""
    for item in items:
        yield item.receiver_id
        yield item.verifier_id
        deeds: tuple[Briefing | Acceptance | Return | Verified | None, ...] = (
            *item.briefings, item.acceptance, item.verified, *item.returns, *item.superseded, *item.reopened,
        )  # fmt: skip
        yield from (each.by_id for each in deeds if each is not None)
        yield from (each.approver_id for each in item.waivers)
        for change in item.receivers:
            yield change.receiver_id
            yield change.changed_by_id
