"""Print the tables of all kinds as a literal migration, to be read, named and frozen: ``python tools/draft_migration.py``."""

from __future__ import annotations

from handover_core.kinds import KINDS
from handover_core_sql.layout import TableSpec, spec_of
from handover_core_sql.migrations import MIGRATIONS


def drafted(spec: TableSpec) -> str:
    """Return one table as Python source."""
    columns = "".join(f"            ColumnSpec({each.name!r}, {each.width!r}),\n" for each in spec.columns)
    return (
        f"    TableSpec(\n        kind={spec.kind!r},\n        columns=(\n{columns}        ),\n"
        f"        search={spec.search!r},\n        unique={spec.unique!r},\n        indexes={spec.indexes!r},\n"
        f"        view={spec.view!r},\n    ),\n"
    )


def main() -> None:
    """Print what no migration has created yet."""
    made = {spec.kind for tables in MIGRATIONS for spec in tables}
    new = [spec_of(kind) for kind in KINDS if kind.name not in made]
    print('"""Say here what this migration brings. Frozen: never edit it once it was released."""\n')
    print("from handover_core_sql.layout import ColumnSpec, TableSpec\n")
    print("TABLES = (\n" + "".join(drafted(spec) for spec in new) + ")")


if __name__ == "__main__":
    main()
