"""The life of departures on every backend: consent, re-planning, leave, the last day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from handover.lives import AFTER, LATER, code_of, departure_of, leave, refused, walk
from handover_core.errors import InvalidInput, Refused
from handover_core.handover.model import (
    Category,
    ConsentTo,
    DepartureKind,
    DepartureState,
    HandoverState,
    ItemState,
    LegalFacts,
    Undo,
)
from handover_core.handover.pace.rules import Outlook
from handover_core.organization.model import (
    Capacity,
    EmployeeStatus,
)
from handover_core.policy.presets import Settlement
from handover_core.policy.presets.model import NEVER_BLOCKED
from handover_core.values import Document
from worlds import LAST_DAY, NOTICE, RESIGNATION, World


def test_a_later_last_day_plans_what_is_open_anew(world: World) -> None:
    """Due dates move, also that of an accepted item; custodians begin later; the former day stays on record."""
    offer = world.record("Offer")
    case = world.leave()
    refused(world, case)
    room = world.office("0003").handover
    items = {item.title: item for item in room.items(case)}
    walk(world, items["Monthly report"])
    room.brief(items["Offer"].id, "from the records")
    world.office("0024").handover.accept(items["Offer"].id)

    changed = world.office("0006").handover.reschedule(departure_of(world), LATER, "agreed")

    again = {item.title: item for item in room.items(case)}
    assert (LAST_DAY, LATER) == (changed.dates[0].last_day, changed.last_day)
    assert (LAST_DAY, LATER) == (items["Offer"].due_on, again["Offer"].due_on)
    assert ItemState.ACCEPTED == again["Offer"].state
    assert items["Monthly report"].due_on == again["Monthly report"].due_on
    assert [] == world.system.organization.holdings(world.id("0024"), AFTER)
    (held,) = world.system.organization.holdings(world.id("0024"), LATER + timedelta(days=1))
    assert Capacity.CUSTODIAN == held.assignment.capacity
    assert offer.id == again["Offer"].source.id


def test_leave_of_the_giver_shortens_the_time_and_lets_the_supervisor_brief(world: World) -> None:
    case = world.leave()
    director = world.office("0003").handover
    assert 10 == director.projection(case).days_left
    item = director.items(case)[0]
    with pytest.raises(Refused) as there:
        director.brief(item.id, "from the records")
    assert "handover.item.giver_is_there" == code_of(there)
    booked = leave(world, "0017", NOTICE, date(2026, 3, 6))
    assert 6 == director.projection(case).days_left
    assert not director.derive(case).empty
    assert director.brief(item.id, "from the records").briefings[-1].from_records
    world.office("0017").organization.cancel_absence(booked.id)
    assert 10 == director.projection(case).days_left
    with pytest.raises(Refused):
        leave(world, "0017", NOTICE, AFTER) and leave(world, "0017", LAST_DAY, LATER)


def test_the_projection_follows_what_is_verified(world: World) -> None:
    case = world.leave()
    refused(world, case)
    director = world.office("0003").handover
    world.clock.move_to(date(2026, 3, 3))
    walk(world, director.items(case)[0])
    found = director.projection(case)
    assert (Outlook.ON_TRACK, 9, Fraction(5, 2)) == (found.outlook, found.days_left, found.observed)
    world.clock.move_to(date(2026, 3, 12))
    assert director.projection(case).outlook is not Outlook.ON_TRACK


# Consent and withdrawal


def test_a_dismissal_is_withdrawn_and_moved_only_with_consent(world: World) -> None:
    room, person = world.office("0006").handover, world.office("0017").handover
    departure = room.announce(world.id("0017"), DepartureKind.DISMISSAL, NOTICE, LAST_DAY)
    person.record_receipt(departure.id)
    for command in (lambda: room.withdraw(departure.id, "x"), lambda: room.reschedule(departure.id, LATER, "x")):
        with pytest.raises(Refused) as raised:
            command()
        assert "handover.departure.needs_consent" == code_of(raised)
    with pytest.raises(InvalidInput):
        room.record_consent(departure.id, ConsentTo.WITHDRAWAL)
    person.record_consent(departure.id, ConsentTo.LAST_DAY, last_day=LATER)
    with pytest.raises(Refused):
        room.reschedule(departure.id, AFTER, "another day")
    assert LATER == room.reschedule(departure.id, LATER, "agreed").last_day
    paper = Document(title="signed", uri="file:///signed")
    room.record_consent(departure.id, ConsentTo.WITHDRAWAL, document=paper)
    with pytest.raises(Refused) as raised:
        room.withdraw(departure.id, f"{world.system.organization.employee('0017').name} stays")
    assert "handover.departure.reason_names" == code_of(raised)
    assert DepartureState.WITHDRAWN == room.withdraw(departure.id, "agreed").state
    assert EmployeeStatus.ACTIVE == world.system.organization.employee("0017").status


@pytest.mark.parametrize("moved", Undo)
def test_a_withdrawal_keeps_or_gives_back_as_the_company_chooses(world: World, moved: Undo) -> None:
    offer = world.record("Offer")
    world.publish("FOLLOW", "KAM")
    run = world.office("0017").procedures.start_run(world.system.procedures.sop("FOLLOW").id, "Acme")
    case = world.leave()
    refused(world, case)
    for item in world.system.handover.items(case):
        if item.category in {Category.RECORD, Category.RUN} or item.title == "Monthly report":
            walk(world, item)
    withdrawn = world.office("0006").handover.withdraw(departure_of(world), "stays", moved=moved)

    owner = world.id("0024" if moved is Undo.KEEP else "0017")
    assert owner == world.system.records.record(offer.id).owner_id
    runs = world.system.desk.ask(lambda unit: unit.repository(unit.kinds["sop_run"]).get(run.id))
    assert owner == runs.owner_id
    assert (1 if moved is Undo.KEEP else 0) == len(world.system.organization.holdings(world.id("0024"), AFTER))
    assert [ConsentTo.WITHDRAWAL] == [each.to for each in withdrawn.consents]
    assert HandoverState.WITHDRAWN == world.system.handover.of_giver(world.id("0017"))[-1].state
    again = world.leave()
    assert ["H0001", "H0002"] == [each.code for each in world.system.handover.of_giver(world.id("0017"))]
    assert again != case


# Effect


def test_on_the_last_day_employment_ends_and_the_case_goes_on(world: World) -> None:
    case = world.leave()
    room = world.office("0006").handover
    with pytest.raises(Refused):
        room.take_effect(departure_of(world))
    world.clock.move_to(LAST_DAY)
    assert DepartureState.EFFECTIVE == room.take_effect(departure_of(world)).state
    assert 1 == len(world.system.organization.holdings(world.id("0017"), LAST_DAY))
    assert [] == world.system.organization.holdings(world.id("0017"), AFTER)
    assert HandoverState.OPEN == world.system.handover.of_giver(world.id("0017"))[-1].state
    director = world.office("0003").handover
    for item in director.items(case):
        walk(world, item)
    assert director.complete(case).completed


@pytest.mark.parametrize("kind", [DepartureKind.DEATH, DepartureKind.IMMEDIATE_RESIGNATION])
def test_who_is_gone_at_once_is_briefed_for_from_records(world: World, kind: DepartureKind) -> None:
    """No refusal has to be recorded, on the very day; the dossier says what was never explained."""
    room = world.office("0006").handover
    departure = room.announce(world.id("0017"), kind, NOTICE, NOTICE)
    case = room.open_case(departure.id, default_receiver_id=world.id("0024")).id
    director = world.office("0003").handover
    for item in director.items(case):
        walk(world, item)
    assert director.complete(case).completed
    assert len(director.items(case)) == len(director.status(case).unexplained)


def test_somebody_who_left_is_hired_again_under_the_old_number(world: World) -> None:
    world.leave()
    world.clock.move_to(LAST_DAY)
    hr = world.office("0006")
    hr.handover.take_effect(departure_of(world))
    with pytest.raises(Refused):
        hr.organization.rehire(world.id("0017"), LAST_DAY)
    again = hr.organization.rehire(world.id("0017"), LATER)
    assert (EmployeeStatus.ACTIVE, LATER, None) == (again.status, again.hired_on, again.left_on)
    assert [] == hr.organization.holdings(world.id("0017"), LATER)
    assert "announce" in hr.allowed_actions("employee", again.id)


def test_giver_of_one_case_is_receiver_of_another(world: World) -> None:
    """Both leave: what the second had accepted from the first is handed on, what was verified is on their own list."""
    offer, visit = world.record("Offer"), world.record("Visit")
    case = world.leave()
    refused(world, case)
    director = world.office("0003").handover
    items = {item.source.id: item for item in director.items(case)}
    walk(world, items[offer.id])
    director.brief(items[visit.id].id, "from the records")
    world.office("0024").handover.accept(items[visit.id].id)

    hr = world.office("0006").handover
    second = hr.announce(world.id("0024"), RESIGNATION, NOTICE, LAST_DAY)
    other = hr.open_case(second.id, supervisor_id=world.id("0003"), default_receiver_id=world.id("0021")).id
    assert ["Offer"] == [item.title for item in director.items(other)]
    refused(world, other)
    found = [each for each in hr.review() if each.code == "receiver" and each.handover_id == case]
    assert items[visit.id].code in {dict(each.params)["code"] for each in found}

    handed = world.office("0024").handover.hand_on(items[visit.id].id, world.id("0021"), "leaving myself")
    assert (ItemState.BRIEFED, 1) == (handed.state, len(handed.superseded))
    assert "leaving myself" == handed.receivers[-1].reason
    for each, to in ((case, "0021"), (other, "0021")):
        world.clock.move_to(LAST_DAY)
        for item in director.items(each):
            if not item.is_closed:
                walk(world, item, to)
        assert director.complete(each).completed
    assert {world.id("0021")} == {world.system.records.record(each.id).owner_id for each in (offer, visit)}


# Receivers


def test_compensation_waits_for_the_work_and_nothing_else_does(world: World) -> None:
    case = world.leave()
    refused(world, case)
    hr, departure = world.office("0006").handover, departure_of(world)
    hr.state_facts(departure, LegalFacts(compensation=True))
    for what in NEVER_BLOCKED:
        hr.settle(departure, what)
    with pytest.raises(Refused) as waits:
        hr.settle(departure, Settlement.COMPENSATION)
    assert "handover.clearance.must_wait" == code_of(waits)
    assert "settle" not in world.office("0006").allowed_actions("departure", departure)
    for item in world.system.handover.items(case):
        walk(world, item)
    hr.settle(departure, Settlement.COMPENSATION, "paid by transfer")
    assert hr.clearance(departure).cleared


def test_generic_dates_follow_the_departure(world: World) -> None:
    world.leave()
    found = {each.rule: each for each in world.system.handover.deadlines(departure_of(world))}
    assert date(2026, 4, 1) == found["generic.notice"].due
    assert LAST_DAY == found["generic.final_pay"].due
    assert date(2026, 3, 30) == found["generic.transfers"].due


# Reviews


def test_a_withdrawn_case_is_silent(world: World) -> None:
    world.leave()
    hr = world.office("0006").handover
    hr.withdraw(departure_of(world), "stays")
    world.clock.move_to(LAST_DAY)
    assert () == hr.review()


# Second handovers
