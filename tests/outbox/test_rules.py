"""Pure decisions: waiting, leases, who wants what, and the queue as a model has it."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from handover_core.ids import new_id
from handover_core.outbox import queue, rules
from handover_core.outbox.model import Entry, Lease, Subscription, SubscriptionStatus
from handover_core.storage import MemoryStore

STORE = MemoryStore()
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
