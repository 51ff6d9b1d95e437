"""After an erasure nothing of the persons is left in the files of the database: they are read as bytes.

At level standard the values stand in plain columns until they are overwritten, and the old bytes in pages, logs and
buffers until these are cleaned. At level strict they never come there.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

import pytest

from bytes_on_disk import DURABLE, Place, found_in, place
from conftest import BACKENDS
from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore, Office
from handover_core.ids import new_id
from handover_core.organization.kinds import ABSENCE, EMPLOYEE, LABOUR_CONTRACT
from handover_core.organization.model import Absence, Company, ContractKind, Employee, EmployeeStatus, LabourContract
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.policy import CHINA
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus, WorkRecord
from handover_core.retention.model import ErasureState
from handover_core.storage import CustomField, Driver, MemoryStore, UnitOfWork
from handover_core.storage.copying import copy_company
from handover_core.storage.privacy import Level
from handover_core.values import DateRange, Document, ExternalReference
from handover_core_import import Importer
from handover_core_keys import KeyRing
from importing.kit import as_csv, codes

PEOPLE = 6
LEFT, DUE = date(2021, 6, 30), date(2026, 1, 2)
STAY = DateRange(date(2021, 5, 1), date(2021, 5, 4))


@pytest.fixture(params=DURABLE)
def scanned(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param not in BACKENDS:
        pytest.skip(f"not asked for: {request.param}")
    (tmp_path / "store").mkdir()  # the keys lie beside it, never in it
    return place(str(request.param), tmp_path / "store")


class Archive:
    """A company in which many people left long ago; every value about them stands nowhere else."""

    def __init__(self, store: Driver, ring: KeyRing, level: Level) -> None:
        self.tenant, self.mark = new_id(), new_id()[-12:]  # short, so that paths made of it are
        self.fact = f"Fact-{self.mark}"
        self.words = tuple(
            f"{word}{self.mark}"
            for word in ("Zebra-", "欧阳斑马", "No", "file-", "体检", "Elm-", "hr-", "Passport-", "cv")
        )
        self.core = HandoverCore(store, policy=CHINA, vault=ring)
        self.office = self.core.office(self.tenant, SYSTEM, on=DUE)
        self.office.organization.set_company(Company(id="company", name="Acme"))
        self.office.privacy.set_level(level)
        self.ids = [new_id() for _ in range(PEOPLE)]

    def plant(self, folder: Path) -> None:
        """Store everybody: insert, change and bulk, imports, documents' names, custom values, a dead letter about them."""
        office, numbers = self.office, count()
        office.organization.declare_field(CustomField(id=new_id(), kind="employee", name="home", personal=True))
        subscription = Subscription(id=new_id(), code="payroll", endpoint="https://payroll.test", attempts=1)
        office.outbox.subscribe(subscription)
        people = [self._person(id_, next(numbers)) for id_ in self.ids]
        with self.core.units.unit(self.tenant, SYSTEM, "import") as unit:
            unit.repository(EMPLOYEE).add_many(people[::2])
            unit.commit()
        for person in people[1::2]:
            office.desk.do("hire", lambda unit, person=person: unit.repository(EMPLOYEE).add(person))
        for id_ in self.ids:
            office.desk.do("work", lambda unit, id_=id_: self._work(unit, id_))
        self._bring(folder)
        Relay(self.core.units, self.tenant, lambda _: _refusing).run_once()
        assert len(office.outbox.dead_letters("payroll")) > 0

    def _bring(self, folder: Path) -> None:
        """Import a record of each with a document at a short address, of which the import remembers what it brought in."""
        records, documents = [], []
        for number, id_ in enumerate(self.ids):
            mine = f"{self.words[2]}-{number}"
            records.append(
                {
                    "external_id": f"T-{number}", "kind": "task", "title": self.fact, "owner": mine, "status": "done",
                    "opened_on": "2021-06-30", "closed_on": "2021-06-30",
                }
            )  # fmt: skip
            documents.append({"record": f"T-{number}", "title": self.words[-1] + id_[:2], "uri": f"{self.words[-1]}"})
        folder.mkdir()
        report = Importer(self.core.units, self.tenant, SYSTEM).run(
            as_csv(folder / "in", {"records": records, "documents": documents})
        )
        assert codes(report) == {}

    def _person(self, id_: str, number: int) -> Employee:
        zebra, chinese, no, _, _, elm, hr, *_ = self.words
        return Employee(
            id=id_, number=f"{no}-{number}", name=f"{chinese}{number}", email=f"{zebra}-{number}@acme.test",
            phone=f"{number}{zebra}", external=(ExternalReference("hr", f"{hr}-{number}"),),
            custom={"home": f"{elm} {number}"},
        )  # fmt: skip

    def _work(self, unit: UnitOfWork, id_: str) -> None:
        zebra, chinese, _, file, check, _, _, passport, _ = self.words
        people = unit.repository(EMPLOYEE)
        person = people.change(people.get(id_), name=f"{chinese}-former-{id_}", email=f"{zebra}+{id_}@acme.test")
        people.change(person, status=EmployeeStatus.LEFT, left_on=LEFT)
        document = Document(title=f"{file}{id_}.pdf", uri=f"file:///{file}{id_}.pdf")
        unit.repository(WORK_RECORD).add(
            WorkRecord(
                id=new_id(), kind="task", title=f"{self.fact} {id_}", owner_id=id_, author_id=id_,
                opened_on=LEFT, closed_on=LEFT, status=RecordStatus.DONE, documents=(document, document),
            )
        )  # fmt: skip
        unit.repository(LABOUR_CONTRACT).add(
            LabourContract(
                id=new_id(), employee_id=id_, kind=ContractKind.OPEN_ENDED, effective=STAY,
                document=Document(title=f"{passport}{id_}", uri=""),
            )
        )  # fmt: skip
        unit.repository(ABSENCE).add(Absence(id=new_id(), employee_id=id_, effective=STAY, note=f"{check} {id_}"))


def _refusing(*_: object, **__: object) -> None:
    raise ConnectionError


def _names(place: Place, company: Archive, words: tuple[str, ...]) -> set[str]:
    place.flush()
    return {word for _, word in found_in(place.folder, company.mark, *words)}


def test_at_level_standard_nothing_is_left_after_the_clean_up(scanned: Place, ring: KeyRing, tmp_path: Path) -> None:
    """Pages, free pages, indexes, statistics, write-ahead and redo log, undo log, doublewrite buffer, binary log."""
    company = Archive(scanned.store, ring, Level.STANDARD)
    company.plant(tmp_path / "sheets")
    assert _names(scanned, company, company.words) == set(company.words)
    applied = company.office.retention.apply(compact=scanned.anew is None)
    assert len(applied.erasures) == PEOPLE
    assert applied.waiting == ()
    clean = scanned
    if scanned.anew is None:
        scanned.cure(applied.remains)
    else:
        # What the server cannot clean is left behind: the company moves to new files.
        assert _names(scanned, company, company.words), "nothing to clean: the scan would pass by itself"
        clean = scanned.anew()
        copy_company(company.core.units, company.core.units.over(clean.store), company.tenant)
    assert _names(clean, company, company.words) == set()
    assert _names(clean, company, (company.fact,)) == {company.fact}
    sound(company, clean, ring)


def test_at_level_strict_nothing_ever_lies_in_the_files(scanned: Place, ring: KeyRing, tmp_path: Path) -> None:
    """Neither before an erasure nor right after it, so a backup taken before holds nothing either."""
    company = Archive(scanned.store, ring, Level.STRICT)
    company.plant(tmp_path / "sheets")
    assert _names(scanned, company, (company.fact,)) == {company.fact}
    assert _names(scanned, company, company.words) == set()
    backup = MemoryStore()
    copy_company(company.core.units, company.core.units.over(backup), company.tenant)
    assert len(company.office.retention.apply().erasures) == PEOPLE
    assert _names(scanned, company, company.words) == set()
    sound(company, scanned, ring)
    assert [word for word in company.words if word in everything_in(backup, company, ring)] == []


def everything_in(backup: MemoryStore, company: Archive, ring: KeyRing) -> str:
    """Return all that can be read in a backup with the ring of today: rows, history, and what it opens."""
    office = HandoverCore(backup, vault=ring).office(company.tenant, SYSTEM)
    people = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).list())
    assert len(people) == PEOPLE
    opened = [office.audit.entries(EMPLOYEE, person.id) for person in people]
    return repr((people, opened, backup.state))


def sound(company: Archive, clean: Place, ring: KeyRing) -> None:
    """Hold the store against its history, and look whether everybody is there under a pseudonym."""
    office: Office = HandoverCore(clean.store, policy=CHINA, vault=ring).office(company.tenant, SYSTEM, on=DUE)
    assert office.audit.verify().sound
    assert {each.state for each in office.retention.erasures()} <= {ErasureState.DESTROYED, ErasureState.COMPACTED}
    people = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).get_many(company.ids))
    assert len(people) == PEOPLE
    assert all(person.name.startswith("P-") and not person.custom.get("home") for person in people.values())
