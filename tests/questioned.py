"""Asks one question in every way that a repository has, for tests that compare answers."""

from __future__ import annotations

from typing import Any

from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Order, UnitOfWork


def asked(unit: UnitOfWork, where: Any, order: Order | None, limit: int) -> list[Any]:
    repository = unit.repository(EMPLOYEE)
    pages, after = [], None
    while True:
        page = repository.page(where, order=order, limit=limit, after=after)
        pages.append(page.items)
        after = page.next
        if after is None:
            break
    listed = repository.list(where, order=order)
    streamed = list(repository.stream(where, order=order))
    groups = [dict(repository.group(*names, where=where)) for names in (("status",), ("name", "hired_on"))]
    return [pages, listed, streamed, repository.count(where), groups]
