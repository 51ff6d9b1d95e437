"""三定 conformance: whether functions, structure and staffing of the company are whole on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import frozen

from handover_core.organization.model import (
    Assignment,
    Capacity,
    Employee,
    OrgUnit,
    Position,
    PositionStatus,
    PositionVersion,
)
from handover_core.organization.rules import WORKING_CAPACITIES, find_cycle
from handover_core.policy import Criticality
from handover_core.texts import Text


@frozen(kw_only=True)
class Finding:
    """What is not as it should be, where (code of the unit or position), and since when as far as that is known."""

    code: str
    where: str
    text: Text
    params: Mapping[str, object]
    since: date | None = None


FUNCTION_UNSERVED = Text("no duty serves the function {function}", "职能“{function}”没有对应的岗位职责")
NOBODY = Text("nobody does the job; duties: {duties}", "无人任职，职责悬空：{duties}")
VACANT = Text("{found} of {planned} places are filled", "编制 {planned} 人，在岗 {found} 人，存在空缺")
OVER = Text("{found} people for {planned} places", "编制 {planned} 人，在岗 {found} 人，超编")
NO_BACKUP = Text("{found} of {planned} backups are named", "应设 {planned} 名 B 角，实有 {found} 名")
NO_ROOT = Text("no position is at the top", "没有最高岗位")
MANY_ROOTS = Text("several positions report to nobody: {positions}", "多个岗位没有上级：{positions}")
CYCLE = Text("reporting runs in a circle: {positions}", "汇报关系成环：{positions}")
DANGLING = Text("it reports to {superior}, which is not active", "汇报对象 {superior} 已不在用")
UNIT_HEAD_GONE = Text("the head {name} no longer works here", "负责人 {name} 已离职")


@frozen(kw_only=True)
class Establishment:
    """The organization on one day: active descriptions, and who holds what."""

    day: date
    units: Mapping[str, OrgUnit]
    positions: Mapping[str, Position]
    employees: Mapping[str, Employee]
    assignments: tuple[Assignment, ...]

    @property
    def active(self) -> dict[str, PositionVersion]:
        """The descriptions of the positions that are active on the day, by position id."""
        found = {id_: position.on(self.day) for id_, position in self.positions.items()}
        return {id_: each for id_, each in found.items() if each is not None and each.status is PositionStatus.ACTIVE}

    def holders(self, position_id: str) -> tuple[Assignment, ...]:
        """Return the assignments to a position that hold on the day."""
        return tuple(
            each for each in self.assignments if each.position_id == position_id and each.effective.contains(self.day)
        )


def findings(found: Establishment) -> tuple[Finding, ...]:
    """Return everything that is not whole, in a stable order."""
    active = found.active
    every = [*_functions(found, active), *_staffing(found, active), *_structure(found, active)]
    return tuple(sorted(every, key=lambda each: (each.code, each.where)))


def _functions(found: Establishment, active: Mapping[str, PositionVersion]) -> Iterator[Finding]:
    served = {(each.unit_id, duty.unit_function) for each in active.values() for duty in each.duties}
    for unit in found.units.values():
        for function in unit.functions:
            if (unit.id, function) not in served:
                yield Finding(
                    code="function_unserved", where=unit.code, text=FUNCTION_UNSERVED, params={"function": function}
                )
        head = None if unit.head_id is None else found.employees.get(unit.head_id)
        if head is not None and head.left_on is not None and head.left_on <= found.day:
            yield Finding(
                code="unit_head_gone", where=unit.code, text=UNIT_HEAD_GONE, params={"name": head.name},
                since=head.left_on,
            )  # fmt: skip


def _staffing(found: Establishment, active: Mapping[str, PositionVersion]) -> Iterator[Finding]:
    by_position: dict[str, list[Assignment]] = {}
    for each in found.assignments:
        by_position.setdefault(each.position_id, []).append(each)
    for id_, description in active.items():
        code = found.positions[id_].code
        mine = by_position.get(id_, [])
        now = [each for each in mine if each.effective.contains(found.day)]
        working = {each.employee_id for each in now if each.capacity in WORKING_CAPACITIES}
        backups = {each.employee_id for each in now if each.capacity is Capacity.BACKUP} - working
        params = {"found": len(working), "planned": description.headcount}
        since = _empty_since(mine, found.day) or description.effective_from
        if not working and description.duties:
            titles = tuple(duty.title for duty in description.duties)
            yield Finding(code="nobody", where=code, text=NOBODY, params={"duties": titles}, since=since)
        if len(working) < description.headcount:
            yield Finding(code="vacant", where=code, text=VACANT, params=params, since=since)
        if len(working) > description.headcount:
            yield Finding(code="over_headcount", where=code, text=OVER, params=params, since=_latest_start(now))
        needed = description.backups_required or int(_critical(description))
        if len(backups) < needed:
            yield Finding(
                code="backup_missing", where=code, text=NO_BACKUP,
                params={"found": len(backups), "planned": needed}, since=description.effective_from,
            )  # fmt: skip


def _critical(description: PositionVersion) -> bool:
    return any(duty.criticality is Criticality.CRITICAL for duty in description.duties)


def _empty_since(assignments: Iterable[Assignment], day: date) -> date | None:
    ends = [each.effective.end for each in assignments if each.effective.end is not None and each.effective.end <= day]
    return max(ends, default=None)


def _latest_start(assignments: Iterable[Assignment]) -> date | None:
    return max((each.effective.start for each in assignments), default=None)


def _structure(found: Establishment, active: Mapping[str, PositionVersion]) -> Iterator[Finding]:
    codes = {id_: found.positions[id_].code for id_ in found.positions}
    roots = sorted(codes[id_] for id_, each in active.items() if each.reports_to_id is None)
    if active and not roots:
        yield Finding(code="no_root", where="", text=NO_ROOT, params={})
    if len(roots) > 1:
        yield Finding(code="many_roots", where=roots[0], text=MANY_ROOTS, params={"positions": tuple(roots)})
    circle = find_cycle({id_: each.reports_to_id for id_, each in active.items()})
    if circle is not None:
        names = tuple(codes.get(id_, id_) for id_ in circle)
        yield Finding(code="cycle", where=names[0], text=CYCLE, params={"positions": names})
    for id_, each in active.items():
        if each.reports_to_id is not None and each.reports_to_id not in active:
            superior = codes.get(each.reports_to_id, each.reports_to_id)
            yield Finding(
                code="dangling_report", where=codes[id_], text=DANGLING, params={"superior": superior},
                since=each.effective_from,
            )  # fmt: skip
