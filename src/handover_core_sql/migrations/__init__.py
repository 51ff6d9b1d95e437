"""The migrations, explicit and numbered from 1. A released one is never edited: it is what stores out there had done."""

from __future__ import annotations

from handover_core_sql.migrations import m0001, m0002, m0003, m0004, m0005
from handover_core_sql.migrations.plan import Migration

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        shared=("value", "change", "outbox", "unit", "schema"),
        create=m0001.TABLES,
        side={"project": ("member_id",), "sop_version": ("step_position_id",)},
    ),
    Migration(create=m0002.TABLES),
    Migration(shared=m0003.SHARED, create=m0003.TABLES),
    Migration(create=m0004.TABLES),
    Migration(change=m0005.CHANGE),
)
"""All of them, in order."""

__all__ = ["MIGRATIONS", "Migration"]
