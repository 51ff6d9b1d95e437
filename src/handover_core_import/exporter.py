"""The way back: everything that a company has stored, as the sheets that an import reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from handover_core.actor import Actor, Role
from handover_core.guards import lacks_role
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT, POSITION
from handover_core.procedures.kinds import SOP, SOP_RUN, SOP_VERSION
from handover_core.records.kinds import PROJECT
from handover_core.storage import CUSTOM_FIELD, CustomField, In, Kind, Order, UnitFactory, UnitOfWork
from handover_core.storage.chunks import chunks
from handover_core.texts import Lang
from handover_core.values import Aggregate
from handover_core_import.binding import CUSTOM, custom_columns, is_reference
from handover_core_import.cells import written
from handover_core_import.engine.sops import VERSION_COLUMNS
from handover_core_import.engine.stages import STEP_COLUMNS
from handover_core_import.engine.stored import OWN
from handover_core_import.forms import FORMS, Form, Part
from handover_core_import.sheets import SHEETS, SOP_STEPS, SOPS
from handover_core_import.sheets.column import Column, Sheet, Value, joined
from handover_core_import.writing.tables import Format, Tables, format_of, open_tables

_DEFAULT = "import"
_CHUNK = 500
_MOST_KNOWN = 50_000
_NAMED = ("sop_run", "work_record")
_LOOKED_UP: Mapping[str, Kind[Any]] = {
    kind.name: kind for kind in (ORG_UNIT, EMPLOYEE, POSITION, SOP, SOP_VERSION, SOP_RUN, PROJECT)
}
_CODES = {
    "org_unit": "code",
    "employee": "number",
    "position": "code",
    "sop": "code",
    "project": "code",
    "sop_version": "number",
}


@frozen
class Written:
    """What an export wrote: how many rows of each sheet."""

    rows: Mapping[str, int]


@frozen
class _Row:
    """A row with ids still in its references."""

    sheet: Sheet
    values: dict[str, Value]


def export(
    units: UnitFactory,
    tenant: str,
    actor: Actor,
    path: str | Path,
    lang: Lang = Lang.EN,
    form: Format | str | None = None,
) -> Written:
    """Write everything that a company has stored as sheets: into the workbook ``path``, or files in the folder ``path``.

    Names of sheets and columns, and words, are the stable English ones or the Chinese ones. Memory stays flat whatever
    the size. Importing the result into an empty company and exporting that gives the same rows. Raises `Refused` for
    an actor who may not read everything, `InvalidInput` for what a workbook cannot hold.
    """
    refusal = lacks_role(actor, Role.HR, Role.OWNER, Role.AUDITOR)
    if refusal is not None:
        raise refusal
    path = Path(path)
    chosen = format_of(path) if form is None else Format(form)
    with units.unit(tenant, actor, write=False) as unit, open_tables(path, chosen, lang) as tables:
        return _Export(units, unit, tables, lang, chosen).run()


@define
class _Export:
    units: UnitFactory
    unit: UnitOfWork
    tables: Tables
    lang: Lang
    format: Format
    declared: dict[str, list[CustomField]] = field(factory=dict)
    codes: dict[str, str] = field(factory=dict)
    counts: dict[str, int] = field(factory=dict)

    def run(self) -> Written:
        for each in self.unit.repository(CUSTOM_FIELD).list():
            self.declared.setdefault(each.kind, []).append(each)
        for sheet in SHEETS:
            if sheet.main:
                for aggregates in chunks(self._stream(sheet.kind), _CHUNK):
                    self._write(sheet.kind, aggregates)
        return Written(dict(self.counts))

    def _stream(self, kind: str) -> Iterator[Any]:
        stored = SOP if kind == SOP.name else FORMS[kind].kind
        order = _CODES.get(kind) or {"custom_field": "name"}.get(kind)
        return self.unit.repository(stored).stream(order=Order(order) if order else None)

    def _write(self, kind: str, aggregates: Sequence[Any]) -> None:
        # A unit of its own remembers no more than this chunk.
        with self.units.unit(self.unit.tenant, self.unit.actor, write=False) as unit:
            versions = _versions(unit, aggregates) if kind == SOP.name else {}
            found = [(each, list(self._rows(kind, each, versions.get(each.id, ())))) for each in aggregates]
            self._look_up(unit, (row for _, rows in found for row in rows))
        for aggregate, rows in found:
            for row in rows:
                self._put(row, aggregate)

    def _rows(self, kind: str, aggregate: Any, versions: Sequence[Any]) -> Iterator[_Row]:
        custom = {CUSTOM + name: value for name, value in aggregate.custom.items()}
        if kind == SOP.name:
            yield from _sop_rows(aggregate, versions, custom)
        else:
            yield from _form_rows(FORMS[kind], aggregate, custom)

    # References

    def _look_up(self, unit: UnitOfWork, rows: Iterable[_Row]) -> None:
        if len(self.codes) > _MOST_KNOWN:
            self.codes.clear()
        wanted: dict[str, dict[str, None]] = {}
        for row in rows:
            for column in row.sheet.columns:
                value = row.values.get(column.name)
                if column.to in _LOOKED_UP and value is not None and value not in self.codes:
                    wanted.setdefault(column.to, {})[value] = None
        for kind, ids in wanted.items():
            for id_, found in unit.repository(_LOOKED_UP[kind]).get_many(ids).items():
                self.codes[id_] = _code(kind, found)

    def _put(self, row: _Row, aggregate: Aggregate) -> None:
        values = dict(row.values)
        for column in row.sheet.columns:
            value = values.get(column.name)
            if value is not None and (column.to == "sop_version" or is_reference(row.sheet, column)):
                code = self.codes.get(value, value)
                values[column.name] = int(code) if column.to == "sop_version" else code
        self._name(row.sheet, values, aggregate)
        columns = self._columns(row.sheet)
        table = row.sheet.title(self.lang)
        heads = [column.heading(self.lang) for column in columns]
        self.tables.open(table, heads)
        self.tables.write(
            table, dict(zip(heads, (self._cell(each, values.get(each.name)) for each in columns), strict=True))
        )
        self.counts[row.sheet.name] = self.counts.get(row.sheet.name, 0) + 1

    def _cell(self, column: Column, value: Value) -> Any:
        if self.format is Format.JSONL and isinstance(value, tuple) and value:
            return [column.words.show(each, self.lang) for each in value] if column.words else list(value)
        return written(column, value, self.lang)

    def _columns(self, sheet: Sheet) -> tuple[Column, ...]:
        return (*sheet.columns, *custom_columns(sheet, self.declared.get(sheet.kind, ())))

    def _name(self, sheet: Sheet, values: dict[str, Value], aggregate: Aggregate) -> None:
        """Fill in the external reference, and what a child row belongs to."""
        if sheet.kind in _NAMED:
            source, id_ = _named(aggregate)
            values["source"] = None if source == _DEFAULT else source
            values["external_id" if sheet.main else sheet.owner[1]] = id_
            if sheet.name == "records" and values.get("run"):
                values["run"] = values["run"].removeprefix(f"{source}:")
        elif sheet.main and aggregate.external:
            reference = aggregate.external[0]
            natural = joined(values.get(name) for name in sheet.owner) or sheet.kind
            values["source"] = None if reference.source == _DEFAULT else reference.source
            values["external_id"] = None if reference.id == natural else reference.id
        elif not sheet.main:
            values[sheet.owner[0]] = getattr(aggregate, _CODES[sheet.kind])


def _versions(unit: UnitOfWork, sops: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for version in unit.repository(SOP_VERSION).list(In("sop_id", tuple(each.id for each in sops))):
        found.setdefault(version.sop_id, []).append(version)
    return {sop_id: sorted(versions, key=lambda each: each.number) for sop_id, versions in found.items()}


def _code(kind: str, found: Any) -> str:
    if kind in _NAMED:
        source, id_ = _named(found)
        return f"{source}:{id_}"
    return str(getattr(found, _CODES[kind]))


def _named(aggregate: Aggregate) -> tuple[str, str]:
    if not aggregate.external:
        return OWN, aggregate.id
    return aggregate.external[0].source, aggregate.external[0].id


def _form_rows(form: Form, aggregate: Any, custom: dict[str, Value]) -> Iterator[_Row]:
    root = form.root
    values = {column.name: column.of(aggregate) for column in root.columns} | custom
    described = next((child for child in root.children if child.sheet is root.sheet), None)
    if described is None:
        yield _Row(root.sheet, values)
        yield from _child_rows(root, aggregate, values)
        return
    for item in getattr(aggregate, described.attribute):
        whole = values | {column.name: column.of(item) for column in described.columns}
        yield _Row(root.sheet, whole)
        yield from _child_rows(described, item, whole)


def _child_rows(part: Part, thing: Any, around: Mapping[str, Value]) -> Iterator[_Row]:
    for child in part.children:
        for number, item in enumerate(getattr(thing, child.attribute), start=1):
            own = {column.name: column.of(item) for column in child.columns}
            placed = {name: around.get(name) for name in child.sheet.placing}
            ranked = {"order": number} if "order" in child.sheet.by_name else {}
            yield _Row(child.sheet, {**placed, **own, **ranked})
            yield from _child_rows(child, item, {**around, **own})


def _sop_rows(sop: Any, versions: Sequence[Any], custom: dict[str, Value]) -> Iterator[_Row]:
    own = {"code": sop.code, "title": sop.title, "owner_position": sop.owner_position_id, **custom}
    if not versions:
        yield _Row(SOPS, own)
    for version in versions:
        yield _Row(
            SOPS, {**own, "version": version.number, **{column.name: column.of(version) for column in VERSION_COLUMNS}}
        )
        for stage_no, stage in enumerate(version.stages, start=1):
            place = {"version": version.number, "stage_no": stage_no, "stage": stage.name}
            if not stage.steps:
                yield _Row(SOP_STEPS, place)
            for step_no, step in enumerate(stage.steps, start=1):
                yield _Row(
                    SOP_STEPS,
                    {**place, "step_no": step_no, **{column.name: column.of(step) for column in STEP_COLUMNS}},
                )
