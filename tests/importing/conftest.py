"""Fixtures for the tests of the import wing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handover_core.actor import SYSTEM
from handover_core.storage import Driver, UnitFactory
from handover_core_import import Importer, ImportReport
from importing.kit import TENANT, Sheets, as_csv, units_over


@pytest.fixture
def units(store: Driver) -> UnitFactory:
    """Units of work over the store, at a fixed instant."""
    return units_over(store)


@pytest.fixture
def bring(units: UnitFactory, tmp_path: Path) -> Callable[..., ImportReport]:
    """Import sheets, given as rows, into the store."""
    numbers = iter(range(1_000_000))

    def run(sheets: Sheets, **options: Any) -> ImportReport:
        return Importer(units, TENANT, SYSTEM, **options).run(as_csv(tmp_path / f"in{next(numbers)}", sheets))

    return run
