"""What an entry asks for, decided against what is stored: insert, save, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from handover_core.errors import InvalidInput, Refused
from handover_core.organization.model import Assignment
from handover_core.organization.rules import check_no_overlap
from handover_core.storage import Kind
from handover_core.texts import Lang, Text
from handover_core.values import Aggregate, ExternalReference
from handover_core_import import findings
from handover_core_import.binding import ParsedRow
from handover_core_import.compare import Comparison, Conflict, compare, fresh, group_of
from handover_core_import.engine.directory import Directory, parent_of
from handover_core_import.engine.entry import Context, Entry
from handover_core_import.findings import Finding, RowProblem
from handover_core_import.forms import FORMS, Form
from handover_core_import.report import Outcome


class Rejected(Exception):
    """The whole entry cannot come in."""

    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@define
class Planned:
    """What is to be written for an entry, and what that means for its rows."""

    entry: Entry
    inserts: list[tuple[Kind[Any], Aggregate]] = field(factory=list)
    saves: list[tuple[Kind[Any], Aggregate]] = field(factory=list)
    outcomes: list[tuple[ParsedRow, Outcome]] = field(factory=list)
    conflicts: list[tuple[ParsedRow, str, Conflict]] = field(factory=list)


def reference_of(stored: Aggregate | None, entry: Entry) -> ExternalReference | None:
    """Return the external reference under which an entry was imported before.

    A row that names no external id goes by whatever reference its source has; one that names another id than the
    stored one is rejected.
    """
    of_source = [each for each in (stored.external if stored else ()) if each.source == entry.source]
    exact = next((each for each in of_source if each.id == entry.external_id), None)
    if exact is None and of_source:
        if entry.explicit:
            other = of_source[0].id
            raise Rejected(RowProblem(findings.TAKEN, "", {"key": entry.owner, "other": other}))
        return of_source[0]
    return exact


def new_id_for(context: Context, kind: str, entry: Entry) -> str:
    """Return the id that a new aggregate gets; see `Context.id_of`."""
    return "company" if kind == "company" else context.id_of(kind, entry.source, entry.external_id)


def with_reference(stored: Aggregate, reference: ExternalReference) -> tuple[ExternalReference, ...]:
    """Return the references of an aggregate with one replaced or added."""
    keys = [each.key for each in stored.external]
    if reference.key in keys:
        return tuple(reference if each.key == reference.key else each for each in stored.external)
    return (*stored.external, reference)


def plan(
    context: Context, entry: Entry, stored: Aggregate | None, directory: Directory, others: Sequence[Assignment] = ()
) -> Planned:
    """Decide what an entry asks for; raise `Rejected` where it cannot come in."""
    if stored is None and context.barred(entry.names):
        raise Rejected(RowProblem(findings.ERASED, "", {}))
    form = FORMS[entry.kind]
    reference = reference_of(stored, entry)
    try:
        if stored is None:
            outcome = fresh(entry.flat, form.default, context.digests)
            aggregate = _new(context, form, entry, outcome)
        else:
            base = reference.imported if reference else {}
            before = form.flat(stored)
            outcome = compare(
                entry.flat, base, before, form.default, overwrite=context.overwrite, digests=context.digests
            )
            aggregate = _changed(form, entry, stored, reference, outcome)
        check_rules(aggregate, directory, others, changed=bool(outcome.taken))
    except InvalidInput as error:
        raise Rejected(as_problem(entry, error)) from error
    except Refused as error:
        raise Rejected(refusal(error)) from error
    planned = Planned(entry)
    if stored is None:
        planned.inserts.append((form.kind, aggregate))
    elif aggregate != stored:
        planned.saves.append((form.kind, aggregate))
    there = frozenset() if stored is None else frozenset(map(group_of, before))
    _judge(planned, outcome, there, new=stored is None)
    if entry.kind in POINTED_TO:
        _remember(entry, aggregate, directory)
    return planned


_CODES = {"org_unit": "code", "employee": "number", "position": "code", "project": "code"}
POINTED_TO = frozenset({*_CODES, "sop_run"})
"""Kinds that rows point to; of all others, such as records, nothing is remembered."""


def _remember(entry: Entry, aggregate: Aggregate, directory: Directory) -> None:
    directory.learn(entry.kind, getattr(aggregate, _CODES.get(entry.kind, ""), None), aggregate)
    if entry.kind in _CODES:
        directory.codes[entry.kind, entry.owner] = aggregate.id


def _new(context: Context, form: Form, entry: Entry, outcome: Comparison) -> Aggregate:
    reference = ExternalReference(entry.source, entry.external_id, outcome.imported)
    made: Aggregate = form.make(outcome.merged, id=new_id_for(context, entry.kind, entry), external=(reference,))
    return made


def _changed(
    form: Form, entry: Entry, stored: Aggregate, reference: ExternalReference | None, outcome: Comparison
) -> Aggregate:
    known = reference or ExternalReference(entry.source, entry.external_id)
    external = with_reference(stored, evolve(known, imported=outcome.imported))
    if not outcome.taken:
        return evolve(stored, external=external)
    made: Aggregate = form.make(outcome.merged, id=stored.id, version=stored.version, external=external)
    return made


def check_rules(aggregate: Aggregate, directory: Directory, others: Sequence[Assignment], *, changed: bool) -> None:
    """Raise where the aggregate would close a circle or overlap with another assignment."""
    if not changed:
        return
    if isinstance(aggregate, Assignment):
        check_no_overlap(aggregate, others)
    elif hasattr(aggregate, "latest") or hasattr(aggregate, "parent_id"):
        circle = directory.circle(aggregate.id, parent_of(aggregate))
        if circle is not None:
            names = {id_: code for level in directory.levels() for (_, code), id_ in level.codes.items()}
            raise Rejected(RowProblem(findings.CYCLE_ROW, "", {"names": tuple(names.get(id_, id_) for id_ in circle)}))


def _judge(planned: Planned, outcome: Comparison, there: frozenset[str], *, new: bool) -> None:
    conflicts = {conflict.path: conflict for conflict in outcome.conflicts}
    for row in planned.entry.rows:
        paths = planned.entry.paths.get(id(row), ())
        groups = {group_of(path) for path in paths}
        found = [(path, conflicts[path]) for path in (*paths, *sorted(groups)) if path in conflicts]
        planned.conflicts += [(row, column_of(row, path), conflict) for path, conflict in found]
        if found:
            result = Outcome.CONFLICT
        elif new or (not row.sheet.main and outcome.taken.intersection(paths) and not groups & there):
            result = Outcome.CREATED
        else:
            result = Outcome.UPDATED if outcome.taken.intersection(paths) else Outcome.UNCHANGED
        planned.outcomes.append((row, result))


def column_of(row: ParsedRow, path: str) -> str:
    """Return the head of the column in which a path stands."""
    name = path if path.startswith("custom.") else path.rpartition("/")[2].rpartition(":")[2]
    return row.heads.get(name, name)


def as_problem(entry: Entry, error: InvalidInput) -> RowProblem:
    """Return why the rules of the model do not accept an entry, with the column where one is to blame."""
    first = error.problems[0]
    name = first.path.rpartition(".")[2]
    row = next(iter(entry.main or entry.rows), None)
    columns: Mapping[str, str] = {}
    if row is not None:
        columns = {column.attribute: column.name for column in row.sheet.columns}
    head = row.heads.get(columns.get(name, name), "") if row is not None else ""
    finding = evolve(findings.INVALID, code=first.code)
    return RowProblem(finding, head, {"what": said_of(error, bare=bool(head))})


def said_of(error: InvalidInput, *, bare: bool) -> Text:
    """Return the problems of an error as one text in both languages; ``bare`` leaves out where they are."""

    def said(lang: Lang) -> str:
        words = (each.text.say(lang, **each.params) if bare else each.message(lang) for each in error.problems)
        return ("；" if lang is Lang.ZH else "; ").join(words)

    return Text(said(Lang.EN), said(Lang.ZH))


def refusal(error: Refused) -> RowProblem:
    """Return the problem of an entry that a rule refuses."""
    return RowProblem(Finding(error.rule.code, error.rule.says, error.rule.needs), "", error.params)
