# ruff: noqa: E501 - texts of one line each
"""Columns that many sheets share, and short ways to declare columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handover_core.texts import Text
from handover_core_import.sheets.column import CellType, Column, Value, Words, as_key, escaped, joined

SOURCE = Column(
    name="source", label="来源系统", type=CellType.CODE, aliases=("系统", "source system"), example="",
    help=Text("The system that the row comes from; empty: the source named at the import.", "数据来自哪个系统；为空则用导入时指定的来源。"),
)  # fmt: skip
EXTERNAL_ID = Column(
    name="external_id", label="来源编号", type=CellType.CODE, aliases=("外部编号", "external id", "原系统编号"),
    help=Text("The row's id in that system; empty: its own code.", "该行在来源系统中的编号；为空则用本身的编码。"),
)  # fmt: skip
REFERENCE = (SOURCE, EXTERNAL_ID)
ORDER = Column(
    name="order", label="序号", type=CellType.INTEGER, aliases=("顺序", "no", "排序"), rank=True,
    help=Text("Arranges the rows; only their sequence is kept.", "用于排列顺序，仅保留先后次序。"),
)  # fmt: skip


def column(
    name: str, label: str, en: str, zh: str, *aliases: str, kind: CellType = CellType.LINE, **more: Any
) -> Column:
    """Declare a column; ``aliases`` are further names under which files have it."""
    return Column(name=name, label=label, help=Text(en, zh), aliases=aliases, type=kind, **more)


def word(name: str, label: str, words: Words, en: str, zh: str, *aliases: str, **more: Any) -> Column:
    """Declare a column that holds one of ``words``."""
    return Column(name=name, label=label, help=Text(en, zh), aliases=aliases, type=CellType.WORD, words=words, **more)


def refers(name: str, label: str, to: str, en: str, zh: str, *aliases: str, **more: Any) -> Column:
    """Declare a column that holds the code of an aggregate of the kind ``to``."""
    return Column(name=name, label=label, help=Text(en, zh), aliases=aliases, type=CellType.REFERENCE, to=to, **more)


def within(sheet: str, *names: str) -> Callable[[Mapping[str, Value]], str]:
    """Return how a child row is placed: under its sheet, by the values of the columns ``names``."""
    return lambda values: f"{sheet}/{escaped(joined(values.get(name) for name in names))}/"


def child_key(values: Mapping[str, Value], *fallback: str) -> str:
    """Return the key that a child row carries, or the first of the ``fallback`` columns that is filled."""
    for name in ("key", *fallback):
        if values.get(name) is not None:
            return as_key(values[name])
    return ""
