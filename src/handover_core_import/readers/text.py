"""CSV and JSON Lines, in a folder, in a zip archive, or as a single file."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from handover_core.errors import InvalidInput
from handover_core_import.readers.heads import Known, find_head
from handover_core_import.readers.source import RawRow, Recogniser, first_rows, tabular
from handover_core_import.sheets.column import Cell

DELIMITERS = ",;\t"
SHEET = "sheet"
"""The key that names the sheet where one JSON Lines file holds several."""

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_BLOCK = 1 << 20
_CSV, _JSONL = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson")


class Shelf(Protocol):
    """Where text files stand."""

    def names(self) -> list[str]:
        """Return the names of the files."""

    def open(self, name: str) -> IO[bytes]:
        """Open one of them."""


class Folder:
    """A folder, or a single file in it."""

    def __init__(self, path: Path) -> None:
        self._single = path.name if path.is_file() else None
        self._path = path.parent if self._single else path

    def names(self) -> list[str]:
        """See `Shelf.names`."""
        if self._single:
            return [self._single]
        return sorted(each.name for each in self._path.iterdir() if each.is_file())

    def open(self, name: str) -> IO[bytes]:
        """See `Shelf.open`."""
        return (self._path / name).open("rb")


class Archive:
    """A zip archive; names that an old Chinese system wrote are read as such."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        members = (each for each in self._zip.infolist() if not each.is_dir())
        self._members = {_member_name(each): each for each in members}

    def names(self) -> list[str]:
        """See `Shelf.names`."""
        return sorted(self._members)

    def open(self, name: str) -> IO[bytes]:
        """See `Shelf.open`."""
        return self._zip.open(self._members[name])


def _member_name(member: zipfile.ZipInfo) -> str:
    utf8 = 0x800
    if member.flag_bits & utf8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


class TextSource:
    """Text files of one shelf; a table is named like its file, without the ending."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._files = {name: PurePosixPath(name).stem for name in shelf.names() if _ending(name) in _CSV + _JSONL}
        self._encodings: dict[str, str] = {}
        self._named: list[str] | None = None

    def tables(self) -> list[str]:
        """See `Source.tables`; a file of lines that name their sheet counts as these sheets."""
        if self._named is None:
            self._named = list(dict.fromkeys(name for file in self._files for name in self._tables_in(file)))
        return self._named

    def heads(self, table: str) -> list[list[Cell]]:
        """See `Source.heads`."""
        for file, stem in self._files.items():
            if _ending(file) in _JSONL:
                names = dict.fromkeys(name for row in self._lines(file) if row.table == table for name in row.cells)
                if names:
                    return [list(names)]
            elif stem == table:
                with self._text(file) as text:
                    return first_rows(_delimited(text, self._delimiter(file, lambda _: False)))
        return []

    def rows(self, recognise: Recogniser) -> Iterator[RawRow]:
        """See `Source.rows`."""
        for file, stem in self._files.items():
            if _ending(file) in _JSONL:
                yield from (row for row in self._lines(file) if recognise(row.table) is not None)
            elif (known := recognise(stem)) is not None:
                delimiter = self._delimiter(file, known)
                with self._text(file) as text:
                    yield from tabular(stem, _delimited(text, delimiter), known)

    def _tables_in(self, file: str) -> list[str]:
        if _ending(file) in _JSONL:
            return list(dict.fromkeys(row.table for row in self._lines(file)))
        return [self._files[file]]

    def _lines(self, file: str) -> Iterator[RawRow]:
        stem = self._files[file]
        with self._text(file) as text:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    cells = _object(file, number, line)
                    table = cells.pop(SHEET, stem)
                    yield RawRow(table if isinstance(table, str) else stem, number, cells)

    @contextmanager
    def _text(self, file: str) -> Iterator[IO[str]]:
        if file not in self._encodings:
            with self._shelf.open(file) as stream:
                self._encodings[file] = _encoding(file, stream)
        with self._shelf.open(file) as stream:
            yield io.TextIOWrapper(stream, encoding=self._encodings[file], newline="")

    def _delimiter(self, file: str, known: Known) -> str:
        best, most = DELIMITERS[0], (-1, -1)
        for delimiter in DELIMITERS:
            with self._text(file) as text:
                top = first_rows(_delimited(text, delimiter))
            head = find_head(top, known)
            count = sum(map(known, head.names)) if head else 0
            score = (count, sum(len(row) > 1 for row in top))
            if score > most:
                best, most = delimiter, score
        return best


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _object(file: str, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise InvalidInput.at(
            f"{file}:{number}", "jsonl.line", "is not JSON ({reason})", "不是 JSON（{reason}）", reason=str(error)
        ) from error
    if not isinstance(found, dict):
        raise InvalidInput.at(f"{file}:{number}", "jsonl.object", "is not a JSON object", "不是 JSON 对象")
    return found


def _delimited(text: IO[str], delimiter: str) -> Iterator[list[Cell]]:
    # Work records hold long texts; the module's limit guards against unclosed quotes, which show as rejects anyway.
    csv.field_size_limit(1 << 30)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        for row in reader:
            yield [_unguarded(cell) for cell in row]
    except csv.Error as error:
        raise InvalidInput.at(
            f"{text.name}:{reader.line_num}",
            "csv.line",
            "cannot be read ({reason})",
            "无法读取（{reason}）",
            reason=str(error),
        ) from error


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def guarded(cell: str) -> str:
    """Return a text as it is written to CSV: one that a spreadsheet would run as a formula begins with an apostrophe.

    Reading takes that apostrophe away again, and only that one, so nothing is lost either way.
    """
    risky = cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell)
    return f"'{cell}" if risky or _GUARDED.match(cell) else cell


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) is not None


def _encoding(file: str, stream: IO[bytes]) -> str:
    start = stream.read(4)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return name
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    block = start
    while True:
        for name in list(decoders):
            try:
                decoders[name].decode(block, final=not block)
            except UnicodeDecodeError:
                del decoders[name]
        if not block or not decoders:
            break
        block = stream.read(_BLOCK)
    for name in decoders:
        return name
    raise InvalidInput.at(
        file, "file.encoding", "is neither UTF-8 nor GB18030 text", "既不是 UTF-8 也不是 GB18030 文本"
    )
