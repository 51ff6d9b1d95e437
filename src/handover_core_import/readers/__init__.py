"""Readers: workbooks, CSV and JSON Lines, in a folder, an archive or alone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from handover_core.errors import InvalidInput
from handover_core_import.readers.source import RawRow, Recogniser, Source
from handover_core_import.readers.text import Archive, Folder, TextSource
from handover_core_import.readers.workbook import Workbook
from handover_core_import.sheets.column import Cell

_BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


class Several:
    """Several sources read as one."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def tables(self) -> list[str]:
        """See `Source.tables`."""
        return list(dict.fromkeys(table for source in self._sources for table in source.tables()))

    def heads(self, table: str) -> list[list[Cell]]:
        """See `Source.heads`."""
        return next((source.heads(table) for source in self._sources if table in source.tables()), [])

    def rows(self, recognise: Recogniser) -> Iterator[RawRow]:
        """See `Source.rows`."""
        for source in self._sources:
            yield from source.rows(recognise)


def open_source(path: Path) -> Source:
    """Open what ``path`` names: a workbook, a folder or zip of text files, or one text file.

    Workbooks in a folder are read too. Raises `InvalidInput` for what cannot be read, `MissingExtra` for a workbook
    without the extra ``excel``.
    """
    if not path.exists():
        raise InvalidInput.at(str(path), "file.missing", "does not exist", "不存在")
    if path.is_file() and path.suffix.lower() in _BOOKS:
        return Workbook(path)
    source: Source = TextSource(Archive(path) if path.is_file() and zipfile.is_zipfile(path) else Folder(path))
    books = [Workbook(each) for each in _books(path)]
    if books:
        source = Several((source, *books))
    if not source.tables():
        raise InvalidInput.at(
            str(path), "file.empty", "holds no sheet (.xlsx, .csv, .jsonl)", "其中没有表（.xlsx、.csv、.jsonl）"
        )
    return source


def _books(folder: Path) -> list[Path]:
    """Return the workbooks in a folder, without the files by which a spreadsheet says that one is open."""
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.suffix.lower() in _BOOKS and not each.name.startswith("~$"))


__all__ = ["RawRow", "Recogniser", "Source", "open_source"]
