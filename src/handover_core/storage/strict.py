"""A transaction that keeps personal data sealed in the state too: what goes in is sealed, what comes out is open.

Columns of personal fields hold keyed digests, by which equal values are found. What a digest cannot answer (order,
prefix, substring) is answered here, over the opened rows of the kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from handover_core.history.sealed import MARK
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.criteria import (
    And,
    ContainsAny,
    Criterion,
    Eq,
    In,
    IsNull,
    Ne,
    Not,
    Or,
    Order,
    Query,
    all_of,
)
from handover_core.storage.driver import Row, Transaction, Write
from handover_core.storage.encoding import Stored
from handover_core.storage.kinds import Kind
from handover_core.storage.memory.matching import arranged, matches, value_of
from handover_core.storage.opening import hidden_of
from handover_core.storage.personal import Fields
from handover_core.storage.sealing import Sealer

Blind = Callable[[str, str], str]
"""Returns the digest for the name of a field and its stored value."""


@frozen(kw_only=True)
class Strictness:
    """What a transaction needs in order to seal and open rows of a company whose level is strict.

    ``strict`` tells whether it is, and raises `OtherKeys` where these are not its keys; it is asked when a kind with
    personal fields is met. ``fields`` are those of a kind with the custom ones; ``written`` makes a write of a row that
    is open.
    """

    tenant: str
    sealer: Sealer
    strict: Callable[[], bool]
    fields: Callable[[Kind[Any]], Fields]
    written: Callable[[Kind[Any], Row], Write]
    blind: Callable[[str, str, str], str]


class StrictTransaction:
    """Wraps a driver's transaction; everything that is not about rows goes straight through."""

    def __init__(self, inner: Transaction, ways: Strictness) -> None:
        self.inner = inner
        self._ways = ways

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    # Reading

    def get(self, kind: Kind[Any], tenant: str, id: str, /) -> Row | None:
        """See `Transaction.get`."""
        found = self.inner.get(kind, tenant, id)
        return None if found is None else self._opened(kind, found)

    def get_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> list[Row]:
        """See `Transaction.get_many`."""
        return [self._opened(kind, row) for row in self.inner.get_many(kind, tenant, ids)]

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """See `Transaction.find`."""
        asked = self._asked(kind, query)
        if asked is None:
            return [write.row for write in arranged(kind, self._candidates(kind, tenant, query.where), query)]
        return [self._opened(kind, row) for row in self.inner.find(kind, tenant, asked)]

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        """See `Transaction.stream`; a question that digests cannot answer holds all rows that may match in memory."""
        asked = self._asked(kind, query)
        if asked is None:
            return iter(self.find(kind, tenant, query))
        return (self._opened(kind, row) for row in self.inner.stream(kind, tenant, asked))

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """See `Transaction.count`."""
        asked = self._asked(kind, Query(where=where))
        if asked is not None:
            return self.inner.count(kind, tenant, asked.where)
        return sum(matches(kind, write, where) for write in self._candidates(kind, tenant, where))

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        """See `Transaction.group`."""
        asked = self._asked(kind, Query(where=where))
        if asked is not None and not self._hidden(kind).intersection(fields):
            return self.inner.group(kind, tenant, fields, asked.where)
        return Counter(
            tuple(value_of(kind, write, Order(name)) for name in fields)
            for write in self._candidates(kind, tenant, where)
            if matches(kind, write, where)
        )

    # Writing

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """See `Transaction.insert`."""
        self.inner.insert(kind, tenant, self.stored(kind, write))

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """See `Transaction.insert_many`."""
        if self._strict(kind):
            writes = [self.stored(kind, write) for write in writes]
        self.inner.insert_many(kind, tenant, writes)

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """See `Transaction.replace`."""
        self.inner.replace(kind, tenant, self.stored(kind, write), expected)

    # Sealing and opening

    def stored(self, kind: Kind[Any], write: Write) -> Write:
        """Return a write as it reaches the store."""
        if not self._strict(kind):
            return write
        hidden, blind = self._hidden(kind), self._blind(kind)
        columns = tuple(
            blind(spec.name, str(value)) if value is not None and spec.name in hidden else value
            for spec, value in zip(kind.columns, write.columns, strict=True)
        )
        search = tuple(
            None if spec.name in hidden else value for spec, value in zip(kind.searchable, write.search, strict=True)
        )
        return Write(self._sealed(kind, write.row), columns, search, self._side(write.side, hidden, blind))

    def odd(self, kind: Kind[Any], tenant: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return which of the next rows are not kept as the level says, and the id after which to go on."""
        place = None if after is None else (None, after)
        rows = self.inner.find(kind, tenant, Query(limit=limit, after=place))
        ids = [row.id for row in rows if self._kept(kind, self._opened(kind, row)).body != row.body]
        return ids, rows[-1].id if len(rows) == limit else None

    def _kept(self, kind: Kind[Any], row: Row) -> Row:
        return self._sealed(kind, row) if self._strict(kind) else row

    def _sealed(self, kind: Kind[Any], row: Row) -> Row:
        body = from_json(row.body)
        sealed = self._ways.sealer.sealed(kind.name, self._ways.fields(kind), row.id, body)
        return row if sealed is body else row._replace(body=to_json(sealed))

    @staticmethod
    def _side(
        side: tuple[tuple[str, str], ...] | None, hidden: frozenset[str], blind: Blind
    ) -> tuple[tuple[str, str], ...] | None:
        if side is None:
            return None
        return tuple(
            (name, blind(name, value) if name in hidden else value)
            for name, value in side
            if name.removesuffix("~") not in hidden or name in hidden
        )

    def _opened(self, kind: Kind[Any], row: Row) -> Row:
        if MARK not in row.body:
            return row
        body = self._ways.sealer.opened(kind.name, self._ways.fields(kind), from_json(row.body))
        return row._replace(body=to_json(body))

    # Questions

    def _asked(self, kind: Kind[Any], query: Query) -> Query | None:
        """Return the question as the store can answer it, or None where it cannot."""
        if query.where is None and query.order is None:
            return query
        if not self._strict(kind):
            return query
        hidden = self._hidden(kind)
        if query.order is not None and query.order.field in hidden:
            return None
        if query.where is None:
            return query
        where = blinded(query.where, hidden, self._blind(kind))
        return None if where is None else evolve(query, where=where)

    def _candidates(self, kind: Kind[Any], tenant: str, where: Criterion | None) -> Iterator[Write]:
        """Yield the rows that fulfil the parts of the question that the store can answer."""
        parts = where.parts if isinstance(where, And) else () if where is None else (where,)
        blind, hidden = self._blind(kind), self._hidden(kind)
        narrowed = all_of(*(blinded(part, hidden, blind) for part in parts))
        for row in self.inner.stream(kind, tenant, Query(where=narrowed)):
            yield self._ways.written(kind, self._opened(kind, row))

    def _strict(self, kind: Kind[Any]) -> bool:
        return bool(kind.personal or kind.subject) and self._ways.strict()

    def _hidden(self, kind: Kind[Any]) -> frozenset[str]:
        """Return the names by which personal fields of a kind are asked for."""
        if not self._strict(kind):
            return frozenset()
        return hidden_of(self._ways.fields(kind))

    def _blind(self, kind: Kind[Any]) -> Blind:
        return lambda name, value: self._ways.blind(self._ways.tenant, f"{kind.name}/{name}", value)


def blinded(criterion: Criterion, hidden: Iterable[str], blind: Blind) -> Criterion | None:
    """Return a prepared criterion with digests for the values of hidden fields; None where digests cannot answer it."""
    match criterion:
        case And(parts) | Or(parts):
            made = [each for part in parts if (each := blinded(part, hidden, blind)) is not None]
            return evolve(criterion, parts=tuple(made)) if len(made) == len(parts) else None
        case Not(part):
            inner = blinded(part, hidden, blind)
            return None if inner is None else Not(inner)
    name = criterion.field  # type: ignore[attr-defined]
    if name not in hidden:
        return criterion
    match criterion:
        case IsNull():
            return criterion
        case Eq(_, value) | Ne(_, value):
            return evolve(criterion, value=blind(name, str(value)))
        case In(_, values) | ContainsAny(_, values):
            return evolve(criterion, values=tuple(blind(name, str(value)) for value in values))
    return None
