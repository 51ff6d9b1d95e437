"""Strategies for what a store is asked about any kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from handover_core.storage import (
    And,
    Contains,
    ContainsAny,
    Criterion,
    Eq,
    Field,
    FieldType,
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
from handover_core.testing.strategies.values import days, integers, texts
from handover_core.values import Aggregate

_ANY = {FieldType.TEXT: texts, FieldType.INTEGER: integers, FieldType.DATE: days}


def criteria_of(kind: Kind[Any], members: Sequence[Aggregate]) -> st.SearchStrategy[Criterion]:
    """Return any question about a kind; its values are often those of ``members``, or the beginnings of them."""
    leaves = st.one_of([_leaves(spec, members) for spec in (*kind.columns, *kind.many)])
    return st.recursive(leaves, _joined, max_leaves=4)


def orders_of(kind: Kind[Any]) -> st.SearchStrategy[Order | None]:
    """Return every order in which a kind can be listed."""
    names = [spec.name for spec in kind.columns]
    return st.none() | st.builds(Order, st.sampled_from(names), st.booleans())


def _leaves(spec: Field, members: Sequence[Aggregate]) -> st.SearchStrategy[Criterion]:
    values = _values(spec, members)
    name = st.just(spec.name)
    several = st.lists(values, max_size=3).map(tuple)
    if spec.many:
        return st.builds(ContainsAny, name, several) | st.builds(IsNull, name)
    leaves: list[st.SearchStrategy[Criterion]] = [
        *(st.builds(cls, name, values) for cls in (Eq, Ne, Lt, Le, Gt, Ge)),
        st.builds(In, name, several),
        st.builds(IsNull, name),
        st.builds(Eq, name, st.none()),
        st.builds(Ne, name, st.none()),
    ]
    if spec.type is FieldType.TEXT:
        leaves.append(st.builds(Prefix, name, st.just("") | values.flatmap(_beginnings)))
    if spec.searchable:
        leaves.append(st.builds(Contains, name, st.just("") | values.flatmap(_parts)))
    return st.one_of(leaves)


def _values(spec: Field, members: Sequence[Aggregate]) -> st.SearchStrategy[Any]:
    found: list[Any] = []
    for member in members:
        value = spec.get(member)
        found += value if spec.many else [] if value is None else [value]
    anything = _ANY[spec.type]
    return st.one_of(st.sampled_from(found), anything) if found else anything


def _beginnings(word: str) -> st.SearchStrategy[str]:
    return st.integers(0, len(word)).map(lambda end: str(word)[:end])


def _parts(word: str) -> st.SearchStrategy[str]:
    ends = st.tuples(st.integers(0, len(word)), st.integers(0, len(word))).map(sorted)
    return ends.map(lambda both: str(word)[both[0] : both[1]]) | texts


def _joined(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))
