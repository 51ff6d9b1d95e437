"""A completed case leaves nothing with the giver, whatever happened on the way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handover_core.errors import NotFound, Refused, UnitDoomed
from handover_core.handover.model import Category, DepartureKind, HandoverItem, HandoverState, ItemState
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Capacity, EmployeeStatus
from handover_core.policy import Verification
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from worlds import LAST_DAY, NOTICE, RESIGNATION, World

AFTER = LAST_DAY + timedelta(days=1)


def item_of(world: World, case: str, source_id: str) -> HandoverItem:
    return next(each for each in world.system.handover.items(case) if each.source.id == source_id)


def walk(world: World, item: HandoverItem, *, to: str = "0024") -> None:
    director = world.office("0003").handover
    if item.receiver_id != world.id(to):
        director.assign_receiver(item.id, world.id(to))
    director.brief(item.id, "from the records")
    world.office(to).handover.accept(item.id, read_back="in my own words", take_over="mine now")
    director.verify(item.id, evidence="seen")


def opened(world: World) -> str:
    case = world.leave()
    world.office("0003").handover.record_refusal(case, "no")
    return case


def finish(world: World, case: str, *, to: str = "0024", but: str = "") -> None:
    for item in world.system.handover.items(case):
        if not item.is_closed and item.id != but:
            walk(world, item, to=to)
    world.clock.move_to(LAST_DAY)


def test_a_record_that_was_given_back_is_found(world: World) -> None:
    """Verified, and then transferred back to the leaver: the case does not close over it."""
    offer = world.record("Offer")
    case = opened(world)
    finish(world, case)
    world.office("0006").records.transfer_record(offer.id, world.id("0017"), "by mistake")

    completion = world.office("0003").handover.complete(case)

    assert ["Offer"] == [each.title for each in completion.found]
    assert ItemState.STALE == completion.found[0].state
    assert 1 == len(completion.found[0].reopened)


def test_what_changed_after_the_acceptance_is_not_verified(world: World) -> None:
    """Changed, closed or gone to somebody else: the list is derived again first."""
    records = [world.record(title) for title in ("changed", "closed", "gone")]
    case = opened(world)
    director, giver = world.office("0003").handover, world.office("0017").records
    for record in records:
        item = item_of(world, case, record.id)
        director.brief(item.id, "from the records")
        world.office("0024").handover.accept(item.id)
    giver.change_record(records[0].id, body="and a debt of a million")
    giver.close_record(records[1].id)
    world.office("0006").records.transfer_record(records[2].id, world.id("0030"), "urgent")

    for record in records:
        item = item_of(world, case, record.id)
        assert "verify" not in world.office("0003").allowed_actions("handover_item", item.id)
        with pytest.raises(Refused) as refused:
            director.verify(item.id, "seen")
        assert "handover.item.source_changed" == refused.value.rule.code
    director.derive(case)
    assert [ItemState.STALE, ItemState.OBSOLETE, ItemState.OBSOLETE] == [
        item_of(world, case, record.id).state for record in records
    ]


def test_a_waived_record_goes_to_the_supervisor(world: World) -> None:
    """Waiving says that nobody has to be taught; somebody must own the open work all the same."""
    offer = world.record("Offer")
    case = opened(world)
    item = item_of(world, case, offer.id)
    world.office("0001").handover.waive(item.id, "not needed")
    finish(world, case)

    assert world.office("0003").handover.complete(case).completed
    assert world.id("0003") == world.system.records.record(offer.id).owner_id


def test_a_custodian_who_is_gone_is_noticed(world: World) -> None:
    """Every duty is verified, and then the receiver leaves: somebody else must take over before the case closes."""
    case = opened(world)
    finish(world, case)
    leaving = world.office("0006").handover.announce(world.id("0024"), DepartureKind.DISMISSAL, NOTICE, LAST_DAY)
    world.office("0006").handover.take_effect(leaving.id)

    first = world.office("0003").handover.complete(case)
    assert not first.completed
    assert first.found
    for item in first.found:
        walk(world, item, to="0021")
    assert world.office("0003").handover.complete(case).completed


def test_a_backup_who_takes_over_does_the_job(world: World) -> None:
    """The day after, the position is not empty."""
    case = opened(world)
    finish(world, case, to="0021")
    assert world.office("0003").handover.complete(case).completed
    after = world.core.office(world.tenant, world.system.desk.actor, on=AFTER)
    held = {each.assignment.capacity for each in after.organization.holdings(world.id("0021"))}
    assert Capacity.CUSTODIAN in held
    assert "nobody" not in {finding.code for finding in after.organization.conformance()}


def test_an_assignment_that_is_ended_takes_no_duty_off_the_list(world: World) -> None:
    case = opened(world)
    before = [item.code for item in world.system.handover.items(case)]
    (holding,) = world.system.organization.holdings(world.id("0017"), NOTICE)
    world.clock.move_to(date(2026, 3, 5))
    world.office("0006").organization.end_assignment(holding.assignment.id, date(2026, 3, 5))

    assert world.office("0003").handover.derive(case).obsolete == ()
    assert before == [item.code for item in world.system.handover.items(case) if not item.is_closed]


def test_a_custodian_is_appointed_only_to_what_the_giver_leaves(world: World) -> None:
    case = opened(world)
    with pytest.raises(Refused) as refused:
        world.office("0003").handover.appoint_custodian(case, world.positions["DIR"].id, world.id("0024"))
    assert "handover.case.position_not_of_case" == refused.value.rule.code
    made = world.office("0003").handover.appoint_custodian(case, world.positions["KAM"].id, world.id("0024"))
    assert made is not None
    assert AFTER == made.effective.start


@pytest.mark.parametrize(
    ("kind", "positions", "code"),
    [
        (RESIGNATION, ("KAM",), "handover.departure.positions_for_moves"),
        (DepartureKind.TRANSFER, (), "handover.departure.positions_needed"),
        (DepartureKind.ROTATION, ("DIR",), "handover.departure.position_not_held"),
    ],
)
def test_positions_are_named_for_moves_and_only_those_held(
    world: World, kind: DepartureKind, positions: tuple[str, ...], code: str
) -> None:
    ids = tuple(world.positions[position].id for position in positions)
    with pytest.raises(Refused) as refused:
        world.office("0006").handover.announce(world.id("0017"), kind, NOTICE, LAST_DAY, position_ids=ids)
    assert code == refused.value.rule.code


def test_a_transfer_hands_over_the_position_left_and_ends_no_employment(world: World) -> None:
    office = world.office("0006").handover
    ids = (world.positions["KAM"].id,)
    leaving = office.announce(world.id("0017"), DepartureKind.TRANSFER, NOTICE, LAST_DAY, position_ids=ids)
    case = office.open_case(leaving.id).id
    world.office("0003").handover.record_refusal(case, "no time")
    finish(world, case)
    assert world.office("0003").handover.complete(case).completed
    person = world.system.organization.employee("0017")
    assert EmployeeStatus.ACTIVE == person.status
    assert [] == world.system.organization.holdings(person.id, AFTER)


def test_a_received_notice_is_withdrawn_by_the_company(world: World) -> None:
    """Its command records the consent; the leaver alone cannot any more, and says what becomes of what has moved."""
    case = opened(world)
    departure = world.system.handover.of_giver(world.id("0017"))[-1].departure_id
    with pytest.raises(Refused):
        world.office("0017").handover.withdraw(departure, "I stay")
    walk(world, world.system.handover.items(case)[0])
    with pytest.raises(Refused) as refused:
        world.office("0006").handover.withdraw(departure, "agreed")
    assert "handover.departure.moved" == refused.value.rule.code
    assert "withdraw" in world.office("0006").allowed_actions("departure", departure)


def test_a_withdrawn_notice_leaves_the_person_at_work(world: World) -> None:
    opened(world)
    case = world.system.handover.of_giver(world.id("0017"))[-1]
    world.office("0006").handover.withdraw(case.departure_id, "stays, agreed on both sides")
    assert EmployeeStatus.ACTIVE == world.system.organization.employee("0017").status
    assert HandoverState.WITHDRAWN == world.system.handover.case(case.code).state
    assert [] == [todo for todo in world.office("0003").my_todo() if todo.room == "handover"]


def test_a_weaker_proof_than_the_rules_ask_for_is_refused(world: World) -> None:
    case = opened(world)
    item = world.system.handover.items(case)[0]
    director = world.office("0003").handover
    director.brief(item.id, "from the records")
    world.office("0021").handover.accept(item.id, read_back="in my own words", take_over="mine now")
    with pytest.raises(Refused) as refused:
        director.verify(item.id, "seen", method=Verification.ACKNOWLEDGE)
    assert "handover.item.proof_too_weak" == refused.value.rule.code


def test_a_case_goes_on_under_another_supervisor(world: World) -> None:
    """The supervisor leaves before the case is closed; people who have left no longer act."""
    case = opened(world)
    leaving = world.office("0006").handover.announce(world.id("0003"), DepartureKind.DEATH, NOTICE, NOTICE)
    world.office("0006").handover.take_effect(leaving.id)
    with pytest.raises(Refused):
        world.core.person(world.tenant, "0003")
    changed = world.office("0006").handover.replace_supervisor(case, world.id("0030"), "the director died")
    assert world.id("0030") == changed.supervisor_id
    item = world.system.handover.items(case)[0]
    assert ItemState.BRIEFED == world.office("0030").handover.brief(item.id, "from the records").state


def test_the_second_briefing_forgets_nothing(world: World) -> None:
    """The giver explained it once; that a supervisor explained it again does not make it unexplained."""
    case = world.leave()
    item = world.system.handover.items(case)[0]
    world.office("0017").handover.brief(item.id, "in my words")
    world.office("0021").handover.return_item(item.id, "too short")
    world.office("0003").handover.record_refusal(case, "no more")
    again = world.office("0003").handover.brief(item.id, "from the records")
    assert ["in my words", "from the records"] == [each.summary for each in again.briefings]
    assert again.explained
    assert "no more" == world.system.handover.of_giver(world.id("0017"))[-1].refusal_reason


def test_half_a_command_is_not_committed_after_its_error(world: World) -> None:
    """Whoever catches the error inside a common unit and goes on finds the unit doomed."""
    office = world.office("0006")
    with pytest.raises(UnitDoomed), office.together("both") as both:
        with pytest.raises(NotFound):
            both.organization.change_employee("nobody", name="x")
        both.organization.change_employee(world.id("0017"), name="Changed")


def test_what_is_deleted_in_a_unit_cannot_be_referred_to_in_it(world: World) -> None:
    with world.core.units.unit(world.tenant, world.system.desk.actor) as unit:
        person = unit.repository(EMPLOYEE).add(world.people["0017"].__class__(id="new", number="new", name="New"))
        unit.repository(EMPLOYEE).delete(person)
        record = WorkRecord(id="r", kind="task", title="x", owner_id="new", author_id="new", opened_on=NOTICE)
        unit.repository(WORK_RECORD).add(record)
        with pytest.raises(NotFound):
            unit.commit()


def test_every_category_of_the_world_is_walked(world: World) -> None:
    """The stories above would show little if the list were short."""
    world.record("Offer")
    case = opened(world)
    found = {item.category for item in world.system.handover.items(case)}
    assert {Category.CAPTURE, Category.DUTY, Category.AUTHORITY, Category.RECORD, Category.REPORT} <= found
