"""Everything about one person is handed to them: what is personal about others is not in it."""

from __future__ import annotations

from datetime import date

import pytest

from handover_core.handover.kinds import HANDOVER_FINDING
from handover_core.kinds import KINDS
from handover_core.organization.model import Absence
from handover_core.retention.archive import PersonArchive
from handover_core.storage import Driver, Eq
from handover_core.storage.codec import to_json
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.walking import rows_of
from handover_core.values import DateRange, Document
from handover_core_keys import KeyRing
from retention.conftest import Past
from retention.test_documents import added, written
from retention.test_presence import put_on

SEALED = [True, False]


def two(store: Driver, ring: KeyRing, sealed: bool) -> tuple[Past, str]:
    """Return a company, with keys or without, and a record with a document of its author and one of its owner."""
    past = Past(store, ring if sealed else None)
    record = written(past)
    added(past, record.id, "Contract", "0017")
    past.office("0017").records.change_record(record.id, title="Visit again")
    return past, record.id


def archive_of(past: Past, number: str) -> PersonArchive:
    return past.office("0006").retention.archive(past.id(number))


@pytest.mark.parametrize("sealed", SEALED)
@pytest.mark.parametrize(
    ("number", "own", "other", "others"),
    [("0024", "Passport", "Contract", "0017"), ("0017", "Contract", "Passport", "0024")],
)
def test_values_of_others_stand_as_pseudonyms_in_state_and_history(
    store: Driver, ring: KeyRing, sealed: bool, number: str, own: str, other: str, others: str
) -> None:
    past, record = two(store, ring, sealed)
    made = archive_of(past, number)
    (item,) = [each for section in made.sections for each in section.items if each.id == record]
    for said in (repr(item.fields), repr(item.history)):
        assert f"{own}.pdf" in said
        assert pseudonym_of(past.id(others)) in said
    assert other not in repr(made)
    assert "Visit again" in repr(item)


@pytest.mark.parametrize("sealed", SEALED)
def test_what_somebody_put_on_the_record_of_others_is_theirs_too(store: Driver, ring: KeyRing, sealed: bool) -> None:
    """The record names them nowhere but there."""
    past, record = two(store, ring, sealed)
    added(past, record, "Badge", "0003")
    made = archive_of(past, "0003")
    (item,) = [each for section in made.sections for each in section.items if each.id == record]
    assert "Badge.pdf" in repr(item.fields)
    assert not {"Passport.pdf", "Contract.pdf"} & set(repr(made).split("'"))


def story(past: Past) -> str:
    """Hand a case over in part, with everybody doing something in it, and return its id."""
    world = past.world
    world.publish("FOLLOW", "KAM")
    version = world.system.procedures.versions(world.system.procedures.sop("FOLLOW").id)[0]
    world.office("0021").procedures.acknowledge(version.id)
    case = world.leave()
    items = world.system.handover.items(case)
    world.office("0003").handover.assign_receiver(items[0].id, past.id("0024"))
    world.office("0017").handover.brief(items[0].id, summary="tell", documents=(Document(title="Brief.pdf", uri="f"),))
    world.office("0024").handover.accept(items[0].id, "ok")
    world.office("0024").handover.ask(items[0].id, "what?")
    world.office("0001").handover.grant_exception(case, past.id("0030"), "few people")
    world.office("0002").handover.waive(items[2].id, "no")
    return case


@pytest.mark.parametrize("number", ["0017", "0021", "0024", "0030", "0003", "0001", "0002", "0006"])
def test_whatever_names_the_person_is_in_it(past: Past, number: str) -> None:
    """As giver, receiver, verifier, approver, exception or default receiver, in a column or inside a part."""
    story(past)
    person = past.id(number)
    named = {
        (kind.name, row.id)
        for kind in KINDS
        for row in rows_of(past.world.system.desk.ask, kind)
        if to_json(person) in row.body or row.id == person
    }
    assert named <= {(section.kind, each.id) for section in archive_of(past, number).sections for each in section.items}


def test_a_leaver_gets_everything_of_their_own_case(past: Past) -> None:
    """Items, questions and findings name the case only; what others put there stays theirs."""
    case = story(past)
    past.office("0006").handover.review()
    made = archive_of(past, "0017")
    sections = {section.kind: section.items for section in made.sections}
    handover = past.world.system.handover
    assert {each.id for each in handover.items(case)} == {each.id for each in sections["handover_item"]}
    assert {each.id for each in handover.questions(case)} == {each.id for each in sections["handover_question"]}
    found = past.world.system.desk.ask(lambda unit: unit.repository(HANDOVER_FINDING).list(Eq("handover_id", case)))
    assert {each.id for each in found} == {each.id for each in sections.get("handover_finding", ())}
    assert "Brief.pdf" in repr(made)
    assert "Brief.pdf" not in repr(archive_of(past, "0024"))


@pytest.mark.parametrize("sealed", SEALED)
def test_what_was_deleted_is_in_it_with_its_history(store: Driver, ring: KeyRing, sealed: bool) -> None:
    """The note of a cancelled absence can be read in the history, so it is handed over; nobody else gets it."""
    past = Past(store, ring if sealed else None)
    organization = past.world.system.organization
    stay = DateRange(date(2026, 6, 1), date(2026, 6, 3))
    booked = organization.book_absence(
        Absence(id=past.world.new_id(), employee_id=past.id("0024"), effective=stay, note="chemotherapy")
    )
    organization.cancel_absence(booked.id)
    (section,) = [each for each in archive_of(past, "0024").sections if each.kind == "absence"]
    (item,) = section.items
    assert (booked.id, True, {}, 2) == (item.id, item.deleted, item.fields, len(item.history))
    assert "chemotherapy" in repr(item.history)
    assert "chemotherapy" not in repr(archive_of(past, "0017"))


@pytest.mark.parametrize("sealed", SEALED)
def test_what_was_taken_off_again_is_in_it_with_the_history(store: Driver, ring: KeyRing, sealed: bool) -> None:
    """The record names the person nowhere any more; the plan counts it, and so it is handed over."""
    past = Past(store, ring if sealed else None)
    record = past.world.record("Contract", owner="0021").id
    put_on(past, record)
    past.office("0021").records.change_record(record, documents=())
    (item,) = [each for section in archive_of(past, "0024").sections for each in section.items if each.id == record]
    assert "Voucher.pdf" in repr(item.history)
    assert not item.deleted
    assert "Voucher.pdf" not in repr(archive_of(past, "0021"))
