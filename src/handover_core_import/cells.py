"""From what a cell holds to the canonical value of its column, and back; nothing is guessed silently."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NoReturn
from zoneinfo import ZoneInfo

from attrs import define, field

from handover_core.texts import Lang
from handover_core_import import findings
from handover_core_import.findings import CellNote, Finding, RowProblem
from handover_core_import.lists import join_list, split_list
from handover_core_import.sheets.column import Cell, CellType, Column, Value, folded

YES = frozenset(map(folded, ("是", "yes", "y", "true", "1", "有", "对", "√", "✓")))
NO = frozenset(map(folded, ("否", "no", "n", "false", "0", "无", "没有", "×", "✗")))
PLACEHOLDERS = frozenset(
    {"n/a", "#n/a", "na", "null", "none", "nan", "-", "--", "/", "无", "#ref!", "#value!", "#name?", "#div/0!"}
)
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FLOATING = re.compile(r"\d+\.0+|\d\.\d+[eE]\+\d+")
_MOST_EXACT = 2**53


class BadCell(Exception):
    """A cell that cannot be read; becomes a problem of its row."""

    def __init__(self, finding: Finding, **params: object) -> None:
        super().__init__(finding.code)
        self.finding = finding
        self.params = params


@define
class CellReader:
    """Reads the cells of one row; collects what is to be said about them."""

    zone: ZoneInfo
    problems: list[RowProblem] = field(factory=list)
    notes: list[CellNote] = field(factory=list)

    def read(self, column: Column, head: str, cell: Cell) -> Value:
        """Return the canonical value; an unreadable cell becomes a problem and reads as empty."""
        if _blank(cell):
            if column.required:
                self.problems.append(RowProblem(findings.REQUIRED, head))
            return column.default
        try:
            return _READERS[column.type](self, column, head, cell)
        except BadCell as bad:
            self.problems.append(RowProblem(bad.finding, head, bad.params))
            return column.default

    def note(self, finding: Finding, head: str, **params: object) -> None:
        """Say something about a cell that does not stop it."""
        self.notes.append(CellNote(finding, head, params))

    def as_text(self, head: str, cell: Cell) -> str:
        """Return a cell as text; a number is read as its digits, and that is said."""
        if isinstance(cell, str):
            return cell
        if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
            return _bad(findings.NOT_TEXT, value=str(cell))
        read = str(int(cell)) if cell == int(cell) else str(cell)
        self.note(findings.NUMBER_AS_TEXT, head, value=cell, read=read)
        return read

    def trimmed(self, head: str, cell: Cell) -> str:
        """Return a cell as text without spaces around it."""
        text = self.as_text(head, cell)
        read = text.strip()
        if read != text:
            self.note(findings.TRIMMED, head, read=read)
        return read


def _blank(cell: Cell) -> bool:
    if isinstance(cell, float) and math.isnan(cell):
        return True
    return cell is None or cell == [] or (isinstance(cell, str) and not cell.strip())


def _bad(finding: Finding, **params: object) -> NoReturn:
    raise BadCell(finding, **params)


def _code(reader: CellReader, _: Column, head: str, cell: Cell) -> str:
    text = reader.trimmed(head, cell)
    if isinstance(cell, str) and _FLOATING.fullmatch(text):
        reader.note(findings.FLOAT_TEXT, head, value=text)
    return _placeholder(reader, head, text)


def _line(reader: CellReader, _: Column, head: str, cell: Cell) -> str:
    return _placeholder(reader, head, reader.trimmed(head, cell))


def _text(reader: CellReader, _: Column, head: str, cell: Cell) -> str:
    return _placeholder(reader, head, reader.as_text(head, cell))


def _placeholder(reader: CellReader, head: str, text: str) -> str:
    if text.strip().casefold() in PLACEHOLDERS:
        reader.note(findings.PLACEHOLDER, head, value=text)
    return text


def _integer(_: CellReader, __: Column, ___: str, cell: Cell) -> int:
    number = _number(cell, findings.NOT_INTEGER)
    if number != number.to_integral_value():
        _bad(findings.NOT_INTEGER, value=cell)
    return int(number)


def _decimal(_: CellReader, __: Column, ___: str, cell: Cell) -> Decimal:
    return _number(cell, findings.NOT_DECIMAL)


def _number(cell: Cell, finding: Finding) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        _bad(finding, value=str(cell))
    text = _digits(cell) if isinstance(cell, float) else str(cell)
    text = text.strip().replace(",", "").replace("，", "").lstrip("￥¥")
    percent = text[-1:] in ("%", "％")
    try:
        number = Decimal(text.rstrip("%％").strip())
    except InvalidOperation:
        _bad(finding, value=cell)
    if not number.is_finite():
        _bad(finding, value=cell)
    return number.scaleb(-2) if percent else number


def _date(reader: CellReader, _: Column, head: str, cell: Cell) -> date:
    read = _day(reader, head, cell)
    if read is None:
        _bad(findings.NOT_DATE, value=cell)
    if read.year < 1900:  # noqa: PLR2004 - where spreadsheets begin to count
        reader.note(findings.OLD_DATE, head, read=read)
    return read


def _day(reader: CellReader, head: str, cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        if cell.time() != time():
            reader.note(findings.TIME_DROPPED, head, value=cell)
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(reader, head, cell)
    return _written_day(reader, head, cell.strip()) if isinstance(cell, str) else None


def _written_day(reader: CellReader, head: str, text: str) -> date | None:
    found = _DAY.fullmatch(text) or _DIGITS.fullmatch(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _day(reader, head, instant)


def _serial(reader: CellReader, head: str, number: float) -> date | None:
    digits = _DIGITS.fullmatch(str(int(number))) if number == int(number) else None
    if digits and number > _LAST_SERIAL:
        read = _written_day(reader, head, str(int(number)))
    elif _FIRST_SERIAL <= number <= _LAST_SERIAL and number == int(number):
        read = _EPOCH + timedelta(days=int(number))
    else:
        return None
    reader.note(findings.SERIAL_DATE, head, value=int(number), read=read)
    return read


def _instant(reader: CellReader, _: Column, head: str, cell: Cell) -> datetime:
    read: datetime | None = None
    if isinstance(cell, datetime):
        read = cell
    elif isinstance(cell, str):
        try:
            read = datetime.fromisoformat(cell.strip().replace("/", "-"))
        except ValueError:
            read = None
    if read is None:
        _bad(findings.NOT_INSTANT, value=str(cell))
    if read.tzinfo is None:
        reader.note(findings.NO_ZONE, head, value=read, zone=reader.zone.key)
        read = read.replace(tzinfo=reader.zone)
    return read.astimezone(UTC)


def _boolean(_: CellReader, __: Column, ___: str, cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    word = folded(f"{cell:g}" if isinstance(cell, float) else str(cell))
    if word not in YES and word not in NO:
        _bad(findings.NOT_BOOLEAN, value=cell)
    return word in YES


def _word(reader: CellReader, column: Column, head: str, cell: Cell) -> str:
    return _found(column, reader.trimmed(head, cell))


def _found(column: Column, text: str) -> str:
    if column.words is None:
        raise TypeError(column.name)
    word = column.words.find(text)
    if word is None:
        _bad(findings.NOT_A_WORD, value=text, words=column.words.shown(Lang.EN) + column.words.shown(Lang.ZH))
    return word


def _list(reader: CellReader, _: Column, head: str, cell: Cell) -> tuple[str, ...]:
    if isinstance(cell, list):
        return tuple(reader.as_text(head, each) for each in cell)
    values = split_list(reader.as_text(head, cell))
    if values is None:
        _bad(findings.BAD_LIST, value=cell)
    return values


def _words(reader: CellReader, column: Column, head: str, cell: Cell) -> tuple[str, ...]:
    return tuple(_found(column, each) for each in _list(reader, column, head, cell))


_READERS: Mapping[CellType, Callable[[CellReader, Column, str, Cell], Value]] = {
    CellType.CODE: _code,
    CellType.LINE: _line,
    CellType.TEXT: _text,
    CellType.INTEGER: _integer,
    CellType.DECIMAL: _decimal,
    CellType.DATE: _date,
    CellType.INSTANT: _instant,
    CellType.BOOLEAN: _boolean,
    CellType.WORD: _word,
    CellType.WORDS: _words,
    CellType.LIST: _list,
    CellType.REFERENCE: _code,
}


def written(column: Column, value: Value, lang: Lang) -> Cell:
    """Return a canonical value as it is written into a cell; `CellReader.read` gives the same value back."""
    if value is None or value == ():
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if column.words is not None:
        return (
            join_list(column.words.show(each, lang) for each in value)
            if isinstance(value, tuple)
            else column.words.show(value, lang)
        )
    if isinstance(value, tuple):
        return join_list(value)
    return value  # type: ignore[no-any-return]


def as_text(cell: Cell, lang: Lang) -> str:
    """Return a cell as plain text, for CSV."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return ("是" if cell else "否") if lang is Lang.ZH else ("yes" if cell else "no")
    if isinstance(cell, list):
        return join_list(map(str, cell))
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def is_exact(number: Decimal) -> bool:
    """Tell whether a spreadsheet, which keeps binary floating point, gives this very number back, to the last zero."""
    return abs(number) < _MOST_EXACT and _digits(float(number)) == str(number)


def _digits(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)
