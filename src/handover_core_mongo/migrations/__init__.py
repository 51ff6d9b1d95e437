"""Explicit, numbered migrations, frozen once released: each says in literal words what it creates and changes."""

from __future__ import annotations

from handover_core_mongo.migrations import m0001, m0002, m0003, m0004, m0005
from handover_core_mongo.migrations.plan import Migration

MIGRATIONS: tuple[Migration, ...] = (
    m0001.MIGRATION, m0002.MIGRATION, m0003.MIGRATION, m0004.MIGRATION, m0005.MIGRATION,
)  # fmt: skip
"""All of them, in order."""
