"""Who is who: codes and external references of everything that rows may point to, as ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field

from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT, POSITION
from handover_core.procedures.kinds import SOP, SOP_RUN, SOP_VERSION
from handover_core.records.kinds import PROJECT
from handover_core.storage import ContainsAny, Kind, UnitOfWork
from handover_core.values import external_key

_CODED: tuple[tuple[Kind[Any], str], ...] = (
    (ORG_UNIT, "code"),
    (EMPLOYEE, "number"),
    (POSITION, "code"),
    (SOP, "code"),
    (PROJECT, "code"),
)

Key = tuple[str, str]
"""A kind, and a code or external key."""


def parent_of(aggregate: Any) -> str | None:
    """Return what a unit or a position hangs on."""
    parent = aggregate.latest.reports_to_id if hasattr(aggregate, "latest") else aggregate.parent_id
    return None if parent is None else str(parent)


@define
class Directory:
    """Ids by code and by external reference; what was rejected; lines of units and positions; versions of SOPs.

    A `Directory` may lie over another one (``below``): a chunk adds to its own and is merged once it is committed.
    """

    below: Directory | None = None
    codes: dict[Key, str] = field(factory=dict)
    external: dict[Key, str] = field(factory=dict)
    rejected: dict[Key, str] = field(factory=dict)
    lines: dict[str, str | None] = field(factory=dict)
    versions: dict[str, dict[int, str]] = field(factory=dict)
    names: dict[str, list[str]] = field(factory=dict)

    def load(self, unit: UnitOfWork) -> None:
        """Read what is stored already: the small kinds that others point to."""
        for kind, name in _CODED:
            for aggregate in unit.repository(kind).stream():
                self.learn(kind.name, getattr(aggregate, name), aggregate)
        for version in unit.repository(SOP_VERSION).stream():
            self.versions.setdefault(version.sop_id, {})[version.number] = version.id

    def learn(self, kind: str, code: str | None, aggregate: Any) -> None:
        """Remember an aggregate by its code and its external references."""
        if code is not None:
            self.codes[kind, code] = aggregate.id
        for reference in aggregate.external:
            self.external[kind, reference.key] = aggregate.id
        if kind in (ORG_UNIT.name, POSITION.name):
            self.lines[aggregate.id] = parent_of(aggregate)
        if kind == EMPLOYEE.name:
            self.names.setdefault(aggregate.name, []).append(aggregate.number)

    def find(self, kind: str, code: str, source: str) -> str | None:
        """Return the id of what ``code`` stands for: a code, an id in ``source``, or ``source:id``."""
        return (
            self._in("codes", (kind, code))
            or self._in("external", (kind, external_key(source, code)))
            or self._in("external", (kind, code))
        )

    def by_reference(self, kind: str, source: str, id_: str) -> str | None:
        """Return the id of what carries an external reference."""
        return self._in("external", (kind, external_key(source, id_)))

    def by_code(self, kind: str, code: str) -> str | None:
        """Return the id of what has a code."""
        return self._in("codes", (kind, code))

    def where_rejected(self, kind: str, code: str) -> str | None:
        """Return the row that was rejected, or None."""
        return self._in("rejected", (kind, code))

    def parent(self, id_: str) -> str | None:
        """Return what a unit or position hangs on."""
        here: Directory | None = self
        while here is not None:
            if id_ in here.lines:
                return here.lines[id_]
            here = here.below
        return None

    def circle(self, id_: str, parent: str | None) -> tuple[str, ...] | None:
        """Return the circle that would close if ``id_`` hung on ``parent``, or None."""
        path = [id_]
        while parent is not None and len(path) < 10_000:  # noqa: PLR2004 - deeper than any company
            if parent == id_:
                return (*path, id_)
            if parent in path:
                return None
            path.append(parent)
            parent = self.parent(parent)
        return None

    def version(self, sop_id: str, number: int) -> str | None:
        """Return the id of a version of an SOP."""
        return self.numbers(sop_id).get(number)

    def numbers(self, sop_id: str) -> Mapping[int, str]:
        """Return the versions of an SOP by number."""
        below = self.below.numbers(sop_id) if self.below else {}
        return {**below, **self.versions.get(sop_id, {})}

    def fetch_runs(self, unit: UnitOfWork, keys: Iterable[str]) -> None:
        """Look up runs by their external keys; there may be too many to hold all."""
        wanted = tuple(key for key in dict.fromkeys(keys) if self._in("external", (SOP_RUN.name, key)) is None)
        if wanted:
            for run in unit.repository(SOP_RUN).list(ContainsAny("external", wanted)):
                self.learn(SOP_RUN.name, None, run)

    def hints(self, kind: str, code: str) -> tuple[str, ...]:
        """Return codes that may be meant: with leading zeros, without ``.0``, or of somebody with that name."""
        bare = code.removesuffix(".0").lstrip("0")
        near = [
            key[1] for level in self.levels() for key in level.codes if key[0] == kind and key[1].lstrip("0") == bare
        ]
        named = (
            [number for level in self.levels() for number in level.names.get(code, ())] if kind == EMPLOYEE.name else []
        )
        return tuple(dict.fromkeys(near + named))

    def merge(self, above: Directory) -> None:
        """Take over what a committed chunk has added."""
        self.codes.update(above.codes)
        self.external.update(above.external)
        self.rejected.update(above.rejected)
        self.lines.update(above.lines)
        for sop_id, numbers in above.versions.items():
            self.versions.setdefault(sop_id, {}).update(numbers)
        for name, found in above.names.items():
            self.names.setdefault(name, []).extend(found)

    def levels(self) -> Iterable[Directory]:
        """Yield this directory and those below it."""
        here: Directory | None = self
        while here is not None:
            yield here
            here = here.below

    def _in(self, shelf: str, key: Key) -> str | None:
        for level in self.levels():
            found: dict[Key, str] = getattr(level, shelf)
            if key in found:
                return found[key]
        return None
