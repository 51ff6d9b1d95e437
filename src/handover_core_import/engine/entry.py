"""One aggregate of a file: its rows read, its references resolved, its fields laid flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

from handover_core.ids import derived_id
from handover_core.storage.barring import Name, number_name
from handover_core.texts import Text
from handover_core.values import external_key
from handover_core_import import findings
from handover_core_import.binding import CUSTOM, Binder, ParsedRow, is_reference
from handover_core_import.compare import UNKEYED, Digests
from handover_core_import.engine.directory import Directory
from handover_core_import.engine.staging import Staged, Staging
from handover_core_import.findings import CellNote, RowProblem
from handover_core_import.sheets import BY_NAME
from handover_core_import.sheets.column import Column, Flat, Sheet, Value, joined
from handover_core_import.sheets.shared import child_key

KIND_LABELS: Mapping[str, Text] = {
    "org_unit": Text("unit", "部门"),
    "position": Text("position", "岗位"),
    "employee": Text("employee", "员工"),
    "labour_contract": Text("contract", "劳动合同"),
    "assignment": Text("assignment", "任职"),
    "absence": Text("absence", "休假"),
    "sop": Text("SOP", "SOP"),
    "sop_version": Text("SOP version", "SOP 版本"),
    "sop_run": Text("run", "流程执行"),
    "project": Text("project", "项目"),
    "work_record": Text("record", "工作记录"),
}


@frozen(kw_only=True)
class Context:
    """What an import works with from beginning to end."""

    tenant: str
    source: str
    zone: ZoneInfo
    overwrite: bool
    binder: Binder
    staging: Staging
    blind: Callable[[str], str] | None = None
    barred: Callable[[Iterable[Name]], bool] = lambda _: False
    digests: Digests = UNKEYED

    def id_of(self, kind: str, source: str, external_id: str) -> str:
        """Return the id that a new aggregate gets: the same for the same row, whoever imports it.

        Where the company keeps keys it is made with them: an external id may hold an employee's number, and whoever
        guesses that must not see from an id whose it was. With the same keys, somebody who was erased does not come in
        again unseen.
        """
        if self.blind is None:
            return derived_id("import", self.tenant, kind, source, external_id)
        return derived_id("import", self.tenant, kind, self.blind(f"{len(source)}:{source}{external_id}"))


@frozen
class Phase:
    """One pass over a kind: all its columns but those left out, or only some of them."""

    kind: str
    without: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def takes(self, name: str) -> bool:
        """Tell whether this pass looks at a column."""
        return name not in self.without and (self.only is None or name in self.only)


@define
class Entry:
    """An aggregate as a file describes it; ``rows`` are those that are still in."""

    kind: str
    owner: str
    source: str
    external_id: str
    explicit: bool
    rows: list[ParsedRow]
    rejected: list[tuple[ParsedRow, list[RowProblem]]] = field(factory=list)
    partly: list[tuple[ParsedRow, list[RowProblem]]] = field(factory=list)
    flat: Flat = field(factory=dict)
    paths: dict[int, tuple[str, ...]] = field(factory=dict)

    @property
    def code(self) -> str:
        """What others call it by."""
        return external_key(self.source, self.external_id) if self.kind in ("sop_run", "work_record") else self.owner

    @property
    def said(self) -> str:
        """What people call it."""
        return self.external_id if self.kind in ("sop_run", "work_record") else self.owner

    @property
    def names(self) -> tuple[Name, ...]:
        """By which names a person is known that the rows are about; none for anything else."""
        return (number_name(self.owner), (self.source, self.external_id)) if self.kind == "employee" else ()

    @property
    def main(self) -> list[ParsedRow]:
        """The rows that stand for the aggregate itself."""
        return [row for row in self.rows if row.sheet.main]

    @property
    def where(self) -> str:
        """The rejected rows that others depend on."""
        main = [row.where for row, _ in self.rejected if row.sheet.main]
        return ", ".join(main or (row.where for row, _ in self.rejected))

    @property
    def had_main(self) -> bool:
        """Whether the file has such a row, rejected or not."""
        return any(row.sheet.main for row, _ in self.rejected) or bool(self.main)

    def reject(self, row: ParsedRow, *problems: RowProblem) -> None:
        """Take a row out."""
        self.rows = [each for each in self.rows if each is not row]
        self.rejected.append((row, list(problems)))

    def reject_all(self, problem: RowProblem) -> None:
        """Take all rows out: the main ones for this problem, the others because of them."""
        where = ", ".join(row.where for row in self.main)
        depends = RowProblem(
            findings.DEPENDS, "", {"kind": KIND_LABELS.get(self.kind, ""), "code": self.said, "where": where}
        )
        for row in list(self.rows):
            self.reject(row, problem if row.sheet.main or not where else depends)


def owner_values(sheet: Sheet, values: Mapping[str, Value], source: str) -> list[Value]:
    """Return the values that name the aggregate of a row; the source is the import's own where the row has none."""
    found = []
    for name in sheet.owner:
        value = values.get(name)
        found.append(
            source if name == "source" and value is None else sheet.by_name[name].default if value is None else value
        )
    return found


def read_entry(context: Context, kind: str, staged: Staged) -> Entry:
    """Read the rows of an aggregate; those with unreadable cells are rejected right away."""
    owner, raws = staged
    rows = [context.binder.bind(raw).parse(raw, context.zone) for _, raw in raws]
    entry = Entry(kind, owner, context.source, owner, explicit=False, rows=list(rows))
    _identify(context, entry)
    for row in rows:
        if row.problems:
            entry.reject(row, *row.problems)
    if entry.had_main and not entry.main:
        _orphan(entry)
    return entry


def _identify(context: Context, entry: Entry) -> None:
    for row in entry.rows:
        source, external = row.values.get("source"), row.values.get("external_id")
        if "source" in BY_NAME[row.sheet.name].owner:
            entry.source = source or context.source
            entry.external_id = owner_values(row.sheet, row.values, context.source)[1]
            entry.explicit = True
        elif row.sheet.main and external is not None:
            entry.external_id, entry.explicit = external, True
        if row.sheet.main and source is not None:
            entry.source = source


def _orphan(entry: Entry) -> None:
    params = {"kind": KIND_LABELS.get(entry.kind, ""), "code": entry.said, "where": entry.where}
    problem = RowProblem(findings.DEPENDS, "", params)
    for row in list(entry.rows):
        entry.reject(row, problem)


class Resolver:
    """Turns codes into ids and rows into flat fields."""

    def __init__(self, context: Context, directory: Directory, phase: Phase) -> None:
        self._context = context
        self._directory = directory
        self._phase = phase
        self._hints: dict[tuple[str, str], tuple[str, ...]] = {}

    def resolve(self, entry: Entry, *, stored: bool) -> None:
        """Resolve the references of all rows; a row with one that stands for nothing is rejected."""
        for row in list(entry.rows):
            problems = [
                problem
                for column in self._columns(row)
                if (problem := self._resolve_cell(entry, row, column)) is not None
            ]
            if not problems and "sop" in row.values and self._takes_version(row):
                problems += self._resolve_version(row, stored=stored)
            if problems and self._phase.only is not None:
                entry.partly.append((row, problems))
            elif problems:
                entry.reject(row, *problems)
        if entry.had_main and not entry.main and entry.rows:
            _orphan(entry)

    def _columns(self, row: ParsedRow) -> list[Column]:
        return [
            column
            for name in list(row.values)
            if (column := row.sheet.by_name.get(name)) is not None
            and is_reference(row.sheet, column)
            and self._phase.takes(name)
        ]

    def _takes_version(self, row: ParsedRow) -> bool:
        column = row.sheet.by_name.get("version")
        return column is not None and column.to == "sop_version"

    def _resolve_cell(self, entry: Entry, row: ParsedRow, column: Column) -> RowProblem | None:
        code = row.values[column.name]
        if code is None:
            return None
        found = self._directory.find(column.to, code, entry.source) or self._earlier_line(entry, row, column, code)
        if found is not None:
            row.values[column.name] = found
            return None
        if self._phase.only is not None:
            row.values.pop(column.name)
        return self.missing(column.to, code, row.heads[column.name])

    def _earlier_line(self, entry: Entry, row: ParsedRow, column: Column, code: str) -> str | None:
        """Return the id that a position of this file is going to have, for a description that is not the latest.

        Only the latest descriptions decide in which order positions come in; earlier ones may point anywhere.
        """
        if column.to != "position" or entry.kind != "position" or row is max(entry.main, key=_first_day, default=row):
            return None
        staged = next(self._context.staging.entries_in_order("position", (code,)), None)
        if staged is None or self._directory.where_rejected("position", code) is not None:
            return None
        other = read_entry(self._context, "position", staged)
        return self._context.id_of("position", other.source, other.external_id)

    def missing(self, kind: str, code: str, head: str) -> RowProblem:
        """Return the problem of a reference that stands for nothing that came in."""
        label = KIND_LABELS[kind]
        where = self._directory.where_rejected(kind, code)
        if where is not None:
            return RowProblem(findings.DEPENDS, head, {"kind": label, "code": code, "where": where})
        finding = findings.WITHOUT if self._phase.only is not None else findings.UNKNOWN_REFERENCE
        if (kind, code) not in self._hints:
            self._hints[kind, code] = self._directory.hints(kind, code)
        hints = self._hints[kind, code]
        said = Text(f" Perhaps: {', '.join(hints)}.", f"可能是：{'、'.join(hints)}。") if hints else Text("", "")
        return RowProblem(finding, head, {"kind": label, "code": code, "hint": said})

    def _resolve_version(self, row: ParsedRow, *, stored: bool) -> list[RowProblem]:
        sop_id, number = row.values["sop"], row.values.get("version")
        numbers = self._directory.numbers(sop_id)
        code = row.raw.cells.get(row.heads["sop"])
        head = row.heads.get("version", row.heads["sop"])
        if number is not None:
            if number not in numbers:
                return [RowProblem(findings.UNKNOWN_VERSION, head, {"code": code, "number": number})]
            row.values["version"] = numbers[number]
        elif stored:
            row.values.pop("version", None)
        elif len(numbers) == 1:
            row.values["version"] = next(iter(numbers.values()))
        else:
            return [RowProblem(findings.NO_VERSION, head, {"code": code, "numbers": tuple(sorted(numbers))})]
        return []

    def lay_flat(self, entry: Entry, root: Iterable[str]) -> None:
        """Lay the fields of all rows flat; rows that speak of the same child are rejected, all of them."""
        own = frozenset(root)
        placed: dict[tuple[str, str], list[ParsedRow]] = {}
        for row in sorted(entry.rows, key=_sequence):
            _fill_key(row)
            placed.setdefault((row.sheet.name, row.sheet.group(row.values)), []).append(row)
        for (_, group), rows in placed.items():
            if len(rows) > 1:
                self._twice(entry, group, rows)
            else:
                self._place(entry, rows[0], group, own)
        if entry.had_main and not entry.main and entry.rows:
            _orphan(entry)
        _note_sequence(entry)

    def _twice(self, entry: Entry, group: str, rows: list[ParsedRow]) -> None:
        key = group.rstrip("/").rpartition("/")[2] if group else entry.said
        places = tuple(row.where for row in sorted(rows, key=lambda row: (row.raw.table, row.raw.number)))
        for row in rows:
            entry.reject(row, RowProblem(findings.TWICE, "", {"key": key, "rows": places}))

    def _place(self, entry: Entry, row: ParsedRow, group: str, root: frozenset[str]) -> None:
        kept = _kept(row.sheet.name)
        fields: Flat = {}
        for name, value in row.values.items():
            if (name in kept or name.startswith(CUSTOM)) and self._phase.takes(name):
                fields[name if row.sheet.main and (name in root or name.startswith(CUSTOM)) else group + name] = value
        clash = next((path for path, value in fields.items() if entry.flat.get(path, value) != value), None)
        if clash is not None:
            entry.reject(row, RowProblem(findings.DISAGREE, clash.removeprefix(CUSTOM), {"owner": entry.owner}))
            return
        entry.flat.update(fields)
        entry.paths[id(row)] = tuple(fields)


def _first_day(row: ParsedRow) -> date:
    return row.values.get("effective_from") or date.min


@cache
def _kept(sheet: str) -> frozenset[str]:
    return frozenset(column.name for column in BY_NAME[sheet].kept)


def _fill_key(row: ParsedRow) -> None:
    if "key" in row.sheet.by_name and not row.sheet.main and row.values.get("key") is None:
        row.values["key"] = child_key(row.values, "title", "name")


def _sequence(row: ParsedRow) -> tuple[int, str, int, str]:
    rank = _rank(row)
    return (not row.sheet.main, row.sheet.name, 1 << 62 if rank is None else rank, joined(_words(row)))


def _words(row: ParsedRow) -> list[str]:
    return [str(row.values.get(name) or "") for name in row.sheet.by_name]


def _rank(row: ParsedRow) -> int | None:
    rank = row.values.get("order")
    return rank if isinstance(rank, int) else None


def _note_sequence(entry: Entry) -> None:
    by_group: dict[tuple[str, str], list[tuple[ParsedRow, int]]] = {}
    for row in entry.rows:
        rank = _rank(row)
        if rank is not None:
            outer = row.sheet.group(row.values).rstrip("/").rpartition("/")[0]
            by_group.setdefault((row.sheet.name, outer), []).append((row, rank))
    for ranked in by_group.values():
        if sorted(rank for _, rank in ranked) != list(range(1, len(ranked) + 1)):
            row = ranked[0][0]
            row.notes.append(CellNote(findings.RENUMBERED, row.heads["order"], {"owner": entry.owner}))
