"""The employment of an erasure, and why one is void, in its view. Frozen: never edit it once it was released."""

from handover_core_sql.migrations.plan import KindChange

CHANGE = (
    KindChange(
        kind="erasure",
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
            "left_on",
            "void_on",
            "void_reason",
        ),
    ),
)
