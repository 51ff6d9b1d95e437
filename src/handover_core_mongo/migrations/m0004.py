"""Legal holds and erasures. Frozen: never edit it once it was released."""

from handover_core.storage.migrating import ColumnSpec
from handover_core_mongo.layout import CollectionSpec
from handover_core_mongo.migrations.plan import Migration

CREATE = (
    CollectionSpec(
        kind="legal_hold",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("category", 64),
            ColumnSpec("placed_on", 10),
            ColumnSpec("released_on", 10),
        ),
        indexes=(("employee_id",), ("released_on",)),
    ),
    CollectionSpec(
        kind="erasure",
        columns=(
            ColumnSpec("subject_id", 64),
            ColumnSpec("state", 64),
            ColumnSpec("requested_on", 10),
        ),
        indexes=(("subject_id",), ("state",)),
    ),
)

MIGRATION = Migration(create=CREATE)
