"""The model of the contract: what a store must answer, said again in plain Python over plain aggregates."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any, TypeVar

from handover_core.storage import (
    And,
    Contains,
    ContainsAny,
    Criterion,
    Eq,
    Ge,
    Gt,
    In,
    IsNull,
    Kind,
    Le,
    Lt,
    Ne,
    Not,
    Or,
    Order,
    Prefix,
)
from handover_core.values import Aggregate

T = TypeVar("T", bound=Aggregate)
_OPERATORS: dict[type[Criterion], Callable[[Any, Any], bool]] = {Eq: eq, Lt: lt, Le: le, Gt: gt, Ge: ge}


def holds(kind: Kind[Any], criterion: Criterion, aggregate: Aggregate) -> bool:
    """Tell whether an aggregate matches, by the words of `handover_core.storage.criteria`."""
    match criterion:
        case And(parts):
            return all(holds(kind, part, aggregate) for part in parts)
        case Or(parts):
            return any(holds(kind, part, aggregate) for part in parts)
        case Not(part):
            return not holds(kind, part, aggregate)
    return _leaf(criterion, value_of(kind, criterion.field, aggregate))  # type: ignore[attr-defined]


def _leaf(criterion: Criterion, found: Any) -> bool:
    match criterion:
        case ContainsAny(_, values):
            return any(value in values for value in found)
        case Eq(_, None) | IsNull():
            return found in (None, ())
        case Ne(_, value):
            return bool(found != value)
        case In(_, values):
            return found in values
    return found is not None and _compared(criterion, found)


def _compared(criterion: Criterion, found: Any) -> bool:
    match criterion:
        case Prefix(_, value):
            return str(found).startswith(value)
        case Contains(_, words):
            return _fold(words) in _fold(found)
        case Eq(_, value) | Lt(_, value) | Le(_, value) | Gt(_, value) | Ge(_, value):
            return _OPERATORS[type(criterion)](found, value)
    raise TypeError(criterion)


def value_of(kind: Kind[Any], name: str, aggregate: Aggregate) -> Any:
    """Return what a field holds."""
    spec = kind.field(name)
    return getattr(aggregate, name) if spec is None else spec.get(aggregate)


def _fold(words: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())


def arranged(kind: Kind[Any], aggregates: Iterable[T], order: Order | None) -> list[T]:
    """Return aggregates by a field, nulls first (last where descending), ids ascending among equals."""
    found = sorted(aggregates, key=lambda each: each.id)
    if order is None:
        return found
    values = {each.id: value_of(kind, order.field, each) for each in found}
    nulls = [each for each in found if values[each.id] is None]
    rest = [each for each in found if values[each.id] is not None]
    rest.sort(key=lambda each: values[each.id], reverse=order.descending)
    return [*rest, *nulls] if order.descending else [*nulls, *rest]


def counted(kind: Kind[Any], aggregates: Sequence[Aggregate], name: str) -> dict[Any, int]:
    """Return how many aggregates have each value of a field."""
    found: dict[Any, int] = {}
    for each in aggregates:
        value = value_of(kind, name, each)
        found[value] = found.get(value, 0) + 1
    return found
