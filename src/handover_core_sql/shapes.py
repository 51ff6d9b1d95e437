"""Statements that carry their own values: compiled once for each shape, whatever the values are.

To compile costs more than all else in a small search. `HasCacheKey` is what SQLAlchemy's own connections tell by whether
they have compiled a statement before; here it is asked because statements run on the driver's cursor.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from attrs import frozen

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

Parameters = Sequence[Any] | Mapping[str, Any]

_KEPT = 1000
"""How many shapes a process keeps; when there are more it begins anew."""


@frozen
class Shape:
    """A compiled statement, and under which name each of its values is a parameter (None: it is not rendered).

    ``constant`` are parameters that the compiler adds itself, such as an offset of nothing.
    """

    compiled: SQLCompiler
    sql: str
    names: tuple[str | None, ...]
    constant: Mapping[str, Any]

    def bind(self, values: Sequence[sa.BindParameter[Any]]) -> tuple[str, Parameters]:
        """Return the SQL and its parameters for the values of a statement of this shape."""
        given = zip(self.names, values, strict=True)
        named = {**self.constant, **{name: value.effective_value for name, value in given if name is not None}}
        if self.compiled.post_compile_params:  # a list of values: how many there are is no part of the shape
            full = self.compiled.construct_expanded_state(named)
            return full.statement, full.parameters if full.positiontup is None else full.positional_parameters
        order = self.compiled.positiontup
        return self.sql, named if order is None else tuple([named[name] for name in order])


class Shapes:
    """The shapes compiled in this process, for all stores on databases that want the same SQL."""

    def __init__(self) -> None:
        self._known: dict[tuple[Hashable, tuple[Any, ...]], Shape] = {}

    def bound(self, writes: Hashable, dialect: sa.Dialect, statement: sa.ClauseElement) -> tuple[str, Parameters]:
        """Return SQL and parameters of a statement; ``writes`` is equal for dialects that write the same."""
        key = statement._generate_cache_key()  # noqa: SLF001 - see above
        if key is None:
            raise TypeError(f"no shape: {statement!r}")
        found = self._known.get((writes, key.key))
        if found is None:
            found = _compiled(dialect, statement, key.bindparams)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[writes, key.key] = found
        return found.bind(key.bindparams)


def _compiled(dialect: sa.Dialect, statement: sa.ClauseElement, values: Sequence[sa.BindParameter[Any]]) -> Shape:
    compiled = cast("SQLCompiler", statement.compile(dialect=dialect))
    named = {value.key: name for value, name in compiled.bind_names.items()}  # by key: the compiler may have cloned it
    names = tuple(named.get(value.key) for value in values)
    constant = {name: compiled.params[name] for name in set(named.values()).difference(names)}
    return Shape(compiled, str(compiled), names, constant)
