"""Registers, and the outbox room: subscriptions and dead letters. Frozen: never edit it once it was released."""

from handover_core.storage.migrating import ColumnSpec
from handover_core_mongo.layout import CollectionSpec
from handover_core_mongo.migrations.plan import Migration

CREATE = (
    CollectionSpec(
        kind="subscription",
        columns=(
            ColumnSpec("code", 64),
            ColumnSpec("status", 64),
        ),
        unique=(("code",),),
    ),
    CollectionSpec(
        kind="dead_letter",
        columns=(
            ColumnSpec("subscription_id", 64),
            ColumnSpec("status", 64),
            ColumnSpec("stream_kind", 64),
            ColumnSpec("stream_id", 64),
        ),
        indexes=(("subscription_id", "status"), ("stream_kind", "stream_id")),
    ),
)

MIGRATION = Migration(shared=("register",), create=CREATE)
