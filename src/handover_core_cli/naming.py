"""What people call things: somebody by number and name, other things by their code, fields by their labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from attrs import field, frozen

from handover_core.app import Office
from handover_core.audit.model import Entry, FieldChange
from handover_core.command_words import say_field
from handover_core.errors import OtherKeys, UnreadableBody, Unsealable
from handover_core.history.asking import LogQuestion
from handover_core.history.sealed import token_of
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.encoding import check_key
from handover_core.texts import KINDS_IN_WORDS, Lang, Text
from handover_core_cli.field_words import field_said, word_said

R = TypeVar("R")

SEALED = Text("(sealed)", "（已封存）")
LONGEST = 60
"""How many characters of a value are shown in a list."""
_CODED = {kind.name: (kind, kind.unique[0][0]) for kind in KINDS if kind.unique and len(kind.unique[0]) == 1}


@frozen
class Names:
    """The names of some things as they are now, in a language; whatever has none is shown by its id."""

    lang: Lang
    people: Mapping[str, str] = field(factory=dict)
    codes: Mapping[tuple[str, str], str] = field(factory=dict)

    def who(self, id_: str) -> str:
        """Return number and name of a person, or the id of whoever is none."""
        return self.people.get(id_, id_)

    def what(self, kind: str, id_: str) -> str:
        """Return what people call a thing."""
        word = KINDS_IN_WORDS.get(kind, Text(kind, kind)).say(self.lang)
        known = self.who(id_) if kind == EMPLOYEE.name else self.codes.get((kind, id_), id_)
        return f"{word} {known}"

    def changed(self, kind: str, change: FieldChange) -> str:
        """Return a field with what it held before and after."""
        name = label_of(kind, change.field, self.lang)
        after = self._value(kind, change.field, change.after)
        return (
            f"{name}: {self._value(kind, change.field, change.before)} -> {after}"
            if change.before
            else f"{name}: {after}"
        )

    def _value(self, kind: str, name: str, side: tuple[Any, ...]) -> str:
        value = side[0] if side else None
        if value is None:
            return "–"
        if token_of(value) is not None:
            return SEALED.say(self.lang)
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if self.lang is Lang.ZH:
            words = word_said(kind, name, words, self.lang)
        line = " ".join(self.people.get(words, words).split())
        return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def names_in(office: Office, entries: Iterable[Entry], lang: Lang) -> Names:
    """Return the names of those who acted and of what they did it to: one question for each kind among them."""
    listed = list(entries)
    people = {each.actor for each in listed}
    people |= {side[0] for each in listed for change in each.fields if change.field.endswith("_id")
               for side in (change.before, change.after) if side and isinstance(side[0], str)}  # fmt: skip
    return names_of(office, lang, people, ((each.kind, each.id) for each in listed))


def names_of(office: Office, lang: Lang, people: Iterable[str], things: Iterable[tuple[str, str]]) -> Names:
    """Return the names of people, by id, and of things, by kind and id."""
    ids, wanted = set(people), dict[str, set[str]]()
    for kind, id_ in things:
        if kind == EMPLOYEE.name:
            ids.add(id_)
        elif kind in _CODED:
            wanted.setdefault(kind, set()).add(id_)
    return Names(lang, people_named(office, ids), _asked(office, lambda unit: _codes(unit, wanted)) or {})


def people_named(office: Office, ids: Iterable[str]) -> dict[str, str]:
    """Return number and name of those of the ids that are people."""
    wanted = sorted(set(ids))
    found = (_asked(office, lambda unit: unit.repository(EMPLOYEE).get_many(wanted)) if wanted else None) or {}
    return {id_: f"{person.number} {person.name}" for id_, person in found.items()}


def id_of_actor(office: Office, word: str) -> str:
    """Return the id of the employee with this number; whatever has acted is an id already. Raises like `id_of`."""
    check_key("actor", word)
    acted = office.desk.ask(lambda unit: unit.history(None, 1, LogQuestion(actor=word)))
    return word if acted else id_of(office, EMPLOYEE.name, word)


def id_of(office: Office, kind: str | None, word: str) -> str:
    """Return the id of the thing of a kind that people call so; whatever is no such word is an id already.

    Raises `OtherKeys` and the like where that cannot be told: an id that nothing has would be answered with nothing.
    `InvalidInput` for what can be none.
    """
    if kind not in _CODED:
        return word
    check_key("id", word)
    stored, name = _CODED[kind]
    if office.desk.ask(lambda unit: unit.changes(stored, word)):
        return word
    found = office.desk.ask(lambda unit: unit.repository(stored).by(**{name: word}))
    return word if found is None else found.id


def label_of(kind: str, name: str, lang: Lang) -> str:
    """Return what people call a field: as its column in the sheets is headed, where there is one."""
    if lang is not Lang.ZH:
        return name
    said = _labels().get((kind, name)) or say_field(kind, name, lang)
    return field_said(kind, name, lang) if said == name else said


@cache
def _labels() -> Mapping[tuple[str, str], str]:
    from handover_core_import.sheets import SHEETS

    return {(sheet.kind, column.attribute): column.label for sheet in SHEETS if sheet.main for column in sheet.columns}


def _asked(office: Office, fn: Callable[[UnitOfWork], R]) -> R | None:
    """Return ``fn`` of a unit that reads; None where the rows cannot be read: then ids do."""
    try:
        return office.desk.ask(fn)
    except (OtherKeys, Unsealable, UnreadableBody):
        return None  # the log is there for just such a store, and shows what it is asked about all the same


def _codes(unit: UnitOfWork, wanted: Mapping[str, set[str]]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for name, ids in wanted.items():
        kind: Kind[Any] = _CODED[name][0]
        for id_, thing in unit.repository(kind).get_many(sorted(ids)).items():
            found[name, id_] = str(kind.field(_CODED[name][1]).get(thing))  # type: ignore[union-attr]
    return found
