"""Rejected rows, given back with reason and cure beside the original cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from handover_core.texts import Lang
from handover_core_import.binding import CURE, REASON
from handover_core_import.report import ImportReport, Reject
from handover_core_import.sheets.column import Cell
from handover_core_import.writing.tables import FORBIDDEN, LONGEST_NAME, Tables, format_of, open_tables


def write_rejects(report: ImportReport, path: str | Path, lang: Lang = Lang.EN) -> tuple[str, ...]:
    """Write the rejected rows to a workbook (``.xlsx``) or to a folder of CSV; return the names of its tables.

    Each row has its cells as they were and two more columns, why it was rejected and what would cure it. Once
    corrected, the file is imported as it is: the two columns are passed over. Rows of a workbook are best given back
    as a workbook, which keeps numbers and dates apart from text.
    """
    path = Path(path)
    tables = _by_table(report.rejects)
    with open_tables(path, format_of(path), lang) as writer:
        for name, rejects in tables.items():
            _write(writer, name, rejects, lang)
    return tuple(tables)


def _by_table(rejects: Iterable[Reject]) -> dict[str, list[Reject]]:
    tables: dict[str, list[Reject]] = {}
    for reject in rejects:
        tables.setdefault(_name(reject), []).append(reject)
    return tables


def _name(reject: Reject) -> str:
    usable = len(reject.table) <= LONGEST_NAME and not FORBIDDEN.intersection(reject.table)
    return reject.table if usable else reject.sheet


def _write(writer: Tables, name: str, rejects: list[Reject], lang: Lang) -> None:
    said = (REASON.say(lang), CURE.say(lang))
    passed_over = {REASON.en, REASON.zh, CURE.en, CURE.zh}
    heads = [head for head in dict.fromkeys(head for each in rejects for head in each.cells) if head not in passed_over]
    writer.open(name, (*heads, *said))
    for reject in rejects:
        writer.write(
            name, _cells(reject.cells, heads) | dict(zip(said, (reject.reason(lang), reject.cure(lang)), strict=True))
        )


def _cells(cells: Mapping[str, Cell], heads: Iterable[str]) -> dict[str, Cell]:
    return {head: _given(cells.get(head)) for head in heads}


def _given(cell: Cell) -> Cell:
    """Return a cell as it is written back: whole numbers, which a workbook keeps as floating point, without a point."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
