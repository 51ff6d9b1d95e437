"""What comes after a handover on every backend: successors, figures, units and their heads, leftovers."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve

from handover.lives import AFTER, LATER, code_of, completed, departure_of, refused, walk
from handover_core.errors import Refused
from handover_core.handover.model import (
    Category,
    DepartureKind,
)
from handover_core.organization.model import (
    Authority,
    Duty,
    EmployeeStatus,
    Position,
    PositionVersion,
)
from handover_core.policy import Criticality
from handover_core.storage import Driver
from worlds import FOUNDED, LAST_DAY, NOTICE, World


def test_the_custodian_hands_over_to_the_successor(world: World) -> None:
    case = world.leave()
    completed(world, case)
    world.clock.move_to(AFTER)
    (held,) = world.system.organization.holdings(world.id("0024"), AFTER)
    until = AFTER + timedelta(days=30)
    second = world.office("0006").handover.hand_to_successor(
        held.assignment.id, world.id("0021"), until, first_case_id=case
    )
    assert (world.id("0024"), case) == (second.giver_id, second.origin.handover_id)
    items = world.system.handover.items(second.id)
    assert {"Lead the key accounts", "Rebate scheme", "Monthly report"} <= {item.title for item in items}
    assert {world.id("0021")} == {item.receiver_id for item in items}
    with pytest.raises(Refused) as twice:
        world.office("0006").handover.hand_to_successor(held.assignment.id, world.id("0021"), until)
    assert "handover.departure.open" == code_of(twice)


def test_a_long_leave_ends_and_hands_back(world: World) -> None:
    hr = world.office("0006").handover
    away = hr.announce(world.id("0017"), DepartureKind.LONG_LEAVE, NOTICE, LAST_DAY)
    case = hr.open_case(away.id, default_receiver_id=world.id("0024")).id
    completed(world, case)
    assert EmployeeStatus.ON_LONG_LEAVE == world.system.organization.employee("0017").status
    back = date(2026, 4, 6)
    world.clock.move_to(back)
    returned = hr.end_leave(away.id, back, overlap_until=date(2026, 4, 10))

    assert EmployeeStatus.ACTIVE == world.system.organization.employee("0017").status
    assert [back] == [each.effective.start for each in returned.assignments]
    (second,) = returned.cases
    assert (world.id("0024"), case) == (second.giver_id, second.origin.handover_id)
    assert {world.id("0017")} == {item.receiver_id for item in world.system.handover.items(second.id)}
    with pytest.raises(Refused) as again:
        hr.end_leave(away.id, back)
    assert "handover.departure.not_on_leave" == code_of(again)


# Afterwards


def test_figures_tell_what_a_handover_was_worth(world: World) -> None:
    """Stoppage from the giver's last to the receiver's first activity; lead time; beside the company's past."""
    offer = world.record("Offer")
    case = world.leave()
    refused(world, case)
    item = next(each for each in world.system.handover.items(case) if each.source.id == offer.id)
    world.office("0024").handover.ask(item.id, "Which price?")
    completed(world, case)
    world.clock.move_to(date(2026, 3, 18))
    world.office("0024").records.change_record(offer.id, body="called them")
    world.office("0024").handover.ask(world.system.handover.items(case)[0].id, "Who?")
    found = world.system.handover.metrics(case)
    assert (10, Fraction(1), 0) == (found.figures.lead, found.figures.share, found.past.cases)
    assert (2, 1, 0) == (found.figures.questions, found.figures.questions_after, found.figures.reopened)
    (stopped,) = [each for each in found.figures.stoppages if each.code == item.code]
    assert (True, 11) == (stopped.ended, stopped.days)
    assert [0] == [each.days for each in found.figures.ramp_ups]

    second = world.office("0006").handover
    departure = second.announce(world.id("0030"), DepartureKind.DISMISSAL, world.clock.now.date(), LATER)
    other = second.open_case(departure.id, default_receiver_id=world.id("0021")).id
    beside = world.system.handover.metrics(other)
    assert (1, Fraction(10)) == (beside.past.cases, beside.past.lead)


def test_the_accountants_handover_is_supervised_whatever_the_approver_says(store: Driver) -> None:
    """By the preset for China: no exception, and a walk-through at least."""
    from handover_core.app import HandoverCore, as_actor
    from handover_core.policy import CHINA

    world = World(store)
    hr = world.office("0006")
    books = Position(
        id=world.new_id(), code="ACC",
        descriptions=(
            PositionVersion(
                effective_from=FOUNDED, title="Accountant", reports_to_id=world.positions["DIR"].id,
                duties=(Duty(key="books", title="Keep the books", description="x", areas=("finance/accounting/ledger",)),),
            ),
        ),
    )  # fmt: skip
    world.positions["ACC"] = hr.organization.add_position(books)
    world.assign("0024", "ACC")
    core = HandoverCore(store, clock=world.clock, policy=CHINA)
    room = core.office(world.tenant, as_actor(hr.organization.employee("0006"))).handover
    leaving = room.announce(world.id("0024"), DepartureKind.RESIGNATION, NOTICE, LAST_DAY)
    case = room.open_case(leaving.id, default_receiver_id=world.id("0021"))
    (duty,) = [each for each in room.items(case.id) if each.category is Category.DUTY]
    assert "walkthrough" == duty.verification
    assert "supervised_by_law" in {each.code for each in duty.why}
    owner = core.office(world.tenant, as_actor(hr.organization.employee("0001"))).handover
    with pytest.raises(Refused) as raised:
        owner.grant_exception(case.id, world.id("0003"), "there are few of us")
    assert "handover.case.supervised_by_law" == code_of(raised)
    assert "cn.accounting.handover" in {each.rule for each in room.deadlines(leaving.id)}


# Verified transfer


def test_a_unit_does_not_keep_a_head_who_has_left(world: World) -> None:
    """Heading a unit is an item; it moves when the departure takes effect, not before."""
    unit = world.system.organization.chart()[0].unit
    world.office("0006").organization.change_unit(unit.id, head_id=world.id("0017"))
    case = world.leave()
    refused(world, case)
    item = next(each for each in world.system.handover.items(case) if each.source.kind == "org_unit")
    assert (Category.REPORT, "S Sales") == (item.category, item.title)
    for each in world.system.handover.items(case):
        walk(world, each)
    assert world.id("0017") == world.system.organization.chart()[0].unit.head_id
    world.clock.move_to(LAST_DAY)
    assert world.office("0003").handover.complete(case).completed
    assert world.id("0024") == world.system.organization.chart()[0].unit.head_id


@pytest.mark.parametrize("waived", [False, True])
def test_a_unit_verified_or_waived_after_the_effect_gets_its_head_then(world: World, waived: bool) -> None:
    unit = world.system.organization.chart()[0].unit
    world.office("0006").organization.change_unit(unit.id, head_id=world.id("0017"))
    case = world.leave()
    world.clock.move_to(LAST_DAY)
    world.office("0006").handover.take_effect(departure_of(world))
    for each in world.system.handover.items(case):
        if waived and each.source.kind == "org_unit":
            world.office("0001").handover.waive(each.id, "dissolved soon")
        else:
            walk(world, each)
    assert world.office("0003").handover.complete(case).completed
    head = world.id("0003" if waived else "0024")
    assert head == world.system.organization.chart()[0].unit.head_id


def test_whatever_is_still_with_the_giver_becomes_an_item(world: World) -> None:
    """Record, running procedure, draft, authority, report and unit: each turns up at the completion."""
    world.publish("FOLLOW", "KAM")
    case = world.leave()
    refused(world, case)
    for item in world.system.handover.items(case):
        walk(world, item)
    giver, hr = world.office("0017"), world.office("0006")
    world.record("Came in late")
    giver.procedures.start_run(world.system.procedures.sop("FOLLOW").id, "Acme")
    giver.procedures.draft_version(world.system.procedures.sop("FOLLOW").id, ())
    unit = world.system.organization.chart()[0].unit
    hr.organization.change_unit(unit.id, head_id=world.id("0017"))
    description = world.positions["KAM"].latest
    duty = Duty(key="new", title="A new duty", description="x", criticality=Criticality.CRITICAL)
    hr.organization.describe_position(
        world.positions["KAM"].id,
        evolve(
            description,
            effective_from=date(2026, 3, 5),
            duties=(*description.duties, duty),
            authorities=(*description.authorities, Authority(key="new", name="A new right")),
        ),
    )
    world.clock.move_to(LAST_DAY)
    first = world.office("0003").handover.complete(case)
    assert not first.completed
    assert {"Came in late", "Acme", "FOLLOW SOP FOLLOW (2)", "S Sales", "A new duty", "A new right"} == {
        item.title for item in first.found
    }
    for item in first.found:
        walk(world, item)
    assert world.office("0003").handover.complete(case).completed
