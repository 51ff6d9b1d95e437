"""Wherever relays die, nothing is lost, nothing overtakes, and what comes twice says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.errors import CommitUnknown, Contention, StorageUnavailable, VersionConflict
from handover_core.ids import new_id
from handover_core.outbox.model import Subscription
from handover_core.outbox.queue import QUEUE
from handover_core.outbox.relay import Relay
from handover_core.outbox.routing import RELAY
from handover_core.outbox.sending import Sender
from handover_core.storage import Driver, MemoryStore
from handover_core.storage.codec import from_json
from handover_core.storage.encoding import to_micros
from handover_core.testing.commits import CommitFault, FailingCommits
from outbox.crashes import At, Crash, Crashing, assert_delivered, drain, dying
from outbox.kit import BEGINNING, Post, refusing

WRITERS, RELAYS, CHANGES = 10, 3, 6
LEASE = timedelta(seconds=4)


def told(post: Post) -> dict[str, int]:
    """Write three streams, of which two share everything but the lane; return how many versions each has."""
    for id_ in ("a", "b", "c"):
        post.hire(id_)
    post.rename("a", "two")
    post.rename("a", "three")
    post.rename("b", "two")
    return {"a": 3, "b": 2, "c": 1}


def test_a_relay_may_die_at_every_single_step(store: Driver) -> None:
    """Before and after each read, write, commit and send; the next one goes on when the lease has run out.

    In memory each of them, on the databases every seventh.
    """
    number, struck, stride = 1, True, 7 if store.capabilities.durable else 1
    while struck:
        post = Post(store, new_id())
        receivers = [post.subscribe("one"), post.subscribe("two", attempts=2)]
        receivers[1].refuse = refusing(only=lambda envelope: envelope["id"].endswith("/b/1"))
        streams = told(post)
        struck = False
        try:
            dying(post, At(number)).run_once()
        except Crash:
            struck, number = True, number + stride
        receivers[1].refuse = lambda _: None
        drain(post)
        for receiver in receivers:
            assert_delivered(receiver, streams)
    assert number > 100


def test_a_relay_that_was_overtaken_stores_nothing_more(store: Driver) -> None:
    """Its lease ran out while it sent: another one has delivered by then, marked, and the first one's result is void."""
    post = Post(store)
    receiver = post.subscribe()
    post.hire("a")
    post.rename("a", "two")

    def sender(_: Subscription) -> Sender:
        def send(_: Any, /, *, timeout: float) -> None:
            del timeout
            post.clock.pass_by(hours=1)
            assert 2 == post.relay().run_once().delivered
            post.clock.pass_by(hours=1)

        return send

    assert 0 == post.relay(sender).run_once().delivered
    assert [(1, True), (2, False)] == [(each["streamversion"], each["resend"]) for each in receiver.arrived]
    assert post.relay().run_once().idle


@pytest.mark.parametrize("landed", [True, False])
@pytest.mark.parametrize("place", range(3))
def test_a_commit_whose_answer_was_lost_loses_and_doubles_nothing(store: Driver, place: int, landed: bool) -> None:
    """Of the routing, of the attempt, of the result: the relay assumes nothing, and the lease runs out."""
    post = Post(store)
    receiver = post.subscribe()
    streams = told(post)
    fine = CommitFault(Contention(), landed=False)  # which is simply tried again
    faults = [fine] * place + [CommitFault(CommitUnknown("cut"), landed)]
    units = post.core.units.over(FailingCommits(store, *faults))
    Relay(units, post.tenant, post.sender, chance=lambda: 0.0, sleep=lambda _: None).run_once()
    drain(post)
    assert_delivered(receiver, streams)


def test_a_store_that_contends_is_asked_again(store: Driver) -> None:
    """What was sent stays sent, and its result is stored in the end; the router leaves it to the next run."""
    post = Post(store)
    receiver = post.subscribe()
    post.hire("a")
    post.relay().route()
    faults = [CommitFault(Contention(), landed=False)] * 4
    units = post.core.units.over(FailingCommits(store, *faults))
    assert 1 == Relay(units, post.tenant, post.sender, sleep=lambda _: None).run_once().delivered
    post.hire("b")
    units = post.core.units.over(FailingCommits(store, CommitFault(Contention(), landed=False)))
    assert 0 == Relay(units, post.tenant, post.sender, sleep=lambda _: None).run_once().routed
    drain(post)
    assert_delivered(receiver, {"a": 1, "b": 1})
    assert [False, False] == [each["resend"] for each in receiver.arrived]


def test_a_store_that_contends_for_good_is_left_until_the_lease_is_over(store: Driver) -> None:
    """What was sent then comes again, marked; and a sweep that meets another one leaves it the rest."""
    post = Post(store)
    receiver = post.subscribe()
    post.hire("a")
    post.relay().route()
    attempt = CommitFault(CommitUnknown("cut"), landed=True)
    Relay(post.core.units.over(FailingCommits(store, attempt)), post.tenant, post.sender).run_once()
    assert [] == receiver.arrived
    post.clock.pass_by(hours=1)
    units = post.core.units.over(Contending(store, "drop_registers"))
    assert 0 == Relay(units, post.tenant, post.sender, sleep=lambda _: None).run_once().delivered
    drain(post)
    assert [True, True] == [each["resend"] for each in receiver.arrived]
    post.office.outbox.unsubscribe("erp", "closed")
    Relay(units, post.tenant, post.sender, sleep=lambda _: None).run_once()
    post.relay().run_once()
    with post.core.units.unit(post.tenant, RELAY, write=False) as unit:
        assert [] == unit.transaction.spaces(post.tenant, QUEUE, 10), "leases stay, they come before"


class Contending(Crashing):
    """A driver in whose transactions one step never gets what it needs."""

    def __init__(self, driver: Driver, step: str) -> None:
        def strike(name: str) -> None:
            if name == f"before {step}":
                raise Contention

        super().__init__(driver, strike)


def test_nobody_else_sends_while_a_lane_is_held(store: Driver) -> None:
    post = Post(store)
    receiver = post.subscribe()
    post.hire("a")
    with suppress(Crash):
        dying(post, lambda step: _strike_at(step, "before send")).run_once()
    for seconds, delivered in ((0, 0), (59, 0), (1, 1)):
        post.clock.pass_by(seconds=seconds)
        assert delivered == post.relay().run_once().delivered
    assert [True] == [each["resend"] for each in receiver.arrived]


def _strike_at(step: str, wanted: str) -> None:
    if step == wanted:
        raise Crash(step)


def test_no_send_begins_when_the_lease_would_end_before_it(store: Driver) -> None:
    """Each send here takes 50 of the 60 seconds, so the lease is renewed before the next."""
    post = Post(store)
    post.subscribe()
    leases: list[int] = []
    for number in range(200):
        post.hire(f"p{number}")

    def sender(_: Subscription) -> Sender:
        def send(envelope: dict[str, Any], /, *, timeout: float) -> None:
            del timeout
            with post.core.units.unit(post.tenant, RELAY, write=False) as unit:
                (subscription,) = post.office.outbox.subscriptions()
                lease = unit.transaction.register(post.tenant, f"lease:{subscription.id}", f"{envelope['lane']:02d}")
                until = from_json(lease.body)["until"]
            leases.append(until - to_micros(post.clock.now))
            post.clock.pass_by(seconds=9)

        return send

    done = post.relay(sender, lease=timedelta(seconds=20)).run_once()
    assert 200 == done.delivered
    assert min(leases) > 10_000_000


actions = st.one_of(
    st.tuples(st.just("write"), st.sampled_from("abc")),
    st.tuples(st.just("crash"), st.integers(1, 60)),
    st.tuples(st.just("run"), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 90, 4000])),
    st.tuples(st.just("down"), st.sampled_from(["one", "two"])),
    st.tuples(st.just("up"), st.sampled_from(["one", "two"])),
    st.tuples(st.just("skip"), st.just(0)),
    st.tuples(st.just("retry"), st.just(0)),
    st.tuples(st.just("replay"), st.sampled_from("abc")),
)


class Life:
    """A post with two receivers, and what was written and given up in its story."""

    def __init__(self) -> None:
        self.post = Post(MemoryStore())
        self.receivers = {code: self.post.subscribe(code, attempts=3) for code in ("one", "two")}
        self.versions: dict[str, int] = {}
        self.skipped: dict[str, set[tuple[str, int]]] = {"one": set(), "two": set()}

    def write(self, id_: str) -> None:
        self.versions[id_] = self.versions.get(id_, 0) + 1
        if self.versions[id_] == 1:
            self.post.hire(id_)
        else:
            self.post.rename(id_, f"name {self.versions[id_]}")

    def crash(self, number: int) -> None:
        with suppress(Crash):
            dying(self.post, At(number)).run_once()

    def run(self, _: int) -> None:
        self.post.relay().run_once()

    def wait(self, seconds: int) -> None:
        self.post.clock.pass_by(seconds=seconds)

    def down(self, code: str) -> None:
        self.receivers[code].refuse = refusing()

    def up(self, code: str) -> None:
        self.receivers[code].refuse = lambda _: None

    def replay(self, id_: str) -> None:
        if id_ in self.versions:
            self.post.office.outbox.replay("one", "lost", stream=("employee", id_))

    def skip(self, _: int) -> None:
        codes = {each.id: each.code for each in self.post.office.outbox.subscriptions()}
        for letter in self.post.office.outbox.dead_letters()[:1]:
            self.post.office.outbox.skip(letter.id, "because")
            self.skipped[codes[letter.subscription_id]].add((letter.stream_id, letter.stream_version))

    def retry(self, _: int) -> None:
        for letter in self.post.office.outbox.dead_letters()[:1]:
            self.post.office.outbox.retry(letter.id, "because")

    def end(self) -> None:
        for code in self.receivers:
            self.up(code)
        for letter in self.post.office.outbox.dead_letters():
            self.post.office.outbox.retry(letter.id, "the end")
        drain(self.post)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=st.lists(actions, max_size=40))
def test_whatever_happens_everything_arrives_or_was_skipped(story: list[tuple[str, Any]]) -> None:
    """Writers, relays that die anywhere, receivers that come and go, skips, retries and replays, in any order."""
    life = Life()
    for action, what in story:
        getattr(life, action)(what)
    life.end()
    for code, receiver in life.receivers.items():
        assert_delivered(receiver, life.versions, life.skipped[code] - set(receiver.places()))


class Running:
    """A clock that goes on by itself, and can be moved."""

    def __init__(self) -> None:
        self._begun = monotonic()
        self._more = timedelta()

    def __call__(self) -> datetime:
        return BEGINNING + self._more + timedelta(seconds=monotonic() - self._begun)

    def pass_by(self, **time: float) -> None:
        self._more += timedelta(**time)


def write(post: Post, number: int, shared: list[int]) -> None:
    """Write a stream of one's own, and into one that all writers share; count what was stored there."""
    post.hire(f"w{number}")
    for change in range(CHANGES - 1):
        post.rename(f"w{number}", f"name {change}")
        with suppress(VersionConflict, Contention):
            post.rename("shared", f"by {number}: {change}")
            shared.append(number)


def relay(post: Post, number: int, over: Event) -> None:
    """Run relays that die at random, one after the other."""
    dice = Random(number)

    def strike(step: str) -> None:
        if dice.random() < 0.0015:
            raise Crash(step)

    while not over.is_set():
        living = dying(post, strike, lease=LEASE, chance=dice.random)
        with suppress(Crash, Contention, StorageUnavailable):
            while not over.is_set():
                if living.run_once().idle:
                    over.wait(0.02)


def begun(failed: list[BaseException], count: int, work: Callable[[int], None]) -> list[Thread]:
    """Start threads, keeping what they raise."""

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            failed.append(error)

    threads = [Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_ten_writers_and_three_relays_that_keep_dying(store: Driver) -> None:
    """Every event is delivered, first arrivals in the order of their stream; what came twice is marked and the same."""
    post = Post(store)
    post.clock = post.core.units.clock = Running()
    receivers = [post.subscribe("one", timeout=2), post.subscribe("two", timeout=2, kinds=("employee",))]
    post.hire("shared")
    shared: list[int] = []
    failed: list[BaseException] = []
    over = Event()

    relays = begun(failed, RELAYS, lambda number: relay(post, number, over))
    for thread in begun(failed, WRITERS, lambda number: write(post, number, shared)):
        thread.join(120)
    streams = {"shared": 1 + len(shared)} | {f"w{number}": CHANGES for number in range(WRITERS)}
    end = monotonic() + 12  # relays go on dying, and taking over from each other, meanwhile
    while any(len(set(each.places())) < sum(streams.values()) for each in receivers) and monotonic() < end:
        over.wait(0.05)
    over.set()
    for thread in relays:
        thread.join(60)

    assert [] == failed
    drain(post)
    for receiver in receivers:
        assert_delivered(receiver, streams)
