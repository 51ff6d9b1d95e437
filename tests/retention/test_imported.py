"""What an import remembers beside a record tells nothing about the person whose documents and values it brought in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import CHINA
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus, WorkRecord
from handover_core.retention.model import ErasureState
from handover_core.storage import Driver, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core.values import ExternalReference
from handover_core_import import Importer
from handover_core_import.compare import UNKEYED
from handover_core_keys import KeyRing
from importing.kit import as_csv, codes
from retention.test_free_text import DUE

TENANT = "acme"
APPROVER = Actor("approver", frozenset({Role.APPROVER, Role.HR, Role.OWNER, Role.SYSTEM}))
NAME, PHONE, PAPER = "王小芳", "13800001111", "体检 王小芳.pdf"
PEOPLE = [
    {"number": "E-0007", "name": "Owner Other", "hired_on": "2020-01-01", "status": "active"},
    {"number": "E-7788", "name": NAME, "phone": PHONE, "hired_on": "2020-01-01", "status": "left", "left_on": "2021-06-30"},
]  # fmt: skip
RECORD = {
    "external_id": "T-1", "kind": "task", "title": "Sign", "owner": "E-0007", "author": "E-7788", "status": "done",
    "opened_on": "2021-01-05", "closed_on": "2021-01-06", "contact": PHONE,
}  # fmt: skip
SHEETS: dict[str, list[dict[str, Any]]] = {
    "employees": PEOPLE,
    "custom_fields": [{"kind": "work_record", "name": "contact", "type": "text", "label_zh": "联系", "personal": "yes"}],
    "records": [RECORD],
    "documents": [{"record": "T-1", "title": PAPER, "uri": f"hr/{PHONE}"}],
}  # fmt: skip


@pytest.fixture
def core(store: Driver, ring: KeyRing) -> HandoverCore:
    return HandoverCore(store, vault=ring, policy=CHINA)


def bring(core: HandoverCore, folder: Path, **sheets: Any) -> Any:
    return Importer(core.units, TENANT, APPROVER).run(as_csv(folder, {**SHEETS, **sheets}))


def office(core: HandoverCore) -> Office:
    return core.office(TENANT, APPROVER, on=DUE)


def record(core: HandoverCore) -> WorkRecord:
    (found,) = office(core).desk.ask(lambda unit: unit.repository(WORK_RECORD).list())
    return found


def person(core: HandoverCore) -> str:
    people = office(core).desk.ask(lambda unit: unit.repository(EMPLOYEE).list())
    return next(each.id for each in people if each.number == "E-7788")


def stored(core: HandoverCore) -> str:
    """Return everything that stands in the store, as it stands there."""

    def read(unit: UnitOfWork) -> str:
        rows = [unit.as_stored.get(WORK_RECORD, TENANT, record.id) for record in unit.repository(WORK_RECORD).list()]
        return repr([rows, unit.transaction.history(TENANT, None, 10_000)])

    return office(core).desk.ask(read)


def guesses() -> list[str]:
    """Return what anybody can make without the company's keys."""
    return [UNKEYED.of(PHONE), UNKEYED.of(PAPER), UNKEYED.of(f"hr/{PHONE}")]


def as_before(core: HandoverCore) -> None:
    """Remember the record as versions did that kept short paths in the clear and had no keys."""
    path = f"documents/hr~1{PHONE}|{PAPER}/"
    imported = {
        "*": "1", "title": UNKEYED.of("Sign"), "custom.contact": UNKEYED.of(PHONE), path: "1",
        f"{path}title": UNKEYED.of(PAPER), f"{path}uri": UNKEYED.of(f"hr/{PHONE}"),
    }  # fmt: skip

    def change(unit: UnitOfWork) -> None:
        present = unit.repository(WORK_RECORD).list()[0]
        unit.repository(WORK_RECORD).save(evolve(present, external=(ExternalReference("import", "T-1", imported),)))

    office(core).desk.do("test.before", change)


@pytest.mark.parametrize("level", list(Level))
def test_nothing_that_is_remembered_can_be_read_or_tried_out(core: HandoverCore, tmp_path: Path, level: Level) -> None:
    """Neither names and addresses of documents nor what was in personal fields; after the erasure nothing is left."""
    office(core).privacy.set_level(level)
    assert codes(bring(core, tmp_path / "in")) == {}
    remembered = record(core).external[0].imported
    assert "custom.contact" in remembered
    assert not {NAME, PHONE}.intersection(remembered)
    assert not [each for each in remembered if NAME in each or PHONE in each]
    assert not set(guesses()).intersection(remembered.values())
    office(core).retention.erase(person(core), "asked")
    left = record(core).external[0].imported
    assert {"title", "*"} <= set(left) <= {name for name in remembered if "#" not in name and name != "custom.contact"}
    for digest in (each for name, each in remembered.items() if "custom.contact" in name or "#" in name):
        assert digest == "1" or digest not in stored(core)
    assert [word for word in (NAME, PHONE, PAPER) if word in stored(core)] == []
    assert office(core).audit.verify().sound


@pytest.mark.parametrize("level", list(Level))
def test_what_was_remembered_in_the_clear_goes_with_the_person(
    core: HandoverCore, tmp_path: Path, level: Level
) -> None:
    """From the state and from the past, where it came before."""
    bring(core, tmp_path / "in")
    as_before(core)
    office(core).privacy.set_level(level)
    assert PAPER in stored(core)
    assert office(core).retention.mentions(person(core)).found == ()
    office(core).retention.erase(person(core), "asked")
    assert [word for word in (NAME, PHONE, PAPER, *guesses()) if word in stored(core)] == []
    assert office(core).audit.verify().sound
    assert office(core).retention.apply().repeated == ()


def test_what_was_left_by_an_erasure_of_before_is_taken(
    core: HandoverCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the next call of `apply`."""
    bring(core, tmp_path / "in")
    with monkeypatch.context() as before:
        before.setattr("handover_core.storage.sealing.unremembered", lambda body, *_: body)
        before.setattr("handover_core.storage.redacting.unremembered", lambda body, *_: body)
        as_before(core)
        office(core).retention.erase(person(core), "asked", leave="nobody knew of it then")
        assert PAPER in stored(core)
    assert len(office(core).retention.apply().repeated) == 1
    assert [word for word in (NAME, PHONE, PAPER, *guesses()) if word in stored(core)] == []
    assert office(core).retention.apply().repeated == ()
    assert office(core).audit.verify().sound


def test_an_import_of_the_same_file_changes_nothing_and_replaces_what_was_in_the_clear(
    core: HandoverCore, tmp_path: Path
) -> None:
    """Nothing counts as changed, nor as a conflict."""
    bring(core, tmp_path / "in")
    fresh = record(core)
    as_before(core)
    report = bring(core, tmp_path / "in")
    assert (report.conflicts, report.rejects) == ([], [])
    assert {0} == {counts.rows - counts.unchanged for counts in report.counts.values()}
    again = record(core)
    assert again.external[0].imported.keys() - fresh.external[0].imported.keys() == set()
    assert fresh.external[0].imported["custom.contact"] == again.external[0].imported["custom.contact"]
    assert bring(core, tmp_path / "in").counts["records"].unchanged == 1
    assert record(core).version == again.version


def test_names_of_documents_that_name_somebody_else_are_mentions(core: HandoverCore, tmp_path: Path) -> None:
    """The document is a colleague's, and so is the record; a redaction forgets what was remembered under the name."""
    bring(core, tmp_path / "in", records=[{**RECORD, "author": "E-0007", "contact": ""}])
    as_before(core)
    found = office(core).retention.mentions(person(core)).found
    assert ("external.imported", False) in {(each.field, each.fixed) for each in found if each.version is None}
    assert PAPER not in repr(found)
    office(core).retention.redact("work_record", record(core).id, person(core), "before the erasure")
    found = office(core).retention.mentions(person(core)).found
    assert {"documents.uri"} == {each.field for each in found if each.kind == "work_record"}  # where the document lies
    assert [word for word in (NAME, PAPER, "external.imported") if word in stored(core)] == []
    assert "title" in record(core).external[0].imported
    assert office(core).audit.verify().sound


def test_the_archive_of_a_colleague_says_nothing_of_others_documents(core: HandoverCore, tmp_path: Path) -> None:
    bring(core, tmp_path / "in")
    as_before(core)
    people = office(core).desk.ask(lambda unit: unit.repository(EMPLOYEE).list())
    colleague = next(each.id for each in people if each.number == "E-0007")
    archive = repr(office(core).retention.archive(colleague))
    assert [word for word in (NAME, PHONE, PAPER, *guesses()) if word in archive] == []
    assert PAPER in repr(office(core).retention.archive(person(core)))


def test_an_old_file_does_not_bring_back_what_was_erased(core: HandoverCore, tmp_path: Path) -> None:
    """Rows that still name the person, or hold a document of theirs, come back; the record stays as it is."""
    people, records = PEOPLE[:1], [{**RECORD, "author": "", "contact": ""}]
    bring(core, tmp_path / "in")
    office(core).retention.erase(person(core), "asked")
    before = record(core)
    assert ("records", 2) in codes(bring(core, tmp_path / "in"))
    report = bring(core, tmp_path / "two", employees=people, records=records)
    assert ("records", 2) in codes(report)
    assert record(core) == before
    assert [word for word in (NAME, PHONE, PAPER) if word in stored(core)] == []


class Hired:
    """Somebody of whom an import has made no id: hired by hand."""

    def __init__(self, core: HandoverCore, **more: Any) -> None:
        self.core, self.id = core, "by hand"
        hired = Employee(id=self.id, number="E-7788", name=NAME, **more)
        office(core).organization.hire(hired)

    def gone(self) -> None:
        def leave(unit: UnitOfWork) -> None:
            people = unit.repository(EMPLOYEE)
            people.change(people.get(self.id), status=EmployeeStatus.LEFT, left_on=date(2021, 6, 30))

        office(self.core).desk.do("test.leave", leave)

    def wrote_books(self) -> None:
        """Let them have written accounting records, which the law keeps for thirty years."""
        books = WorkRecord(
            id="books", kind="task", title="Books", area="finance/accounting", owner_id=self.id, author_id=self.id,
            opened_on=date(2021, 1, 5), closed_on=date(2021, 1, 6), status=RecordStatus.DONE,
        )  # fmt: skip
        office(self.core).desk.do("test.books", lambda unit: unit.repository(WORK_RECORD).add(books))

    def again(self, folder: Path, **row: str) -> set[str]:
        """Bring the sheet in once more and return what is said of the row; nobody is there but a pseudonym."""
        people = [PEOPLE[0], {**PEOPLE[1], **row}]
        report = bring(self.core, folder, employees=people, records=[], documents=[])
        stored = office(self.core).desk.ask(lambda unit: unit.repository(EMPLOYEE).list())
        assert {"Owner Other", pseudonym_of(self.id)} == {each.name for each in stored}
        return {code for (table, _), found in codes(report).items() for code in found if table == "employees"}


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("how", ["by hand", "adopted", "renumbered", "of another system", "in part"])
def test_a_sheet_brings_nobody_back_whoever_made_their_id(
    core: HandoverCore, tmp_path: Path, how: str, level: Level
) -> None:
    """By no number that they ever had, and by nothing that another system calls them; the rest of the sheet comes in."""
    office(core).privacy.set_level(level)
    person = Hired(core, external=(ExternalReference("erp", "77"),) if how == "of another system" else ())
    if how == "adopted":
        bring(core, tmp_path / "in")
    if how == "renumbered":
        office(core).organization.change_employee(person.id, number="E-9999")
    person.gone()
    if how == "in part":
        person.wrote_books()
        (done,) = office(core).retention.apply().erasures
        assert (False, ErasureState.OVERWRITTEN) == (done.whole, done.state)
    else:
        office(core).retention.erase(person.id, "asked")
    assert {"privacy.erased"} == person.again(tmp_path / "1")
    if how == "renumbered":
        assert {"privacy.erased"} == person.again(tmp_path / "2", number="E-9999")
    if how == "of another system":
        assert {"privacy.erased"} == person.again(tmp_path / "2", number="E-1", source="erp", external_id="77")
    assert office(core).audit.verify().sound


def test_a_number_that_somebody_else_has_now_is_theirs(core: HandoverCore, tmp_path: Path) -> None:
    """Nobody is kept out by a number that was given on before the erasure."""
    person = Hired(core)
    office(core).organization.change_employee(person.id, number="E-9999")
    office(core).organization.hire(Employee(id="other", number="E-7788", name="Owner Other"))
    person.gone()
    office(core).retention.erase(person.id, "asked")
    office(core).organization.change_employee("other", number="E-5555")
    people = [{"number": "E-7788", "name": "Somebody New"}, {"number": "E-9999", "name": NAME}]
    report = bring(core, tmp_path, employees=people, records=[], documents=[])
    assert {("employees", 3): ("privacy.erased",)} == codes(report)


def test_a_name_that_is_barred_can_be_tried_out_by_nobody(core: HandoverCore, ring: KeyRing, tmp_path: Path) -> None:
    """What the keys keep of it is a digest that takes these keys; an erasure that goes on keeps it once."""
    person = Hired(core)
    person.gone()
    office(core).retention.erase(person.id, "asked")
    entries = [subject for _, subject, _ in ring._table.entries() if subject.startswith("barred:")]
    assert 1 == len(entries)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))
    assert not [word for word in ("E-7788", NAME) if word.encode() in kept]
