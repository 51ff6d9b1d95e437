"""Booked leave, and what reviews of handovers found. Frozen: never edit it once it was released."""

from handover_core.storage.migrating import ColumnSpec
from handover_core_mongo.layout import CollectionSpec
from handover_core_mongo.migrations.plan import Migration

CREATE = (
    CollectionSpec(
        kind="absence",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("kind", 64),
            ColumnSpec("starts_on", 10),
            ColumnSpec("ends_on", 10),
        ),
        indexes=(("employee_id", "ends_on"),),
    ),
    CollectionSpec(
        kind="handover_finding",
        columns=(
            ColumnSpec("handover_id", 64),
            ColumnSpec("code", 64),
            ColumnSpec("mark", 255),
            ColumnSpec("found_on", 10),
            ColumnSpec("to_id", 64),
        ),
        unique=(("handover_id", "mark"),),
        indexes=(("to_id",),),
    ),
)

MIGRATION = Migration(create=CREATE)
