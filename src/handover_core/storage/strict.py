"""A transaction that keeps personal data sealed in the state too: what goes in is sealed, what comes out is open.

Columns of personal fields hold keyed digests, by which equal values are found; pseudonyms stay as they are, since nothing
personal is in them. What a digest cannot answer (order, prefix, substring) is answered here, over the opened rows of the
kind. While a company is brought from one level to another, rows of both kinds stand side by side: then equal values are
asked for in both forms, and a value that is unique in one form is looked for in the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from handover_core.errors import AlreadyExists
from handover_core.history.sealed import MARK, Token, token_of
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
from handover_core.storage.personal import Fields, is_pseudonym
from handover_core.storage.privacy import Level, Settings
from handover_core.storage.sealing import Sealer

Blind = Callable[[str, str], str]
"""Returns the digest for the name of a field and its stored value."""
Forms = Callable[[str, Stored], tuple[Stored, ...]]
"""Returns the forms in which the value of a field may be stored: its digest, and the value itself where that may be."""


@frozen(kw_only=True)
class Strictness:
    """What a transaction needs in order to seal and open rows of a company whose level is strict.

    ``settings`` tells whether it is, and raises `OtherKeys` where rows may be sealed and not with these keys; it is
    asked when a kind with personal fields is met. ``fields`` are those of a kind with the custom ones; ``written`` makes
    a write of a row that is open.
    """

    tenant: str
    sealer: Sealer
    settings: Callable[[], Settings]
    fields: Callable[[Kind[Any]], Fields]
    written: Callable[[Kind[Any], Row], Write]
    blind: Callable[[str, str, str], str]


class StrictTransaction:
    """Wraps a driver's transaction; everything that is not about rows goes straight through."""

    def __init__(self, inner: Transaction, ways: Strictness) -> None:
        self.inner = inner
        self.closed: dict[tuple[str, str], tuple[int, str]] = {}
        """Rows read here in which tokens stand whose keys were destroyed: version, and the body with only these closed."""
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
        if self._seals(kind) or self._mixed(kind):
            writes = [self.stored(kind, write) for write in writes]
        self.inner.insert_many(kind, tenant, writes)

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """See `Transaction.replace`; what outlived its keys stands there as it did, since no entry can have brought it."""
        self.inner.replace(kind, tenant, self.stored(kind, write, staying=True), expected)

    # Sealing and opening

    def stored(self, kind: Kind[Any], write: Write, *, staying: bool = False) -> Write:
        """Return a write as it reaches the store; raise `AlreadyExists` where it is there in the form of another level."""
        if self._mixed(kind):
            self._check_unique(kind, write)
        return self._kept(kind, write, staying=staying) if self._seals(kind) else write

    def odd(self, kind: Kind[Any], tenant: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return which of the next rows are not kept as the level says, and the id after which to go on.

        Where the level is being changed, columns are compared too.
        """
        place = None if after is None else (None, after)
        rows = self.inner.find(kind, tenant, Query(limit=limit, after=place))
        opened = [self._opened(kind, row) for row in rows]
        ids = {row.id for row, open_ in zip(rows, opened, strict=True) if self._expected(kind, open_) != row.body}
        if self._mixed(kind):
            ids |= self._unlike(kind, tenant, [row for row in opened if row.id not in ids])
        return [row.id for row in rows if row.id in ids], rows[-1].id if len(rows) == limit else None

    def _expected(self, kind: Kind[Any], row: Row) -> str:
        return self._sealed(kind, row, going=True).body if self._seals(kind) else row.body

    def _unlike(self, kind: Kind[Any], tenant: str, rows: Sequence[Row]) -> set[str]:
        """Return the ids of rows of which a column is in the form of another level."""
        hidden, found = self._hidden(kind), set[str]()
        writes = [self._ways.written(kind, row) for row in rows]
        stored = [self._kept(kind, write) if self._seals(kind) else write for write in writes]
        for place, spec in enumerate(kind.columns):
            wanted = {write.row.id: write.columns[place] for write in stored if write.columns[place] is not None}
            if spec.name in hidden and wanted:
                where = In(spec.name, tuple(dict.fromkeys(wanted.values())))
                found |= wanted.keys() - {row.id for row in self.inner.find(kind, tenant, Query(where=where))}
        return found

    def _check_unique(self, kind: Kind[Any], write: Write) -> None:
        hidden, forms = self._hidden(kind), self._forms(kind)
        for names in kind.unique:
            values = [write.columns[kind.position[name]] for name in names]
            if hidden.isdisjoint(names) or None in values:
                continue
            parts = (blinded(Eq(name, value), hidden, forms) for name, value in zip(names, values, strict=True))
            found = self.inner.find(kind, self._ways.tenant, Query(where=all_of(*parts), limit=2))
            if any(row.id != write.row.id for row in found):
                spelled = ", ".join(f"{name} = {value!r}" for name, value in zip(names, values, strict=True))
                raise AlreadyExists(kind.name, spelled)

    def _kept(self, kind: Kind[Any], write: Write, *, staying: bool = False) -> Write:
        """Return a write with everything personal in it sealed, and digests in its columns."""
        row, hidden, blind = self._sealed(kind, write.row, staying=staying), self._hidden(kind), self._blind(kind)
        body = from_json(row.body)
        left = {
            spec.name for spec, value in zip(kind.columns, write.columns, strict=True)
            if spec.name in hidden and is_pseudonym(str(value)) and token_of(body.get(spec.name)) is None
        }  # fmt: skip
        hidden -= left
        columns = tuple(
            blind(spec.name, str(value)) if value is not None and spec.name in hidden else value
            for spec, value in zip(kind.columns, write.columns, strict=True)
        )
        search = tuple(
            None if spec.name in hidden else value for spec, value in zip(kind.searchable, write.search, strict=True)
        )
        return Write(row, columns, search, self._side(write.side, hidden, blind))

    def _sealed(self, kind: Kind[Any], row: Row, *, going: bool = False, staying: bool = False) -> Row:
        body = from_json(row.body)
        sealed = self._ways.sealer.sealed(
            kind.name, self._ways.fields(kind), row.id, body, going=going, staying=staying
        )
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
        fields, body, found = self._ways.fields(kind), from_json(row.body), list[Token]()

        def note(token: Token, left: Any) -> Any:
            found.append(token)
            return left

        opened = self._ways.sealer.opened(kind.name, fields, body, gone=note)
        if found and (self._seals(kind) or self._mixed(kind)):  # where no row may be sealed, the token is a stranger's
            kept = self._ways.sealer.opened(kind.name, fields, body, gone=lambda token, _: token.as_json())
            self.closed[kind.name, row.id] = row.version, to_json(kept)
        return row._replace(body=to_json(opened))

    # Questions

    def _asked(self, kind: Kind[Any], query: Query) -> Query | None:
        """Return the question as the store can answer it, or None where it cannot."""
        if query.where is None and query.order is None:
            return query
        hidden = self._hidden(kind)
        if not hidden:
            return query
        if query.order is not None and query.order.field in hidden:
            return None
        if query.where is None:
            return query
        where = blinded(query.where, hidden, self._forms(kind))
        return None if where is None else evolve(query, where=where)

    def _candidates(self, kind: Kind[Any], tenant: str, where: Criterion | None) -> Iterator[Write]:
        """Yield the rows that fulfil the parts of the question that the store can answer."""
        parts = where.parts if isinstance(where, And) else () if where is None else (where,)
        forms, hidden = self._forms(kind), self._hidden(kind)
        narrowed = all_of(*(blinded(part, hidden, forms) for part in parts))
        for row in self.inner.stream(kind, tenant, Query(where=narrowed)):
            yield self._ways.written(kind, self._opened(kind, row))

    def _seals(self, kind: Kind[Any]) -> bool:
        return _is_personal(kind) and self._ways.settings().writes is Level.STRICT

    def _mixed(self, kind: Kind[Any]) -> bool:
        return _is_personal(kind) and self._ways.settings().mixed

    def _hidden(self, kind: Kind[Any]) -> frozenset[str]:
        """Return the names by which fields of a kind are asked for that may be sealed."""
        sealed = _is_personal(kind) and self._ways.settings().sealed
        return hidden_of(self._ways.fields(kind)) if sealed else frozenset()

    def _forms(self, kind: Kind[Any]) -> Forms:
        blind, mixed = self._blind(kind), self._mixed(kind)

        def forms(name: str, value: Stored) -> tuple[Stored, ...]:
            digest = blind(name, str(value))
            return (digest, value) if mixed or is_pseudonym(str(value)) else (digest,)

        return forms

    def _blind(self, kind: Kind[Any]) -> Blind:
        return lambda name, value: self._ways.blind(self._ways.tenant, f"{kind.name}/{name}", value)


def _is_personal(kind: Kind[Any]) -> bool:
    return bool(kind.personal or kind.subject)


def blinded(criterion: Criterion, hidden: Iterable[str], forms: Forms) -> Criterion | None:
    """Return a prepared criterion with the stored forms of the values of hidden fields; None where these cannot answer it."""
    match criterion:
        case And(parts) | Or(parts):
            made = [each for part in parts if (each := blinded(part, hidden, forms)) is not None]
            return evolve(criterion, parts=tuple(made)) if len(made) == len(parts) else None
        case Not(part):
            inner = blinded(part, hidden, forms)
            return None if inner is None else Not(inner)
    name = criterion.field  # type: ignore[attr-defined]
    if name not in hidden:
        return criterion
    match criterion:
        case IsNull():
            return criterion
        case Eq(_, value) | Ne(_, value):
            found = forms(name, value)
            if len(found) == 1:
                return evolve(criterion, value=found[0])
            return In(name, found) if isinstance(criterion, Eq) else Not(In(name, found))
        case In(_, values) | ContainsAny(_, values):
            return evolve(criterion, values=tuple(form for value in values for form in forms(name, value)))
    return None
