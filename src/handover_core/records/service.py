"""Use cases of the records room."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from handover_core.desk import Room
from handover_core.guards import allowed, unknown_kind
from handover_core.organization.kinds import COMPANY, EMPLOYEE
from handover_core.records import rules
from handover_core.records.kinds import PROJECT, WORK_RECORD
from handover_core.records.model import Project, RecordStatus, WorkRecord
from handover_core.records.queries import open_records_of
from handover_core.storage import Contains, Criterion, Eq, Or, Order, Page, Prefix, UnitOfWork


class RecordsService(Room):
    """Work records and projects of one company.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`.
    """

    # Commands

    def open_record(self, record: WorkRecord) -> WorkRecord:
        """Store a new open record; its owner must be in the company's employ.

        Documents that come with it are its author's, unless they say who put them there.
        """

        def decide(unit: UnitOfWork) -> WorkRecord:
            _check_owner(unit, record.owner_id)
            return unit.repository(WORK_RECORD).add(evolve(record, status=RecordStatus.OPEN, closed_on=None))

        return self.desk.do("records.open_record", decide)

    def change_record(self, record_id: str, **changes: Any) -> WorkRecord:
        """Change fields of an open record; ownership, authorship and status have commands of their own.

        New documents are the actor's, of a program's the author's; those that stay are whose they were.
        """
        rules.check_changes(changes)

        def decide(unit: UnitOfWork) -> WorkRecord:
            present = self._get(unit, "change_record", record_id)
            if changes.get("documents"):
                person = unit.repository(EMPLOYEE).peek(self.desk.actor.id)
                documents = rules.put_by(None if person is None else person.id, present.documents, changes["documents"])
                return unit.repository(WORK_RECORD).change(present, **{**changes, "documents": documents})
            return unit.repository(WORK_RECORD).change(present, **changes)

        return self.desk.do("records.change_record", decide)

    def close_record(self, record_id: str, status: RecordStatus = RecordStatus.DONE) -> WorkRecord:
        """Close a record as done or cancelled."""

        def decide(unit: UnitOfWork) -> WorkRecord:
            present = self._get(unit, "close_record", record_id)
            return unit.repository(WORK_RECORD).save(rules.closed(present, status, self.desk.today(unit)))

        return self.desk.do("records.close_record", decide)

    def reopen_record(self, record_id: str, reason: str) -> WorkRecord:
        """Open a closed record again."""

        def decide(unit: UnitOfWork) -> WorkRecord:
            present = self._get(unit, "reopen_record", record_id)
            _check_owner(unit, present.owner_id)
            return unit.repository(WORK_RECORD).change(present, status=RecordStatus.OPEN, closed_on=None)

        return self.desk.do("records.reopen_record", decide, reason)

    def transfer_record(self, record_id: str, owner_id: str, reason: str) -> WorkRecord:
        """Give an open record to another owner; its author stays."""

        def decide(unit: UnitOfWork) -> WorkRecord:
            present = self._get(unit, "transfer_record", record_id)
            _check_owner(unit, owner_id)
            return unit.repository(WORK_RECORD).change(present, owner_id=owner_id)

        return self.desk.do("records.transfer_record", decide, reason)

    def add_project(self, project: Project) -> Project:
        """Store a new project."""

        def decide(unit: UnitOfWork) -> Project:
            self.check(unit, rules.OPENING, "add_project", project)
            return unit.repository(PROJECT).add(project)

        return self.desk.do("records.add_project", decide)

    def change_project(self, project_id: str, **changes: Any) -> Project:
        """Change fields of a project."""

        def decide(unit: UnitOfWork) -> Project:
            present = unit.repository(PROJECT).get(project_id)
            self.check(unit, rules.PROJECT_ACTIONS, "change_project", present)
            return unit.repository(PROJECT).change(present, **changes)

        return self.desk.do("records.change_project", decide)

    # Questions

    def record(self, record_id: str) -> WorkRecord:
        """Return one record; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(WORK_RECORD).get(record_id))

    def records(
        self, where: Criterion | None = None, *, order: Order | None = None, limit: int = 100, after: str | None = None
    ) -> Page[WorkRecord]:
        """Return one page of the records that match."""
        return self.desk.ask(
            lambda unit: unit.repository(WORK_RECORD).page(where, order=order, limit=limit, after=after)
        )

    def open_of(self, employee_id: str, *, limit: int = 100, after: str | None = None) -> Page[WorkRecord]:
        """Return one page of the open records of a person, those due first at the front (without a due date: before)."""
        return self.records(open_records_of(employee_id), order=Order("due_on"), limit=limit, after=after)

    def search(self, words: str, *, limit: int = 100, after: str | None = None) -> Page[WorkRecord]:
        """Return one page of the records whose title or counterparty contains ``words``."""
        where = Or((Contains("title", words), Contains("counterparty", words)))
        return self.records(where, limit=limit, after=after)

    def in_area(self, area: str, *, limit: int = 100, after: str | None = None) -> Page[WorkRecord]:
        """Return one page of the records of a knowledge area and all areas below it."""
        where = Or((Eq("area", area), Prefix("area", f"{area}/")))
        return self.records(where, limit=limit, after=after)

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            today, actor = self.desk.today(unit), self.desk.actor
            if kind == COMPANY.name:
                return allowed(rules.OPENING, actor, unit.repository(COMPANY).get(id), today)
            if kind == PROJECT.name:
                return allowed(rules.PROJECT_ACTIONS, actor, unit.repository(PROJECT).get(id), today)
            if kind != WORK_RECORD.name:
                raise unknown_kind(kind)
            record = unit.repository(WORK_RECORD).get(id)
            owner = unit.repository(EMPLOYEE).get(record.owner_id)
            found = allowed(rules.RECORD_ACTIONS, actor, record, today)
            gone = rules.gone(owner) is not None
            return tuple(each for each in found if not (gone and each == "reopen_record"))

        return self._offered(answer)

    # Helpers

    def _get(self, unit: UnitOfWork, action: str, record_id: str) -> WorkRecord:
        present = unit.repository(WORK_RECORD).get(record_id)
        self.check(unit, rules.RECORD_ACTIONS, action, present)
        return present


def _check_owner(unit: UnitOfWork, owner_id: str) -> None:
    owner = unit.repository(EMPLOYEE).get(owner_id)
    refusal = rules.gone(owner)
    if refusal is not None:
        raise refusal
    unit.repository(EMPLOYEE).require(owner)
