"""Rows of a bulk as events: their entries are thin, so the state that they stand for is worked out."""

from __future__ import annotations

from handover_core.history.changes import MALFORMED, Change
from handover_core.history.states import states
from handover_core.storage import UnitOfWork
from handover_core.storage.codec import from_json, to_json


def told(unit: UnitOfWork, change: Change) -> Change | None:
    """Return an entry with what is told of it in its body; None where the state of a thin one cannot be worked out.

    What is sealed in the history or in the row stays so. A row that has not changed since is that state; else its stream
    is read.
    """
    if change.batch is None:
        return change
    if change.kind not in unit.kinds:
        return None
    row = unit.as_stored.get(unit.kinds[change.kind], unit.tenant, change.id)
    unchanged = row is not None and row.version == change.version
    stream = [change] if unchanged else unit.transaction.changes(unit.tenant, change.kind, change.id)
    try:
        found = states(stream, None if row is None else row.body, from_json)
    except MALFORMED:
        return None  # a verification says what is wrong with it
    body = next((state.body for state in found if state.change.version == change.version), None)
    return None if body is None else change._replace(body=to_json(body))
