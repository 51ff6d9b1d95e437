"""The words of migrations that all backends share: columns, and how their values come from bodies that are stored.

A migration is frozen once it was released, so it says in literal words what it makes; the kinds of today are not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from handover_core.storage.encoding import Stored


@frozen
class ColumnSpec:
    """One typed column: text of at most ``width`` characters, or a 64-bit integer where there is no width."""

    name: str
    width: int | None


Body = Mapping[str, Any]
"""A stored body as plain JSON data, in the format that it was written in."""

Rule = Callable[[Body, int], Stored]
"""How a value comes from a body of a format: text or a 64-bit integer as stored, or None."""

Rules = Callable[[Body, int], Iterable[str]]
"""How the entries of a side field come from a body of a format."""


def at(*path: str) -> Rule:
    """Return the rule that takes the text, whole number, or date at a path of names; None where it ends early.

    Truth becomes 0 and 1. Instants and decimals are stored otherwise than they stand in a body: say how in a rule.
    """

    def value(body: Body, _format: int) -> Stored:
        found: Any = body
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return int(found) if isinstance(found, bool) else found

    return value


@frozen
class NewColumn:
    """A column for a kind that has rows already; one that exists is filled anew."""

    name: str
    width: int | None
    value: Rule

    @property
    def spec(self) -> ColumnSpec:
        """The column itself."""
        return ColumnSpec(self.name, self.width)


@frozen
class NewSearch:
    """A folded copy of a column; ``value`` gives the text before it is folded."""

    name: str
    value: Rule


@frozen
class NewSide:
    """A field whose values stand in the side table."""

    name: str
    values: Rules
