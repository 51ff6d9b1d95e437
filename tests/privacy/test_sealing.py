"""Personal values reach the history sealed; they are read with the keys, and by nobody once these are destroyed."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import NAMES, Archive
from handover_core.app import HandoverCore
from handover_core.audit.model import Wanted
from handover_core.errors import Erased, InvalidInput
from handover_core.history.checking import UNBOUND
from handover_core.history.sealed import token_of
from handover_core.ids import new_id
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Absence
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import CustomField, Driver, MemoryStore, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.values import DateRange
from handover_core_keys import KeyRing
from pasts import AUDITOR, Tamperer, stories, told


def test_nothing_personal_stands_in_the_history(store: Driver, ring: KeyRing) -> None:
    assert "体检报告" in Archive(store, None).text()
    archive = Archive(store, ring)
    archive.changed(name="王晓芳", email="new@example.com")
    assert [] == [word for word in (*NAMES, "王晓芳", "new@") if word in archive.text()]
    assert archive.story.audit.verify().sound


def test_whoever_has_the_keys_reads_the_past(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    before = archive.story.now
    archive.changed(name="王晓芳")
    audit, person = archive.story.audit, archive.person
    then = audit.as_of(EMPLOYEE, person, before).found
    assert ("王小芳", {"home": "王小芳街", "badge.colour": "red"}) == (then.name, then.custom)
    came, changed = audit.who_changed(EMPLOYEE, person, "name")
    assert [("王小芳",)] == [each.after for each in came.fields if each.field == "name"], "it came in a bulk"
    assert [(("王小芳",), ("王晓芳",))] == [(each.before, each.after) for each in changed.fields]
    assert {"name": [["王小芳"], ["王晓芳"]]} == audit.difference(EMPLOYEE, person, before, archive.story.now).found
    assert [2] == [entry.version for entry in audit.search(Wanted(text="王晓芳")).items]


def test_without_the_keys_the_chain_is_checked_and_nothing_is_read(
    store: Driver, ring: KeyRing, other_ring: KeyRing
) -> None:
    archive = Archive(store, ring)
    archive.changed(name="王晓芳")
    story = archive.story
    without = HandoverCore(store).office(story.tenant, AUDITOR).audit
    found = without.verify()
    assert (True, True, 0) == (found.sound, found.unopened > 0, story.audit.verify().unopened)
    *_, changed = without.who_changed(EMPLOYEE, archive.person, "name")
    assert token_of(changed.fields[0].after[0]) is not None
    mistaken = HandoverCore(store, vault=other_ring).office(story.tenant, AUDITOR).audit.verify()
    assert ([UNBOUND], found.unopened) == ([each.what for each in mistaken.breaks], mistaken.unopened)


def test_after_an_erasure_the_chain_still_verifies_and_the_past_has_a_pseudonym(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    before = archive.story.now
    archive.changed(name="王晓芳")
    archive.erased(ring)
    audit, pseudonym = archive.story.audit, pseudonym_of(archive.person)
    assert audit.verify().sound
    assert HandoverCore(store).office(archive.story.tenant, AUDITOR).audit.verify().sound
    for instant in (before, archive.story.now):
        then = audit.as_of(EMPLOYEE, archive.person, instant).found
        assert (pseudonym, pseudonym, None, None, ()) == (then.name, then.number, then.email, then.phone, then.external)
        assert (None, "red") == (then.custom["home"], then.custom["badge.colour"])
    for instant in (before, archive.story.now):
        (record,) = audit.list_as_of(WORK_RECORD, instant).found
        assert (("P-", "", 7),) == tuple((each.title[:2], each.uri, each.size) for each in record.documents)
        assert "Visit" == record.title
    assert () == audit.search(Wanted(text="王")).items
    assert [] == [word for word in NAMES if word in archive.text()]


def test_nothing_personal_is_stored_of_an_erased_person_any_more(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    archive.erased(ring)
    archive.changed(qualifications=())
    with pytest.raises(Erased):
        archive.changed(name="王小芳")
    with pytest.raises(Erased):
        archive.story.do(
            lambda unit: unit.repository(ABSENCE).add(
                Absence(
                    id=new_id(),
                    employee_id=archive.person,
                    note="ill",
                    effective=DateRange(date.fromisoformat("2026-03-02")),
                )
            )
        )
    archive.story.do(lambda unit: unit.repository(EMPLOYEE).touch(unit.repository(EMPLOYEE).get(archive.person)))
    assert archive.story.audit.verify().sound


def test_a_renewed_key_changes_nothing_that_people_see(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    before = archive.story.now
    ring.renew(archive.story.tenant, archive.person)
    archive.changed(phone="1")
    assert archive.story.audit.verify().sound
    assert "13800001111" == archive.story.audit.as_of(EMPLOYEE, archive.person, before).found.phone
    assert {"phone": [["13800001111"], ["1"]]} == archive.story.audit.difference(
        EMPLOYEE, archive.person, before, archive.story.now
    ).found


def test_a_row_whose_personal_field_was_changed_is_found(store: Driver, ring: KeyRing) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    archive = Archive(store, ring)
    with archive.story.core.units.unit(archive.story.tenant, AUDITOR, write=False) as unit:
        body = unit.transaction.get(EMPLOYEE, archive.story.tenant, archive.person).body
    Tamperer(store, archive.story.tenant).row(archive.person, {"body": body.replace('"王小芳"', '"李四"')})
    assert [archive.person] == [each.id for each in archive.story.audit.verify().breaks]


def test_a_custom_field_can_be_personal_only_where_there_is_a_person(store: Driver) -> None:
    office = HandoverCore(store).office("company", evolve(AUDITOR, roles=frozenset({"hr", "owner"})))
    with pytest.raises(InvalidInput) as refused:
        office.organization.declare_field(CustomField(id=new_id(), kind="org_unit", name="chief", personal=True))
    assert "custom.personal" == refused.value.problems[0].code
    office.organization.declare_field(CustomField(id=new_id(), kind="work_record", name="chief", personal=True))


@pytest.mark.parametrize("name", ["", " ", " x", "$sealed", "x~"])
def test_a_custom_field_bears_a_name_that_means_nothing_else(store: Driver, name: str) -> None:
    """Neither that of a sealed value, nor that of another field's folded text, nor one that nobody sees."""
    office = HandoverCore(store).office("company", evolve(AUDITOR, roles=frozenset({"hr", "owner"})))
    with pytest.raises(InvalidInput) as refused:
        office.organization.declare_field(CustomField(id=new_id(), kind="employee", name=name))
    assert "custom.name" == refused.value.problems[0].code


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=stories(), data=st.data())
def test_a_sealed_past_is_read_as_it_was(
    store: Driver, ring: KeyRing, steps: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    """Whatever happened: with keys everything is as it was; with some destroyed the others are, and all verifies."""
    story = told(store, steps, ring)
    everybody = sorted({id_ for _, people in story.known for id_ in people})
    gone = set(data.draw(st.lists(st.sampled_from(everybody)))) if everybody else set()
    present = story.known[-1][1]
    for id_ in gone & set(present):

        def overwrite(unit: UnitOfWork, id_: str = id_) -> None:
            repository = unit.repository(EMPLOYEE)
            repository.save(unit.personal.erased(EMPLOYEE, repository.get(id_), id_))

        story.do(overwrite)
    for id_ in gone:
        ring.destroy(story.tenant, id_)
    for instant, people in story.known[: len(steps) + 1]:
        for id_ in everybody:
            found = story.audit.as_of(EMPLOYEE, id_, instant).found
            if id_ in gone and id_ in people:
                assert people[id_].status == found.status
                assert pseudonym_of(id_) == found.number
            else:
                assert people.get(id_) == found
    assert story.audit.verify().sound
