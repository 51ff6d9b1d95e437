"""A replay while an event of the same stream is being sent: what is behind an earlier one is sent again, behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from handover_core.errors import NotDelivered
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.outbox import queue, replaying
from handover_core.outbox.model import Subscription
from handover_core.outbox.sending import Sender
from handover_core.storage import Driver, MemoryStore
from handover_core.storage.recording import BATCH, lane_of
from outbox.kit import OWNER, Post
from outbox.test_bulks import bring

Sent = list[tuple[str, int, bool]]
BESIDE = next(str(number) for number in range(10_000) if lane_of("employee", str(number)) == lane_of("employee", "a"))
"""A stream in the lane of "a"."""


@pytest.fixture
def post(store: Driver) -> Post:
    return Post(store)


def sending(sent: Sent, meanwhile: Callable[[], object], failing: Exception | None = None) -> Sender:
    """Return a sender that does something while it sends version 2 of "a" for the first time, and may fail then."""

    def send(envelope: dict[str, Any], /, *, timeout: float) -> None:  # noqa: ARG001 - the port has it
        place = envelope["data"]["stream"]["id"], envelope["streamversion"]
        if envelope["data"]["stream"]["kind"] == "employee":
            first = all(each[:2] != place for each in sent)
            sent.append((*place, envelope["resend"]))
            if place == ("a", 2) and first:
                meanwhile()
                if failing is not None:
                    raise failing

    return send


def run(post: Post, sender: Sender) -> None:
    relay = post.relay(lambda _: sender)
    for _ in range(3):
        relay.run_once()
        post.clock.pass_by(minutes=5)


@pytest.mark.parametrize("page", [1, 200])
@pytest.mark.parametrize("failing", [None, NotDelivered("status 500"), NotDelivered("status 400", final=True)])
@pytest.mark.parametrize("by", ["bulk", "stream"])
def test_what_is_being_sent_comes_again_behind_what_is_replayed(
    post: Post, monkeypatch: pytest.MonkeyPatch, by: str, failing: Exception | None, page: int
) -> None:
    """Whatever becomes of the attempt, the newest comes last; and it stands in the way of nobody."""
    monkeypatch.setattr("handover_core.outbox.replaying.PAGE", page)
    bulk = bring(post, "a")
    post.relay().run_once()
    post.subscribe()
    post.rename("a", "New")
    post.rename("a", "Newer")
    queued: list[int] = []
    point: dict[str, Any] = {"bulk": bulk} if by == "bulk" else {"stream": ("employee", "a")}
    sent: Sent = []
    replay = lambda: queued.append(post.office.outbox.replay("erp", "it asked", **point))  # noqa: E731
    run(post, sending(sent, replay, failing))
    assert [("a", 2, False), ("a", 1, True), ("a", 2, True), ("a", 3, False)] == sent
    assert [1] == queued
    assert [] == post.office.outbox.dead_letters()
    assert 0 == post.office.outbox.standing()[0].waiting


@pytest.mark.parametrize("point", [{"stream": ("employee", "a")}, {"stream": ("employee", "a"), "version": 2}, {}])
def test_what_no_relay_has_routed_comes_once_and_in_order(post: Post, point: dict[str, Any]) -> None:
    """A relay has routed and is about to deliver; then somebody writes, and somebody replays that."""
    receiver = post.subscribe()
    asked = point or {"since": post.clock.now}
    relay = post.relay()
    route, meanwhile = relay.route, [lambda: post.hire("a"), lambda: post.rename("a", "Two")]

    def then() -> int:
        found: int = route()
        while meanwhile:
            meanwhile.pop(0)()
            if not meanwhile:
                assert 0 == post.office.outbox.replay("erp", "it asked", **asked)
        return found

    relay.route = then  # type: ignore[method-assign]
    relay.run_once()
    post.relay().run_once()
    assert [(1, False), (2, False)] == [
        (each["streamversion"], each["resend"]) for each in receiver.arrived if each["data"]["stream"]["id"] == "a"
    ]


def test_what_arrived_comes_again_before_what_no_relay_has_routed(post: Post) -> None:
    receiver = post.subscribe()
    post.hire("a")
    post.relay().run_once()
    post.rename("a", "Two")
    assert 1 == post.office.outbox.replay("erp", "it asked", stream=("employee", "a"))
    post.relay().run_once()
    assert [(1, False), (1, True), (2, False)] == [
        (each["streamversion"], each["resend"]) for each in receiver.arrived if each["data"]["stream"]["id"] == "a"
    ]


def test_what_the_same_unit_writes_is_not_replayed(post: Post) -> None:
    """It goes out with the commit, for the first time."""
    receiver = post.subscribe()
    with post.office.together("test") as office:
        office.organization.hire(Employee(id="a", number="a", name="One"))
        assert 0 == office.outbox.replay("erp", "it asked", stream=("employee", "a"))
    post.relay().run_once()
    assert [("a", 1, False)] == [(*each, False) for each in receiver.places() if each[0] == "a"]


def test_what_was_sent_beside_it_is_done(post: Post) -> None:
    """Nor is its attempt, which nobody would have told the outcome of, held against it."""
    bring(post, "a", BESIDE)
    post.relay().run_once()
    post.subscribe(attempts=1)
    for id_ in ("a", BESIDE):
        post.rename(id_, "New")
    sent: Sent = []
    run(post, sending(sent, lambda: post.office.outbox.replay("erp", "it asked", stream=("employee", "a"))))
    assert [(BESIDE, 2, False)] == [each for each in sent if each[0] == BESIDE]
    assert [("a", 2, False), ("a", 1, True), ("a", 2, True)] == [each for each in sent if each[0] == "a"]
    assert [] == post.office.outbox.dead_letters()


def test_what_waits_untried_is_taken_from_nobody_unseen(post: Post) -> None:
    """A relay that has read it, and is about to send it, finds that it was written since; it bears no mark."""
    bulk = bring(post, "a")
    post.relay().run_once()
    subscription = post.office.outbox.subscribe(Subscription(id="s1", code="erp", endpoint="call:"))
    post.rename("a", "New")
    post.relay().route()
    assert 1 == post.office.outbox.replay("erp", "it asked", bulk=bulk)
    with post.core.units.unit(post.tenant, OWNER, write=False) as unit:
        waiting = unit.transaction.registers(post.tenant, queue.queue_of(subscription.id), None, 10)
    assert [1, 2] == [each.version for each in waiting]
    sent: Sent = []
    run(post, sending(sent, lambda: None))
    assert [("a", 1, True), ("a", 2, False)] == sent


def test_a_dead_letter_goes_on_holding_its_stream_up(post: Post) -> None:
    """What is replayed goes before it; it is no less parked."""
    receiver = post.subscribe(attempts=1)
    bulk = bring(post, "a")
    post.rename("a", "New")
    receiver.refuse = lambda each: NotDelivered("status 500") if each["streamversion"] == 2 else None
    post.relay().run_once()
    [letter] = post.office.outbox.dead_letters()
    assert 1 == post.office.outbox.replay("erp", "it asked", bulk=bulk)
    receiver.refuse = lambda _: None
    post.relay().run_once()
    assert [("a", 1)] == receiver.places()
    post.office.outbox.retry(letter.id, "it is mended")
    post.relay().run_once()
    assert [("a", 1), ("a", 2)] == receiver.places()


def test_a_bulk_of_the_same_unit_can_be_replayed(post: Post) -> None:
    """Its rows are queued with the unit, and those of no other bulk; a stream of the unit is known there too."""
    receiver = post.subscribe(kinds=("employee",))
    earlier = bring(post, "x")
    with post.office.together("import") as office:
        unit = office.desk.joined
        assert unit is not None
        people = unit.repository(EMPLOYEE)
        people.add_many([Employee(id=id_, number=id_, name="Old") for id_ in "ab"])
        people.save(evolve(people.get("b"), name="New"))
        bulk = next(each.id for each in unit.history(None, 100) if each.kind == BATCH.name and each.id != earlier)
        assert 2 == office.outbox.replay("erp", "at once", bulk=bulk), "the third is an event itself"
        office.organization.hire(Employee(id="c", number="c", name="Somebody"))
        office.outbox.replay("erp", "because", stream=("employee", "c"))
    post.relay().run_once()
    assert [("a", 1), ("b", 1), ("b", 2), ("c", 1)] == sorted(receiver.places())
    assert [1, 2] == [version for id_, version in receiver.places() if id_ == "b"]
    assert 2 == len(receiver.places("batch"))


def test_what_is_routed_meanwhile_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay looks again, and finds it waiting."""
    post = Post(MemoryStore())
    receiver = post.subscribe()
    post.hire("a")
    puts, routed = replaying._puts, []

    def slow(*given: Any) -> Any:
        made = puts(*given)
        if not routed:
            routed.append(post.relay().route())
        return made

    monkeypatch.setattr(replaying, "_puts", slow)
    assert 0 == post.office.outbox.replay("erp", "lost", stream=("employee", "a"))
    assert 0 < routed[0]
    post.relay().run_once()
    assert [("a", 1)] == receiver.places()
