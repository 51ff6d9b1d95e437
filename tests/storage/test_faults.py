"""The contract finds every fault of `handover_core.testing.faults`, and each for its own reason only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handover_core.testing.faults import FAULTS, Fault

CONFTEST = """
from hypothesis import Phase, settings

settings.register_profile("faults", max_examples=2, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None)
settings.load_profile("faults")
pytest_plugins = ["handover_core.testing.plugin"]
"""
MODULE = """
import pytest

import hosts
import reach
from handover_core.storage import MemoryStore
from handover_core.testing import Harness, StoreContract
from handover_core.testing.faults import FAULTS

OPEN = {{fault.name: fault.open for fault in FAULTS}} | {{"sound": MemoryStore}}


class TestBroken(StoreContract):
    @pytest.fixture(params={names})
    def harness(self, request):
        return Harness(open=OPEN[request.param], begin=hosts.begin, raw=reach.past, name=request.param)
"""
SOUND = "sound"
GROUPS = [FAULTS[first::4] for first in range(4)]


def failures(names: list[str], folder: Path) -> dict[str, set[str]]:
    """Run the whole contract on some stores in a process of its own; return the tests that failed, by store."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_broken.py").write_text(MODULE.format(names=names))
    command = [
        *(sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *("--rootdir", str(folder), "--tb", "line", "--contract-report", "report.json"),
    ]
    paths = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    reports = json.loads((folder / "report.json").read_text())
    assert [[]] * len(names) == [report["missing"] for report in reports]
    return {report["store"]: set(report["failed"]) for report in reports}


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
def test_the_contract_finds_the_faults_and_nothing_else(group: tuple[Fault, ...], tmp_path: Path) -> None:
    """A sound store beside them passes."""
    found = failures([SOUND, *(fault.name for fault in group)], tmp_path)
    assert set() == found[SOUND]
    for fault in group:
        assert found[fault.name] >= fault.noticed > set(), fault.name
        assert found[fault.name] <= fault.noticed | fault.may, fault.name


def test_a_dozen_faults_ship_and_more() -> None:
    """Each named once."""
    assert 12 <= len({fault.name for fault in FAULTS}) == len(FAULTS)
