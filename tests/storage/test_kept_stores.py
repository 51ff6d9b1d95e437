"""Stores that earlier migrations made, with rows in them, opened by the library of today.

``python tools/keep_store.py`` wrote each of them when its migration was released.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Row, UnitFactory
from handover_core_sql import SqlStore
from handover_core_sql.layout import search_column
from kept import TENANTS, look, read_keys

FOLDER = Path(__file__).parent / "fixtures"
KEPT = tuple(path.name.partition(".")[0] for path in sorted(FOLDER.glob("m*.rows.jsonl")))
SEALED = tuple(path.name.partition(".")[0] for path in sorted(FOLDER.glob("m*.keys.jsonl")))
TENANT = "acme"

Rows = dict[str, list[dict[str, Any]]]


def kept_rows(number: str) -> Rows:
    found: Rows = {}
    for line in (FOLDER / f"{number}.rows.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row.pop("table"), []).append(row)
    return found


def restored(store: SqlStore, number: str, rows: Rows) -> None:
    """Make the tables as they were made then, and put the rows in."""
    name = store._engine.dialect.name
    script = (FOLDER / f"{number}.{name}.sql").read_text(encoding="utf-8")
    schema = store.schema._number.schema
    with store._engine.begin() as connection:
        if schema and name == "postgresql":
            connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')
        for statement in script.rstrip().rstrip(";").split(";\n\n"):
            connection.exec_driver_sql(statement)
        for table, values in rows.items():
            connection.execute(sa.insert(sa.table(table, *map(sa.column, values[0]), schema=schema)), values)


def stored(store: SqlStore, table: str, columns: list[str]) -> list[dict[str, Any]]:
    chosen = sa.select(*map(sa.column, columns)).select_from(sa.table(table, schema=store.schema._number.schema))
    with store._engine.connect() as connection:
        return [dict(row) for row in connection.execute(chosen).mappings()]


def mine(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the company whose values stand in the clear."""
    return [row for row in rows if row.pop("tenant") == TENANT]


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("number", KEPT)
def test_a_store_of_an_earlier_version_opens_and_nothing_in_it_has_changed(
    blank: Callable[..., SqlStore], number: str
) -> None:
    """Every row that was there is there, with its version, head, history and body to the letter."""
    store, rows = blank(), kept_rows(number)
    restored(store, number, rows)

    store.schema.migrate()

    store.schema.check()
    for table, values in rows.items():
        assert in_order(values) == in_order(stored(store, table, list(values[0]))), table


@pytest.mark.parametrize("number", KEPT)
def test_what_a_migration_fills_is_what_a_new_write_would_store(blank: Callable[..., SqlStore], number: str) -> None:
    """Typed columns, folded texts and side entries of every old row, as its kind of today gives them."""
    store = blank()
    restored(store, number, kept_rows(number))
    store.schema.migrate()

    read = 0
    with UnitFactory(store, KINDS).unit(TENANT, SYSTEM, write=False) as unit:
        for kind in KINDS:
            names = [each.name for each in kind.columns] + [search_column(each.name) for each in kind.searchable]
            columns = {row["id"]: row for row in mine(stored(store, f"ho_{kind.name}", ["tenant", "id", *names]))}
            side = mine(stored(store, "ho_value", ["tenant", "kind", "id", "field", "value"]))
            for aggregate in unit.repository(kind).list():
                write = unit.written(kind, aggregate, Row(aggregate.id, 1, 1, 0, "", ""))
                expected = dict(zip(names, (*write.columns, *write.search), strict=True))
                assert {"id": aggregate.id, **expected} == columns[aggregate.id]
                kept = {(e["field"], e["value"]) for e in side if (e["kind"], e["id"]) == (kind.name, aggregate.id)}
                assert set(write.side or ()) == kept
                read += 1
    assert read > 30


@pytest.mark.parametrize("number", KEPT)
def test_the_past_of_an_earlier_version_is_proven_and_goes_on(blank: Callable[..., SqlStore], number: str) -> None:
    """Every entry follows from the one before, and the rows from the entries, also after a write of today."""
    store = blank()
    restored(store, number, kept_rows(number))
    store.schema.migrate()
    office = HandoverCore(store).office(TENANT, SYSTEM)
    assert () == office.audit.verify().breaks
    person = next(each for each in office.organization.employees().items if each.name == "Renamed")
    office.organization.change_employee(person.id, name="Renamed again")
    assert () == office.audit.verify().breaks
    changes = office.audit.who_changed(EMPLOYEE, person.id, "name")
    names = [field.after for each in changes for field in each.fields if field.field == "name"]
    assert [("Colleague of acme",), ("Renamed",), ("Renamed again",)] == names


@pytest.mark.parametrize("number", SEALED)
def test_what_was_sealed_in_an_earlier_version_is_opened_with_its_keys(
    blank: Callable[..., SqlStore], number: str, tmp_path: Path
) -> None:
    """Both levels: seals, redactions, an erased person, holds, and dead letters that are delivered after all."""
    store = blank()
    restored(store, number, kept_rows(number))
    store.schema.migrate()
    ring, stories = read_keys(FOLDER / f"{number}.keys.jsonl", tmp_path)
    assert [*TENANTS] == [story["tenant"] for story in stories]
    for story in stories:
        look(store, ring, story, tmp_path)
    ring.close()
