"""Questions about records that several rooms ask."""

from __future__ import annotations

from handover_core.actor import Actor
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import OPEN_STATUSES
from handover_core.storage import Criterion, Eq, In, UnitOfWork, all_of
from handover_core.texts import Text
from handover_core.todo import Todo

FINISH = Text("finish it", "完成")


def open_records_of(employee_id: str) -> Criterion | None:
    """Return the criterion for the open records that a person owns."""
    return all_of(Eq("owner_id", employee_id), In("status", OPEN_STATUSES))


def todo(unit: UnitOfWork, actor: Actor) -> list[Todo]:
    """Return the actor's open records."""
    return [
        Todo(
            room="records", action="close_record", kind=WORK_RECORD.name, id=each.id, code="", title=each.title,
            does=FINISH, due_on=each.due_on,
        )
        for each in unit.repository(WORK_RECORD).list(open_records_of(actor.id))
    ]  # fmt: skip
