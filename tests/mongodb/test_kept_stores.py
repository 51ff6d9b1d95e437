"""Stores that earlier migrations made, with documents in them, opened by the library of today.

``python tools/keep_mongo_store.py`` wrote each of them when its migration was released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bson.json_util import CANONICAL_JSON_OPTIONS, loads
from pymongo import IndexModel

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Row, UnitFactory
from handover_core_mongo import MongoStore
from handover_core_mongo.documents import assigned
from kept import TENANTS, look, read_keys

FOLDER = Path(__file__).parent / "fixtures"
KEPT = tuple(path.stem for path in sorted(FOLDER.glob("m????.jsonl")))
SEALED = tuple(path.name.partition(".")[0] for path in sorted(FOLDER.glob("m*.keys.jsonl")))
TENANT = "acme"

Open = Callable[..., MongoStore]
Documents = dict[str, list[dict[str, Any]]]


def lines(number: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / f"{number}.jsonl").read_text(encoding="utf-8").splitlines():
        yield loads(line, json_options=CANONICAL_JSON_OPTIONS)


def restored(store: MongoStore, number: str) -> Documents:
    """Make the collections as they were made then, put the documents in, and return them by collection."""
    database = store._collections.database
    documents: Documents = {}
    for line in lines(number):
        name = line["collection"]
        if "document" in line:
            documents[name].append(line["document"])
            continue
        documents[name] = []
        database.create_collection(name, **line["options"])
        if line["indexes"]:
            database[name].create_indexes([remade(index) for index in line["indexes"]])
    for name, found in documents.items():
        if found:
            database[name].insert_many(found)
    return documents


def remade(index: dict[str, Any]) -> IndexModel:
    options = {name: value for name, value in index.items() if name not in {"v", "key", "ns"}}
    return IndexModel(list(index["key"].items()), **options)


@pytest.mark.parametrize("number", KEPT)
def test_a_store_of_an_earlier_version_opens_and_nothing_in_it_has_changed(blank: Open, number: str) -> None:
    """Every field of every document that was there is there, with its version, head, history and body to the letter."""
    store = blank()
    documents = restored(store, number)

    store.schema.migrate()

    store.schema.check()
    for name, values in documents.items():
        if name == "ho_schema":
            continue
        found = {each["_id"]: each for each in store._collections.database[name].find()}
        assert len(values) == len(found)
        for value in values:
            assert value == {field: found[value["_id"]][field] for field in value}, name


@pytest.mark.parametrize("number", KEPT)
def test_what_a_migration_fills_is_what_a_new_write_would_store(blank: Open, number: str) -> None:
    """Typed columns, folded texts and side entries of every old document, as its kind of today gives them."""
    store = blank()
    restored(store, number)
    store.schema.migrate()

    read = 0
    with UnitFactory(store, KINDS).unit(TENANT, SYSTEM, write=False) as unit:
        for kind in KINDS:
            found = {each["id"]: each for each in store._collections[kind.name].find({"tenant": TENANT})}
            for aggregate in unit.repository(kind).list():
                kept = found[aggregate.id]
                meta = (kept[name] for name in ("id", "version", "format", "changed_at", "head", "body"))
                expected = assigned(kind, unit.written(kind, aggregate, Row(*meta)))
                assert by_field(expected.pop("side")) == by_field(kept["side"])
                assert expected == {name: kept[name] for name in expected}
                read += 1
    assert read > 30


def by_field(side: list[dict[str, str]]) -> list[tuple[str, str]]:
    return sorted((entry["field"], entry["value"]) for entry in side)


@pytest.mark.parametrize("number", KEPT)
def test_the_past_of_an_earlier_version_is_proven_and_goes_on(blank: Open, number: str) -> None:
    """Every entry follows from the one before, and the rows from the entries, also after a write of today."""
    store = blank()
    restored(store, number)
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
    blank: Open, number: str, tmp_path: Path
) -> None:
    """Both levels: seals, redactions, an erased person, holds, and dead letters that are delivered after all."""
    store = blank()
    restored(store, number)
    store.schema.migrate()
    ring, stories = read_keys(FOLDER / f"{number}.keys.jsonl", tmp_path)
    assert [*TENANTS] == [story["tenant"] for story in stories]
    for story in stories:
        look(store, ring, story, tmp_path)
    ring.close()
