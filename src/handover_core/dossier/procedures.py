"""The SOPs that come with a position, and which of them somebody must still read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from handover_core.dossier.model import Procedure
from handover_core.organization.model import PositionVersion
from handover_core.procedures.kinds import ACKNOWLEDGEMENT, SOP, SOP_VERSION
from handover_core.procedures.model import Acknowledgement, Sop, SopState, SopVersion
from handover_core.procedures.rules import needs_reading
from handover_core.storage import ContainsAny, Eq, In, Or, UnitOfWork, all_of


def procedures_of(
    unit: UnitOfWork, position_id: str, description: PositionVersion, employee_id: str
) -> tuple[Procedure, ...]:
    """Return the SOPs named by duties, owned by the position, or with a step of it, by code; five reads."""
    codes = {code for duty in description.duties for code in duty.sop_codes}
    named = unit.repository(SOP).list(Or((In("code", tuple(codes)), Eq("owner_position_id", position_id))))
    performed = _performed(unit, position_id)
    further = unit.repository(SOP).get_many(performed - {each.id for each in named})
    sops = sorted((*named, *further.values()), key=lambda each: each.code)
    ids = tuple(each.id for each in sops)
    versions: dict[str, list[SopVersion]] = {}
    for version in unit.repository(SOP_VERSION).list(In("sop_id", ids)):
        versions.setdefault(version.sop_id, []).append(version)
    read = unit.repository(ACKNOWLEDGEMENT).list(all_of(Eq("employee_id", employee_id), In("sop_id", ids)))
    said = {each.version_id: each for each in read}
    return tuple(
        _procedure(each, versions.get(each.id, []), said, tuple(_reasons(each, codes, position_id, performed)))
        for each in sops
    )


def _performed(unit: UnitOfWork, position_id: str) -> set[str]:
    where = all_of(Eq("state", SopState.PUBLISHED), ContainsAny("step_position_id", (position_id,)))
    return {each.sop_id for each in unit.repository(SOP_VERSION).list(where)}


def _reasons(sop: Sop, codes: Iterable[str], position_id: str, performed: Iterable[str]) -> Iterator[str]:
    if sop.code in set(codes):
        yield "duty"
    if sop.owner_position_id == position_id:
        yield "owner"
    if sop.id in set(performed):
        yield "step"


def _procedure(
    sop: Sop, versions: list[SopVersion], said: Mapping[str, Acknowledgement], reasons: tuple[str, ...]
) -> Procedure:
    in_force = next((each for each in versions if each.id == sop.published_id), None)
    if in_force is None:
        return Procedure(code=sop.code, title=sop.title, reasons=reasons)
    least = needs_reading(versions, in_force).number
    read = [said[each.id].read_on for each in versions if each.number >= least and each.id in said]
    return Procedure(
        code=sop.code, title=sop.title, number=in_force.number, published_on=in_force.published_on,
        review_by=in_force.review_by, author_id=in_force.author_id, stages=in_force.stages, reasons=reasons,
        must_read=not read, read_on=max(read, default=None),
    )  # fmt: skip
