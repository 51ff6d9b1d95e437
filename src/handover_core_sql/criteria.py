"""Criteria as SQL expressions, with the two-valued logic that the core promises."""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt
from typing import Any

import sqlalchemy as sa

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
    LogQuestion,
    Lt,
    Ne,
    Not,
    Or,
    Order,
    Prefix,
    Query,
)
from handover_core_sql.dialects import Dialect
from handover_core_sql.layout import search_column

Expression = sa.ColumnElement[bool]

_LAST = "\U0010ffff"
_BEFORE_SURROGATES, _AFTER_SURROGATES = 0xD7FF, "\ue000"


class Criteria:
    """Writes the criteria of one kind and tenant as SQL."""

    def __init__(self, kind: Kind[Any], table: sa.Table, value: sa.Table, tenant: str, dialect: Dialect) -> None:
        self._dialect = dialect
        self._kind = kind
        self._table = table
        self._value = value
        self._tenant = tenant

    def where(self, criterion: Criterion | None) -> Expression:
        """Return the condition for the rows of this tenant that match."""
        mine = self._table.c.tenant == self._tenant
        return mine if criterion is None else sa.and_(mine, self._one(criterion))

    def _one(self, criterion: Criterion) -> Expression:
        match criterion:
            case And(parts):
                return sa.and_(sa.true(), *(self._one(part) for part in parts))
            case Or(parts):
                return sa.or_(sa.false(), *(self._one(part) for part in parts))
            case Not(part):
                return sa.not_(self._one(part))
        name: str = criterion.field  # type: ignore[attr-defined]
        if name != "id" and name not in self._kind.position:
            return self._aside(name, criterion)
        if isinstance(criterion, Contains):
            folded = self._table.c[search_column(name)]
            return sa.and_(folded.is_not(None), self._contains(folded, criterion.words))
        column = self._table.c[name]
        if isinstance(criterion, IsNull):
            return column.is_(None)
        if isinstance(criterion, Ne):
            return sa.or_(column.is_(None), column != criterion.value)
        return sa.and_(column.is_not(None), _leaf(column, criterion))

    def _aside(self, name: str, criterion: Criterion) -> Expression:
        match criterion:
            case IsNull():
                return sa.not_(self._among(name, None))
            case Ne(_, value):
                return sa.not_(self._among(name, self._value.c.value == value))
            case Contains(_, words):
                return self._among(f"{name}~", self._contains(self._value.c.value, words))
            case ContainsAny(_, values):
                return self._among(name, _one_of(self._value.c.value, values))
        return self._among(name, _leaf(self._value.c.value, criterion))

    def _contains(self, column: sa.ColumnElement[Any], words: str) -> Expression:
        return self._dialect.contains(column, words) if words else column.is_not(None)

    def _among(self, name: str, condition: Expression | None) -> Expression:
        value = self._value.c
        chosen = sa.select(value.id).where(
            value.tenant == self._tenant, value.kind == self._kind.name, value.field == name
        )
        return self._table.c.id.in_(chosen if condition is None else chosen.where(condition))

    def find(self, query: Query) -> tuple[Expression, list[Any]]:
        """Return condition and sort keys of a query."""
        where = self.where(query.where)
        if query.after is not None:
            where = sa.and_(where, self._beyond(query.order, query.after))
        return where, self._sorted_by(query.order)

    def _sorted_by(self, order: Order | None) -> list[Any]:
        if order is None:
            return [self._table.c.id]
        column = self._table.c[order.field]
        return [self._dialect.sorted(column, descending=order.descending), self._table.c.id]

    def _beyond(self, order: Order | None, after: tuple[str | int | None, str]) -> Expression:
        last, id_ = after
        following = self._table.c.id > id_
        if order is None:
            return following
        column = self._table.c[order.field]
        if last is None:
            rest = sa.false() if order.descending else column.is_not(None)
            return sa.or_(sa.and_(column.is_(None), following), rest)
        tied = sa.and_(column == last, following)
        if order.descending:
            return sa.or_(sa.and_(column <= last, sa.or_(column < last, tied)), column.is_(None))
        # The lead bound lets the database seek in the index instead of filtering from its start.
        return sa.and_(column >= last, sa.or_(column > last, tied))


def answering(table: sa.Table, question: LogQuestion) -> list[Expression]:
    """Return the conditions for entries of the change log that answer a question."""
    entry = table.c
    where: list[Expression] = [entry[name] == value for name, value in question.words.items()]
    if question.since is not None:
        where.append(entry.at >= question.since)
    if question.until is not None:
        where.append(entry.at < question.until)
    return where


def behind(table: sa.Table, place: tuple[str, str, int], *, row_values: bool, alone: bool = False) -> Expression:
    """Return the condition for entries of a log after a place, in the order of (kind, id, version).

    ``alone`` tells that only entries of the place's kind are asked for.

    Written so that the database seeks in the key instead of reading a kind from its start: as one comparison of rows
    where it seeks by those, else as one range for each part of the key.
    """
    entry, (kind, id_, version) = table.c, place
    if row_values and alone:  # with the kind already bound, rows of three would only be compared
        return sa.tuple_(entry.id, entry.version) > sa.tuple_(id_, version)
    if row_values:
        return sa.tuple_(entry.kind, entry.id, entry.version) > sa.tuple_(kind, id_, version)
    same = sa.and_(entry.kind == kind, entry.id == id_, entry.version > version)
    return sa.or_(entry.kind > kind, sa.and_(entry.kind == kind, entry.id > id_), same)


_COMPARISONS: dict[type[Criterion], Callable[[Any, Any], Any]] = {Eq: eq, Lt: lt, Le: le, Gt: gt, Ge: ge}


def _leaf(column: sa.ColumnElement[Any], criterion: Criterion) -> Expression:
    match criterion:
        case Eq(_, value) | Lt(_, value) | Le(_, value) | Gt(_, value) | Ge(_, value):
            compared: Expression = _COMPARISONS[type(criterion)](column, value)
            return compared
        case In(_, values):
            return _one_of(column, values)
        case Prefix(_, value):
            return prefixed(column, value)
    raise TypeError(criterion)


def _one_of(column: sa.ColumnElement[Any], values: tuple[Any, ...]) -> Expression:
    return column.in_(values) if values else sa.false()


def prefixed(column: sa.ColumnElement[Any], prefix: str) -> Expression:
    """Return the half-open range ``[prefix, successor)``, which an index can answer."""
    following = successor(prefix)
    return column >= prefix if following is None else sa.and_(column >= prefix, column < following)


def successor(prefix: str) -> str | None:
    """Return the least text greater than every text that begins with ``prefix``, or None where there is none."""
    kept = prefix.rstrip(_LAST)
    if not kept:
        return None
    point = ord(kept[-1])
    return kept[:-1] + (_AFTER_SURROGATES if point == _BEFORE_SURROGATES else chr(point + 1))
