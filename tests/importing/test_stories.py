"""Importing, told as stories: what comes in, what does not, and why."""

from __future__ import annotations

from datetime import date

import pytest

from handover_core.actor import SYSTEM, Actor, Role
from handover_core.errors import Refused
from handover_core.organization.kinds import EMPLOYEE, POSITION
from handover_core.storage import CUSTOM_FIELD, CustomField, FieldType
from handover_core.texts import Lang
from handover_core_import import Importer, Outcome
from importing.kit import PEOPLE, TENANT, as_csv, codes, edit, employees, state

# Three ways


def test_what_was_edited_here_stays_when_the_old_file_comes_again(bring, units):
    bring({"employees": PEOPLE})
    edit(units, "0001", name="张伟杰", phone="138")
    before = state(units)
    report = bring({"employees": PEOPLE})
    assert (report.total(Outcome.UNCHANGED), report.conflicts) == (2, [])
    assert state(units) == before


def test_what_the_file_changed_is_taken_and_what_was_edited_here_beside_it_stays(bring, units):
    bring({"employees": [{**PEOPLE[0], "email": "a@x"}]})
    edit(units, "0001", phone="138")
    report = bring({"employees": [{**PEOPLE[0], "email": "b@x", "phone": ""}]})
    assert report.counts["employees"].updated == 1
    assert (employees(units)["0001"].email, employees(units)["0001"].phone) == ("b@x", "138")


def test_both_changed_is_a_conflict_and_nothing_is_overwritten_unless_asked(bring, units):
    bring({"employees": PEOPLE})
    edit(units, "0001", name="张伟杰")
    changed = {"employees": [{"number": "0001", "name": "张大伟"}]}
    for _ in range(2):
        report = bring(changed)
        assert [each.column for each in report.conflicts] == ["name"]
        assert employees(units)["0001"].name == "张伟杰"
    assert "张伟杰" in report.conflicts[0].message(Lang.ZH)
    assert bring(changed, overwrite=True).complete
    assert employees(units)["0001"].name == "张大伟"


def test_columns_that_are_not_there_leave_what_is_stored(bring, units):
    bring({"employees": [{**PEOPLE[0], "status": "离职", "phone": "138"}]})
    bring({"employees": [{"number": "0001", "name": "新名"}]})
    found = employees(units)["0001"]
    assert (found.name, found.status, found.phone) == ("新名", "left", "138")


def test_a_column_that_comes_later_fills_what_was_never_said(bring, units):
    bring({"employees": PEOPLE})
    report = bring({"employees": [{**PEOPLE[0], "status": "离职"}]})
    assert report.complete
    assert employees(units)["0001"].status == "left"


def test_somebody_who_is_stored_already_is_adopted_where_equal_and_a_conflict_where_not(bring, units):
    from handover_core.organization.model import Employee

    def hire(unit):
        unit.repository(EMPLOYEE).add(Employee(id="e1", number="0001", name="张伟"))
        unit.repository(EMPLOYEE).add(Employee(id="e2", number="0002", name="别人"))

    units.run(TENANT, SYSTEM, hire)
    report = bring({"employees": PEOPLE})
    assert [(each.row, each.column) for each in report.conflicts] == [(3, "name")]
    assert {each.id for each in employees(units).values()} == {"e1", "e2"}
    assert employees(units)["0002"].name == "别人"


def test_a_number_that_was_changed_here_is_still_found_by_its_old_one(bring, units):
    bring({"employees": PEOPLE})
    edit(units, "0001", number="A1")
    row = {"external_id": "T", "kind": "task", "title": "t", "owner": "0001", "opened_on": "2024-01-05"}
    assert bring({"employees": PEOPLE, "records": [row]}).complete
    assert set(employees(units)) == {"A1", "0002"}


def test_sources_keep_apart(bring, units):
    rows = [
        {"external_id": "1", "kind": "task", "title": "t", "owner": "0001", "opened_on": "2024-01-05", "source": source}
        for source in "ab"
    ]
    assert bring({"employees": PEOPLE, "records": rows}).complete
    assert len(state(units)["work_record"]) == 2


# Positions over time


def test_further_rows_of_a_position_are_later_descriptions(bring, units):
    bring(
        {
            "positions": [
                {"code": "P", "title": "新", "effective_from": "2022-01-01"},
                {"code": "P", "title": "旧", "effective_from": "2020-01-01"},
            ],
            "duties": [{"position": "P", "title": "d", "effective_from": "2022-01-01"}],
        }
    )
    (position,) = state(units)["position"].values()
    assert [(each.title, len(each.duties)) for each in position.descriptions] == [("旧", 0), ("新", 1)]


def test_a_duty_must_say_which_of_several_descriptions_it_belongs_to(bring):
    positions = [{"code": "P", "title": "t", "effective_from": day} for day in ("2020-01-01", "2022-01-01")]
    report = bring({"positions": positions, "duties": [{"position": "P", "title": "d"}]})
    assert codes(report) == {("duties", 2): ("position.day_needed",)}


def test_an_old_file_without_days_does_not_touch_a_later_description(bring, units):
    rows = {"positions": [{"code": "P", "title": "t"}]}
    bring(rows)

    def describe(unit):
        from attrs import evolve

        position = unit.repository(POSITION).named(code="P")
        later = evolve(position.latest, effective_from=date(2025, 1, 1), title="later")
        unit.repository(POSITION).change(position, descriptions=(*position.descriptions, later))

    units.run(TENANT, SYSTEM, describe)
    before = state(units)
    assert bring(rows).complete
    assert state(units) == before


def test_an_earlier_description_may_report_to_what_reports_to_it_now(bring, units):
    """Lines may turn round over time; only those of one day must not run in a circle."""
    rows = [
        {"code": "A", "title": "a", "effective_from": "2020-01-01", "reports_to": "B"},
        {"code": "A", "title": "a", "effective_from": "2022-01-01", "reports_to": ""},
        {"code": "B", "title": "b", "effective_from": "2020-01-01", "reports_to": ""},
        {"code": "B", "title": "b", "effective_from": "2022-01-01", "reports_to": "A"},
    ]
    assert bring({"positions": rows}, chunk=1).complete
    found = {each.code: each for each in state(units)["position"].values()}
    assert [each.reports_to_id for each in found["A"].descriptions] == [found["B"].id, None]
    assert [each.reports_to_id for each in found["B"].descriptions] == [None, found["A"].id]


def test_a_duty_may_name_a_sop_that_is_still_to_be_written_and_that_is_said(bring):
    report = bring(
        {"positions": [{"code": "P", "title": "p"}], "duties": [{"position": "P", "title": "d", "sops": "S1;S2"}]}
    )
    assert report.complete
    assert [(each.finding.code, each.count) for each in report.notes] == [("sop.unknown_code", 2)]


# Custom fields


def test_custom_fields_are_declared_and_filled_in_one_file(bring, units):
    report = bring(
        {
            "自定义字段": [{"所属表": "员工", "字段名": "badge", "类型": "整数", "中文标签": "门禁卡号"}],
            "员工": [{"工号": "1", "姓名": "甲", "门禁卡号": "77"}, {"工号": "2", "姓名": "乙", "门禁卡号": "x"}],
        }
    )
    assert codes(report) == {("员工", 3): ("cell.integer",)}
    assert employees(units)["1"].custom == {"badge": 77}


def test_a_personal_custom_field_of_a_kind_about_nobody_comes_back(bring, units):
    """As `declare_field` refuses it: new, or where a field that is there is to become personal. The rest is in."""
    rows = [
        {"所属表": "岗位", "字段名": "diary", "类型": "文本", "个人信息": "是"},
        {"所属表": "员工", "字段名": "home", "类型": "文本", "个人信息": "是"},
        {"所属表": "岗位", "字段名": "room", "类型": "文本", "个人信息": "否"},
        {"所属表": "岗位", "字段名": "$room", "类型": "文本", "个人信息": "否"},
    ]
    report = bring({"自定义字段": rows, "岗位": [{"岗位编码": "P", "岗位名称": "p", "room": "5", "diary": "x"}]})
    assert codes(report) == {("自定义字段", 2): ("custom.personal",), ("自定义字段", 5): ("custom.name",)}
    assert {each.name for each in state(units)["custom_field"].values()} == {"home", "room"}
    assert [each.custom for each in state(units)["position"].values()] == [{"room": "5"}]
    again = bring({"自定义字段": [{**rows[2], "个人信息": "是"}]})
    assert codes(again) == {("自定义字段", 2): ("custom.personal",)}
    (problem,) = again.rejects[0].problems
    assert "岗位 不涉及特定个人" in problem.message(Lang.ZH)
    assert not any(each.personal for each in state(units)["custom_field"].values() if each.name == "room")


def test_a_field_that_holds_something_is_not_given_another_type(bring, units):
    """The row comes back and says how many entries hold it; the rest is in, and people can still be changed."""
    declared = {"所属表": "员工", "字段名": "shoe", "类型": "文本"}
    assert bring({"自定义字段": [declared], "员工": [{"工号": "1", "姓名": "甲", "shoe": "42"}]}).complete
    report = bring({"自定义字段": [{**declared, "类型": "整数"}], "员工": [{"工号": "2", "姓名": "乙", "shoe": "44"}]})
    assert codes(report) == {("自定义字段", 2): ("custom.held",)}
    assert "含该字段的员工：1 条" in report.rejects[0].problems[0].message(Lang.ZH)
    assert employees(units)["2"].custom == {"shoe": "44"}
    edit(units, "1", name="丙")


def test_custom_fields_that_are_declared_already_are_filled_by_name(bring, units):
    declared = CustomField(id="c", kind="employee", name="badge", type=FieldType.TEXT)
    units.run(TENANT, SYSTEM, lambda unit: unit.repository(CUSTOM_FIELD).add(declared))
    assert bring({"employees": [{**PEOPLE[0], "custom.badge": "x"}]}).complete
    assert employees(units)["0001"].custom == {"badge": "x"}


# Without writing, and who may


def test_a_dry_run_says_the_same_and_stores_nothing(bring, units):
    sheets = {
        "units": [{"code": "S", "name": "S", "head": "0001"}, {"code": "T", "name": "T", "parent": "S"}],
        "custom_fields": [{"kind": "employees", "name": "badge"}],
        "employees": [{**PEOPLE[0], "custom.badge": "x"}, {"number": "3", "name": "y" * 300}],
        "positions": [{"code": "P", "title": "p"}],
        "assignments": [{"employee": "0001", "position": "P", "effective_from": "2020-01-01"}],
        "sops": [{"code": "Q", "title": "q", "owner_position": "P"}],
        "sop_steps": [{"sop": "Q", "stage_no": "1", "stage": "s", "step_no": "1", "instructions": "do"}],
        "runs": [{"external_id": "R", "sop": "Q", "subject": "x", "owner": "0001", "started_on": "2024-01-05"}],
        "records": [
            {"external_id": "W", "kind": "task", "title": "t", "owner": "0001", "opened_on": "2024-01-05", "run": "R"}
        ],
    }
    dry = bring(sheets, dry_run=True, chunk=1)
    assert not any(state(units).values())
    real = bring(sheets, chunk=1)
    assert (dry.counts, codes(dry)) == (real.counts, codes(real))
    assert codes(real) == {("employees", 3): ("text.length",)}


def test_only_those_who_keep_the_data_may_import(units, tmp_path):
    with pytest.raises(Refused):
        Importer(units, TENANT, Actor("e1", {Role.EMPLOYEE}), dry_run=True).run(
            as_csv(tmp_path / "x", {"employees": PEOPLE})
        )


def test_progress_is_told_by_sheet(bring):
    told = []
    bring({"employees": [{"number": str(number), "name": "n"} for number in range(5)]}, chunk=2, progress=told.append)
    assert [(each.sheet, each.done, each.total) for each in told] == [
        ("employees", 2, 5),
        ("employees", 4, 5),
        ("employees", 5, 5),
    ]
