"""Registers, and the outbox room: subscriptions and dead letters. Frozen: never edit it once it was released."""

from handover_core.storage.migrating import ColumnSpec
from handover_core_sql.layout import TableSpec

SHARED = ("register",)

TABLES = (
    TableSpec(
        kind="subscription",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("status", 64),
        ),
        search=(),
        unique=(("code",),),
        indexes=(),
        view=("code", "endpoint", "attempts", "timeout", "lang", "status"),
    ),
    TableSpec(
        kind="dead_letter",
        columns=(
            ColumnSpec("subscription_id", 64),
            ColumnSpec("status", 64),
            ColumnSpec("stream_kind", 64),
            ColumnSpec("stream_id", 64),
        ),
        search=(),
        unique=(),
        indexes=(("subscription_id", "status"), ("stream_kind", "stream_id")),
        view=(
            "subscription_id",
            "stream_kind",
            "stream_id",
            "stream_version",
            "attempts",
            "failure",
            "parked_at",
            "status",
        ),
    ),
)
