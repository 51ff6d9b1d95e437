"""The import: rows in order on disk, then kind by kind, in chunks that are each committed by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from handover_core.actor import Actor
from handover_core.errors import AlreadyExists, Erased, HandoverError, InvalidInput, NotFound, Refused
from handover_core.guards import lacks_role
from handover_core.kinds import KINDS
from handover_core.organization.kinds import COMPANY
from handover_core.organization.rules import KEEPERS
from handover_core.storage import CUSTOM_FIELD, CustomField, FieldType, UnitFactory, UnitOfWork
from handover_core.storage.barring import Name, is_barred
from handover_core.storage.custom import refusal_of
from handover_core.values import external_key
from handover_core_import import findings
from handover_core_import.binding import Binder, ParsedRow
from handover_core_import.compare import UNKEYED, Digests
from handover_core_import.engine.chunk import Chunk, Work
from handover_core_import.engine.directory import Directory
from handover_core_import.engine.entry import Context, Phase, owner_values
from handover_core_import.engine.order import in_order, overlaps
from handover_core_import.engine.plan import as_problem, refusal
from handover_core_import.engine.staging import Staged, Staging
from handover_core_import.findings import RowProblem
from handover_core_import.mapping import Mapped, SheetMapping, is_page, load_mapping, to_mapping
from handover_core_import.readers import Source, open_source
from handover_core_import.readers.heads import Known, find_head
from handover_core_import.report import ImportReport, Outcome, Progress, RowConflict, stronger
from handover_core_import.sheets import MAIN
from handover_core_import.sheets.column import Cell, joined

T = TypeVar("T")

PHASES = (
    Phase("company"),
    Phase("custom_field"),
    Phase("org_unit", without=frozenset({"head"})),
    Phase("employee"),
    Phase("org_unit", only=frozenset({"code", "head"})),
    Phase("position"),
    Phase("labour_contract"),
    Phase("assignment"),
    Phase("absence"),
    Phase("sop"),
    Phase("sop_run"),
    Phase("acknowledgement"),
    Phase("project"),
    Phase("work_record"),
)
"""Parents before children. A unit's head belongs to the unit that he heads, so heads come in a pass of their own."""

_NO_ZONE = "Asia/Shanghai"


class Importer:
    """Imports files into one company; see `run`.

    ``source`` names the system that rows without a source of their own come from. ``mapping`` is a mapping file, or
    what it holds. With ``overwrite`` the file wins where both sides changed. A ``dry_run`` does everything but commit.
    ``chunk`` is how many aggregates are committed at a time; ``progress`` is called after each chunk.
    """

    def __init__(  # noqa: PLR0913 - options by name
        self, units: UnitFactory, tenant: str, actor: Actor, *, source: str = "import",
        mapping: Mapped | Mapping[str, Any] | str | Path | None = None, overwrite: bool = False, dry_run: bool = False,
        chunk: int = 500, progress: Callable[[Progress], None] | None = None,
    ) -> None:  # fmt: skip
        self._units = units
        self._tenant = tenant
        self._actor = actor
        self._source = source
        self._mapping = _mapping(mapping)
        self._overwrite = overwrite
        self._dry_run = dry_run
        self._chunk = max(1, chunk)
        self._progress = progress or (lambda _: None)
        self._pending: list[CustomField] = []

    def run(self, path: str | Path) -> ImportReport:
        """Import a workbook, a folder or zip of CSV or JSON Lines, or one such file; return what became of every row.

        Each chunk is committed by itself: an import that was killed is continued by running it again, and running it
        again after its end changes nothing. Raises `InvalidInput` for a file that cannot be read, `Refused` for an
        actor who may not import, and storage errors; rows that are wrong are reported, not raised.
        """
        refusal_ = lacks_role(self._actor, *KEEPERS)
        if refusal_ is not None:
            raise refusal_
        report = ImportReport(dry_run=self._dry_run)
        source = open_source(Path(path))
        with Staging() as staging:
            context = self._stage(source, staging, report)
            self._import(context, report)
            report.ignored_columns = context.binder.ignored()
        self._look_over(source, context, report)
        report.rejects.sort(key=lambda reject: (reject.table, reject.row))
        return report

    # Reading

    def _stage(self, source: Source, staging: Staging, report: ImportReport) -> Context:
        declared = self._read(_declared)
        plain = Binder(self._mapping, {})
        context = self._context(plain, staging, source)
        if any(_is_declaration(plain, table) for table in source.tables()):
            for row in self._take(context, source, report, declarations=True):
                _declare(declared, row, context)
        context = self._context(Binder(self._mapping, declared), staging, source)
        for _ in self._take(context, source, report, declarations=False):
            pass
        staging.close_intake()
        return context

    def _context(self, binder: Binder, staging: Staging, source: Source) -> Context:
        zone = self._read(lambda unit: unit.repository(COMPANY).peek("company"))
        name = zone.time_zone if zone else _zone_in(binder, source)
        return Context(
            tenant=self._tenant, source=self._source, zone=_zone(name), overwrite=self._overwrite, binder=binder,
            staging=staging, blind=self._blind, barred=self._barred, digests=self._digests,
        )  # fmt: skip

    @property
    def _blind(self) -> Callable[[str], str] | None:
        vault = self._units.vault
        return None if vault is None else partial(vault.blind, self._tenant, "import.id")

    def _barred(self, names: Iterable[Name]) -> bool:
        vault = self._units.vault
        return vault is not None and is_barred(vault, self._tenant, names)

    @property
    def _digests(self) -> Digests:
        vault = self._units.vault
        return UNKEYED if vault is None else Digests(vault.blind(self._tenant, "import.digest", "").encode())

    def _take(
        self, context: Context, source: Source, report: ImportReport, *, declarations: bool
    ) -> Iterator[ParsedRow]:
        """Put rows where they belong, and reject those that do not say where."""
        binder = context.binder

        def recognise(table: str) -> Known | None:
            return binder.known(table) if _is_declaration(binder, table) is declarations else None

        for raw in source.rows(recognise):
            binding = binder.bind(raw)
            sheet = binding.sheet
            row = binding.parse(raw, context.zone, (*sheet.owner, "source", "external_id"))
            values = owner_values(sheet, row.values, context.source)
            empty = [
                row.heads.get(name, name)
                for name, value in zip(sheet.owner, values, strict=True)
                if value is None and sheet.by_name[name].required
            ]
            if row.problems or empty:
                full = binding.parse(raw, context.zone)
                missing = RowProblem(findings.NO_KEY, "", {"columns": tuple(empty)})
                report.reject(full, full.problems or [missing])
                report.count(full, Outcome.REJECTED)
                continue
            external = row.values.get("external_id") if sheet.main else None
            key = None if external is None else external_key(row.values.get("source") or context.source, external)
            context.staging.add(sheet.kind, joined(values) or sheet.kind, sheet.name, raw, key)
            yield row

    def _look_over(self, source: Source, context: Context, report: ImportReport) -> None:
        tables = [table for table in source.tables() if not is_page(table)]
        report.ignored_sheets = tuple(table for table in tables if context.binder.sheet(table) is None)
        known = [table for table in tables if context.binder.sheet(table) is not None]
        unread = [table for table in known if not context.binder.bound(table)]
        report.headless = tuple(
            table for table in unread if _lacks_head(source.heads(table), context.binder.known(table))
        )

    # Writing

    def _import(self, context: Context, report: ImportReport) -> None:
        directory = Directory()
        self._read(directory.load)
        units: dict[str, tuple[ParsedRow, Outcome]] = {}
        rejected: set[str] = set()
        for phase in PHASES:
            total = context.staging.owners(phase.kind)
            if not total:
                continue
            done = 0
            for staged, problems in self._chunks(context, phase):
                kept = [each for each in staged if phase.only is None or each[0] not in rejected]
                for chunk in self._run(Work(context, phase, directory, problems), kept):
                    directory.merge(chunk.directory)
                    self._settle(phase, chunk, report, units)
                    if phase.kind == "org_unit":
                        rejected.update(entry.owner for entry in chunk.entries if not entry.rows)
                done += len(staged)
                self._progress(Progress(MAIN[phase.kind].name, done, total))
        for row, outcome in units.values():
            report.count(row, outcome)

    def _chunks(self, context: Context, phase: Phase) -> Iterator[tuple[list[Staged], Mapping[str, RowProblem]]]:
        staging, kind = context.staging, phase.kind
        problems = _shared(staging, kind)
        if kind in ("org_unit", "position"):
            order = in_order(context, kind)
            entries = staging.entries_in_order(kind, order.owners)
            known: dict[str, RowProblem] = order.problems
        else:
            entries = staging.entries(kind)
            known = overlaps(context) if kind == "assignment" else {}
        for chunk in _blocks(entries, self._chunk):
            yield chunk, known | problems(chunk)

    def _run(self, work: Work, staged: list[Staged]) -> Iterator[Chunk]:
        """Yield the chunk, committed; where something in it cannot be stored, its halves, down to the one that cannot."""
        if not staged:
            return
        try:
            yield self._commit(work, staged)
        except (InvalidInput, AlreadyExists, NotFound, Refused, Erased) as error:
            if len(staged) == 1:
                yield self._give_up(work, staged, error)
                return
            half = len(staged) // 2
            yield from self._run(work, staged[:half])
            yield from self._run(work, staged[half:])

    def _commit(self, work: Work, staged: list[Staged]) -> Chunk:
        if not self._dry_run:
            return self._units.run(self._tenant, self._actor, lambda unit: work.run(unit, staged), "import")
        with self._units.unit(self._tenant, self._actor, "import") as unit:
            if self._pending:
                unit.repository(CUSTOM_FIELD).add_many(self._pending)
            chunk = work.run(unit, staged)
        self._pending += [
            aggregate
            for planned in chunk.planned
            for _, aggregate in planned.inserts
            if isinstance(aggregate, CustomField)
        ]
        return chunk

    def _give_up(self, work: Work, staged: list[Staged], error: HandoverError) -> Chunk:
        entry = work.read(staged[0])
        if isinstance(error, InvalidInput):
            problem = as_problem(entry, error)
        elif isinstance(error, Refused):
            problem = refusal(error)
        elif isinstance(error, Erased):
            problem = RowProblem(findings.ERASED, "", {})
        else:
            problem = RowProblem(findings.Finding(error.code, error.text, error.cure), "", error.params)
        return work.rejected(entry, problem)

    def _settle(
        self, phase: Phase, chunk: Chunk, report: ImportReport, units: dict[str, tuple[ParsedRow, Outcome]]
    ) -> None:
        """Add what a committed chunk came to."""
        settled: list[tuple[ParsedRow, Outcome]] = []
        for entry in chunk.entries:
            for row, problems in entry.rejected:
                report.reject(row, problems)
                settled.append((row, Outcome.REJECTED))
            for row, problems in entry.partly:
                report.reject(row, problems, partly=True)
        for planned in chunk.planned:
            settled += planned.outcomes
            for row, column, conflict in planned.conflicts:
                report.conflicts.append(RowConflict(row.sheet.name, row.raw.table, row.raw.number, column, conflict))
        for row, outcome in settled:
            if phase.only is None:
                for note in row.notes:
                    report.note(row, note)
            if phase.kind == "org_unit":
                before = units.get(row.where, (row, outcome))
                units[row.where] = row, stronger(before[1], outcome)
            else:
                report.count(row, outcome)

    def _read(self, fn: Callable[[UnitOfWork], T]) -> T:
        return self._units.read(self._tenant, self._actor, fn)


def _mapping(mapping: Mapped | Mapping[str, Any] | str | Path | None) -> Mapped:
    if mapping is None:
        return {}
    if isinstance(mapping, str | Path):
        return load_mapping(mapping)
    plain = {name: entry for name, entry in mapping.items() if not isinstance(entry, SheetMapping)}
    return {**to_mapping(plain), **{name: entry for name, entry in mapping.items() if isinstance(entry, SheetMapping)}}


def _declared(unit: UnitOfWork) -> dict[str, list[CustomField]]:
    found: dict[str, list[CustomField]] = {}
    for each in unit.repository(CUSTOM_FIELD).list():
        found.setdefault(each.kind, []).append(each)
    return found


def _is_declaration(binder: Binder, table: str) -> bool:
    sheet = binder.sheet(table)
    return sheet is not None and sheet.kind == CUSTOM_FIELD.name


def _declare(declared: dict[str, list[CustomField]], row: ParsedRow, context: Context) -> None:
    full = context.binder.bind(row.raw).parse(row.raw, context.zone)
    values = full.values
    if full.problems or any(each.name == values["name"] for each in declared.get(values["kind"], ())):
        return
    field = CustomField(
        id="", kind=values["kind"], name=values["name"], type=FieldType(values.get("type", "text")),
        label_en=values.get("label_en") or "", label_zh=values.get("label_zh") or "",
        personal=bool(values.get("personal")),
    )  # fmt: skip
    if refusal_of(field, KINDS) is None:  # such a row comes back, and no column is its own
        declared.setdefault(field.kind, []).append(field)


def _zone_in(binder: Binder, source: Source) -> str:
    def company(table: str) -> Known | None:
        sheet = binder.sheet(table)
        return binder.known(table) if sheet is not None and sheet.kind == COMPANY.name else None

    if any(company(table) is not None for table in source.tables()):
        for raw in source.rows(company):
            found = binder.bind(raw).parse(raw, _zone(_NO_ZONE), ("time_zone",)).values.get("time_zone")
            if found:
                return str(found)
    return _NO_ZONE


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError) as error:
        raise InvalidInput.at(
            "time_zone", "time_zone", "{name!r} is not known", "未知时区 {name!r}", name=name
        ) from error


def _shared(staging: Staging, kind: str) -> Callable[[list[Staged]], dict[str, RowProblem]]:
    """Return what finds the entries whose external reference other entries carry too."""
    shared = staging.shared_references(kind)

    def problems(chunk: list[Staged]) -> dict[str, RowProblem]:
        found: dict[str, RowProblem] = {}
        if not shared:
            return found
        for owner, raws in chunk:
            for external, places in shared.items():
                if any(f"{raw.table}:{raw.number}" in places for _, raw in raws):
                    found[owner] = RowProblem(findings.TWICE, "", {"key": external, "rows": places})
        return found

    return problems


def _blocks(entries: Iterable[Staged], size: int) -> Iterator[list[Staged]]:
    running = iter(entries)
    while block := list(islice(running, size)):
        yield block


def _lacks_head(rows: Sequence[Sequence[Cell]], known: Known | None) -> bool:
    filled = any(cell not in (None, "") for row in rows for cell in row)
    return known is not None and filled and find_head(rows, known) is None
