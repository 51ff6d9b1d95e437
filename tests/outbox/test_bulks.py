"""Rows that came in bulk reach a receiver when it asks for them: as inserts with their state, each stream in order."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from handover_core.app import HandoverCore
from handover_core.errors import NotFound
from handover_core.history.sealed import MARK
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.outbox.schemas import schemas
from handover_core.storage import Driver
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from outbox.kit import BEGINNING, OWNER, Post

SCHEMAS = schemas(KINDS)


def bring(post: Post, *ids: str, core: HandoverCore | None = None) -> str:
    """Store people in bulk and return the id of the header."""
    people = [Employee(id=id_, number=f"N-0042-{id_}", name=f"Old {id_}") for id_ in ids]
    units = (core or post.core).units
    units.run(post.tenant, OWNER, lambda unit: unit.repository(EMPLOYEE).add_many(people), "import")
    with units.unit(post.tenant, OWNER, write=False) as unit:
        return str(unit.changes(EMPLOYEE, ids[0])[0].batch)  # ids of one millisecond are in no order


@pytest.fixture
def post(store: Driver) -> Post:
    return Post(store)


def test_the_rows_of_a_bulk_come_when_they_are_asked_for(post: Post) -> None:
    """Each as it was inserted, then what became of it; of other bulks nothing."""
    receiver = post.subscribe()
    bring(post, "x")
    bulk = bring(post, "a", "b", "c")
    post.rename("b", "New")
    post.rename("b", "Newer")
    post.core.units.run(
        post.tenant, OWNER, lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("c"))
    )
    relay = post.relay()
    relay.run_once()
    receiver.arrived.clear()
    assert 6 == post.office.outbox.replay("erp", "we lack them", bulk=bulk)
    relay.run_once()
    assert [("a", 1), ("b", 1), ("b", 2), ("b", 3), ("c", 1), ("c", 2)] == sorted(receiver.places())
    assert [1, 2, 3] == [version for id_, version in receiver.places() if id_ == "b"]
    inserts = {each["data"]["stream"]["id"]: each for each in receiver.arrived if each["data"]["operation"] == "insert"}
    assert {"a": "Old a", "b": "Old b", "c": "Old c"} == {
        id_: each["data"]["state"]["name"] for id_, each in inserts.items()
    }
    assert {bulk} == {each["data"]["batch"] for each in inserts.values()}
    for each in receiver.arrived:
        assert each["resend"]
        Draft202012Validator(SCHEMAS[each["type"]]).validate(each["data"])


def test_a_replay_of_everything_brings_them_too(post: Post) -> None:
    receiver = post.subscribe()
    bring(post, "a", "b")
    post.relay().run_once()
    assert 3 == post.office.outbox.replay("erp", "all of it", since=BEGINNING)
    post.relay().run_once()
    assert [("a", 1), ("b", 1)] == sorted(receiver.places())
    post.clock.pass_by(hours=1)
    assert 0 == post.office.outbox.replay("erp", "nothing since", since=BEGINNING + timedelta(minutes=1))


def test_more_rows_than_a_page(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handover_core.outbox.replaying.PAGE", 2)
    receiver = post.subscribe()
    bulk = bring(post, *"abcde")
    assert 5 == post.office.outbox.replay("erp", "we lack them", bulk=bulk)
    post.relay().run_once()
    assert list("abcde") == sorted(id_ for id_, _ in receiver.places())


def test_a_bulk_that_never_was_is_not_found(post: Post) -> None:
    post.subscribe()
    with pytest.raises(NotFound):
        post.office.outbox.replay("erp", "we lack them", bulk="nothing")


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("changed", [False, True])
def test_what_is_personal_in_them_stays_sealed(store: Driver, ring: KeyRing, level: Level, changed: bool) -> None:
    """At both levels, by a relay without keys; also where the row was changed since."""
    post = Post(store)
    core = HandoverCore(store, vault=ring, clock=post.clock)
    keyed = core.office(post.tenant, OWNER)
    keyed.privacy.set_level(level)
    receiver = post.subscribe()
    bulk = bring(post, "a", core=core)
    if changed:
        keyed.organization.change_employee("a", name="New a")
    post.office.outbox.replay("erp", "we lack them", bulk=bulk)
    post.relay().run_once()
    said = json.dumps(receiver.arrived)
    assert ("a", 1) in receiver.places()
    assert MARK in said
    for word in ("Old a", "New a", "N-0042"):
        assert word not in said
