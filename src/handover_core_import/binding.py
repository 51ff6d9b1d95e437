"""Which column of a file is which of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

from handover_core.storage import CustomField
from handover_core.texts import Text
from handover_core_import.cells import CellReader
from handover_core_import.findings import CellNote, RowProblem
from handover_core_import.mapping import Mapped, SheetMapping, find_sheet
from handover_core_import.readers import RawRow
from handover_core_import.readers.heads import Known
from handover_core_import.sheets.column import TYPE_OF_FIELD, CellType, Column, Sheet, Value, folded

CUSTOM = "custom."
REASON, CURE = Text("reason", "退回原因"), Text("cure", "处理办法")
"""Heads of the two columns that a rejects file has in addition; an import passes over them."""

_PASSED_OVER = frozenset(map(folded, (REASON.en, REASON.zh, CURE.en, CURE.zh)))


@define
class ParsedRow:
    """A row with its canonical values, of the columns that the file has; references are still codes."""

    sheet: Sheet
    raw: RawRow
    values: dict[str, Value]
    given: frozenset[str]
    heads: Mapping[str, str]
    problems: list[RowProblem] = field(factory=list)
    notes: list[CellNote] = field(factory=list)

    @property
    def where(self) -> str:
        """The row as people find it in their file."""
        return f"{self.raw.table}:{self.raw.number}"


@frozen
class Binding:
    """The columns of one table: our column under each of its names, and the names that mean nothing to us."""

    sheet: Sheet
    columns: Mapping[str, Column]
    ignored: tuple[str, ...]
    heads: Mapping[str, str]

    def parse(self, raw: RawRow, zone: ZoneInfo, only: Iterable[str] | None = None) -> ParsedRow:
        """Read the cells of a row (those of the columns ``only``)."""
        reader = CellReader(zone)
        wanted = None if only is None else set(only)
        values: dict[str, Value] = {}
        for head, cell in raw.cells.items():
            column = self.columns.get(head)
            if column is not None and (wanted is None or column.name in wanted):
                values[column.name] = reader.read(column, head, cell)
        given = frozenset(name for name, head in self.heads.items() if raw.cells.get(head) not in (None, "", []))
        return ParsedRow(self.sheet, raw, values, given, self.heads, reader.problems, reader.notes)


class Binder:
    """Finds sheets and columns by name, label, alias, mapping or declared custom field."""

    def __init__(self, mapping: Mapped, declared: Mapping[str, Sequence[CustomField]]) -> None:
        self._mapping = mapping
        self._declared = declared
        self._bindings: dict[tuple[str, tuple[str, ...]], Binding] = {}
        self._tables: dict[str, Sheet | None] = {}
        self._spellings: dict[str, dict[str, Column]] = {}

    def sheet(self, table: str) -> Sheet | None:
        """Return the sheet that a table is, or None."""
        if table not in self._tables:
            self._tables[table] = find_sheet(table, self._mapping)
        return self._tables[table]

    def known(self, table: str) -> Known | None:
        """Return the test for the table's column names, or None for a table that is no sheet of ours."""
        sheet = self.sheet(table)
        if sheet is None:
            return None
        return lambda name: self._column(sheet, name) is not None or folded(name) in _PASSED_OVER

    def bind(self, raw: RawRow) -> Binding:
        """Return the binding of a row's columns."""
        sheet = self.sheet(raw.table)
        if sheet is None:
            raise KeyError(raw.table)
        key = raw.table, tuple(raw.cells)
        if key not in self._bindings:
            self._bindings[key] = self._bound(sheet, key[1])
        return self._bindings[key]

    def bound(self, table: str) -> bool:
        """Tell whether rows of a table were read."""
        return any(name == table for name, _ in self._bindings)

    def ignored(self) -> dict[str, tuple[str, ...]]:
        """Return, by table, the columns that mean nothing to us."""
        found: dict[str, dict[str, None]] = {}
        for (table, _), binding in self._bindings.items():
            found.setdefault(table, {}).update(dict.fromkeys(binding.ignored))
        return {table: tuple(names) for table, names in found.items() if names}

    def _bound(self, sheet: Sheet, names: Iterable[str]) -> Binding:
        columns: dict[str, Column] = {}
        heads: dict[str, str] = {}
        ignored: list[str] = []
        for name in names:
            column = self._column(sheet, name)
            if column is not None and column.name not in heads:
                columns[name] = column
                heads[column.name] = name
            elif folded(name) not in _PASSED_OVER:
                ignored.append(name)
        return Binding(sheet, columns, tuple(ignored), heads)

    def _column(self, sheet: Sheet, name: str) -> Column | None:
        mapped = self._mapping.get(sheet.name, SheetMapping())
        if name in mapped.ignore:
            return None
        spellings = self._spelled(sheet)
        ours = mapped.columns.get(name, name)
        return spellings.get(folded(ours)) or spellings.get(folded(_without_remark(ours)))

    def _spelled(self, sheet: Sheet) -> dict[str, Column]:
        if sheet.name not in self._spellings:
            found: dict[str, Column] = {}
            for column in (*sheet.columns, *custom_columns(sheet, self._declared.get(sheet.kind, ()))):
                for spelling in column.spellings:
                    found.setdefault(folded(spelling), column)
            self._spellings[sheet.name] = found
        return self._spellings[sheet.name]


def _without_remark(name: str) -> str:
    """Return a column name without what stands in brackets behind it, such as a unit or a format."""
    for opening in ("(", "（", "[", "【"):
        place = name.find(opening)
        if place > 0:
            return name[:place]
    return name


def custom_columns(sheet: Sheet, declared: Iterable[CustomField]) -> tuple[Column, ...]:
    """Return the columns of a tenant's own fields; only sheets of aggregates have them."""
    if not sheet.main or sheet.kind == "custom_field":
        return ()
    return tuple(_custom_column(each) for each in declared)


def _custom_column(declared: CustomField) -> Column:
    aliases = tuple(filter(None, (declared.name, declared.label_en, declared.label_zh)))
    return Column(
        name=CUSTOM + declared.name, label=CUSTOM + declared.name, help=declared.label, aliases=aliases,
        type=TYPE_OF_FIELD[declared.type], get=lambda aggregate: aggregate.custom.get(declared.name),
    )  # fmt: skip


def is_reference(sheet: Sheet, column: Column) -> bool:
    """Tell whether a column points elsewhere, and does not just name the aggregate that its own row belongs to."""
    return column.type is CellType.REFERENCE and not (column.name in sheet.owner and column.to == sheet.kind)
