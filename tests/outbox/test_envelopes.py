"""Envelopes are CloudEvents, the same for the same change, and their data is what the schemas say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from handover_core.errors import InvalidInput
from handover_core.history.changes import Change, Operation
from handover_core.history.sealed import Token
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.outbox.envelope import envelope
from handover_core.outbox.relay import Relay
from handover_core.outbox.rules import OWN
from handover_core.outbox.schemas import schemas
from handover_core.outbox.words import said
from handover_core.storage import MemoryStore, UnitFactory
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.personal import mapped
from handover_core.testing.strategies import kinds, populations_of
from handover_core.texts import Lang
from handover_core_outbox.webhook import CONTENT_TYPE
from outbox.kit import OWNER
from worlds import World

SCHEMAS = schemas(KINDS)
CHANGE = Change(
    kind="employee", id="a/1 王", version=3, operation=Operation.UPDATE, format=1, at=1_772_409_600_000_001, actor="0001",
    command="organization.change_employee", reason="moved", body='{"unit_id":[["a"],["b"]]}', batch=None, head="0" * 64,
)  # fmt: skip


def checked(made: dict[str, Any]) -> None:
    """Hold an envelope against the CloudEvents SDK, and its data against the schema that it names."""
    event = from_http_event(HTTPMessage({"content-type": CONTENT_TYPE}, json.dumps(made).encode()))
    assert (made["id"], made["type"]) == (event.get_id(), event.get_type())
    assert made["streamversion"] == event.get_extension("streamversion")
    assert made["data"] == event.get_data()
    for name in made:
        assert re.fullmatch(r"[a-z0-9]{1,20}", name), "CloudEvents: lower-case letters and digits"
    assert made["dataschema"] == SCHEMAS[made["type"]]["$id"]
    Draft202012Validator(SCHEMAS[made["type"]]).validate(made["data"])


def test_the_envelope_of_a_change_to_the_letter() -> None:
    assert {
        "specversion": "1.0",
        "id": "acme/employee/a%2F1%20%E7%8E%8B/3",
        "source": "urn:handover-core:acme",
        "type": "handover-core.employee.update.v1",
        "subject": "employee/a%2F1%20%E7%8E%8B",
        "time": "2026-03-02T00:00:00.000001Z",
        "dataschema": "urn:handover-core:schema:handover-core.employee.update.v1",
        "datacontenttype": "application/json",
        "partitionkey": "employee/a%2F1%20%E7%8E%8B",
        "lane": 28,
        "streamversion": 3,
        "resend": False,
        "data": {
            "stream": {"kind": "employee", "id": "a/1 王"},
            "version": 3,
            "operation": "update",
            "actor": "0001",
            "command": "organization.change_employee",
            "reason": "moved",
            "batch": None,
            "format": 1,
            "difference": {"unit_id": [["a"], ["b"]]},
        },
    } == envelope("acme", CHANGE, resend=False)
    checked(envelope("acme", CHANGE, resend=True, source="https://hr.example.com/acme"))


def test_where_the_format_changed_the_state_is_sent_whole() -> None:
    """Before and after stand in the entry; the receiver gets what came of it."""
    made = envelope("acme", CHANGE._replace(body='[{"name":"old"},{"name":"new"}]'), resend=False)
    assert {"name": "new"} == made["data"]["state"]
    assert "difference" not in made["data"]
    checked(made)


def test_every_schema_is_one() -> None:
    """For every kind and operation but those of the room itself."""
    wanted = {f"handover-core.{kind.name}.{word}.v1" for kind in KINDS if kind.name not in OWN
              for word in ("insert", "update", "delete")}  # fmt: skip
    assert {*wanted, "handover-core.batch.batch.v1", "handover-core.batch.update.v1"} == set(SCHEMAS)
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "source", ["https://example.com/companies/acme?x=1", "urn:acme", "/acme", "https://example.com/%E7%8E%8B"]
)
def test_a_company_has_a_uri_of_its_own(source: str) -> None:
    Relay(UnitFactory(MemoryStore(), KINDS), "acme", lambda _: None, source=source)
    checked(envelope("acme", CHANGE, resend=False, source=source))


@pytest.mark.parametrize("source", ["", "my company", "王", "https://example.com/100%"])
def test_what_is_no_uri_is_no_source(source: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        Relay(UnitFactory(MemoryStore(), KINDS), "acme", lambda _: None, source=source)
    assert ["outbox.source"] == [each.code for each in raised.value.problems]


def test_the_schemas_say_what_is_wrong() -> None:
    """Otherwise the tests above would show nothing."""
    made = envelope("acme", CHANGE, resend=False)
    validator = Draft202012Validator(SCHEMAS[made["type"]])
    for wrong in ({"unit_id": ["a", "b"]}, {"unit_id": [[1], []]}, {"status": [[], ["unheard of"]]}):
        assert not validator.is_valid({**made["data"], "difference": wrong})
    assert not validator.is_valid({**made["data"], "operation": "insert"})
    assert not validator.is_valid({name: value for name, value in made["data"].items() if name != "difference"})


def test_all_that_happens_in_a_story_fits() -> None:
    """Every change of a company with a case under way, and each says something to people in both languages."""
    world = World(MemoryStore())
    world.record("Follow up")
    world.publish("FOLLOW", "KAM")
    world.leave()
    with world.core.units.unit(world.tenant, OWNER, write=False) as unit:
        changes = unit.transaction.history(world.tenant, None, 10_000)
    assert len({change.kind for change in changes}) > 10
    for change in (each for each in changes if each.batch is None):  # the rows of a bulk are no events
        made = envelope(world.tenant, change, resend=False)
        checked(made)
        for lang in Lang:
            title, body = said(made, lang)
            assert title
            assert (made["data"].get("state") or {}).get("code", change.id) in body


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), kind=kinds.filter(lambda kind: kind.name not in OWN), sealed=st.booleans())
def test_whatever_a_kind_holds_fits_its_schema(data: st.DataObject, kind: Any, sealed: bool) -> None:
    """Also where the values about persons are sealed, wherever they stand."""
    units, tenant = UnitFactory(MemoryStore(), KINDS), new_id()
    population = data.draw(populations_of(kind))
    (*_, member) = population.members or [None]
    if member is None:
        return
    body = units.codec.dump(member)
    if sealed:
        body = mapped(from_json(to_json(body)), kind.personal, member.id, lambda *_: Token("p", 1, "x").as_json())
    change = CHANGE._replace(kind=kind.name, id=member.id, operation=Operation.INSERT, body=to_json(body))
    checked(envelope(tenant, change, resend=False))
    difference = to_json({name: [[], [value]] for name, value in body.items()})
    checked(envelope(tenant, change._replace(operation=Operation.UPDATE, body=difference), resend=True))


@pytest.mark.parametrize(("lang", "title"), [(Lang.EN, "employee changed"), (Lang.ZH, "员工已变更")])
def test_a_message_says_what_happened_and_no_value(lang: Lang, title: str) -> None:
    found, body = said(envelope("acme", CHANGE._replace(body='{"name":[["Wang"],["Li"]]}'), resend=True), lang)
    assert title == found
    assert ("姓名" if lang is Lang.ZH else "name") in body
    assert "moved" in body
    assert "Wang" not in body
    assert "Li" not in body


def test_a_message_calls_things_what_people_call_them() -> None:
    """Commands, fields and codes; but never the number of a person."""
    _, body = said(
        envelope("acme", CHANGE._replace(body='{"name":[["Wang"],["Li"]],"unit_id":[[],["u"]]}'), resend=False), Lang.ZH
    )
    assert "修改员工信息" in body
    assert "姓名、部门" in body
    unit = CHANGE._replace(kind="org_unit", id="u", version=1, operation=Operation.INSERT, body='{"code":"SALES"}')
    assert "SALES" in said(envelope("acme", unit, resend=False), Lang.EN)[1]
    person = unit._replace(kind="employee", body='{"number":"0042"}')
    assert "0042" not in said(envelope("acme", person, resend=False), Lang.EN)[1]


def test_a_message_about_a_bulk_names_its_kind() -> None:
    change = CHANGE._replace(
        kind="batch", id="b", operation=Operation.BATCH, reason=None, body='{"kind":"employee","count":12}'
    )
    made = envelope("acme", change, resend=False)
    checked(made)
    assert "12 employee entries in one go" == said(made, Lang.EN)[0]


def test_a_redaction_of_a_bulk_says_which_versions_and_no_digests() -> None:
    """Nobody was told of the entries of the rows, so nobody is told of their digests."""
    words = {"kind": "batch", "id": "b", "operation": Operation.UPDATE, "reason": None}
    page = envelope("acme", CHANGE._replace(**words, body='{"$bulk":{"row":"digest"}}'), resend=False)
    checked(page)
    assert ({}, None) == (page["data"]["difference"], page["data"].get("redacted"))
    last = envelope("acme", CHANGE._replace(**words, body='{"$redacted":{"1":"digest"}}'), resend=False)
    checked(last)
    assert [1] == last["data"]["redacted"]
    assert "bulk changed" == said(last, Lang.EN)[0]
