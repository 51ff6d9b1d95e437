"""Write the store of today as kept fixtures, when a migration is released: ``python tools/keep_store.py``.

One file of rows, one of the keys that seal some of them, and the script that makes the tables of each database, under
tests/storage/fixtures. They are never written again: later libraries must open them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from handover_core.actor import SYSTEM
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import FieldType, UnitOfWork
from handover_core.storage.custom import CUSTOM_FIELD, CustomField
from handover_core.values import ExternalReference
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore
from handover_core_sql.dialects import KNOWN
from handover_core_sql.migrations import MIGRATIONS
from kept import TENANTS, ring_in, told_with_keys, write_keys
from worlds import World

FOLDER = Path(__file__).parent.parent / "tests" / "storage" / "fixtures"
ADDRESSES = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://", "mariadb": "mariadb+pymysql://"}


def told(store: SqlStore) -> None:
    """Fill a store with a story that uses what a store must keep."""
    world = World(store)
    custom = CustomField(id=world.new_id(), kind="work_record", name="place", type=FieldType.TEXT, searchable=True)
    world.core.units.run(world.tenant, SYSTEM, lambda unit: unit.repository(CUSTOM_FIELD).add(custom))
    world.core.units.run(world.tenant, SYSTEM, in_bulk, "bulk", "because")
    world.record("Straße 东京 😀 'quoted' \\ \"twice\"", custom={"place": "Zürich"})
    world.publish("FOLLOW", "KAM")
    world.record("A case", kind="case")
    world.clock.tick()
    world.office("0006").organization.change_employee(world.id("0024"), name="Renamed")
    world.leave()


def with_keys(store: SqlStore | MongoStore, folder: Path, path: Path) -> None:
    """Tell the stories of companies that keep keys; write the keys, with what must be found by them, to ``path``."""
    ring = ring_in(folder)
    stories = [told_with_keys(store, tenant, ring) for tenant in TENANTS]
    ring.close()
    write_keys(path, folder, stories)


def in_bulk(unit: UnitOfWork) -> None:
    """Store people as an import does, and delete one of them."""
    people = unit.repository(EMPLOYEE)
    references = [(ExternalReference("hr", f"B{place}"),) for place in range(3)]
    new = [Employee(id=f"b{n}", number=f"B{n}", name="Bulk", external=each) for n, each in enumerate(references)]
    gone = people.add_many(new)[-1]
    people.delete(gone)


def rows_of(engine: sa.Engine) -> list[str]:
    """Return every row of every table as a line of JSON."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    lines: list[str] = []
    with engine.connect() as connection:
        for table in sorted(metadata.tables.values(), key=lambda table: table.name):
            if table.name != "ho_schema":
                found = connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
                lines += [json.dumps({"table": table.name, **row}, ensure_ascii=False, sort_keys=True) for row in found]
    return lines


def main() -> None:
    """Write the files."""
    number = f"m{len(MIGRATIONS):04}"
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/kept.db")
        store = SqlStore(engine)
        store.schema.migrate()
        told(store)
        with_keys(store, Path(folder), FOLDER / f"{number}.keys.jsonl")
        rows = rows_of(engine)
        engine.dispose()
    (FOLDER / f"{number}.rows.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name in {*KNOWN} & {*ADDRESSES}:
        script = SqlStore.from_url(ADDRESSES[name]).schema.sql()
        (FOLDER / f"{number}.{name}.sql").write_text(script, encoding="utf-8")


if __name__ == "__main__":
    main()
