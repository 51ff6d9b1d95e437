"""What a migration does to a store with rows in it, shown with migrations made up for the purpose."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from conftest import close
from handover_core.errors import AlreadyExists, SchemaMismatch
from handover_core.storage.encoding import to_micros
from handover_core.storage.migrating import ColumnSpec
from handover_core_sql import SqlStore
from handover_core_sql.layout import TableSpec, shared_tables, state_table
from handover_core_sql.migrations import Migration, filling
from handover_core_sql.migrations.plan import KindChange, NewColumn, NewSearch, NewSide, at, shape_of
from storage_places import schema_of

Open = Callable[..., SqlStore]

FIRST = Migration(
    shared=("value", "change", "outbox", "unit", "schema"),
    create=(
        TableSpec(
            kind="thing", columns=(ColumnSpec("code", 8),), search=(), unique=(), indexes=(("code",),), view=("code",)
        ),
    ),
)
NEW_KIND = TableSpec(
    kind="other", columns=(ColumnSpec("n", None),), search=(), unique=(("n",),), indexes=(), view=("n",)
)
SECOND = Migration(
    create=(NEW_KIND,),
    change=(
        KindChange(
            kind="thing",
            columns=(
                NewColumn("colour", 64, at("paint", "colour")),
                NewColumn("made_at", None, lambda body, _: to_micros(datetime.fromisoformat(body["made_at"]))),
                NewColumn("size", None, lambda body, format_: body["size"] if format_ == 1 else None),
                NewColumn("ready", None, at("ready")),
            ),
            search=(NewSearch("title", at("title")),),
            side=(NewSide("tag", lambda body, _: body["tags"]),),
            wider=(ColumnSpec("code", 32),),
            unique=(("code",),),
            indexes=(("colour", "size"),),
            view=("code", "title"),
        ),
    ),
)
BOTH = (FIRST, SECOND)
ROWS = 25
MADE = datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rows fill several pages."""
    monkeypatch.setattr(filling, "PAGE", 10)


def thing(number: int) -> dict[str, Any]:
    paint = '{"colour":"red"}' if number % 2 else "null"
    body = (
        f'{{"code":"c{number}","title":"Straße {number}","paint":{paint},"size":{number},"ready":true,'
        f'"made_at":"{MADE.isoformat()}","tags":["x","y","x"]}}'
    )
    return {
        "tenant": f"t{number % 3}", "id": f"id{number:03}", "version": number + 1, "format": 1 + number % 2,
        "changed_at": number, "head": f"head{number}", "code": f"c{number}", "body": body,
    }  # fmt: skip


def tables(store: SqlStore, *migrations: Migration) -> dict[str, sa.Table]:
    number = store.schema._number
    metadata, prefix = sa.MetaData(schema=number.schema), number.name.removesuffix("schema")
    specs = shape_of(migrations).tables.values()
    return {spec.kind: state_table(spec, metadata, prefix) for spec in specs} | shared_tables(metadata, prefix)


def filled(opened: Open, prefix: str = "ho_") -> SqlStore:
    """Return a store that the first migration made, with rows in it."""
    store = opened(table_prefix=prefix)
    schema_of(store, [FIRST]).migrate()
    with store._engine.begin() as connection:
        connection.execute(sa.insert(tables(store, FIRST)["thing"]), [thing(number) for number in range(ROWS)])
    return store


def read(store: SqlStore, table: sa.Table) -> list[dict[str, Any]]:
    with store._engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]


def structure(store: SqlStore, prefix: str = "ho_") -> dict[str, object]:
    """Return columns, indexes and views, without the prefix and whatever depends on the order of creation."""
    inspector, schema = sa.inspect(store._engine), store.schema._number.schema
    names = [name for name in inspector.get_table_names(schema=schema) if name.startswith(prefix)]
    views = [name for name in inspector.get_view_names(schema=schema) if name.startswith(prefix)]
    shown = {
        name.removeprefix(prefix): {c["name"] for c in inspector.get_columns(name, schema=schema)} for name in views
    }
    return shown | {
        name.removeprefix(prefix): (
            {(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name, schema=schema)},
            {
                (i["name"].removeprefix(prefix), tuple(i["column_names"]), bool(i["unique"]))
                for i in inspector.get_indexes(name, schema=schema)
            },
        )
        for name in names
    }


def assert_migrated(store: SqlStore) -> None:
    found = tables(store, *BOTH)
    expected = [
        thing(number)
        | {
            "colour": "red" if number % 2 else None,
            "made_at": to_micros(MADE),
            "size": None if number % 2 else number,
            "ready": 1,
            "title__folded": f"strasse {number}",
        }
        for number in range(ROWS)
    ]
    assert sorted(expected, key=lambda row: (row["tenant"], row["id"])) == read(store, found["thing"])
    assert 2 * ROWS == len(read(store, found["value"]))
    assert {"x", "y"} == {row["value"] for row in read(store, found["value"])}
    assert [] == read(store, found["change"]) == read(store, found["outbox"])


def test_old_rows_get_the_values_of_new_columns_and_stay_as_they_are(blank: Open) -> None:
    """Columns, folded text and side entries come from the bodies; version, head and history are not touched."""
    store = filled(blank)
    assert 2 == schema_of(store, BOTH).migrate()
    assert_migrated(store)


def test_a_migrated_store_has_the_structure_of_a_new_one(blank: Open) -> None:
    migrated, new = filled(blank, "old_"), blank(table_prefix="new_")
    schema_of(migrated, BOTH).migrate()
    schema_of(new, BOTH).migrate()
    assert structure(new, "new_") == structure(migrated, "old_")


WRITING = re.compile(r"\s*(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE)\b")


class Stopped(Exception):
    """What ends a migration in its middle here."""


def stopping(store: SqlStore, place: int, stop: Callable[[], None]) -> None:
    """Let ``stop`` happen before the n-th statement that changes something."""
    numbers = count(1)

    @sa.event.listens_for(store._engine, "before_cursor_execute")
    def _before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if WRITING.match(statement) and next(numbers) == place:
            stop()


def fail() -> None:
    raise Stopped


def test_a_migration_interrupted_anywhere_is_run_again_to_its_end(blank: Open) -> None:
    """Before every statement once; also where the database keeps what was done so far."""
    expected: dict[str, object] | None = None
    for place in count(1):
        prefix = f"p{place}_"
        filled(blank, prefix)
        interrupted = blank(table_prefix=prefix)
        stopping(interrupted, place, fail)
        try:
            schema_of(interrupted, BOTH).migrate()
        except Stopped:
            again = blank(table_prefix=prefix)
            assert 1 == schema_of(again, BOTH).number()
            schema_of(again, BOTH).migrate()
            assert_migrated(again)
            expected = expected or structure(again, prefix)
            assert expected == structure(again, prefix)
            close(interrupted)
            close(again)
        else:
            break
    assert place > 20


def test_a_migration_killed_half_way_is_run_again_to_its_end(blank: Open) -> None:
    """By SIGKILL, in the middle of the filling; the lock that it held is free again."""
    close(filled(blank))

    def work() -> None:
        store = blank()
        stopping(store, 9, lambda: os.kill(os.getpid(), signal.SIGKILL))
        schema_of(store, BOTH).migrate()

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(60)
    assert -signal.SIGKILL == process.exitcode

    store = blank()
    schema_of(store, BOTH).migrate()
    assert_migrated(store)


def test_several_that_migrate_at_once_do_it_once(blank: Open) -> None:
    close(filled(blank))
    failed: list[BaseException] = []

    def migrate() -> None:
        try:
            schema_of(blank(), BOTH).migrate()
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            failed.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failed
    assert_migrated(blank())


def test_rows_that_do_not_fit_a_new_unique_key_are_named_and_nothing_is_lost(blank: Open) -> None:
    """The migration stays open; it goes on once somebody has put the rows right."""
    store = filled(blank)
    table = tables(store, FIRST)["thing"]
    with store._engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == "id003").values(code="c0"))
    with pytest.raises(AlreadyExists, match=r"code|thing_u1"):
        schema_of(store, BOTH).migrate()
    assert 1 == schema_of(store, BOTH).number()
    with store._engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == "id003").values(code="c3"))
    schema_of(store, BOTH).migrate()
    assert_migrated(store)


def test_an_older_library_refuses_what_a_newer_one_migrated(blank: Open) -> None:
    store = filled(blank)
    schema_of(store, BOTH).migrate()
    for act in (schema_of(store, [FIRST]).check, schema_of(store, [FIRST]).migrate):
        with pytest.raises(SchemaMismatch):
            act()
    assert_migrated(store)
