"""Print what the kinds have and the migrations do not, to be read, completed and frozen: ``python tools/draft_migration.py``.

A rule for a new column of an old kind is a guess: the value at the same name in the body. Look at each of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from handover_core.kinds import KINDS
from handover_core.storage.migrating import ColumnSpec
from handover_core_sql.layout import TableSpec, side_of, spec_of
from handover_core_sql.migrations import MIGRATIONS
from handover_core_sql.migrations.plan import Shape, shape_of

NAMES = "TableSpec"
PLAN = "KindChange, Migration, NewColumn, NewSearch, NewSide, at"


def created(spec: TableSpec) -> str:
    """Return one new table as Python source."""
    columns = "".join(f"            ColumnSpec({each.name!r}, {each.width!r}),\n" for each in spec.columns)
    return (
        f"    TableSpec(\n        kind={spec.kind!r},\n        columns=(\n{columns}        ),\n"
        f"        search={spec.search!r},\n        unique={spec.unique!r},\n        indexes={spec.indexes!r},\n"
        f"        view={spec.view!r},\n    ),\n"
    )


def changed(spec: TableSpec, old: TableSpec, side: Iterable[str]) -> str:
    """Return what a table lacks as Python source; nothing where it lacks nothing."""
    had = {column.name: column for column in old.columns}
    lines = listed("columns", [new_column(each) for each in spec.columns if each.name not in had])
    lines += listed("search", [f"NewSearch({n!r}, at({n!r}))" for n in spec.search if n not in old.search])
    lines += listed("side", [f"NewSide({n!r}, lambda body, _: body[{n!r}])" for n in side])
    lines += listed("wider", [f"ColumnSpec({c.name!r}, {c.width!r})" for c in spec.columns if had.get(c.name, c) != c])
    lines += listed("unique", [repr(key) for key in spec.unique if key not in old.unique])
    lines += listed("indexes", [repr(index) for index in spec.indexes if index not in old.indexes])
    if spec.view != old.view:
        lines += f"        view={spec.view!r},\n"
    return f"    KindChange(\n        kind={spec.kind!r},\n{lines}    ),\n" if lines else ""


def new_column(column: ColumnSpec) -> str:
    """Return one new column as Python source."""
    return f"NewColumn({column.name!r}, {column.width!r}, at({column.name!r}))"


def listed(name: str, parts: list[str]) -> str:
    """Return a keyword argument with a tuple, or nothing."""
    return f"        {name}=({', '.join(parts)},),\n" if parts else ""


def draft(shape: Shape) -> str:
    """Return a migration from ``shape`` to the kinds as they are."""
    specs = {kind.name: spec_of(kind) for kind in KINDS}
    sides = {kind.name: side_of(kind) for kind in KINDS}
    new = "".join(created(spec) for name, spec in specs.items() if name not in shape.tables)
    side = {name: fields for name, fields in sides.items() if fields and name not in shape.tables}
    changes = "".join(
        changed(spec, shape.tables[name], [each for each in sides[name] if each not in shape.side.get(name, ())])
        for name, spec in specs.items()
        if name in shape.tables
    )
    return f"CREATE = (\n{new})\nCHANGE = (\n{changes})\nMIGRATION = Migration(create=CREATE, side={side!r}, change=CHANGE)"


def main() -> None:
    """Print the draft."""
    print('"""Say here what this migration brings. Frozen: never edit it once it was released."""\n')
    print("from handover_core.storage.migrating import ColumnSpec")
    print(f"from handover_core_sql.layout import {NAMES}")
    print(f"from handover_core_sql.migrations.plan import {PLAN}\n")
    print(draft(shape_of(MIGRATIONS)))


if __name__ == "__main__":
    main()
