"""Which description of a position a row speaks of, where it does not say so."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import evolve

from handover_core.organization.model import Position
from handover_core.texts import Text
from handover_core.values import ExternalReference
from handover_core_import import findings
from handover_core_import.binding import ParsedRow
from handover_core_import.engine.entry import Entry
from handover_core_import.findings import RowProblem
from handover_core_import.sheets.organization import ALWAYS

_PREFIX = "positions/"
NO_DAY = evolve(
    findings.NO_VERSION,
    code="position.day_needed",
    text=Text(
        "{code!r} has descriptions from {numbers}, and the row says not which",
        "{code!r} 有自 {numbers} 起的多版说明，该行未注明",
    ),
    cure=Text("Fill in effective_from.", "请填写生效日期。"),
)


def place_rows(entry: Entry, stored: Any, reference: ExternalReference | None) -> None:
    """Give every row of a position the first day of the description that it speaks of.

    A row without a day speaks of the description that was imported before; else, of a position that is stored, of the
    latest one; else of the only one in the file; else of one that holds since anyone can remember.
    """
    unsaid = _without_day(stored, reference)
    for row in entry.main:
        if row.values.get("effective_from") is None:
            row.values["effective_from"] = unsaid
    days = sorted({row.values["effective_from"] for row in entry.main})
    for row in [each for each in entry.rows if not each.sheet.main]:
        _place(entry, row, days, unsaid)


def _place(entry: Entry, row: ParsedRow, days: list[date], unsaid: date) -> None:
    if row.values.get("effective_from") is not None:
        return
    if len(days) > 1:
        entry.reject(row, RowProblem(NO_DAY, "", {"code": entry.owner, "numbers": tuple(days)}))
    else:
        row.values["effective_from"] = days[0] if days else unsaid


def _without_day(stored: Position | None, reference: ExternalReference | None) -> date:
    imported = sorted(
        path.split("/")[1] for path in (reference.imported if reference else ()) if path.startswith(_PREFIX)
    )
    if imported:
        return date.fromisoformat(imported[0])
    return stored.latest.effective_from if stored is not None else ALWAYS
