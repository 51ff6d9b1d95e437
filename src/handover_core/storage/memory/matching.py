"""Criteria, order and keyset pages over plain values, as every other backend must answer them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import ge, gt, le, lt
from typing import Any

from handover_core.storage.criteria import (
    And,
    Contains,
    ContainsAny,
    Criterion,
    Eq,
    Ge,
    Gt,
    In,
    IsNull,
    Le,
    Lt,
    Ne,
    Not,
    Or,
    Order,
    Prefix,
    Query,
)
from handover_core.storage.driver import Write
from handover_core.storage.encoding import Stored
from handover_core.storage.kinds import Kind

_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {Lt: lt, Le: le, Gt: gt, Ge: ge}


def matches(kind: Kind[Any], write: Write, criterion: Criterion | None) -> bool:
    """Tell whether a stored row matches."""
    match criterion:
        case None:
            return True
        case And(parts):
            return all(matches(kind, write, part) for part in parts)
        case Or(parts):
            return any(matches(kind, write, part) for part in parts)
        case Not(part):
            return not matches(kind, write, part)
        case Contains(name, words):
            return any(words in value for value in _searched(kind, write, name))
        case ContainsAny(name, values):
            return not set(values).isdisjoint(_values(kind, write, name))
    return _leaf(criterion, _values(kind, write, criterion.field))  # type: ignore[attr-defined]


def _leaf(criterion: Criterion, found: list[Any]) -> bool:
    match criterion:
        case IsNull():
            return not found
        case Eq(_, value):
            return value in found
        case Ne(_, value):
            return value not in found
        case In(_, values):
            return any(each in values for each in found)
        case Prefix(_, value):
            return any(each.startswith(value) for each in found)
        case Lt(_, value) | Le(_, value) | Gt(_, value) | Ge(_, value):
            return any(_COMPARISONS[type(criterion)](each, value) for each in found)
    raise TypeError(criterion)


def _values(kind: Kind[Any], write: Write, name: str) -> list[Any]:
    if name == "id":
        return [write.row.id]
    place = kind.position.get(name)
    if place is None:
        return [value for field, value in write.side or () if field == name]
    value = write.columns[place]
    return [] if value is None else [value]


def _searched(kind: Kind[Any], write: Write, name: str) -> list[str]:
    for spec, value in zip(kind.searchable, write.search, strict=True):
        if spec.name == name:
            return [] if value is None else [value]
    return [value for field, value in write.side or () if field == f"{name}~"]


def arranged(kind: Kind[Any], writes: Iterable[Write], query: Query) -> list[Write]:
    """Return the rows that match, in order, after ``query.after``, at most ``query.limit``."""
    found = sorted((write for write in writes if matches(kind, write, query.where)), key=lambda write: write.row.id)
    if query.order is not None:
        found.sort(key=lambda write: _sort_key(value_of(kind, write, query.order)), reverse=query.order.descending)
        if query.order.descending:  # a reversed sort is stable too, so the ids still ascend
            found.sort(key=lambda write: value_of(kind, write, query.order) is None)
    if query.after is not None:
        found = [write for write in found if _is_after(kind, write, query.order, query.after)]
    return found if query.limit is None else found[: query.limit]


def value_of(kind: Kind[Any], write: Write, order: Order | None) -> Stored:
    """Return the value by which a row is sorted; without an order, None."""
    return None if order is None else write.columns[kind.position[order.field]]


def _sort_key(value: Stored) -> tuple[bool, Any]:
    return (value is not None, value)


def _is_after(kind: Kind[Any], write: Write, order: Order | None, after: tuple[Stored, str]) -> bool:
    value, last = value_of(kind, write, order), after[0]
    if value == last:
        return write.row.id > after[1]
    mine, seen = _sort_key(value), _sort_key(last)
    return mine < seen if order is not None and order.descending else mine > seen
