"""The walk of an erasure: every aggregate with something personal about one person in it, page by page.

It may be cut off anywhere and walked again: what was overwritten already is found to be so and left alone. What stands in
the clear in the past, because it was written before there were keys, is redacted: destroying keys would leave it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from handover_core.audit.walking import history
from handover_core.errors import UnreadableBody
from handover_core.history.asking import LogQuestion
from handover_core.history.changes import MALFORMED
from handover_core.organization.kinds import EMPLOYEE
from handover_core.policy import Policy
from handover_core.retention import own_words
from handover_core.retention.categories import KINDS_OF, body_of, category_of
from handover_core.retention.model import Category
from handover_core.storage import Eq, In, Kind, Or, UnitOfWork
from handover_core.storage.chunks import chunks
from handover_core.storage.codec import to_json
from handover_core.storage.personal import Fields
from handover_core.storage.walking import Ask, pages_of, personal_of, rows_of

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
    for kind in kinds:
        for ids in chunks(_ids_of(ask, kind, personal[kind.name], subject), PAGE):
            count += do(partial(_overwritten, kind, ids, subject, policy, wanted))
            _forget(ask, do, partial(_in_the_clear, kind, ids, subject, policy, wanted), kind, subject)
        if past and kind.subject:
            for ids in chunks(_in_the_past(ask, kind, subject), PAGE):
                _forget(ask, do, partial(_in_the_clear, kind, ids, subject, policy, wanted), kind, subject)
    return count


def _forget(ask: Ask, do: Do, clear: Callable[[UnitOfWork], list[str]], kind: Kind[Any], subject: str) -> None:
    ids = ask(clear)
    if ids:
        do(partial(_forgotten, kind, ids, subject))


def _kinds(wanted: frozenset[Category]) -> list[Kind[Any]]:
    found = {kind.name: kind for category in Category if category in wanted for kind in KINDS_OF[category]}
    last = found.pop(EMPLOYEE.name, None)
    return [*found.values(), *([] if last is None else [last])]


def _ids_of(ask: Ask, kind: Kind[Any], fields: Fields, subject: str) -> Iterator[str]:
    """Yield the ids of the aggregates that may hold something about the person."""
    named = {name for each in fields for name in (each.subject, each.otherwise) if name}
    if not named:
        return
    if named == {"/id"}:
        yield subject
        return
    columns = [name[1:] for name in sorted(named) if name.startswith("/") and name[1:] in kind.position]
    if len(columns) < len(named):
        # The person is named inside a part of the body, by which nothing can be asked for.
        word = to_json(subject)
        yield from (row.id for row in rows_of(ask, kind) if word in row.body)
        return
    for page in pages_of(ask, kind, Or(tuple(Eq(name, subject) for name in columns)), PAGE):
        yield from (each.id for each in page)


def _overwritten(
    kind: Kind[Any], ids: list[str], subject: str, policy: Policy, wanted: frozenset[Category], unit: UnitOfWork
) -> int:
    repository, count = unit.repository(kind), 0
    for aggregate in repository.get_many(ids).values():
        if category_of(kind, {"area": getattr(aggregate, "area", None)}, policy) not in wanted:
            continue
        stored = repository.save(unit.personal.erased(kind, aggregate, subject))
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


def _in_the_past(ask: Ask, kind: Kind[Any], subject: str) -> Iterator[str]:
    """Yield the ids of aggregates of a kind that name the person in their past alone, deleted ones too."""
    word = to_json(subject)
    streams = groupby(history(ask, question=LogQuestion(kind=kind.name)), key=attrgetter("id"))
    naming = (id_ for id_, entries in streams if any(word in (each.body or "") for each in entries))
    for ids in chunks(naming, PAGE):
        rows = {row.id: row.body for row in rows_of(ask, kind, where=In("id", tuple(ids)), stored=True)}
        yield from (id_ for id_ in ids if id_ not in rows or word not in rows[id_])
