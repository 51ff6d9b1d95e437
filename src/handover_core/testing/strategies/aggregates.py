"""Strategies for the aggregates of every kind, made from their types: whatever a field may hold, it does hold here."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

import attrs
from attrs import evolve, frozen
from hypothesis import strategies as st

from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.storage import CUSTOM_FIELD, Kind
from handover_core.testing.strategies.people import references
from handover_core.testing.strategies.values import days, decimals, instants, integers, texts
from handover_core.values import Aggregate, DateRange, ExternalReference

kinds: st.SearchStrategy[Kind[Any]] = st.sampled_from([kind for kind in KINDS if kind is not CUSTOM_FIELD])
"""Any kind; the custom fields are left to the tests about them, since declaring one changes what others may hold."""


@frozen
class Population:
    """Some aggregates of one kind, and what must be stored with them because they refer to it."""

    kind: Kind[Any]
    members: tuple[Aggregate, ...]
    targets: tuple[tuple[Kind[Any], Aggregate], ...]


def aggregates(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Return aggregates of a kind, with whatever their types allow; what they refer to may not exist."""
    cls: Any = kind.type
    return _built(cls)


@st.composite
def populations_of(draw: st.DrawFn, kind: Kind[Any], *, most: int = 5) -> Population:
    """Return aggregates of a kind that can be stored together, with what they refer to."""
    members: list[Aggregate] = []
    taken: set[tuple[Any, ...]] = set()
    for member in draw(st.lists(aggregates(kind), max_size=most)):
        keys = set(_unique(kind, member))
        if taken.isdisjoint(keys):
            taken |= keys
            members.append(member)
    targets: dict[tuple[str, str], tuple[Kind[Any], Aggregate]] = {}
    for member in members:
        _add_targets(draw, kind, member, targets)
    return Population(kind, tuple(members), tuple(targets.values()))


def _unique(kind: Kind[Any], aggregate: Aggregate) -> Iterator[tuple[Any, ...]]:
    for names in kind.unique:
        values = tuple(_value(kind, aggregate, name) for name in names)
        if None not in values:
            yield names, values


def _value(kind: Kind[Any], aggregate: Aggregate, name: str) -> Any:
    return kind.columns[kind.position[name]].get(aggregate)


def _add_targets(
    draw: st.DrawFn, kind: Kind[Any], aggregate: Aggregate, found: dict[tuple[str, str], tuple[Kind[Any], Aggregate]]
) -> None:
    for reference in kind.references:
        spec, other = kind.field(reference.field), KINDS[reference.kind]
        for id_ in _ids(None if spec is None else spec.get(aggregate)):
            if (other.name, id_) not in found:
                target = evolve(draw(_bare(other)), id=id_)
                found[other.name, id_] = other, target
                _add_targets(draw, other, target, found)


def _ids(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _bare(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Return aggregates with what they must have and nothing else; what is unique in a kind is made up."""
    hints = typing.get_type_hints(kind.type)
    unique = {name for names in kind.unique for name in names if hints.get(name) is str}
    must = {
        each.name: _of(hints[each.name], _least(each))
        for each in attrs.fields(kind.type)
        if each.default is attrs.NOTHING
    }
    return st.builds(kind.type, **{**must, **dict.fromkeys(unique, st.builds(new_id)), "id": st.builds(new_id)})


@cache
def _built(cls: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    fields = {each.name: _of(hints[each.name], _least(each)) for each in attrs.fields(cls) if each.init}
    if issubclass(cls, Aggregate):
        fields |= {"id": st.builds(new_id), "version": st.just(0), "custom": st.just({})}
    return st.builds(cls, **fields)


_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts, int: integers, bool: st.booleans(), Decimal: decimals, date: days, datetime: instants,
    ExternalReference: references,
    DateRange: st.builds(DateRange, days) | st.tuples(days, days).map(sorted).map(lambda both: DateRange(*both)),
}  # fmt: skip


def _least(attribute: attrs.Attribute[Any]) -> int:
    """Return how many elements a tuple has at least: one that must be given is never empty."""
    return int(attribute.default is attrs.NOTHING)


def _of(hint: Any, least: int = 0) -> st.SearchStrategy[Any]:
    plain = _PLAIN.get(hint)
    if plain is not None:
        return plain
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and inner[-1] is not ...:
        return st.tuples(*map(_of, inner))
    if origin is tuple:
        return st.lists(_of(inner[0]), min_size=least, max_size=2).map(tuple)
    if origin is not None and issubclass(origin, types.UnionType):
        return st.one_of([st.none() if part is type(None) else _of(part) for part in inner])
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(_of(inner[0]), _of(inner[1]), max_size=2)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return _built(hint)
