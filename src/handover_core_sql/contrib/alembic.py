"""Alembic: its autogenerate compares a host's models with the database, and must not see our tables there.

In the host's ``env.py``:

    from handover_core_sql.contrib.alembic import include_name

    context.configure(..., include_name=include_name())

The store keeps its own schema number in a table of its own and never touches ``alembic_version``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handover_core_sql.migrations import MIGRATIONS
from handover_core_sql.migrations.plan import shape_of
from handover_core_sql.store import PREFIX

Hook = Callable[[str | None, str, Mapping[str, Any]], bool]
"""What Alembic asks about a name, its type and those of its parents: whether to look at it."""


def include_name(otherwise: Hook | None = None, *, schema: str | None = None, table_prefix: str = PREFIX) -> Hook:
    """Return the hook that leaves out the tables of a store made with this ``schema`` and ``table_prefix``.

    ``otherwise`` decides about all other names; without it they are looked at. A host's table is never left out
    because it happens to begin like ours: only the names of our own tables count.
    """
    shape = shape_of(MIGRATIONS)
    ours = frozenset(table_prefix + name for name in (*shape.tables, *shape.shared))

    def included(name: str | None, type_: str, parents: Mapping[str, Any]) -> bool:
        if type_ == "table" and name in ours and parents.get("schema_name") == schema:
            return False
        return otherwise is None or otherwise(name, type_, parents)

    return included
