"""References between kinds: who refers to a row, and to whom a row comes to refer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from handover_core.storage.criteria import ContainsAny, Criterion, Eq, prepare
from handover_core.storage.kinds import Kind, Kinds
from handover_core.values import Aggregate


def referring_to(kinds: Kinds, kind: Kind[Any], id_: str) -> list[tuple[Kind[Any], Criterion]]:
    """Return the kinds that may refer to a row, each with the question for those that do."""
    found: list[tuple[Kind[Any], Criterion]] = []
    for by, name in kinds.referring.get(kind.name, ()):
        where = prepare(by, _refers(by, name, id_), lambda _: None)
        if where is not None:
            found.append((by, where))
    return found


def newly_named(kind: Kind[Any], stored: Aggregate, previous: Aggregate | None) -> Iterator[tuple[str, str]]:
    """Yield kind and id of what an aggregate refers to and did not refer to before."""
    for to, get in kind.referred:
        found = get(stored)
        before = None if previous is None else get(previous)
        if found is None or found == before:
            continue
        for id_ in _ids(found):
            if before is None or id_ not in _ids(before):
                yield to, id_


def named_by(kind: Kind[Any], stored: Sequence[Aggregate]) -> Iterator[tuple[str, dict[str, None]]]:
    """Yield for each reference of a kind the kind and the ids to which new aggregates refer, in order."""
    for to, get in kind.referred:
        found = dict.fromkeys(map(get, stored))
        yield to, dict.fromkeys(id_ for value in found for id_ in _ids(value))


def _refers(kind: Kind[Any], name: str, id_: str) -> Criterion:
    spec = kind.field(name)
    return ContainsAny(name, (id_,)) if spec is not None and spec.many else Eq(name, id_)


def _ids(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
