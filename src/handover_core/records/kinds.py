"""What the store knows about the records room's aggregates."""

from __future__ import annotations

from typing import Any

from handover_core.records.model import Project, WorkRecord
from handover_core.storage.kinds import Field, Kind, Reference, day, key, text
from handover_core.storage.personal import by_no_text, by_pseudonym, personal


def _members(project: Project) -> tuple[str, ...]:
    return tuple(member.employee_id for member in project.members)


PROJECT = Kind(
    name="project",
    type=Project,
    fields=(
        key("code"),
        text("name", searchable=True),
        key("status"),
        Field(name="member_id", many=True, get=_members),
    ),
    unique=(("code",),),
    references=(Reference("member_id", "employee"),),
    free_texts=("name",),
)


def _with_by(body: dict[str, Any]) -> dict[str, Any]:
    """Leave documents to the record's author; those that were sealed as one value with keys destroyed since are none."""
    return {**body, "documents": body.get("documents") or []}


WORK_RECORD = Kind(
    name="work_record",
    type=WorkRecord,
    format=2,
    upcasters={1: _with_by},
    fields=(
        key("kind"),
        text("title", searchable=True),
        key("owner_id"),
        key("author_id"),
        key("position_id"),
        key("project_id"),
        key("status"),
        day("opened_on"),
        day("due_on"),
        day("closed_on"),
        key("priority"),
        text("counterparty", searchable=True),
        key("run_id"),
        text("area"),
    ),
    indexes=(("owner_id", "status"), ("author_id",), ("area",), ("counterparty",), ("project_id",)),
    references=(
        Reference("owner_id", "employee"),
        Reference("author_id", "employee"),
        Reference("position_id", "position"),
        Reference("project_id", "project"),
        Reference("run_id", "sop_run"),
    ),
    personal=(
        personal("documents.title", "by_id", by_pseudonym, otherwise="/author_id"),
        personal("documents.uri", "by_id", by_no_text, otherwise="/author_id"),
    ),
    subject="/author_id",
    free_texts=(
        "title",
        "body",
        "counterparty",
        "documents.title",
    ),
)

KINDS = (PROJECT, WORK_RECORD)
