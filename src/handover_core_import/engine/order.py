"""In which order aggregates of one kind come in that hang on each other, and who hangs on themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import define, field

from handover_core.organization.rules import OVERLAP, find_cycle
from handover_core.values import DateRange
from handover_core_import import findings
from handover_core_import.binding import ParsedRow
from handover_core_import.engine.entry import Context
from handover_core_import.findings import RowProblem

_PARENT = {"org_unit": "parent", "position": "reports_to"}


@define
class Order:
    """The keys of the aggregates, parents first; those that run in circles come last, with what is wrong."""

    owners: list[str] = field(factory=list)
    problems: dict[str, RowProblem] = field(factory=dict)


def in_order(context: Context, kind: str) -> Order:
    """Return the order for a kind whose aggregates have a parent of the same kind."""
    parents = {owner: _parent(rows, kind) for owner, rows in _rows(context, kind)}
    order = Order()
    lines: dict[str, str | None] = {owner: parent if parent in parents else None for owner, parent in parents.items()}
    while (circle := find_cycle(lines)) is not None:
        least = circle.index(min(circle))
        names = (*circle[least:], *circle[: least + 1])
        for owner in circle:
            order.problems[owner] = RowProblem(findings.CYCLE_ROW, "", {"names": names})
            lines[owner] = None
    children: dict[str | None, list[str]] = {}
    for owner, parent in lines.items():
        children.setdefault(parent, []).append(owner)
    level = children.get(None, [])
    while level:
        order.owners += level
        level = [child for parent in level for child in children.get(parent, ())]
    return order


def _parent(rows: list[ParsedRow], kind: str) -> str | None:
    latest = max(rows, key=lambda row: row.values.get("effective_from") or date.min)
    parent = latest.values.get(_PARENT[kind])
    return None if parent is None else str(parent)


def _rows(context: Context, kind: str) -> Iterator[tuple[str, list[ParsedRow]]]:
    wanted = (_PARENT[kind], "effective_from")
    for owner, raws in context.staging.entries(kind):
        rows = [context.binder.bind(raw).parse(raw, context.zone, wanted) for _, raw in raws]
        yield owner, [row for row in rows if row.sheet.main] or rows[:1]


def overlaps(context: Context) -> dict[str, RowProblem]:
    """Return the assignments of a file that overlap with each other; all of them, since nothing says which is right."""
    found: dict[str, RowProblem] = {}
    place: list[tuple[str, DateRange, str]] = []
    before: tuple[object, ...] | None = None
    wanted = ("employee", "position", "capacity", "effective_from", "effective_to")
    for owner, raws in context.staging.entries("assignment"):
        rows = [context.binder.bind(raw).parse(raw, context.zone, wanted) for _, raw in raws]
        row = rows[0]
        values = row.values
        key = values.get("employee"), values.get("position"), values.get("capacity", "incumbent")
        if key != before:
            place, before = [], key
        start, end = values.get("effective_from"), values.get("effective_to")
        if row.problems or start is None or (end is not None and end < start):
            continue
        here = (owner, DateRange(start, end), row.where)
        for other in place:
            if other[1].overlaps(here[1]):
                found[owner] = _overlap(other)
                found.setdefault(other[0], _overlap(here))
        place.append(here)
    return found


def _overlap(other: tuple[str, DateRange, str]) -> RowProblem:
    _, effective, where = other
    params = {"start": effective.start, "end": effective.end or "…", "where": where}
    return RowProblem(findings.OVERLAPS, "", params)


assert findings.OVERLAPS.code == OVERLAP.code  # noqa: S101 - one code for one rule, wherever it is found out
