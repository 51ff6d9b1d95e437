"""The story of a key employee who resigns and refuses to hand over, on every backend."""

from __future__ import annotations

from fractions import Fraction

import pytest

from handover_core.errors import InvalidInput, Refused
from handover_core.handover.model import Category, HandoverState, ItemState
from handover_core.organization.model import Capacity, EmployeeStatus
from worlds import HIGH, LAST_DAY, NOTICE, World


def test_the_list_is_derived_from_records(world: World) -> None:
    """Duties, SOPs, open work, authorities and reports come from what is stored; nobody typed them."""
    world.publish("FOLLOW", "KAM")
    world.record("Offer to Acme", priority=HIGH)
    world.record("Tender platform account", kind="credential")
    closed = world.record("Done long ago")
    world.office("0017").records.close_record(closed.id)

    items = world.system.handover.items(world.leave())

    assert [
        (Category.CAPTURE, "Rebate scheme"),
        (Category.DUTY, "Lead the key accounts"),
        (Category.RECORD, "Offer to Acme"),
        (Category.CREDENTIAL, "Tender platform account"),
        (Category.AUTHORITY, "Discounts"),
        (Category.REPORT, "ASS Sales assistant"),
        (Category.DUTY, "Monthly report"),
        (Category.SOP, "FOLLOW SOP FOLLOW"),
    ] == [(item.category, item.title) for item in items]
    assert [f"H0001-{number:03d}" for number in range(1, 9)] == [item.code for item in items]


def test_what_is_written_nowhere_is_due_first(world: World) -> None:
    items = world.system.handover.items(world.leave())

    assert Category.CAPTURE == items[0].category
    assert items[0].due_on == min(item.due_on for item in items if item.due_on)
    assert all(NOTICE <= item.due_on <= LAST_DAY for item in items if item.due_on)


def test_a_refusing_giver_does_not_stop_the_case(world: World) -> None:
    """The supervisor briefs from records, receivers accept, the case completes and says what was never explained."""
    record = world.record("Offer to Acme")
    case = world.leave()
    hr, director = world.office("0006").handover, world.office("0003").handover
    hr.serve_demand(case, "registered letter")
    director.record_refusal(case, "said so in the meeting")

    for item in director.items(case):
        director.brief(item.id, f"From the records: {item.title}", situation="see the files")
        receiver = world.office("0021" if item.receiver_id == world.id("0021") else "0024").handover
        receiver.accept(
            item.id, read_back=f"I take over {item.title} and start with the open points", take_over="mine now"
        )
        director.verify(item.id, evidence="shown in the weekly meeting")
    world.clock.move_to(LAST_DAY)
    completion = director.complete(case)

    assert completion.completed
    status = director.status(case)
    assert Fraction(1) == status.whole.share
    assert {item.code for item in director.items(case)} == {item.code for item in status.unexplained}
    assert world.id("0024") == world.system.records.record(record.id).owner_id
    assert world.id("0017") == world.system.records.record(record.id).author_id
    left = world.system.organization.employee("0017")
    assert (EmployeeStatus.LEFT, LAST_DAY) == (left.status, left.left_on)


def test_an_authority_moves_in_full_only_to_the_qualified(world: World) -> None:
    """The signed-off backup gets the whole limit; a colleague the interim limit, with an end, as custodian."""
    case = world.leave()
    director = world.office("0003").handover
    director.record_refusal(case, "no")
    item = next(each for each in director.items(case) if each.category is Category.AUTHORITY)
    assert world.id("0021") == item.receiver_id

    verified = _walk(world, item.id, "0021")
    assert verified.verified is not None
    assert verified.verified.grant is not None
    assert verified.verified.grant.full

    duty = next(each for each in director.items(case) if each.title == "Monthly report")
    director.assign_receiver(duty.id, world.id("0024"))
    _walk(world, duty.id, "0024")
    (holding,) = world.system.organization.holdings(world.id("0024"), LAST_DAY.replace(day=14))
    assert Capacity.CUSTODIAN == holding.assignment.capacity
    assert world.system.organization.holdings(world.id("0024"), LAST_DAY) == []


def test_a_returned_item_is_explained_again(world: World) -> None:
    case = world.leave()
    giver, receiver = world.office("0017").handover, world.office("0021").handover
    item = giver.items(case)[0]
    giver.brief(item.id, "You know it all.")

    back = receiver.return_item(item.id, "Which customers? Which rates?")
    assert ItemState.RETURNED == back.state
    giver.brief(item.id, "Acme 3 %, Globex 2 %, paid in May.")
    accepted = receiver.accept(item.id, read_back="Acme three, Globex two, due in May")

    assert ItemState.ACCEPTED == accepted.state
    assert accepted.explained
    assert ["Which customers? Which rates?"] == [each.reason for each in accepted.returns]


def test_a_critical_item_needs_a_read_back_in_own_words(world: World) -> None:
    case = world.leave()
    giver, receiver = world.office("0017").handover, world.office("0021").handover
    item = giver.items(case)[0]
    giver.brief(item.id, "Acme 3 %.")

    with pytest.raises(InvalidInput):
        receiver.accept(item.id)
    with pytest.raises(Refused) as copied:
        receiver.accept(item.id, read_back=" acme 3%. ")
    assert "handover.item.read_back_copied" == copied.value.rule.code


def test_a_critical_item_is_waived_by_two_approvers(world: World) -> None:
    case = world.leave()
    item = world.system.handover.items(case)[0]

    once = world.office("0001").handover.waive(item.id, "the scheme ends in March")
    assert ItemState.PLANNED == once.state
    with pytest.raises(Refused):
        world.office("0001").handover.waive(item.id, "again")
    twice = world.office("0002").handover.waive(item.id, "agreed")

    assert ItemState.WAIVED == twice.state
    status = world.system.handover.status(case)
    assert (5, Fraction(0)) == (status.whole.waived, status.whole.share)


def test_deriving_again_yields_exactly_the_difference(world: World) -> None:
    """Nothing changed: nothing happens. A closed record goes, a changed one is stale, a new one comes."""
    offer, order = world.record("Offer"), world.record("Order")
    case = world.leave()
    director = world.office("0003").handover
    assert director.derive(case).empty

    giver = world.office("0017")
    item = next(each for each in director.items(case) if each.source.id == offer.id)
    giver.handover.brief(item.id, "all about the offer")
    world.office("0024").handover.accept(item.id)
    giver.records.change_record(offer.id, title="Offer, second round")
    giver.records.close_record(order.id)
    world.record("Complaint")

    plan = director.derive(case)
    assert ["Complaint"] == [each.title for each in plan.added]
    assert ["Order"] == [each.title for each in plan.obsolete]
    assert ["Offer, second round"] == [each.title for each in plan.stale]
    assert () == plan.changed
    assert director.derive(case).empty


def test_completion_finds_what_is_left_with_the_giver(world: World) -> None:
    """A record that came in after the last verification becomes an item; the case stays open and says so."""
    case = world.leave()
    director = world.office("0003").handover
    director.record_refusal(case, "no")
    for item in director.items(case):
        _walk(world, item.id, "0021" if item.receiver_id == world.id("0021") else "0024")
    world.record("Came in on the last day")
    world.clock.move_to(LAST_DAY)

    first = director.complete(case)
    assert not first.completed
    assert ["Came in on the last day"] == [each.title for each in first.found]
    _walk(world, first.found[0].id, "0024")
    assert HandoverState.COMPLETED == director.complete(case).case.state


def test_separation_of_duties(world: World) -> None:
    """Giver, receiver and supervisor are three people, unless an approver recorded an exception."""
    case = world.leave()
    director = world.office("0003").handover
    item = director.items(case)[0]

    for number, code in (("0017", "handover.giver_receives"), ("0003", "handover.supervisor_receives")):
        with pytest.raises(Refused) as refused:
            director.assign_receiver(item.id, world.id(number))
        assert code == refused.value.rule.code
    world.office("0001").handover.grant_exception(case, world.id("0003"), "there are only three of us")
    assert world.id("0003") == director.assign_receiver(item.id, world.id("0003")).receiver_id


def _walk(world: World, item_id: str, receiver: str):
    director = world.office("0003").handover
    director.brief(item_id, "from the records")
    world.office(receiver).handover.accept(item_id, read_back="understood, in my own words", take_over="mine")
    return director.verify(item_id, evidence="seen")
