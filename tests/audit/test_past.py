"""The whole company as it was known at an instant: lists, dossiers and to-do lists, on every backend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.audit.model import Wanted
from handover_core.desk import NOT_KEPT
from handover_core.errors import InvalidInput, NotFound, Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, Eq, Order, UnitOfWork
from worlds import NOTICE, World

OWNER = Actor("owner", frozenset({Role.OWNER, Role.HR, Role.MANAGER, Role.APPROVER}))


class Album:
    """A company, and what people saw of it at several instants."""

    def __init__(self, store: Driver) -> None:
        self.world = World(store)
        self.office = self.world.core.office(self.world.tenant, OWNER, on=NOTICE)
        self.shots: list[tuple[datetime, dict[str, Any]]] = []

    def shot(self) -> None:
        self.shots.append((self.world.clock.now, seen(self.office)))
        self.world.clock.tick()


def seen(office: Any) -> dict[str, Any]:
    """Return what is on the screens of an office: or the error that it shows."""

    def of(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (NotFound, Refused) as error:
            return error.code

    boss = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).by(number="0003"))
    cases = office.handover.of_giver(office.organization.employee("0017").id)
    return {
        "people": office.desk.ask(lambda unit: unit.repository(EMPLOYEE).list(order=Order("name", descending=True))),
        "staff": office.desk.ask(lambda unit: unit.repository(EMPLOYEE).count(Eq("status", "active"))),
        "records": office.desk.ask(lambda unit: unit.repository(WORK_RECORD).list()),
        "findings": office.organization.conformance(),
        "pack": of(lambda: office.dossier.newcomer("0021", "KAM")),
        "cases": [office.handover.status(case.id) for case in cases],
        "dossiers": [office.dossier.handover(case.code) for case in cases],
        "todo": office.acting_as(Actor(boss.id, frozenset({Role.MANAGER}))).my_todo(),
    }


def test_everything_is_seen_as_it_was(store: Driver) -> None:
    """Every list, document and to-do list at every instant, each as it was on the screen then."""
    album = Album(store)
    world = album.world
    album.shot()
    world.record("Offer to Acme")
    album.shot()
    case = world.leave()
    album.shot()
    office = album.office
    office.organization.declare_field(CustomField(id=world.new_id(), kind="employee", name="desk"))
    bulk = [
        Employee(id=world.new_id(), number=f"9{place}", name=f"New {place}", custom={"desk": place}) for place in "12"
    ]
    world.core.units.run(world.tenant, OWNER, lambda unit: unit.repository(EMPLOYEE).add_many(bulk))
    album.shot()
    for item in office.handover.items(case)[:3]:
        world.office("0017").handover.brief(item.id, "this is how")
    album.shot()

    def forget(unit: Any) -> None:
        people = unit.repository(EMPLOYEE)
        people.delete(people.named(number="92"))
        people.save(evolve(people.named(number="91"), custom={}))
        unit.repository(CUSTOM_FIELD).delete(unit.repository(CUSTOM_FIELD).named(name="desk"))

    world.core.units.run(world.tenant, OWNER, forget)
    album.shot()
    assert len({repr(screens) for _, screens in album.shots}) == len(album.shots), "each of them shows something else"
    for instant, screens in album.shots:
        past = office.known_at(instant)
        assert screens == seen(past)
        assert instant == past.desk.ask(lambda unit: unit.now)


def test_the_past_is_read_by_few_and_written_by_nobody(store: Driver) -> None:
    world = World(store)
    with pytest.raises(Refused):
        world.office("0017").known_at(world.clock.now)
    past = world.office("0001").known_at(world.clock.now)
    with pytest.raises(Refused) as raised:
        past.records.close_record(world.id("0017"))
    assert "past.read_only" == raised.value.rule.code
    before = world.office("0001").known_at(datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    assert 0 == before.desk.ask(lambda unit: unit.repository(EMPLOYEE).count())


def test_what_is_to_come_is_not_known_and_an_instant_has_a_zone(store: Driver) -> None:
    """A far future is the present; a bare date and time is refused, by name."""
    world = World(store)
    office = world.office("0001")
    far = office.known_at(datetime.fromisoformat("9999-12-31T23:59:00+00:00"))
    assert office.organization.employees() == far.organization.employees()
    assert world.clock.now == far.desk.ask(lambda unit: unit.now)
    assert office.my_todo() == far.my_todo()
    bare = datetime.fromisoformat("2026-03-01T00:00:00")
    for asked in (
        lambda: office.known_at(bare), lambda: office.audit.as_of(EMPLOYEE, world.id("0024"), bare),
        lambda: office.audit.search(Wanted(since=bare)), lambda: world.system.outbox.replay("x", "y", since=bare),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as raised:
            asked()
        assert "instant.zone" == raised.value.problems[0].code


def test_of_what_no_history_is_kept_the_past_says_so(store: Driver) -> None:
    """Rather than what a company without it would say."""
    world = World(store)
    past = world.office("0001").known_at(world.clock.now)
    for asked in (past.outbox.standing, past.outbox.unrouted, past.privacy.level, past.privacy.changing):
        with pytest.raises(Refused) as raised:
            asked()
        assert NOT_KEPT is raised.value.rule


def test_units_that_overlapped_leave_a_past_that_can_be_read(store: Driver) -> None:
    """One took a number that another freed after its own instant: for a while both seem to have had it."""
    world = World(store)
    people = {number: world.id(number) for number in ("0024", "0030")}
    before = world.clock.now
    world.clock.tick()
    between = world.clock.now
    world.clock.tick()
    world.system.organization.change_employee(people["0024"], number="0099")
    world.clock.now = before  # of the unit that began earlier
    world.system.organization.change_employee(people["0030"], number="0024")
    world.clock.now = between + timedelta(days=90)
    office = world.office("0001")
    found = office.known_at(between).organization.employees().items
    assert 2 == sum(each.number == "0024" for each in found)
    assert 2 == len(office.audit.list_as_of(EMPLOYEE, between, Eq("number", "0024")).found)
    assert office.known_at(between).my_todo() == office.known_at(between).my_todo()


def test_custom_fields_are_those_of_the_time(store: Driver) -> None:
    """A list of the past may ask for a field that was removed since, and holds values that came before their field."""
    world = World(store)
    owner, person = world.core.office(world.tenant, OWNER), world.id("0024")
    desk = owner.organization.declare_field(CustomField(id=world.new_id(), kind="employee", name="desk"))
    owner.organization.change_employee(person, custom={"desk": "4"})
    then = world.clock.now
    world.clock.tick()

    def removed(unit: UnitOfWork) -> None:
        unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(person), custom={})
        unit.repository(CUSTOM_FIELD).delete(unit.repository(CUSTOM_FIELD).get(desk.id))

    world.core.units.run(world.tenant, OWNER, removed)
    assert [person] == [each.id for each in owner.audit.list_as_of(EMPLOYEE, then, Eq("custom.desk", "4")).found]
    with pytest.raises(InvalidInput):
        owner.audit.list_as_of(EMPLOYEE, world.clock.now, Eq("custom.desk", "4"))
    now = world.clock.now
    world.clock.now = now + timedelta(days=1)
    owner.organization.declare_field(CustomField(id=world.new_id(), kind="employee", name="late"))
    world.clock.now = now
    owner.organization.change_employee(person, custom={"late": "9"})
    assert {"late": "9"} == owner.known_at(now).organization.employee("0024").custom
    assert {"late": "9"} == owner.audit.as_of(EMPLOYEE, person, now).found.custom
    assert person in {each.id for each in owner.audit.list_as_of(EMPLOYEE, now).found}


def test_the_past_has_a_past(store: Driver) -> None:
    """Its history ends at the instant."""
    world = World(store)
    world.record("before")
    instant = world.clock.now
    world.clock.tick()
    world.record("after")
    past = world.office("0001").known_at(instant)
    entries = [entry.command for entry in past.audit.search(_ALL, limit=1000).items]
    assert 1 == entries.count("records.open_record")
    assert entries == [
        entry.command for entry in world.office("0001").audit.search(_ALL, limit=1000).items if entry.at <= instant
    ]


_ALL = Wanted()


def test_no_command_is_offered_in_the_past(store: Driver) -> None:
    """None could be given there; what does not exist is said as ever."""
    world = World(store)
    owner, person = world.office("0001"), world.id("0024")
    past = owner.known_at(world.clock.now)
    assert owner.allowed_actions("employee", person)
    assert () == past.allowed_actions("employee", person)
    assert () == past.organization.allowed_actions("employee", person)
    with pytest.raises(NotFound):
        past.allowed_actions("employee", "nobody")
