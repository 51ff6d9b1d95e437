"""Use cases of the organization room."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import evolve

from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.guards import Action, allowed, unknown_kind
from handover_core.organization import queries, rules
from handover_core.organization.conformance import Finding, findings
from handover_core.organization.guarding import guard_company
from handover_core.organization.kinds import (
    ABSENCE,
    ASSIGNMENT,
    COMPANY,
    COMPANY_ID,
    EMPLOYEE,
    LABOUR_CONTRACT,
    ORG_UNIT,
    POSITION,
)
from handover_core.organization.model import (
    Absence,
    Assignment,
    Company,
    Employee,
    EmployeeStatus,
    Holding,
    LabourContract,
    OrgUnit,
    Position,
    PositionVersion,
    SignOff,
)
from handover_core.storage import CUSTOM_FIELD, CustomField, Eq, Kind, Order, Page, UnitOfWork, all_of
from handover_core.storage.criteria import Contains
from handover_core.storage.custom import check_declared
from handover_core.values import changed

ACTIONS: dict[str, tuple[Kind[Any], tuple[Action[Any], ...]]] = {
    "company": (COMPANY, rules.COMPANY_ACTIONS),
    "org_unit": (ORG_UNIT, rules.UNIT_ACTIONS),
    "position": (POSITION, rules.POSITION_ACTIONS),
    "employee": (EMPLOYEE, rules.EMPLOYEE_ACTIONS),
    "assignment": (ASSIGNMENT, rules.ASSIGNMENT_ACTIONS),
    "absence": (ABSENCE, rules.ABSENCE_ACTIONS),
}


class OrganizationService(Room):
    """Units, positions, people, contracts and assignments of one company.

    Every command raises `Refused` where a rule does not allow it and `InvalidInput` for values that cannot be stored.
    """

    # Commands

    def set_company(self, company: Company) -> Company:
        """Store the company's own data; there is one per tenant."""

        def decide(unit: UnitOfWork) -> Company:
            self.check(unit, rules.COMPANY_ACTIONS, "set_company", company)
            rules.zone(company.time_zone)
            companies = unit.repository(COMPANY)
            present = companies.peek(COMPANY_ID)
            if present is None:
                return companies.add(evolve(company, id=COMPANY_ID))
            return companies.save(evolve(company, id=COMPANY_ID, version=present.version))

        return self.desk.do("organization.set_company", decide)

    def declare_field(self, declared: CustomField) -> CustomField:
        """Declare a further field for a kind in this company.

        Raises `InvalidInput` for a kind that does not exist, a name that cannot be one, and for a personal one where
        the kind is about nobody. While values of it stand, its kind, name and type stay, and so does it: the store
        raises `Refused`.
        """

        def decide(unit: UnitOfWork) -> CustomField:
            self.check(unit, rules.COMPANY_ACTIONS, "declare_field", declared)
            check_declared(declared, unit.kinds)
            return unit.repository(CUSTOM_FIELD).add(declared)

        return self.desk.do("organization.declare_field", decide)

    def add_unit(self, org_unit: OrgUnit) -> OrgUnit:
        """Store a new unit."""

        def decide(unit: UnitOfWork) -> OrgUnit:
            self.check(unit, rules.COMPANY_ACTIONS, "add_unit", org_unit)
            return unit.repository(ORG_UNIT).add(org_unit)

        return self.desk.do("organization.add_unit", decide)

    def change_unit(self, unit_id: str, **changes: Any) -> OrgUnit:
        """Change fields of a unit; a parent that would close a circle is refused."""

        def decide(unit: UnitOfWork) -> OrgUnit:
            units = unit.repository(ORG_UNIT)
            present = units.get(unit_id)
            self.check(unit, rules.UNIT_ACTIONS, "change_unit", present)
            changed = evolve(present, **changes)
            if changed.parent_id != present.parent_id:
                every = {each.id: each for each in units.list()} | {unit_id: changed}
                rules.check_no_cycle(
                    {id_: each.parent_id for id_, each in every.items()},
                    {id_: each.code for id_, each in every.items()},
                )
                guard_company(unit)
            return units.save(changed)

        return self.desk.do("organization.change_unit", decide)

    def add_position(self, position: Position) -> Position:
        """Store a new position with its first description or descriptions."""

        def decide(unit: UnitOfWork) -> Position:
            self.check(unit, rules.COMPANY_ACTIONS, "add_position", position)
            for description in position.descriptions:
                rules.check_description(description)
            return unit.repository(POSITION).add(position)

        return self.desk.do("organization.add_position", decide)

    def describe_position(self, position_id: str, description: PositionVersion) -> Position:
        """Give a position a description that holds from a later day on; earlier ones stay as they were."""

        def decide(unit: UnitOfWork) -> Position:
            positions = unit.repository(POSITION)
            present = positions.get(position_id)
            self.check(unit, rules.POSITION_ACTIONS, "describe_position", present)
            changed = rules.described(present, description)
            if description.reports_to_id != present.latest.reports_to_id:
                every = {each.id: each for each in positions.list()} | {position_id: changed}
                rules.check_no_cycle(
                    {id_: each.latest.reports_to_id for id_, each in every.items()},
                    {id_: each.code for id_, each in every.items()},
                )
                guard_company(unit)
            return positions.save(changed)

        return self.desk.do("organization.describe_position", decide)

    def hire(self, employee: Employee) -> Employee:
        """Store a new employee."""

        def decide(unit: UnitOfWork) -> Employee:
            self.check(unit, rules.COMPANY_ACTIONS, "hire", employee)
            return unit.repository(EMPLOYEE).add(employee)

        return self.desk.do("organization.hire", decide)

    def change_employee(self, employee_id: str, **changes: Any) -> Employee:
        """Change fields of an employee; raise `Refused` where somebody who was erased would be employed by that."""

        def decide(unit: UnitOfWork) -> Employee:
            present = unit.repository(EMPLOYEE).get(employee_id)
            self.check(unit, rules.EMPLOYEE_ACTIONS, "change_employee", present)
            then = changed(present, **changes)
            back = present.status is EmployeeStatus.LEFT and then.status is not EmployeeStatus.LEFT
            if back and _is_erased(unit, then):
                raise Refused(rules.ERASED, name=then.name)
            return unit.repository(EMPLOYEE).save(then)

        return self.desk.do("organization.change_employee", decide)

    def sign_contract(self, contract: LabourContract) -> LabourContract:
        """Store a new labour contract."""

        def decide(unit: UnitOfWork) -> LabourContract:
            person = unit.repository(EMPLOYEE).get(contract.employee_id)
            self.check(unit, rules.EMPLOYEE_ACTIONS, "sign_contract", person)
            return unit.repository(LABOUR_CONTRACT).add(contract)

        return self.desk.do("organization.sign_contract", decide)

    def assign(self, assignment: Assignment) -> Assignment:
        """Put somebody into a position; the same person, position and capacity may not overlap."""

        def decide(unit: UnitOfWork) -> Assignment:
            person = unit.repository(EMPLOYEE).get(assignment.employee_id)
            self.check(unit, rules.EMPLOYEE_ACTIONS, "assign", person)
            return assign(unit, assignment, person)

        return self.desk.do("organization.assign", decide)

    def end_assignment(self, assignment_id: str, end: date) -> Assignment:
        """Let an assignment end; ``end`` is the first day on which it no longer holds."""

        def decide(unit: UnitOfWork) -> Assignment:
            present = unit.repository(ASSIGNMENT).get(assignment_id)
            self.check(unit, rules.ASSIGNMENT_ACTIONS, "end_assignment", present)
            return unit.repository(ASSIGNMENT).save(rules.ended(present, end))

        return self.desk.do("organization.end_assignment", decide)

    def sign_off(self, assignment_id: str) -> Assignment:
        """Confirm that the person is ready for the assignment."""

        def decide(unit: UnitOfWork) -> Assignment:
            present = unit.repository(ASSIGNMENT).get(assignment_id)
            self.check(unit, rules.ASSIGNMENT_ACTIONS, "sign_off", present)
            signed = SignOff(by_id=self.desk.actor.id, on=self.desk.today(unit))
            return unit.repository(ASSIGNMENT).change(present, sign_off=signed)

        return self.desk.do("organization.sign_off", decide)

    def book_absence(self, absence: Absence) -> Absence:
        """Book leave; it shortens the working time of a handover. Two leaves of one person share no day."""

        def decide(unit: UnitOfWork) -> Absence:
            person = unit.repository(EMPLOYEE).get(absence.employee_id)
            self.check(unit, rules.EMPLOYEE_ACTIONS, "book_absence", person)
            rules.check_leave(absence, unit.repository(ABSENCE).list(Eq("employee_id", person.id)))
            unit.repository(EMPLOYEE).touch(person)
            return unit.repository(ABSENCE).add(absence)

        return self.desk.do("organization.book_absence", decide)

    def cancel_absence(self, absence_id: str) -> Absence:
        """Take booked leave back and return what it was; the history keeps it."""

        def decide(unit: UnitOfWork) -> Absence:
            present = unit.repository(ABSENCE).get(absence_id)
            self.check(unit, rules.ABSENCE_ACTIONS, "cancel_absence", present)
            unit.repository(ABSENCE).delete(present)
            return present

        return self.desk.do("organization.cancel_absence", decide)

    def rehire(self, employee_id: str, hired_on: date, *, probation_until: date | None = None) -> Employee:
        """Employ somebody again who has left, under the number they had; raise `Refused` for one who was erased."""

        def decide(unit: UnitOfWork) -> Employee:
            present = unit.repository(EMPLOYEE).get(employee_id)
            self.check(unit, rules.EMPLOYEE_ACTIONS, "rehire", present)
            return unit.repository(EMPLOYEE).save(
                rules.rehired(present, hired_on, probation_until, erased=_is_erased(unit, present))
            )

        return self.desk.do("organization.rehire", decide)

    # Questions

    def absences(self, employee_id: str) -> list[Absence]:
        """Return all leave of a person, by its first day."""
        return self.desk.ask(
            lambda unit: unit.repository(ABSENCE).list(Eq("employee_id", employee_id), order=Order("starts_on"))
        )

    def company(self) -> Company:
        """Return the company's own data; raise `NotFound` where none was stored."""
        return self.desk.ask(lambda unit: unit.repository(COMPANY).get(COMPANY_ID))

    def employee(self, number: str) -> Employee:
        """Return the employee with this number; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(EMPLOYEE).named(number=number))

    def position(self, code: str) -> Position:
        """Return the position with this code; raise `NotFound`."""
        return self.desk.ask(lambda unit: unit.repository(POSITION).named(code=code))

    def employees(
        self, *, status: str | None = None, words: str | None = None, limit: int = 100, after: str | None = None
    ) -> Page[Employee]:
        """Return one page of the employees by number; ``words`` is searched in the names."""
        where = all_of(
            None if status is None else Eq("status", status), None if words is None else Contains("name", words)
        )
        return self.desk.ask(
            lambda unit: unit.repository(EMPLOYEE).page(where, order=Order("number"), limit=limit, after=after)
        )

    def positions(self, *, limit: int = 100, after: str | None = None) -> Page[Position]:
        """Return one page of the positions by code."""
        return self.desk.ask(lambda unit: unit.repository(POSITION).page(order=Order("code"), limit=limit, after=after))

    def description(self, code: str, day: date | None = None) -> PositionVersion | None:
        """Return the position description (岗位说明书) in force on ``day`` (today), or None before the first one."""
        return self.desk.ask(lambda unit: unit.repository(POSITION).named(code=code).on(day or self.desk.today(unit)))

    def holdings(self, employee_id: str, day: date | None = None) -> list[Holding]:
        """Return what a person holds on ``day`` (today)."""
        return self.desk.ask(lambda unit: queries.holdings(unit, employee_id, day or self.desk.today(unit)))

    def manager_of(self, employee_id: str, day: date | None = None) -> str | None:
        """Return the id of the person's manager on ``day`` (today), or None at the top."""
        return self.desk.ask(lambda unit: queries.manager_of(unit, employee_id, day or self.desk.today(unit)))

    def chart(self, day: date | None = None) -> tuple[queries.ChartNode, ...]:
        """Return the units as trees with the people who work in them on ``day`` (today)."""
        return self.desk.ask(lambda unit: queries.chart(queries.establishment(unit, day or self.desk.today(unit))))

    def conformance(self, day: date | None = None) -> tuple[Finding, ...]:
        """Return what is not whole in functions, structure and staffing (三定) on ``day`` (today)."""
        return self.desk.ask(lambda unit: findings(queries.establishment(unit, day or self.desk.today(unit))))

    def is_qualified(self, employee_id: str, position_id: str, day: date | None = None) -> rules.QualifiedAnswer:
        """Tell whether somebody may do the job of a position on ``day`` (today), and what is missing."""
        return self.desk.ask(
            lambda unit: queries_qualified(unit, employee_id, position_id, day or self.desk.today(unit))
        )

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now."""
        if kind not in ACTIONS:
            raise unknown_kind(kind)
        stored, actions = ACTIONS[kind]

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            target = unit.repository(stored).get(id)
            found = allowed(actions, self.desk.actor, target, self.desk.today(unit))
            if isinstance(target, Employee) and "rehire" in found and _is_erased(unit, target):
                return tuple(each for each in found if each != "rehire")
            return found

        return self._offered(answer)


def _is_erased(unit: UnitOfWork, person: Employee) -> bool:
    return rules.is_erased(person, keys_gone=unit.personal.is_erased(person.id))


def queries_qualified(unit: UnitOfWork, employee_id: str, position_id: str, day: date) -> rules.QualifiedAnswer:
    """Return the answer of `rules.is_qualified` from the store; a position without a description qualifies nobody."""
    person = unit.repository(EMPLOYEE).get(employee_id)
    description = unit.repository(POSITION).get(position_id).on(day)
    if description is None:
        return rules.QualifiedAnswer(qualified=False)
    where = all_of(Eq("employee_id", employee_id), Eq("position_id", position_id))
    return rules.is_qualified(person, description, unit.repository(ASSIGNMENT).list(where), day)


def assign(unit: UnitOfWork, assignment: Assignment, person: Employee) -> Assignment:
    """Store an assignment after all checks; other rooms use it inside their own units."""
    position = unit.repository(POSITION).get(assignment.position_id)
    rules.check_assignable(assignment, position, person)
    same = all_of(Eq("employee_id", person.id), Eq("position_id", position.id))
    rules.check_no_overlap(assignment, unit.repository(ASSIGNMENT).list(same))
    # Two assignments that overlap could be made at once; both touch the person, so one of them runs again and sees it.
    unit.repository(EMPLOYEE).touch(person)
    return unit.repository(ASSIGNMENT).add(assignment)
