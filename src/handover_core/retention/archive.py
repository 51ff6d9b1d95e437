"""Everything about one person as one structured document: what is stored of them, and how it came to be so."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from attrs import frozen

from handover_core.audit import rules as audit
from handover_core.audit.model import Entry
from handover_core.audit.opening import Opener
from handover_core.desk import Desk
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.criteria import Criterion, Query
from handover_core.storage.driver import Row
from handover_core.storage.references import referring_to
from handover_core.storage.walking import PAGE


@frozen(kw_only=True)
class Archived:
    """One aggregate about the person: its fields as plain JSON data, and its history, oldest first."""

    id: str
    version: int
    fields: dict[str, Any]
    history: tuple[Entry, ...]


@frozen(kw_only=True)
class Section:
    """The aggregates of one kind."""

    kind: str
    items: tuple[Archived, ...]


@frozen(kw_only=True)
class PersonArchive:
    """Everything about one person: their file first, then whatever refers to them, by kind."""

    tenant: str
    employee_id: str
    number: str
    name: str
    made_at: datetime
    sections: tuple[Section, ...]


def archive_of(desk: Desk, employee_id: str) -> PersonArchive:
    """Return everything about a person; raise `NotFound`.

    What was sealed is opened where its key is there; what was erased stands as what an erasure leaves.
    """
    opener = Opener(desk.ask, desk.units, desk.tenant)
    person, made_at = desk.ask(lambda unit: (unit.repository(EMPLOYEE).get(employee_id), unit.now))
    sections = [Section(kind=EMPLOYEE.name, items=(_archived(desk, opener, EMPLOYEE, _own(desk, employee_id)),))]
    questions: dict[str, list[Criterion]] = {}
    for kind, where in referring_to(desk.units.kinds, EMPLOYEE, employee_id):
        questions.setdefault(kind.name, []).append(where)
    for name, wheres in questions.items():
        kind = desk.units.kinds[name]
        rows = {row.id: row for where in wheres for row in _rows(desk, kind, where)}
        if rows:
            items = tuple(_archived(desk, opener, kind, rows[id_]) for id_ in sorted(rows))
            sections.append(Section(kind=name, items=items))
    return PersonArchive(
        tenant=desk.tenant, employee_id=employee_id, number=person.number, name=person.name, made_at=made_at,
        sections=tuple(sections),
    )  # fmt: skip


def _own(desk: Desk, employee_id: str) -> Row:
    row: Row | None = desk.ask(lambda unit: unit.transaction.get(EMPLOYEE, unit.tenant, employee_id))
    assert row is not None  # noqa: S101 - it was read a moment ago, and employees are not deleted
    return row


def _archived(desk: Desk, opener: Opener, kind: Kind[Any], row: Row) -> Archived:
    changes = desk.ask(lambda unit: unit.changes(kind, row.id))
    history = audit.entries_of(changes, partial(opener.load, kind.name))
    return Archived(id=row.id, version=row.version, fields=from_json(row.body), history=tuple(history))


def _rows(desk: Desk, kind: Kind[Any], where: Criterion) -> list[Row]:
    found: list[Row] = []
    after: tuple[None, str] | None = None
    while True:
        page = desk.ask(partial(_page, kind, where, after))
        found += page
        if len(page) < PAGE:
            return found
        after = None, page[-1].id


def _page(kind: Kind[Any], where: Criterion, after: tuple[None, str] | None, unit: UnitOfWork) -> list[Row]:
    return unit.transaction.find(kind, unit.tenant, Query(where=where, limit=PAGE, after=after))
