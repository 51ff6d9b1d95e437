"""Repositories: one per kind and unit of work, concrete, so that they can grow without touching an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

from handover_core.errors import InvalidInput, NotFound
from handover_core.storage.criteria import (
    ContainsAny,
    Criterion,
    Eq,
    Order,
    Query,
    all_of,
    from_cursor,
    prepare,
    prepare_order,
    to_cursor,
)
from handover_core.storage.encoding import Stored, encode
from handover_core.values import Aggregate, changed, external_key

if TYPE_CHECKING:
    from handover_core.storage.driver import Row
    from handover_core.storage.kinds import Field, Kind
    from handover_core.storage.unit import UnitOfWork

T = TypeVar("T", bound=Aggregate)
U = TypeVar("U")


@frozen
class Page(Generic[U]):
    """A part of a list; ``next`` continues it, and is None at the end."""

    items: tuple[U, ...]
    next: str | None = None


class Repository(Generic[T]):
    """The aggregates of one kind that one unit of work sees: those of its tenant."""

    def __init__(self, unit: UnitOfWork, kind: Kind[T]) -> None:
        self.kind = kind
        self._unit = unit

    # Reading

    def get(self, id: str, /) -> T:
        """Return the aggregate; raise `NotFound`."""
        found = self.peek(id)
        if found is None:
            raise NotFound(self.kind.name, id)
        return found

    def peek(self, id: str | None, /) -> T | None:
        """Return the aggregate, or None; the id None names nothing."""
        if id is None:
            return None
        unit = self._unit
        row = unit.transaction.get(self.kind, unit.tenant, id)
        return None if row is None else self._loaded(row)

    def get_many(self, ids: Iterable[str | None], /) -> dict[str, T]:
        """Return those of the ids that exist, by id, in the order of ``ids``; None among them is passed over."""
        wanted = [id_ for id_ in dict.fromkeys(ids) if id_ is not None]
        if not wanted:
            return {}
        rows = self._unit.transaction.get_many(self.kind, self._unit.tenant, wanted)
        found = {row.id: self._loaded(row) for row in rows}
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def by(self, **values: object) -> T | None:
        """Return the aggregate with these field values, or None; meant for unique keys."""
        where = all_of(*(Eq(name, value) for name, value in values.items()))
        return next(iter(self.list(where, limit=1)), None)

    def named(self, **values: object) -> T:
        """Return the aggregate with these field values; raise `NotFound`."""
        found = self.by(**values)
        if found is None:
            raise NotFound(self.kind.name, ", ".join(str(value) for value in values.values()))
        return found

    def by_external(self, source: str, ids: Iterable[str], /) -> dict[str, T]:
        """Return the aggregates that carry external references of ``source``, by the reference's id."""
        wanted = set(ids)
        keys = tuple(external_key(source, id_) for id_ in wanted)
        found: dict[str, T] = {}
        for aggregate in self.list(ContainsAny("external", keys)):
            for reference in aggregate.external:
                if reference.source == source and reference.id in wanted:
                    found[reference.id] = aggregate
        return found

    def list(self, where: Criterion | None = None, *, order: Order | None = None, limit: int | None = None) -> list[T]:
        """Return all that match (``limit`` of them), by ``order`` or by id."""
        query = self._query(where, order, limit, None)
        return [self._loaded(row) for row in self._unit.transaction.find(self.kind, self._unit.tenant, query)]

    def page(
        self, where: Criterion | None = None, *, order: Order | None = None, limit: int = 100, after: str | None = None
    ) -> Page[T]:
        """Return one page of what `list` returns; ``after`` is the ``next`` of the page before."""
        if limit < 1:
            raise InvalidInput.at("limit", "page.limit", "is less than 1", "小于 1")
        query = self._query(where, order, limit + 1, after)
        rows = self._unit.transaction.find(self.kind, self._unit.tenant, query)
        items = tuple(self._loaded(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, self._cursor(items[-1], order) if more else None)

    def stream(self, where: Criterion | None = None, *, order: Order | None = None) -> Iterator[T]:
        """Yield what `list` returns, in flat memory; do not write to this kind while you read."""
        query = self._query(where, order, None, None)
        for row in self._unit.transaction.stream(self.kind, self._unit.tenant, query):
            yield self._decoded(row)

    def count(self, where: Criterion | None = None, /) -> int:
        """Return how many match."""
        return self._unit.transaction.count(self.kind, self._unit.tenant, self._prepared(where))

    def group(self, *fields: str, where: Criterion | None = None) -> Mapping[tuple[Stored, ...], int]:
        """Return how many of those that match have each combination of the fields' stored values."""
        for name in fields:
            prepare_order(self.kind, Order(name))
        return self._unit.transaction.group(self.kind, self._unit.tenant, fields, self._prepared(where))

    # Writing

    def add(self, aggregate: T, /) -> T:
        """Store a new aggregate and return it with version 1; raise `AlreadyExists`, `InvalidInput`."""
        return self._unit.insert(self.kind, aggregate)

    def add_many(self, aggregates: Sequence[T], /) -> Sequence[T]:
        """Store many new aggregates with a thin history; raises like `add`. Built for imports."""
        return self._unit.insert_many(self.kind, aggregates)

    def save(self, aggregate: T, /) -> T:
        """Store a changed aggregate and return it with its new version; one that did not change stays as it is.

        Raises `VersionConflict` where somebody saved it since it was loaded, `NotFound`, `AlreadyExists`,
        `InvalidInput`.
        """
        return self._unit.replace(self.kind, aggregate)

    def change(self, aggregate: T, /, **changes: Any) -> T:
        """Save the aggregate with other values in some fields."""
        return self.save(changed(aggregate, **changes))

    def touch(self, aggregate: T, /) -> T:
        """Give the aggregate a new version without changing it, so that of two units that touch it one must run again.

        It guards a rule over rows that do not exist yet (no overlap, no circle), which `require` alone cannot: two
        units may both require a row that neither writes.
        """
        return self._unit.replace(self.kind, aggregate, touch=True)

    def delete(self, aggregate: T, /) -> None:
        """Delete the aggregate; raise `StillReferenced` while others refer to it, `VersionConflict`."""
        self._unit.delete(self.kind, aggregate)

    def require(self, aggregate: T, /) -> None:
        """Make the commit fail unless the aggregate still has the version that was loaded."""
        self._unit.transaction.require(self.kind, self._unit.tenant, aggregate.id, aggregate.version)

    # Helpers

    def _loaded(self, row: Row) -> T:
        place = self.kind.name, row.id
        self._unit.seen[place] = row
        loaded = self._unit.loaded[place] = self._decoded(row)
        return loaded

    def _decoded(self, row: Row) -> T:
        return self._unit.codec.load(self.kind, row.id, row.version, row.format, row.body)

    def _query(self, where: Criterion | None, order: Order | None, limit: int | None, after: str | None) -> Query:
        return Query(
            where=self._prepared(where),
            order=prepare_order(self.kind, order),
            limit=limit,
            after=None if after is None else self._after(after, order),
        )

    def _after(self, cursor: str, order: Order | None) -> tuple[Stored, str]:
        spec = None if order is None else self.kind.columns[self.kind.position[order.field]]
        return from_cursor(cursor, spec)

    def _prepared(self, where: Criterion | None) -> Criterion | None:
        return prepare(self.kind, where, self._custom)

    def _custom(self, name: str) -> Field | None:
        return self._unit.custom_spec(self.kind, name)

    def _cursor(self, last: T, order: Order | None) -> str:
        if order is None:
            return to_cursor(None, last.id)
        spec = self.kind.columns[self.kind.position[order.field]]
        return to_cursor(encode(spec, spec.get(last)), last.id)
