"""A company with one person of whom much is known, for tests about what becomes of that."""

from __future__ import annotations

from datetime import date
from typing import Any

from handover_core.ids import new_id
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Absence, Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, UnitOfWork
from handover_core.values import DateRange, Document, ExternalReference
from handover_core_keys import KeyRing
from pasts import AUDITOR, Story

NAMES = ("王小芳", "wang.xiaofang@example.com", "13800001111", "体检报告", "SF-0042")


class Archive:
    """A company with one person, of whom much is known."""

    def __init__(self, store: Driver, ring: KeyRing | None, *, filled: bool = True) -> None:
        self.story = Story(store, ring)
        self.person = new_id()
        if filled:
            self.fill()

    def fill(self) -> None:
        self.story.do(self._fill)

    def _fill(self, unit: UnitOfWork) -> None:
        name, email, phone, title, number = NAMES
        unit.repository(CUSTOM_FIELD).add(CustomField(id=new_id(), kind="employee", name="home", personal=True))
        unit.repository(CUSTOM_FIELD).add(CustomField(id=new_id(), kind="employee", name="badge.colour"))
        person = Employee(
            id=self.person, number=number, name=name, email=email, phone=phone,
            external=(ExternalReference("hr", f"{number}-x"),), custom={"home": f"{name}街", "badge.colour": "red"},
        )  # fmt: skip
        unit.repository(EMPLOYEE).add_many([person])
        report = Document(title=f"{title}.pdf", uri=f"file:///{title}.pdf", size=7)
        unit.repository(WORK_RECORD).add(
            WorkRecord(
                id=new_id(), kind="task", title="Visit", owner_id=self.person, author_id=self.person,
                opened_on=date.fromisoformat("2026-03-02"), documents=(report,),
            )
        )  # fmt: skip
        note = Absence(
            id=new_id(),
            employee_id=self.person,
            note=title,
            effective=DateRange(date.fromisoformat("2026-03-02"), date.fromisoformat("2026-03-04")),
        )
        unit.repository(ABSENCE).add(note)

    def changed(self, **values: Any) -> None:
        self.story.do(
            lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(self.person), **values)
        )

    def text(self) -> str:
        with self.story.core.units.unit(self.story.tenant, AUDITOR, write=False) as unit:
            entries = unit.transaction.history(self.story.tenant, None, 1000)
        return "\n".join(entry.body or "" for entry in entries)

    def erased(self, ring: KeyRing) -> None:
        """Overwrite the state of all three and destroy the key, as a retention would."""

        def overwrite(unit: UnitOfWork) -> None:
            for kind in (EMPLOYEE, WORK_RECORD, ABSENCE):
                repository = unit.repository(kind)
                for each in repository.list():
                    repository.save(unit.personal.erased(kind, each, self.person))

        self.story.do(overwrite)
        ring.destroy(self.story.tenant, self.person)
