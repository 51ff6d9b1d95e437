"""A migrated store is what the kinds describe, and stores that do not fit are refused with the cure."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from handover_core.errors import Contention, SchemaMismatch, StorageUnavailable
from handover_core.kinds import KINDS
from handover_core_sql import SqlStore
from handover_core_sql.dialects import sqlite
from handover_core_sql.layout import TableSpec, search_column, shared_tables, side_of, spec_of
from handover_core_sql.migrations import MIGRATIONS
from handover_core_sql.migrations.plan import shape_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


STORES: list[SqlStore] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while STORES:
        STORES.pop().close()


def store_at(path: Path, prefix: str = "ho_") -> SqlStore:
    STORES.append(SqlStore.from_url(f"sqlite:///{path}", table_prefix=prefix))
    return STORES[-1]


def comparable(spec: TableSpec) -> tuple[object, ...]:
    """Return a table without the order of its columns, which depends on when each came."""
    return set(spec.columns), set(spec.search), spec.unique, spec.indexes, spec.view


def test_the_migrations_create_what_the_kinds_describe() -> None:
    """Word for word, all migrations together; whoever changes a kind is told here to write one.

    ``python tools/draft_migration.py`` prints what is missing. New unique keys and indexes stand after older ones.
    """
    shape = shape_of(MIGRATIONS)
    assert {kind.name: comparable(spec_of(kind)) for kind in KINDS} == {
        name: comparable(spec) for name, spec in shape.tables.items()
    }
    assert {kind.name: set(side_of(kind)) for kind in KINDS} == {
        kind.name: set(shape.side.get(kind.name, ())) for kind in KINDS
    }
    assert set(shared_tables(sa.MetaData(), "")) == set(shape.shared)


def test_every_key_and_name_fits_every_database() -> None:
    """MariaDB takes 3,072 bytes for a key (4 for a character, 8 for a number) and 65,535 for a row; names have 63 bytes."""
    for spec in shape_of(MIGRATIONS).tables.values():
        widths = {column.name: 4 * column.width if column.width else 8 for column in spec.columns}
        fixed = 4 * 64
        for names in spec.unique:
            assert fixed + sum(widths[name] for name in names) <= 3072, (spec.kind, names)
        for names in spec.indexes:
            assert 2 * fixed + sum(widths[name] for name in names) <= 3072, (spec.kind, names)
        assert 2 * fixed + sum(widths.values()) < 60_000, spec.kind
        assert len(f"ho_{spec.kind}_u10") <= 48, "a prefix of the host's may be longer"


def test_the_database_has_what_the_migrations_say(path: Path) -> None:
    store = store_at(path)
    store.schema.migrate()
    inspector = sa.inspect(store._engine)
    for kind in KINDS:
        spec = spec_of(kind)
        columns = {column["name"] for column in inspector.get_columns(f"ho_{kind.name}")}
        assert {each.name for each in spec.columns} | {search_column(name) for name in spec.search} <= columns
        unique = [index["column_names"] for index in inspector.get_indexes(f"ho_{kind.name}") if index["unique"]]
        assert sorted(["tenant", *names] for names in spec.unique) == sorted(unique)
    store.close()


def test_a_store_that_was_never_migrated_is_refused(path: Path) -> None:
    with pytest.raises(SchemaMismatch) as raised:
        store_at(path).schema.check()
    assert "handover init" in raised.value.remedy()


def test_a_newer_store_is_refused(path: Path) -> None:
    """By `check` and by `migrate`, and nothing in it is changed."""
    store = store_at(path)
    store.schema.migrate()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO ho_schema VALUES (99)")
    connection.close()
    for act in (store.schema.check, store.schema.migrate):
        with pytest.raises(SchemaMismatch) as raised:
            act()
        assert "newer" in raised.value.remedy()
    assert 99 == store.schema.number()
    store.close()


def test_migrating_twice_and_at_once_is_safe(path: Path) -> None:
    failed: list[BaseException] = []

    def migrate() -> None:
        store = store_at(path)
        try:
            store.schema.migrate()
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            failed.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failed
    store = store_at(path)
    assert len(MIGRATIONS) == store.schema.migrate() == store.schema.number()
    store.close()


@pytest.mark.parametrize("held", ["SELECT * FROM hosts", "INSERT INTO hosts VALUES (1)"])
def test_migrating_waits_for_whoever_is_at_the_file(path: Path, held: str) -> None:
    """SQLite itself does not wait where the way of journaling is switched."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.executescript("CREATE TABLE hosts (number INTEGER); INSERT INTO hosts VALUES (0); BEGIN")
        other.execute(held)
        leaving = threading.Timer(0.3, other.execute, ("COMMIT",))
        leaving.start()
        assert len(MIGRATIONS) == store_at(path).schema.migrate()
        leaving.join()


def test_migrating_gives_up_where_somebody_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.executescript("CREATE TABLE hosts (number INTEGER); BEGIN IMMEDIATE")
        with pytest.raises(Contention):
            store_at(path).schema.migrate()


def test_a_file_that_is_no_database_is_said_to_be_none(path: Path) -> None:
    path.write_bytes(b"no database at all " * 200)
    with pytest.raises(StorageUnavailable):
        store_at(path).schema.check()


def test_the_schema_can_be_printed_for_people_who_run_it_by_hand(path: Path) -> None:
    """The printed script creates the same tables, indexes and views, and the number that `check` asks for."""
    script = store_at(path).schema.sql()
    store = store_at(path)
    store.schema.migrate()
    with closing(sqlite3.connect(path)) as connection:
        made = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")}
    with sqlite3.connect(path.with_name("by hand.db")) as connection:
        connection.executescript(script)
        by_hand = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")}
    connection.close()
    store.close()
    assert made == by_hand
    store_at(path.with_name("by hand.db")).schema.check()


def test_a_prefix_keeps_two_libraries_apart(path: Path) -> None:
    store_at(path, "one_").schema.migrate()
    other = store_at(path, "two_")
    with pytest.raises(SchemaMismatch):
        other.schema.check()
    other.schema.migrate()
    other.schema.check()
    other.close()
