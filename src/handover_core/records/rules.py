"""Pure decisions about work records and projects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.guards import Action, anybody, first_refusal, lacks_role, only
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.records.model import OPEN_STATUSES, Project, RecordDocument, RecordStatus, WorkRecord, on_record
from handover_core.texts import Rule, Text
from handover_core.values import Document

SUPERIORS = (Role.MANAGER, Role.HR, Role.OWNER)
"""Who may act on the records of others."""

CLOSED = Rule(
    "records.closed",
    Text(
        "The record was closed on {closed_on}; closed records are history.", "该记录已于 {closed_on} 关闭，属于历史。"
    ),
    Text("Open a new record that refers to it.", "请新建一条记录并注明关联。"),
)
NOT_OWNER = Rule(
    "records.not_owner",
    Text("The record belongs to somebody else.", "该记录属于他人。"),
    Text("Its owner or a superior must do this.", "须由其负责人或上级操作。"),
)
NOT_CLOSED = Rule(
    "records.not_closed",
    Text("The record is open.", "该记录尚未关闭。"),
    Text("Only a closed record can be opened again.", "只有已关闭的记录才能重新打开。"),
)
GONE = Rule(
    "records.owner_gone",
    Text("{name} has left the company and cannot own open work.", "{name} 已离职，不能承接未完成的工作。"),
    Text("Choose somebody who is in the company's employ.", "请选择在职人员。"),
)
FIXED = frozenset({"id", "version", "author_id", "owner_id", "status", "closed_on"})
"""Fields of a record that no plain change may touch: they have commands of their own, or never change."""


def check_changes(changes: dict[str, object]) -> None:
    """Raise `InvalidInput` for fields that a plain change may not touch."""
    wrong = sorted(FIXED.intersection(changes))
    if wrong:
        raise InvalidInput.at(
            wrong[0], "records.fixed", "is not changed this way: use transfer, close or reopen",
            "不能直接修改：请使用移交、关闭或重新打开",
        )  # fmt: skip


def put_by(
    person: str | None, present: Iterable[RecordDocument], documents: Iterable[Document]
) -> tuple[RecordDocument, ...]:
    """Return the documents of a record with who put them there: ``person``, but for those that are there already.

    None, a program that acts for nobody, leaves new ones to the record's author.
    """
    known = {each.plain: each for each in present}
    new = (evolve(each, by_id=person) for each in on_record(documents))
    return tuple(known.get(each.plain, each) for each in new)


def closed(record: WorkRecord, status: RecordStatus, day: date) -> WorkRecord:
    """Return the record as closed on ``day``; raise `InvalidInput` for a status that is open."""
    if status in OPEN_STATUSES:
        raise InvalidInput.at("status", "records.status", "is not a closing status", "不是关闭状态")
    return evolve(record, status=status, closed_on=day)


def gone(owner: Employee) -> Refused | None:
    """Return the refusal for an owner who has left the company."""
    return Refused(GONE, name=owner.name) if owner.status is EmployeeStatus.LEFT else None


def _is_open(record: WorkRecord) -> Refused | None:
    return None if record.is_open else Refused(CLOSED, closed_on=record.closed_on or "?")


def _mine(actor: Actor, record: WorkRecord) -> Refused | None:
    return None if actor.id == record.owner_id or actor.has(*SUPERIORS) else Refused(NOT_OWNER)


def _can_change(actor: Actor, record: WorkRecord, _today: date) -> Refused | None:
    return first_refusal(_is_open(record), _mine(actor, record))


def _can_transfer(actor: Actor, record: WorkRecord, _today: date) -> Refused | None:
    return first_refusal(_is_open(record), lacks_role(actor, *SUPERIORS))


def _can_reopen(actor: Actor, record: WorkRecord, _today: date) -> Refused | None:
    return first_refusal(Refused(NOT_CLOSED) if record.is_open else None, _mine(actor, record))


RECORD_ACTIONS = (
    Action("change_record", _can_change),
    Action("close_record", _can_change),
    Action("transfer_record", _can_transfer),
    Action("reopen_record", _can_reopen),
)
PROJECT_ACTIONS = (Action[Project]("change_project", only(*SUPERIORS)),)
OPENING = (Action[object]("open_record", anybody), Action[object]("add_project", only(*SUPERIORS)))
