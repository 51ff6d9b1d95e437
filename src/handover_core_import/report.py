"""What an import did, and what it did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from attrs import define, field, frozen

from handover_core.texts import Lang
from handover_core_import.binding import ParsedRow
from handover_core_import.compare import Conflict
from handover_core_import.findings import CellNote, Finding, RowProblem
from handover_core_import.sheets.column import Cell

_SHOWN_ROWS = 5


class Outcome(StrEnum):
    """What became of a row, weakest first."""

    UNCHANGED = "unchanged"
    UPDATED = "updated"
    CREATED = "created"
    CONFLICT = "conflict"
    REJECTED = "rejected"


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


def stronger(one: Outcome, other: Outcome) -> Outcome:
    """Return the outcome that says more about a row."""
    return one if _RANK[one] >= _RANK[other] else other


@frozen
class Reject:
    """A row that did not come in, with its cells as they stand in the file.

    Where ``partly`` is set the row is in except for the columns that its problems name.
    """

    sheet: str
    table: str
    row: int
    cells: Mapping[str, Cell]
    problems: tuple[RowProblem, ...]
    partly: bool = False

    def reason(self, lang: Lang = Lang.EN) -> str:
        """Return why, in ``lang``."""
        return ("；" if lang is Lang.ZH else "; ").join(problem.message(lang) for problem in self.problems)

    def cure(self, lang: Lang = Lang.EN) -> str:
        """Return what would cure it, in ``lang``."""
        return " ".join(dict.fromkeys(filter(None, (problem.remedy(lang) for problem in self.problems))))


@frozen
class RowConflict:
    """A field of a row that was changed here and in the file; what is stored was kept."""

    sheet: str
    table: str
    row: int
    column: str
    conflict: Conflict

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return the conflict in ``lang``."""
        found = self.conflict
        said = found.finding.text.say(lang, stored=found.stored, file=found.file, what=found.path)
        return f"{self.table}:{self.row} {self.column}: {said}"

    def remedy(self, lang: Lang = Lang.EN) -> str:
        """Return what would settle it, in ``lang``."""
        return self.conflict.finding.cure.say(lang)


@define
class Note:
    """Something to look at, once for all rows in which it occurs; ``rows`` are the first of them."""

    table: str
    column: str
    finding: Finding
    params: Mapping[str, object]
    count: int = 0
    rows: list[int] = field(factory=list)

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return the note, with its first rows, in ``lang``."""
        rows = ", ".join(map(str, self.rows)) + (" …" if self.count > len(self.rows) else "")
        return f"{self.table}:{rows} {self.column}: {self.finding.text.say(lang, **self.params)}"


@define
class SheetCounts:
    """How many rows of a sheet had which outcome."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflict: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        """All rows of the sheet."""
        return self.created + self.updated + self.unchanged + self.conflict + self.rejected


@frozen
class Progress:
    """How far an import has come in the sheet ``sheet``: aggregates done, of ``total``."""

    sheet: str
    done: int
    total: int


@define
class ImportReport:
    """The whole outcome of an import; every row of the file is counted once, under its sheet.

    ``ignored_columns`` and ``ignored_sheets`` name what was passed over, ``headless`` the sheets without a row of
    column names.
    """

    dry_run: bool = False
    counts: dict[str, SheetCounts] = field(factory=dict)
    rejects: list[Reject] = field(factory=list)
    conflicts: list[RowConflict] = field(factory=list)
    ignored_columns: dict[str, tuple[str, ...]] = field(factory=dict)
    ignored_sheets: tuple[str, ...] = ()
    headless: tuple[str, ...] = ()
    _notes: dict[tuple[str, str, str], Note] = field(factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every row and every cell of the file is in (or was in already)."""
        return not (self.rejects or self.conflicts or self.ignored_columns or self.ignored_sheets or self.headless)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What should be looked at."""
        return tuple(self._notes.values())

    def total(self, outcome: Outcome) -> int:
        """Return how many rows had this outcome."""
        return sum(int(getattr(counts, outcome.value)) for counts in self.counts.values())

    def count(self, row: ParsedRow, outcome: Outcome) -> None:
        """Count a row."""
        counts = self.counts.setdefault(row.sheet.name, SheetCounts())
        setattr(counts, outcome.value, getattr(counts, outcome.value) + 1)

    def reject(self, row: ParsedRow, problems: Iterable[RowProblem], *, partly: bool = False) -> None:
        """Add a rejected row."""
        raw = row.raw
        self.rejects.append(Reject(row.sheet.name, raw.table, raw.number, raw.cells, tuple(problems), partly))

    def note(self, row: ParsedRow, note: CellNote) -> None:
        """Add a note about a row."""
        key = row.raw.table, note.column, note.finding.code
        entry = self._notes.setdefault(key, Note(row.raw.table, note.column, note.finding, note.params))
        entry.count += 1
        if len(entry.rows) < _SHOWN_ROWS:
            entry.rows.append(row.raw.number)
