"""Which kinds hold the records of which category, and to which category one aggregate belongs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handover_core.handover.kinds import KINDS as HANDOVER_KINDS
from handover_core.history.changes import Change, Operation
from handover_core.organization.kinds import ABSENCE
from handover_core.organization.kinds import KINDS as ORGANIZATION_KINDS
from handover_core.policy import Policy
from handover_core.procedures.kinds import KINDS as PROCEDURES_KINDS
from handover_core.records.kinds import KINDS as RECORDS_KINDS
from handover_core.records.kinds import WORK_RECORD
from handover_core.retention.kinds import KINDS as RETENTION_KINDS
from handover_core.retention.model import Category
from handover_core.storage import Kind, Row
from handover_core.storage.codec import from_json
from handover_core.storage.personal import Body

KINDS_OF: Mapping[Category, tuple[Kind[Any], ...]] = {
    Category.EMPLOYEE_FILE: tuple(each for each in (*ORGANIZATION_KINDS, *RETENTION_KINDS) if each is not ABSENCE),
    Category.ABSENCES: (ABSENCE,),
    Category.HANDOVERS: HANDOVER_KINDS,
    Category.WORK: (*PROCEDURES_KINDS, *RECORDS_KINDS),
    Category.ACCOUNTING: (WORK_RECORD,),
}
"""The kinds of each category; which of the last two a work record belongs to is told by its area."""

_OF_KIND = {kind.name: category for category in reversed(Category) for kind in KINDS_OF[category]}


def body_of(row: Row | None, changes: Sequence[Change]) -> Body:
    """Return what is stored of an aggregate, or what its deletion says of it; what is sealed stays so."""
    if row is not None:
        return _plain(row.body)
    # After a deletion come at most the entries that answer for redacted ones.
    gone = (each for each in changes if each.operation is Operation.DELETE and each.body is not None)
    return next((_plain(each.body) for each in gone), {})


def _plain(text: str | None) -> Body:
    body = from_json(text or "{}")
    return body if isinstance(body, Mapping) else {}


def categories_of(kind: Kind[Any]) -> frozenset[Category]:
    """Return the categories to which an aggregate of a kind may belong, where nothing more can be read of it."""
    return frozenset(category for category, kinds in KINDS_OF.items() if any(each.name == kind.name for each in kinds))


def category_of(kind: Kind[Any], body: Mapping[str, Any], policy: Policy) -> Category:
    """Return the category to which an aggregate belongs, from its body as plain JSON data."""
    if kind.name == WORK_RECORD.name and is_accounting(policy, body.get("area")):
        return Category.ACCOUNTING
    return _OF_KIND[kind.name]


def is_accounting(policy: Policy, area: str | None) -> bool:
    """Tell whether a record is an accounting record: one in an area whose handover the law wants supervised."""
    return area is not None and policy.law.supervises(area)
