"""Handlers in process: a host's own code that sees the changes of a unit before its commit, and may refuse them.

What has to be done outside the store belongs to a subscription: a unit may run again, and its commit may fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from handover_core.errors import CommitInHandler, EndlessHandlers
from handover_core.history.changes import Change, Operation
from handover_core.history.difference import difference, is_field
from handover_core.history.states import crossed
from handover_core.storage.codec import from_json
from handover_core.storage.kinds import Kind, Kinds
from handover_core.values import Aggregate

if TYPE_CHECKING:
    from handover_core.storage.unit import UnitOfWork

ROUNDS = 10
"""How often handlers may answer to what handlers wrote."""


@frozen(kw_only=True)
class Happened:
    """A change that is about to be committed.

    ``fields`` are the names that an update changed, ``difference`` what they held before and after, as in the history:
    ``{field: [[before], [after]]}``. Where the company keeps keys, personal values stand sealed in it; the aggregate in
    the unit has them in clear. Both are empty for anything but an update. ``before`` is the aggregate as it was, in clear:
    so a handler sees what is being deleted. It is None for an insert, and where words are taken out of the past.
    """

    kind: Kind[Any]
    id: str
    version: int
    operation: Operation
    command: str
    reason: str | None
    difference: Mapping[str, Sequence[Sequence[Any]]] = field(factory=dict)
    before: Aggregate | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that an update changed."""
        return frozenset(self.difference)


Place = tuple[str, str, int]
Handler = Callable[["UnitOfWork", tuple[Happened, ...]], None]
"""Gets a unit and what happened in it. Whatever it raises undoes the unit; what it writes is handled in turn."""


class Handling:
    """Gives handlers what happens in one unit, and keeps for them what stood there before."""

    def __init__(self, handlers: Sequence[Handler]) -> None:
        self._handlers = handlers
        self._before: dict[Place, Callable[[], Aggregate]] = {}
        self._running = False

    def replaced(self, place: Place, before: Callable[[], Aggregate]) -> None:
        """Note what returns the aggregate that stood there before the entry with this kind, id and version."""
        if self._handlers:
            self._before[place] = before

    def run(self, unit: UnitOfWork, changes: Sequence[Change]) -> None:
        """Give all handlers everything that happens in a unit, round after round, until nothing more does.

        ``changes`` grows while handlers write. Raises `EndlessHandlers` where that comes to no end, `CommitInHandler`
        where one of them commits the unit.
        """
        if self._running:
            raise CommitInHandler
        if not self._handlers:
            return
        self._running = True
        try:
            self._rounds(unit, changes)
        finally:
            self._running = False

    def _rounds(self, unit: UnitOfWork, changes: Sequence[Change]) -> None:
        seen = 0
        for _ in range(ROUNDS):
            happened = self._happened(unit.kinds, changes[seen:])
            seen = len(changes)
            if not happened:
                return
            for handler in self._handlers:
                handler(unit, happened)
        if self._happened(unit.kinds, changes[seen:]):
            raise EndlessHandlers(ROUNDS)

    def _happened(self, kinds: Kinds, changes: Sequence[Change]) -> tuple[Happened, ...]:
        """Return the changes of aggregates; the header of a bulk is none."""
        return tuple(
            Happened(
                kind=kinds[change.kind], id=change.id, version=change.version, operation=change.operation,
                command=change.command, reason=change.reason, difference=_difference(change),
                before=self._before.get(change[:3], _nothing)(),
            )
            for change in changes
            if change.kind in kinds
        )  # fmt: skip


def _nothing() -> None:
    return None


def _difference(change: Change) -> Mapping[str, Any]:
    if change.operation is not Operation.UPDATE or change.body is None:
        return {}
    found = from_json(change.body)
    if isinstance(found, list):  # both states, where the format changed
        found = difference(*crossed(found))
    return {name: pair for name, pair in found.items() if is_field(name)}
