"""A pytest plugin that says how much of the contract each store has passed.

Name it in the root ``conftest.py``: ``pytest_plugins = ["handover_core.testing.plugin"]``. The verdict is "full" only
where every test of the contract ran, passed, and no capability was declared absent. ``--contract-report FILE`` writes
the same as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from handover_core.testing.contract import ABSENT, REPORTED, StoreContract

ALL = frozenset(name for name in dir(StoreContract) if name.startswith("test_"))
"""Every test of the contract, by name."""


@define
class Account:
    """What was seen of one store."""

    store: str
    capabilities: Mapping[str, bool] = field(factory=dict)
    passed: set[str] = field(factory=set)
    failed: set[str] = field(factory=set)
    absent: dict[str, str] = field(factory=dict)
    """Tests that were not run, with the capability that the store declares absent."""
    skipped: set[str] = field(factory=set)
    """Tests, or cases of them, that were skipped for another reason."""
    replaced: set[str] = field(factory=set)
    """Tests of which the store's own class has another version."""

    @property
    def missing(self) -> list[str]:
        """Tests of the contract of which nothing was seen."""
        return sorted((ALL - self.passed - self.failed - set(self.absent)) | self.skipped)

    @property
    def verdict(self) -> str:
        """One line; "full" for nothing less."""
        if self.failed:
            return f"FAILED: {', '.join(sorted(self.failed))}"
        if self.replaced:
            return f"not the contract: replaced {', '.join(sorted(self.replaced))}"
        if self.missing:
            return f"incomplete: {len(self.missing)} of {len(ALL)} tests did not run ({self.missing[0]}, …)"
        if self.absent:
            return f"passes without {', '.join(sorted(set(self.absent.values())))}"
        return "full"

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "store": self.store, "verdict": self.verdict, "capabilities": dict(self.capabilities),
            "passed": sorted(self.passed), "failed": sorted(self.failed), "absent": dict(sorted(self.absent.items())),
            "replaced": sorted(self.replaced), "missing": self.missing,
        }  # fmt: skip


def accounts(reports: Iterable[pytest.TestReport]) -> list[Account]:
    """Return one account for each store of which a report tells."""
    found: dict[str, Account] = {}
    for report in reports:
        said: Any = dict(report.user_properties).get(REPORTED)
        if said is not None:
            account = found.setdefault(said["store"], Account(said["store"], said["capabilities"]))
            _enter(account, report, own=said["own"])
    for account in found.values():
        account.passed -= account.failed | set(account.absent)
    return [found[name] for name in sorted(found)]


def _enter(account: Account, report: pytest.TestReport, *, own: bool) -> None:
    name = report.nodeid.rpartition("::")[2].partition("[")[0]
    if own and name in ALL:
        account.replaced.add(name)
    if report.failed:
        account.failed.add(name)
    elif report.skipped:
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if ABSENT in reason:
            account.absent[name] = reason.rpartition(ABSENT)[2].strip()
        else:
            account.skipped.add(name)
    elif report.when == "call" and not hasattr(report, "wasxfail"):
        account.passed.add(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--contract-report``."""
    parser.addoption("--contract-report", metavar="FILE", help="write what each store passed of the contract as JSON")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say the verdict for each store."""
    reports = [each for key in ("passed", "failed", "error", "skipped") for each in terminalreporter.stats.get(key, [])]
    found = accounts(each for each in reports if isinstance(each, pytest.TestReport))
    if found:
        terminalreporter.section("the contract of a handover-core store")
    for account in found:
        terminalreporter.line(f"{account.store}: {account.verdict}")
    path = config.getoption("--contract-report")
    if path:
        written = json.dumps([account.as_json() for account in found], indent=2)
        Path(path).write_text(written + "\n", encoding="utf-8")
