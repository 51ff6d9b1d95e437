"""What is stored for the entries of a chunk, in as few questions as there are kinds of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from handover_core.organization.kinds import ABSENCE, ASSIGNMENT, LABOUR_CONTRACT
from handover_core.organization.model import Assignment
from handover_core.procedures.kinds import ACKNOWLEDGEMENT, SOP_VERSION
from handover_core.procedures.model import SopVersion
from handover_core.storage import CUSTOM_FIELD, In, Kind, UnitOfWork
from handover_core.values import Aggregate
from handover_core_import.engine.directory import Directory
from handover_core_import.engine.entry import Entry

CODED = frozenset({"org_unit", "employee", "position", "project", "sop"})

OWN = "handover"
"""The source under which an aggregate is exported that no other system has named: its id is the aggregate's own."""

Keyed = Callable[[Any], tuple[Any, ...]]


@frozen
class _Likeness:
    """By what an aggregate without a reference is recognised: a field to ask for, and a key of it and of a row."""

    field: str
    column: str
    of_stored: Keyed
    of_row: Keyed


_LIKE: Mapping[str, _Likeness] = {
    "assignment": _Likeness(
        "employee_id", "employee",
        lambda it: (it.employee_id, it.position_id, str(it.capacity), it.effective.start),
        lambda row: (row.get("employee"), row.get("position"), row.get("capacity", "incumbent"), row.get("effective_from")),
    ),
    "labour_contract": _Likeness(
        "employee_id", "employee",
        lambda it: (it.employee_id, it.effective.start),
        lambda row: (row.get("employee"), row.get("effective_from")),
    ),
    "absence": _Likeness(
        "employee_id", "employee",
        lambda it: (it.employee_id, it.kind, it.effective.start),
        lambda row: (row.get("employee"), row.get("kind", "annual_leave"), row.get("effective_from")),
    ),
    "acknowledgement": _Likeness(
        "employee_id", "employee",
        lambda it: (it.employee_id, it.version_id),
        lambda row: (row.get("employee"), row.get("version")),
    ),
    "custom_field": _Likeness("name", "name", lambda it: (it.kind, it.name), lambda row: (row.get("kind"), row.get("name"))),
}  # fmt: skip
_KINDS: Mapping[str, Kind[Any]] = {
    kind.name: kind for kind in (ASSIGNMENT, LABOUR_CONTRACT, ABSENCE, ACKNOWLEDGEMENT, CUSTOM_FIELD)
}


@define
class Stored:
    """The aggregates that the entries of a chunk may mean."""

    by_id: dict[str, Aggregate] = field(factory=dict)
    by_key: dict[tuple[Any, ...], Aggregate] = field(factory=dict)
    by_reference: dict[tuple[str, str], Aggregate] = field(factory=dict)
    assignments: dict[str, list[Assignment]] = field(factory=dict)
    versions: dict[str, list[SopVersion]] = field(factory=dict)

    def of(self, entry: Entry, directory: Directory) -> Aggregate | None:
        """Return what is stored for an entry whose references are resolved, or None."""
        if entry.kind == "company":
            return self.by_id.get("company")
        if entry.kind in CODED:
            return self.by_id.get(_id(entry, directory) or "")
        found = self.by_reference.get((entry.source, entry.external_id))
        like = _LIKE.get(entry.kind)
        if found is not None or like is None or not entry.rows:
            return found
        return self.by_key.get(like.of_row(entry.rows[0].values))


def _id(entry: Entry, directory: Directory) -> str | None:
    return directory.by_reference(entry.kind, entry.source, entry.external_id) or directory.by_code(
        entry.kind, entry.owner
    )


def load(unit: UnitOfWork, kind: Kind[Any], entries: Sequence[Entry], directory: Directory) -> Stored:
    """Read what is stored for the entries of one kind."""
    stored = Stored()
    repository = unit.repository(kind)
    if kind.name == "company":
        company = repository.peek("company")
        stored.by_id = {} if company is None else {"company": company}
    elif kind.name in CODED:
        stored.by_id = repository.get_many(_id(entry, directory) for entry in entries)
    else:
        for source, ids in _references(entries).items():
            found = repository.by_external(source, ids)
            if source == OWN:
                found = repository.get_many(ids) | found
            stored.by_reference.update({(source, id_): aggregate for id_, aggregate in found.items()})
    if kind.name == "sop" and stored.by_id:
        for version in unit.repository(SOP_VERSION).list(In("sop_id", tuple(stored.by_id))):
            stored.versions.setdefault(version.sop_id, []).append(version)
    return stored


def load_alike(unit: UnitOfWork, kind: str, entries: Sequence[Entry], stored: Stored) -> None:
    """Read what has the same natural key; to be called when references are resolved."""
    like = _LIKE.get(kind)
    if like is None:
        return
    values = tuple(
        {value for entry in entries for row in entry.rows if (value := row.values.get(like.column)) is not None}
    )
    if not values:
        return
    for aggregate in unit.repository(_KINDS[kind]).list(In(like.field, values)):
        stored.by_key[like.of_stored(aggregate)] = aggregate
        if isinstance(aggregate, Assignment):
            stored.assignments.setdefault(aggregate.employee_id, []).append(aggregate)


def _references(entries: Iterable[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.source, []).append(entry.external_id)
    return found
