"""The hands that items go through on every backend: receivers, questions, reviews, ladders."""

from __future__ import annotations

from datetime import date

import pytest

from handover.lives import AFTER, code_of, leave, refused, walk
from handover_core.errors import InvalidInput, Refused
from handover_core.handover.model import (
    ItemState,
)
from handover_core.records.model import WorkRecord
from worlds import LAST_DAY, NOTICE, World


def test_an_item_goes_through_several_hands_and_its_history_tells(world: World) -> None:
    case = world.leave()
    director = world.office("0003").handover
    item = director.assign_receiver(director.items(case)[0].id, world.id("0024"), "knows it")
    declined = world.office("0024").handover.decline(item.id, "no time")
    assert declined.receiver_id is None
    assert ["assign_receiver"] == [
        todo.action for todo in world.office("0003").my_todo() if todo.code == item.code and todo.room == "handover"
    ]
    director.assign_receiver(item.id, world.id("0030"), "has time")
    again = director.item(item.code)
    assert ["knows it", "no time", "has time"] == [each.reason for each in again.receivers]
    assert [world.id("0021"), world.id("0024"), None] == [each.receiver_id for each in again.receivers]


def test_receivers_are_suggested_with_reasons(world: World) -> None:
    """The signed-off backup first for a duty; for a record who has worked with the same party and has less to do."""
    world.record("Old offer", owner="0030", counterparty="Acme", area="sales/acme")
    offer = world.record("Offer", counterparty="Acme", area="sales/acme")
    case = world.leave()
    leave(world, "0024", NOTICE, AFTER)
    items = {item.source.id: item for item in world.system.handover.items(case)}
    duty = next(item for item in items.values() if item.title == "Monthly report")
    best = world.system.handover.suggestions(duty.id)[0]
    assert ("0021", ["is_qualified", "is_backup", "has_open"]) == (best.number, [each.code for each in best.why])
    record = world.system.handover.suggestions(items[offer.id].id)
    assert ("0030", ["worked_on_area", "worked_with", "has_open"]) == (
        record[0].number, [each.code for each in record[0].why],
    )  # fmt: skip
    assert "0024" == record[-1].number
    assert {"0017", "0003"}.isdisjoint(each.number for each in record)


def test_until_the_take_over_giver_and_receiver_overlap(world: World) -> None:
    case = world.leave()
    giver, receiver, director = (world.office(number) for number in ("0017", "0021", "0003"))
    item = director.handover.items(case)[0]
    giver.handover.brief(item.id, "all of it", actions="call Acme", situation="they are angry")
    receiver.handover.accept(item.id, "call the angry customer first")
    with pytest.raises(Refused) as early:
        director.handover.verify(item.id, "seen")
    assert "handover.item.not_taken_over" == code_of(early)
    assert ["take_over"] == [todo.action for todo in receiver.my_todo() if todo.code == item.code]
    assert not [todo for todo in director.my_todo() if todo.action == "verify"]
    with pytest.raises(InvalidInput):
        receiver.handover.take_over(item.id, " ")
    taken = receiver.handover.take_over(item.id, "from today it is mine")
    assert "from today it is mine" == taken.acceptance.take_over.statement
    with pytest.raises(Refused):
        receiver.handover.take_over(item.id, "again")
    assert ItemState.VERIFIED == director.handover.verify(item.id, "seen").state


# Questions


def test_a_question_goes_from_one_to_the_next_who_may_know(world: World) -> None:
    """The giver while they are there, then the backup, the SOP's author, and at last the supervisor."""
    world.publish("FOLLOW", "KAM", author="0030")
    case = world.leave()
    item = next(each for each in world.system.handover.items(case) if each.title == "Lead the key accounts")
    world.office("0003").handover.assign_receiver(item.id, world.id("0024"))
    room = world.office("0024").handover
    asked = room.ask(item.id, "Whom do I call?")
    way = [asked.route.because]
    for _ in range(3):
        asked = room.pass_question(asked.id)
        way.append(asked.route.because)
    assert ["giver", "backup", "sop_author", "supervisor"] == way
    with pytest.raises(Refused) as nobody:
        room.pass_question(asked.id)
    assert "handover.question.nobody_knows" == code_of(nobody)
    assert "pass_question" not in world.office("0024").allowed_actions("handover_question", asked.id)
    assert "Acme" == world.office("0003").handover.answer(asked.id, "Acme").answer
    refused(world, case)
    assert "backup" == room.ask(item.id, "And now?").route.because


def test_a_record_is_asked_of_its_author_and_nobody_on_leave(world: World) -> None:
    world.office("0030").records.open_record(
        WorkRecord(
            id="shared", kind="task", title="Shared", owner_id=world.id("0017"), author_id=world.id("0030"),
            opened_on=NOTICE,
        )
    )  # fmt: skip
    case = world.leave()
    refused(world, case)
    item = next(each for each in world.system.handover.items(case) if each.source.id == "shared")
    room = world.office("0024").handover
    assert "author" == room.ask(item.id, "What is it?").route.because
    leave(world, "0030", NOTICE, AFTER)
    assert "supervisor" == room.ask(item.id, "What is it?").route.because
    assert "named" == room.ask(item.id, "What is it?", world.id("0021")).route.because


# Clearance


def test_a_review_says_each_thing_once(world: World) -> None:
    """Twice a day, or after a week in which nobody looked; each finding is in the outbox with its change."""
    case = world.leave()
    hr = world.office("0006").handover
    first = hr.review()
    assert ["notice_short"] == [each.code for each in first]
    assert () == hr.review()
    world.clock.move_to(date(2026, 3, 10))
    found = hr.review()
    climbed = [rung for each in found if each.code == "stall" for rung in each.rungs]
    assert climbed == ["giver", "manager", "hr", "owner"][: len(climbed)]
    assert 2 <= len(climbed)
    assert () == hr.review()
    assert len(first) + len(found) == len(hr.findings(case))
    assert found[0] in hr.findings_for(world.id("0017"))
    events = world.core.store.transaction(write=False).events(world.tenant, None, 10_000)
    assert len(first) + len(found) == sum(each.kind == "handover_finding" for each in events)
    with pytest.raises(Refused):
        world.office("0003").handover.review()


def test_progress_begins_another_ladder(world: World) -> None:
    case = world.leave()
    refused(world, case)
    hr, director = world.office("0006").handover, world.office("0003").handover
    world.clock.move_to(date(2026, 3, 9))
    first = [each for each in hr.review() if each.code == "stall"]
    walk(world, director.items(case)[0])
    assert [] == [each for each in hr.review() if each.code == "stall"]
    world.clock.move_to(LAST_DAY)
    again = [each for each in hr.review() if each.code == "stall"]
    assert first[0].since != again[0].since
    assert ("giver",) == again[0].rungs[:1]
