"""What the store knows about the procedures' aggregates."""

from __future__ import annotations

from handover_core.procedures.model import Acknowledgement, Sop, SopRun, SopVersion
from handover_core.storage.kinds import Field, Kind, Reference, day, integer, key, text
from handover_core.storage.personal import by_none, nameless, personal

SOP = Kind(
    name="sop",
    type=Sop,
    fields=(key("code"), text("title", searchable=True), key("owner_position_id"), key("published_id")),
    unique=(("code",),),
    indexes=(("owner_position_id",),),
    references=(Reference("owner_position_id", "position"),),
    free_texts=("title",),
)


def _step_positions(version: SopVersion) -> tuple[str, ...]:
    return tuple(step.position_id for step in version.steps if step.position_id is not None)


SOP_VERSION = Kind(
    name="sop_version",
    type=SopVersion,
    fields=(
        key("sop_id"),
        integer("number"),
        key("state"),
        key("author_id"),
        day("published_on"),
        day("review_by"),
        Field(name="step_position_id", many=True, get=_step_positions),
    ),
    unique=(("sop_id", "number"),),
    indexes=(("author_id", "state"), ("state",)),
    references=(
        Reference("sop_id", "sop"),
        Reference("author_id", "employee"),
        Reference("step_position_id", "position"),
    ),
    subject="/author_id",
    free_texts=(
        "change_note",
        "stages.name",
        "stages.steps.instructions",
        "stages.steps.required_documents",
    ),
)

SOP_RUN = Kind(
    name="sop_run",
    type=SopRun,
    fields=(
        key("sop_id"),
        key("version_id"),
        text("subject", searchable=True),
        key("owner_id"),
        key("state"),
        day("started_on"),
    ),
    indexes=(("owner_id", "state"), ("sop_id", "state")),
    references=(Reference("sop_id", "sop"), Reference("version_id", "sop_version"), Reference("owner_id", "employee")),
    personal=(personal("steps.documents", "by_id", nameless),),
    subject="/owner_id",
    free_texts=(
        "subject",
        "steps.reason",
        "steps.deviation.reason",
        "steps.documents.title",
    ),
)

ACKNOWLEDGEMENT = Kind(
    name="acknowledgement",
    type=Acknowledgement,
    fields=(key("employee_id"), key("sop_id"), key("version_id"), day("read_on")),
    unique=(("employee_id", "version_id"),),
    indexes=(("version_id",),),
    references=(
        Reference("employee_id", "employee"),
        Reference("sop_id", "sop"),
        Reference("version_id", "sop_version"),
    ),
    personal=(personal("external", "/employee_id", by_none),),
    subject="/employee_id",
)

KINDS = (SOP, SOP_VERSION, SOP_RUN, ACKNOWLEDGEMENT)
