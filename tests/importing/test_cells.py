"""What cells are read as, and what is said about them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.texts import Lang
from handover_core_import.cells import CellReader, as_text, written
from handover_core_import.sheets import BY_NAME, SHEETS, CellType

EMPLOYEES = BY_NAME["employees"].by_name


def read(sheet: str, column: str, cell):
    """Return what a cell is read as, and the codes of what is said about it."""
    reader = CellReader(ZoneInfo("Asia/Shanghai"))
    value = reader.read(BY_NAME[sheet].by_name[column], "head", cell)
    return value, [each.finding.code for each in (*reader.problems, *reader.notes)]


@pytest.mark.parametrize(
    "cell",
    ["2024-01-05", "2024/1/5", "2024.1.5", "2024年1月5日", "20240105", date(2024, 1, 5), datetime(2024, 1, 5)],  # noqa: DTZ001
)
def test_dates_are_read_as_people_write_them(cell):
    assert read("employees", "hired_on", cell) == (date(2024, 1, 5), [])


def test_a_serial_number_is_a_date_only_where_the_cell_is_a_number_and_that_is_said():
    assert read("employees", "hired_on", 45292.0) == (date(2024, 1, 1), ["cell.serial_date"])
    assert read("employees", "hired_on", "45292") == (None, ["cell.date"])


@pytest.mark.parametrize("cell", ["1/5/2024", "05.01.2024", "2024-13-01", "next week", True, 12.5, -3.0])
def test_what_may_mean_several_days_or_none_is_no_date(cell):
    assert read("employees", "hired_on", cell) == (None, ["cell.date"])


def test_a_day_before_1900_is_reported():
    assert read("employees", "hired_on", "1024-01-05")[1] == ["cell.old_date"]


def test_a_time_of_day_in_a_date_is_reported():
    assert read("employees", "hired_on", "2024-01-05 10:30") == (date(2024, 1, 5), ["cell.time_dropped"])


@pytest.mark.parametrize("cell", [7.0, 7])
def test_a_number_in_a_code_may_have_lost_its_zeros(cell):
    assert read("employees", "number", cell) == ("7", ["cell.number_as_text"])


def test_a_code_with_a_point_is_reported():
    assert read("employees", "number", "7.0") == ("7.0", ["cell.float_text"])


def test_leading_zeros_stay():
    assert read("employees", "number", "0007") == ("0007", [])


def test_spaces_around_a_code_go_and_that_is_said():
    assert read("employees", "number", " 0007 ") == ("0007", ["cell.trimmed"])


def test_a_long_text_stays_as_it_is():
    assert read("records", "body", "  a\n b ") == ("  a\n b ", [])


@pytest.mark.parametrize(("sheet", "column"), [("employees", "email"), ("employees", "name")])
def test_a_placeholder_is_kept_and_reported(sheet, column):
    assert read(sheet, column, "N/A") == ("N/A", ["cell.placeholder"])


@pytest.mark.parametrize("cell", ["在职", "active", "ACTIVE", " 在 职 ", "在岗"])
def test_words_are_known_in_both_languages(cell):
    assert read("employees", "status", cell)[0] == "active"


def test_a_word_that_is_not_in_the_set_is_a_problem():
    assert read("employees", "status", "sleeping") == ("active", ["cell.word"])


def test_an_open_set_takes_any_word():
    assert read("records", "kind", "巡检") == ("巡检", [])
    assert read("records", "kind", "任务") == ("task", [])


@pytest.mark.parametrize(
    ("cell", "expected"), [("是", True), ("否", False), ("Yes", True), (0, False), (1.0, True), ("✓", True)]
)
def test_yes_and_no(cell, expected):
    assert read("authorities", "delegable", cell) == (expected, [])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("30%", Decimal("0.30")), ("1,000.50", Decimal("1000.50")), (0.1, Decimal("0.1")), ("￥50", Decimal(50))],
)
def test_numbers(cell, expected):
    assert read("duties", "share", cell) == (expected, [])


@pytest.mark.parametrize("cell", ["many", "NaN", "Infinity", True])
def test_what_is_no_number(cell):
    assert read("duties", "share", cell)[1] == ["cell.decimal"]


def test_a_fraction_is_no_whole_number():
    assert read("positions", "headcount", 1.5)[1] == ["cell.integer"]


def test_an_instant_without_a_zone_is_the_companys_and_that_is_said():
    expected = datetime(2024, 1, 5, 2, tzinfo=UTC)
    assert read("run_steps", "at", "2024-01-05 10:00") == (expected, ["cell.no_zone"])
    assert read("run_steps", "at", "2024-01-05T02:00:00Z") == (expected, [])


@pytest.mark.parametrize("cell", ["", "  ", None, float("nan"), []])
def test_an_empty_cell_means_the_default(cell):
    assert read("positions", "headcount", cell) == (1, [])


_ANY = {
    CellType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    CellType.DECIMAL: st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
    ),
    CellType.DATE: st.dates(),
    CellType.INSTANT: st.datetimes(timezones=st.just(UTC)),
    CellType.BOOLEAN: st.booleans(),
    CellType.LIST: st.lists(st.text(max_size=5), min_size=1, max_size=3).map(tuple),
    CellType.TEXT: st.text(min_size=1).filter(str.strip),
    CellType.LINE: st.text(min_size=1).map(str.strip).filter(bool),
}
COLUMNS = [column for sheet in SHEETS for column in sheet.columns]


@given(st.data())
def test_what_is_written_is_read_again(data):
    """Of every column of every sheet, in both languages, as text."""
    column = data.draw(st.sampled_from(COLUMNS))
    lang = data.draw(st.sampled_from(Lang))
    if column.words is not None:
        one = st.sampled_from(list(column.words.labels))
        value = data.draw(st.lists(one, min_size=1, unique=True).map(tuple) if column.type is CellType.WORDS else one)
    else:
        value = data.draw(_ANY.get(column.type, _ANY[CellType.LINE]))
    cell = as_text(written(column, value, lang), lang)
    reader = CellReader(ZoneInfo("UTC"))
    assert (reader.read(column, "head", cell), reader.problems) == (value, [])
