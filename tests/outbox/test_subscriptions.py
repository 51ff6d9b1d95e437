"""Subscriptions begin, change, end and begin again; what waits for them, and who may see and do it, on every backend."""

from __future__ import annotations

from typing import Any

import pytest

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, NotDelivered, NotFound, Refused
from handover_core.organization.model import OrgUnit
from handover_core.outbox import routing
from handover_core.outbox.model import Subscription
from handover_core.outbox.queue import LEASE
from handover_core.storage import Driver
from handover_core.storage.recording import lane_of
from outbox.kit import BEGINNING, OWNER, Post, Receiver, refusing


@pytest.fixture
def post(store: Driver) -> Post:
    return Post(store)


@pytest.mark.parametrize("endpoint", ["call:", "elsewhere:"])
@pytest.mark.parametrize("replayed", [0, 1, 2])
def test_a_subscription_that_begins_again_while_it_is_sent_to_owes_nothing_and_loses_nothing(
    post: Post, endpoint: str, replayed: int
) -> None:
    """The relay that sends goes on with what it holds; another one takes the lane only after it."""
    receiver = post.subscribe()
    lane = lane_of("employee", "a")
    other = next(id_ for id_ in map(str, range(10_000)) if lane_of("employee", id_) == lane)
    for id_ in ("a", other):
        post.hire(id_)

    def begin_again(envelope: Any) -> None:
        receiver.refuse = lambda _: None
        post.clock.pass_by(seconds=2)
        post.office.outbox.unsubscribe("erp", "a slip")
        post.subscribe(endpoint=endpoint)
        for _ in range(replayed):
            post.office.outbox.replay("erp", "again", stream=("employee", "a"))
            post.office.outbox.replay("erp", "again", stream=("employee", other))
        post.rename("a", "Two")
        post.rename(other, "Two")
        post.relay().run_once()
        receiver.arrived.append({"between": envelope["data"]["stream"]["id"]})

    receiver.refuse = begin_again  # type: ignore[assignment]
    post.relay().run_once()
    post.clock.pass_by(hours=1)
    post.relay().run_once()
    post.relay().run_once()
    assert {"between"} == receiver.arrived.pop(0).keys()
    for id_ in ("a", other):
        found = [
            (each["streamversion"], each["resend"]) for each in receiver.arrived if each["data"]["stream"]["id"] == id_
        ]
        first = [version for version, resend in found if not resend]
        assert first == sorted(set(first)), "no first delivery comes late or twice"
        assert 2 == found[-1][0]
        if replayed:
            assert (1, True) in found
    assert [] == post.office.outbox.dead_letters()


def ended(post: Post) -> Receiver:
    """Return the receiver of a subscription that ended while something waited for it."""
    receiver = post.subscribe()
    receiver.refuse = refusing()
    post.hire("a")
    post.relay().run_once()
    post.office.outbox.unsubscribe("erp", "closed")
    return receiver


def test_an_ended_subscription_gets_nothing_more(post: Post) -> None:
    """What waited for it is dropped, and the code may be used again."""
    receiver = ended(post)
    receiver.refuse = lambda _: None
    post.clock.pass_by(days=1)
    post.hire("b")
    post.relay().run_once()
    assert [] == receiver.arrived
    with post.core.units.unit(post.tenant, OWNER, write=False) as unit:
        (left,) = unit.transaction.spaces(post.tenant, None, 10)
    assert left.startswith(LEASE), "whoever held a lane may still be sending"
    post.subscribe(endpoint="elsewhere:")
    post.hire("c")
    post.relay().run_once()
    assert [("c", 1)] == receiver.places()
    assert ["elsewhere:"] == [each.endpoint for each in post.office.outbox.subscriptions()]


def test_a_sweep_that_was_under_way_leaves_a_subscription_alone_that_began_again(post: Post) -> None:
    """It had seen that the subscription was over, and meanwhile it is not any more."""
    receiver = ended(post)
    spaces = post.core.units.read(post.tenant, OWNER, routing._ended)
    post.subscribe()
    post.hire("b")
    post.relay().route()
    with post.core.units.unit(post.tenant, OWNER) as unit:
        assert [0 for _ in spaces] == [routing._swept(unit, space) for space in spaces]
    assert spaces
    post.clock.pass_by(days=1)
    receiver.refuse = lambda _: None
    post.relay().run_once()
    assert ("b", 1) in receiver.places()


def test_what_waited_in_an_earlier_life_does_not_go_to_the_new_endpoint(post: Post) -> None:
    """Also where no relay has swept since; what no relay has routed goes there, of the kinds that are wanted."""
    old = post.subscribe(endpoint="call:old")
    for number in range(120):
        post.hire(f"p{number}")
    post.relay().route()
    post.office.outbox.unsubscribe("erp", "moved")
    post.hire("unrouted")
    post.office.organization.add_unit(OrgUnit(id="u", code="U", name="U"))
    new = post.receivers["erp"] = Receiver()
    post.subscribe(endpoint="call:new", kinds=("org_unit",))
    with post.core.units.unit(post.tenant, OWNER, write=False) as unit:
        assert [] == unit.transaction.spaces(post.tenant, None, 10)
    post.relay().run_once()
    assert ([], [("u", 1)], []) == (new.places(), new.places("org_unit"), old.arrived)


def test_a_subscription_begins_again_in_a_unit_with_other_commands(post: Post) -> None:
    receiver = post.subscribe()
    for number in range(120):
        post.hire(f"p{number}")
    post.relay().route()
    with post.office.together("moving") as office:
        office.outbox.unsubscribe("erp", "moved")
        office.outbox.subscribe(Subscription(id="s2", code="erp", endpoint="call:new"))
    post.relay().run_once()
    assert [] == receiver.arrived


def test_a_subscription_is_changed_and_what_waits_goes_on(post: Post) -> None:
    """To the new endpoint, unless its kind is not wanted any more; that is looked at when it is sent."""
    places: list[tuple[str, str]] = []
    post.subscribe(endpoint="call:old", attempts=1)
    post.hire("a")
    post.hire("parked")
    post.office.organization.add_unit(OrgUnit(id="u", code="U", name="U"))

    def senders(subscription: Subscription) -> Any:
        def send(envelope: dict[str, Any], /, **_: float) -> None:
            if envelope["subject"] == "employee/parked":
                raise NotDelivered("status 400", final=True)
            places.append((subscription.endpoint, envelope["subject"]))

        return send

    relay = post.relay(senders)
    relay.route()
    changed = post.office.outbox.change_subscription("erp", "moved", endpoint="call:new", timeout=5)
    assert ("call:new", 5, 1) == (changed.endpoint, changed.timeout, changed.attempts)
    relay.run_once()
    assert {("call:new", "employee/a"), ("call:new", "org_unit/u")} == set(places)
    assert 1 == len(post.office.outbox.dead_letters())
    post.rename("a", "B")
    post.rename("parked", "B")
    relay.route()
    post.office.outbox.change_subscription("erp", "only units", kinds=("org_unit",))
    assert [] == post.office.outbox.dead_letters()
    places.clear()
    relay.run_once()
    assert [] == places
    assert [0] == [each.waiting for each in post.office.outbox.standing()]
    assert () == post.office.outbox.change_subscription("erp", "all of them", kinds=()).kinds
    with pytest.raises(InvalidInput):
        post.office.outbox.change_subscription("erp", "nothing")
    with pytest.raises(InvalidInput):
        post.office.outbox.change_subscription("erp", "wrong", kinds=("employees",))


def test_codes_that_would_share_a_secret_are_refused(post: Post) -> None:
    """The environment spells them alike; one that has ended is in nobody's way."""
    post.subscribe("erp-a")
    for code in ("erp_a", "ERP-A", "ERP_A"):
        with pytest.raises(Refused) as refused:
            post.subscribe(code)
        assert "outbox.alike" == refused.value.rule.code
    post.office.outbox.unsubscribe("erp-a", "closed")
    post.subscribe("erp_a")
    with pytest.raises(Refused):
        post.subscribe("erp-a")


def test_a_reason_says_something(post: Post) -> None:
    post.subscribe(attempts=1).refuse = refusing()
    post.hire("a")
    post.relay().run_once()
    (letter,) = post.office.outbox.dead_letters()
    outbox = post.office.outbox
    for blank in ("", "  "):
        for command in (
            lambda why: outbox.skip(letter.id, why), lambda why: outbox.retry(letter.id, why),
            lambda why: outbox.unsubscribe("erp", why), lambda why: outbox.replay("erp", why, since=BEGINNING),
            lambda why: outbox.change_subscription("erp", why, timeout=3),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                command(blank)
            assert ["reason.missing"] == [each.code for each in refused.value.problems]


def test_where_events_go_is_shown_to_those_who_manage_it(post: Post) -> None:
    post.subscribe()
    for role in (Role.OWNER, Role.HR, Role.AUDITOR, Role.EMPLOYEE, Role.MANAGER):
        outbox = post.core.office(post.tenant, Actor("x", {role})).outbox
        for question in (outbox.subscriptions, outbox.standing, outbox.unrouted, outbox.dead_letters):
            if role in {Role.EMPLOYEE, Role.MANAGER}:
                with pytest.raises(Refused):
                    question()
            else:
                question()


def test_a_code_has_one_active_subscription(post: Post) -> None:
    post.subscribe()
    with pytest.raises(Refused):
        post.subscribe()
    post.office.outbox.unsubscribe("erp", "closed")
    for command in (post.office.outbox.unsubscribe, lambda *a: post.office.outbox.replay(*a, since=BEGINNING)):
        with pytest.raises(Refused):
            command("erp", "again")
    with pytest.raises(NotFound):
        post.office.outbox.unsubscribe("nobody", "x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""}, {"code": "a b"}, {"code": "x" * 49}, {"endpoint": ""}, {"endpoint": "https://me:secret@x.y"},
        {"kinds": ("employees",)}, {"kinds": ("dead_letter",)}, {"attempts": 0}, {"timeout": 301},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_subscribed_to_is_refused(post: Post, wrong: dict[str, object]) -> None:
    fields = {"id": "s", "code": "erp", "endpoint": "https://example.com/hook", **wrong}
    with pytest.raises(InvalidInput):
        post.office.outbox.subscribe(Subscription(**fields))


def test_allowed_actions_say_what_is_allowed(post: Post) -> None:
    post.subscribe()
    (subscription,) = post.office.outbox.subscriptions()
    assert ("change_subscription", "unsubscribe", "replay") == post.office.allowed_actions(
        "subscription", subscription.id
    )
    post.office.outbox.unsubscribe("erp", "closed")
    assert () == post.office.allowed_actions("subscription", subscription.id)
    with pytest.raises(InvalidInput):
        post.office.outbox.allowed_actions("employee", "x")
    nobody = post.core.office(post.tenant, Actor("x", {Role.EMPLOYEE}))
    with pytest.raises(Refused):
        nobody.outbox.subscribe(Subscription(id="s", code="mine", endpoint="x:"))


def test_nobody_listens_and_the_outbox_empties(post: Post) -> None:
    post.hire("a")
    assert 1 == post.relay().run_once().routed
    assert 0 == post.office.outbox.unrouted()
