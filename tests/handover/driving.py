"""Drives the machine of a case without Hypothesis: by dice, once round everything, and to the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from handover.machine import DIRECTOR, END, GIVER, HR, PEOPLE, RECEIVERS, CaseMachine
from handover_core.handover.model import (
    ConsentTo,
    DepartureKind,
    DepartureState,
    HandoverState,
    LegalFacts,
    Undo,
)
from handover_core.organization.kinds import ASSIGNMENT
from handover_core.organization.model import Assignment, Capacity
from handover_core.policy.presets import Settlement
from handover_core.storage import Eq


def drive(machine: CaseMachine, dice: Random, steps: int) -> None:
    """Lead one case past every command, then let people do as many things at random; look at what must hold each time.

    It ends with a withdrawal and another notice, a receiver who leaves, the effect, and the completion.
    """
    machine.begin(records=3, run=True)
    machine.refuse()
    tour = [*TOUR, *(dice.choice(STEPS) for _ in range(steps))]
    for step in tour:
        if machine.departure.state is DepartureState.WITHDRAWN:
            machine.leave_again()
        elif machine.case.state is HandoverState.OPEN:
            step(machine, dice)
        _check(machine)
    if machine.case.state is HandoverState.OPEN:
        for step in ENDING:
            step(machine, dice)
            _check(machine)
    machine.the_history_says_what_was_stored()


def _check(machine: CaseMachine) -> None:
    for holds in INVARIANTS:
        holds(machine)


def ask_around(machine: CaseMachine) -> None:
    """Let a receiver ask, whoever is asked pass it on, and HR answer."""
    item = machine.item(0)
    room = machine.office(machine.number(item.receiver_id))
    machine.do("ask", lambda: room.ask(item.id, "Whom do I call?", machine.world.id("0001")))
    asked = machine.world.system.handover.questions(machine.case.id)[-1]
    machine.do("pass_question", lambda: room.pass_question(asked.id))
    machine.do("answer", lambda: machine.office(HR).answer(asked.id, "Acme"))


def papers(machine: CaseMachine) -> None:
    """Let HR do what is on record about departure and case, and the owner lift a separation."""
    hr, case, departure = machine.office(HR), machine.case, machine.departure
    director, kam = machine.world.id(DIRECTOR), machine.world.positions["KAM"].id
    machine.do("serve_demand", lambda: hr.serve_demand(case.id, "letter"))
    machine.do("record_consent", lambda: hr.record_consent(departure.id, ConsentTo.LAST_DAY, last_day=END))
    machine.do("state_facts", lambda: hr.state_facts(departure.id, LegalFacts(compensation=False)))
    machine.do("settle", lambda: hr.settle(departure.id, Settlement.WAGES))
    machine.do("replace_supervisor", lambda: hr.replace_supervisor(case.id, director, "is back"))
    machine.do("appoint_custodian", lambda: hr.appoint_custodian(case.id, kam, machine.world.id("0021")))
    machine.do("name_verifier", lambda: hr.name_verifier(machine.item(0).id, director))
    owner = machine.office("0001")
    machine.do("grant_exception", lambda: owner.grant_exception(case.id, machine.world.id("0030"), "few of us"))


def afterwards(machine: CaseMachine) -> None:
    """Let a custodian hand on to the successor, and somebody else come back from a long leave."""
    hr, world = machine.office(HR), machine.world
    for each in machine._list(ASSIGNMENT, Eq("position_id", world.positions["KAM"].id), _is_custodian):
        successor = world.id("0001" if each.employee_id == world.id("0021") else "0021")
        machine.do(
            "hand_to_successor",
            lambda each=each, to=successor: hr.hand_to_successor(each.id, to, each.effective.start),
        )
    away = hr.announce(world.id("0030"), DepartureKind.LONG_LEAVE, machine.today, machine.today)
    hr.open_case(away.id, supervisor_id=world.id("0001"), default_receiver_id=world.id("0002"))
    hr.take_effect(away.id)
    machine.do("end_leave", lambda: hr.end_leave(away.id, machine.today + timedelta(days=1)))
    machine.last = "begin"


def _is_custodian(assignment: Assignment) -> bool:
    return assignment.capacity is Capacity.CUSTODIAN and not assignment.effective.empty


def _place(dice: Random) -> int:
    return dice.randint(0, 30)


STEPS: tuple[Callable[[CaseMachine, Random], None], ...] = (
    lambda m, d: m.time_passes(d.randint(1, 6)),
    lambda m, d: m.brief(_place(d), d.choice((GIVER, DIRECTOR))),
    lambda m, d: m.brief(_place(d), DIRECTOR),
    lambda m, d: m.accept(_place(d), d.choice(PEOPLE), d.random() < 0.9, d.random() < 0.2),
    lambda m, d: m.accept(_place(d), d.choice(PEOPLE), d.random() < 0.9, d.random() < 0.2),
    lambda m, d: m.take_over(_place(d)),
    lambda m, d: m.take_over(_place(d)),
    lambda m, d: m.give_back(_place(d), d.choice(("return_item", "decline"))),
    lambda m, d: m.another_receiver(_place(d), d.choice(RECEIVERS), d.random() < 0.5),
    lambda m, d: m.verify(_place(d), d.choice(PEOPLE)),
    lambda m, d: m.verify_as_supervisor(_place(d)),
    lambda m, d: m.verify_as_supervisor(_place(d)),
    lambda m, d: m.waive(_place(d), d.choice(("0001", "0002", GIVER))),
    lambda m, _: m.refuse(),
    lambda m, d: m.walk(_place(d)),
    lambda m, d: m.book_leave(d.choice((GIVER, "0021", "0024")), d.randint(0, 9), d.randint(1, 3)),
    lambda m, d: m.work_goes_on(d.choice(("open", "change", "close", "return"))),
    lambda m, _: m.derive(),
    lambda m, d: m.reschedule(d.randint(0, 1)),
    lambda m, d: m.withdraw(d.choice((None, *Undo)), d.randint(0, 2)),
    lambda m, _: m.review(),
    lambda m, d: m.a_receiver_leaves(d.randint(0, 4)),
    lambda m, _: m.take_effect(),
    lambda m, _: m.take_effect(),
    lambda m, _: m.complete(),
    lambda m, d: m.finish(d.randint(0, 19)),
)
TOUR: tuple[Callable[[CaseMachine, Random], None], ...] = (
    lambda m, _: papers(m),
    lambda m, _: ask_around(m),
    lambda m, d: m.brief(_place(d), DIRECTOR),
    lambda m, d: m.give_back(_place(d), "return_item"),
    lambda m, d: m.give_back(_place(d), "decline"),
    lambda m, _: m.another_receiver(0, "0024", own=False),
    lambda m, _: m.another_receiver(0, "0021", own=True),
    lambda m, _: m.brief(0, DIRECTOR),
    lambda m, _: m.accept(0, GIVER, mine=True, over=False),
    lambda m, _: m.take_over(0),
    lambda m, _: m.verify_as_supervisor(0),
    lambda m, d: m.waive(_place(d), "0001"),
    lambda m, _: m.book_leave("0021", 3, 1),
    lambda m, _: m.work_goes_on("open"),
    lambda m, _: m.derive(),
    lambda m, _: m.reschedule(1),
    lambda m, d: m.walk(_place(d)),
)
ENDING: tuple[Callable[[CaseMachine, Random], None], ...] = (
    lambda m, d: m.withdraw(d.choice(tuple(Undo)), 0),
    lambda m, _: m.leave_again(),
    lambda m, _: m.a_receiver_leaves(0),
    lambda m, _: m.time_passes(60),
    lambda m, _: m.take_effect(),
    lambda m, _: m.review(),
    lambda m, _: m.finish(0),
    lambda m, _: afterwards(m),
)
INVARIANTS = (
    CaseMachine.nobody_accepts_their_own,
    CaseMachine.completeness_is_earned,
    CaseMachine.no_item_disappears,
    CaseMachine.nothing_is_left_with_the_giver,
    CaseMachine.the_ladder_is_climbed_rung_by_rung,
)
