"""The first schema: what every store begins with. Frozen: never edit it once it was released."""

from handover_core.storage.migrating import ColumnSpec
from handover_core_mongo.layout import CollectionSpec
from handover_core_mongo.migrations.plan import Migration

CREATE = (
    CollectionSpec(
        kind="custom_field",
        columns=(
            ColumnSpec("kind", 64),
            ColumnSpec("name", 64),
        ),
        unique=(("kind", "name"),),
    ),
    CollectionSpec(
        kind="company",
        columns=(ColumnSpec("name", 255),),
    ),
    CollectionSpec(
        kind="org_unit",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("name", 255),
            ColumnSpec("parent_id", 64),
            ColumnSpec("head_id", 64),
        ),
        search=("name",),
        unique=(("code",),),
        indexes=(("parent_id",), ("head_id",)),
    ),
    CollectionSpec(
        kind="position",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("title", 255),
            ColumnSpec("unit_id", 64),
            ColumnSpec("reports_to_id", 64),
            ColumnSpec("status", 64),
        ),
        search=("title",),
        unique=(("code",),),
        indexes=(("unit_id",), ("reports_to_id",)),
    ),
    CollectionSpec(
        kind="employee",
        columns=(
            ColumnSpec("number", 64),
            ColumnSpec("name", 255),
            ColumnSpec("unit_id", 64),
            ColumnSpec("status", 64),
            ColumnSpec("hired_on", 10),
            ColumnSpec("left_on", 10),
        ),
        search=("name",),
        unique=(("number",),),
        indexes=(("status",), ("unit_id",)),
    ),
    CollectionSpec(
        kind="labour_contract",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("kind", 64),
            ColumnSpec("starts_on", 10),
            ColumnSpec("ends_on", 10),
        ),
        indexes=(("employee_id",),),
    ),
    CollectionSpec(
        kind="assignment",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("position_id", 64),
            ColumnSpec("capacity", 64),
            ColumnSpec("starts_on", 10),
            ColumnSpec("ends_on", 10),
        ),
        indexes=(("employee_id",), ("position_id",)),
    ),
    CollectionSpec(
        kind="sop",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("title", 255),
            ColumnSpec("owner_position_id", 64),
            ColumnSpec("published_id", 64),
        ),
        search=("title",),
        unique=(("code",),),
        indexes=(("owner_position_id",),),
    ),
    CollectionSpec(
        kind="sop_version",
        columns=(
            ColumnSpec("sop_id", 64),
            ColumnSpec("number", None),
            ColumnSpec("state", 64),
            ColumnSpec("author_id", 64),
            ColumnSpec("published_on", 10),
            ColumnSpec("review_by", 10),
        ),
        unique=(("sop_id", "number"),),
        indexes=(("author_id", "state"), ("state",)),
    ),
    CollectionSpec(
        kind="sop_run",
        columns=(
            ColumnSpec("sop_id", 64),
            ColumnSpec("version_id", 64),
            ColumnSpec("subject", 255),
            ColumnSpec("owner_id", 64),
            ColumnSpec("state", 64),
            ColumnSpec("started_on", 10),
        ),
        search=("subject",),
        indexes=(("owner_id", "state"), ("sop_id", "state")),
    ),
    CollectionSpec(
        kind="acknowledgement",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("sop_id", 64),
            ColumnSpec("version_id", 64),
            ColumnSpec("read_on", 10),
        ),
        unique=(("employee_id", "version_id"),),
        indexes=(("version_id",),),
    ),
    CollectionSpec(
        kind="project",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("name", 255),
            ColumnSpec("status", 64),
        ),
        search=("name",),
        unique=(("code",),),
    ),
    CollectionSpec(
        kind="work_record",
        columns=(
            ColumnSpec("kind", 64),
            ColumnSpec("title", 255),
            ColumnSpec("owner_id", 64),
            ColumnSpec("author_id", 64),
            ColumnSpec("position_id", 64),
            ColumnSpec("project_id", 64),
            ColumnSpec("status", 64),
            ColumnSpec("opened_on", 10),
            ColumnSpec("due_on", 10),
            ColumnSpec("closed_on", 10),
            ColumnSpec("priority", 64),
            ColumnSpec("counterparty", 255),
            ColumnSpec("run_id", 64),
            ColumnSpec("area", 255),
        ),
        search=("title", "counterparty"),
        indexes=(("owner_id", "status"), ("author_id",), ("area",), ("counterparty",), ("project_id",)),
    ),
    CollectionSpec(
        kind="departure",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("kind", 64),
            ColumnSpec("state", 64),
            ColumnSpec("notice_on", 10),
            ColumnSpec("last_day", 10),
        ),
        indexes=(("employee_id",), ("state",)),
    ),
    CollectionSpec(
        kind="handover",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("departure_id", 64),
            ColumnSpec("giver_id", 64),
            ColumnSpec("supervisor_id", 64),
            ColumnSpec("state", 64),
            ColumnSpec("opened_on", 10),
            ColumnSpec("completed_on", 10),
        ),
        unique=(("code",),),
        indexes=(("giver_id",), ("departure_id",), ("supervisor_id", "state")),
    ),
    CollectionSpec(
        kind="handover_item",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("handover_id", 64),
            ColumnSpec("category", 64),
            ColumnSpec("title", 500),
            ColumnSpec("source_key", 255),
            ColumnSpec("criticality", 64),
            ColumnSpec("receiver_id", 64),
            ColumnSpec("verifier_id", 64),
            ColumnSpec("state", 64),
            ColumnSpec("due_on", 10),
        ),
        search=("title",),
        unique=(("code",), ("handover_id", "source_key")),
        indexes=(("handover_id", "state"), ("receiver_id", "state"), ("verifier_id", "state")),
    ),
    CollectionSpec(
        kind="handover_question",
        columns=(
            ColumnSpec("handover_id", 64),
            ColumnSpec("item_id", 64),
            ColumnSpec("asked_by_id", 64),
            ColumnSpec("to_id", 64),
        ),
        indexes=(("handover_id",), ("item_id",), ("to_id",)),
    ),
)

SIDE = {"sop_version": ("step_position_id",), "project": ("member_id",)}

MIGRATION = Migration(shared=("change", "outbox", "unit"), create=CREATE, side=SIDE)
