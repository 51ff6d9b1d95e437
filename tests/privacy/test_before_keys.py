"""Companies that had no keys at first: their past is checked, read and forgotten like any other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archives import Archive
from handover_core.app import HandoverCore, Office
from handover_core.errors import Erased, InvalidInput, Unsealable
from handover_core.history.checking import UNMARKED
from handover_core.ids import new_id
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Absence, Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, FieldType, MemoryStore, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core.values import DateRange
from handover_core_cli.commands.audit import lines_of
from handover_core_keys import KeyRing
from pasts import AUDITOR, Story, Tamperer
from privacy.test_redaction import checked
from privacy.test_strict import office_of

DAY = date(2024, 3, 1)


def filled(store: Driver, *, bulk: bool = True) -> tuple[Story, str]:
    """Return a company without keys, of one person with a number that looks like a year and a custom number."""
    story, id_ = Story(store), new_id()

    def fill(unit: UnitOfWork) -> None:
        unit.repository(CUSTOM_FIELD).add(
            CustomField(id=new_id(), kind="employee", name="idno", type=FieldType.INTEGER, personal=True)
        )
        person = Employee(id=id_, number="2024", name="resignation", phone="13800001111", custom={"idno": 31415926535})
        people = unit.repository(EMPLOYEE)
        if bulk:
            people.add_many([person])
        else:
            people.add(person)
        unit.repository(WORK_RECORD).add(
            WorkRecord(
                id="r", kind="resignation", title="resignation of 2024", owner_id=id_, author_id=id_, opened_on=DAY
            )
        )

    story.do(fill)
    return story, id_


def change(story: Story, id_: str, **values: Any) -> None:
    story.do(lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(id_), **values))


@pytest.mark.parametrize("how", ["change", "delete", "strict"])
def test_a_bulk_from_before_is_as_it_was_written(store: Driver, ring: KeyRing, tmp_path: Path, how: str) -> None:
    """Whatever becomes of its rows once there are keys, with these and without, also for another program."""
    story, id_ = filled(store)
    story.core = HandoverCore(store, clock=lambda: story.now, vault=ring)
    if how == "strict":
        office_of(story, store, ring).privacy.set_level(Level.STRICT)
    elif how == "change":
        change(story, id_, name="Ann", custom={})
    else:
        story.do(lambda unit: unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get("r")))
        story.do(lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get(id_)))
    without = HandoverCore(store).office(story.tenant, AUDITOR)
    assert story.audit.verify().sound
    assert without.audit.verify().sound
    assert 0 == checked(exported(without, tmp_path))


@pytest.mark.parametrize("keys", [True, False])
@pytest.mark.parametrize("gone", [True, False])
def test_a_bulk_from_before_whose_reason_was_redacted_goes_on(
    store: Driver, ring: KeyRing, tmp_path: Path, keys: bool, gone: bool
) -> None:
    """The header holds digests of what its entries were made of; after an erasure, or without keys, nobody can tell that."""
    story, id_ = filled(store)
    reworded(story, id_, "because", "why not")
    story.core = HandoverCore(store, clock=lambda: story.now, vault=ring)
    change(story, id_, name="Ann", custom={})
    if gone:
        story.do(
            lambda unit: unit.repository(EMPLOYEE).save(
                unit.personal.erased(EMPLOYEE, unit.repository(EMPLOYEE).get(id_), id_)
            )
        )
        ring.destroy(story.tenant, id_)
    office = HandoverCore(store, vault=ring if keys else None).office(story.tenant, AUDITOR)
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        assert "why not" == unit.changes(EMPLOYEE, id_)[0].reason
    # The redaction is older than the keys, and bears no mark.
    assert {UNMARKED} - (set() if keys else {UNMARKED}) == {each.what for each in office.audit.verify().breaks}
    assert office.audit.verify([office.audit.seal()]).sound
    assert 0 == checked(exported(office, tmp_path))


def exported(office: Office, folder: Path) -> Path:
    written = folder / "history.jsonl"
    written.write_text("\n".join(json.dumps(line) for line in lines_of(office)), encoding="utf-8")
    return written


def reworded(story: Story, id_: str, old: str, new: str) -> None:
    """Redact the reason of the bulk in which somebody came, as a retention does."""
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        batch = unit.changes(EMPLOYEE, id_)[0].batch or ""

    def replaced(text: str) -> str:
        return text.replace(old, new)

    story.do(lambda unit: unit.personal.redact_bulk(EMPLOYEE, batch, None, replaced))
    story.do(lambda unit: unit.personal.redact_header(batch, replaced))


def test_a_bulk_from_before_is_still_no_place_for_other_words(store: Driver, ring: KeyRing) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    story, id_ = filled(store)
    story.core = HandoverCore(store, clock=lambda: story.now, vault=ring)
    change(story, id_, name="Ann")
    Tamperer(store, story.tenant).change(id_, 1, {"actor": "somebody"})
    assert [(id_, 1)] == [(each.id, each.version) for each in story.audit.verify().breaks]


@pytest.mark.parametrize("bulk", [True, False])
def test_what_was_written_before_is_forgotten_field_by_field(store: Driver, ring: KeyRing, bulk: bool) -> None:
    """Numbers too, and no other field that happens to hold the same word."""
    story, id_ = filled(store, bulk=bulk)
    change(story, id_, phone="13900002222")
    before = story.now
    story.core = HandoverCore(store, clock=lambda: story.now, vault=ring)
    story.do(
        lambda unit: unit.repository(EMPLOYEE).save(
            unit.personal.erased(EMPLOYEE, unit.repository(EMPLOYEE).get(id_), id_)
        )
    )
    story.do(lambda unit: unit.personal.forget(EMPLOYEE, id_, id_))
    ring.destroy(story.tenant, id_)
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        stored = repr([unit.changes(EMPLOYEE, id_), unit.transaction.get(EMPLOYEE, story.tenant, id_)])
        assert not unit.personal.in_the_clear(EMPLOYEE, id_, id_)
        assert not unit.personal.in_the_clear(EMPLOYEE, "nobody", id_)
    assert [] == [word for word in ("31415926535", "13800001111", "13900002222", '"resignation"') if word in stored]
    then = story.audit.as_of(EMPLOYEE, id_, before).found
    assert (pseudonym_of(id_), None, {"idno": None}) == (then.name, then.phone, then.custom)
    assert story.audit.verify().sound
    assert HandoverCore(store).office(story.tenant, AUDITOR).audit.verify().sound


def test_a_redaction_leaves_dates_and_ids_and_words_of_a_set(store: Driver) -> None:
    """A number that is a year, and a name that is a kind of record."""
    story, id_ = filled(store)
    before = story.now
    for word in ("2024", "resignation"):
        story.do(lambda unit, word=word: unit.personal.redact(WORK_RECORD, "r", lambda text: text.replace(word, "P")))
    for instant in (before, story.now):
        then = story.audit.as_of(WORK_RECORD, "r", instant).found
        assert ("P of P", DAY, "resignation", id_) == (then.title, then.opened_on, then.kind, then.author_id)
    assert story.audit.verify().sound


def test_whoever_was_erased_meanwhile_is_not_written_about(store: Driver, ring: KeyRing) -> None:
    """A unit that had sealed for the person before the keys went stores nothing."""
    archive = Archive(store, ring)
    units = archive.story.core.units
    note = Absence(id=new_id(), employee_id=archive.person, note="ill", effective=DateRange(DAY))
    with units.unit(archive.story.tenant, AUDITOR) as unit:
        unit.repository(ABSENCE).add(note)
        ring.destroy(archive.story.tenant, archive.person)
        with pytest.raises(Erased):
            unit.commit()
    with units.unit(archive.story.tenant, AUDITOR, write=False) as unit:
        assert unit.repository(ABSENCE).peek(note.id) is None


def test_one_changed_letter_is_named_and_ends_nothing(store: Driver, ring: KeyRing) -> None:
    """In the entry of a redaction, and in a sealed row."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    archive = Archive(store, ring, filled=False)
    office_of(archive.story, store, ring).privacy.set_level(Level.STRICT)
    archive.fill()
    tenant, tamperer = archive.story.tenant, Tamperer(store, archive.story.tenant)
    with archive.story.core.units.unit(tenant, AUDITOR, write=False) as unit:
        body = unit.as_stored.get(EMPLOYEE, tenant, archive.person).body
    place = body.index("$sealed") + 70
    tamperer.row(archive.person, {"body": body[:place] + ("A" if body[place] != "A" else "B") + body[place + 1 :]})
    assert [archive.person] == [each.id for each in archive.story.audit.verify().breaks]
    with pytest.raises(Unsealable):
        archive.changed(name="x")
    tamperer.row(archive.person, {"body": body})
    archive.story.do(lambda unit: unit.personal.redact(EMPLOYEE, archive.person, lambda text: text.replace("red", "P")))
    assert archive.story.audit.verify().sound
    tamperer.change(archive.person, 2, {"body": '{"$redacted":{"1"'})
    assert archive.person in {each.id for each in archive.story.audit.verify().breaks}


def test_the_past_is_asked_again_after_a_failure(store: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _ = filled(store)
    past = story.core.office(story.tenant, AUDITOR).known_at(story.now)

    def broken(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr("handover_core.audit.past._states", broken)
        with pytest.raises(TimeoutError):
            past.desk.ask(lambda unit: unit.repository(EMPLOYEE).count())
    assert 1 == past.desk.ask(lambda unit: unit.repository(EMPLOYEE).count())


def test_nobody_gets_no_new_key(ring: KeyRing) -> None:
    before = ring.blind("t", "x", "y")
    with pytest.raises(InvalidInput):
        ring.renew("t", "")
    assert before == ring.blind("t", "x", "y")


def test_a_name_is_found_in_what_is_sealed_for_somebody_else_and_never_in_dates(store: Driver, ring: KeyRing) -> None:
    """Their note about the person is read with their key; a number that is a year is no mention where it is a date."""
    story, id_ = filled(store)
    other = new_id()
    story.core = HandoverCore(store, clock=lambda: story.now, vault=ring)
    office = office_of(story, store, ring)

    def write(unit: UnitOfWork) -> None:
        unit.repository(EMPLOYEE).add(Employee(id=other, number="0042", name="Bob"))
        note = Absence(id="a", employee_id=other, note="cares for Ann Lee", effective=DateRange(DAY))
        unit.repository(ABSENCE).change(unit.repository(ABSENCE).add(note), note="family")
        unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(id_), name="Ann Lee")

    story.do(write)
    found = {(each.kind, each.id, each.field, each.version) for each in office.retention.mentions(id_).found}
    assert {("absence", "a", "note", 1), ("work_record", "r", "title", None)} <= found
    assert "opened_on" not in {field for _, _, field, _ in found}
    story.do(lambda unit: unit.personal.redact(ABSENCE, "a", lambda text: text.replace("Ann Lee", "P")))
    assert "absence" not in {each.kind for each in office.retention.mentions(id_).found}
