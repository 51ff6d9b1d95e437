"""Everything about one person as one structured document: what is stored of them, and how it came to be so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from attrs import frozen

from handover_core.audit import rules as audit
from handover_core.audit.model import Entry
from handover_core.audit.opening import Opener
from handover_core.audit.walking import Stream, streams_of
from handover_core.desk import Desk
from handover_core.errors import UnreadableBody
from handover_core.handover.kinds import HANDOVER
from handover_core.history.changes import MALFORMED, Change
from handover_core.history.sealed import Token, opened
from handover_core.history.states import states
from handover_core.organization.kinds import COMPANY, COMPANY_ID, EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Eq, Kind, UnitOfWork
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.driver import Row
from handover_core.storage.personal import Fields, Personal, left_at, mapped, pseudonym_of
from handover_core.storage.redacting import cleared
from handover_core.storage.remembered import unremembered
from handover_core.storage.walking import rows_of


@frozen(kw_only=True)
class Archived:
    """One aggregate about the person: its fields as plain JSON data, and its history, oldest first.

    What was ``deleted`` has no fields any more; what it was stands in the history.
    """

    id: str
    version: int
    fields: dict[str, Any]
    history: tuple[Entry, ...]
    deleted: bool = False


@frozen(kw_only=True)
class Section:
    """The aggregates of one kind."""

    kind: str
    items: tuple[Archived, ...]


@frozen(kw_only=True)
class PersonArchive:
    """Everything about one person: their file first, then whatever names them and all of their own cases, by kind.

    ``company`` is the company's name, or its tenant where no company was stored.
    """

    tenant: str
    company: str
    employee_id: str
    number: str
    name: str
    made_at: datetime
    sections: tuple[Section, ...]


def archive_of(desk: Desk, employee_id: str) -> PersonArchive:
    """Return everything about a person; raise `NotFound`, and `UnreadableBody` where something of it cannot be read.

    What was sealed is opened where its key is there; what was erased stands as what an erasure leaves, and so does
    what is personal about others in the same aggregates. Rows and history of all kinds are walked over once.
    """
    views = _Views(desk, employee_id)
    person, company, made_at = desk.ask(partial(_whom, employee_id))
    sections = [Section(kind=EMPLOYEE.name, items=(views.archived(EMPLOYEE, _own(desk, employee_id)),))]
    for kind, items in _about(desk, views, employee_id):
        if items:
            sections.append(Section(kind=kind.name, items=tuple(sorted(items, key=lambda each: each.id))))
    return PersonArchive(
        tenant=desk.tenant, company=company, employee_id=employee_id, number=person.number, name=person.name, made_at=made_at,
        sections=tuple(sections),
    )  # fmt: skip


def _whom(employee_id: str, unit: UnitOfWork) -> tuple[Employee, str, datetime]:
    found = unit.repository(COMPANY).get_many((COMPANY_ID,))
    person = unit.repository(EMPLOYEE).get(employee_id)
    return person, found[COMPANY_ID].name if found else unit.tenant, unit.now


def _own(desk: Desk, employee_id: str) -> Row:
    row = _row(desk, EMPLOYEE, employee_id)
    assert row is not None  # noqa: S101 - it was read a moment ago, and employees are not deleted
    return row


def _row(desk: Desk, kind: Kind[Any], id_: str) -> Row | None:
    row: Row | None = desk.ask(lambda unit: unit.transaction.get(kind, unit.tenant, id_))
    return row


def _about(desk: Desk, views: _Views, employee_id: str) -> Iterator[tuple[Kind[Any], list[Archived]]]:
    """Yield for each kind what names the person, now or in its past, deleted or not, and what belongs to a case of theirs."""
    word = to_json(employee_id)
    cases = desk.ask(lambda unit: unit.repository(HANDOVER).list(Eq("giver_id", employee_id)))
    own = {case.id for case in cases}
    for kind in desk.units.kinds:
        of_case = "handover_id" in kind.position
        found = [
            views.archived(kind, row)
            for row in rows_of(desk.ask, kind)
            if (kind.name, row.id) != (EMPLOYEE.name, employee_id)
            and (word in row.body or (of_case and _of_one(row, own)))
        ]
        there = {each.id for each in found} | ({employee_id} if kind is EMPLOYEE else set())
        for stream in streams_of(desk.ask, kind):
            if stream.id not in there and any(word in (each.body or "") for each in stream.changes):
                row = None if stream.row is None else _row(desk, kind, stream.id)
                found.append(views.deleted(kind, stream) if row is None else views.archived(kind, row))
        yield kind, found


def _of_one(row: Row, cases: set[str]) -> bool:
    """Tell whether a row belongs to one of the cases; one that nobody can read does where it names one."""
    try:
        return from_json(row.body)["handover_id"] in cases
    except MALFORMED:
        return any(to_json(case) in row.body for case in cases)


class _Views:
    """Shows aggregates to one person: what is personal about others stands as an erasure would leave it."""

    def __init__(self, desk: Desk, employee_id: str) -> None:
        self._ask = desk.ask
        self._person = employee_id
        self._opener = Opener(desk.ask, desk.units, desk.tenant)

    def archived(self, kind: Kind[Any], row: Row) -> Archived:
        """Return an aggregate with its history."""
        stream, fields = self._ask(lambda unit: (unit.changes(kind, row.id), unit.personal.fields(kind)))
        try:
            own = unremembered(from_json(row.body), fields, row.id, self._is_another)
            body = dict(mapped(own, fields, row.id, self._left))
            history = self._history(kind, fields, stream, row.body)
        except MALFORMED as error:
            raise UnreadableBody(kind.name, row.id, repr(error)) from error
        return Archived(id=row.id, version=row.version, fields=body, history=history)

    def deleted(self, kind: Kind[Any], stream: Stream) -> Archived:
        """Return what is left of an aggregate that was deleted: its history."""
        fields = self._ask(lambda unit: unit.personal.fields(kind))
        try:
            history = self._history(kind, fields, stream.changes, None)
        except MALFORMED as error:
            raise UnreadableBody(kind.name, stream.id, repr(error)) from error
        return Archived(id=stream.id, version=stream.changes[-1].version, fields={}, history=history, deleted=True)

    def _history(
        self, kind: Kind[Any], fields: Fields, stream: Sequence[Change], present: str | None
    ) -> tuple[Entry, ...]:
        found = states(stream, present, from_json)
        clear = {each.version: each for each in cleared(stream, found, fields, self._is_another)}
        load = partial(self._load, kind, fields)
        return tuple(audit.entries_of([clear.get(each.version, each) for each in stream], load))

    def _is_another(self, whose: str) -> bool:
        return whose != self._person

    def _left(self, each: Personal, whose: str, value: Any) -> Any:
        return value if whose == self._person else each.erased(value, pseudonym_of(whose))

    def _load(self, kind: Kind[Any], fields: Fields, text: str) -> Any:
        def left(token: Token, place: tuple[str, ...]) -> Any:
            return token.as_json() if token.subject == self._person else left_at(fields, place, token.subject)

        return self._opener.opened(kind.name, opened(from_json(text), (), left))
