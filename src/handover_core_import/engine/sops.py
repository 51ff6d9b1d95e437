"""SOPs: a procedure comes in whole or not at all, and what was published stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import define, evolve, field

from handover_core.clock import day_in
from handover_core.errors import InvalidInput
from handover_core.procedures.kinds import SOP, SOP_VERSION
from handover_core.procedures.model import Sop, SopState, SopVersion
from handover_core.storage import UnitOfWork
from handover_core.values import ExternalReference
from handover_core_import import findings
from handover_core_import.binding import CUSTOM
from handover_core_import.compare import Comparison, Conflict, compare, fresh
from handover_core_import.engine.directory import Directory
from handover_core_import.engine.entry import Context, Entry
from handover_core_import.engine.plan import (
    Planned,
    Rejected,
    as_problem,
    column_of,
    new_id_for,
    reference_of,
    with_reference,
)
from handover_core_import.engine.stages import Staged, stages_of, to_model, to_rows
from handover_core_import.findings import RowProblem
from handover_core_import.forms.parts import modelled
from handover_core_import.report import Outcome, stronger
from handover_core_import.sheets import SOPS
from handover_core_import.sheets.column import Flat, Value

CURRENT = "current"
SOP_COLUMNS = ("code", "title", "owner_position")
VERSION_COLUMNS = tuple(column for column in SOPS.kept if column.name not in (*SOP_COLUMNS, "version"))

Files = dict[str, dict[str, Value]]
"""By version (its number, or `CURRENT`), the fields that the file has."""


def default(path: str) -> Value:
    """Return what an empty cell means at a path of an SOP."""
    name = path.rpartition(":")[2]
    if name == "stages":
        return ()
    return next((column.default for column in SOPS.columns if column.name == name), None)


def flat_sop(sop: Sop) -> Flat:
    """Return the fields of an SOP itself."""
    custom = {CUSTOM + name: value for name, value in sop.custom.items()}
    return {"code": sop.code, "title": sop.title, "owner_position": sop.owner_position_id, **custom}


def flat_version(key: str, version: SopVersion) -> Flat:
    """Return the fields of a version, under its key."""
    fields = {column.name: column.of(version) for column in VERSION_COLUMNS}
    return {f"{key}:{name}": value for name, value in {**fields, "stages": to_rows(version.stages)}.items()}


@define
class _Case:
    """One SOP on its way in."""

    context: Context
    entry: Entry
    directory: Directory
    today: date
    sop: Sop | None
    versions: dict[int, SopVersion]
    planned: Planned
    changed: dict[int, SopVersion] = field(factory=dict)
    conflicts: list[Conflict] = field(factory=list)
    taken: set[str] = field(factory=set)

    @property
    def all(self) -> dict[int, SopVersion]:
        """All versions as they will be."""
        return {**self.versions, **self.changed}


def plan_sop(
    context: Context,
    entry: Entry,
    sop: Sop | None,
    versions: Sequence[SopVersion],
    directory: Directory,
    unit: UnitOfWork,
) -> Planned:
    """Decide what an SOP and its steps ask for; raise `Rejected` where they cannot come in."""
    _whole(entry)
    case = _Case(
        context,
        entry,
        directory,
        day_in(context.zone, unit.now),
        sop,
        {each.number: each for each in versions},
        Planned(entry),
    )
    reference = reference_of(sop, entry)
    files = _files(entry)
    own: Flat = {}
    for row in sorted(entry.main, key=lambda row: row.values.get("version") or 0):
        own |= {name: value for name, value in row.values.items() if name in SOP_COLUMNS or name.startswith(CUSTOM)}
    try:
        _decide(case, own, files, reference)
    except InvalidInput as error:
        raise Rejected(as_problem(entry, error)) from error
    return case.planned


def _whole(entry: Entry) -> None:
    if entry.rejected:
        places = tuple(row.where for row, _ in entry.rejected)
        for row in list(entry.rows):
            entry.reject(row, RowProblem(findings.STEP_BAD, "", {"rows": places}))
        return
    numbers = {row.values.get("version") for row in entry.rows if row.sheet.main or "version" in row.heads}
    if None in numbers and len(numbers) > 1:
        raise Rejected(RowProblem(findings.MIXED_VERSIONS))
    seen: dict[Value, str] = {}
    for row in entry.main:
        number = row.values.get("version")
        if number in seen:
            raise Rejected(RowProblem(findings.TWICE, "", {"key": entry.owner, "rows": (seen[number], row.where)}))
        seen[number] = row.where


def _files(entry: Entry) -> Files:
    files: Files = {}
    numbered = sorted({number for row in entry.main if (number := row.values.get("version")) is not None})
    for row in entry.main:
        fields = {column.name: row.values[column.name] for column in VERSION_COLUMNS if column.name in row.values}
        if row.given.intersection(("version", *fields)) or len(entry.rows) > len(entry.main):
            files[_key(row.values.get("version"))] = fields
    steps: dict[str, list[Staged]] = {}
    for row in entry.rows:
        if not row.sheet.main:
            number = row.values.get("version")
            only = numbered[0] if number is None and len(numbered) == 1 else number
            if number is None and len(numbered) > 1:
                raise Rejected(RowProblem(findings.NO_VERSION, "", {"code": entry.owner, "numbers": tuple(numbered)}))
            steps.setdefault(_key(only), []).append(row)
    for key, rows in steps.items():
        files.setdefault(key, {})["stages"] = stages_of(entry, rows)
    published = [key for key, fields in files.items() if fields.get("state") == SopState.PUBLISHED]
    if len(published) > 1:
        raise Rejected(RowProblem(findings.TWO_PUBLISHED))
    return files


def _key(number: int | None) -> str:
    return CURRENT if number is None else str(number)


def _decide(case: _Case, own: Flat, files: Files, reference: ExternalReference | None) -> None:
    entry, base, digests = case.entry, reference.imported if reference else {}, case.context.digests
    if not case.entry.rows:
        return
    outcome = fresh(own, default, digests) if case.sop is None else compare(
        own, base, flat_sop(case.sop), default, overwrite=case.context.overwrite, digests=digests
    )  # fmt: skip
    case.conflicts += outcome.conflicts
    case.taken |= outcome.taken
    imported = dict(outcome.imported)
    sop_id = case.sop.id if case.sop else new_id_for(case.context, "sop", entry)
    for key in sorted(files, key=lambda key: (key == CURRENT, key.rjust(9))):
        imported |= _version(case, sop_id, key, files[key], base)
    known = reference or ExternalReference(entry.source, entry.external_id)
    _write(case, sop_id, outcome, evolve(known, imported=imported))


def _version(case: _Case, sop_id: str, key: str, fields: dict[str, Value], base: Mapping[str, str]) -> dict[str, str]:
    """Decide about one version and return the digests to keep."""
    file = {f"{key}:{name}": value for name, value in fields.items()}
    target = _target(case, key)
    if target is None:
        number = int(key) if key != CURRENT else max(case.all, default=0) + 1
        outcome = fresh(file, default, case.context.digests)
        _add(case, sop_id, number, outcome, key)
    else:
        outcome = compare(
            file, base, flat_version(key, target), default, overwrite=case.context.overwrite,
            digests=case.context.digests,
        )  # fmt: skip
        if outcome.taken and not _revise(case, sop_id, target, key, outcome):
            return {}
    case.conflicts += outcome.conflicts
    case.taken |= outcome.taken
    return {path: said for path, said in outcome.imported.items() if path.startswith(f"{key}:")}


def _target(case: _Case, key: str) -> SopVersion | None:
    if key != CURRENT:
        return case.versions.get(int(key))
    published = next((each for each in case.versions.values() if case.sop and each.id == case.sop.published_id), None)
    return published or case.versions.get(max(case.versions, default=0))


def _revise(case: _Case, sop_id: str, target: SopVersion, key: str, outcome: Comparison) -> bool:
    """Change a draft, or follow what is published by a new version; return whether that was possible."""
    if target.state is SopState.DRAFT:
        case.changed[target.number] = _made(target.id, sop_id, target.number, key, outcome.merged, target)
        return True
    if key == CURRENT and f"{key}:stages" in outcome.taken and not outcome.conflicts:
        number = max(case.all) + 1
        if outcome.merged.get(f"{key}:state") == SopState.PUBLISHED and f"{key}:published_on" not in outcome.taken:
            outcome.merged[f"{key}:published_on"] = case.today
        _add(case, sop_id, number, outcome, key)
        return True
    what = ", ".join(sorted(path.partition(":")[2] for path in outcome.taken))
    case.conflicts += [Conflict(path, evolve(findings.IMMUTABLE), None, what) for path in sorted(outcome.taken)]
    case.conflicts += outcome.conflicts
    return False


def _add(case: _Case, sop_id: str, number: int, outcome: Comparison, key: str) -> None:
    entry = case.entry
    id_ = case.context.id_of("sop_version", entry.source, f"{entry.external_id}@{number}")
    version = _made(id_, sop_id, number, key, outcome.merged, None)
    if version.state is SopState.PUBLISHED:
        for other in list(case.all.values()):
            if other.state is SopState.PUBLISHED:
                case.changed[other.number] = evolve(other, state=SopState.SUPERSEDED)
    case.changed[number] = version


def _made(id_: str, sop_id: str, number: int, key: str, merged: Flat, before: SopVersion | None) -> SopVersion:
    given: dict[str, Any] = {
        column.attribute: modelled(column, merged.get(f"{key}:{column.name}", column.default))
        for column in VERSION_COLUMNS
    }
    given["change_note"] = given["change_note"] or ""
    given["stages"] = to_model(merged.get(f"{key}:stages", ()))
    if before is not None:
        return evolve(before, **given)
    return SopVersion(id=id_, sop_id=sop_id, number=number, **given)


def _write(case: _Case, sop_id: str, outcome: Comparison, reference: ExternalReference) -> None:
    published = [each.id for each in case.all.values() if each.state is SopState.PUBLISHED]
    fields = {
        "code": outcome.merged.get("code", case.entry.owner),
        "title": outcome.merged.get("title"),
        "owner_position_id": outcome.merged.get("owner_position"),
        "custom": {
            path.removeprefix(CUSTOM): value
            for path, value in outcome.merged.items()
            if path.startswith(CUSTOM) and value is not None
        },
        "published_id": published[0] if published else None,
        "latest_number": max(case.all, default=0),
    }
    for name in ("title", "owner_position_id"):
        if fields[name] is None:
            raise InvalidInput.at(name, "cell.required", "is needed", "不能为空")
    if case.sop is None:
        case.planned.inserts.append((SOP, Sop(id=sop_id, external=(reference,), **fields)))
    else:
        sop = evolve(case.sop, external=with_reference(case.sop, reference), **fields)
        if sop != case.sop:
            case.planned.saves.append((SOP, sop))
    for number, version in case.changed.items():
        stored = case.versions.get(number)
        if stored is None:
            case.planned.inserts.append((SOP_VERSION, version))
        elif version != stored:
            case.planned.saves.append((SOP_VERSION, version))
    _learn(case, sop_id)
    _judge(case)


def _learn(case: _Case, sop_id: str) -> None:
    case.directory.codes["sop", case.entry.owner] = sop_id
    case.directory.external["sop", f"{case.entry.source}:{case.entry.external_id}"] = sop_id
    case.directory.versions[sop_id] = {number: version.id for number, version in case.all.items()}


def _judge(case: _Case) -> None:
    for row in case.entry.rows:
        key = _key(row.values.get("version"))
        names = {f"{key}:stages"} if not row.sheet.main else {*row.values, *(f"{key}:{name}" for name in row.values)}
        found = [conflict for conflict in case.conflicts if conflict.path in names]
        case.planned.conflicts += [(row, column_of(row, conflict.path), conflict) for conflict in found]
        outcome = Outcome.UNCHANGED if not case.taken & names else Outcome.UPDATED
        if case.sop is None:
            outcome = Outcome.CREATED
        case.planned.outcomes.append((row, stronger(outcome, Outcome.CONFLICT) if found else outcome))
