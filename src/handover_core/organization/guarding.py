"""Rules over rows that do not exist yet: two units that could each break one of them together wait for each other."""

from __future__ import annotations

from handover_core.organization.kinds import COMPANY, COMPANY_ID
from handover_core.storage import UnitOfWork


def guard_company(unit: UnitOfWork) -> None:
    """Let of two units in one company that call this at once the second run again, after what the first has stored."""
    company = unit.repository(COMPANY).peek(COMPANY_ID)
    if company is not None:
        unit.repository(COMPANY).touch(company)
