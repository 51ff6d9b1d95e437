"""Workbooks (.xlsx, .xls, .ods) through python-calamine, which holds one sheet at a time in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handover_core.errors import InvalidInput, MissingExtra
from handover_core_import.readers.source import RawRow, Recogniser, first_rows, tabular
from handover_core_import.sheets.column import Cell

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Fills = dict[int, list[int]]
"""By row, the columns in which a merged range reaches down to it."""


class Workbook:
    """A workbook; hidden sheets are read like the others."""

    def __init__(self, path: Path) -> None:
        try:
            from python_calamine import CalamineError, CalamineWorkbook
        except ImportError as error:
            raise MissingExtra("Reading workbooks", "excel") from error
        try:
            self._book = CalamineWorkbook.from_path(str(path))
        except (CalamineError, OSError, ValueError) as error:
            raise InvalidInput.at(
                path.name, "file.workbook", "is not a workbook that can be read ({reason})", "不是可读取的工作簿（{reason}）",
                reason=str(error),
            ) from error  # fmt: skip

    def tables(self) -> list[str]:
        """See `Source.tables`."""
        return list(self._book.sheet_names)

    def heads(self, table: str) -> list[list[Cell]]:
        """See `Source.heads`."""
        return first_rows(_rows(self._book.get_sheet_by_name(table)))

    def rows(self, recognise: Recogniser) -> Iterator[RawRow]:
        """See `Source.rows`."""
        for table in self.tables():
            if (known := recognise(table)) is not None:
                yield from tabular(table, _rows(self._book.get_sheet_by_name(table)), known)


def _rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    if sheet.start is None:
        return
    fills = _fills(sheet)
    above: list[Cell] = []
    for number, row in enumerate(sheet.iter_rows()):
        cells = [_cell(cell) for cell in row]
        for column in fills.get(number, ()):
            cells[column] = above[column]
        above = cells
        yield cells


def _fills(sheet: CalamineSheet) -> Fills:
    """Return where merged cells go on: such a cell means the same in all its rows."""
    fills: Fills = {}
    for (top, left), (bottom, _) in getattr(sheet, "merged_cell_ranges", None) or ():
        for row in range(top + 1, bottom + 1):
            fills.setdefault(row, []).append(left)
    return fills


def _cell(cell: Any) -> Cell:
    if cell is None or cell == "" or isinstance(cell, str | bool | int | float | date):
        return cell  # type: ignore[no-any-return]
    return str(cell)
