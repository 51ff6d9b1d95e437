"""What the past says inside a unit that has written: the same as once it is stored, and nothing about its own future."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.audit.model import Wanted
from handover_core.audit.service import NOT_STORED_YET
from handover_core.errors import Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, Eq
from worlds import TENANT, Clock

OWNER = Actor("owner", frozenset({Role.OWNER, Role.HR, Role.AUDITOR}))


class Imported:
    """A company whose people came in a bulk, an hour before now."""

    def __init__(self, store: Driver) -> None:
        self.clock = Clock()
        self.core = HandoverCore(store, clock=self.clock)
        self.office = self.core.office(TENANT, OWNER)
        people = [person(f"e{place}", f"Old{place}") for place in range(3)]
        self.core.units.run(TENANT, OWNER, lambda unit: unit.repository(EMPLOYEE).add_many(people), "test.import")
        self.came = self.clock.now
        self.clock.now += timedelta(hours=1)


def person(id_: str, name: str) -> Employee:
    return Employee(id=id_, number=id_, name=name)


def told(office: Office, *instants: datetime) -> dict[str, Any]:
    """Return what every question about the past is answered."""
    audit = office.audit
    answers: dict[str, Any] = {}
    for place, instant in enumerate(instants):
        answers[f"list {place}"] = audit.list_as_of(EMPLOYEE, instant).found
        answers[f"like {place}"] = audit.list_as_of(EMPLOYEE, instant, Eq("name", "Old1")).found
        answers[f"office {place}"] = office.known_at(instant).organization.employees().items
        answers[f"people {place}"] = [audit.as_of(EMPLOYEE, f"e{each}", instant).found for each in range(3)]
        answers[f"log {place}"] = [audit.search(Wanted(until=instant), limit=size).items for size in (1, 2, 99)]
    for word in ("Old1", "New", "Old"):
        answers[f"text {word}"] = audit.search(Wanted(text=word)).items
    for each in range(3):
        answers[f"entries {each}"] = audit.entries(EMPLOYEE, f"e{each}")
        answers[f"names {each}"] = audit.who_changed(EMPLOYEE, f"e{each}", "name")
        answers[f"change {each}"] = audit.difference(EMPLOYEE, f"e{each}", instants[0], instants[-1])
    answers["of one"] = audit.search(Wanted(kind="employee", id="e1")).items
    return answers


def test_the_past_is_the_same_inside_a_unit_that_has_written_as_after_it(store: Driver) -> None:
    world = Imported(store)
    before = told(world.office, world.came)
    instants = (world.came, world.clock.now)
    with world.office.together("test.change") as office:
        office.organization.change_employee("e1", name="New")
        unit = office.desk.joined
        assert unit is not None
        unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("e2"))
        unit.repository(EMPLOYEE).add_many([person("e3", "Third")])
        office.organization.hire(person("n", "Next"))
        inside = told(office, *instants)
        assert [1] == [entry.version for entry in office.audit.entries(EMPLOYEE, "n")]
        assert [1] == [entry.version for entry in office.audit.entries(EMPLOYEE, "e3")]
        assert {name: inside[name] for name in before if name.endswith(" 0") and name.split()[0] in PAST} == {
            name: before[name] for name in before if name.endswith(" 0") and name.split()[0] in PAST
        }
        pages, after = [], None
        while True:
            page = office.audit.search(Wanted(), limit=2, after=after)
            pages += page.items
            after = page.next
            if after is None:
                break
    assert told(world.office, *instants) == inside
    assert list(world.office.audit.search(Wanted(), limit=99).items) == pages
    assert world.office.audit.verify().sound


PAST = {"list", "like", "office", "people", "log"}


def test_nothing_is_sealed_or_verified_that_is_not_stored_yet(store: Driver) -> None:
    world = Imported(store)
    with world.office.together("test.change") as office:
        assert office.audit.verify().sound
        assert office.audit.seal().root == world.office.audit.seal().root
        office.organization.change_employee("e1", name="New")
        for ask in (office.audit.verify, office.audit.seal, office.known_at(world.came).audit.verify):
            with pytest.raises(Refused) as refused:
                ask()
            assert refused.value.rule is NOT_STORED_YET
    assert world.office.audit.verify().sound
