"""The records that everything is measured with, and how many of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import frozen

from handover_core.actor import Actor
from handover_core.ids import new_id
from handover_core.organization.model import Employee
from handover_core.records.model import WorkRecord

ACTOR = Actor("bench")
TENANT = "t"
AREA = "sales/area-0"
"""The area that a filter asks for."""

FILTERED = 1000
"""How many records an area has, where there are so many."""

_FIRST_DAY = date(2020, 1, 1)


@frozen(kw_only=True)
class Sizes:
    """How much is measured: ``rows`` stored before, ``times`` for small jobs, ``bulk`` appended at once."""

    rows: int
    times: int
    bulk: int
    rounds: int
    long_rounds: int
    """Rounds of the jobs that take seconds: the bulk and the stream."""


def person(number: int = 1) -> Employee:
    """Return somebody who owns records."""
    return Employee(id=new_id(), number=f"N{number:06d}", name=f"Person {number}")


def record(owner: str, number: int, areas: int) -> WorkRecord:
    """Return a work record like those that companies have."""
    return WorkRecord(
        id=new_id(), kind="task", title=f"Offer number {number} to a customer", owner_id=owner, author_id=owner,
        opened_on=_FIRST_DAY + timedelta(days=number % 2000), due_on=date(2026, 3, 1), counterparty="Acme",
        area=f"sales/area-{number % areas}",
        body="What was agreed on the telephone, and what still has to be done about it.",
    )  # fmt: skip


def records(owner: str, count: int) -> list[WorkRecord]:
    """Return so many records of one owner, a thousand in each area."""
    areas = max(1, count // FILTERED)
    return [record(owner, number, areas) for number in range(count)]


def spread(values: Sequence[WorkRecord], count: int) -> list[WorkRecord]:
    """Return ``count`` of the values (fewer where there are fewer), evenly from all over them."""
    step = max(1, len(values) // count)
    return list(values[::step][:count])
