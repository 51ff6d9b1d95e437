"""The sheets that can be imported and exported, as data."""

from __future__ import annotations

from collections.abc import Mapping

from handover_core_import.sheets.column import CellType, Column, Sheet, Words, folded
from handover_core_import.sheets.organization import AUTHORITIES, COMPANY, DUTIES, POSITIONS, QUALIFICATIONS, UNITS
from handover_core_import.sheets.people import ABSENCES, ASSIGNMENTS, CONTRACTS, EMPLOYEES, HELD
from handover_core_import.sheets.procedures import ACKNOWLEDGEMENTS, RUN_DOCUMENTS, RUN_STEPS, RUNS, SOP_STEPS, SOPS
from handover_core_import.sheets.records import CUSTOM_FIELDS, DOCUMENTS, PROJECT_MEMBERS, PROJECTS, RECORDS

SHEETS: tuple[Sheet, ...] = (
    COMPANY, CUSTOM_FIELDS, UNITS, POSITIONS, DUTIES, AUTHORITIES, QUALIFICATIONS, EMPLOYEES, HELD, CONTRACTS,
    ASSIGNMENTS, ABSENCES, SOPS, SOP_STEPS, RUNS, RUN_STEPS, RUN_DOCUMENTS, ACKNOWLEDGEMENTS, PROJECTS, PROJECT_MEMBERS,
    RECORDS, DOCUMENTS,
)  # fmt: skip
"""In the order in which they stand in a workbook."""

BY_NAME: Mapping[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}
MAIN: Mapping[str, Sheet] = {sheet.kind: sheet for sheet in SHEETS if sheet.main}
"""By kind, the sheet whose rows stand for aggregates of that kind."""


def sheets_of(kind: str) -> tuple[Sheet, ...]:
    """Return the sheets whose rows belong to aggregates of ``kind``, the main one first."""
    return tuple(sorted((sheet for sheet in SHEETS if sheet.kind == kind), key=lambda sheet: not sheet.main))


__all__ = [
    "ABSENCES",
    "ACKNOWLEDGEMENTS",
    "ASSIGNMENTS",
    "AUTHORITIES",
    "BY_NAME",
    "COMPANY",
    "CONTRACTS",
    "CUSTOM_FIELDS",
    "DOCUMENTS",
    "DUTIES",
    "EMPLOYEES",
    "HELD",
    "MAIN",
    "POSITIONS",
    "PROJECTS",
    "PROJECT_MEMBERS",
    "QUALIFICATIONS",
    "RECORDS",
    "RUNS",
    "RUN_DOCUMENTS",
    "RUN_STEPS",
    "SHEETS",
    "SOPS",
    "SOP_STEPS",
    "UNITS",
    "CellType",
    "Column",
    "Sheet",
    "Words",
    "folded",
    "sheets_of",
]
