"""Values and aggregates of the records room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import field, fields, frozen

from handover_core.errors import InvalidInput
from handover_core.texts import Text
from handover_core.values import Aggregate, DateRange, Document


class RecordStatus(StrEnum):
    """Where a piece of work stands; the first two are open."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_STATUSES = (RecordStatus.OPEN, RecordStatus.WAITING)


class Priority(StrEnum):
    """How urgent a piece of work is."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class ProjectStatus(StrEnum):
    """Where a project stands."""

    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


CREDENTIAL = "credential"
ASSET = "asset"

RECORD_KIND_LABELS = {
    "task": Text("task", "任务"),
    "deliverable": Text("deliverable", "交付物"),
    "customer": Text("customer", "客户"),
    "order": Text("order", "订单"),
    "communication": Text("communication", "沟通"),
    "decision": Text("decision", "决定"),
    "document": Text("document", "文件"),
    "contract": Text("contract", "合同"),
    CREDENTIAL: Text("credential", "账号凭证"),
    ASSET: Text("asset", "资产"),
    "issue": Text("issue", "问题"),
}
"""Labels of the record kinds that ship; the set is open, a host's own words are as good."""


@frozen(kw_only=True)
class ProjectMember:
    """Somebody's part in a project over a range of days."""

    employee_id: str
    part: str
    effective: DateRange


@frozen(kw_only=True)
class Project(Aggregate):
    """A project with dated members."""

    code: str
    name: str
    status: ProjectStatus = ProjectStatus.ACTIVE
    members: tuple[ProjectMember, ...] = ()


@frozen(kw_only=True)
class RecordDocument(Document):
    """A document on a record; ``by_id`` is who put it there, None for the record's author."""

    by_id: str | None = None

    @property
    def plain(self) -> Document:
        """The document itself."""
        return Document(**_plain(self))


def on_record(documents: object) -> tuple[RecordDocument, ...]:
    """Return documents as they stand on a record; raise `InvalidInput` for what is no list of documents."""
    given = tuple(documents) if isinstance(documents, Iterable) else (documents,)
    if not all(isinstance(each, Document) for each in given):
        raise InvalidInput.at("documents", "documents.type", "is not a list of documents", "不是文件列表")
    return tuple(each if isinstance(each, RecordDocument) else RecordDocument(**_plain(each)) for each in given)


def _plain(document: Document) -> dict[str, Any]:
    return {each.name: getattr(document, each.name) for each in fields(Document)}


@frozen(kw_only=True)
class WorkRecord(Aggregate):
    """A piece of work: ownership moves, authorship never does; a closed record is history."""

    kind: str
    title: str
    body: str = ""
    owner_id: str
    author_id: str
    position_id: str | None = None
    project_id: str | None = None
    status: RecordStatus = RecordStatus.OPEN
    opened_on: date
    due_on: date | None = None
    closed_on: date | None = None
    priority: Priority = Priority.NORMAL
    counterparty: str | None = None
    run_id: str | None = None
    area: str | None = None
    documents: tuple[RecordDocument, ...] = field(default=(), converter=on_record)

    @property
    def is_open(self) -> bool:
        """Whether the work still has to be done."""
        return self.status in OPEN_STATUSES
