"""The life of departures on every backend: consent, re-planning, leave, clearance, questions, reviews, successors."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve

from handover_core.errors import InvalidInput, Refused
from handover_core.handover.model import (
    Category,
    ConsentTo,
    DepartureKind,
    DepartureState,
    HandoverItem,
    HandoverState,
    ItemState,
    LegalFacts,
    Undo,
)
from handover_core.handover.pace.rules import Outlook
from handover_core.organization.model import (
    Absence,
    Authority,
    Capacity,
    Duty,
    EmployeeStatus,
    Position,
    PositionVersion,
)
from handover_core.policy import Criticality
from handover_core.policy.presets import Settlement
from handover_core.policy.presets.model import NEVER_BLOCKED
from handover_core.records.model import WorkRecord
from handover_core.storage import Driver
from handover_core.values import DateRange, Document
from worlds import FOUNDED, LAST_DAY, NOTICE, RESIGNATION, World

AFTER = LAST_DAY + timedelta(days=1)
LATER = LAST_DAY + timedelta(days=7)


@pytest.fixture
def world(store: Driver) -> World:
    return World(store)


def departure_of(world: World, number: str = "0017") -> str:
    return world.system.handover.of_giver(world.id(number))[-1].departure_id


def refused(world: World, case: str) -> None:
    world.office("0003").handover.record_refusal(case, "no")


def walk(world: World, item: HandoverItem, to: str = "0024", *, by: str = "0003") -> HandoverItem:
    supervisor = world.office(by).handover
    if item.receiver_id != world.id(to):
        supervisor.assign_receiver(item.id, world.id(to))
    supervisor.brief(item.id, "from the records")
    world.office(to).handover.accept(item.id, "in my own words", take_over="mine now")
    return supervisor.verify(item.id, "seen")


def leave(world: World, number: str, first: date, back: date) -> Absence:
    return world.office(number).organization.book_absence(
        Absence(id=world.new_id(), employee_id=world.id(number), effective=DateRange(first, back))
    )


def code_of(raised: pytest.ExceptionInfo[Refused]) -> str:
    return raised.value.rule.code


# Time


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
    assert "0017.2" == world.system.handover.of_giver(world.id("0017"))[-1].code
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


def test_a_withdrawn_case_is_silent(world: World) -> None:
    world.leave()
    hr = world.office("0006").handover
    hr.withdraw(departure_of(world), "stays")
    world.clock.move_to(LAST_DAY)
    assert () == hr.review()


# Second handovers


def completed(world: World, case: str) -> None:
    if "record_refusal" in world.office("0003").allowed_actions("handover", case):
        refused(world, case)
    for item in world.system.handover.items(case):
        walk(world, item)
    world.clock.move_to(LAST_DAY)
    assert world.office("0003").handover.complete(case).completed


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
