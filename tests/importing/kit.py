"""Files and snapshots for the tests of the import wing."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handover_core.actor import SYSTEM
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Driver, UnitFactory
from handover_core_import import ImportReport

TENANT = "acme"
PEOPLE = [{"number": "0001", "name": "张伟"}, {"number": "0002", "name": "李娜"}]
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

Sheets = Mapping[str, Sequence[Mapping[str, Any]]]


def units_over(store: Driver) -> UnitFactory:
    """Return units of work over a store, at a fixed instant."""
    return UnitFactory(store, KINDS, clock=lambda: NOW)


def as_csv(folder: Path, sheets: Sheets, encoding: str = "utf-8") -> Path:
    """Write sheets as a folder of CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        heads = list(dict.fromkeys(head for row in rows for head in row))
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            writer = csv.DictWriter(stream, heads, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def as_jsonl(folder: Path, sheets: Sheets) -> Path:
    """Write sheets as a folder of JSON Lines, a file for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def state(units: UnitFactory, tenant: str = TENANT) -> dict[str, dict[str, Any]]:
    """Return everything that is stored, by kind and id, down to versions and references."""
    with units.unit(tenant, SYSTEM, write=False) as unit:
        return {kind.name: {each.id: each for each in unit.repository(kind).list()} for kind in KINDS}


def rows_of(folder: Path) -> dict[str, list[str]]:
    """Return the rows of a JSON Lines export, in an order of their own."""
    return {path.stem: sorted(path.read_text(encoding="utf-8").splitlines()) for path in sorted(folder.iterdir())}


def codes(report: ImportReport) -> dict[tuple[str, int], tuple[str, ...]]:
    """Return why rows were rejected, by table and row."""
    return {(each.table, each.row): tuple(problem.code for problem in each.problems) for each in report.rejects}


def employees(units) -> dict:
    """Return the employees by number."""
    return {each.number: each for each in state(units)["employee"].values()}


def edit(units, who: str, **changes):
    """Change an employee as somebody in the company would."""

    def change(unit):
        repository = unit.repository(EMPLOYEE)
        return repository.change(repository.named(number=who), **changes)

    return units.run(TENANT, SYSTEM, change)
