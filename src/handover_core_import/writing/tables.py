"""Where rows are written to: a workbook, a folder of CSV, or a folder of JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Protocol, Self

from handover_core.errors import InvalidInput, MissingExtra
from handover_core.texts import Lang
from handover_core_import.cells import as_text, is_exact
from handover_core_import.readers.text import guarded
from handover_core_import.sheets.column import Cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
FORBIDDEN = set("[]:*?/\\")
LONGEST_NAME = 31
_FIRST_DAY = date(1900, 3, 1)


class Format(StrEnum):
    """What can be written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSONL = "jsonl"


class Tables(Protocol):
    """Takes rows for several tables at once, in flat memory."""

    def open(self, table: str, heads: Sequence[str]) -> None:
        """Begin a table; nothing happens where it was begun before."""

    def write(self, table: str, cells: Mapping[str, Cell]) -> None:
        """Write a row below the others of its table."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_tables(path: Path, form: Format, lang: Lang) -> Tables:
    """Return a writer: of the file ``path`` for a workbook, of files in the folder ``path`` for the others."""
    if form is Format.XLSX:
        return WorkbookTables(path, lang)
    path.mkdir(parents=True, exist_ok=True)
    return CsvTables(path, lang) if form is Format.CSV else JsonTables(path, lang)


def format_of(path: Path) -> Format:
    """Return what a path asks for: a workbook by its ending, else a folder of CSV."""
    return Format.XLSX if path.suffix.lower() == ".xlsx" else Format.CSV


class _Files:
    """One text file for each table."""

    ending = ""

    def __init__(self, folder: Path, lang: Lang) -> None:
        self._folder = folder
        self._lang = lang
        self._streams: dict[str, IO[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._streams.values():
            stream.close()

    def _stream(self, table: str, encoding: str) -> IO[str]:
        stream = (self._folder / f"{table}{self.ending}").open("w", encoding=encoding, newline="")
        self._streams[table] = stream
        return stream


class CsvTables(_Files):
    """CSV as spreadsheets open it: UTF-8 with a mark, commas, and no text that would run as a formula."""

    ending = ".csv"

    def __init__(self, folder: Path, lang: Lang) -> None:
        super().__init__(folder, lang)
        self._writers: dict[str, tuple[Any, tuple[str, ...]]] = {}

    def open(self, table: str, heads: Sequence[str]) -> None:
        """See `Tables.open`."""
        if table not in self._writers:
            writer = csv.writer(self._stream(table, "utf-8-sig"))
            writer.writerow(map(guarded, heads))
            self._writers[table] = writer, tuple(heads)

    def write(self, table: str, cells: Mapping[str, Cell]) -> None:
        """See `Tables.write`."""
        writer, heads = self._writers[table]
        writer.writerow(guarded(as_text(cells.get(head), self._lang)) for head in heads)


class JsonTables(_Files):
    """One JSON object for each row; dates and decimal numbers are text."""

    ending = ".jsonl"

    def open(self, table: str, heads: Sequence[str]) -> None:  # noqa: ARG002 - every row names its own columns
        """See `Tables.open`."""
        if table not in self._streams:
            self._stream(table, "utf-8")

    def write(self, table: str, cells: Mapping[str, Cell]) -> None:
        """See `Tables.write`."""
        row = {head: _json(cell) for head, cell in cells.items() if cell is not None}
        self._streams[table].write(json.dumps(row, ensure_ascii=False) + "\n")


def _json(cell: Cell) -> object:
    return cell.isoformat() if isinstance(cell, date) else str(cell) if isinstance(cell, Decimal) else cell


class WorkbookTables:
    """A workbook, written row by row."""

    def __init__(self, path: Path, lang: Lang) -> None:
        try:
            from xlsxwriter import Workbook
        except ImportError as error:
            raise MissingExtra("Writing workbooks", "excel") from error
        # Asked for now: xlsxwriter would find out only at the end, and leave its temporary files open.
        path.open("ab").close()
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book: Workbook = Workbook(str(path), options)
        self._lang = lang
        self._sheets: dict[str, tuple[Worksheet, tuple[str, ...]]] = {}
        self._rows: dict[str, int] = {}
        self._head = self.book.add_format({"bold": True, "bg_color": "#E8EEF7", "bottom": 1})
        self._day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self._text = self.book.add_format({"num_format": "@"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._sheets:
            self.book.add_worksheet()
        self.book.close()

    def open(self, table: str, heads: Sequence[str]) -> None:
        """See `Tables.open`."""
        if table in self._sheets:
            return
        sheet = self.book.add_worksheet(table)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(heads) - 1), 16, self._text)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._head)
        self._sheets[table] = sheet, tuple(heads)
        self._rows[table] = 0

    def write(self, table: str, cells: Mapping[str, Cell]) -> None:
        """See `Tables.write`; raises `InvalidInput` for what a workbook cannot hold."""
        sheet, heads = self._sheets[table]
        row = self._rows[table] = self._rows[table] + 1
        if row >= MOST_ROWS:
            raise _too_much(table, "more rows than a workbook holds", "行数超出工作簿上限")
        for column, head in enumerate(heads):
            self._cell(sheet, table, row, column, cells.get(head))

    def _cell(self, sheet: Worksheet, table: str, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, date) and not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            sheet.write_datetime(row, column, cell, self._day)
        elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) and is_exact(Decimal(str(cell))):
            sheet.write_number(row, column, float(cell))
        else:
            text = as_text(cell, self._lang)
            if len(text) > MOST_CHARACTERS:
                raise _too_much(table, "a text longer than a cell holds", "文本长度超出单元格上限")
            sheet.write_string(row, column, text, self._text)


def _too_much(table: str, en: str, zh: str) -> InvalidInput:
    return InvalidInput.at(
        table, "export.too_much", f"{en}; write CSV or JSON Lines", f"{zh}，请改用 CSV 或 JSON Lines"
    )
