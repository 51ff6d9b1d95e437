"""Which kinds hold the records of which category, and to which category one aggregate belongs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handover_core.handover.kinds import KINDS as HANDOVER_KINDS
from handover_core.organization.kinds import ABSENCE
from handover_core.organization.kinds import KINDS as ORGANIZATION_KINDS
from handover_core.policy import Policy
from handover_core.procedures.kinds import KINDS as PROCEDURES_KINDS
from handover_core.records.kinds import KINDS as RECORDS_KINDS
from handover_core.records.kinds import WORK_RECORD
from handover_core.retention.kinds import KINDS as RETENTION_KINDS
from handover_core.retention.model import Category
from handover_core.storage import Kind

KINDS_OF: Mapping[Category, tuple[Kind[Any], ...]] = {
    Category.EMPLOYEE_FILE: tuple(each for each in (*ORGANIZATION_KINDS, *RETENTION_KINDS) if each is not ABSENCE),
    Category.ABSENCES: (ABSENCE,),
    Category.HANDOVERS: HANDOVER_KINDS,
    Category.WORK: (*PROCEDURES_KINDS, *RECORDS_KINDS),
    Category.ACCOUNTING: (WORK_RECORD,),
}
"""The kinds of each category; which of the last two a work record belongs to is told by its area."""

_OF_KIND = {kind.name: category for category in reversed(Category) for kind in KINDS_OF[category]}


def category_of(kind: Kind[Any], body: Mapping[str, Any], policy: Policy) -> Category:
    """Return the category to which an aggregate belongs, from its body as plain JSON data."""
    if kind.name == WORK_RECORD.name and is_accounting(policy, body.get("area")):
        return Category.ACCOUNTING
    return _OF_KIND[kind.name]


def is_accounting(policy: Policy, area: str | None) -> bool:
    """Tell whether a record is an accounting record: one in an area whose handover the law wants supervised."""
    return area is not None and any(
        area == each.area or area.startswith(f"{each.area}/") for each in policy.law.supervised
    )
