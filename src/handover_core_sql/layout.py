"""The shape of the tables: one per kind, and six that all kinds share.

Every value is stored as text that sorts by code point or as a 64-bit integer, so that all databases filter and sort
alike; see `handover_core.storage.encoding`.
"""

from __future__ import annotations

import types
import typing
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import sqlalchemy as sa
from attrs import frozen

from handover_core.storage import Field, FieldType, Kind
from handover_core.storage.migrating import ColumnSpec
from handover_core.storage.registers import NAME_WIDTH, SPACE_WIDTH
from handover_core_sql.text import ExactText

TENANT_WIDTH = 64
ID_WIDTH = 64
VALUE_WIDTH = 320
ROW_COLUMNS = ("tenant", "id", "version", "format", "changed_at", "head", "body")
TRANSACTIONAL: dict[str, Any] = {"mysql_engine": "InnoDB", "mariadb_engine": "InnoDB"}
"""What a table says where the database has engines that forget transactions."""
_SCALARS = (str, int, bool, Decimal, date, datetime)
_FIXED_WIDTHS = {FieldType.DATE: 10}


@frozen(kw_only=True)
class TableSpec:
    """Table and view of one kind. ``search`` names folded copies of columns, ``view`` the scalar fields shown."""

    kind: str
    columns: tuple[ColumnSpec, ...]
    search: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]
    indexes: tuple[tuple[str, ...], ...]
    view: tuple[str, ...]


def spec_of(kind: Kind[Any]) -> TableSpec:
    """Return the table that a kind describes."""
    return TableSpec(
        kind=kind.name,
        columns=tuple(ColumnSpec(field.name, _width(field)) for field in kind.columns),
        search=tuple(field.name for field in kind.searchable),
        unique=kind.unique,
        indexes=kind.indexes,
        view=tuple(name for name in _scalar_fields(kind.type) if name not in {"id", "version"}),
    )


def side_of(kind: Kind[Any]) -> tuple[str, ...]:
    """Return the fields of a kind that stand in the side table, beside external references and custom fields."""
    return tuple(field.name for field in kind.fields if field.many)


def _width(field: Field) -> int | None:
    if field.type is FieldType.TEXT:
        return field.max_length
    if field.type is FieldType.DECIMAL:
        return sum(field.digits) + 1
    return _FIXED_WIDTHS.get(field.type)


def _scalar_fields(cls: type) -> list[str]:
    hints = typing.get_type_hints(cls)
    return [field.name for field in attrs.fields(cls) if _is_scalar(hints[field.name])]


def _is_scalar(hint: Any) -> bool:
    if isinstance(hint, types.UnionType):
        return all(part is type(None) or _is_scalar(part) for part in typing.get_args(hint))
    return isinstance(hint, type) and issubclass(hint, (*_SCALARS, Enum))


def exact_text(width: int) -> sa.types.TypeEngine[str]:
    """Return a text type that compares by code point and never pads: 'a', 'A' and 'a ' are three values."""
    return ExactText(width)


def long_text() -> sa.types.TypeEngine[str]:
    """Return an unlimited text type with the same comparison."""
    return ExactText()


def search_column(name: str) -> str:
    """Return the name of the column that holds the folded copy of a searchable field."""
    return f"{name}__folded"


def state_table(spec: TableSpec, metadata: sa.MetaData, prefix: str) -> sa.Table:
    """Return the table of one kind; the tenant leads its key and every index."""
    name = prefix + spec.kind
    return sa.Table(
        name, metadata,
        sa.Column("tenant", exact_text(TENANT_WIDTH), primary_key=True),
        sa.Column("id", exact_text(ID_WIDTH), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("head", exact_text(64), nullable=False),
        *(sa.Column(each.name, exact_text(each.width) if each.width else sa.BigInteger) for each in spec.columns),
        *(sa.Column(search_column(each), long_text()) for each in spec.search),
        sa.Column("body", long_text(), nullable=False),
        *(sa.Index(f"{name}_u{place}", "tenant", *names, unique=True) for place, names in enumerate(spec.unique, 1)),
        *(sa.Index(f"{name}_i{place}", "tenant", *names, "id") for place, names in enumerate(spec.indexes, 1)),
        **TRANSACTIONAL,
    )  # fmt: skip


def shared_tables(metadata: sa.MetaData, prefix: str) -> dict[str, sa.Table]:
    """Return the tables that all kinds share: side values, change log, outbox, unit tokens, registers, schema number."""
    return {
        "value": sa.Table(
            f"{prefix}value", metadata,
            *_key(("tenant", TENANT_WIDTH), ("kind", 64), ("field", 80), ("value", VALUE_WIDTH), ("id", ID_WIDTH)),
            sa.Index(f"{prefix}value_i1", "tenant", "kind", "id"),
            sqlite_with_rowid=False,
            **TRANSACTIONAL,
        ),
        "change": sa.Table(
            f"{prefix}change", metadata,
            *_key(("tenant", TENANT_WIDTH), ("kind", 64), ("id", ID_WIDTH)),
            sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("operation", exact_text(16), nullable=False),
            sa.Column("format", sa.Integer, nullable=False),
            sa.Column("at", sa.BigInteger, nullable=False),
            sa.Column("actor", exact_text(64), nullable=False),
            sa.Column("command", exact_text(64), nullable=False),
            sa.Column("reason", long_text()),
            sa.Column("batch", exact_text(64)),
            sa.Column("head", exact_text(64), nullable=False),
            sa.Column("body", long_text()),
            sqlite_with_rowid=False,
            **TRANSACTIONAL,
        ),
        "outbox": sa.Table(
            f"{prefix}outbox", metadata,
            *_key(("tenant", TENANT_WIDTH), ("kind", 64), ("id", ID_WIDTH)),
            sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("type", exact_text(64), nullable=False),
            sa.Column("at", sa.BigInteger, nullable=False),
            sa.Column("lane", sa.Integer, nullable=False),
            sqlite_with_rowid=False,
            **TRANSACTIONAL,
        ),
        "unit": sa.Table(
            f"{prefix}unit", metadata,
            *_key(("tenant", TENANT_WIDTH), ("token", 64)),
            sa.Column("at", sa.BigInteger, nullable=False),
            sqlite_with_rowid=False,
            **TRANSACTIONAL,
        ),
        "register": sa.Table(
            f"{prefix}register", metadata,
            *_key(("tenant", TENANT_WIDTH), ("space", SPACE_WIDTH), ("key", NAME_WIDTH)),
            sa.Column("version", sa.BigInteger, nullable=False),
            sa.Column("body", long_text(), nullable=False),
            sqlite_with_rowid=False,
            **TRANSACTIONAL,
        ),
        "schema": sa.Table(
            f"{prefix}schema", metadata,
            sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
            **TRANSACTIONAL,
        ),
    }  # fmt: skip


def _key(*columns: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, exact_text(width), primary_key=True) for name, width in columns]
