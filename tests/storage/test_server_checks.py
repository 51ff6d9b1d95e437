"""What `check` refuses on a server, each with the cure; and rows that a server will not take."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from faults import ACTOR, opened, person
from handover_core.errors import StorageUnavailable
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import HeldQualification, QualificationKind
from handover_core_sql import SqlStore

Open = Callable[..., SqlStore]


def migrated(blank: Open) -> SqlStore:
    store = blank()
    store.schema.migrate()
    store.schema.check()
    return store


def changed(store: SqlStore, statements: dict[str, str]) -> bool:
    """Do to the tables what an administrator might; return whether this database knows of it."""
    statement = statements.get(store._engine.dialect.name)
    if statement is None:
        return False
    schema = store.schema._number.schema
    with store._engine.begin() as connection:
        connection.exec_driver_sql(statement.format(f'"{schema}".' if schema else ""))
    return True


def test_a_column_sorted_like_a_language_is_refused(blank: Open) -> None:
    """Its order, its equality and its prefixes would differ from those of other databases. SQLite has one order only."""
    store = migrated(blank)
    if changed(store, {
        "postgresql": 'ALTER TABLE {}ho_employee ALTER COLUMN name TYPE VARCHAR(255) COLLATE "default"',
        "mariadb": "ALTER TABLE {}ho_employee MODIFY name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    }):  # fmt: skip
        with pytest.raises(StorageUnavailable, match=r"ho_employee\.name is sorted by .*COLLATE"):
            store.schema.check()


def test_an_engine_without_transactions_is_refused(blank: Open) -> None:
    """Only MariaDB has them."""
    store = migrated(blank)
    if changed(store, {"mariadb": "ALTER TABLE {}ho_change ENGINE = Aria"}):
        with pytest.raises(StorageUnavailable, match=r"ho_change is kept by Aria.*InnoDB"):
            store.schema.check()


@pytest.mark.parametrize(
    ("setting", "told"),
    [("sql_mode = ''", "STRICT_TRANS_TABLES"), ("NAMES latin1", r"character set is latin1.*utf8mb4")],
)
def test_connections_that_would_change_what_is_stored_are_refused(blank: Open, setting: str, told: str) -> None:
    """A mode in which MariaDB cuts what does not fit, and a character set that cannot say everything."""
    store = migrated(blank)
    if store._engine.dialect.name == "mariadb":
        engine = sa.create_engine(store._engine.url)

        @sa.event.listens_for(engine, "connect")
        def _connected(driver: Any, _record: Any) -> None:
            with driver.cursor() as cursor:
                cursor.execute(f"SET {setting}")

        with pytest.raises(StorageUnavailable, match=told):
            SqlStore(engine).schema.check()
        engine.dispose()


def test_servers_that_are_too_old_are_refused(blank: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = migrated(blank)
    module = {"postgresql": ("postgresql", "OLDEST", 990000), "mariadb": ("mariadb", "OLDEST_MARIADB", (99, 0))}
    name, constant, value = module.get(store._engine.dialect.name, ("sqlite", "OLDEST", (99, 0, 0)))
    monkeypatch.setattr(f"handover_core_sql.dialects.{name}.{constant}", value)
    with pytest.raises(StorageUnavailable, match=r"at least"):
        store.schema.check()


def test_a_row_that_is_too_large_is_refused_and_named(blank: Open) -> None:
    """MariaDB takes no statement beyond ``max_allowed_packet``; others take it. The store goes on either way."""
    units = opened(migrated(blank))
    held = (HeldQualification(kind=QualificationKind.SKILL, name="x" * (17 << 20)),)

    def work() -> None:
        units.run("t", ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person("large", qualifications=held)))

    if units.driver._engine.dialect.name == "mariadb":
        with pytest.raises(StorageUnavailable, match="max_allowed_packet"):
            work()
    else:
        work()
    units.run("t", ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person("small")))


def test_the_view_of_a_kind_shows_every_scalar_field(blank: Open) -> None:
    """Nothing where there is nothing, and text as it was written."""
    store = migrated(blank)
    units = opened(store)
    units.run("t", ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person("1", email="Straße 东京 😀 'q' \\ \"")))
    schema = store.schema._number.schema
    with store._engine.connect() as connection:
        shown = sa.select(sa.text("*")).select_from(sa.table("ho_v_employee", schema=schema))
        (row,) = connection.execute(shown).mappings()
    assert ("1", "Straße 东京 😀 'q' \\ \"", None) == (row["number"], row["email"], row["phone"])


@pytest.mark.parametrize(
    "url", ["nosuch://user:secret@host/db", "user:secret@host", "postgresql+nosuch://u:secret@h/d"]
)
def test_an_address_that_cannot_be_used_is_named_without_its_password(url: str) -> None:
    with pytest.raises(StorageUnavailable) as raised:
        SqlStore.from_url(url)
    assert "secret" not in str(raised.value)


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(StorageUnavailable, match=r"pip install 'handover-core\[mariadb\]'"):
        SqlStore.from_url("mariadb+pymysql://host/db")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://host/db", "postgresql+psycopg"),
        ("postgres://host/db", "postgresql+psycopg"),
        ("mariadb://host/db", "mariadb+pymysql"),
        ("mysql+pymysql://host/db", "mysql+pymysql"),
    ],
)
def test_an_address_without_a_driver_gets_one(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where mysqlclient is not installed, PyMySQL."""
    monkeypatch.setattr("handover_core_sql.store.find_spec", lambda _: None)
    assert used == SqlStore.from_url(given)._engine.url.drivername


def test_a_driver_that_units_do_not_run_on_is_refused() -> None:
    engine = sa.create_engine("sqlite+pysqlcipher://", module=sqlite3)
    with pytest.raises(StorageUnavailable, match=r"use sqlite\+pysqlite://"):
        SqlStore(engine)
