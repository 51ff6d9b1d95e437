"""Where a company keeps keys, nothing personal leaves it in clear, and nothing personal waits anywhere."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from handover_core.app import HandoverCore
from handover_core.history.sealed import MARK
from handover_core.kinds import KINDS
from handover_core.organization.kinds import ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.outbox.schemas import schemas
from handover_core.storage import Driver, MemoryStore
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from outbox.kit import OWNER, Post, refusing

NAMES = ("王小芳", "xiaofang@example.com", "SF-0042")
SCHEMAS = schemas(KINDS)


@pytest.mark.parametrize("level", list(Level))
def test_personal_values_arrive_sealed_and_wait_nowhere(store: Driver, ring: KeyRing, level: Level) -> None:
    """At both levels; the relay needs no keys, and a dead letter holds none of it."""
    post = Post(store)
    keyed = HandoverCore(store, vault=ring, clock=post.clock).office(post.tenant, OWNER)
    keyed.privacy.set_level(level)
    receiver, down = post.subscribe(), post.subscribe("down", attempts=1)
    down.refuse = refusing(only=lambda envelope: envelope["subject"].startswith("employee/"))
    keyed.organization.hire(Employee(id="a", number="SF-0042", name="王小芳", email="xiaofang@example.com"))
    keyed.organization.change_employee("a", email="wang.xiaofang@example.com")

    assert 1 == post.relay().run_once().parked

    said = json.dumps(receiver.arrived, ensure_ascii=False)
    assert [("a", 1), ("a", 2)] == receiver.places()
    assert MARK in said
    for each in receiver.arrived:
        Draft202012Validator(SCHEMAS[each["type"]]).validate(each["data"])
    with post.core.units.unit(post.tenant, OWNER, write=False) as unit:
        spaces = unit.transaction.spaces(post.tenant, None, 100)
        waiting = repr([unit.transaction.registers(post.tenant, space, None, 1000) for space in spaces])
    for name in NAMES:
        assert name not in said
        assert name not in waiting
        assert name not in repr(post.office.outbox.dead_letters())


def test_a_redaction_is_told_and_what_waits_is_redacted_too(store: Driver) -> None:
    """So receivers can take the same words out of what they were told before."""
    post = Post(store)
    receiver = post.subscribe()
    post.office.organization.add_unit(OrgUnit(id="a", code="A", name="Sales"))
    post.relay().run_once()
    post.office.organization.change_unit("a", name="Sales of a secret")
    post.core.units.run(
        post.tenant,
        OWNER,
        lambda unit: unit.personal.redact(ORG_UNIT, "a", lambda text: text.replace("a secret", "…")),
        "privacy.redact",
    )
    post.relay().run_once()
    _, renamed, redaction = receiver.arrived
    assert [["Sales"], ["Sales of …"]] == renamed["data"]["difference"]["name"]
    assert [2] == redaction["data"]["redacted"]
    assert {} == redaction["data"]["difference"]
    for each in receiver.arrived:
        Draft202012Validator(SCHEMAS[each["type"]]).validate(each["data"])


def test_the_redaction_of_what_was_deleted_is_told_too() -> None:
    post = Post(MemoryStore())
    receiver = post.subscribe()
    post.office.organization.add_unit(OrgUnit(id="a", code="A", name="Sales"))
    post.core.units.run(
        post.tenant, OWNER, lambda unit: unit.repository(ORG_UNIT).delete(unit.repository(ORG_UNIT).get("a"))
    )
    post.core.units.run(
        post.tenant, OWNER, lambda unit: unit.personal.redact(ORG_UNIT, "a", lambda text: text.replace("Sales", "…"))
    )
    post.relay().run_once()
    redaction = receiver.arrived[-1]
    assert ([1, 2], {}) == (redaction["data"]["redacted"], redaction["data"]["state"])
    Draft202012Validator(SCHEMAS[redaction["type"]]).validate(redaction["data"])
