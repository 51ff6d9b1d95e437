"""What becomes of events that cannot be delivered, on every backend."""

from __future__ import annotations

from contextlib import suppress

import pytest

from handover_core.actor import Actor, Role
from handover_core.errors import Refused
from handover_core.outbox import queue
from handover_core.outbox.kinds import DEAD_LETTER
from handover_core.outbox.model import DeadLetterStatus, Entry
from handover_core.storage import Driver
from handover_core.storage.recording import lane_of
from handover_core.texts import Lang
from outbox.kit import BEGINNING, OWNER, Post, refusing


@pytest.fixture
def post(store: Driver) -> Post:
    return Post(store)


class TestDeadLetters:
    """A stream that cannot be delivered is parked until somebody decides."""

    @pytest.fixture
    def parked(self, post: Post) -> Post:
        """Return a post in which the stream ``a`` is parked at its version 2, and ``b`` is not."""
        receiver = post.subscribe(attempts=3)
        post.hire("a")
        post.hire("b")
        post.relay().run_once()
        receiver.refuse = refusing("status 500", only=lambda envelope: envelope["subject"] == "employee/a")
        post.rename("a", "two")
        post.rename("a", "three")
        relay = post.relay()
        for attempt in range(3):
            assert attempt < 2 or not post.office.outbox.dead_letters()
            relay.run_once()
            post.clock.pass_by(minutes=5)
        receiver.refuse = lambda _: None
        receiver.arrived.clear()
        return post

    def test_a_dead_letter_parks_its_stream_and_no_other(self, parked: Post) -> None:
        parked.rename("b", "two")
        for _ in range(3):
            parked.relay().run_once()
            parked.clock.pass_by(days=1)
        (letter,) = parked.office.outbox.dead_letters("erp")
        assert ("employee", "a", 2) == (letter.stream_kind, letter.stream_id, letter.stream_version)
        assert (3, "status 500") == (letter.attempts, letter.failure)
        assert [("b", 2)] == parked.receivers["erp"].places()
        assert 1 == parked.office.outbox.standing()[0].parked

    def test_a_skip_lets_the_stream_go_on_and_is_recorded(self, parked: Post) -> None:
        (letter,) = parked.office.outbox.dead_letters()
        parked.office.outbox.skip(letter.id, "the receiver knows")
        parked.relay().run_once()
        assert [("a", 3)] == parked.receivers["erp"].places()
        assert [] == parked.office.outbox.dead_letters()
        with parked.core.units.unit(parked.tenant, OWNER, write=False) as unit:
            _, skipped = unit.transaction.changes(parked.tenant, "dead_letter", letter.id)
        assert (OWNER.id, "outbox.skip", "the receiver knows") == (skipped.actor, skipped.command, skipped.reason)

    def test_a_retry_begins_again_and_is_marked(self, parked: Post) -> None:
        (letter,) = parked.office.outbox.dead_letters()
        assert DeadLetterStatus.RETRIED is parked.office.outbox.retry(letter.id, "mended").status
        parked.relay().run_once()
        assert [("a", 2), ("a", 3)] == parked.receivers["erp"].places()
        assert [True, False] == [each["resend"] for each in parked.receivers["erp"].arrived]

    def test_it_waits_for_those_who_decide(self, parked: Post) -> None:
        """On the list of what there is to do (我的待办) of the owner and of HR."""
        (letter,) = parked.office.outbox.dead_letters()
        (todo,) = parked.office.my_todo()
        assert ("outbox", "retry", letter.id, "erp") == (todo.room, todo.action, todo.id, todo.code)
        assert [] == parked.core.office(parked.tenant, Actor("x", {Role.MANAGER})).my_todo()
        parked.office.outbox.skip(letter.id, "known there")
        assert [] == parked.office.my_todo()

    def test_what_became_of_it_is_said_in_the_language_of_the_reader(self, parked: Post) -> None:
        (letter,) = parked.office.outbox.dead_letters()
        parked.office.outbox.skip(letter.id, "known there")
        with pytest.raises(Refused) as refused:
            parked.office.outbox.skip(letter.id, "again")
        assert "已跳过" in refused.value.message(Lang.ZH)
        assert "skipped" in refused.value.message(Lang.EN)

    def test_a_dead_letter_is_settled_once(self, parked: Post) -> None:
        (letter,) = parked.office.outbox.dead_letters()
        parked.office.outbox.skip(letter.id, "once")
        for again in (parked.office.outbox.skip, parked.office.outbox.retry):
            with pytest.raises(Refused):
                again(letter.id, "twice")

    def test_only_the_owner_and_hr_decide(self, parked: Post) -> None:
        (letter,) = parked.office.outbox.dead_letters()
        for role, names in ((Role.EMPLOYEE, ()), (Role.HR, ("skip", "retry"))):
            office = parked.core.office(parked.tenant, Actor("x", {role}))
            assert names == office.allowed_actions("dead_letter", letter.id)
        with pytest.raises(Refused):
            parked.core.office(parked.tenant, Actor("x", {Role.MANAGER})).outbox.skip(letter.id, "no")

    def test_a_dead_letter_ends_with_its_subscription(self, parked: Post) -> None:
        """Nobody is asked about it any more, and it holds nothing up."""
        (letter,) = parked.office.outbox.dead_letters()
        parked.office.outbox.unsubscribe("erp", "closed")
        assert [] == parked.office.outbox.dead_letters() == parked.office.my_todo()
        with parked.core.units.unit(parked.tenant, OWNER, write=False) as unit:
            assert DeadLetterStatus.DROPPED is unit.repository(DEAD_LETTER).get(letter.id).status
        for again in (parked.office.outbox.skip, parked.office.outbox.retry):
            with pytest.raises(Refused):
                again(letter.id, "too late")

    def test_nothing_arrives_without_what_was_parked_before_it(self, post: Post) -> None:
        """Though nobody has swept the queue when the subscription begins again."""
        receiver = post.subscribe(attempts=1)
        receiver.refuse = refusing("status 500")
        for id_ in "abc":
            post.hire(id_)
            post.rename(id_, "two")
        post.relay().run_once()
        assert post.office.outbox.dead_letters()
        post.office.outbox.unsubscribe("erp", "moved")
        receiver = post.subscribe()
        receiver.refuse = lambda _: None
        post.relay().run_once()
        firsts = {id_ for id_, version in receiver.places() if version == 1}
        assert {id_ for id_, _ in receiver.places()} == firsts

    @pytest.mark.parametrize("swept", [True, False])
    def test_a_subscription_that_begins_again_owes_nothing_to_what_was_parked(self, parked: Post, swept: bool) -> None:
        """The stream goes on, and a replay brings what was missed, in order and once."""
        parked.office.outbox.unsubscribe("erp", "moved")
        if swept:
            parked.relay().run_once()
        receiver = parked.subscribe()
        parked.rename("a", "four")
        parked.relay().run_once()
        assert [("a", 4)] == receiver.places()[-1:]
        assert 0 == parked.office.outbox.standing()[0].parked
        receiver.arrived.clear()
        assert 5 == parked.office.outbox.replay("erp", "all of it", since=BEGINNING)
        parked.relay().run_once()
        assert [("a", 1), ("a", 2), ("a", 3), ("a", 4)] == [each for each in receiver.places() if each[0] == "a"]

    def test_an_event_that_ends_its_relay_is_parked_in_the_end(self, post: Post) -> None:
        """Its attempts are on record, though nobody could tell how they ended; the next stream goes on."""
        receiver = post.subscribe(attempts=3)
        post.hire("a")
        receiver.refuse = lambda _: GeneratorExit()
        for _ in range(3):
            with pytest.raises(GeneratorExit):
                post.relay().run_once()
            post.clock.pass_by(hours=1)
        assert [] == post.office.outbox.dead_letters()
        assert 1 == post.relay().run_once().parked
        (letter,) = post.office.outbox.dead_letters()
        assert (3, "outcome-unknown") == (letter.attempts, letter.failure)
        receiver.refuse = lambda _: None
        post.hire("b")
        post.relay().run_once()
        assert [("b", 1)] == receiver.places()

    @pytest.mark.parametrize("attempts", [1, 3])
    def test_what_stands_beside_an_event_that_ends_its_relay_is_delivered(self, post: Post, attempts: int) -> None:
        """Streams of one lane are sent together, and only one of them is to blame."""
        receiver = post.subscribe(attempts=attempts)
        lane = [f"p{number}" for number in range(400) if lane_of("employee", f"p{number}") == lane_of("employee", "p1")]
        for id_ in lane:
            post.hire(id_)
        receiver.refuse = lambda envelope: GeneratorExit() if envelope["subject"] == "employee/p1" else None
        for _ in range(20):
            with suppress(GeneratorExit):
                post.relay().run_once()
            post.clock.pass_by(hours=1)
        assert ["p1"] == [each.stream_id for each in post.office.outbox.dead_letters()]
        assert {*lane} - {"p1"} == {id_ for id_, _ in receiver.places()}
        assert len(lane) > 3

    def test_an_event_that_the_history_no_longer_has_is_parked(self, post: Post) -> None:
        """There is nothing to be sent, and somebody has to know."""
        post.subscribe()
        post.relay().route()
        (subscription,) = post.office.outbox.subscriptions()
        entry = Entry(kind="employee", id="gone", version=7, lane=1, at=0)
        with post.core.units.unit(post.tenant, OWNER) as unit:
            unit.transaction.put_registers(post.tenant, [queue.put_entry(subscription.id, entry)])
            unit.commit()
        assert 1 == post.relay().run_once().parked
        (letter,) = post.office.outbox.dead_letters()
        assert ("gone", 7, "entry-missing") == (letter.stream_id, letter.stream_version, letter.failure)

    def test_a_final_failure_is_not_repeated(self, post: Post) -> None:
        receiver = post.subscribe()
        receiver.refuse = refusing("status 410", final=True)
        post.hire("a")
        assert 1 == post.relay().run_once().parked
        assert "status 410" == post.office.outbox.dead_letters()[0].failure
