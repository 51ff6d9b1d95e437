"""Files that come back to people: rejects, templates, mappings, exports."""

from __future__ import annotations

import csv
import json
import sys

import pytest
import xlsxwriter

from handover_core.actor import SYSTEM, Actor, Role
from handover_core.errors import InvalidInput, MissingExtra, Refused
from handover_core.texts import Lang
from handover_core_import import Importer, export, guess_mapping, load_mapping, write_rejects, write_templates
from handover_core_import.sheets import SHEETS
from importing.kit import TENANT, as_csv, state


def table(path):
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def imported(units, path, **options):
    """Import a file."""
    return Importer(units, TENANT, SYSTEM, **options).run(path)


@pytest.mark.parametrize("lang", Lang)
def test_rejects_are_corrected_and_come_in_from_their_own_file(units, tmp_path, lang):
    """The original columns stay as they were, unknown ones too."""
    sheets = {
        "员工": [{"工号": "0001", "姓名": "甲", "入职日期": "soon", "星座": "=1"}, {"工号": "0002", "姓名": "乙"}]
    }
    report = imported(units, as_csv(tmp_path / "in", sheets))
    assert write_rejects(report, tmp_path / "rejects", lang) == ("员工",)
    (row,) = table(tmp_path / "rejects" / "员工.csv")
    reason, cure = ("reason", "cure") if lang is Lang.EN else ("退回原因", "处理办法")
    assert {head: row[head] for head in ("工号", "姓名", "入职日期", "星座")} == {
        "工号": "0001",
        "姓名": "甲",
        "入职日期": "soon",
        "星座": "'=1",
    }
    assert "soon" in row[reason]
    assert row[cure]
    again = tmp_path / "rejects" / "员工.csv"
    again.write_text(again.read_text(encoding="utf-8-sig").replace("soon", "2020-01-05"), encoding="utf-8")
    second = imported(units, tmp_path / "rejects")
    assert (second.rejects, second.ignored_columns) == ([], {"员工": ("星座",)})
    assert len(state(units)["employee"]) == 2


def test_rejects_of_a_workbook_come_back_as_a_workbook(units, tmp_path):
    """Numbers stay numbers, so that what was wrong is still wrong, and what was right still right."""
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("员工")
        sheet.write_row(0, 0, ["工号", "姓名", "入职日期", "所属部门"])
        sheet.write_row(1, 0, [7, "甲", 45292, "nowhere"])
    report = imported(units, path)
    write_rejects(report, tmp_path / "rejects.xlsx", Lang.ZH)
    second = imported(units, tmp_path / "rejects.xlsx")
    assert [(each.row, each.cells["入职日期"]) for each in second.rejects] == [(2, 45292.0)]
    assert second.ignored_columns == {}


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_templates_hold_every_sheet_and_are_empty(units, tmp_path, lang, form):
    files = write_templates(tmp_path / "t", lang, form)
    report = imported(units, files[0] if form == "xlsx" else tmp_path / "t")
    assert (report.complete, report.counts) == (True, {})
    drafted = guess_mapping(files[0] if form == "xlsx" else tmp_path / "t")
    assert set(drafted) == {sheet.name for sheet in SHEETS}
    assert not any(entry["ignore"] for entry in drafted.values())


def test_the_instructions_explain_every_column(tmp_path):
    write_templates(tmp_path, Lang.ZH, "csv")
    rows = table(tmp_path / "填写说明.csv")
    explained = {(row["表"], row["列"]) for row in rows}
    assert {(sheet.label, column.label) for sheet in SHEETS for column in sheet.columns} <= explained
    assert "在职" in next(row["可选值"] for row in rows if (row["表"], row["列"]) == ("员工", "状态"))


def test_a_mapping_is_drafted_for_names_that_are_not_ours(tmp_path):
    """Only likeness is used, and what is like nothing is left to the reader."""
    folder = as_csv(
        tmp_path / "in",
        {"staff list": [{"employee no": "0001", "full name": "甲", "hired": "2020-01-05", "zodiac": "x"}]},
    )
    drafted = guess_mapping(folder)
    (entry,) = drafted.values()
    assert entry["name"] == "staff list"
    assert "zodiac" in entry["ignore"]


def test_a_filled_template_is_imported_by_its_folder(units, tmp_path):
    write_templates(tmp_path / "t", Lang.EN)
    assert imported(units, tmp_path / "t").complete


@pytest.mark.parametrize("form", ["json", "toml", "loaded", "plain"])
def test_a_mapping_file_names_their_sheets_and_columns(units, tmp_path, form):
    mapping = {"employees": {"name": "名单", "columns": {"ID": "number", "Wer": "name"}, "ignore": ["邮箱"]}}
    if form != "toml":
        (tmp_path / "m.json").write_text(json.dumps(mapping), encoding="utf-8")
    else:
        text = '[employees]\nname = "名单"\nignore = ["邮箱"]\n[employees.columns]\nID = "number"\nWer = "name"\n'
        (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    folder = as_csv(tmp_path / "in", {"名单": [{"ID": "0001", "Wer": "甲", "邮箱": "a@b"}]})
    given = {"loaded": lambda: load_mapping(tmp_path / "m.json"), "plain": lambda: mapping}
    report = imported(units, folder, mapping=given.get(form, lambda: tmp_path / f"m.{form}")())
    assert report.ignored_columns == {"名单": ("邮箱",)}
    assert [(each.number, each.email) for each in state(units)["employee"].values()] == [("0001", None)]


@pytest.mark.parametrize("data", [{"nowhere": {}}, {"employees": {"columns": {"x": "nothing"}}}])
def test_a_mapping_to_what_does_not_exist_is_refused(tmp_path, data):
    (tmp_path / "m.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InvalidInput):
        load_mapping(tmp_path / "m.json")


def test_an_export_is_for_those_who_may_read_everything(units, tmp_path):
    with pytest.raises(Refused):
        export(units, TENANT, Actor("e1", {Role.EMPLOYEE}), tmp_path / "out")


def test_a_text_that_no_cell_holds_is_refused_and_said(units, tmp_path):
    row = {
        "external_id": "R",
        "kind": "task",
        "title": "t",
        "owner": "1",
        "opened_on": "2024-01-05",
        "body": "x" * 40_000,
    }
    imported(units, as_csv(tmp_path / "in", {"employees": [{"number": "1", "name": "n"}], "records": [row]}))
    with pytest.raises(InvalidInput, match="CSV"):
        export(units, TENANT, SYSTEM, tmp_path / "out.xlsx")
    assert export(units, TENANT, SYSTEM, tmp_path / "out", form="csv").rows["records"] == 1


def test_another_company_is_never_seen(units, tmp_path):
    imported(units, as_csv(tmp_path / "in", {"employees": [{"number": "1", "name": "n"}]}))
    assert export(units, "other", SYSTEM, tmp_path / "out", form="jsonl").rows == {}
    report = Importer(units, "other", SYSTEM).run(
        as_csv(tmp_path / "in2", {"units": [{"code": "S", "name": "S", "head": "1"}]})
    )
    assert [each.problems[0].code for each in report.rejects] == ["reference.left_out"]


@pytest.mark.parametrize(("package", "what"), [("python_calamine", "read"), ("xlsxwriter", "write")])
def test_workbooks_without_their_packages_say_what_to_install(units, tmp_path, monkeypatch, package, what):
    (tmp_path / "in.xlsx").write_bytes(b"")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=r"handover-core\[excel\]"):
        imported(units, tmp_path / "in.xlsx") if what == "read" else export(
            units, TENANT, SYSTEM, tmp_path / "out.xlsx"
        )
