"""Rows that point to other rows, to what is stored, to nothing, or in a circle; and rows that are wrong by themselves."""

from __future__ import annotations

from handover_core.texts import Lang
from importing.kit import PEOPLE, codes, employees, state

# References


def test_references_may_point_forward_within_a_sheet_and_between_sheets(bring, units):
    """Also round in a circle: the head of a unit belongs to it."""
    report = bring(
        {
            "任职": [{"工号": "0001", "岗位": "P2", "生效日期": "2020-01-01"}],
            "岗位": [
                {"岗位编码": "P2", "岗位名称": "客户经理", "汇报对象": "P1", "所属部门": "S2"},
                {"岗位编码": "P1", "岗位名称": "总监", "汇报对象": "", "所属部门": "S"},
            ],
            "员工": [{"工号": "0001", "姓名": "张伟", "部门": "S2"}],
            "部门": [
                {"部门编码": "S2", "部门名称": "销售二部", "上级部门": "S", "负责人": "0001"},
                {"部门编码": "S", "部门名称": "销售部", "上级部门": "", "负责人": "0001"},
            ],
        },
        chunk=1,
    )
    assert report.complete
    person = employees(units)["0001"]
    assert {each.head_id for each in state(units)["org_unit"].values()} == {person.id}


def test_a_reference_may_point_to_what_is_stored_already(bring, units):
    bring({"employees": PEOPLE})
    report = bring(
        {"records": [{"external_id": "T1", "kind": "task", "title": "t", "owner": "0001", "opened_on": "2024-01-05"}]}
    )
    assert report.complete
    assert [each.owner_id for each in state(units)["work_record"].values()] == [employees(units)["0001"].id]


def test_a_row_that_points_nowhere_is_rejected_with_a_hint(bring):
    report = bring(
        {
            "employees": PEOPLE,
            "records": [{"external_id": "T", "kind": "task", "title": "t", "owner": "1", "opened_on": "2024-01-05"}],
        }
    )
    assert codes(report) == {("records", 2): ("reference.unknown",)}
    assert "0001" in report.rejects[0].cure(Lang.EN)
    assert "没有员工 '1'" in report.rejects[0].reason(Lang.ZH)


def test_a_name_in_place_of_a_number_is_not_guessed_but_the_number_is_said(bring):
    report = bring({"employees": PEOPLE, "units": [{"code": "S", "name": "S", "head": "张伟"}]})
    assert "0001" in report.rejects[0].cure()
    assert report.rejects[0].partly


def test_rows_that_depend_on_a_rejected_row_are_rejected_and_name_it(bring, units):
    report = bring(
        {
            "positions": [
                {"code": "P1", "title": "a", "headcount": "many"},
                {"code": "P2", "title": "b", "reports_to": "P1"},
            ],
            "duties": [{"position": "P2", "title": "d"}],
            "employees": PEOPLE,
            "assignments": [{"employee": "0001", "position": "P2", "effective_from": "2020-01-01"}],
        }
    )
    assert codes(report) == {
        ("positions", 2): ("cell.integer",), ("positions", 3): ("row.depends",), ("duties", 2): ("row.depends",),
        ("assignments", 2): ("row.depends",),
    }  # fmt: skip
    assert "positions:2" in report.rejects[-1].reason()
    assert not state(units)["position"]


def test_lines_that_run_in_a_circle_are_rejected_and_named(bring, units):
    report = bring(
        {
            "positions": [
                {"code": "A", "title": "a", "reports_to": "B"},
                {"code": "B", "title": "b", "reports_to": "C"},
                {"code": "C", "title": "c", "reports_to": "A"},
                {"code": "D", "title": "d", "reports_to": "A"},
                {"code": "E", "title": "e"},
            ]
        }
    )
    assert {code for each in report.rejects for code in codes(report)[each.table, each.row]} == {
        "organization.cycle",
        "row.depends",
    }
    assert "A, B, C, A" in report.rejects[0].reason()
    assert [each.code for each in state(units)["position"].values()] == ["E"]


def test_a_circle_closed_over_what_is_stored_is_rejected_too(bring):
    bring(
        {"positions": [{"code": "A", "title": "a", "reports_to": ""}, {"code": "B", "title": "b", "reports_to": "A"}]}
    )
    report = bring({"positions": [{"code": "A", "title": "a", "reports_to": "B"}]})
    assert codes(report) == {("positions", 2): ("organization.cycle",)}


def test_a_report_line_may_be_turned_round(bring, units):
    bring(
        {"positions": [{"code": "A", "title": "a", "reports_to": ""}, {"code": "B", "title": "b", "reports_to": "A"}]}
    )
    report = bring(
        {"positions": [{"code": "A", "title": "a", "reports_to": "B"}, {"code": "B", "title": "b", "reports_to": ""}]}
    )
    assert report.complete
    boss = {each.code: each.latest.reports_to_id for each in state(units)["position"].values()}
    assert (boss["A"] is None, boss["B"] is None) == (False, True)


# Rows that are wrong


def test_the_same_key_twice_rejects_both_rows_and_names_them(bring, units):
    report = bring({"employees": [*PEOPLE, {"number": "0001", "name": "又一个"}]})
    assert codes(report) == {("employees", 2): ("row.twice",), ("employees", 4): ("row.twice",)}
    assert "employees:2, employees:4" in report.rejects[0].reason()
    assert set(employees(units)) == {"0002"}


def test_the_same_external_id_for_two_numbers_rejects_both(bring, units):
    report = bring({"employees": [{**PEOPLE[0], "external_id": "X"}, {**PEOPLE[1], "external_id": "X"}]})
    assert set(codes(report).values()) == {("row.twice",)}
    assert not employees(units)


def test_a_bad_row_does_not_take_its_chunk_with_it(bring, units):
    """The store refuses what is too long; only that row is out."""
    rows = [{"number": f"{number:04}", "name": "n" * (300 if number == 5 else 3)} for number in range(1, 11)]
    report = bring({"employees": rows})
    assert codes(report) == {("employees", 6): ("text.length",)}
    assert report.rejects[0].problems[0].column == "name"
    assert len(employees(units)) == 9


def test_an_end_before_its_beginning_is_rejected(bring):
    rows = [{"employee": "0001", "kind": "task", "effective_from": "2024-01-05", "effective_to": "2024-01-04"}]
    assert codes(bring({"employees": PEOPLE, "contracts": rows})) == {("contracts", 2): ("range.backwards",)}


def test_overlapping_assignments_are_rejected_all_of_them(bring, units):
    row = {"employee": "0001", "position": "P", "capacity": "A角"}
    report = bring(
        {
            "employees": PEOPLE,
            "positions": [{"code": "P", "title": "p"}],
            "assignments": [
                {**row, "effective_from": "2020-01-01", "effective_to": "2021-01-01"},
                {**row, "effective_from": "2020-06-01", "effective_to": ""},
                {**row, "effective_from": "2019-01-01", "effective_to": "2020-01-01"},
                {**row, "effective_from": "2020-06-01", "effective_to": "", "capacity": "B角"},
            ],
        },
        chunk=1,
    )
    rule = ("organization.assignment.overlap",)
    assert codes(report) == {("assignments", 2): rule, ("assignments", 3): rule}
    assert len(state(units)["assignment"]) == 2


def test_an_assignment_that_overlaps_with_a_stored_one_is_rejected(bring):
    row = {"employee": "0001", "position": "P", "effective_to": ""}
    bring(
        {
            "employees": PEOPLE,
            "positions": [{"code": "P", "title": "p"}],
            "assignments": [{**row, "effective_from": "2020-01-01"}],
        }
    )
    report = bring({"assignments": [{**row, "effective_from": "2021-01-01"}]})
    assert codes(report) == {("assignments", 2): ("organization.assignment.overlap",)}


def test_an_open_record_with_a_closing_day_is_rejected(bring):
    row = {
        "external_id": "T",
        "kind": "task",
        "title": "t",
        "owner": "0001",
        "opened_on": "2024-01-05",
        "closed_on": "2024-01-06",
    }
    report = bring({"employees": PEOPLE, "records": [row, {**row, "external_id": "U", "status": "已完成"}]})
    assert codes(report) == {("records", 2): ("record.closed_open",)}


def test_a_row_without_its_key_is_rejected(bring):
    assert codes(bring({"employees": [{"number": "", "name": "x"}]})) == {("employees", 2): ("cell.required",)}


def test_child_rows_come_in_alone_and_one_bad_one_keeps_only_itself_out(bring, units):
    bring({"positions": [{"code": "P", "title": "p"}], "duties": [{"position": "P", "title": "one"}]})
    report = bring(
        {
            "duties": [
                {"position": "P", "title": "two", "criticality": "关键"},
                {"position": "P", "title": "x", "criticality": "?"},
            ]
        }
    )
    assert codes(report) == {("duties", 3): ("cell.word",)}
    (position,) = state(units)["position"].values()
    assert [each.title for each in position.latest.duties] == ["one", "two"]


def test_child_rows_of_nobody_are_rejected(bring):
    assert codes(bring({"duties": [{"position": "P", "title": "x"}]})) == {("duties", 2): ("row.no_parent",)}
