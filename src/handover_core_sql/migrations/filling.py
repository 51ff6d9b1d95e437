"""Gives rows that exist already the values of new columns, worked out from their bodies, page after page by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from handover_core.storage.codec import from_json
from handover_core.storage.encoding import folded
from handover_core_sql.dialects import Dialect
from handover_core_sql.layout import search_column
from handover_core_sql.migrations.plan import Body, KindChange

PAGE = 500
"""How many rows are read and written at once."""


def fill(connection: sa.Connection, dialect: Dialect, table: sa.Table, value: sa.Table, change: KindChange) -> None:
    """Fill what ``change`` adds to ``table``; version, history and chain of a row stay as they are.

    Where the database keeps each statement anyway, every page is committed, with its rows locked until then.
    """
    for rows in _pages(connection, table):
        read = [(row, from_json(row.body)) for row in rows]
        if change.columns or change.search:
            _write_columns(connection, table, change, read)
        if change.side:
            _write_side(connection, value, change, read)
        if not dialect.transactional_ddl:
            connection.commit()


def _pages(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[Any]]:
    key = table.c
    chosen = sa.select(key.tenant, key.id, key.format, key.body).order_by(key.tenant, key.id).limit(PAGE)
    following: Any = sa.true()
    while rows := connection.execute(chosen.where(following).with_for_update()).all():
        yield rows
        last = rows[-1]
        beyond = sa.or_(key.tenant > last.tenant, key.id > last.id)
        following = sa.and_(key.tenant >= last.tenant, beyond)


def _write_columns(
    connection: sa.Connection, table: sa.Table, change: KindChange, read: Sequence[tuple[Any, Body]]
) -> None:
    names = [*(new.name for new in change.columns), *(search_column(new.name) for new in change.search)]
    mine = sa.and_(table.c.tenant == sa.bindparam("of_tenant"), table.c.id == sa.bindparam("of_id"))
    assigned: dict[sa.Column[Any], Any] = {table.c[name]: sa.bindparam(f"new_{name}") for name in names}
    values = [
        {"of_tenant": row.tenant, "of_id": row.id}
        | {f"new_{new.name}": new.value(body, row.format) for new in change.columns}
        | {f"new_{search_column(new.name)}": _folded(new.value(body, row.format)) for new in change.search}
        for row, body in read
    ]
    connection.execute(sa.update(table).where(mine).values(assigned), values)


def _folded(text: object) -> str | None:
    return None if text is None else folded(str(text))


def _write_side(
    connection: sa.Connection, value: sa.Table, change: KindChange, read: Sequence[tuple[Any, Body]]
) -> None:
    names = ("tenant", "kind", "field", "id")
    mine = sa.and_(*(value.c[name] == sa.bindparam(f"of_{name}") for name in names))
    fields = [new.name for new in change.side]
    old = [
        {"of_tenant": row.tenant, "of_kind": change.kind, "of_field": name, "of_id": row.id}
        for row, _ in read for name in fields
    ]  # fmt: skip
    connection.execute(sa.delete(value).where(mine), old)
    entries = [
        {"tenant": row.tenant, "kind": change.kind, "field": new.name, "value": each, "id": row.id}
        for row, body in read for new in change.side for each in dict.fromkeys(new.values(body, row.format))
    ]  # fmt: skip
    if entries:
        connection.execute(sa.insert(value), entries)
