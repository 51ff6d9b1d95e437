"""Keys that are lost for good take the personal values of the past with them, and nothing else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from handover_core.actor import Role
from handover_core.app import HandoverCore, Office
from handover_core.audit.model import Mark, Wanted
from handover_core.errors import Erased, InvalidInput, OtherKeys, Refused, SealBroken, Unsealable
from handover_core.history.checking import UNMARKED
from handover_core.organization.kinds import COMPANY, EMPLOYEE
from handover_core.organization.model import Company, Employee, EmployeeStatus
from handover_core.privacy import service
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, MemoryStore, UnitOfWork, Vault
from handover_core.storage.codec import to_json
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from pasts import AUDITOR, Story, Tamperer

OWNER = evolve(AUDITOR, id="owner", roles=frozenset({Role.OWNER, Role.AUDITOR, Role.HR, Role.APPROVER}))
PEOPLE = [f"p{number}" for number in range(4)]


class Lost:
    """A company of four people, and what it is asked."""

    def __init__(self, store: Driver, ring: KeyRing) -> None:
        self.story = Story(store, ring)
        self.tenant = self.story.tenant
        self.use(ring)
        self.office.organization.set_company(Company(id="company", name="A"))
        for number, id_ in enumerate(PEOPLE):
            self.office.organization.hire(Employee(id=id_, number=f"004{number}", name=f"王{number}", phone="138"))
        self.now = self.story.now

    def use(self, vault: Vault | None) -> None:
        self.core = HandoverCore(self.story.core.store, vault=vault, clock=lambda: self.story.now)

    @property
    def office(self) -> Office:
        return self.core.office(self.tenant, OWNER)

    def sealed(self, id_: str) -> str:
        with self.core.units.unit(self.tenant, OWNER, write=False) as unit:
            row = unit.as_stored.get(EMPLOYEE, self.tenant, id_)
            assert row is not None
            return row.body

    def past(self) -> list[Any]:
        """Ask the past in every way; return the names that are told, and how many entries."""
        audit, organization = self.office.audit, self.office.known_at(self.now).organization
        return [
            [each.name for each in audit.list_as_of(EMPLOYEE, self.now).found],
            [each.name for each in sorted(organization.employees().items, key=lambda each: each.id)],
            [audit.as_of(EMPLOYEE, id_, self.now).found.name for id_ in PEOPLE],
            len(audit.search(Wanted()).items),
        ]

    def asked(self) -> None:
        """Ask what must not fail."""
        retention = self.office.retention
        assert retention.archive("p0").number
        retention.mentions("p0")
        assert self.office.audit.entries(EMPLOYEE, "p0")
        assert self.office.known_at(self.now).organization.chart() is not None


@pytest.fixture
def company(store: Driver, ring: KeyRing) -> Lost:
    return Lost(store, ring)


def lose(folder: Path, subject: str) -> None:
    with closing(sqlite3.connect(folder / "keys.db")) as connection:
        connection.execute("DELETE FROM handover_person_key WHERE subject = ?", (subject,))
        connection.commit()


def test_one_missing_key_is_one_persons_loss(company: Lost, tmp_path: Path) -> None:
    """Lists and logs go on; the values stand as what an erasure leaves, and the person can be worked with."""
    told = company.past()
    lose(tmp_path, "p3")
    left = pseudonym_of("p3")
    names = [*told[0][:3], left]
    assert [names, names, names, told[3]] == company.past()
    company.asked()
    company.office.organization.change_employee("p3", phone="1")
    found = company.office.audit.verify()
    assert ((), 1) == (found.breaks, found.unopened)
    company.story.now = company.story.now.replace(year=2040)
    with pytest.raises(Refused):
        company.office.privacy.begin_anew("nothing is lost at this level")


def test_what_was_tampered_with_is_still_told(company: Lost, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "keys.db")) as connection:
        rows = dict(
            connection.execute("SELECT subject, wrapped FROM handover_person_key WHERE subject IN ('p0', 'p3')")
        )
        number = rows["p3"].split(",")[0]
        forged = ",".join([number, *rows["p0"].split(",")[1:]])
        connection.execute("UPDATE handover_person_key SET wrapped = ? WHERE subject = 'p3'", (forged,))
        connection.commit()
    with pytest.raises(SealBroken):
        company.office.audit.list_as_of(EMPLOYEE, company.now)


def test_the_past_is_not_called_lost_with_the_wrong_keys(company: Lost, other_ring: KeyRing) -> None:
    company.use(other_ring)
    for ask in (
        lambda: company.office.audit.search(Wanted()),
        lambda: company.office.audit.list_as_of(EMPLOYEE, company.now),
        lambda: company.office.retention.mentions("p0"),
    ):
        with pytest.raises(OtherKeys):
            ask()


def test_a_company_begins_anew_at_level_standard(company: Lost, ring: KeyRing, other_ring: KeyRing) -> None:
    company.story.now = company.now.replace(year=2027)
    company.core.units.run(
        company.tenant,
        OWNER,
        lambda unit: unit.personal.redact(COMPANY, "company", lambda text: text.replace("A", "…")),
        "x",
    )
    company.use(other_ring)
    with pytest.raises(OtherKeys):
        company.office.organization.hire(Employee(id="new", number="1", name="x"))
    company.story.now = company.now.replace(year=2028)
    assert 0 == company.office.privacy.begin_anew("the disk with the keys is gone")
    entry = company.office.audit.entries(COMPANY, "company")[-1]
    assert ("privacy.begin_anew", "the disk with the keys is gone", "owner") == (
        entry.command,
        entry.reason,
        entry.actor,
    )
    people = {each.id: each.name for each in company.office.organization.employees().items}
    assert {id_: f"王{id_[1:]}" for id_ in PEOPLE} == people, "the state stays"
    left = [pseudonym_of(id_) for id_ in PEOPLE]
    assert [left] * 3 == company.past()[:3]
    company.asked()
    company.office.organization.hire(Employee(id="new", number="1", name="新"))
    company.office.organization.change_employee("p1", phone="139")
    company.story.do(lambda _: None)
    assert "139" in repr(company.office.audit.entries(EMPLOYEE, "p1")[-1])
    found = company.office.audit.verify()
    assert [UNMARKED] == [each.what for each in found.breaks], "it was made with the keys that are lost"
    assert [Mark.UNCHECKED] == [each.mark for each in found.redactions]
    assert found.unopened >= 4
    company.office.privacy.set_level(Level.STRICT)
    assert "p1" == company.office.organization.employee("0041").id
    seal = company.office.audit.seal()  # once somebody has compared it
    assert company.office.audit.verify([seal]).sound

    def leave(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get("p2"), status=EmployeeStatus.LEFT, left_on=date(2026, 3, 2))

    company.core.units.run(company.tenant, OWNER, leave)
    company.story.now = company.now.replace(year=2040)
    company.office.retention.erase("p2", "asked")
    company.use(ring)
    with pytest.raises(OtherKeys):
        company.office.organization.hire(Employee(id="old", number="2", name="x"))


@pytest.mark.parametrize("how", ["all", "one"])
@pytest.mark.parametrize("cut", [False, True])
def test_a_company_begins_anew_at_level_strict(
    company: Lost,
    other_ring: KeyRing,
    tmp_path: Path,
    how: str,
    cut: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The values of today are lost too: left as an erasure would leave them, recorded, and all can be worked with."""
    company.office.privacy.set_level(Level.STRICT)
    gone = PEOPLE if how == "all" else ["p3"]
    if how == "all":
        company.use(other_ring)
    else:
        lose(tmp_path, "p3")
    with pytest.raises((OtherKeys, Unsealable)):
        company.office.organization.employees()
    if cut:
        give_up = service._given_up
        monkeypatch.setattr(service, "_given_up", interrupted)
        with pytest.raises(KeyboardInterrupt):
            company.office.privacy.begin_anew("lost")
        monkeypatch.setattr(service, "_given_up", give_up)
        assert (Level.STANDARD, Level.STRICT) == (company.office.privacy.level(), company.office.privacy.changing())
    assert len(gone) == company.office.privacy.begin_anew("lost")
    assert (Level.STRICT, None) == (company.office.privacy.level(), company.office.privacy.changing())
    names = {each.id: each.name for each in company.office.organization.employees().items}
    assert {id_: pseudonym_of(id_) if id_ in gone else f"王{id_[1:]}" for id_ in PEOPLE} == names
    assert "p3" == company.office.organization.employee(pseudonym_of("p3")).id
    last = company.office.audit.entries(EMPLOYEE, "p3")[-1]
    assert "privacy.begin_anew" in {each.command for each in company.office.audit.entries(EMPLOYEE, "p3")}, last
    company.asked()
    assert company.office.audit.verify().sound
    company.office.organization.change_employee("p3", name="王三", number="0043", phone="139")
    assert "p3" == company.office.organization.employee("0043").id
    assert "王三" not in company.sealed("p3")
    assert company.office.audit.verify().sound
    assert HandoverCore(company.core.store).office(company.tenant, OWNER).audit.verify().sound


def test_digests_of_a_lost_key_are_not_asked_with_another(store: Driver, ring: KeyRing, tmp_path: Path) -> None:
    """A backup of the keys from before level strict lacks the key of the digests: every number would be nobody's."""
    company = Lost(store, ring)
    company.office.privacy.set_level(Level.STRICT)
    lose(tmp_path, "")
    restored = KeyRing(ring._table, ring._wrapper)
    company.use(restored)
    for ask in (
        lambda: company.office.organization.employee("0041"),
        lambda: company.office.organization.hire(Employee(id="new", number="0041", name="x")),
        lambda: company.office.privacy.set_level(Level.STANDARD),
    ):
        with pytest.raises(OtherKeys):
            ask()
    assert not company.office.audit.verify().sound, "and a mark that was made with it cannot be checked"
    company.story.now = company.now.replace(year=2028)
    assert 0 == company.office.privacy.begin_anew("an old backup"), "everybody's own key is there"
    for number, id_ in enumerate(PEOPLE):
        assert id_ == company.office.organization.employee(f"004{number}").id
    assert Level.STRICT == company.office.privacy.level()
    assert company.office.audit.verify().sound


def test_what_was_tampered_with_is_not_lost(store: Driver, ring: KeyRing, tmp_path: Path) -> None:
    """Nothing is given up, and the proof stays: also where somebody else's key is missing."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    company = Lost(store, ring)
    company.office.privacy.set_level(Level.STRICT)
    body = json.loads(company.sealed("p1"))
    swapped = {**body, "name": body["phone"], "phone": body["name"]}
    stranger = Tamperer(store, company.tenant)
    stranger.row("p1", {"body": to_json(swapped)})
    lose(tmp_path, "p3")
    left, entries = company.sealed("p1"), company.office.audit.entries(COMPANY, "company")
    with pytest.raises(SealBroken):
        company.office.privacy.begin_anew("lost")
    assert left == company.sealed("p1")
    assert (Level.STRICT, None) == (company.office.privacy.level(), company.office.privacy.changing())
    assert entries == company.office.audit.entries(COMPANY, "company")
    assert not company.office.audit.verify().sound
    stranger.row("p1", {"body": to_json(body)})
    assert 1 == company.office.privacy.begin_anew("lost")
    assert company.office.audit.verify().sound


@pytest.mark.parametrize("level", list(Level))
def test_who_was_erased_stays_erased_with_the_new_keys(company: Lost, other_ring: KeyRing, level: Level) -> None:
    def leave(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get("p2"), status=EmployeeStatus.LEFT, left_on=date(2026, 3, 2))

    company.office.privacy.set_level(level)
    company.core.units.run(company.tenant, OWNER, leave)
    company.story.now = company.now.replace(year=2040)
    company.office.retention.erase("p2", "asked")
    company.use(other_ring)
    with pytest.raises(Refused):
        company.core.office("nobody", OWNER).privacy.begin_anew("lost")
    company.office.privacy.begin_anew("lost")
    assert other_ring.person(company.tenant, "p2") is None
    assert [] == company.office.retention.restored()
    with pytest.raises(Erased):
        company.office.organization.change_employee("p2", name="王二")
    company.office.organization.change_employee("p1", name="王一")
    assert company.office.audit.verify().sound


def test_with_its_own_keys_a_company_that_lost_nothing_does_not_begin_anew(company: Lost) -> None:
    company.office.privacy.set_level(Level.STRICT)
    entries = company.office.audit.entries(COMPANY, "company")
    with pytest.raises(Refused):
        company.office.privacy.begin_anew("to be sure")
    assert entries == company.office.audit.entries(COMPANY, "company")


def interrupted(*_: Any) -> int:
    raise KeyboardInterrupt


def test_only_the_owner_begins_anew_and_says_why(company: Lost, other_ring: KeyRing) -> None:
    company.use(other_ring)
    hr = company.core.office(company.tenant, evolve(OWNER, roles=frozenset({Role.HR})))
    refusals: list[Callable[[], object]] = [
        lambda: hr.privacy.begin_anew("lost"),
        lambda: HandoverCore(company.core.store).office(company.tenant, OWNER).privacy.begin_anew("lost"),
        lambda: company.core.office("nobody", OWNER).privacy.begin_anew("lost"),
    ]
    for ask in refusals:
        with pytest.raises(Refused):
            ask()
    with pytest.raises(InvalidInput):
        company.office.privacy.begin_anew(" ")


def test_keys_are_given_up_while_a_field_is_becoming_personal(
    store: Driver, ring: KeyRing, other_ring: KeyRing
) -> None:
    """A row then holds in the clear what is personal since, beside what lacks its key; the person has no key yet."""
    company = Lost(store, ring)
    company.office.privacy.set_level(Level.STRICT)
    fields, person = CUSTOM_FIELD, company.office.organization.employee("0040")
    declared = company.office.organization.declare_field(CustomField(id="home", kind="employee", name="home"))
    company.office.organization.change_employee(person.id, custom={"home": "Elm Street 5"})
    company.core.units.run(
        company.tenant, OWNER, lambda unit: unit.repository(fields).change(declared, personal=True), "test.declare"
    )
    company.use(other_ring)
    company.office.privacy.begin_anew("lost")
    people = company.office.organization.employees().items
    assert {pseudonym_of(id_) for id_ in PEOPLE} == {each.name for each in people}
    assert {"home": "Elm Street 5"} == next(each for each in people if each.id == person.id).custom


def test_somebody_from_before_the_keys_is_set_back_to_work(store: Driver, ring: KeyRing) -> None:
    """It is asked whether they were erased, and there is no key of theirs before that is stored."""
    story = Story(store)
    core = HandoverCore(store, clock=lambda: story.now)
    organization = core.office(story.tenant, OWNER).organization
    organization.set_company(Company(id="company", name="A"))
    organization.hire(
        Employee(id="early", number="0050", name="Early", status=EmployeeStatus.LEFT, left_on=date(2026, 1, 1))
    )
    core.units.vault = ring
    again = organization.change_employee("early", status=EmployeeStatus.ACTIVE, left_on=None, phone="138")
    assert (EmployeeStatus.ACTIVE, "138") == (again.status, again.phone)
