"""One domain job in this process alone: ``python -m benchmarks.jobs.child NAME JSON``; prints what it came to as JSON.

A process of its own, so that its highest memory is that of the job.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.jobs.at import At
from benchmarks.jobs.registry import JOBS


def peak() -> float:
    """Return the highest resident memory of this process in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    found = next((line.split()[1] for line in lines if line.startswith("VmHWM")), "0")
    return int(found) / 1024


def main() -> None:
    """Run the job that the arguments name."""
    name, text = sys.argv[1:]
    given = json.loads(text)
    at = At(**{**given, "folder": Path(given["folder"])})
    began, before = time.perf_counter(), peak()
    done = JOBS[name].run(at)
    took = time.perf_counter() - began
    print(json.dumps({"seconds": round(took, 3), "done": done, "peak": round(peak(), 1), "start": round(before, 1)}))


if __name__ == "__main__":
    main()
