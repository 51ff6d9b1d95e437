"""What an item stands for, as it is at this moment: whether it is still what the receiver accepted."""

from __future__ import annotations

from datetime import date

from handover_core.handover.derivation import authority_digest, duty_digest, record_digest, run_digest, sop_digest
from handover_core.handover.model import WORK_RECORDS, Category, Departure, HandoverItem
from handover_core.organization.kinds import POSITION
from handover_core.organization.model import PositionVersion
from handover_core.procedures.kinds import SOP, SOP_RUN
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import UnitOfWork

OF_POSITIONS = frozenset((Category.DUTY, Category.CAPTURE, Category.AUTHORITY))


def changed(unit: UnitOfWork, item: HandoverItem, departure: Departure, today: date) -> bool:
    """Tell whether the source is no longer what the item says: it differs, is closed, or went to somebody else."""
    source = item.source
    mine = {departure.employee_id, item.receiver_id}
    if item.category in WORK_RECORDS:
        record = unit.repository(WORK_RECORD).peek(source.id)
        return record is None or record.owner_id not in mine or record_digest(record) != source.digest
    if item.category is Category.RUN:
        run = unit.repository(SOP_RUN).peek(source.id)
        return run is None or run.owner_id not in mine or run_digest(run) != source.digest
    if item.category is Category.SOP:
        sop = unit.repository(SOP).peek(source.id)
        return sop is None or sop_digest(sop) != source.digest
    if item.category in OF_POSITIONS:
        position = unit.repository(POSITION).peek(source.id)
        description = None if position is None else position.on(min(today, departure.last_day))
        return description is None or _part_digest(description, source.part or "") != source.digest
    return False


def _part_digest(description: PositionVersion, part: str) -> str | None:
    kind, _, key = part.partition(":")
    if kind == "duty":
        return next((duty_digest(duty) for duty in description.duties if duty.key == key), None)
    return next((authority_digest(each) for each in description.authorities if each.key == key), None)
