"""The walk of an erasure: every aggregate with something personal about one person in it, page by page.

It may be cut off anywhere and walked again: what was overwritten already is found to be so and left alone. What stands in
the clear in the past, because it was written before there were keys, is redacted: destroying keys would leave it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from handover_core.audit.walking import history_of_each
from handover_core.errors import UnreadableBody
from handover_core.history.changes import MALFORMED
from handover_core.organization.kinds import EMPLOYEE
from handover_core.policy import Policy
from handover_core.retention import own_words, queries
from handover_core.retention.categories import KINDS_OF, body_of, category_of
from handover_core.retention.model import Category
from handover_core.storage import Criterion, Eq, In, Kind, Or, UnitOfWork
from handover_core.storage.chunks import chunks
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.personal import Fields
from handover_core.storage.walking import Ask, personal_of, reading, rows_in_turn, rows_of

PAGE = 100
"""How many aggregates are overwritten in one unit."""

Do = Callable[[Callable[[UnitOfWork], int]], int]


def overwrite(
    ask: Ask, do: Do, policy: Policy, subject: str, categories: Iterable[Category], *, past: bool = True
) -> int:  # fmt: skip
    """Overwrite what is personal about one person in these categories; return how many aggregates changed.

    ``do`` runs a function in a unit that is committed. ``past`` also looks through the history for what names the person
    there alone, in the clear: that was written before there were keys, so once is enough. The person's own row comes last,
    so that an erasure that was cut off still knows whom it was about. Raises `Erased` where the keys are gone and something
    is still in the clear, and `UnreadableBody`.
    """
    wanted = frozenset(categories)
    if Category.HANDOVERS in wanted:
        own_words.take_out(ask, do, subject)
    count, kinds = 0, _kinds(wanted)
    personal = personal_of(ask, kinds)
    forget = partial(_forget, ask, do, subject=subject, policy=policy, wanted=wanted)
    for kind, ids in _chunks(_in_the_past(ask, kinds, personal, subject) if past else ()):
        forget(kind, ids)
    for kind, ids in _chunks(_ids_of(ask, kinds, personal, subject)):
        count += do(partial(_overwritten, kind, ids, subject, policy, wanted))
        forget(kind, ids)
    return count


def _chunks(found: Iterable[tuple[Kind[Any], str]]) -> Iterator[tuple[Kind[Any], list[str]]]:
    """Yield kinds with ids of theirs, as many as one unit overwrites."""
    for kind, pairs in groupby(found, key=itemgetter(0)):
        for ids in chunks((id_ for _, id_ in pairs), PAGE):
            yield kind, ids


def _forget(
    ask: Ask, do: Do, kind: Kind[Any], ids: list[str], *, subject: str, policy: Policy, wanted: frozenset[Category]
) -> None:  # fmt: skip
    clear = ask(partial(_in_the_clear, kind, ids, subject, policy, wanted))
    if clear:
        do(partial(_forgotten, kind, clear, subject))


def _kinds(wanted: frozenset[Category]) -> list[Kind[Any]]:
    found = {kind.name: kind for category in Category if category in wanted for kind in KINDS_OF[category]}
    last = found.pop(EMPLOYEE.name, None)
    return [*found.values(), *([] if last is None else [last])]


def _ids_of(
    ask: Ask, kinds: Iterable[Kind[Any]], personal: Mapping[str, Fields], subject: str
) -> Iterator[tuple[Kind[Any], str]]:  # fmt: skip
    """Yield the aggregates that may hold something about the person, by kind and id."""
    sources = [(kind, reading(kind, where)) for kind in kinds for where in _where(kind, personal[kind.name], subject)]
    word = to_json(subject)
    for kind, row in rows_in_turn(ask, sources):
        # Some name the person inside a part of the body, by which nothing can be asked for.
        if row.id == subject or word in row.body:
            yield kind, row.id


def _where(kind: Kind[Any], fields: Fields, subject: str) -> Iterator[Criterion | None]:
    """Yield by what to ask for the rows that may name the person: nothing where none does, None for all of them."""
    if fields:
        columns = _columns(kind, fields)
        yield None if columns is None else Or(tuple(Eq(name, subject) for name in columns))


def _columns(kind: Kind[Any], fields: Fields) -> list[str] | None:
    """Return the columns in which it stands whom personal fields are about; None where it stands inside of a part."""
    named = {name for each in fields for name in (each.subject, each.otherwise) if name}
    columns = [name[1:] for name in sorted(named) if name == "/id" or (name[0] == "/" and name[1:] in kind.position)]
    return columns if len(columns) == len(named) else None


def _overwritten(
    kind: Kind[Any], ids: list[str], subject: str, policy: Policy, wanted: frozenset[Category], unit: UnitOfWork
) -> int:
    repository, count = unit.repository(kind), 0
    holds = queries.standing_holds(unit)
    for aggregate in repository.get_many(ids).values():
        category = category_of(kind, {"area": getattr(aggregate, "area", None)}, policy)
        if category not in wanted:
            continue
        left = unit.personal.erased(kind, aggregate, subject)
        for other in unit.personal.gone(kind, left):
            # What outlived the keys of others cannot be sealed beside it, and is to go as well, unless a hold keeps it.
            if not any(hold.covers(other, category) for hold in holds):
                left = unit.personal.erased(kind, left, other)
        # A row may tell by a token alone what nobody can open any more: an entry takes that over.
        stored = repository.touch(left) if unit.personal.is_closed(kind, aggregate) else repository.save(left)
        count += stored.version != aggregate.version
    return count


def _in_the_clear(
    kind: Kind[Any], ids: list[str], subject: str, policy: Policy, wanted: frozenset[Category], unit: UnitOfWork
) -> list[str]:
    """Return those of the ids in whose past something stands that was written about the person before there were keys."""
    found: list[str] = []
    for id_ in ids:
        # Questions for each: the history has no other way in, and erasures are rare.
        row = unit.transaction.get(kind, unit.tenant, id_)
        try:
            if category_of(kind, body_of(row, unit.changes(kind, id_)), policy) not in wanted:
                continue
            if unit.personal.in_the_clear(kind, id_, subject):
                found.append(id_)
        except MALFORMED as error:
            raise UnreadableBody(kind.name, id_, repr(error)) from error
    return found


def _forgotten(kind: Kind[Any], ids: list[str], subject: str, unit: UnitOfWork) -> int:
    return sum(bool(unit.personal.forget(kind, id_, subject)) for id_ in ids)


def _in_the_past(
    ask: Ask, kinds: Iterable[Kind[Any]], personal: Mapping[str, Fields], subject: str
) -> Iterator[tuple[Kind[Any], str]]:  # fmt: skip
    """Yield the aggregates that are about the person in their past alone, deleted ones too, by kind and id."""
    word = to_json(subject)
    entries = history_of_each(ask, [kind for kind in kinds if kind.subject])
    streams = groupby(entries, key=lambda found: (found[0], found[1].id))
    naming = (place for place, of_one in streams if any(word in (each.body or "") for _, each in of_one))
    for kind, ids in _chunks(naming):
        rows = {row.id: row.body for row in rows_of(ask, kind, where=In("id", tuple(ids)), stored=True)}
        columns = _columns(kind, personal[kind.name])
        yield from ((kind, id_) for id_ in ids if id_ not in rows or not _is_about(columns, id_, rows[id_], subject))


def _is_about(columns: list[str] | None, id_: str, body: str, subject: str) -> bool:
    """Tell whether a row is about the person now, and so among those that are overwritten."""
    if columns is None:
        return to_json(subject) in body
    try:
        known = {**from_json(body), "id": id_}
    except MALFORMED:
        return False
    return any(known.get(name) == subject for name in columns)
