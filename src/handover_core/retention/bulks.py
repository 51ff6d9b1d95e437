"""The redaction of a bulk's reason, which stands in its header and in every entry of it: unit after unit, header last."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from handover_core.desk import Desk
from handover_core.errors import NotFound, Refused
from handover_core.guards import unknown_kind
from handover_core.retention import queries, refusals
from handover_core.retention.categories import categories_of
from handover_core.retention.mentions import Identity
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.bulk_redactor import BulkPlace
from handover_core.storage.codec import from_json
from handover_core.storage.recording import BATCH

COMMAND = "retention.redact"


def redact(desk: Desk, batch: str, identity: Identity, pseudonym: str, reason: str) -> int:
    """Put the pseudonym in the place of every name in a bulk's reason; return how many entries changed.

    Raises `NotFound`, and `Refused` where the header names nobody (any more), or a hold keeps everybody's such records.
    """
    kind = _kind(desk, batch, identity)
    desk.ask(partial(_refuse_held, kind))
    replaced = partial(identity.replaced, pseudonym=pseudonym)
    count, place = 0, None
    while True:
        found, place = desk.do(COMMAND, partial(_entries, kind, batch, place, replaced), reason)
        count += found
        if place is None:
            return count + len(desk.do(COMMAND, lambda unit: unit.personal.redact_header(batch, replaced), reason))


def _kind(desk: Desk, batch: str, identity: Identity) -> Kind[Any]:
    """Return the kind of a bulk's rows."""
    stream = desk.ask(lambda unit: unit.transaction.changes(unit.tenant, BATCH.name, batch))
    if not stream:
        raise NotFound(BATCH.name, batch)
    if not any(identity.replaceable_in(each.reason or "") for each in stream):
        raise Refused(refusals.UNNAMED)
    name = from_json(stream[0].body or "{}")["kind"]
    if name not in desk.units.kinds:
        raise unknown_kind(name)
    return desk.units.kinds[name]


def _refuse_held(kind: Kind[Any], unit: UnitOfWork) -> None:
    for hold in queries.standing_holds(unit):
        if hold.employee_id is None and hold.category in {None, *categories_of(kind)}:
            raise Refused(refusals.REDACT_HELD, on=hold.placed_on, reason=hold.reason)


def _entries(
    kind: Kind[Any], batch: str, place: BulkPlace | None, replaced: Callable[[str], str], unit: UnitOfWork
) -> tuple[int, BulkPlace | None]:
    return unit.personal.redact_bulk(kind, batch, place, replaced)
