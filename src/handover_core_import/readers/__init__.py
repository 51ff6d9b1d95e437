"""Readers: workbooks, CSV and JSON Lines, in a folder, an archive or alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

from handover_core.errors import InvalidInput
from handover_core_import.readers.source import RawRow, Recogniser, Source
from handover_core_import.readers.text import Archive, Folder, TextSource
from handover_core_import.readers.workbook import Workbook

_BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def open_source(path: Path) -> Source:
    """Open what ``path`` names: a workbook, a folder or zip of text files, or one text file.

    Raises `InvalidInput` for what cannot be read, `MissingExtra` for a workbook without the extra ``excel``.
    """
    if not path.exists():
        raise InvalidInput.at(str(path), "file.missing", "does not exist", "不存在")
    if path.is_file() and path.suffix.lower() in _BOOKS:
        return Workbook(path)
    if path.is_file() and zipfile.is_zipfile(path):
        return TextSource(Archive(path))
    source = TextSource(Folder(path))
    if not source.tables():
        raise InvalidInput.at(
            str(path), "file.empty", "holds no sheet (.xlsx, .csv, .jsonl)", "其中没有表（.xlsx、.csv、.jsonl）"
        )
    return source


__all__ = ["RawRow", "Recogniser", "Source", "open_source"]
