"""Free text that names a person: found before an erasure, redacted by an approver, or left with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from handover_core.errors import HandoverError, InvalidInput, NotFound, Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Absence, Employee, OrgUnit
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordDocument
from handover_core.retention import refusals
from handover_core.retention.model import ErasureState, Mention
from handover_core.retention.naming import MOST
from handover_core.storage import UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.texts import Lang
from handover_core.values import DateRange, Document
from retention.conftest import Past
from retention.kit import refusal

DUE = date(2024, 8, 1)


def named(past: Past) -> str:
    """Let a colleague write about the person in a record, and return its id."""
    record = past.world.record("Ask Colleague of acme", owner="0017", body="mail colleague@acme.test today")
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(EMPLOYEE).change(
            unit.repository(EMPLOYEE).get(past.id("0024")), email="colleague@acme.test"
        ),
    )
    return record.id


def of_now(past: Past) -> list[Mention]:
    return [each for each in past.office().retention.mentions(past.id("0024")).found if each.version is None]


def test_mentions_are_found_wherever_people_write(past: Past) -> None:
    """In titles, bodies, notes and reasons, now and in the past; each with an excerpt in which the name is covered."""
    record = named(past)
    stay = DateRange(date(2026, 3, 2), date(2026, 3, 4))
    note = Absence(id=past.world.new_id(), employee_id=past.id("0017"), effective=stay, note="with Colleague of acme")
    past.world.system.organization.book_absence(note)
    past.world.system.records.transfer_record(record, past.id("0021"), "Colleague of acme is away")
    found = past.office().retention.mentions(past.id("0024"))
    assert not found.more
    assert {(each.kind, each.field) for each in found.found if each.version is None} == {
        ("work_record", "title"), ("work_record", "body"), ("absence", "note"),
    }  # fmt: skip
    assert ("work_record", "reason") in {(each.kind, each.field) for each in found.found if each.version is not None}
    assert all("▇" in each.excerpt and "olleague" not in each.excerpt for each in found.found)


def test_what_an_erasure_overwrites_anyway_is_no_mention(past: Past) -> None:
    """The person's own fields, and another person of the same name."""
    namesake = past.id("0021")
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(EMPLOYEE).change(
            unit.repository(EMPLOYEE).get(namesake), name="Colleague of acme"
        ),
    )
    assert past.office().retention.mentions(past.id("0024")).found == ()


def test_a_name_of_the_past_is_looked_for_too(past: Past) -> None:
    """The history knows it, sealed as it is."""
    past.world.record("Ask Colleague of acme", owner="0017")
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(past.id("0024")), name="New Name"),
    )
    assert [each.field for each in of_now(past)] == ["title"]


def test_an_erasure_waits_for_mentions_or_records_why_they_are_left(past: Past) -> None:
    """The refusal counts them and names the first; those that are left stand in the erasure."""
    record = named(past)
    past.gone()
    retention = past.office(on=DUE).retention
    with pytest.raises(Refused) as raised:
        retention.erase(past.id("0024"), "asked")
    assert raised.value.rule.code == "retention.mentioned"
    assert record in raised.value.message(Lang.EN)
    assert record in raised.value.message(Lang.ZH)
    (waiting,) = retention.apply().waiting
    assert waiting.number == "0024"
    done = retention.erase(past.id("0024"), "asked", leave="minutes that auditors need")
    assert (done.state, done.leaving_reason) == (ErasureState.DESTROYED, "minutes that auditors need")
    assert record in {each.id for each in done.left}


def test_a_redaction_is_a_recorded_change_by_an_approver(past: Past) -> None:
    """The pseudonym stands in the place of every name; who did it, and why, is in the history."""
    record, person = named(past), past.id("0024")
    past.office().retention.redact("work_record", record, person, "before the erasure")
    stored = past.world.system.records.record(record)
    assert (stored.title, stored.body) == (f"Ask {pseudonym_of(person)}", f"mail {pseudonym_of(person)} today")
    assert past.office().retention.mentions(person).found == ()
    assert past.office("0006").audit.verify().sound
    last = past.office("0006").audit.entries(WORK_RECORD, record)[-1]
    assert (last.command, last.actor, last.reason) == ("retention.redact", past.id("0002"), "before the erasure")
    with pytest.raises(Refused) as raised:
        past.office().retention.redact("work_record", record, person, "again")
    assert raised.value.rule.code == "retention.redact.unnamed"


def test_a_text_that_has_no_room_for_the_pseudonym_is_shortened_first(past: Past) -> None:
    """The refusal says so; what its past says can be redacted then, however long it was."""
    person = past.id("0024")
    past.world.system.desk.do(
        "test", lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(person), name="王芳")
    )
    record = past.world.record("王芳 " * 85, owner="0017").id
    retention = past.office().retention
    assert refusal(lambda: retention.redact("work_record", record, person, "asked")) == "retention.redact.long"
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(record), title="Call 王芳"),
    )
    retention.redact("work_record", record, person, "asked")
    assert retention.mentions(person).found == ()
    assert past.office("0006").audit.verify().sound


def test_a_redaction_leaves_the_own_fields_of_the_person(past: Past) -> None:
    """An erasure overwrites them; a redaction would take the last trace of whom to erase."""
    person = past.person()
    past.world.system.desk.do(
        "test", lambda unit: unit.repository(EMPLOYEE).save(evolve(person, custom={}, external=()))
    )
    with pytest.raises(Refused) as raised:
        past.office().retention.redact("employee", person.id, person.id, "x")
    assert raised.value.rule.code == "retention.redact.own_file"
    assert past.person().name == "Colleague of acme"


def test_reasons_must_not_name_the_person_again(past: Past) -> None:
    """They would stand in the history for ever."""
    record = named(past)
    past.gone()
    retention, person = past.office(on=DUE).retention, past.id("0024")
    for act in (
        lambda: retention.redact("work_record", record, person, "Colleague of acme asked"),
        lambda: retention.erase(person, "Colleague of acme asked", leave="x"),
        lambda: retention.erase(person, "x", leave="Colleague of acme agreed"),
    ):
        with pytest.raises(Refused) as raised:
            act()
        assert raised.value.rule.code == "retention.reason_names"
    with pytest.raises(InvalidInput):
        retention.redact("work_record", record, person, " ")
    with pytest.raises(HandoverError):
        retention.redact("nonsense", record, person, "x")


def test_words_by_which_things_are_found_stop_no_erasure_and_are_told_apart(past: Past) -> None:
    """A code cannot be redacted, or nothing would find its bearer: it is reported, and its own command renames it."""
    past.world.system.organization.add_unit(OrgUnit(id="desk", code="0024", name="Desk"))
    (found,) = of_now(past)
    assert ("org_unit", "code", True) == (found.kind, found.field, found.fixed)
    with pytest.raises(Refused) as raised:
        past.office().retention.redact("org_unit", "desk", past.id("0024"), "before the erasure")
    assert raised.value.rule is refusals.FIXED
    past.gone()
    applied = past.office(on=DUE).retention.apply()
    assert ((), [ErasureState.DESTROYED]) == (applied.waiting, [each.state for each in applied.erasures])
    assert {("org_unit", "code")} == {(each.kind, each.field) for each in applied.erasures[0].left}


def test_texts_that_can_be_redacted_come_first_and_are_never_crowded_out(past: Past) -> None:
    """However many codes name the person."""
    for number in range(MOST + 1):
        past.world.system.organization.add_unit(OrgUnit(id=f"a{number:03d}", code=f"0024 {number}", name="Desk"))
    record = named(past)
    found = past.office().retention.mentions(past.id("0024"))
    assert (True, MOST) == (found.more, len(found.found))
    assert [("work_record", record), ("work_record", record)] == [(each.kind, each.id) for each in found.found[:2]]


def test_a_leaver_with_a_handover_is_erased_when_it_is_due(past: Past) -> None:
    """Nothing that the library itself writes on a case names the giver."""
    past.world.record("Offer", owner="0017")
    past.world.leave()
    found = past.office().retention.mentions(past.id("0017")).found
    assert [] == [each for each in found if each.kind.startswith("handover")]


def hired(past: Past, name: str, number: str) -> str:
    return past.world.system.organization.hire(Employee(id=past.world.new_id(), number=number, name=name)).id


def test_a_redaction_leaves_the_longer_names_of_others_in_the_company(past: Past) -> None:
    """张伟 goes, 张伟明 stays: nothing but the list of employees tells where the one ends."""
    person = hired(past, "张伟", "C-20")
    hired(past, "张伟明", "C-21")
    record = past.world.record("请联系张伟明", owner="0017").id
    other = past.world.record("请联系张伟明和张伟", owner="0017").id
    retention = past.office().retention
    assert {each.id for each in retention.mentions(person).found} == {other}
    retention.redact("work_record", other, person, "asked")
    assert past.world.system.records.record(other).title == f"请联系张伟明和{pseudonym_of(person)}"
    with pytest.raises(Refused) as raised:
        retention.redact("work_record", record, person, "asked")
    assert raised.value.rule is refusals.UNNAMED


def test_an_address_with_a_name_in_it_is_reported_and_stops_no_erasure(past: Past) -> None:
    """Redacting it would break the link; whoever wants it gone moves the file."""
    person = past.id("0024")
    document = Document(title="minutes", uri="https://docs.test/Colleague of acme.pdf")
    record = past.world.record("talks", owner="0017", documents=(document,)).id
    past.gone()
    retention = past.office(on=DUE).retention
    found = retention.mentions(person).found
    assert {(each.id, each.field, each.fixed) for each in found if each.version is None} == {
        (record, "documents.uri", True)
    }
    with pytest.raises(Refused) as raised:
        retention.redact("work_record", record, person, "x")
    assert raised.value.rule is refusals.FIXED
    assert not retention.apply().waiting


def test_a_bare_number_in_somebody_elses_file_name_stops_nobody(past: Past) -> None:
    """As 0024 in https://…/W-0024.pdf: it counts the file."""
    document = Document(title="W-0024.pdf", uri="https://docs.test/W-0024.pdf")
    past.world.record("W-0024", owner="0017", documents=(document,))
    past.gone()
    assert past.office().retention.mentions(past.id("0024")).found == ()
    assert not past.office(on=DUE).retention.apply().waiting


def with_document(past: Past, title: str, whose: str) -> str:
    """Open a record of somebody who stays, with a document that somebody else put there, and return its id."""
    record = past.world.record("cv", owner="0017").id

    def add(unit: UnitOfWork) -> None:
        records = unit.repository(WORK_RECORD)
        document = RecordDocument(title=title, uri="", by_id=past.id(whose))
        records.change(records.get(record), documents=(document,))

    past.world.system.desk.do("test", add)
    return record


def test_people_who_are_due_together_and_name_each_other_wait_for_nobody(past: Past) -> None:
    """What one wrote about the other goes with their own erasure, from the state and from the past."""
    first, second = past.gone("0024"), past.gone("0021")
    with_document(past, "Backup of acme, cv.pdf", "0024")
    with_document(past, "Colleague of acme, cv.pdf", "0021")
    retention = past.office(on=DUE).retention
    found = retention.mentions(first.id).found
    assert {second.id} == {each.goes_with_id for each in found}
    assert {True, False} == {each.version is None for each in found}
    applied = retention.apply()
    assert (applied.waiting, {each.subject_id for each in applied.erasures}) == ((), {first.id, second.id})
    assert all(each.left == () for each in applied.erasures)
    assert past.office("0006").audit.verify().sound


def test_what_somebody_wrote_who_is_not_erased_now_still_stops(past: Past) -> None:
    """Neither where they stay, nor where they have to wait themselves; with a reason given both go."""
    first, second, third = past.gone("0024"), past.gone("0021"), past.gone("0030")
    with_document(past, "Backup of acme, cv.pdf", "0024")
    with_document(past, "Colleague of acme, cv.pdf", "0030")
    with_document(past, "Assistant of acme, cv.pdf", "0017")
    retention = past.office(on=DUE).retention
    applied = retention.apply()
    assert {each.employee_id for each in applied.waiting} == {first.id, second.id, third.id}
    applied = retention.apply(leave={third.id: "auditors need it", past.id("0017"): "not due"})
    assert applied.waiting == ()
    left = {each.subject_id: (each.leaving_reason, len(each.left) > 0) for each in applied.erasures}
    assert left == {first.id: ("", False), second.id: ("", False), third.id: ("auditors need it", True)}
    with pytest.raises(NotFound):
        retention.apply(leave={"nobody": "x"})
    with pytest.raises(InvalidInput):
        retention.apply(leave={first.id: " "})
