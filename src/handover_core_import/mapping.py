"""The mapping file: their names for sheets and columns, and ours."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from handover_core.errors import InvalidInput
from handover_core.texts import Text
from handover_core_import.readers import open_source
from handover_core_import.readers.heads import find_head
from handover_core_import.readers.source import Source
from handover_core_import.sheets import BY_NAME, SHEETS, Sheet, folded

INSTRUCTIONS = Text("instructions", "填写说明")
"""Name of the page that explains a workbook; an import passes over it."""

_NO_SHEETS = frozenset(map(folded, (INSTRUCTIONS.en, INSTRUCTIONS.zh, "readme", "说明", "mapping")))
_CLOSE = 0.6


@frozen
class SheetMapping:
    """How one of our sheets is called in a file, what its columns are called there, and which to leave out."""

    name: str | None = None
    columns: Mapping[str, str] = field(factory=dict)
    ignore: tuple[str, ...] = ()


Mapped = Mapping[str, SheetMapping]
"""By the stable name of our sheet."""


def load_mapping(path: str | Path) -> Mapped:
    """Read a mapping file (JSON or TOML): ``{sheet: {"name": …, "columns": {theirs: ours}, "ignore": […]}}``.

    Raises `InvalidInput` for a file that is neither, and for sheets and columns that do not exist.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise InvalidInput.at(
            path.name, "mapping.unreadable", "cannot be read ({reason})", "无法读取（{reason}）", reason=str(error)
        ) from error
    return to_mapping(data)


def to_mapping(data: Mapping[str, Any]) -> Mapped:
    """Return the mapping that plain data describes; raise `InvalidInput` as `load_mapping` does."""
    return {name: _sheet_mapping(name, entry) for name, entry in data.items()}


def _sheet_mapping(name: str, entry: Mapping[str, Any]) -> SheetMapping:
    sheet = BY_NAME.get(name)
    if sheet is None:
        raise InvalidInput.at(
            name,
            "mapping.sheet",
            "is not a sheet; there are {names}",
            "不是可用的表；可用：{names}",
            names=tuple(BY_NAME),
        )
    columns = {str(theirs): str(ours) for theirs, ours in dict(entry.get("columns", {})).items()}
    for ours in columns.values():
        if ours not in sheet.by_name and not ours.startswith("custom."):
            raise InvalidInput.at(
                f"{name}.columns", "mapping.column", "{ours!r} is not a column; there are {names}",
                "{ours!r} 不是可用的列；可用：{names}", ours=ours, names=tuple(sheet.by_name),
            )  # fmt: skip
    called = entry.get("name")
    return SheetMapping(None if called is None else str(called), columns, tuple(map(str, entry.get("ignore", ()))))


def find_sheet(table: str, mapping: Mapped) -> Sheet | None:
    """Return the sheet that a table of a file is: by the mapping, or by name, label or alias, without a leading number."""
    for name, entry in mapping.items():
        if entry.name == table:
            return BY_NAME[name]
    plain = folded(table)
    for spelling in (plain, plain.lstrip("0123456789.、")):
        for sheet in SHEETS:
            if spelling in map(folded, sheet.spellings):
                return sheet
    return None


def is_page(table: str) -> bool:
    """Tell whether a table explains a file instead of holding rows."""
    return folded(table) in _NO_SHEETS


def guess_mapping(path: str | Path) -> dict[str, dict[str, Any]]:
    """Draft a mapping for a file whose names are not ours, to be checked by hand and saved as JSON.

    Sheets and columns that are known are matched by name, the rest by likeness; what is like nothing is listed under
    ``ignore``, where a person sees it.
    """
    source = open_source(Path(path))
    drafted: dict[str, dict[str, Any]] = {}
    for table in source.tables():
        sheet = None if is_page(table) else find_sheet(table, {}) or _likeliest(source, table)
        if sheet is not None and sheet.name not in drafted:
            drafted[sheet.name] = {"name": table, **_guessed_columns(sheet, _names(source, table, sheet))}
    return drafted


def _names(source: Source, table: str, sheet: Sheet) -> tuple[str, ...]:
    rows = source.heads(table)
    head = find_head(rows, _like(sheet)) or find_head(rows, bool)
    return tuple(name for name in head.names if name) if head else ()


def _like(sheet: Sheet) -> Callable[[str], bool]:
    return lambda name: bool(_best(sheet, name, sheet.by_name))


def _likeliest(source: Source, table: str) -> Sheet | None:
    scores = {
        sheet.name: sum(_exact(sheet, name) for name in _names(source, table, sheet)) / len(sheet.columns)
        for sheet in SHEETS
    }
    best = max(scores, key=lambda name: scores[name])
    close = difflib.get_close_matches(
        folded(table), [folded(s) for sheet in SHEETS for s in sheet.spellings], 1, _CLOSE
    )
    if close:
        return next(sheet for sheet in SHEETS if close[0] in map(folded, sheet.spellings))
    return BY_NAME[best] if scores[best] > 0 else None


def _exact(sheet: Sheet, name: str) -> bool:
    return any(folded(name) in map(folded, column.spellings) for column in sheet.columns)


def _guessed_columns(sheet: Sheet, names: Iterable[str]) -> dict[str, Any]:
    columns: dict[str, str] = {}
    ignored: list[str] = []
    free = dict(sheet.by_name)
    for name in sorted(names, key=lambda name: not _exact(sheet, name)):
        best = _best(sheet, name, free)
        if best is None:
            ignored.append(name)
        else:
            columns[name] = best
            free.pop(best)
    return {"columns": columns, "ignore": ignored}


def _best(sheet: Sheet, name: str, free: Mapping[str, object]) -> str | None:
    plain = folded(name)
    spellings = {folded(s): column.name for column in sheet.columns if column.name in free for s in column.spellings}
    if plain in spellings:
        return spellings[plain]
    close = difflib.get_close_matches(plain, spellings, 1, _CLOSE)
    return spellings[close[0]] if close else None
