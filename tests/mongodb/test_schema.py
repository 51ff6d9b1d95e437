"""A migrated store is what the kinds describe, and stores that do not fit are refused with the cure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from bson import Int64
from pymongo.errors import WriteError

from handover_core.actor import Actor
from handover_core.errors import SchemaMismatch, StorageUnavailable
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import UnitFactory
from handover_core.texts import Lang
from handover_core_mongo import MongoStore
from handover_core_mongo.layout import indexes, side_of, spec_of, state_validator
from handover_core_mongo.migrations import MIGRATIONS
from handover_core_mongo.migrations.plan import shape_of
from handover_core_sql import migrations as sql_migrations
from handover_core_sql.migrations import plan as sql_plan
from servers.mongo import Daemon, Databases

Open = Callable[..., MongoStore]
ACTOR = Actor("tester")


def test_the_migrations_create_what_the_kinds_describe() -> None:
    """Word for word; whoever changes a kind is told here to write a migration (`tools/draft_mongo_migration.py`)."""
    shape = shape_of(MIGRATIONS)
    assert {kind.name: spec_of(kind) for kind in KINDS} == shape.collections
    assert {kind.name: side_of(kind) for kind in KINDS if side_of(kind)} == shape.side


def test_each_migration_brings_to_mongodb_what_it_brings_to_sql_databases() -> None:
    """One number means the same kinds with the same fields and keys on both; one may be empty where the other is not."""
    assert len(sql_migrations.MIGRATIONS) == len(MIGRATIONS)
    for number in range(1, len(MIGRATIONS) + 1):
        tables = sql_plan.shape_of(sql_migrations.MIGRATIONS[:number])
        collections = shape_of(MIGRATIONS[:number])
        assert {kind: told(spec) for kind, spec in tables.tables.items()} == {
            kind: told(spec) for kind, spec in collections.collections.items()
        }
        assert tables.side == collections.side


def told(spec: Any) -> tuple[object, ...]:
    return [(each.name, each.width) for each in spec.columns], spec.search, spec.unique, spec.indexes


def test_the_database_has_what_the_migrations_say(blank: Open) -> None:
    """Validators to the letter; every index with its fields, and the tenant leads each."""
    store = blank()
    store.schema.migrate()
    database = store._collections.database
    there = {each["name"]: each["options"] for each in database.list_collections()}
    for kind in KINDS:
        spec = spec_of(kind)
        assert state_validator(spec) == there[f"ho_{kind.name}"]["validator"]
        found = database[f"ho_{kind.name}"].index_information()
        for index in indexes(spec):
            wanted = index.document
            assert list(wanted["key"].items()) == found[wanted["name"]]["key"]
            assert "tenant" == found[wanted["name"]]["key"][0][0]
            assert wanted.get("unique", False) == found[wanted["name"]].get("unique", False)


def test_a_store_that_was_never_migrated_is_refused(blank: Open) -> None:
    with pytest.raises(SchemaMismatch) as raised:
        blank().schema.check()
    assert "handover init" in raised.value.remedy()
    assert 0 == blank().schema.number()


def test_a_newer_store_is_refused(blank: Open) -> None:
    """By `check` and by `migrate`, and nothing in it is changed."""
    store = blank()
    store.schema.migrate()
    store._collections.schema.update_one({"_id": "schema"}, {"$set": {"number": Int64(99)}})
    for act in (store.schema.check, store.schema.migrate):
        with pytest.raises(SchemaMismatch) as raised:
            act()
        assert "newer" in raised.value.remedy()
    assert 99 == store.schema.number()


def test_migrating_twice_and_at_once_is_safe(blank: Open) -> None:
    failed: list[BaseException] = []

    def migrate() -> None:
        try:
            blank().schema.migrate()
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            failed.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failed
    assert len(MIGRATIONS) == blank().schema.migrate() == blank().schema.number()
    blank().schema.check()


def test_a_validator_or_an_index_that_is_gone_is_missed_and_put_back(blank: Open) -> None:
    """Without its unique index a store would take two people of one number and say nothing."""
    store = blank()
    store.schema.migrate()
    database = store._collections.database
    for damage in (
        lambda: database["ho_employee"].drop_index("u_number"),
        lambda: database.command("collMod", "ho_employee", validator={}),
        database["ho_change"].drop,
    ):
        damage()
        with pytest.raises(StorageUnavailable) as raised:
            store.schema.check()
        assert "migrate" in raised.value.message(Lang.EN)
        assert "migrate" in raised.value.message(Lang.ZH)
        store.schema.migrate()
        store.schema.check()


def test_a_prefix_keeps_two_libraries_apart(blank: Open) -> None:
    blank(prefix="one_").schema.migrate()
    other = blank(prefix="two_")
    with pytest.raises(SchemaMismatch):
        other.schema.check()
    other.schema.migrate()
    other.schema.check()


@pytest.mark.parametrize(
    "change",
    [
        {"$set": {"number": 7}},
        {"$set": {"version": 2}},
        {"$set": {"version": "2"}},
        {"$unset": {"body": ""}},
        {"$set": {"name": "n" * 256}},
        {"$set": {"side": [{"field": "external"}]}},
        {"$set": {"surprise": 1}},
    ],
)
def test_what_is_not_a_row_is_refused_by_the_server_itself(blank: Open, change: dict) -> None:
    """Wrong types, 32-bit integers, missing or unknown fields, overlong text: whoever writes past the library is stopped."""
    store = blank()
    store.schema.migrate()
    person = Employee(id="one", number="1", name="One")
    UnitFactory(store, KINDS).run("t", ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person))
    with pytest.raises(WriteError, match="validation"):
        store._collections["employee"].update_one({"id": "one"}, change)


def test_a_key_with_a_null_in_it_is_not_unique(blank: Open) -> None:
    """The partial index keeps such rows out; it holds those with text and those with numbers."""
    (unique,) = [index.document for index in indexes(spec_of(KINDS["sop_version"])) if index.document.get("unique")]
    assert {"sop_id": {"$gte": ""}, "number": {"$gte": -(2**63)}} == unique["partialFilterExpression"]
    store = blank()
    store.schema.migrate()
    people = store._collections["employee"]
    for id_ in ("one", "two"):
        person = Employee(id=id_, number=id_, name="One")
        UnitFactory(store, KINDS).run("t", ACTOR, lambda unit, new=person: unit.repository(EMPLOYEE).add(new))
        people.update_one({"id": id_}, {"$set": {"number": None}})
    assert 2 == people.count_documents({"tenant": "t", "number": None})


def test_a_server_that_stands_alone_is_refused_with_the_way_out(databases: Databases) -> None:
    """By `check` and by `migrate`, in both languages: it has no transactions."""
    del databases
    daemon = Daemon("--standalone")
    store = MongoStore.from_url(f"{daemon.url}/alone")
    try:
        for act in (store.schema.check, store.schema.migrate):
            with pytest.raises(StorageUnavailable) as raised:
                act()
            for lang in Lang:
                assert "rs.initiate()" in raised.value.message(lang)
    finally:
        store.close()
        daemon.remove()


def test_a_server_that_is_not_there_is_said_to_be_none() -> None:
    store = MongoStore.from_url("mongodb://127.0.0.1:1/nothing?serverSelectionTimeoutMS=10")
    try:
        with pytest.raises(StorageUnavailable):
            store.schema.check()
    finally:
        store.close()


@pytest.mark.parametrize("url", ["mongodb://127.0.0.1:1", "mongodb://127.0.0.1:x/name", "mongodb:///"])
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(StorageUnavailable):
        MongoStore.from_url(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StorageUnavailable) as raised:
        MongoStore.from_url("mongodb://somebody:s3cret@127.0.0.1:x/name")
    assert "s3cret" not in str(raised.value)
