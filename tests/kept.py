"""The part of a kept store that needs keys: told when a migration is released, and looked at by later libraries."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.errors import NotDelivered
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.policy import CHINA
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Driver, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core.values import Document
from handover_core_cli.commands.audit import read_seal
from handover_core_cli.output import plain
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from outbox.kit import Receiver
from retention.conftest import Past
from worlds import Clock

TENANTS = {"sealed": Level.STANDARD, "strict": Level.STRICT}
ALL = Actor("0001", frozenset(Role))
MASTER = MasterKeys({"kept": bytes(range(64))}, "kept")
"""No secret: what it wraps guards a story."""

KEY = b"a key for the seals of kept stores"
WHEN = date(2026, 1, 5)


def ring_in(folder: Path) -> KeyRing:
    return KeyRing(KeyTable.in_file(folder / "keys.db"), MASTER)


def told_with_keys(store: Driver, tenant: str, ring: KeyRing) -> dict[str, Any]:
    """Tell what only a company with keys has; return a seal from the middle of it."""
    past = Past(store, ring, tenant)
    world, system = past.world, past.world.system
    world.core.office(tenant, ALL).privacy.set_level(TENANTS[tenant])
    receiver = Receiver()
    system.outbox.subscribe(Subscription(id=world.new_id(), code="erp", endpoint="call:"))
    relay = Relay(world.core.units, tenant, lambda _: receiver, chance=lambda: 0.0)
    while not relay.run_once().idle:
        pass
    world.clock.tick()
    record = world.record(f"Called Colleague of {tenant}", documents=(Document(title="x.pdf", uri="file:///x"),))
    system.desk.do("test.bulk", lambda unit: _in_bulk(unit, past), f"list of Colleague of {tenant}")
    world.office("0006").organization.change_employee(past.id("0017"), name="Renamed")
    receiver.refuse = lambda _: NotDelivered("status 410", final=True)
    relay.run_once()
    system.retention.place_hold("a court asked", employee_id=past.id("0021"))
    seal = plain(system.audit.seal(key=KEY))
    world.clock.tick()
    past.gone("0024")
    office = past.office()
    office.retention.redact("work_record", record.id, past.id("0024"), "before the erasure")
    batch = next(each.batch for each in _entries(past) if each.batch is not None)
    office.retention.redact("batch", batch, past.id("0024"), "before the erasure")
    past.office(on=date(2024, 8, 1)).retention.erase(past.id("0024"), "asked", leave="the rest names nobody else")
    return {"tenant": tenant, "seal": seal, "at": world.clock.now.isoformat(), "record": record.id, "key": KEY.decode()}


def _in_bulk(unit: UnitOfWork, past: Past) -> None:
    unit.repository(WORK_RECORD).add_many([
        WorkRecord(
            id=f"b{number}", kind="task", title="x", owner_id=past.id("0017"), author_id=past.id("0021"), opened_on=WHEN,
            documents=(Document(title="CV.pdf", uri="file:///CV"),),
        )
        for number in range(3)
    ])  # fmt: skip


def _entries(past: Past) -> Any:
    return past.world.system.desk.ask(lambda unit: unit.transaction.history(unit.tenant, None, 10_000))


# What is written beside the rows, and read again


def keys_of(folder: Path) -> list[dict[str, Any]]:
    """Return every row of the keys in a folder."""
    engine = sa.create_engine(f"sqlite:///{folder / 'keys.db'}")
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        found = [
            {"table": table.name, **row}
            for table in metadata.sorted_tables
            for row in connection.execute(sa.select(table)).mappings()
        ]
    engine.dispose()
    return found


def write_keys(path: Path, folder: Path, stories: list[dict[str, Any]]) -> None:
    lines = [*({"story": each} for each in stories), *keys_of(folder)]
    path.write_text("".join(json.dumps(each, sort_keys=True) + "\n" for each in lines), encoding="utf-8")


def read_keys(path: Path, folder: Path) -> tuple[KeyRing, list[dict[str, Any]]]:
    """Return the ring of kept keys, restored in a folder, and the stories told with them."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    KeyTable.in_file(folder / "keys.db").id  # noqa: B018 - makes the tables, and an id that is not the kept one
    engine = sa.create_engine(f"sqlite:///{folder / 'keys.db'}")
    with engine.begin() as connection:
        for name in sorted({each["table"] for each in lines if "table" in each}):
            rows = [
                {key: value for key, value in each.items() if key != "table"}
                for each in lines
                if each.get("table") == name
            ]
            connection.execute(sa.text(f"DELETE FROM {name}"))
            connection.execute(sa.insert(sa.table(name, *map(sa.column, rows[0]))), rows)
    engine.dispose()
    return ring_in(folder), [each["story"] for each in lines if "story" in each]


# What later libraries must find


def look(store: Driver, ring: KeyRing, story: dict[str, Any], folder: Path) -> None:
    """Fail unless everything told is there, readable, provable and goes on."""
    tenant, clock = story["tenant"], Clock()
    clock.now = datetime.fromisoformat(story["at"]) + timedelta(days=1)
    core = HandoverCore(store, vault=ring, clock=clock, policy=CHINA)
    office = core.office(tenant, ALL)
    _proven(office, story, folder)
    people = {each.number: each for each in office.organization.employees().items}
    assert {"Renamed", f"HR of {tenant}"} <= {each.name for each in people.values()}
    _past(office, people["0017"], story)
    (gone,) = (
        each for each in office.desk.ask(lambda unit: unit.repository(EMPLOYEE).list()) if each.number.startswith("P-")
    )
    _erased(office, gone, tenant)
    _delivered(core, tenant)
    office.organization.change_employee(people["0017"].id, name="Once more")
    _proven(office, story, folder)


def _proven(office: Office, story: dict[str, Any], folder: Path) -> None:
    path = folder / f"{story['tenant']}.seal"
    path.write_text(json.dumps(story["seal"]), encoding="utf-8")
    found = office.audit.verify([read_seal(path)], key=story.get("key", "kept").encode())
    assert () == found.breaks
    assert found.unopened == 0
    assert found.redacting > 1


def _past(office: Office, person: Employee, story: dict[str, Any]) -> None:
    before = datetime.fromisoformat(story["seal"]["at"])
    assert "Renamed" == office.audit.as_of(EMPLOYEE, person.id, before).found.name
    (_, renamed) = office.audit.who_changed(EMPLOYEE, person.id, "name")
    assert [(f"Key of {story['tenant']}",)] == [each.before for each in renamed.fields if each.field == "name"]
    came = office.desk.ask(lambda unit: unit.repository(WORK_RECORD).get_many(["b0", "b1", "b2"]))
    assert ["CV.pdf"] * 3 == [record.documents[0].title for record in came.values()]


def _erased(office: Office, gone: Employee, tenant: str) -> None:
    assert pseudonym_of(gone.id) == gone.number
    text = repr(office.desk.ask(lambda unit: unit.transaction.history(unit.tenant, None, 10_000)))
    assert f"Colleague of {tenant}" not in text
    holds = office.retention.holds()
    assert ["a court asked"] == [each.reason for each in holds]


def _delivered(core: HandoverCore, tenant: str) -> None:
    office, receiver = core.office(tenant, ALL), Receiver()
    letters = office.outbox.dead_letters()
    assert letters
    for letter in letters:
        office.outbox.retry(letter.id, "the receiver is back")
    relay = Relay(core.units, tenant, lambda _: receiver, chance=lambda: 0.0)
    while not relay.run_once().idle:
        pass
    assert {"work_record", "employee", "erasure"} <= {each["data"]["stream"]["kind"] for each in receiver.arrived}
