# ruff: noqa: E501 - texts of one line each
"""Empty sheets to fill in, with a page that explains them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handover_core.texts import Lang, Text
from handover_core_import.mapping import INSTRUCTIONS
from handover_core_import.sheets import SHEETS
from handover_core_import.sheets.column import TYPE_LABELS, CellType, Column, Sheet
from handover_core_import.writing.tables import Format, WorkbookTables, open_tables

BOOK = Text("handover-template.xlsx", "交接数据模板.xlsx")
MOST_VALIDATED = 255
"""How many characters a workbook allows for the words of a choice."""
_CHECKED_ROWS = 5000

HEADS = (
    Text("sheet", "表"), Text("column", "列"), Text("required", "必填"), Text("holds", "内容"), Text("meaning", "含义"),
    Text("words", "可选值"), Text("example", "示例"),
)  # fmt: skip
_YES = Text("yes", "是")
_ADVICE = (
    Text("Fill in what you have; sheets and columns that you do not need may stay empty or be deleted.", "有什么填什么；不需要的表和列可以留空或删除。"),
    Text("The order of sheets, columns and rows does not matter; rows may point to later ones.", "表、列、行的顺序不限，可以引用后面的行。"),
    Text("Codes and numbers are text: 0007 is not 7.", "编码和工号是文本：0007 不等于 7。"),
    Text("Dates: 2024-01-05, 2024/1/5 or 2024年1月5日.", "日期：2024-01-05、2024/1/5 或 2024年1月5日。"),
    Text("effective_to and left_on name the first day on which something no longer holds.", "失效日期、离职日期是不再有效的第一天。"),
    Text(
        'Several values in one cell are separated by ; or ； or 、 and stand in "…" where they hold one of these.',
        '一个单元格内的多个值用 ; 或 ； 或 、 分隔；值本身含分隔符时用 "…" 括起。',
    ),
    Text("An empty cell in a column that is there means: nothing. A column that is not there leaves what is stored.", "列存在而单元格为空表示“无”；列不存在则保留已存内容。"),
)  # fmt: skip


def write_templates(folder: str | Path, lang: Lang = Lang.EN, form: Format | str = Format.XLSX) -> tuple[Path, ...]:
    """Write empty sheets and their explanation into ``folder``; return the files.

    A workbook has a page of instructions, choices for closed words and text cells for codes; CSV is one file for each
    sheet and one with the instructions.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if Format(form) is Format.XLSX:
        path = folder / BOOK.say(lang)
        with WorkbookTables(path, lang) as tables:
            _write_pages(tables, lang)
            _add_choices(tables, lang)
        return (path,)
    with open_tables(folder, Format.CSV, lang) as files:
        _write_pages(files, lang)
    return tuple(sorted(folder.glob("*.csv")))


def _write_pages(tables: Any, lang: Lang) -> None:
    page = INSTRUCTIONS.say(lang)
    heads = [head.say(lang) for head in HEADS]
    tables.open(page, heads)
    for advice in _ADVICE:
        tables.write(page, {heads[4]: advice.say(lang)})
    for row in _explained(lang):
        tables.write(page, dict(zip(heads, row, strict=True)))
    for sheet in SHEETS:
        tables.open(sheet.title(lang), [column.heading(lang) for column in sheet.columns])


def _explained(lang: Lang) -> Iterator[tuple[str, ...]]:
    for sheet in SHEETS:
        yield (sheet.title(lang), "", "", "", sheet.help.say(lang), "", "")
        for column in sheet.columns:
            yield (
                sheet.title(lang), column.heading(lang), _YES.say(lang) if column.required else "",
                TYPE_LABELS[column.type].say(lang), column.help.say(lang), "；".join(_words(column, lang)), column.example,
            )  # fmt: skip


def _words(column: Column, lang: Lang) -> tuple[str, ...]:
    if column.type is CellType.BOOLEAN:
        return ("是", "否") if lang is Lang.ZH else ("yes", "no")
    return tuple(column.words.show(word, lang) for word in column.words.labels) if column.words else ()


def _add_choices(tables: WorkbookTables, lang: Lang) -> None:
    for sheet in SHEETS:
        worksheet = tables.book.get_worksheet_by_name(sheet.title(lang))
        if worksheet is None:
            raise KeyError(sheet.name)
        for place, column in enumerate(sheet.columns):
            _explain_head(worksheet, sheet, place, lang)
            words = list(_words(column, lang))
            if words and column.type is not CellType.WORDS and len(",".join(words)) <= MOST_VALIDATED:
                closed = column.words is None or not column.words.open
                worksheet.data_validation(
                    1, place, _CHECKED_ROWS, place,
                    {"validate": "list", "source": words, "error_type": "stop" if closed else "information"},
                )  # fmt: skip


def _explain_head(worksheet: Any, sheet: Sheet, place: int, lang: Lang) -> None:
    column = sheet.columns[place]
    said = column.help.say(lang)
    worksheet.data_validation(
        0, place, 0, place, {"validate": "any", "input_title": column.heading(lang)[:32], "input_message": said[:255]}
    )
