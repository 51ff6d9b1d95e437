"""Legal holds and erasures. Frozen: never edit it once it was released."""

from handover_core.storage.migrating import ColumnSpec
from handover_core_sql.layout import TableSpec

TABLES = (
    TableSpec(
        kind="legal_hold",
        columns=(
            ColumnSpec("employee_id", 64),
            ColumnSpec("category", 64),
            ColumnSpec("placed_on", 10),
            ColumnSpec("released_on", 10),
        ),
        search=(),
        unique=(),
        indexes=(("employee_id",), ("released_on",)),
        view=(
            "employee_id",
            "category",
            "reason",
            "placed_by_id",
            "placed_on",
            "released_by_id",
            "released_on",
            "release_reason",
        ),
    ),
    TableSpec(
        kind="erasure",
        columns=(
            ColumnSpec("subject_id", 64),
            ColumnSpec("state", 64),
            ColumnSpec("requested_on", 10),
        ),
        search=(),
        unique=(),
        indexes=(("subject_id",), ("state",)),
        view=(
            "subject_id",
            "whole",
            "reason",
            "requested_on",
            "approver_id",
            "state",
            "overwritten_on",
            "destroyed_on",
            "compacted_on",
            "leaving_reason",
        ),
    ),
)
