"""Print what the kinds have and the MongoDB migrations do not, to be read, completed and frozen.

``python tools/draft_mongo_migration.py``. A rule for a new column of an old kind is a guess: the value at the same name
in the body. Look at each of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from handover_core.kinds import KINDS
from handover_core.storage.migrating import ColumnSpec
from handover_core_mongo.layout import CollectionSpec, side_of, spec_of
from handover_core_mongo.migrations import MIGRATIONS
from handover_core_mongo.migrations.plan import Shape, shape_of

NAMES = "CollectionSpec"
PLAN = "KindChange, Migration, NewColumn, NewSearch, NewSide, at"


def created(spec: CollectionSpec) -> str:
    """Return one new collection as Python source."""
    columns = "".join(f"            ColumnSpec({each.name!r}, {each.width!r}),\n" for each in spec.columns)
    named = {"search": spec.search, "unique": spec.unique, "indexes": spec.indexes}
    rest = "".join(f"        {name}={value!r},\n" for name, value in named.items() if value)
    return f"    CollectionSpec(\n        kind={spec.kind!r},\n        columns=(\n{columns}        ),\n{rest}    ),\n"


def changed(spec: CollectionSpec, old: CollectionSpec, side: Iterable[str]) -> str:
    """Return what a collection lacks as Python source; nothing where it lacks nothing."""
    had = {column.name: column for column in old.columns}
    lines = listed("columns", [new_column(each) for each in spec.columns if each.name not in had])
    lines += listed("search", [f"NewSearch({n!r}, at({n!r}))" for n in spec.search if n not in old.search])
    lines += listed("side", [f"NewSide({n!r}, lambda body, _: body[{n!r}])" for n in side])
    lines += listed("wider", [f"ColumnSpec({c.name!r}, {c.width!r})" for c in spec.columns if had.get(c.name, c) != c])
    lines += listed("unique", [repr(key) for key in spec.unique if key not in old.unique])
    lines += listed("indexes", [repr(index) for index in spec.indexes if index not in old.indexes])
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
    new = "".join(created(spec) for name, spec in specs.items() if name not in shape.collections)
    side = {name: fields for name, fields in sides.items() if fields and name not in shape.collections}
    changes = "".join(
        changed(spec, shape.collections[name], [each for each in sides[name] if each not in shape.side.get(name, ())])
        for name, spec in specs.items()
        if name in shape.collections
    )
    return f"CREATE = (\n{new})\nCHANGE = (\n{changes})\nMIGRATION = Migration(create=CREATE, side={side!r}, change=CHANGE)"


def main() -> None:
    """Print the draft."""
    print('"""Say here what this migration brings. Frozen: never edit it once it was released."""\n')
    print("from handover_core.storage.migrating import ColumnSpec")
    print(f"from handover_core_mongo.layout import {NAMES}")
    print(f"from handover_core_mongo.migrations.plan import {PLAN}\n")
    print(draft(shape_of(MIGRATIONS)))


if __name__ == "__main__":
    main()
