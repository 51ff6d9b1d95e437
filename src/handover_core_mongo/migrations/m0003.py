"""Registers: what the library itself has to remember. Frozen: never edit it once it was released."""

from handover_core_mongo.migrations.plan import Migration

MIGRATION = Migration(shared=("register",))
