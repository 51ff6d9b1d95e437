"""A transaction without keys: it answers everything but questions that take keys in a company that is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from handover_core.errors import OtherKeys
from handover_core.storage.criteria import And, Criterion, Not, Or, Query
from handover_core.storage.driver import Row, Transaction
from handover_core.storage.encoding import Stored
from handover_core.storage.kinds import Kind
from handover_core.storage.personal import Fields

_CUSTOM = "custom"


@frozen(kw_only=True)
class Unkeyed:
    """What a transaction without keys has to know of its company.

    ``sealed`` tells whether the state may be sealed; it is asked once a personal field is. ``fields`` are those of a
    kind with the custom ones.
    """

    tenant: str
    sealed: Callable[[], bool]
    fields: Callable[[Kind[Any]], Fields]


class UnkeyedTransaction:
    """Wraps a driver's transaction. Where the state is sealed, names find nobody: that would be taken for an answer."""

    def __init__(self, inner: Transaction, ways: Unkeyed) -> None:
        self.inner = inner
        self._ways = ways

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """See `Transaction.find`; raise `OtherKeys` for what takes keys."""
        self._check(kind, _asked(query))
        return self.inner.find(kind, tenant, query)

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        """See `Transaction.stream`; raise `OtherKeys` for what takes keys."""
        self._check(kind, _asked(query))
        return self.inner.stream(kind, tenant, query)

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """See `Transaction.count`; raise `OtherKeys` for what takes keys."""
        self._check(kind, fields_of(where))
        return self.inner.count(kind, tenant, where)

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        """See `Transaction.group`; raise `OtherKeys` for what takes keys."""
        self._check(kind, fields_of(where) | frozenset(fields))
        return self.inner.group(kind, tenant, fields, where)

    def _check(self, kind: Kind[Any], asked: frozenset[str]) -> None:
        custom = bool(kind.subject) and any(name.startswith(f"{_CUSTOM}.") for name in asked)
        if asked.isdisjoint(hidden_of(kind.personal)) and not custom:
            return
        if self._ways.sealed() and not asked.isdisjoint(hidden_of(self._ways.fields(kind))):
            raise OtherKeys(self._ways.tenant)


def hidden_of(fields: Fields) -> frozenset[str]:
    """Return the names by which personal fields are asked for."""
    return frozenset(".".join(each.steps) for each in fields if len(each.steps) == 1 or each.steps[0] == _CUSTOM)


def fields_of(where: Criterion | None) -> frozenset[str]:
    """Return the names of the fields that a criterion is about."""
    match where:
        case None:
            return frozenset()
        case And(parts) | Or(parts):
            return frozenset().union(*map(fields_of, parts))
        case Not(part):
            return fields_of(part)
    return frozenset((where.field,))  # type: ignore[attr-defined]


def _asked(query: Query) -> frozenset[str]:
    asked = fields_of(query.where)
    return asked if query.order is None else asked | {query.order.field}
