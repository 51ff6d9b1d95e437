"""What the store knows about the organization's aggregates."""

from __future__ import annotations

from handover_core.organization.model import Absence, Assignment, Company, Employee, LabourContract, OrgUnit, Position
from handover_core.storage.kinds import Kind, Reference, day, key, text
from handover_core.storage.personal import by_no_text, by_none, by_nothing, by_pseudonym, nameless_one, personal

COMPANY = Kind(name="company", type=Company, fields=(text("name"),), free_texts=("name",))
COMPANY_ID = "company"
"""The id of the one company of a tenant."""

ORG_UNIT = Kind(
    name="org_unit",
    type=OrgUnit,
    fields=(key("code"), text("name", searchable=True), key("parent_id"), key("head_id")),
    unique=(("code",),),
    indexes=(("parent_id",), ("head_id",)),
    references=(Reference("parent_id", "org_unit"), Reference("head_id", "employee")),
    free_texts=("name",),
)

POSITION = Kind(
    name="position",
    type=Position,
    fields=(
        key("code"),
        text("title", searchable=True, get=lambda position: position.latest.title),
        key("unit_id", get=lambda position: position.latest.unit_id),
        key("reports_to_id", get=lambda position: position.latest.reports_to_id),
        key("status", get=lambda position: position.latest.status),
    ),
    unique=(("code",),),
    indexes=(("unit_id",), ("reports_to_id",)),
    references=(Reference("unit_id", "org_unit"), Reference("reports_to_id", "position")),
    free_texts=(
        "descriptions.title",
        "descriptions.purpose",
        "descriptions.duties.title",
        "descriptions.duties.description",
        "descriptions.duties.frequency",
        "descriptions.authorities.name",
        "descriptions.authorities.conditions",
        "descriptions.qualifications.name",
        "descriptions.qualifications.level",
    ),
)

EMPLOYEE = Kind(
    name="employee",
    type=Employee,
    fields=(
        key("number"),
        text("name", searchable=True),
        key("unit_id"),
        key("status"),
        day("hired_on"),
        day("left_on"),
    ),
    unique=(("number",),),
    indexes=(("status",), ("unit_id",)),
    references=(Reference("unit_id", "org_unit"),),
    personal=(
        personal("number", "/id", by_pseudonym),
        personal("name", "/id", by_pseudonym),
        personal("email", "/id", by_nothing),
        personal("phone", "/id", by_nothing),
        personal("external", "/id", by_none),
    ),
    subject="/id",
    free_texts=(
        "qualifications.name",
        "qualifications.level",
    ),
)

LABOUR_CONTRACT = Kind(
    name="labour_contract",
    type=LabourContract,
    fields=(
        key("employee_id"),
        key("kind"),
        day("starts_on", get=lambda contract: contract.effective.start),
        day("ends_on", get=lambda contract: contract.effective.end),
    ),
    indexes=(("employee_id",),),
    references=(Reference("employee_id", "employee"),),
    personal=(personal("document", "/employee_id", nameless_one), personal("external", "/employee_id", by_none)),
    subject="/employee_id",
    free_texts=("document.title",),
)

ASSIGNMENT = Kind(
    name="assignment",
    type=Assignment,
    fields=(
        key("employee_id"),
        key("position_id"),
        key("capacity"),
        day("starts_on", get=lambda assignment: assignment.effective.start),
        day("ends_on", get=lambda assignment: assignment.effective.end),
    ),
    indexes=(("employee_id",), ("position_id",)),
    references=(Reference("employee_id", "employee"), Reference("position_id", "position")),
    personal=(personal("external", "/employee_id", by_none),),  # which an import makes of the employee's number
    subject="/employee_id",
)

ABSENCE = Kind(
    name="absence",
    type=Absence,
    fields=(
        key("employee_id"),
        key("kind"),
        day("starts_on", get=lambda absence: absence.effective.start),
        day("ends_on", get=lambda absence: absence.effective.end),
    ),
    indexes=(("employee_id", "ends_on"),),
    references=(Reference("employee_id", "employee"),),
    personal=(personal("note", "/employee_id", by_no_text), personal("external", "/employee_id", by_none)),
    subject="/employee_id",
    free_texts=("note",),
)

KINDS = (COMPANY, ORG_UNIT, POSITION, EMPLOYEE, LABOUR_CONTRACT, ASSIGNMENT, ABSENCE)
