"""What a migration does to a store with documents in it, shown with migrations made up for the purpose."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from bson import Int64

from handover_core.errors import AlreadyExists, HandoverError, SchemaMismatch
from handover_core.storage.encoding import to_micros
from handover_core.storage.migrating import ColumnSpec
from handover_core_mongo import MongoStore
from handover_core_mongo.documents import key
from handover_core_mongo.layout import CollectionSpec
from handover_core_mongo.migrations import filling
from handover_core_mongo.migrations.plan import KindChange, Migration, NewColumn, NewSearch, NewSide, at
from handover_core_mongo.schema import MongoSchema
from servers.mongo import Databases
from servers.proxy import Proxy, When

Open = Callable[..., MongoStore]

FIRST = Migration(
    shared=("change", "outbox", "unit"),
    create=(CollectionSpec(kind="thing", columns=(ColumnSpec("code", 8),), indexes=(("code",),)),),
)
SECOND = Migration(
    create=(CollectionSpec(kind="other", columns=(ColumnSpec("n", None),), unique=(("n",),)),),
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
        ),
    ),
)
BOTH = (FIRST, SECOND)
DOCUMENTS = 25
ONCE = {"directConnection": "true", "retryWrites": "false", "retryReads": "false"}
"""What keeps pymongo from finding the server behind the proxy, and from trying again by itself."""
MADE = datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few documents fill several pages."""
    monkeypatch.setattr(filling, "PAGE", 10)


@pytest.fixture
def proxy(databases: Databases) -> Iterator[Proxy]:
    proxy = databases.proxy()
    yield proxy
    proxy.close()


def schema_of(store: MongoStore, *migrations: Migration) -> MongoSchema:
    return MongoSchema(store._collections, migrations)


def thing(number: int) -> dict[str, Any]:
    paint = '{"colour":"red"}' if number % 2 else "null"
    body = (
        f'{{"code":"c{number}","title":"Straße {number}","paint":{paint},"size":{number},"ready":true,'
        f'"made_at":"{MADE.isoformat()}","tags":["x","y","x"]}}'
    )
    tenant, id_ = f"t{number % 3}", f"id{number:03}"
    return {
        "_id": key(tenant, id_), "tenant": tenant, "id": id_, "version": Int64(number + 1),
        "format": Int64(1 + number % 2), "changed_at": Int64(number), "head": f"head{number}", "code": f"c{number}",
        "side": [{"field": "external", "value": "hr:1"}], "body": body,
    }  # fmt: skip


def filled(store: MongoStore) -> MongoStore:
    """Return a store that the first migration made, with documents in it."""
    schema_of(store, FIRST).migrate()
    store._collections["thing"].insert_many([thing(number) for number in range(DOCUMENTS)])
    return store


def migrated(number: int) -> dict[str, Any]:
    """Return a document as the second migration leaves it."""
    new = {
        "colour": "red" if number % 2 else None, "made_at": to_micros(MADE), "size": None if number % 2 else number,
        "ready": 1, "title__folded": f"strasse {number}",
    }  # fmt: skip
    tags = [{"field": "tag", "value": value} for value in "xy"]
    return thing(number) | new | {"side": [*thing(number)["side"], *tags]}


def assert_migrated(store: MongoStore, *but: int) -> None:
    """Everything is as it should be, and numbers are kept in 64 bits; leave out those that a test changed."""
    found = {each["_id"]: each for each in store._collections["thing"].find()}
    expected = {each["_id"]: each for each in map(migrated, range(DOCUMENTS))}
    left_out = [thing(number)["_id"] for number in but]
    assert found.keys() == expected.keys()
    assert {id_: found[id_] for id_ in found if id_ not in left_out} == {
        id_: expected[id_] for id_ in expected if id_ not in left_out
    }
    assert all(isinstance(each["made_at"], Int64) for each in found.values())
    for name in ("change", "outbox"):
        assert 0 == store._collections[name].count_documents({})
    schema_of(store, *BOTH).check()


def structure(store: MongoStore) -> dict[str, object]:
    prefix, database = store._collections.prefix, store._collections.database
    names = [name for name in database.list_collection_names() if name.startswith(prefix)]
    options = {each["name"]: each["options"] for each in database.list_collections()}
    return {
        name.removeprefix(prefix): (options[name], {k: v["key"] for k, v in database[name].index_information().items()})
        for name in names
    }


def test_old_documents_get_the_values_of_new_fields_and_stay_as_they_are(blank: Open) -> None:
    """Columns, folded text and side entries come from the bodies; version, head and history are not touched."""
    store = filled(blank())
    assert 2 == schema_of(store, *BOTH).migrate()
    assert_migrated(store)


def test_a_migrated_store_has_the_structure_of_a_new_one(blank: Open) -> None:
    old, new = filled(blank(prefix="old_")), blank(prefix="new_")
    for store in (old, new):
        schema_of(store, *BOTH).migrate()
    assert structure(new) == structure(old)


def test_a_migration_cut_off_anywhere_is_run_again_to_its_end(
    databases: Databases, proxy: Proxy, addressed: Open
) -> None:
    """Before every message to the server once, and after every one with its answer lost."""
    expected: dict[str, object] | None = None
    for place in count():
        name, when = databases.blank(), (When.BEFORE, When.AFTER)[place % 2]
        whole = addressed(databases.address(name))
        filled(whole)
        cut = addressed(databases.address(name, port=proxy.port, **ONCE))
        proxy.cut_at(name.encode(), when, after=place)
        try:
            schema_of(cut, *BOTH).migrate()
        except HandoverError:
            schema_of(whole, *BOTH).migrate()
            assert_migrated(whole)
            expected = expected or structure(whole)
            assert expected == structure(whole)
        else:
            break
        finally:
            cut.close()
    assert 0 == proxy.done
    assert place > 20


def test_a_migration_killed_half_way_is_run_again_to_its_end(databases: Databases, blank: Open) -> None:
    """By SIGKILL, in the middle of the filling; nothing is left locked."""
    store = filled(blank())
    address = databases.address(store._collections.database.name)

    def work() -> None:
        mine = MongoStore.from_url(address)
        overtaken = filling._overtaken
        pages = count()

        def dying(*given: Any) -> Any:
            if next(pages) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return overtaken(*given)

        filling._overtaken = dying
        schema_of(mine, *BOTH).migrate()

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(60)
    assert -signal.SIGKILL == process.exitcode
    assert 1 == schema_of(store, *BOTH).number()
    schema_of(store, *BOTH).migrate()
    assert_migrated(store)


def test_several_that_migrate_at_once_do_it_once(blank: Open) -> None:
    store = filled(blank())
    failed: list[BaseException] = []

    def migrate() -> None:
        try:
            schema_of(store, *BOTH).migrate()
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            failed.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failed
    assert_migrated(store)


def test_a_document_saved_between_the_reading_and_the_writing_is_read_again(
    blank: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its new fields come from its new body."""
    store = filled(blank())
    written, saved = filling._written, []

    def overtaking(found: Any, change: KindChange) -> Any:
        if found["_id"] == key("t1", "id004") and not saved:
            saved.append(found)
            body = found["body"].replace("Straße 4", "Gasse 4")
            store._collections["thing"].update_one(
                {"_id": found["_id"]}, {"$set": {"version": Int64(99), "body": body}}
            )
        return written(found, change)

    monkeypatch.setattr(filling, "_written", overtaking)
    schema_of(store, *BOTH).migrate()

    assert_migrated(store, 4)
    found = store._collections["thing"].find_one({"_id": key("t1", "id004")})
    assert (99, "gasse 4") == (found["version"], found["title__folded"])


def test_documents_that_do_not_fit_a_new_unique_key_are_named_and_nothing_is_lost(blank: Open) -> None:
    """The migration stays open; it goes on once somebody has put them right."""
    store = filled(blank())
    things = store._collections["thing"]
    things.update_one({"id": "id003"}, {"$set": {"code": "c0"}})
    with pytest.raises(AlreadyExists, match="code"):
        schema_of(store, *BOTH).migrate()
    assert 1 == schema_of(store, *BOTH).number()
    things.update_one({"id": "id003"}, {"$set": {"code": "c3"}})
    schema_of(store, *BOTH).migrate()
    assert_migrated(store)


def test_an_older_library_refuses_what_a_newer_one_migrated(blank: Open) -> None:
    store = filled(blank())
    schema_of(store, *BOTH).migrate()
    for act in (schema_of(store, FIRST).check, schema_of(store, FIRST).migrate):
        with pytest.raises(SchemaMismatch):
            act()
    assert_migrated(store)
