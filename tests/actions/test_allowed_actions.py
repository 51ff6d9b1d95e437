"""What `allowed_actions` names is what the commands then really allow, and no rule refuses everything."""

from __future__ import annotations

import inspect
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.commands import COMMANDS, KINDS_WITH_COMMANDS, STAGES, Call, targets
from handover_core.app import as_actor
from handover_core.command_words import COMMANDS_IN_WORDS, say_command
from handover_core.errors import Refused
from handover_core.handover.model import DepartureKind
from handover_core.handover.service import HandoverService
from handover_core.organization.model import EmployeeStatus
from handover_core.organization.service import OrganizationService
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.outbox.service import OutboxService
from handover_core.procedures.service import ProceduresService
from handover_core.records.service import RecordsService
from handover_core.storage import Driver, MemoryStore
from handover_core.texts import Lang
from worlds import LAST_DAY, NOTICE, World

SERVICES = (OrganizationService, ProceduresService, RecordsService, HandoverService, OutboxService)
STEPS = 40
QUESTIONS = frozenset((
    "absences", "certificate", "clearance", "deadlines", "findings", "findings_for", "projection", "suggestions", "metrics",
    "allowed_actions", "allowed_steps",
    "case", "cases", "chart", "check", "company", "compare", "conformance", "departure",
    "departure_of", "description", "employee", "foresee", "employees", "holdings", "in_area", "is_qualified", "item", "items",
    "manager_of", "must_read", "of_giver", "open_of", "position", "positions", "preview", "questions", "record", "records",
    "search", "sop", "sops", "status", "versions",
    "dead_letters", "standing", "subscriptions", "unrouted",
))  # fmt: skip
STEP_COMMANDS = frozenset(("do_step", "record_deviation", "waive_step"))


def undelivered(world: World) -> None:
    """Subscribe somebody who cannot be reached, so that dead letters wait to be settled."""
    world.system.outbox.subscribe(Subscription(id=world.new_id(), code="erp", endpoint="call:", attempts=1))
    Relay(world.core.units, world.tenant, lambda _: unreachable).run_once()


def unreachable(_: object, /, *, timeout: float) -> None:
    raise TimeoutError(timeout)


def live(world: World, dice: Random, steps: int = STEPS) -> Counter[str]:
    """Let people do things at random, holding each attempt against what was said to be allowed; count what succeeded."""
    done: Counter[str] = Counter()
    for _ in range(steps):
        everything = targets(world)
        kind = dice.choice([name for name in KINDS_WITH_COMMANDS if everything[name]])
        target = dice.choice(everything[kind])
        office = world.core.office(world.tenant, as_actor(dice.choice(everything["employee"])))
        allowed = office.allowed_actions(kind, target.id)
        assert set(allowed) <= set(KINDS_WITH_COMMANDS[kind])
        # Mostly what is allowed, so that stories get somewhere; always also what is not.
        name = dice.choice(allowed if allowed and dice.random() < 0.7 else KINDS_WITH_COMMANDS[kind])
        call = Call(world=world, office=office, target=target, dice=dice)
        try:
            COMMANDS[name](call)
            succeeded = True
        except Refused as refused:
            succeeded = False
            reason = refused
        assert succeeded == (name in allowed), f"{name} on {kind}: {reason if not succeeded else 'was not allowed'}"
        done[name] += succeeded
        done.update(steps_of(world, dice) if dice.random() < 0.2 else ())
        if dice.random() < 0.1:
            world.clock.move_to(
                min(world.clock.now.date() + timedelta(days=dice.randint(1, 6)), LAST_DAY + timedelta(days=9))
            )
    return done


def steps_of(world: World, dice: Random) -> list[str]:
    """Close a step of a run in one of the three ways, and hold it against `allowed_steps`."""
    everything = targets(world)
    running = [run for run in everything["sop_run"] if run.state == "running"]
    if not running:
        return []
    run = dice.choice(running)
    number = dice.choice(("0017", "0003", "0021"))
    procedures = world.office(number).procedures
    name, step = dice.choice(sorted(STEP_COMMANDS)), dice.choice("12")
    allowed = step in procedures.allowed_steps(run.id)
    try:
        if name == "do_step":
            procedures.do_step(run.id, step)
        elif name == "waive_step":
            world.office("0003").procedures.waive_step(run.id, step, "not needed")
        else:
            world.office("0003").procedures.record_deviation(run.id, step, by_id=world.id("0021"), reason="in a hurry")
    except Refused:
        assert not (name == "do_step" and allowed)
        return []
    assert name != "do_step" or allowed
    return [name]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 2**32))
def test_what_is_allowed_is_what_succeeds(seed: int) -> None:
    world = World(MemoryStore())
    world.publish("FOLLOW", "KAM")
    world.record("Offer")
    world.leave()
    undelivered(world)
    live(world, Random(seed))


def test_the_same_holds_in_every_store(store: Driver) -> None:
    world = World(store)
    world.publish("FOLLOW", "KAM")
    world.leave()
    live(world, Random(7), 120)


def test_every_command_of_every_room_succeeds_in_some_story() -> None:
    """Every public method of a service is a question or a command, and no command is refused always."""
    commands = {
        name for service in SERVICES for name, _ in inspect.getmembers(service, callable) if not name.startswith("_")
    } - QUESTIONS
    assert commands == set(COMMANDS) | STEP_COMMANDS
    done: Counter[str] = Counter()
    for seed in range(40):
        world = World(MemoryStore())
        world.publish("FOLLOW", "KAM")
        world.office("0017").procedures.start_run(world.system.procedures.sop("FOLLOW").id, "Acme")
        world.record("Offer")
        office = world.office("0021").procedures
        undelivered(world)
        office.submit_version(office.draft_version(world.system.procedures.sop("FOLLOW").id, STAGES).id)
        case = world.leave()
        if seed % 4 == 0:
            done += closed(world, case)
        if seed % 4 == 1:
            done += away(world, case)
        done += live(world, Random(seed), 100)
        if commands <= set(+done):
            break
    assert sorted(commands - set(+done)) == []


def closed(world: World, case: str) -> Counter[str]:
    """Bring a case to its end, the giver refusing; return the commands that it took."""
    director = world.office("0003").handover
    director.record_refusal(case, "no")
    for item in director.items(case):
        director.brief(item.id, "from the records")
        receiver = "0021" if item.receiver_id == world.id("0021") else "0024"
        world.office(receiver).handover.return_item(item.id, "unclear")
        director.brief(item.id, "from the records, once more")
        world.office(receiver).handover.accept(item.id, read_back="in my own words")
        world.office(receiver).handover.take_over(item.id, "mine now")
        director.verify(item.id, evidence="seen")
    world.clock.move_to(LAST_DAY)
    assert director.complete(case).completed
    assert world.system.organization.employee("0017").status is EmployeeStatus.LEFT
    return Counter(("record_refusal", "brief", "return_item", "accept", "take_over", "verify", "complete"))


def away(world: World, case: str) -> Counter[str]:
    """Ask a question and send the director on long leave; whether the return is ever recorded is left to the story."""
    item = next(each for each in world.system.handover.items(case) if each.receiver_id == world.id("0021"))
    world.office("0021").handover.ask(item.id, "Who signs?")
    hr = world.office("0006").handover
    leave = hr.announce(world.id("0003"), DepartureKind.LONG_LEAVE, NOTICE, NOTICE)
    hr.open_case(leave.id, supervisor_id=world.id("0001"), default_receiver_id=world.id("0024"))
    hr.take_effect(leave.id)
    return Counter(("ask", "announce", "open_case", "take_effect"))


def test_a_kind_without_commands_is_said_to_have_none() -> None:
    world = World(MemoryStore())
    with pytest.raises(Exception, match="has no commands"):
        world.system.allowed_actions("custom_field", "x")


def test_every_command_has_a_name_that_people_read() -> None:
    """In Chinese; English shows what is stored, which is English."""
    named = {name.rpartition(".")[2] for name in COMMANDS_IN_WORDS}
    assert set() == {*COMMANDS, *STEP_COMMANDS} - named
    assert "录用" == say_command("organization.hire", Lang.ZH)
    assert ["organization.hire", "host.own"] == [
        say_command("organization.hire", Lang.EN), say_command("host.own", Lang.ZH)
    ]  # fmt: skip
