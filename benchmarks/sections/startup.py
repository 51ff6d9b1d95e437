"""Start-up: new processes that import the library, or run its command line, against one that does nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness.results import Data, job_data
from benchmarks.harness.run import Run
from benchmarks.harness.timing import Prepare, interleaved

COMMANDS = {
    "ours": "import handover_core.app",
    "python -c pass": "pass",
    "import handover_core": "import handover_core",
    "import handover_core_sql": "import handover_core_sql",
    "import sqlalchemy": "import sqlalchemy",
}


def measured(run: Run) -> Data:
    """Return the time of each start, and ours over that of a Python that does nothing."""
    run.say("start-up")
    program = Path(sys.executable).with_name("handover")
    starts: dict[str, tuple[str, ...]] = {name: (sys.executable, "-c", code) for name, code in COMMANDS.items()}
    starts["handover --version"] = (str(program), "--version")
    found = interleaved({name: _starting(command) for name, command in starts.items()}, 3 if run.short else 11)
    data = job_data(found, 1)
    run.say("  " + ", ".join(f"{name} {side['ms']} ms" for name, side in data["sides"].items()))
    return {"jobs": {"start": data}, "note": "each a new process; the files are in the page cache"}


def _starting(command: tuple[str, ...]) -> Prepare:
    def job() -> int:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return 1

    made: Callable[[], int] = job
    return lambda: made
