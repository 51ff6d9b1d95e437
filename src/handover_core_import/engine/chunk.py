"""A chunk: some entries of one kind, decided and written in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from handover_core.organization.model import Assignment
from handover_core.procedures.kinds import SOP
from handover_core.procedures.model import Sop
from handover_core.storage import Kind, UnitOfWork
from handover_core.values import Aggregate, external_key
from handover_core_import import findings
from handover_core_import.engine import stored as store
from handover_core_import.engine.directory import Directory
from handover_core_import.engine.entry import KIND_LABELS, Context, Entry, Phase, Resolver, read_entry
from handover_core_import.engine.plan import POINTED_TO, Planned, Rejected, plan, reference_of
from handover_core_import.engine.positions import place_rows
from handover_core_import.engine.sops import plan_sop
from handover_core_import.engine.stages import BadStages
from handover_core_import.engine.staging import Staged
from handover_core_import.findings import CellNote, RowProblem
from handover_core_import.forms import FORMS

SELF_REFERRING = frozenset({"org_unit", "position"})
"""Kinds whose aggregates hang on each other: one is known before the next is resolved."""


REMEMBERED = POINTED_TO | {"sop", "work_record"}
"""Kinds whose rejection others depend on; of records, only as many are remembered as are rejected."""


@define
class Chunk:
    """What a chunk came to: nothing of it counts before it is committed."""

    entries: list[Entry]
    directory: Directory
    planned: list[Planned] = field(factory=list)

    @property
    def writes(self) -> int:
        """How many aggregates are written."""
        return sum(len(planned.inserts) + len(planned.saves) for planned in self.planned)


def kind_of(name: str) -> Kind[Any]:
    """Return a kind by its name."""
    return SOP if name == SOP.name else FORMS[name].kind


class Work:
    """Decides and writes chunks of one phase."""

    def __init__(self, context: Context, phase: Phase, known: Directory, problems: Mapping[str, RowProblem]) -> None:
        self._context = context
        self._phase = phase
        self._known = known
        self._problems = problems

    def run(self, unit: UnitOfWork, staged: Sequence[Staged]) -> Chunk:
        """Decide about the entries and write what they ask for."""
        directory = Directory(below=self._known)
        entries = [read_entry(self._context, self._phase.kind, each) for each in staged]
        for entry in entries:
            if entry.owner in self._problems:
                entry.reject_all(self._problems[entry.owner])
        chunk = Chunk(entries, directory)
        self._prefetch(unit, entries, directory)
        found = store.load(unit, kind_of(self._phase.kind), entries, directory)
        resolver = Resolver(self._context, directory, self._phase)
        together = self._phase.kind not in SELF_REFERRING
        if together:
            self._resolve(entries, found, resolver)
            store.load_alike(unit, self._phase.kind, entries, found)
        for entry in entries:
            if not together:
                self._resolve([entry], found, resolver)
            self._enter(chunk, entry, found, resolver, unit)
        write(unit, chunk)
        return chunk

    def read(self, staged: Staged) -> Entry:
        """Read the rows of one entry."""
        return read_entry(self._context, self._phase.kind, staged)

    def rejected(self, entry: Entry, problem: RowProblem) -> Chunk:
        """Return the outcome for an entry that could not be stored."""
        entry.reject_all(problem)
        chunk = Chunk([entry], Directory(below=self._known))
        chunk.directory.rejected[entry.kind, entry.code] = entry.where
        return chunk

    def _resolve(self, entries: Sequence[Entry], found: store.Stored, resolver: Resolver) -> None:
        for entry in entries:
            resolver.resolve(entry, stored=(entry.source, entry.external_id) in found.by_reference)

    def _prefetch(self, unit: UnitOfWork, entries: Sequence[Entry], directory: Directory) -> None:
        if self._phase.kind != "work_record":
            return
        codes = [(entry.source, row.values["run"]) for entry in entries for row in entry.rows if row.values.get("run")]
        directory.fetch_runs(unit, (key for source, code in codes for key in (external_key(source, code), code)))

    def _enter(self, chunk: Chunk, entry: Entry, found: store.Stored, resolver: Resolver, unit: UnitOfWork) -> None:
        try:
            planned = self._plan(chunk, entry, found, resolver, unit)
        except Rejected as rejected:
            entry.reject_all(rejected.problem)
            planned = None
        except BadStages as bad:
            entry.reject(bad.row, bad.problem)
            entry.reject_all(RowProblem(findings.STEP_BAD, "", {"rows": (bad.row.where,)}))
            planned = None
        if planned is not None and entry.rows:
            chunk.planned.append(planned)
        elif entry.kind in REMEMBERED and found.of(entry, chunk.directory) is None:
            chunk.directory.rejected[entry.kind, entry.code] = entry.where

    def _plan(
        self, chunk: Chunk, entry: Entry, found: store.Stored, resolver: Resolver, unit: UnitOfWork
    ) -> Planned | None:
        if entry.owner in self._problems or (not entry.rows and entry.kind != "sop"):
            return None
        stored = found.of(entry, chunk.directory)
        if stored is None and not entry.had_main:
            raise Rejected(self._parentless(chunk, entry))
        if entry.kind == "sop":
            sop = stored if isinstance(stored, Sop) else None
            versions = found.versions.get(sop.id, []) if sop else []
            return plan_sop(self._context, entry, sop, versions, chunk.directory, unit)
        if stored is None and self._phase.only is not None:
            resolver.lay_flat(entry, ())
            return None
        if entry.kind == "position":
            place_rows(entry, stored, reference_of(stored, entry))
            self._note_sops(entry, chunk.directory)
        resolver.lay_flat(entry, (column.name for column in FORMS[entry.kind].root.columns))
        if not entry.rows:
            return None
        others = _others(entry, found)
        return plan(self._context, entry, stored, chunk.directory, others)

    def _parentless(self, chunk: Chunk, entry: Entry) -> RowProblem:
        params = {"kind": KIND_LABELS.get(entry.kind, ""), "code": entry.said}
        where = chunk.directory.where_rejected(entry.kind, entry.code)
        return RowProblem(findings.DEPENDS if where else findings.NO_PARENT, "", {**params, "where": where})

    def _note_sops(self, entry: Entry, directory: Directory) -> None:
        """Say which SOPs a duty names that nobody knows: a company may name one before it writes it."""
        for row in entry.rows:
            for code in row.values.get("sops") or ():
                if directory.by_code("sop", code) is None and not self._context.staging.has("sop", code):
                    row.notes.append(CellNote(findings.UNKNOWN_SOP, row.heads["sops"], {"code": code}))


def _others(entry: Entry, found: store.Stored) -> list[Assignment]:
    return found.assignments.get(entry.rows[0].values["employee"], []) if entry.kind == "assignment" else []


def write(unit: UnitOfWork, chunk: Chunk) -> None:
    """Write what was planned: new aggregates in bulk, changed ones each by itself."""
    inserts: dict[str, list[Aggregate]] = {}
    kinds: dict[str, Kind[Any]] = {}
    for planned in chunk.planned:
        for kind, aggregate in planned.inserts:
            kinds[kind.name] = kind
            inserts.setdefault(kind.name, []).append(aggregate)
    for name, aggregates in inserts.items():
        unit.repository(kinds[name]).add_many(aggregates)
    for planned in chunk.planned:
        for kind, aggregate in planned.saves:
            unit.repository(kind).save(aggregate)
