"""What outlived an erasure that was finished: values in the clear that nobody called personal then, and keys.

A company declares a field as personal after somebody was erased; a later version of the library knows of one more; keys
come back with an old backup of their table, and people with one of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import frozen

from handover_core.audit.walking import Stream, streams_of_each
from handover_core.history.changes import MALFORMED
from handover_core.history.sealed import token_of
from handover_core.history.states import states
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.policy import Policy
from handover_core.retention import queries, rules
from handover_core.retention.categories import KINDS_OF, body_of, categories_of, category_of
from handover_core.retention.model import Category, Erasure
from handover_core.retention.presence import named_by
from handover_core.retention.queries import Finished
from handover_core.storage import Kind, UnitOfWork, Vault
from handover_core.storage.codec import from_json
from handover_core.storage.personal import Body, Fields, Personal, mapped, pseudonym_of
from handover_core.storage.redacting import forgotten
from handover_core.storage.remembered import unremembered
from handover_core.storage.walking import Ask, pages_of, personal_of


@frozen(kw_only=True)
class Outlived:
    """An erasure that has to be done once more, in which categories, and whether the person's keys are there again."""

    erasure: Erasure
    categories: frozenset[Category]
    keys: bool


def outlived(ask: Ask, policy: Policy, vault: Vault, tenant: str, subject: str | None = None) -> list[Outlived]:
    """Return what has to be erased once more, of everybody or of one person, by person.

    Rows and history of all kinds with personal fields are walked over once.
    """
    found = ask(lambda unit: _last_of(unit, subject))
    back = {each.subject_id: each for each in restored(ask, vault, tenant) if subject in {None, each.subject_id}}
    clear = _in_the_clear(ask, policy, {whose: categories for whose, (_, categories) in found.items()})
    wanted = {whose: (each, frozenset(rules.WHOLE)) for whose, each in back.items()} | found
    return [
        Outlived(erasure=erasure, categories=categories, keys=whose in back)
        for whose, (erasure, categories) in sorted(wanted.items())
        if whose in back or whose in clear
    ]


def restored(ask: Ask, vault: Vault | None, tenant: str) -> list[Erasure]:
    """Return the last whole erasure of everybody whose keys were destroyed and are there again, by person.

    Not of those who were employed again and have left again: their next erasure takes the keys. Without a vault nobody
    knows of any; with other keys than those of the company it raises `OtherKeys`, since these say nothing about it.
    """
    found = _whole(ask(queries.finished))
    if vault is None or not found:
        return []
    ask(lambda unit: unit.personal.check_keys())
    return _with_keys(found, vault, tenant)


def revived(ask: Ask, vault: Vault | None) -> list[Employee]:
    """Return whose keys were destroyed though no erasure here says so, by id.

    So it is where the store is as it was before their erasure, and the keys are those of today. What of them can be read
    then may be anywhere: in rows, and in the past from before there were keys. Whoever's erasure was cut off is none of
    them. Without a vault nobody knows of any; with other keys than the company's it raises `OtherKeys`.
    """
    finished = ask(queries.finished)
    if vault is None:
        return []
    ask(lambda unit: unit.personal.check_keys())
    known = {*_whole(finished), *(each.subject_id for each in ask(queries.unfinished))}
    found: list[Employee] = []
    for page in pages_of(ask, EMPLOYEE, None, queries.PAGE):
        found += ask(partial(_gone, [each for each in page if each.id not in known]))
    return found


def _gone(people: Sequence[Employee], unit: UnitOfWork) -> list[Employee]:
    return [each for each in people if unit.personal.is_erased(each.id)]


def erased_with_keys(ask: Ask, vault: Vault, tenant: str) -> list[str]:
    """Return who was erased with their keys and is not known as such by a vault, also one of other keys, by id."""
    return [each.subject_id for each in _with_keys(_whole(ask(queries.finished)), vault, tenant)]


def _whole(finished: Iterable[Finished]) -> dict[str, Erasure]:
    return {
        each.person.id: each.erasure
        for each in finished
        if each.erasure.whole and (each.for_last or rules.ended_on(each.person) is None)
    }


def _with_keys(found: Mapping[str, Erasure], vault: Vault, tenant: str) -> list[Erasure]:
    return [found[whose] for whose in sorted(found) if vault.person(tenant, whose) is not None]


def _last_of(unit: UnitOfWork, subject: str | None) -> dict[str, tuple[Erasure, frozenset[Category]]]:
    """Return for each person the last erasure of the last employment, and what all of them together took."""
    found: dict[str, tuple[Erasure, frozenset[Category]]] = {}
    for each in queries.finished(unit):
        if subject in {None, each.person.id} and each.for_last:
            erasure, before = each.erasure, found.get(each.person.id)
            taken = frozenset(rules.WHOLE if erasure.whole else erasure.categories)
            if before is None:
                found[each.person.id] = erasure, taken
            else:
                found[each.person.id] = before[0] if before[0].whole else erasure, before[1] | taken
    return found


def _in_the_clear(ask: Ask, policy: Policy, wanted: Mapping[str, frozenset[Category]]) -> set[str]:
    """Return of whom something stands in the clear, in what is stored or in the past, that should not."""
    found: set[str] = set()
    kinds = {kind.name: kind for kinds in KINDS_OF.values() for kind in kinds} if wanted else {}
    personal = personal_of(ask, kinds.values()) if wanted else {}
    for kind, stream in streams_of_each(ask, [each for each in kinds.values() if personal[each.name]]):
        for subject in named_by(stream).intersection(wanted).difference(found):
            if _outlived(kind, stream, personal[kind.name], subject, policy).intersection(wanted[subject]):
                found.add(subject)
    return found


def _outlived(kind: Kind[Any], stream: Stream, fields: Fields, subject: str, policy: Policy) -> frozenset[Category]:
    """Return the categories in which a stream says something about a person; what cannot be read may do so in all."""
    try:
        if not _holds(stream, fields, subject):
            return frozenset()
        return frozenset((category_of(kind, body_of(stream.row, stream.changes), policy),))
    except MALFORMED:
        return categories_of(kind)


def _holds(stream: Stream, fields: Fields, subject: str) -> bool:
    present = None if stream.row is None else stream.row.body
    if present is not None and _says(from_json(present), fields, stream.id, subject):
        return True
    return bool(stream.changes) and bool(
        forgotten(stream.changes, states(stream.changes, present, from_json), fields, frozenset((subject,)))
    )


def _says(body: Body, fields: Fields, id_: str, subject: str) -> bool:
    """Tell whether a body says something about a person in the clear, beside what an erasure leaves."""
    found: list[Any] = []

    def note(each: Personal, whose: str, value: Any) -> Any:
        if whose == subject and token_of(value) is None and value != each.erased(value, pseudonym_of(whose)):
            found.append(value)
        return value

    mapped(body, fields, id_, note)
    return bool(found) or unremembered(body, fields, id_, subject.__eq__) is not body
