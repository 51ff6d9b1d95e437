"""Criteria as MongoDB filters, with the two-valued logic that the core promises.

The server's own comparisons are two-valued, bracketed by type (a comparison with null is false) and binary under the
simple collation, so most criteria have one operator.
"""

from __future__ import annotations

import re
from typing import Any

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
    Query,
)
from handover_core_mongo.documents import Document, below, key, stored
from handover_core_mongo.layout import search_field

NOTHING: Document = {"_id": {"$in": []}}
_OPERATORS: dict[type[Criterion], str] = {Eq: "$eq", Lt: "$lt", Le: "$lte", Gt: "$gt", Ge: "$gte"}
_LAST = "\U0010ffff"
_BEFORE_SURROGATES, _AFTER_SURROGATES = 0xD7FF, "\ue000"
_NEVER_STORED = re.compile("[\x00\ud800-\udfff]")
_LONGEST_PATTERN = 32_000
"""The server refuses longer patterns; no declared field holds so long a text, escaped, that this cuts anything off."""


class Criteria:
    """Writes the criteria of one kind and tenant as filters."""

    def __init__(self, kind: Kind[Any], tenant: str) -> None:
        self._kind = kind
        self._tenant = tenant
        self._bounds = below(tenant)

    def where(self, criterion: Criterion | None) -> Document:
        """Return the filter for the rows of this tenant that match."""
        mine: Document = {"tenant": self._tenant}
        if not self._is_sought(criterion):
            mine["_id"] = self._bounds
        return mine if criterion is None else joined(mine, self._one(criterion))

    def _is_sought(self, criterion: Criterion | None) -> bool:
        """Tell whether an index finds the rows by a value of theirs, so that bounds of keys would only be compared."""
        leading = {fields[0] for fields in (*self._kind.indexes, *self._kind.unique)}
        parts = criterion.parts if isinstance(criterion, And) else (criterion,)
        return any(isinstance(part, Eq) and part.value is not None and part.field in leading for part in parts)

    def find(self, query: Query) -> tuple[Document, list[tuple[str, int]]]:
        """Return filter and sort keys of a query: the server itself puts nulls first, or last where descending."""
        found = self.where(query.where)
        if query.after is not None:
            found = joined(found, self._beyond(query.order, query.after))
        if query.order is None:
            return found, [("_id", 1)]
        return found, [(query.order.field, -1 if query.order.descending else 1), ("_id", 1)]

    def _beyond(self, order: Order | None, after: tuple[str | int | None, str]) -> Document:
        last, id_ = stored(after[0]), after[1]
        following: Document = {"_id": {"$gt": key(self._tenant, id_)}}
        if order is None:
            return following
        name = order.field
        if last is None:
            tied: Document = {name: None, **following}
            return tied if order.descending else {"$or": [tied, {name: {"$ne": None}}]}
        # The lead bound lets the server seek in the index instead of filtering from its start.
        if order.descending:
            return {"$or": [{name: {"$lte": last}, "$or": [{name: {"$lt": last}}, following]}, {name: None}]}
        return {name: {"$gte": last}, "$or": [{name: {"$gt": last}}, following]}

    def _one(self, criterion: Criterion) -> Document:
        match criterion:
            case And(parts):
                return joined(*(self._one(part) for part in parts))
            case Or(parts):
                return {"$or": [self._one(part) for part in parts]} if parts else NOTHING
            case Not(part):
                return {"$nor": [self._one(part)]}
        name: str = criterion.field  # type: ignore[attr-defined]
        if name == "id":
            return self._id(criterion)
        if name not in self._kind.position:
            return _aside(name, criterion)
        if isinstance(criterion, Contains):
            return {search_field(name): _containing(criterion.words)}
        return {name: _leaf(criterion)}

    def _id(self, criterion: Criterion) -> Document:
        match criterion:
            case Eq(_, value) | Lt(_, value) | Le(_, value) | Gt(_, value) | Ge(_, value):
                return {"_id": {_OPERATORS[type(criterion)]: key(self._tenant, value)}}
            case Ne(_, value):
                return {"_id": {"$ne": key(self._tenant, value)}}
            case In(_, values):
                return {"_id": {"$in": [key(self._tenant, value) for value in values]}}
            case Prefix(_, value):
                return {"_id": {operator: key(self._tenant, bound) for operator, bound in prefixed(value).items()}}
            case IsNull():
                return NOTHING
        raise TypeError(criterion)


def joined(*parts: Document) -> Document:
    """Return one filter for all parts, side by side where they name different fields."""
    found: Document = {}
    rest: list[Document] = []
    for part in parts:
        if part.keys().isdisjoint(found) and "$and" not in part:
            found.update(part)
        else:
            rest.append(part)
    return {**found, "$and": rest} if rest else found


def _leaf(criterion: Criterion) -> Any:
    match criterion:
        case IsNull():
            return None
        case Eq(_, value):
            return stored(value)
        case Ne(_, value):
            return {"$ne": stored(value)}
        case Lt(_, value) | Le(_, value) | Gt(_, value) | Ge(_, value):
            return {_OPERATORS[type(criterion)]: stored(value)}
        case In(_, values) | ContainsAny(_, values):
            return {"$in": [stored(value) for value in values]}
        case Prefix(_, value):
            return prefixed(value)
    raise TypeError(criterion)


def _aside(name: str, criterion: Criterion) -> Document:
    match criterion:
        case IsNull():
            return {"$nor": [_among(field=name)]}
        case Ne(_, value):
            return {"$nor": [_among(field=name, value=value)]}
        case Contains(_, words):
            return _among(field=f"{name}~", value=_containing(words))
    return _among(field=name, value=_leaf(criterion))


def _among(**entry: Any) -> Document:
    """Return the filter for rows with such an entry; all parts must hold for the same one."""
    return {"side": {"$elemMatch": entry}}


def _containing(words: str) -> Document:
    """Return the condition that a text holds the words, byte for byte: a pattern in which nothing is special."""
    pattern = re.escape(words)
    if _NEVER_STORED.search(words) or len(pattern.encode()) > _LONGEST_PATTERN:
        return {"$in": []}
    return {"$regex": pattern} if words else {"$ne": None}


def prefixed(prefix: str) -> dict[str, str]:
    """Return the half-open range ``[prefix, successor)``, which an index can answer."""
    following = successor(prefix)
    return {"$gte": prefix} if following is None else {"$gte": prefix, "$lt": following}


def successor(prefix: str) -> str | None:
    """Return the least text greater than every text that begins with ``prefix``, or None where there is none."""
    kept = prefix.rstrip(_LAST)
    if not kept:
        return None
    point = ord(kept[-1])
    return kept[:-1] + (_AFTER_SURROGATES if point == _BEFORE_SURROGATES else chr(point + 1))
