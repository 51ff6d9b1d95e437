"""Everything about one person as one structured document: what is stored of them, and how it came to be so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from attrs import frozen

from handover_core.audit import rules as audit
from handover_core.audit.model import Entry
from handover_core.audit.opening import Opener
from handover_core.desk import Desk
from handover_core.history.sealed import Token, opened
from handover_core.history.states import states
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Kind
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.criteria import Criterion
from handover_core.storage.driver import Row
from handover_core.storage.personal import Fields, Personal, left_at, mapped, pseudonym_of
from handover_core.storage.redacting import cleared
from handover_core.storage.references import referring_to
from handover_core.storage.walking import rows_of


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

    What was sealed is opened where its key is there; what was erased stands as what an erasure leaves, and so does
    what is personal about others in the same aggregates. Kinds that name people inside their parts are walked over.
    """
    views = _Views(desk, employee_id)
    person, made_at = desk.ask(lambda unit: (unit.repository(EMPLOYEE).get(employee_id), unit.now))
    sections = [Section(kind=EMPLOYEE.name, items=(views.archived(EMPLOYEE, _own(desk, employee_id)),))]
    for kind, rows in _about(desk, views, employee_id):
        if rows:
            items = tuple(views.archived(kind, rows[id_]) for id_ in sorted(rows))
            sections.append(Section(kind=kind.name, items=items))
    return PersonArchive(
        tenant=desk.tenant, employee_id=employee_id, number=person.number, name=person.name, made_at=made_at,
        sections=tuple(sections),
    )  # fmt: skip


def _own(desk: Desk, employee_id: str) -> Row:
    row: Row | None = desk.ask(lambda unit: unit.transaction.get(EMPLOYEE, unit.tenant, employee_id))
    assert row is not None  # noqa: S101 - it was read a moment ago, and employees are not deleted
    return row


def _about(desk: Desk, views: _Views, employee_id: str) -> Iterator[tuple[Kind[Any], dict[str, Row]]]:
    """Yield for each kind the rows that refer to the person, or hold something personal about them, by id."""
    questions: dict[str, list[Criterion]] = {}
    for kind, where in referring_to(desk.units.kinds, EMPLOYEE, employee_id):
        questions.setdefault(kind.name, []).append(where)
    within = [kind.name for kind in desk.units.kinds if any(not each.subject.startswith("/") for each in kind.personal)]
    for name in dict.fromkeys((*questions, *within)):
        kind = desk.units.kinds[name]
        rows = {row.id: row for where in questions.get(name, ()) for row in rows_of(desk.ask, kind, where=where)}
        if name in within:
            rows |= {row.id: row for row in rows_of(desk.ask, kind) if views.is_about(kind, row)}
        yield kind, rows


class _Views:
    """Shows aggregates to one person: what is personal about others stands as an erasure would leave it."""

    def __init__(self, desk: Desk, employee_id: str) -> None:
        self._ask = desk.ask
        self._person = employee_id
        self._word = to_json(employee_id)
        self._opener = Opener(desk.ask, desk.units, desk.tenant)

    def is_about(self, kind: Kind[Any], row: Row) -> bool:
        """Tell whether a row holds something personal about the person."""
        if self._word not in row.body:
            return False
        whose: set[str] = set()

        def note(_: Personal, subject: str, value: Any) -> Any:
            whose.add(subject)
            return value

        mapped(from_json(row.body), kind.personal, row.id, note)
        return self._person in whose

    def archived(self, kind: Kind[Any], row: Row) -> Archived:
        """Return an aggregate with its history."""
        stream, fields = self._ask(lambda unit: (unit.changes(kind, row.id), unit.personal(kind)))
        found = states(stream, row.body, from_json)
        clear = {each.version: each for each in cleared(stream, found, fields, lambda whose: whose != self._person)}
        load = partial(self._load, kind, fields)
        history = audit.entries_of([clear.get(each.version, each) for each in stream], load)
        body = dict(mapped(from_json(row.body), fields, row.id, self._left))
        return Archived(id=row.id, version=row.version, fields=body, history=tuple(history))

    def _left(self, each: Personal, whose: str, value: Any) -> Any:
        return value if whose == self._person else each.erased(value, pseudonym_of(whose))

    def _load(self, kind: Kind[Any], fields: Fields, text: str) -> Any:
        def left(token: Token, place: tuple[str, ...]) -> Any:
            return token.as_json() if token.subject == self._person else left_at(fields, place, token.subject)

        return self._opener.opened(kind.name, opened(from_json(text), (), left))
