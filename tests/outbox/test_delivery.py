"""What happens to an event between its unit and its receivers, on every backend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handover_core.errors import InvalidInput, NotFound
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Company, Employee
from handover_core.outbox.model import Subscription
from handover_core.outbox.sending import Sender
from handover_core.storage import Driver
from handover_core.storage.recording import lane_of
from outbox.kit import BEGINNING, OWNER, Post, refusing


@pytest.fixture
def post(store: Driver) -> Post:
    return Post(store)


def test_what_is_committed_is_delivered_once_and_in_order(post: Post) -> None:
    """And is gone from the outbox and the queue; the history stays."""
    receiver = post.subscribe()
    post.hire("a")
    post.rename("a", "Other")
    post.hire("b")

    done = post.relay().run_once()

    assert [("a", 1), ("a", 2)] == [place for place in receiver.places() if place[0] == "a"]
    assert [("b", 1)] == [place for place in receiver.places() if place[0] == "b"]
    assert (3, 0) == (done.delivered, done.failed)
    assert [False] * 3 == [each["resend"] for each in receiver.arrived]
    assert post.relay().run_once().idle
    assert 0 == post.office.outbox.unrouted()
    assert (0, None) == (post.office.outbox.standing()[0].waiting, post.office.outbox.standing()[0].oldest)


def test_a_unit_that_was_rolled_back_tells_nobody(post: Post) -> None:
    receiver = post.subscribe()
    with post.core.units.unit(post.tenant, OWNER) as unit:
        unit.repository(EMPLOYEE).add(Employee(id="x", number="x", name="Never"))
    post.relay().run_once()
    assert [] == receiver.places()


def test_the_rooms_own_changes_are_told_to_nobody(post: Post) -> None:
    """Nor do they stay in the outbox: telling of a dead letter could make another one."""
    receiver = post.subscribe()
    post.relay().run_once()
    assert [] == receiver.arrived
    assert 0 == post.office.outbox.unrouted()


def test_subscriptions_are_independent(post: Post) -> None:
    """One takes people only, one everything, one is down: each has what is its own."""
    people, everything = post.subscribe("people", kinds=("employee",)), post.subscribe("all")
    down = post.subscribe("down")
    down.refuse = refusing()
    post.hire("a")
    post.office.organization.set_company(Company(id="company", name="Acme"))

    done = post.relay().run_once()

    assert [("a", 1)] == people.places()
    assert [("a", 1)] == everything.places()
    assert [("company", 1)] == everything.places("company")
    assert [] == people.places("company") == down.arrived
    assert 3 == done.delivered
    assert {"all": 0, "down": 2, "people": 0} == {
        each.subscription.code: each.waiting for each in post.office.outbox.standing()
    }


def test_a_bulk_counts_as_its_kind(post: Post) -> None:
    """The rows of a bulk are no events; its header goes to those who want the kind."""
    people, records = post.subscribe("people", kinds=("employee",)), post.subscribe("records", kinds=("work_record",))
    post.core.units.run(
        post.tenant,
        OWNER,
        lambda unit: unit.repository(EMPLOYEE).add_many([Employee(id=f"b{n}", number=f"b{n}", name="B") for n in "12"]),
    )
    post.relay().run_once()
    (header,) = people.arrived
    assert {"kind": "employee", "count": 2} == header["data"]["state"]
    assert "handover-core.batch.batch.v1" == header["type"]
    assert [] == records.arrived


def test_a_failure_is_tried_again_later_and_marked(post: Post) -> None:
    """First after five seconds, then after ten; what comes later in the stream waits."""
    receiver = post.subscribe()
    receiver.refuse = refusing()
    post.hire("a")
    post.rename("a", "Other")
    relay = post.relay()
    assert 1 == relay.run_once().failed
    for seconds, failed in ((4, 0), (1, 1), (9, 0), (1, 1)):
        post.clock.pass_by(seconds=seconds)
        assert failed == relay.run_once().failed
    receiver.refuse = lambda _: None
    post.clock.pass_by(seconds=20)
    assert 2 == relay.run_once().delivered
    assert [(1, True), (2, False)] == [(each["streamversion"], each["resend"]) for each in receiver.arrived]


def test_one_stream_that_fails_does_not_hold_up_others(post: Post) -> None:
    receiver = post.subscribe()
    receiver.refuse = refusing(only=lambda envelope: envelope["data"]["stream"]["id"] == "a")
    ids = ["a", *(f"p{number}" for number in range(30))]
    for id_ in ids:
        post.hire(id_)
    relay = post.relay()
    for _ in range(5):
        relay.run_once()
        post.clock.pass_by(hours=1)
    assert sorted(ids[1:]) == sorted(id_ for id_, _ in receiver.places())


def test_a_receiver_that_is_down_is_asked_three_times_and_left_alone(post: Post) -> None:
    """Whatever waits for it; until the next run. Others are served meanwhile."""
    asked: list[str] = []
    down, other = post.subscribe("down"), post.subscribe("up")
    down.refuse = lambda envelope: asked.append(envelope["id"]) or TimeoutError()
    for number in range(200):
        post.hire(f"p{number}")
    done = post.relay().run_once()
    assert (3, 200) == (len(asked), len(other.arrived))
    assert (3, 200) == (done.failed, done.delivered)


def test_the_word_of_a_failure_says_nothing_of_what_the_receiver_wrote(post: Post) -> None:
    """A sender that raises anything has failed; of its error the class is kept, and not its words."""
    receiver = post.subscribe(attempts=1)
    receiver.refuse = lambda _: ValueError("Wang Wei's salary")
    post.hire("a")
    post.relay().run_once()
    (letter,) = post.office.outbox.dead_letters()
    assert ("ValueError", 1) == (letter.failure, letter.attempts)


def test_a_stream_that_fails_again_holds_nobody_up_in_its_lane(post: Post) -> None:
    """With a relay that a scheduler runs once an hour, when it is due each time."""
    receiver = post.subscribe()
    receiver.refuse = refusing(only=lambda each: each["data"]["stream"]["id"] == "a")
    lane = lane_of("employee", "a")
    beside = [id_ for id_ in map(str, range(10_000)) if lane_of("employee", id_) == lane][:3]
    for id_ in ("a", *beside):
        post.hire(id_)
    for _ in range(2):
        post.relay().run_once()
        post.clock.pass_by(hours=1)
    assert sorted(beside) == sorted(id_ for id_, _ in receiver.places())


def test_a_receiver_that_takes_its_time_holds_no_other_up(post: Post) -> None:
    """One relay serves both in turn: whom it has served the shortest comes next."""
    post.subscribe("chat")
    post.subscribe("erp")
    for number in range(60):
        post.hire(f"p{number}")
    begun, done = post.clock.now, dict[str, Any]()

    def sender(subscription: Subscription) -> Sender:
        def send(envelope: dict[str, Any], /, *, timeout: float) -> None:  # noqa: ARG001 - the port has them
            if subscription.code == "chat":
                post.clock.pass_by(seconds=6)
            done[subscription.code] = post.clock.now - begun

        return send

    assert 120 == post.relay(sender).run_once().delivered
    assert (timedelta(seconds=360), True) == (done["chat"], done["erp"] < timedelta(seconds=60))


class TestReplay:
    """What was delivered before comes again, marked."""

    @pytest.fixture
    def told(self, post: Post) -> Post:
        """Return a post that has delivered three versions of one stream and one of another, an hour apart."""
        post.subscribe()
        post.hire("a")
        for name in ("two", "three"):
            post.clock.pass_by(hours=1)
            post.rename("a", name)
        post.hire("b")
        post.relay().run_once()
        post.receivers["erp"].arrived.clear()
        return post

    def test_a_stream_from_a_version_on(self, told: Post) -> None:
        assert 2 == told.office.outbox.replay("erp", "lost there", stream=("employee", "a"), version=2)
        told.relay().run_once()
        assert [("a", 2), ("a", 3)] == told.receivers["erp"].places()
        assert [True, True] == [each["resend"] for each in told.receivers["erp"].arrived]

    def test_everything_since_an_instant(self, told: Post) -> None:
        assert 2 == told.office.outbox.replay("erp", "lost there", since=told.clock.now)
        told.relay().run_once()
        assert [("a", 3), ("b", 1)] == sorted(told.receivers["erp"].places())

    def test_what_waits_already_is_not_queued_twice(self, told: Post) -> None:
        """Nor what nobody has routed yet: it comes anyway, and for the first time."""
        told.rename("a", "four")
        assert 4 == told.office.outbox.replay("erp", "all of it", since=BEGINNING)
        assert 0 == told.office.outbox.replay("erp", "again", since=BEGINNING)
        told.relay().run_once()
        arrived = [each for each in told.receivers["erp"].arrived if each["data"]["stream"]["id"] == "a"]
        assert [(1, True), (2, True), (3, True), (4, False)] == [
            (each["streamversion"], each["resend"]) for each in arrived
        ]
        assert 0 == told.office.outbox.unrouted()

    def test_a_replay_is_recorded_and_needs_one_point(self, told: Post) -> None:
        told.office.outbox.replay("erp", "because", stream=("employee", "b"))
        (subscription,) = told.office.outbox.subscriptions()
        with told.core.units.unit(told.tenant, OWNER, write=False) as unit:
            last = unit.transaction.changes(told.tenant, "subscription", subscription.id)[-1]
        assert ("outbox.replay", "because") == (last.command, last.reason)
        for wrong in (
            {},
            {"since": BEGINNING, "stream": ("employee", "a")},
            {"stream": ("employee", "a"), "version": 0},
            {"stream": ("employee", "a"), "version": 99},
            {"stream": ("emploee", "a")},
            {"stream": ("dead_letter", "a")},
        ):
            with pytest.raises(InvalidInput):
                told.office.outbox.replay("erp", "because", **wrong)
        with pytest.raises(NotFound):
            told.office.outbox.replay("erp", "because", stream=("employee", "nobody"))

    def test_more_than_a_page(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("handover_core.outbox.replaying.PAGE", 2)
        receiver = post.subscribe()
        for number in range(7):
            post.hire(f"p{number}")
        post.relay().run_once()
        assert 7 == post.office.outbox.replay("erp", "because", since=BEGINNING)
        with post.office.together("outbox.replay") as office:
            assert 0 == office.outbox.replay("erp", "because", since=BEGINNING)
        post.relay().run_once()
        assert 14 == len(receiver.arrived)
