"""Nothing here: SQL databases show more of erasures in their view. Frozen: never edit it once it was released."""

from handover_core_mongo.migrations.plan import Migration

MIGRATION = Migration()
