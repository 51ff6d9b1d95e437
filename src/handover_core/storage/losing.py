"""Gives up what stands sealed in a row and cannot be opened any more: it is left as an erasure would leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve

from handover_core.errors import Unsealable
from handover_core.history.changes import Operation
from handover_core.history.difference import difference
from handover_core.history.sealed import MARK
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.driver import Row
from handover_core.storage.encoding import to_micros
from handover_core.storage.kinds import Kind
from handover_core.storage.personal import Body
from handover_core.storage.sealing import erased, missing

if TYPE_CHECKING:
    from handover_core.storage.redactor import Redactor
    from handover_core.storage.safekeeping import Safekeeping


def has_lost(safe: Safekeeping, kind: Kind[Any], row: Row) -> bool:
    """Tell whether something in a row lacks its key; raise `SealBroken` for what was tampered with."""
    return MARK in row.body and bool(_opened(safe, kind, from_json(row.body))[1])


def give_up(redactor: Redactor, kind: Kind[Any], ids: Sequence[str]) -> int:
    """Give up in rows of a kind what lacks its key; return of how many. The entry of each holds what it took.

    Raises `SealBroken` for what was tampered with: that is not lost, and the proof of it stays.
    """
    unit = redactor.unit
    rows = [row for row in unit.as_stored.get_many(kind, unit.tenant, ids) if MARK in row.body]
    return sum(_given_up(redactor, kind, row) for row in rows)


def _given_up(redactor: Redactor, kind: Kind[Any], row: Row) -> bool:
    unit, safe = redactor.unit, redactor.safe
    before = from_json(row.body)
    after, lost = _opened(safe, kind, before)
    if not lost:
        return False
    for subject in safe.gone(kind, row.id, after):
        after = erased(after, safe.fields(kind), row.id, subject)
    sides = [safe.sealed_again(kind, row.id, side) for side in (before, after)]
    then, content = evolve(kind, format=row.format), to_json(_difference(before, after, sides))
    ready = redactor.ready(then, row, Operation.UPDATE, content) if safe.left_out(kind, row.id) else row
    version, at = ready.version + 1, max(to_micros(unit.now), ready.changed_at)
    head = redactor.recorder.add(then, row.id, version, Operation.UPDATE, at, content, ready.head)
    new = Row(row.id, version, row.format, at, head, to_json(after))
    redactor.writing().replace(kind, unit.tenant, redactor.written(kind, new), row.version)
    unit.seen.pop((kind.name, row.id), None)
    return True


def _opened(safe: Safekeeping, kind: Kind[Any], body: Body) -> tuple[Body, list[Unsealable]]:
    lost = list[Unsealable]()

    def note(error: Unsealable) -> None:
        missing(error)
        lost.append(error)

    return safe.opened(kind, body, lost=note), lost


def _difference(before: Body, after: Body, sides: Sequence[Body]) -> dict[str, Any]:
    old, new = sides
    return {name: [[old[name]], [new[name]]] for name in difference(before, after)}
