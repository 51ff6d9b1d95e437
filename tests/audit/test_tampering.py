"""Whatever a stranger writes into the tables, `verify` comes to its end and names a break."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from bson import Int64
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import Archive
from handover_core.app import HandoverCore
from handover_core.audit.model import Seal
from handover_core.history.chain import GENESIS, chained
from handover_core.history.changes import HEADER, Operation
from handover_core.history.redaction import BULK, KEYED, REDACTED
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Change, Driver, MemoryStore, Put
from handover_core.storage.custom import CUSTOM_FIELD, CustomField
from handover_core.storage.kinds import FieldType
from handover_core.storage.privacy import SETTINGS, SPACE
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore
from pasts import AUDITOR, Tamperer

DAY = date(2026, 3, 2)
COUNT = CustomField(id="count", kind=WORK_RECORD.name, name="count", type=FieldType.INTEGER)
DEEP = "[" * 200_000 + "]" * 200_000
NESTED = "[" * 900 + "]" * 900
TOKEN = '{"$sealed":["nobody",1,"AAAA"]}'
BODIES = (
    None, "", "null", "1", "[]", "{}", "[1,2]", "[{},{}]", "[null,null]", '"$redacted"', "[[", DEEP, NESTED, "\ud7ff",
    '{"name":5}', '{"name":[]}', '{"name":[[],[],[]]}', '{"name":[5,5]}', '{"name":null}', '{"count":1e999}',
    '{"count":"x"}', '{"kind":7,"count":[]}', f'{{"name":[[{TOKEN}],[{TOKEN}]]}}', f'{{"name":{TOKEN}}}',
    '{"name":{"$sealed":["x",99999999999999999999,"!"]}}', '{"name":{"$sealed":[]}}',
    *(
        text.replace("NAME", name)
        for name in (REDACTED, BULK)
        for text in (
            '{"NAME":{"1":"\\ud800"}}', '{"NAME":{"\\ud800":"x"}}', '{"NAME":[]}', '{"NAME":null}', '{"NAME":{"1":1}}',
            '{"NAME":{"x":"y"}}', '{"NAME":{"-1":"y"}}', '{"NAME":{"1":{}}}', '{"NAME":{}}', f'{{"NAME":{NESTED}}}',
            f'{{"NAME":{DEEP}}}', f'{{"NAME":{{"{"9" * 5000}":"y"}}}}', f'{{"NAME":{{"1":"y"}},"{KEYED}":"\\udfff"}}',
        )
    ),
)  # fmt: skip
NUMBERS = (0, -1, 2**31 - 1, -(2**31))
VALUES: dict[str, tuple[Any, ...]] = {
    "version": (*NUMBERS, 2**62, -(2**62)), "format": NUMBERS, "at": (*NUMBERS, 2**62, -(2**62), 2**63 - 1, -(2**63)),
    "operation": ("", "rewritten", "insert", "update", "delete", "batch"), "actor": ("", "x"), "command": ("", "x"),
    "reason": (None, "", "x"), "head": ("", "0" * 64, "é"), "batch": (None, "", "x"), "body": BODIES,
}  # fmt: skip


class Crime:
    """A company in whose history everything occurs that a history can hold, and a stranger who puts back what was there."""

    def __init__(self, store: Driver, ring: KeyRing) -> None:
        self.archive, self.ring = Archive(store, ring), ring
        self.story = self.archive.story
        self.archive.changed(name="李四")
        self.archive.changed(phone="13900002222")
        self.do(
            lambda unit: unit.personal.redact(EMPLOYEE, self.archive.person, lambda text: text.replace("red", "blue"))
        )
        (first, *_) = self.stream(EMPLOYEE.name, self.archive.person)
        other = [each for each in self.changes() if each.kind == WORK_RECORD.name]
        self.do(lambda unit: unit.personal.redact(WORK_RECORD, other[0].id, lambda text: text.replace("Visit", "Call")))
        self.do(lambda unit: unit.repository(WORK_RECORD).add_many([self.record("second")]))
        batch = next(each.batch for each in self.changes() if each.batch not in {None, first.batch})
        self.do(lambda unit: unit.personal.redact_bulk(WORK_RECORD, batch, None, _why))
        self.do(lambda unit: unit.personal.redact_header(batch, _why))
        self.do(lambda unit: unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get(other[0].id)))
        self.seal: Seal = self.story.audit.seal()
        self.tamperer = Tamperer(store, self.story.tenant)
        self.number = Int64 if isinstance(store, MongoStore) else int

    def record(self, id_: str) -> WorkRecord:
        person = self.archive.person
        return WorkRecord(id=id_, kind="task", title="x", owner_id=person, author_id=person, opened_on=DAY)

    def do(self, change: Callable[[Any], Any]) -> None:
        self.story.do(change)

    def changes(self) -> list[Change]:
        with self.story.core.units.unit(self.story.tenant, AUDITOR, write=False) as unit:
            return unit.transaction.history(self.story.tenant, None, 1000)

    def stream(self, kind: str, id_: str) -> list[Change]:
        return [each for each in self.changes() if (each.kind, each.id) == (kind, id_)]

    def write(self, entry: Change, values: dict[str, Any]) -> None:
        typed = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        self.tamperer.change(entry.id, entry.version, typed)

    def chained(self, stream: list[Change]) -> Iterator[Change]:
        """Yield the entries of a stream with fresh heads, over what stands in their bodies."""
        head = GENESIS
        for each in stream:
            head = chained(
                head, self.story.tenant, each.kind, each.id, each.version, str(each.operation), each.format, each.at,
                each.actor, each.command, each.reason, each.body or "",
            )  # fmt: skip
            yield each._replace(head=head)

    def verified(self) -> tuple[bool, bool]:
        """Return whether all is sound with the keys and a seal, and without keys."""
        without = HandoverCore(self.story.core.units.driver).office(self.story.tenant, AUDITOR)
        return self.story.audit.verify([self.seal]).sound, without.audit.verify().sound


def _why(text: str) -> str:
    return text.replace("because", "why")


@pytest.fixture
def sqlite_alone(store: Driver) -> None:
    if not isinstance(store, SqlStore) or store._engine.dialect.name != "sqlite":
        pytest.skip("other databases keep to the types of their columns")


@pytest.fixture
def mongodb_alone(store: Driver) -> None:
    if not isinstance(store, MongoStore):
        pytest.skip("the other databases keep to their columns")


@pytest.fixture
def crime(store: Driver, tmp_path: Path) -> Iterator[Crime]:
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    ring = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), MasterKeys.from_file(tmp_path / "master.key"))
    yield Crime(store, ring)
    ring.close()


def test_what_nobody_touched_is_sound(crime: Crime) -> None:
    assert (True, True) == crime.verified()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_field_of_any_entry_may_hold_anything(crime: Crime, data: st.DataObject) -> None:
    """It ends with a break; where the stream is chained anew as well, the seal knows better."""
    entry = data.draw(st.sampled_from(crime.changes()))
    name = data.draw(st.sampled_from(sorted(VALUES)))
    value = data.draw(st.sampled_from([each for each in VALUES[name] if each != getattr(entry, name)]))
    crime.write(entry, {name: value})
    lied = entry._replace(**{name: value})
    heads: list[tuple[Change, Change]] = []
    if data.draw(st.booleans()) and name not in {"version", "head"}:
        old = crime.stream(entry.kind, entry.id)
        heads = list(zip(old, crime.chained(old), strict=True))
    for _, new in heads:
        crime.write(new, {"head": new.head})
    with_seal, _ = crime.verified()
    for old, _ in heads:
        crime.write(old, {"head": old.head})
    crime.write(lied, {name: getattr(entry, name)})
    assert not with_seal
    assert (True, True) == crime.verified()


def test_a_row_may_hold_anything(crime: Crime) -> None:
    with crime.story.core.units.unit(crime.story.tenant, AUDITOR, write=False) as unit:
        before = unit.as_stored.get(EMPLOYEE, crime.story.tenant, crime.archive.person).body
    for body in BODIES:
        crime.tamperer.row(crime.archive.person, {"body": body or "not even JSON"})
        assert (False, False) == crime.verified(), str(body)[:80]
    crime.tamperer.row(crime.archive.person, {"body": before})
    assert (True, True) == crime.verified()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", DEEP, '{"ring": [], "level": "x"}', '{"ring": "\\ud800", "level": 1}']
)
def test_the_settings_may_hold_anything(crime: Crime, body: str) -> None:
    tenant = crime.story.tenant
    with crime.story.core.units.unit(tenant, AUDITOR) as unit:
        version = unit.transaction.register(tenant, SPACE, SETTINGS).version
        unit.claim()
        unit.transaction.put_registers(tenant, [Put(SPACE, SETTINGS, body, version)])
        unit.commit()
    assert [SETTINGS] == [each.id for each in crime.story.audit.verify().breaks]


def test_a_deletion_without_what_was_deleted_is_named(crime: Crime) -> None:
    (*_, last) = [each for each in crime.changes() if each.operation is Operation.DELETE]
    crime.write(last, {"body": None})
    assert [(last.id, last.version)] == [(each.id, each.version) for each in crime.story.audit.verify().breaks]


def test_an_entry_that_is_put_into_another_bulk_is_named(crime: Crime) -> None:
    """The number of entries of both is right; but they came at other times."""
    for id_ in ("one", "two"):
        crime.do(lambda unit, id_=id_: unit.repository(WORK_RECORD).add_many([crime.record(id_)]))
    one, two = (crime.stream(WORK_RECORD.name, id_)[0] for id_ in ("one", "two"))
    for entry, batch in ((one, two.batch), (two, one.batch)):
        crime.write(entry, {"batch": batch})
    assert {one.id, two.id} == {each.id for each in crime.story.audit.verify().breaks}


def test_bulks_of_two_kinds_that_came_at_once_keep_their_rows(crime: Crime) -> None:
    def both(unit: Any) -> None:
        unit.repository(EMPLOYEE).add_many([Employee(id="hired", number="hired", name="x")])
        unit.repository(WORK_RECORD).add_many([crime.record("one")])

    crime.do(both)
    one, two = crime.stream(EMPLOYEE.name, "hired")[0], crime.stream(WORK_RECORD.name, "one")[0]
    for entry, batch in ((one, two.batch), (two, one.batch)):
        crime.write(entry, {"batch": batch})
    assert {one.id, two.id} == {each.id for each in crime.story.audit.verify().breaks}


@pytest.mark.parametrize("operation", ["delete", "update", "batch"])
def test_a_row_of_a_bulk_is_not_taken_away_by_calling_its_entry_another(crime: Crime, operation: str) -> None:
    """Of a deletion nothing follows of which the entry could have been made, so it would be whatever is written there."""
    crime.do(lambda unit: unit.repository(WORK_RECORD).add_many([crime.record("one"), crime.record("two")]))
    seal = crime.story.audit.seal()
    (entry,) = crime.stream(WORK_RECORD.name, "one")
    crime.write(entry, {"operation": operation})
    crime.tamperer.row("one", None, WORK_RECORD)
    assert ("one", 1) in {(each.id, each.version) for each in crime.story.audit.verify([seal]).breaks}


def test_whoever_came_in_a_bulk_and_was_deleted_keeps_the_entry_that_made_it(crime: Crime) -> None:
    crime.do(lambda unit: unit.repository(WORK_RECORD).add_many([crime.record("one")]))
    crime.do(lambda unit: unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get("one")))
    made = crime.stream(WORK_RECORD.name, "one")[0]
    for more in ({}, {"format": 99}, {"body": "[]"}, {"actor": "x"}, {"head": "0" * 64}):
        crime.write(made, {"operation": "delete", **more})
        assert {"one"} <= {each.id for each in crime.story.audit.verify().breaks}
        crime.write(made, made._asdict())


def test_a_header_that_says_it_came_in_a_bulk_itself_is_named(crime: Crime) -> None:
    """Rewritten, it would count as one of its own rows; invented, it would need no head."""
    crime.do(lambda unit: unit.repository(WORK_RECORD).add_many([crime.record("one")]))
    seal = crime.story.audit.seal()
    batch = crime.stream(WORK_RECORD.name, "one")[0].batch
    assert batch is not None
    (header,) = crime.stream(HEADER, batch)
    forged = {"actor": "x", "reason": "forged", "batch": batch, "body": '{"kind":"work_record","count":2}'}
    crime.write(header, forged)
    crime.tamperer.insert(header._replace(id="invented", batch="invented", head="0" * 64))
    found = {(each.kind, each.id) for each in crime.story.audit.verify([seal]).breaks}
    assert {(HEADER, batch), (HEADER, "invented")} <= found


@pytest.mark.parametrize("other", [True, 1.0])
def test_a_value_of_another_type_is_another_value(crime: Crime, other: object) -> None:
    """Though Python calls them equal: it would be read as another one, or not at all."""
    crime.do(lambda unit: unit.repository(CUSTOM_FIELD).add(COUNT))
    crime.do(lambda unit: unit.repository(WORK_RECORD).add(evolve(crime.record("one"), custom={"count": 1})))
    with crime.story.core.units.unit(crime.story.tenant, AUDITOR, write=False) as unit:
        body = json.loads(unit.as_stored.get(WORK_RECORD, crime.story.tenant, "one").body)
    assert crime.story.audit.verify().sound
    body["custom"]["count"] = other
    crime.tamperer.row("one", {"body": json.dumps(body, separators=(",", ":"))}, WORK_RECORD)
    assert ["one"] == [each.id for each in crime.story.audit.verify().breaks]


def test_a_sealed_value_of_an_erased_person_hides_no_change(crime: Crime) -> None:
    """Whose keys are gone makes what a bulk was made of untellable; a stranger puts such a value where there was none."""
    tenant = crime.story.tenant
    crime.do(lambda unit: unit.repository(WORK_RECORD).add_many([crime.record("third")]))
    crime.do(lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get("third"), title="y"))
    crime.archive.erased(crime.ring)
    assert crime.story.audit.verify().sound
    with crime.story.core.units.unit(tenant, AUDITOR, write=False) as unit:
        body = json.loads(unit.as_stored.get(WORK_RECORD, tenant, "third").body)
    token = {"$sealed": [crime.archive.person, 1, "AAAA"]}
    text = json.dumps({**body, "priority": "high", "counterparty": token}, separators=(",", ":"))
    crime.tamperer.row("third", {"body": text}, WORK_RECORD)
    assert ["third"] == [each.id for each in crime.story.audit.verify().breaks]
    without = HandoverCore(crime.story.core.units.driver).office(tenant, AUDITOR).audit
    before = without.verify().unopened
    crime.tamperer.row("third", {"body": json.dumps(body, separators=(",", ":"))}, WORK_RECORD)
    assert before - 1 == without.verify().unopened


ODD = ("'abc'", "x'00ff'", "cast(x'ff7b' as text)", "cast(x'22eda08022' as text)", "1.5e300", "5")
"""What SQLite takes in the place of any text or number: other types, and bytes that are no UTF-8."""


IN_A_ROW = ("id", "version", "format", "changed_at", "head", "body")


@pytest.mark.usefixtures("sqlite_alone")
def test_sqlite_takes_anything_in_any_column(crime: Crime) -> None:
    person, tenant = crime.archive.person, crime.story.tenant
    stream = f"kind = 'employee' AND id = '{person}' AND tenant = '{tenant}'"
    for name, version, odd in product((*VALUES, "kind", "id"), (1, 2, 4), ODD):
        with on_sqlite(crime) as told:
            assert 1 == told(f"UPDATE ho_change SET {name} = {odd} WHERE {stream} AND version = {version}")
            assert (False, False) == crime.verified(), (name, version, odd)
    assert (True, True) == crime.verified()


@pytest.mark.usefixtures("sqlite_alone")
def test_sqlite_takes_anything_in_any_row(crime: Crime) -> None:
    for name, odd in product(IN_A_ROW, ODD):
        with on_sqlite(crime) as told:
            assert 1 == told(f"UPDATE ho_employee SET {name} = {odd} WHERE id = '{crime.archive.person}'")
            assert (False, False) == crime.verified(), (name, odd)


@pytest.mark.usefixtures("sqlite_alone")
def test_a_field_that_a_company_declared_may_hold_anything(crime: Crime) -> None:
    """Which fields are personal is read from the store as well."""
    for body in ("'[['", "'{}'", "x'00'", "cast(x'ff' as text)"):
        with on_sqlite(crime) as told:
            assert 2 == told(f"UPDATE ho_custom_field SET body = {body}")
            assert (False, False) == crime.verified(), body


ELSE = (None, "abc", b"x", 1.5e300, [], {})


@pytest.mark.usefixtures("mongodb_alone")
def test_mongodb_takes_anything_from_whoever_passes_by_the_validators(crime: Crime) -> None:
    """Parts of other types, and none at all."""
    log, key = crime.story.core.units.driver._collections["change"], {"id": crime.archive.person, "version": 4}
    for name, value in product((*VALUES, "kind", "id"), ELSE):
        _lied(crime, log, key, {"$set": {name: value}})
    for name in (*VALUES, "kind", "id"):
        if name != "batch":
            _lied(crime, log, key, {"$unset": {name: 1}})


@pytest.mark.usefixtures("mongodb_alone")
def test_mongodb_takes_anything_in_any_row(crime: Crime) -> None:
    people, key = crime.story.core.units.driver._collections["employee"], {"id": crime.archive.person}
    for name, value in product(IN_A_ROW, ELSE):
        _lied(crime, people, key, {"$set": {name: value}})
    for name in IN_A_ROW:
        _lied(crime, people, key, {"$unset": {name: 1}})


def _lied(crime: Crime, collection: Any, which: dict[str, Any], change: dict[str, Any]) -> None:
    """Change a document, verify, and put it back."""
    document = collection.find_one(which)
    collection.update_one(which, change, bypass_document_validation=True)
    if collection.find_one({"_id": document["_id"]}) != document:
        assert (False, False) == crime.verified(), change
    collection.delete_one({"_id": document["_id"]})
    collection.insert_one(document)


@contextmanager
def on_sqlite(crime: Crime) -> Iterator[Callable[[str], int]]:
    """Yield what runs a statement that is taken back at the end; the file is put back as it was."""
    path = str(crime.story.core.units.driver._engine.url.database)
    with closing(sqlite3.connect(path)) as file, closing(sqlite3.connect(":memory:")) as kept:
        file.backup(kept)

        def told(sql: str) -> int:
            with file:
                return file.execute(sql).rowcount

        yield told
        kept.backup(file)
