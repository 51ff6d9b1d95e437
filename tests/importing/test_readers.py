"""Reading files as real companies have them."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from handover_core.actor import SYSTEM
from handover_core.errors import InvalidInput
from handover_core_import import Importer
from handover_core_import.readers.heads import find_head
from importing.kit import TENANT, as_csv, state

EMPLOYEES = "工号,姓名,入职日期\n0001,张伟,2019/3/1\n0002,李娜,2020年1月5日\n"


def run(units, path: Path, **options):
    """Import a file and return the report."""
    return Importer(units, TENANT, SYSTEM, **options).run(path)


def people(units) -> set[tuple[str, str, date | None]]:
    """Return the employees that are stored."""
    return {(each.number, each.name, each.hired_on) for each in state(units)["employee"].values()}


EXPECTED = {("0001", "张伟", date(2019, 3, 1)), ("0002", "李娜", date(2020, 1, 5))}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_out(units, tmp_path, encoding):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "员工.csv").write_text(EMPLOYEES, encoding=encoding)
    assert run(units, tmp_path / "in").complete
    assert people(units) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(units, tmp_path, delimiter):
    (tmp_path / "员工.csv").write_text(EMPLOYEES.replace(",", delimiter), encoding="utf-8")
    run(units, tmp_path / "员工.csv")
    assert people(units) == EXPECTED


def test_bytes_that_are_no_text_are_refused(units, tmp_path):
    (tmp_path / "员工.csv").write_bytes(b"\xff\x00\x81\x20\xff")
    with pytest.raises(InvalidInput):
        run(units, tmp_path / "员工.csv")


class OldName(zipfile.ZipInfo):
    """A member whose name was written in GB18030, as old Chinese systems do."""

    def _encodeFilenameFlags(self):  # noqa: N802 - the standard library's name
        return f"folder/{self.filename}".encode("gb18030"), self.flag_bits


def test_a_zip_of_csv_with_chinese_names_from_an_old_system(units, tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(OldName("员工.csv"), EMPLOYEES.encode("gb18030"))
    assert run(units, tmp_path / "in.zip").complete
    assert people(units) == EXPECTED


def test_one_file_of_json_lines_that_name_their_sheet(units, tmp_path):
    rows = [
        {"sheet": "positions", "code": "P1", "title": "销售", "unit": "S"},
        {"sheet": "units", "code": "S", "name": "销售部"},
        {"sheet": "elsewhere", "x": 1},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = run(units, tmp_path / "in.jsonl")
    assert (report.counts["positions"].created, report.counts["units"].created) == (1, 1)
    assert report.ignored_sheets == ("elsewhere",)


def test_a_line_that_is_not_json_is_named(units, tmp_path):
    (tmp_path / "units.jsonl").write_text('{"code": "S", "name": "S"}\n{"code": ', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"units\.jsonl:2"):
        run(units, tmp_path / "units.jsonl")


def book(path: Path, name: str, *rows, merged=()) -> Path:
    """Write a workbook of one sheet."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, day)
                elif cell is not None:
                    sheet.write(place, column, cell)
        for first_row, first_column, last_row, last_column, cell in merged:
            sheet.merge_range(first_row, first_column, last_row, last_column, cell)
    return path


def test_titles_and_group_heads_are_passed_over_and_rows_keep_their_numbers(units, tmp_path):
    path = book(
        tmp_path / "in.xlsx", "花名册", ["2024年员工花名册"], [], ["基本信息", None, "任职信息"],
        ["工号", "姓名*", "入职日期（年月日）"], ["0001", "张伟", date(2019, 3, 1)], [], ["0002", None, "2020-01-05"],
    )  # fmt: skip
    report = run(units, path)
    assert people(units) == {("0001", "张伟", date(2019, 3, 1))}
    assert [(each.table, each.row) for each in report.rejects] == [("花名册", 7)]


def test_heads_of_two_rows_are_read_together(units, tmp_path):
    path = book(
        tmp_path / "in.xlsx", "员工", ["工号", "姓名", "雇佣"], [None, None, "入职日期"], ["0001", "张伟", "2019-03-01"],
    )  # fmt: skip
    run(units, path)
    assert people(units) == {("0001", "张伟", date(2019, 3, 1))}


def test_a_merged_cell_means_the_same_in_all_its_rows(units, tmp_path):
    path = book(
        tmp_path / "in.xlsx",
        "岗位",
        ["岗位编码", "岗位名称", "编制"],
        [None, "甲", 1],
        [None, "乙", 1],
        merged=[(1, 0, 2, 0, "P1")],
    )
    report = run(units, path)
    assert {each.problems[0].code for each in report.rejects} == {"row.twice"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "b"], [1, 2]], 1),
        ([["员工"], [], ["a", "b", "c"]], 3),
        ([["x", "y", "z", "a"], ["a", "b", "q"]], 2),
        ([["nothing"], ["known", "here"]], None),
    ],
)
def test_the_head_is_the_first_row_that_is_mostly_known(rows, expected):
    found = find_head(rows, {"a", "b", "c", "员工"}.__contains__)
    assert (found and found.rows) == expected


def test_a_sheet_without_column_names_is_named(units, tmp_path):
    path = book(tmp_path / "in.xlsx", "员工", ["一", "二"], ["0001", "张伟"])
    assert run(units, path).headless == ("员工",)


def test_unknown_columns_and_sheets_are_named(units, tmp_path):
    folder = as_csv(
        tmp_path / "in",
        {"员工": [{"工号": "1", "姓名": "张", "星座": "狮子"}], "星座表": [{"x": "1"}], "填写说明": [{"y": "2"}]},
    )
    report = run(units, folder)
    assert report.ignored_columns == {"员工": ("星座",)}
    assert report.ignored_sheets == ("星座表",)
    assert not report.complete


def test_a_file_that_is_no_workbook_is_refused(units, tmp_path):
    (tmp_path / "in.xlsx").write_text("no workbook")
    with pytest.raises(InvalidInput):
        run(units, tmp_path / "in.xlsx")


def test_a_path_that_does_not_exist_is_refused(units, tmp_path):
    with pytest.raises(InvalidInput):
        run(units, tmp_path / "nowhere")
