"""What the store knows about the records room's aggregates."""

from __future__ import annotations

from handover_core.records.model import Project, WorkRecord
from handover_core.storage.kinds import Field, Kind, Reference, day, key, text
from handover_core.storage.personal import nameless, personal


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
)

WORK_RECORD = Kind(
    name="work_record",
    type=WorkRecord,
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
    personal=(personal("documents", "/author_id", nameless),),
    subject="/author_id",
)

KINDS = (PROJECT, WORK_RECORD)
