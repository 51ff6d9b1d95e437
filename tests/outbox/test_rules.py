"""Pure decisions: waiting, leases, who wants what, and the queue as a model has it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from handover_core.actor import NEEDS_ROLE, Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.guards import allowed
from handover_core.ids import new_id
from handover_core.outbox import queue, refusals, rules
from handover_core.outbox.model import DeadLetter, DeadLetterStatus, Entry, Lease, Subscription, SubscriptionStatus
from handover_core.storage import MemoryStore
from handover_core.texts import Lang

STORE = MemoryStore()
SOUND = Subscription(id="s", code="s", endpoint="https://example.com/hook")
KINDS = ("employee", "work_record", "subscription", "dead_letter")
TODAY = date(2026, 3, 2)
chances = st.floats(0, 1)
attempts = st.integers(1, 200)
entries = st.builds(
    Entry,
    kind=st.sampled_from(["employee", "employe", "work_record"]),
    id=st.sampled_from(["a", "a:", "a:1", "a0", "A", "王", "ab"]),
    version=st.one_of(st.integers(1, 12), st.integers(1, 2**62)),
    lane=st.sampled_from([0, 1, 9, 10, 63]),
    at=st.just(0),
    due=st.integers(0, 3),
    parked=st.sampled_from([None, None, "letter"]),
)


@given(attempts, chances)
def test_waiting_doubles_up_to_an_hour_and_chance_takes_at_most_half(attempt: int, chance: float) -> None:
    longest = min(3600, 5 * 2 ** min(attempt - 1, 20)) * rules.SECOND
    assert longest // 2 <= rules.wait_after(attempt, chance) <= longest
    assert rules.wait_after(attempt, 0) == longest
    assert rules.wait_after(attempt, chance) <= rules.wait_after(attempt + 1, chance)


@given(attempts, st.integers(1, 200), chances, st.booleans())
def test_an_entry_waits_until_its_attempts_are_used_up(attempt: int, most: int, chance: float, final: bool) -> None:
    entry = Entry(kind="k", id="i", version=1, lane=0, at=0, attempts=attempt)
    again = rules.after_failure(entry, 7, chance, most, final=final)
    if final or attempt >= most:
        assert again is None
    else:
        assert evolve(entry, due=7 + rules.wait_after(attempt, chance)) == again


@given(st.sampled_from(["me", "you"]), st.integers(0, 10), st.integers(0, 10))
def test_a_lane_is_taken_when_it_is_free(owner: str, until: int, now: int) -> None:
    lease = Lease(owner=owner, until=until)
    assert rules.may_take(None, "me", now)
    assert (owner == "me" or until <= now) == rules.may_take(lease, "me", now)


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(1, 60))
def test_whoever_may_send_is_done_before_another_may_take_the_lane(until: int, now: int, timeout: int) -> None:
    lease = Lease(owner="me", until=until)
    if rules.may_send(lease, now, timeout):
        assert not rules.may_take(lease, "you", now + timeout * rules.SECOND)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"code": ""}, "code"), ({"code": "-a"}, "code"), ({"code": "a b"}, "code"), ({"code": "x" * 49}, "code"),
        ({"endpoint": ""}, "endpoint"), ({"endpoint": "https://me:secret@x.y/"}, "endpoint"),
        ({"endpoint": "https://x.y/send?access_token=hunter2"}, "endpoint"),
        ({"endpoint": "https://x.y/send?a=b&apiKey=hunter2"}, "endpoint"),
        ({"endpoint": "https://x.y/f?code=hunter2"}, "endpoint"), ({"endpoint": "https://x.y/?%6Bey=hunter2"}, "endpoint"),
        ({"kinds": ("employees",)}, "kinds"), ({"kinds": ("dead_letter",)}, "kinds"),
        ({"attempts": 0}, "attempts"), ({"attempts": 101}, "attempts"),
        ({"timeout": 0}, "timeout"), ({"timeout": 301}, "timeout"),
    ],
    ids=str,
)  # fmt: skip
def test_a_subscription_that_cannot_be_is_refused(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        rules.check_subscription(evolve(SOUND, **wrong), KINDS)
    assert path == raised.value.problems[0].path
    assert "hunter2" not in raised.value.message()
    assert "secret" not in raised.value.message().replace("secrets", "")
    assert raised.value.message(Lang.ZH) != raised.value.message()


@pytest.mark.parametrize(
    "fine",
    [
        {}, {"code": "a"}, {"code": "9" * 48}, {"code": "A_b-9"}, {"kinds": ("employee", "work_record")}, {"kinds": ()},
        {"attempts": 1}, {"attempts": 100}, {"timeout": 1}, {"timeout": 300}, {"endpoint": "https://x.y/@z"},
        {"endpoint": "https://x.y/?company=acme&author=x&design=y"}, {"endpoint": "https://x.y/token/key"},
    ],
    ids=str,
)  # fmt: skip
def test_a_subscription_that_can_be_is_not(fine: dict[str, Any]) -> None:
    rules.check_subscription(evolve(SOUND, **fine), KINDS)


@pytest.mark.parametrize("role", list(Role))
def test_the_owner_and_hr_decide_and_nobody_else(role: Role) -> None:
    """About what is active or parked; what has ended or is settled is no more to be decided."""
    actor = Actor("x", {role})
    may = role in {Role.OWNER, Role.HR, Role.SYSTEM}
    letter = DeadLetter(
        id="d", subscription_id="s", stream_kind="k", stream_id="i", stream_version=1, attempts=1, failure="f",
        parked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert (("subscribe",) if may else ()) == allowed(rules.SUBSCRIBING, actor, SOUND, TODAY)
    assert (("change_subscription", "unsubscribe", "replay") if may else ()) == allowed(
        rules.SUBSCRIPTION_ACTIONS, actor, SOUND, TODAY
    )
    assert (("skip", "retry") if may else ()) == allowed(rules.LETTER_ACTIONS, actor, letter, TODAY)
    ended = evolve(SOUND, status=SubscriptionStatus.ENDED)
    assert () == allowed(rules.SUBSCRIPTION_ACTIONS, actor, ended, TODAY)
    for status in (DeadLetterStatus.SKIPPED, DeadLetterStatus.RETRIED):
        assert () == allowed(rules.LETTER_ACTIONS, actor, evolve(letter, status=status), TODAY)


def test_a_refusal_says_what_would_satisfy_it() -> None:
    """What has ended is named, in both languages; what is missing comes first."""
    owner, nobody = Actor("x", {Role.OWNER}), Actor("x")
    ended = evolve(SOUND, code="erp", status=SubscriptionStatus.ENDED)
    with pytest.raises(Refused) as raised:
        rules.SUBSCRIPTION_ACTIONS[0].check(owner, ended, TODAY)
    assert (refusals.ENDED, "The subscription erp has ended.") == (raised.value.rule, raised.value.message())
    with pytest.raises(Refused) as raised:
        rules.SUBSCRIPTION_ACTIONS[0].check(nobody, ended, TODAY)
    assert NEEDS_ROLE is raised.value.rule


def test_an_ended_subscription_begins_again_under_its_id() -> None:
    """With all that is wanted now; an active one is not replaced."""
    present = evolve(SOUND, id="old", version=4, attempts=3, status=SubscriptionStatus.ENDED)
    wanted = evolve(SOUND, id="new", endpoint="other:", status=SubscriptionStatus.ENDED)
    assert evolve(wanted, id="old", version=4, status=SubscriptionStatus.ACTIVE) == rules.renewed(present, wanted)
    with pytest.raises(Refused) as raised:
        rules.renewed(SOUND, wanted)
    assert (refusals.ACTIVE, {"code": "s"}) == (raised.value.rule, dict(raised.value.params))


def test_what_becomes_of_an_entry() -> None:
    """An attempt is counted; a parked entry waits for its letter; a released one begins again, marked."""
    entry = Entry(kind="k", id="i", version=1, lane=0, at=5, attempts=2, due=9)
    assert evolve(entry, attempts=3, untold=True) == rules.tried(entry)
    assert [False, True, True] == [rules.is_spent(rules.tried(entry), most) for most in (4, 3, 1)]
    assert not rules.is_spent(evolve(entry, attempts=1), 1)
    assert not rules.after_failure(rules.tried(entry), 0, 0, 9, final=False).untold
    assert evolve(entry, parked="d") == rules.parked(entry, "d")
    assert evolve(entry, attempts=0, due=0, resend=True) == rules.released(rules.parked(entry, "d"))
    assert [True, False] == [rules.is_due(entry, now) for now in (9, 8)]
    assert not rules.is_due(rules.parked(entry, "d"), 10)
    assert [False, True, True] == [
        each.is_resend for each in (evolve(entry, attempts=0), entry, evolve(entry, attempts=0, resend=True))
    ]


def test_a_send_must_end_before_the_lease_and_not_with_it() -> None:
    lease = Lease(owner="me", until=10_000_000)
    assert [True, False, False] == [rules.may_send(lease, now, 4) for now in (5_999_999, 6_000_000, 9_000_000)]


def test_waits_to_the_microsecond() -> None:
    waits = [rules.wait_after(attempt, 0) // rules.SECOND for attempt in (1, 2, 3, 10, 11, 12, 100)]
    assert [5, 10, 20, 2560, 3600, 3600, 3600] == waits
    assert [5_000_000, 3_750_000, 2_500_000] == [rules.wait_after(1, chance) for chance in (0, 0.5, 1)]


def test_who_wants_what() -> None:
    """All kinds or those that are named; never the room's own, and nothing after the end."""
    everything = Subscription(id="s", code="s", endpoint="x:")
    people = evolve(everything, kinds=("employee",))
    ended = evolve(everything, status=SubscriptionStatus.ENDED)
    asked = ("employee", "work_record", "subscription", "dead_letter")
    assert [True, True, False, False] == [rules.wants(everything, kind) for kind in asked]
    assert [True, False, False, False] == [rules.wants(people, kind) for kind in asked]
    assert [False] * 4 == [rules.wants(ended, kind) for kind in asked]


@given(st.lists(entries, max_size=60, unique_by=lambda entry: (entry.kind, entry.id, entry.version, entry.lane)))
def test_a_queue_shows_the_first_of_each_stream(waiting: list[Entry]) -> None:
    """In every lane, as a walk over all entries finds them; lanes are those in which anything waits."""
    tenant = new_id()
    with_put = STORE.transaction(write=True)
    with_put.put_registers(tenant, [queue.put_entry("s", entry) for entry in waiting])
    with_put.commit()
    reading = STORE.transaction(write=False)
    assert sorted({entry.lane for entry in waiting}) == list(queue.lanes(reading, tenant, "s"))
    for lane in range(64):
        first: dict[tuple[str, str], Entry] = {}
        for entry in sorted((each for each in waiting if each.lane == lane), key=lambda each: each.version):
            first.setdefault(entry.stream, entry)
        heads = [each.entry for each in queue.heads(reading, tenant, "s", lane)]
        assert sorted(first.values(), key=lambda each: each.stream) == heads


@given(st.integers(101, 350), st.integers(1, 5))
def test_long_streams_are_passed_over(length: int, streams: int) -> None:
    """However much waits in a stream, the next one is found by a few looks."""
    tenant, looks = new_id(), [0]
    putting = STORE.transaction(write=True)
    for number in range(streams):
        putting.put_registers(
            tenant,
            [
                queue.put_entry("s", Entry(kind="k", id=f"i{number}", version=version, lane=3, at=0))
                for version in range(1, length)
            ],
        )
    putting.commit()
    reading = STORE.transaction(write=False)
    registers = reading.registers

    def counted(*arguments: object) -> object:
        looks[0] += 1
        return registers(*arguments)

    reading.registers = counted
    assert [1] * streams == [each.entry.version for each in queue.heads(reading, tenant, "s", 3)]
    assert looks[0] <= streams + 1
