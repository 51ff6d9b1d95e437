"""How each kind looks as rows: the parts of its aggregates, and the sheets that fill them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handover_core.errors import InvalidInput
from handover_core.kinds import KINDS
from handover_core.organization import kinds as organization
from handover_core.organization.model import (
    Absence,
    Assignment,
    Authority,
    Company,
    Duty,
    Employee,
    HeldQualification,
    LabourContract,
    Limit,
    OrgUnit,
    Position,
    PositionVersion,
    Qualification,
    SignOff,
)
from handover_core.organization.rules import check_description
from handover_core.procedures import kinds as procedures
from handover_core.procedures.model import Acknowledgement, Deviation, SopRun, StepRecord
from handover_core.records import kinds as records
from handover_core.records.model import OPEN_STATUSES, Project, ProjectMember, RecordDocument, RecordStatus, WorkRecord
from handover_core.storage import CUSTOM_FIELD, CustomField
from handover_core.storage.custom import check_declared
from handover_core.values import DateRange, Document
from handover_core_import import sheets as s
from handover_core_import.forms.parts import Form, Part

Given = dict[str, Any]


def _ranged(given: Given) -> Given:
    start, end = given.pop("effective_from"), given.pop("effective_to")
    given["effective"] = None if start is None else DateRange(start, end)
    return given


def _assigned(given: Given) -> Given:
    by, on = given.pop("signed_off_by_id"), given.pop("signed_off_on")
    if (by is None) != (on is None):
        raise InvalidInput.at(
            "signed_off_by", "sign_off.half", "needs both who confirmed it and when", "需同时填写上岗确认人和确认日期"
        )
    given["sign_off"] = None if by is None else SignOff(by_id=by, on=on)
    return _ranged(given)


def _limited(given: Given) -> Given:
    for name in ("limit", "interim_limit"):
        amount, unit = given[name], given.pop(f"{name}_unit")
        if (amount is None) != (unit is None):
            raise InvalidInput.at(name, "limit.half", "needs both an amount and a unit", "需同时填写额度和单位")
        given[name] = None if amount is None else Limit(amount=amount, unit=unit)
    return given


def _contracted(given: Given) -> Given:
    document = {name: given.pop(f"document_{name}") for name in ("title", "uri", "media_type", "size", "sha256")}
    if any(value is not None for value in document.values()):
        if document["uri"] is None:
            raise InvalidInput.at("document_uri", "document.half", "is needed for the document", "文件缺少地址")
        document["title"] = document["title"] or document["uri"]
        given["document"] = Document(**document)
    return _ranged(given)


def _recorded(given: Given) -> Given:
    given["author_id"] = given["author_id"] or given["owner_id"]
    if given["closed_on"] is not None and given["status"] in OPEN_STATUSES:
        raise InvalidInput.at(
            "closed_on", "record.closed_open", "is filled, but the status is {status}", "已填写，但状态为 {status}",
            status=str(RecordStatus(given["status"])),
        )  # fmt: skip
    return given


def _stepped(given: Given) -> Given:
    rule, reason = given.pop("deviation_rule"), given.pop("deviation_reason")
    approver = given.pop("deviation_approver_id")
    parts = (rule, reason, approver)
    if any(part is not None for part in parts):
        if any(part is None for part in parts):
            raise InvalidInput.at(
                "deviation_rule",
                "deviation.half",
                "a deviation needs rule, reason and approver",
                "偏离需填写规则、原因和审批人",
            )
        given["deviation"] = Deviation(rule=rule, reason=reason, approver_id=approver)
    return given


def _declared(given: Given) -> Given:
    about = {name: given[name] for name in ("kind", "name", "personal")}
    check_declared(CustomField(id="", **about), KINDS)
    return given


def _described(given: Given) -> Given:
    given["descriptions"] = tuple(sorted(given["descriptions"], key=lambda each: each.effective_from))
    for description in given["descriptions"]:
        check_description(description)
    if not given["descriptions"]:
        raise InvalidInput.at("title", "cell.required", "is needed", "不能为空")
    return given


_DESCRIPTION = Part(
    cls=PositionVersion, sheet=s.POSITIONS, attribute="descriptions",
    columns=tuple(column for column in s.POSITIONS.kept if column.name != "code"),
    children=(
        Part(cls=Duty, sheet=s.DUTIES, attribute="duties"),
        Part(cls=Authority, sheet=s.AUTHORITIES, attribute="authorities", shape=_limited),
        Part(cls=Qualification, sheet=s.QUALIFICATIONS, attribute="qualifications"),
    ),
)  # fmt: skip

_FORMS = (
    Form(organization.COMPANY, Part(cls=Company, sheet=s.COMPANY)),
    Form(CUSTOM_FIELD, Part(cls=CustomField, sheet=s.CUSTOM_FIELDS, shape=_declared)),
    Form(organization.ORG_UNIT, Part(cls=OrgUnit, sheet=s.UNITS)),
    Form(
        organization.EMPLOYEE,
        Part(
            cls=Employee, sheet=s.EMPLOYEES,
            children=(Part(cls=HeldQualification, sheet=s.HELD, attribute="qualifications"),),
        ),
    ),
    Form(
        organization.POSITION,
        Part(
            cls=Position, sheet=s.POSITIONS, columns=(s.POSITIONS.by_name["code"],), children=(_DESCRIPTION,),
            shape=_described,
        ),
    ),
    Form(organization.LABOUR_CONTRACT, Part(cls=LabourContract, sheet=s.CONTRACTS, shape=_contracted)),
    Form(organization.ASSIGNMENT, Part(cls=Assignment, sheet=s.ASSIGNMENTS, shape=_assigned)),
    Form(organization.ABSENCE, Part(cls=Absence, sheet=s.ABSENCES, shape=_ranged)),
    Form(
        procedures.SOP_RUN,
        Part(
            cls=SopRun, sheet=s.RUNS,
            children=(
                Part(
                    cls=StepRecord, sheet=s.RUN_STEPS, attribute="steps", shape=_stepped,
                    children=(Part(cls=Document, sheet=s.RUN_DOCUMENTS, attribute="documents"),),
                ),
            ),
        ),
    ),
    Form(procedures.ACKNOWLEDGEMENT, Part(cls=Acknowledgement, sheet=s.ACKNOWLEDGEMENTS)),
    Form(
        records.PROJECT,
        Part(
            cls=Project, sheet=s.PROJECTS,
            children=(Part(cls=ProjectMember, sheet=s.PROJECT_MEMBERS, attribute="members", shape=_ranged),),
        ),
    ),
    Form(
        records.WORK_RECORD,
        Part(
            cls=WorkRecord, sheet=s.RECORDS, shape=_recorded,
            children=(Part(cls=RecordDocument, sheet=s.DOCUMENTS, attribute="documents"),),
        ),
    ),
)  # fmt: skip

FORMS: Mapping[str, Form] = {form.kind.name: form for form in _FORMS}
"""By kind; SOPs, which are two kinds in one sheet, have a form of their own."""

__all__ = ["FORMS", "Form", "Part"]
