"""Values and aggregates of the organization room."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from handover_core.actor import Role
from handover_core.policy import Criticality
from handover_core.texts import Text
from handover_core.values import Aggregate, DateRange, Document


class PositionStatus(StrEnum):
    """Whether a position can be held."""

    DRAFT = "draft"
    ACTIVE = "active"
    FROZEN = "frozen"
    ABOLISHED = "abolished"


class EmployeeStatus(StrEnum):
    """Where an employee stands."""

    ACTIVE = "active"
    LEAVING = "leaving"
    LEFT = "left"
    ON_LONG_LEAVE = "on_long_leave"


class Capacity(StrEnum):
    """In which capacity somebody holds a position."""

    INCUMBENT = "incumbent"
    BACKUP = "backup"
    ACTING = "acting"
    CUSTODIAN = "interim_custodian"
    TRAINEE = "trainee"


class QualificationKind(StrEnum):
    """What kind of proof a qualification asks for."""

    COURSE = "course"
    CERTIFICATE = "certificate"
    SKILL = "skill"
    EXPERIENCE = "experience"


class ContractKind(StrEnum):
    """Kinds of labour contract (Labour Contract Law of the PRC, article 12)."""

    FIXED_TERM = "fixed_term"
    OPEN_ENDED = "open_ended"
    TASK = "task"


@frozen(kw_only=True)
class Company(Aggregate):
    """The tenant itself: one per tenant, with the id ``company``."""

    name: str
    time_zone: str = "Asia/Shanghai"
    languages: tuple[str, ...] = ("zh-CN", "en")
    currency: str = "CNY"


@frozen(kw_only=True)
class OrgUnit(Aggregate):
    """A department or other unit (机构/部门)."""

    code: str
    name: str
    parent_id: str | None = None
    functions: tuple[str, ...] = ()
    headcount: int | None = None
    head_id: str | None = None


@frozen(kw_only=True)
class Duty:
    """One duty of a position (工作职责); ``key`` is unique within the position and stays when the title changes."""

    key: str
    title: str
    description: str = ""
    unit_function: str | None = None
    criticality: Criticality = Criticality.ROUTINE
    frequency: str | None = None
    share: Decimal | None = None
    sop_codes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@frozen(kw_only=True)
class Limit:
    """Up to how much an authority reaches: an amount and its unit (a currency, ``%``, or a plain unit)."""

    amount: Decimal
    unit: str


@frozen(kw_only=True)
class Authority:
    """A right that comes with a position (权限); without a limit it has none."""

    key: str
    name: str
    limit: Limit | None = None
    conditions: str | None = None
    delegable: bool = False
    interim_limit: Limit | None = None


@frozen(kw_only=True)
class Qualification:
    """What a position asks of its holder (任职资格); ``valid_months`` counts from the day it was obtained."""

    key: str
    kind: QualificationKind
    name: str
    level: str | None = None
    mandatory: bool = True
    valid_months: int | None = None


@frozen(kw_only=True)
class PositionVersion:
    """The position description (岗位说明书) as it holds from one day on."""

    effective_from: date
    title: str
    unit_id: str | None = None
    purpose: str = ""
    duties: tuple[Duty, ...] = ()
    authorities: tuple[Authority, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    reports_to_id: str | None = None
    headcount: int = 1
    backups_required: int = 0
    status: PositionStatus = PositionStatus.ACTIVE


@frozen(kw_only=True)
class Position(Aggregate):
    """A position (岗位): a code, and its descriptions in the order in which they take effect."""

    code: str
    descriptions: tuple[PositionVersion, ...]

    @property
    def latest(self) -> PositionVersion:
        """The description that takes effect last."""
        return self.descriptions[-1]

    def on(self, day: date) -> PositionVersion | None:
        """Return the description in force on ``day``, or None before the first one."""
        found = None
        for description in self.descriptions:
            if description.effective_from > day:
                break
            found = description
        return found


@frozen(kw_only=True)
class HeldQualification:
    """A qualification that a person holds, with the days from which and to which (inclusive) it is valid."""

    kind: QualificationKind
    name: str
    level: str | None = None
    obtained_on: date | None = None
    expires_on: date | None = None


@frozen(kw_only=True)
class Employee(Aggregate):
    """A person in the company's employ (员工); the number is text, leading zeros count."""

    number: str
    name: str
    unit_id: str | None = None
    hired_on: date | None = None
    probation_until: date | None = None
    status: EmployeeStatus = EmployeeStatus.ACTIVE
    left_on: date | None = None
    email: str | None = None
    phone: str | None = None
    roles: tuple[Role, ...] = (Role.EMPLOYEE,)
    qualifications: tuple[HeldQualification, ...] = ()


@frozen(kw_only=True)
class LabourContract(Aggregate):
    """A labour contract (劳动合同); ``non_compete_months`` and ``training_bond`` hold the facts that matter on leaving."""

    employee_id: str
    kind: ContractKind
    effective: DateRange
    probation_until: date | None = None
    non_compete_months: int | None = None
    training_bond: Decimal | None = None
    training_bond_currency: str | None = None
    training_bond_until: date | None = None
    document: Document | None = None


@frozen(kw_only=True)
class SignOff:
    """The human part of being on duty: who confirmed it, and when."""

    by_id: str
    on: date


@frozen(kw_only=True)
class Assignment(Aggregate):
    """A person in a position in one capacity over a range of days (任职)."""

    employee_id: str
    position_id: str
    capacity: Capacity = Capacity.INCUMBENT
    effective: DateRange
    sign_off: SignOff | None = None


ABSENCE_LABELS = {
    "annual_leave": Text("annual leave", "年休假"),
    "sick_leave": Text("sick leave", "病假"),
    "personal_leave": Text("personal leave", "事假"),
    "parental_leave": Text("parental leave", "产假/育儿假"),
    "business_trip": Text("business trip", "出差"),
}
"""Labels of the usual kinds of leave; any other word is as good."""


@frozen(kw_only=True)
class Absence(Aggregate):
    """Booked leave (休假): the days on which somebody is not at work; ``kind`` is a word of an open set."""

    employee_id: str
    kind: str = "annual_leave"
    effective: DateRange
    note: str = ""


@frozen(kw_only=True)
class Holding:
    """One assignment with what it is to: the position and its description on a given day."""

    assignment: Assignment
    position: Position
    description: PositionVersion


@frozen(kw_only=True)
class Report:
    """Somebody who reports to a position of the person asked about."""

    employee: Employee
    position: Position
    superior_id: str
