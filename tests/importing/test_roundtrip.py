# ruff: noqa: E501 - the world is a table
# fmt: off
"""What was never imported goes out and comes back: every kind, every field, made here by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from handover_core.actor import SYSTEM, Role
from handover_core.kinds import KINDS
from handover_core.organization import model as o
from handover_core.policy import Criticality
from handover_core.procedures import model as p
from handover_core.records import model as r
from handover_core.storage import CustomField, FieldType, MemoryStore
from handover_core.texts import Lang
from handover_core.values import DateRange, Document, ExternalReference
from handover_core_import import Importer, export
from importing.kit import TENANT, rows_of, units_over

DAY, LATER = date(2020, 1, 5), date(2024, 2, 29)
PAPER = Document(title="合同.pdf", uri="file:///a", media_type="application/pdf", size=12, sha256="ab")
PLAIN = Document(title="b", uri="file:///a")
BADGE = r.RecordDocument(title="badge", uri="file:///c", by_id="e2")

WORLD = {
    "company": [o.Company(id="company", name="示例", time_zone="UTC", languages=("zh-CN",), currency="EUR")],
    "custom_field": [
        CustomField(id="c1", kind="employee", name="badge", type=FieldType.INTEGER, label_zh="卡号", personal=True),
        CustomField(id="c2", kind="work_record", name="at", type=FieldType.INSTANT, searchable=False),
        CustomField(id="c3", kind="position", name="extra", label_en="extra"),
    ],
    "org_unit": [
        o.OrgUnit(id="u1", code="A", name="甲", functions=("一;二", "三"), headcount=3, head_id="e1"),
        o.OrgUnit(id="u2", code="B", name="乙", parent_id="u1", external=(ExternalReference("sap", "77"),)),
    ],
    "employee": [
        o.Employee(
            id="e1", number="0001", name="=张伟", unit_id="u2", hired_on=DAY, probation_until=DAY, email="a@b", phone="+86 1",
            roles=(Role.EMPLOYEE, Role.HR), custom={"badge": 7},
            qualifications=(
                o.HeldQualification(kind=o.QualificationKind.CERTIFICATE, name="x", level="C", obtained_on=DAY, expires_on=LATER),
                o.HeldQualification(kind=o.QualificationKind.SKILL, name="x"),
            ),
        ),
        o.Employee(id="e2", number="2", name="李", status=o.EmployeeStatus.LEFT, left_on=LATER),
    ],
    "position": [
        o.Position(
            id="p1", code="P/1", custom={"extra": "y"},
            descriptions=(
                o.PositionVersion(effective_from=DAY, title="旧", purpose="多\n行", headcount=0),
                o.PositionVersion(
                    effective_from=LATER, title="新", unit_id="u2", reports_to_id="p2", backups_required=2,
                    status=o.PositionStatus.FROZEN,
                    duties=(
                        o.Duty(key="z/1", title="先", description="d", unit_function="三", criticality=Criticality.CRITICAL,
                               frequency="每周", share=Decimal("0.30"), sop_codes=("S",), areas=("a/b", "c")),
                        o.Duty(key="a", title="后"),
                    ),
                    authorities=(
                        o.Authority(key="k", name="折扣", limit=o.Limit(amount=Decimal("1.50"), unit="CNY"), conditions="c",
                                    delegable=True, interim_limit=o.Limit(amount=Decimal(1), unit="CNY")),
                    ),
                    qualifications=(
                        o.Qualification(key="q", kind=o.QualificationKind.COURSE, name="n", level="1", mandatory=False, valid_months=6),
                    ),
                ),
            ),
        ),
        o.Position(id="p2", code="P2", descriptions=(o.PositionVersion(effective_from=DAY, title="上级"),)),
    ],
    "labour_contract": [
        o.LabourContract(
            id="l1", employee_id="e1", kind=o.ContractKind.FIXED_TERM, effective=DateRange(DAY, LATER), probation_until=DAY,
            non_compete_months=12, training_bond=Decimal("100.10"), training_bond_currency="CNY", training_bond_until=LATER,
            document=PAPER,
        ),
        o.LabourContract(id="l2", employee_id="e2", kind=o.ContractKind.TASK, effective=DateRange(DAY)),
    ],
    "assignment": [
        o.Assignment(id="a1", employee_id="e1", position_id="p1", capacity=o.Capacity.BACKUP, effective=DateRange(DAY, LATER),
                     sign_off=o.SignOff(by_id="e2", on=LATER)),
        o.Assignment(id="a2", employee_id="e1", position_id="p1", effective=DateRange(LATER)),
    ],
    "absence": [
        o.Absence(id="b1", employee_id="e1", kind="公出", effective=DateRange(DAY, LATER), note="出国"),
        o.Absence(id="b2", employee_id="e2", effective=DateRange(DAY)),
    ],
    "sop": [
        p.Sop(id="s1", code="S", title="跟进", owner_position_id="p1", published_id="v2", latest_number=3),
        p.Sop(id="s2", code="T", title="未写", owner_position_id="p1"),
    ],
    "sop_version": [
        p.SopVersion(id="v1", sop_id="s1", number=1, state=p.SopState.SUPERSEDED, revision=p.Revision.MINOR, author_id="e1",
                     approver_id="e2", published_on=DAY, review_by=LATER, change_note="n", stages=(p.Stage(name="空"),)),
        p.SopVersion(
            id="v2", sop_id="s1", number=2, state=p.SopState.PUBLISHED,
            stages=(
                p.Stage(name="一", steps=(
                    p.Step(key="k", instructions="做\n事", position_id="p2", required_documents=("a、b",), authority="k",
                           duration_days=Decimal("1.5"), mandatory=False, waived_by_position_id="p1"),
                    p.Step(key="1.2", instructions="- 再做"),
                )),
                p.Stage(name="二"),
            ),
        ),
        p.SopVersion(id="v3", sop_id="s1", number=3, state=p.SopState.IN_REVIEW, stages=()),
    ],
    "sop_run": [
        p.SopRun(
            id="r1", sop_id="s1", version_id="v1", subject="ACME", owner_id="e1", state=p.RunState.DONE, amount=Decimal(5),
            currency="CNY", started_on=DAY, closed_on=LATER,
            steps=(
                p.StepRecord(
                    step="k", state=p.StepState.DEVIATED, by_id="e1", at=datetime(2024, 1, 5, 1, 2, 3, 4, tzinfo=UTC), reason="r",
                    documents=(PAPER, PLAIN), deviation=p.Deviation(rule="x.y", reason="why", approver_id="e2"),
                ),
            ),
        ),
        p.SopRun(id="r2", sop_id="s1", version_id="v2", subject="B", owner_id="e1", started_on=DAY, external=(ExternalReference("crm", "r:2"),)),
    ],
    "acknowledgement": [p.Acknowledgement(id="k1", employee_id="e1", sop_id="s1", version_id="v1", read_on=LATER)],
    "project": [
        r.Project(id="j1", code="J", name="项目", status=r.ProjectStatus.CLOSED,
                  members=(r.ProjectMember(employee_id="e2", part="p", effective=DateRange(DAY, LATER)),)),
    ],
    "work_record": [
        r.WorkRecord(
            id="w1", kind="巡检", title="@t", body=" 原样 \n", owner_id="e1", author_id="e2", position_id="p1", project_id="j1",
            status=r.RecordStatus.DONE, opened_on=DAY, due_on=DAY, closed_on=LATER, priority=r.Priority.LOW, counterparty="ACME",
            run_id="r2", area="a/b", documents=(PLAIN, PAPER, BADGE), custom={"at": datetime(2024, 1, 5, tzinfo=UTC)},
        ),
        r.WorkRecord(id="w2", kind="task", title="t", owner_id="e1", author_id="e1", opened_on=DAY, run_id="r1",
                     external=(ExternalReference("crm", "1"), ExternalReference("import", "2"))),
    ],
}


def fill(units) -> None:
    """Store the world."""

    def add(unit):
        for kind, aggregates in WORLD.items():
            unit.repository(KINDS[kind]).add_many(aggregates)

    units.run(TENANT, SYSTEM, add)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
def test_everything_goes_out_and_comes_back(tmp_path, form, lang):
    units, empty = units_over(MemoryStore()), units_over(MemoryStore())
    fill(units)
    path = tmp_path / ("out.xlsx" if form == "xlsx" else "out")
    export(units, TENANT, SYSTEM, path, lang, form)
    report = Importer(empty, TENANT, SYSTEM).run(path)
    assert report.complete, [each.reason() for each in report.rejects]
    for name, each in (("before", units), ("after", empty)):
        export(each, TENANT, SYSTEM, tmp_path / name, form="jsonl")
    assert rows_of(tmp_path / "after") == rows_of(tmp_path / "before")


def test_every_kind_with_a_sheet_is_in_this_world():
    from handover_core_import.sheets import MAIN

    assert set(MAIN) <= set(WORLD)


def test_what_went_out_changes_nothing_where_it_came_from(tmp_path):
    """An export imported into its own company is adopted, and nothing that people see changes."""
    units = units_over(MemoryStore())
    fill(units)
    export(units, TENANT, SYSTEM, tmp_path / "before", form="jsonl")
    report = Importer(units, TENANT, SYSTEM).run(tmp_path / "before")
    counts = report.counts
    assert sum(each.created for each in counts.values()) == 0, {
        name: each.created for name, each in counts.items() if each.created
    }
    assert (report.rejects, report.conflicts) == ([], [])
