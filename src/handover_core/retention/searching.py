"""The search for free text that names a person: through everything that is stored, and through the whole history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from handover_core.audit.opening import Opener
from handover_core.errors import OtherKeys, UnreadableBody
from handover_core.history.changes import MALFORMED, Change, Operation
from handover_core.history.sealed import MARK, Token, opened, opened_alone, token_of
from handover_core.history.states import states
from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention.categories import body_of
from handover_core.retention.mentions import Identity, Leaf, leaves, owned, owner_of
from handover_core.retention.model import Mention
from handover_core.retention.people import People
from handover_core.storage import Kind, Row, UnitFactory, UnitOfWork
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.freetext import REMEMBERED, is_free, is_settled, is_text
from handover_core.storage.personal import Body, Fields, Personal, mapped, pseudonym_of
from handover_core.storage.remembered import is_forgotten
from handover_core.storage.sealing import erased
from handover_core.storage.walking import Ask, entries_of, personal_of, rows_of, rows_of_each

NAMING = ("number", "name", "email", "phone")
"""The fields of an employee by which people name them."""
REASON = "reason"
UNREADABLE = "(unreadable)"
"""Stands for the field of a text that nobody can read further: what it says is looked through as it is."""


def identity_of(ask: Ask, units: UnitFactory, tenant: str, employee_id: str) -> Identity:
    """Return the values by which a person is and was named, from the row and from what the history still tells.

    Raises like `bodies_of`.
    """
    bodies = bodies_of(ask, units, tenant, employee_id)
    stands_for = {each.erased(None, pseudonym_of(employee_id)) for each in EMPLOYEE.personal if each.steps[0] in NAMING}
    named = {name: [value for body in bodies if (value := body.get(name)) not in stands_for] for name in NAMING}
    return Identity.of((value for values in named.values() for value in values), numbers=named["number"])


def bodies_of(ask: Ask, units: UnitFactory, tenant: str, employee_id: str) -> list[Body]:
    """Return what was stored of a person at any time, and is now, with all that can be opened in it.

    Raises `UnreadableBody` where that cannot be read, and `OtherKeys` where it is sealed and there are no keys: nobody
    knows then whom to look for.
    """
    changes, row = ask(lambda unit: _stream(unit, employee_id))
    opener = Opener(ask, units, tenant)

    def load(text: str) -> Any:
        return opener.load(EMPLOYEE.name, text)

    try:
        found = states(changes, None if row is None else row.body, load)
        bodies = [opener.opened(EMPLOYEE.name, state.body) for state in found if state.body is not None]
        # Where the keys are gone and the store came back from a backup, the row alone tells.
        bodies += [] if row is None else [load(row.body)]
        said = [body.get(name) for body in bodies for name in NAMING]
    except MALFORMED as error:
        raise UnreadableBody(EMPLOYEE.name, employee_id, repr(error)) from error
    if any(token_of(value) is not None for value in said):
        raise OtherKeys(tenant)
    if not all(isinstance(value, str | None) for value in said):
        raise UnreadableBody(EMPLOYEE.name, employee_id, "a name is no text")
    return bodies


def told_apart(ask: Ask, wanted: Mapping[str, Identity]) -> dict[str, Identity]:
    """Return identities that know the names of the others in the company inside of which one of theirs stands.

    Everybody's names of today are walked over once.
    """
    people, longer = People(wanted), {person: set[str]() for person in wanted}
    for row in rows_of(ask, EMPLOYEE):
        for person in people.named_in(row.body):
            name = _name_in(row)
            if person != row.id and wanted[person].named_in(name):
                longer[person].add(name)
    return {person: evolve(identity, longer=frozenset(longer[person])) for person, identity in wanted.items()}


def _name_in(row: Row) -> str:
    try:
        name = from_json(row.body).get("name")
    except MALFORMED:
        return ""
    return name if isinstance(name, str) else ""


def _stream(unit: UnitOfWork, employee_id: str) -> tuple[list[Change], Row | None]:
    return unit.changes(EMPLOYEE, employee_id), unit.transaction.get(EMPLOYEE, unit.tenant, employee_id)


def mentions_of(
    ask: Ask, units: UnitFactory, tenant: str, wanted: Mapping[str, Identity]
) -> Iterator[tuple[str, Mention]]:
    """Yield every place that names one of the persons, with the person's id, in one walk over everything.

    Left out are the fields that an erasure overwrites anyway, and those by which somebody else is named.
    """
    wanted = told_apart(ask, wanted)
    people = People(wanted)
    personal = personal_of(ask, units.kinds)
    for kind, row in rows_of_each(ask, units.kinds):
        for person in people.named_in(row.body):
            yield from ((person, each) for each in _in_row(kind, personal[kind.name], row, person, wanted[person]))
    past = _Past(Opener(ask, units, tenant), units, ask)
    for change in entries_of(ask, lambda transaction: transaction.history):
        named = dict.fromkeys((*people.named_in(_reason(change)), *people.named_in(past.said(change))))
        for person in named:
            yield from ((person, each) for each in _in_entry(past, change, person, wanted[person]))


def is_named(ask: Ask, units: UnitFactory, tenant: str, named: tuple[Kind[Any], str, str], identity: Identity) -> bool:
    """Tell whether one aggregate (its kind and id) names a person (the id after these), now or in its past."""
    kind, id_, employee_id = named
    row, changes = ask(lambda unit: (unit.transaction.get(kind, unit.tenant, id_), unit.changes(kind, id_)))
    if row is not None and any(_in_row(kind, personal_of(ask, (kind,))[kind.name], row, employee_id, identity)):
        return True
    past = _Past(Opener(ask, units, tenant), units, ask)
    return any(each for change in changes for each in _in_entry(past, change, employee_id, identity))


class _Past:
    """Reads entries, what is sealed in them too."""

    def __init__(self, opener: Opener, units: UnitFactory, ask: Ask) -> None:
        self._opener = opener
        self._ask = ask
        self._kinds = {kind.name: kind for kind in units.kinds}

    def said(self, change: Change) -> str:
        """Return everything that an entry says as one text."""
        if change.body is None or MARK not in change.body:
            return change.body or ""
        try:
            return to_json(self._opener.load(change.kind, change.body))
        except MALFORMED:
            return change.body

    def is_fixed(self, change: Change, path: str, identity: Identity, *, replaceable: bool) -> bool:
        """Tell whether a text of an entry is a word by which something is found, and is called so today.

        One that names nobody outside of addresses is such a word too; what nobody can read is none.
        """
        kind = self._kinds.get(change.kind)
        if path == UNREADABLE or (replaceable and not _is_fixed(kind, path)):
            return False
        if kind is None or path == REASON or not is_settled(kind, tuple(path.split("."))):
            return True
        stands: bool = self._ask(partial(_stands, kind, change.id, path, identity))
        return stands

    def goes(self, change: Change, path: str, employee_id: str) -> bool:
        """Tell whether a text of an entry is what an import remembers of the person's own: an erasure takes it out."""
        kind = self._kinds.get(change.kind)
        return (
            path == ".".join(REMEMBERED)
            and kind is not None
            and self._ask(partial(_goes, kind, change.id, employee_id))
        )

    def texts(self, change: Change, besides: str) -> Iterator[Leaf]:
        """Yield the texts of an entry; what is sealed for ``besides`` goes with their keys and names them to nobody."""
        if change.body is None:
            return

        def read(token: Token, place: tuple[str, ...]) -> Any:
            return None if token.subject == besides else owned(self._opened(change.kind, token, place), token.subject)

        try:
            data = from_json(change.body)
            if MARK in change.body:
                data = opened(data, (), read)
        except MALFORMED:
            yield UNREADABLE, change.body
        else:
            yield from _texts(self._kinds.get(change.kind), data)

    def _opened(self, kind: str, token: Token, place: tuple[str, ...]) -> Any:
        return opened_alone(token, place, partial(self._opener.opened, kind))


def _goes(kind: Kind[Any], id_: str, employee_id: str, unit: UnitOfWork) -> bool:
    body = body_of(unit.transaction.get(kind, unit.tenant, id_), unit.changes(kind, id_))
    return is_forgotten(body, unit.personal.fields(kind), id_, employee_id)


def _stands(kind: Kind[Any], id_: str, path: str, identity: Identity, unit: UnitOfWork) -> bool:
    """Tell whether a text at a path of what is stored names the person; what cannot be read may do so."""
    row = unit.transaction.get(kind, unit.tenant, id_)
    try:
        texts = () if row is None else leaves(from_json(row.body))
        return any(at == path and identity.named_in(text) for at, text in texts)
    except MALFORMED:
        return True


def _texts(kind: Kind[Any] | None, data: Any) -> Iterator[Leaf]:
    """Yield the leaves that are texts, and no dates or closed words, which nobody can take a name out of."""
    told = None if kind is None else is_text(kind)
    for path, text in leaves(data):
        if told is None or _is_custom(path) or told(tuple(path.split("."))):
            yield path, text


def _is_fixed(kind: Kind[Any] | None, path: str) -> bool:
    """Tell whether a text is a word or an address by which something is found, which no redaction changes."""
    return (
        kind is not None
        and path not in {REASON, UNREADABLE}
        and not _is_custom(path)
        and not is_free(kind)(tuple(path.split(".")))
    )


def _is_custom(path: str) -> bool:
    return path.startswith("custom.")


def _owned(_: Personal, whose: str, value: Any) -> Any:
    return owned(value, whose)


def _in_row(kind: Kind[Any], fields: Fields, row: Row, employee_id: str, identity: Identity) -> Iterator[Mention]:
    try:
        body = erased(from_json(row.body), fields, row.id, employee_id)
        found: Iterable[Leaf] = _texts(kind, mapped(body, fields, row.id, _owned))
    except MALFORMED:
        found = ((UNREADABLE, row.body),)
    for path, text in found:
        if identity.named_in(text) and not _of_another(kind.name, row.id, path, employee_id):
            yield Mention(
                kind=kind.name, id=row.id, field=path, excerpt=identity.excerpt(text), goes_with_id=owner_of(text),
                fixed=_is_fixed(kind, path) or (path != UNREADABLE and not identity.replaceable_in(text)),
            )  # fmt: skip


def _in_entry(past: _Past, change: Change, employee_id: str, identity: Identity) -> Iterator[Mention]:
    reason = _reason(change)
    found = [*([(REASON, reason)] if reason else []), *past.texts(change, employee_id)]
    fixed: dict[tuple[str, str | None, bool], bool] = {}
    for path, text in found:
        if _is_own(change, path, employee_id) or not identity.named_in(text):
            continue
        # Texts of a list have one path: what is fixed must not hide what is free.
        place, replaceable = (path, owner_of(text)), identity.replaceable_in(text)
        if (*place, replaceable) in fixed or _of_another(change.kind, change.id, path, employee_id):
            continue
        if not past.goes(change, path, employee_id):
            now = past.is_fixed(change, path, identity, replaceable=replaceable)
            told = fixed.get((*place, not replaceable)) is now
            fixed[*place, replaceable] = now
            if not told:
                yield Mention(
                    kind=change.kind, id=change.id, field=path, excerpt=identity.excerpt(text), version=change.version,
                    entries=_entries(change), fixed=now, goes_with_id=owner_of(text),
                )  # fmt: skip


def _reason(change: Change) -> str:
    """Return the reason of an entry; that of a bulk stands in its header, and only there it is looked for."""
    return "" if change.batch is not None or change.reason is None else change.reason


def _entries(change: Change) -> int | None:
    if change.operation is not Operation.BATCH:
        return None
    try:
        return int(from_json(change.body or "{}")["count"])
    except MALFORMED:
        return None


def _is_own(change: Change, path: str, employee_id: str) -> bool:
    """Tell whether a text of the past is a field of the person's own file, which an erasure takes out by itself."""
    own = {each.steps[0] for each in EMPLOYEE.personal}
    return (change.kind, change.id) == (EMPLOYEE.name, employee_id) and path.partition(".")[0] in own


def _of_another(kind: str, id_: str, path: str, employee_id: str) -> bool:
    """Tell whether a text is the name or number of somebody else, who may well have the same name."""
    return kind == EMPLOYEE.name and id_ != employee_id and path.partition(".")[0] in NAMING
