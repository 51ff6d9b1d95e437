"""While the level is changed, and where that was cut off: nothing is claimed that is not so, and nothing gets lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import Archive
from handover_core.actor import Role
from handover_core.app import HandoverCore, Office
from handover_core.errors import AlreadyExists, Erased, Refused
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.privacy import service
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, Eq, In, Ne, Not, Order, Prefix, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level, Settings
from handover_core.testing.strategies.people import populations
from handover_core.testing.strategies.questions import criteria_of, orders_of
from handover_core_keys import KeyRing
from pasts import AUDITOR
from questioned import asked

OWNER = evolve(AUDITOR, roles=frozenset({Role.OWNER, Role.AUDITOR, Role.HR}))
NUMBERS = ["1", "2", "3", "4"]
OTHER = {Level.STANDARD: Level.STRICT, Level.STRICT: Level.STANDARD}


class Company:
    """Four people, one of whom was erased."""

    def __init__(self, store: Driver, ring: KeyRing) -> None:
        self.tenant, self.ring = new_id(), ring
        self.core = HandoverCore(store, vault=ring)
        self.ids = [f"p{number}" for number in NUMBERS]
        people = [Employee(id=f"p{number}", number=number, name=f"王{number}") for number in NUMBERS]
        self.do(lambda unit: [unit.repository(EMPLOYEE).add(each) for each in people])

    @property
    def office(self) -> Office:
        return self.core.office(self.tenant, OWNER)

    @property
    def privacy(self) -> Any:
        return self.office.privacy

    def do(self, fn: Callable[[UnitOfWork], Any]) -> Any:
        return self.core.units.run(self.tenant, OWNER, fn, "test")

    def ask(self, fn: Callable[[UnitOfWork], Any]) -> Any:
        return self.core.units.read(self.tenant, OWNER, fn)

    def erase(self, id_: str) -> None:
        def overwrite(unit: UnitOfWork) -> None:
            people = unit.repository(EMPLOYEE)
            people.save(unit.personal.erased(EMPLOYEE, people.get(id_), id_))

        self.do(overwrite)
        self.ring.destroy(self.tenant, id_)

    def stored(self, id_: str) -> str:
        return str(self.ask(lambda unit: unit.as_stored.get(EMPLOYEE, self.tenant, id_)).body)

    def declare(self, *, personal: bool) -> None:
        def put(unit: UnitOfWork) -> None:
            fields = unit.repository(CUSTOM_FIELD)
            found = fields.peek("f")
            if found is None:
                fields.add(CustomField(id="f", kind="employee", name="blood", personal=personal))
            else:
                fields.change(found, personal=personal)

        self.do(put)


def person(number: str) -> Employee:
    return Employee(id=new_id(), number=number, name="x")


@pytest.fixture
def company(store: Driver, ring: KeyRing) -> Company:
    return Company(store, ring)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what lets the next change of a level fail after so many rows."""

    def prepare(rows: int) -> None:
        rewrite, left = service._rewrite, [rows]

        def failing(*args: Any) -> None:
            if not left[0]:
                monkeypatch.setattr(service, "_rewrite", rewrite)
                raise KeyboardInterrupt
            left[0] -= 1
            rewrite(*args)

        monkeypatch.setattr(service, "TOUCHED", 1)
        monkeypatch.setattr(service, "_rewrite", failing)

    return prepare


@pytest.mark.parametrize("to", Level)
def test_what_was_cut_off_claims_no_more_than_is_so_and_goes_on(
    company: Company, cut: Callable[[int], None], to: Level
) -> None:
    company.privacy.set_level(OTHER[to])
    cut(2)
    with pytest.raises(KeyboardInterrupt):
        company.privacy.set_level(to)
    assert (Level.STANDARD, to) == (company.privacy.level(), company.privacy.changing())
    sealed = ["$sealed" in company.stored(each) for each in company.ids]
    assert ([True, True, False, False] if to is Level.STRICT else [False, False, True, True]) == sealed
    company.do(lambda unit: unit.repository(EMPLOYEE).add(Employee(id="p5", number="5", name="王5")))
    assert ("$sealed" in company.stored("p5")) is (to is Level.STRICT)
    for number in [*NUMBERS, "5"]:
        assert f"王{number}" == company.office.organization.employee(number).name
        with pytest.raises(AlreadyExists):
            company.do(lambda unit, number=number: unit.repository(EMPLOYEE).add(person(number)))
        with pytest.raises(AlreadyExists):
            company.do(lambda unit, number=number: unit.repository(EMPLOYEE).add_many([person(number)]))
    assert 2 == company.privacy.set_level(to)
    assert (to, None) == (company.privacy.level(), company.privacy.changing())
    assert {to is Level.STRICT} == {"$sealed" in company.stored(each) for each in [*company.ids, "p5"]}
    assert 0 == company.privacy.set_level(to)
    assert company.office.audit.verify().sound


def test_what_was_cut_off_can_be_taken_back(company: Company, cut: Callable[[int], None]) -> None:
    cut(2)
    with pytest.raises(KeyboardInterrupt):
        company.privacy.set_level(Level.STRICT)
    assert 2 == company.privacy.set_level(Level.STANDARD)
    assert (Level.STANDARD, None) == (company.privacy.level(), company.privacy.changing())
    assert not any("$sealed" in company.stored(each) for each in company.ids)


def test_two_who_want_different_levels_do_not_both_end(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    anew, once = service.PrivacyService._anew, [True]

    def meddling(*args: Any) -> int:
        if once:
            once.pop()
            company.privacy.set_level(Level.STANDARD)
        return anew(*args)

    monkeypatch.setattr(service.PrivacyService, "_anew", meddling)
    with pytest.raises(Refused, match="another level"):
        company.privacy.set_level(Level.STRICT)
    assert (Level.STANDARD, None) == (company.privacy.level(), company.privacy.changing())
    assert not any("$sealed" in company.stored(each) for each in company.ids)


def test_erased_people_are_found_by_their_pseudonym_at_every_level(company: Company) -> None:
    """A column that holds a digest at one level and a word at the other is written anew although nothing is sealed."""
    company.erase("p2")
    pseudonym = pseudonym_of("p2")
    for level in (Level.STANDARD, Level.STRICT, Level.STANDARD):
        company.privacy.set_level(level)
        assert "p2" == company.office.organization.employee(pseudonym).id
        assert ["p2"] == [each.id for each in company.office.organization.employees(words=pseudonym).items]
        assert 3 == company.ask(lambda unit: unit.repository(EMPLOYEE).count(Ne("number", pseudonym)))
        assert 1 == company.ask(lambda unit: unit.repository(EMPLOYEE).count(In("number", (pseudonym, "9"))))
        if level is Level.STRICT:
            company.erase("p3")
    assert "p3" == company.office.organization.employee(pseudonym_of("p3")).id


@pytest.mark.parametrize("level", Level)
def test_a_field_that_became_personal_after_an_erasure_waits_for_another(company: Company, level: Level) -> None:
    """What stands in it about the erased cannot be sealed, and a change of the level erases nothing: holds may keep it."""
    company.declare(personal=False)
    for id_ in ("p1", "p2"):
        company.do(
            lambda unit, id_=id_: unit.repository(EMPLOYEE).change(
                unit.repository(EMPLOYEE).get(id_), custom={"blood": "0 neg"}
            )
        )
    company.privacy.set_level(level)
    company.erase("p1")
    company.declare(personal=True)
    with pytest.raises(Refused, match="employee p1 holds personal values of somebody whose keys were destroyed"):
        company.privacy.set_level(Level.STRICT)
    assert "0 neg" in company.stored("p1")
    assert (Level.STANDARD, Level.STRICT) == (company.privacy.level(), company.privacy.changing())
    company.do(lambda unit: unit.personal.forget(EMPLOYEE, "p1", "p1"))
    company.privacy.set_level(Level.STRICT)
    assert Level.STRICT == company.privacy.level()
    assert "0 neg" not in company.stored("p1")
    assert "0 neg" not in company.stored("p2")
    assert "0 neg" not in repr(company.office.audit.entries(EMPLOYEE, "p1"))
    people = {each.id: each for each in company.office.organization.employees().items}
    assert (None, "0 neg") == (people["p1"].custom.get("blood"), people["p2"].custom["blood"])
    assert 0 == company.privacy.set_level(Level.STRICT)
    assert company.office.audit.verify().sound
    with pytest.raises(Erased):
        company.do(
            lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("p1"), custom={"blood": "A"})
        )


def test_a_field_that_became_personal_is_asked_at_once_and_nothing_is_claimed_of_it(company: Company) -> None:
    company.declare(personal=False)

    def tell(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get("p2"), custom={"blood": "0 neg"})

    def asked() -> list[str]:
        found = company.ask(lambda unit: unit.repository(EMPLOYEE).list(Eq("custom.blood", "0 neg")))
        return [each.id for each in found]

    company.do(tell)
    company.privacy.set_level(Level.STRICT)
    company.declare(personal=True)
    assert ["p2"] == asked()
    assert (Level.STANDARD, Level.STRICT) == (company.privacy.level(), company.privacy.changing())
    assert 1 == company.privacy.set_level(Level.STRICT)
    assert ["p2"] == asked()
    company.declare(personal=True)
    assert (Level.STRICT, None) == (company.privacy.level(), company.privacy.changing())
    assert company.office.audit.verify().sound


def test_inside_one_unit_the_level_is_changed_too(company: Company) -> None:
    with company.office.together("all at once") as office:
        assert office.organization.employee("1").name
        assert 4 == office.privacy.set_level(Level.STRICT)
    assert all("$sealed" in company.stored(each) for each in company.ids)
    assert "p3" == company.office.organization.employee("3").id


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=populations(), data=st.data())
def test_every_question_is_answered_while_rows_of_both_kinds_stand(
    store: Driver, ring: KeyRing, people: list[Employee], data: st.DataObject
) -> None:
    core, answers = HandoverCore(store, vault=ring), []
    where = data.draw(st.none() | criteria_of(EMPLOYEE, people))
    order, limit = data.draw(orders_of(EMPLOYEE)), data.draw(st.integers(1, 4))
    middle = data.draw(st.integers(0, len(people)))
    for towards in (None, *Level):
        tenant = new_id()
        for part, level in ((people[:middle], towards and OTHER[towards]), (people[middle:], towards)):

            def fill(unit: UnitOfWork, part: list[Employee] = part, level: Level | None = level) -> None:
                unit.personal.keep(Settings(ring.id, Level.STANDARD, level))
                unit.repository(EMPLOYEE).add_many(part)

            core.units.run(tenant, OWNER, fill)
        with core.units.unit(tenant, OWNER, write=False) as unit:
            answers.append(asked(unit, where, order, limit))
    assert answers[0] == answers[1] == answers[2]


def test_a_name_that_looks_like_a_pseudonym_is_sealed_all_the_same(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    core = archive.story.core
    core.office(archive.story.tenant, OWNER).privacy.set_level(Level.STRICT)
    archive.changed(name="P-0123456789")
    with core.units.unit(archive.story.tenant, OWNER, write=False) as unit:
        row = unit.as_stored.get(EMPLOYEE, unit.tenant, archive.person)
        assert row is not None
        assert "P-0123456789" not in row.body
        assert not unit.as_stored.count(EMPLOYEE, unit.tenant, Eq("name", "P-0123456789"))
        people = unit.repository(EMPLOYEE)
        assert 1 == people.count(Eq("name", "P-0123456789")) == people.count(Prefix("name", "P-01"))
        assert [archive.person] == [
            each.id for each in people.list(Not(Ne("name", "P-0123456789")), order=Order("name"))
        ]
