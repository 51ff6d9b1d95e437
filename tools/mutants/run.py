"""Change each rule in every small way and run its tests: ``python -m mutants.run [WORD]`` (see ``make mutants``).

A mutant that no test notices survives. Each survivor must be explained in ``explained.txt``, one line each: its key, a
tab, and why nobody can notice. Exits with 1 where one is not. WORD chooses modules whose name contains it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mutants.mutate import Mutant, mutants
from mutants.trial import started

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "src"
RULES = "tests/handover/rules"
TESTS = {
    "handover_core.handover.rules": (f"{RULES}/test_items.py", f"{RULES}/test_who_may.py"),
    "handover_core.handover.clearance.rules": (f"{RULES}/test_clearance.py", f"{RULES}/test_who_may.py"),
    "handover_core.handover.continuity.rules": (f"{RULES}/test_continuity.py",),
    "handover_core.handover.departing.rules": (f"{RULES}/test_departing.py", f"{RULES}/test_who_may.py"),
    "handover_core.handover.pace.rules": (f"{RULES}/test_pace.py",),
    "handover_core.handover.questions.rules": (f"{RULES}/test_receiving.py", f"{RULES}/test_who_may.py"),
    "handover_core.handover.receiving.rules": (f"{RULES}/test_receiving.py",),
    "handover_core.handover.review.rules": (f"{RULES}/test_review.py",),
    "handover_core.handover.watch.rules": (f"{RULES}/test_watch.py",),
    "handover_core.outbox.rules": ("tests/outbox/test_rules.py",),
    "handover_core.outbox.signing": ("tests/outbox/test_signing.py",),
    "handover_core.policy.counting": ("tests/policy/test_deadlines.py",),
    "handover_core.policy.deadlines": ("tests/policy/test_deadlines.py",),
    "handover_core.policy.keeping": ("tests/policy/test_keeping.py", "tests/retention/test_rules.py"),
}
"""The modules, and the tests that have to notice."""

AT_ONCE = max(os.cpu_count() or 1, 2)
SECONDS = 120


def main(word: str = "") -> int:
    """Run all mutants of the modules and return the exit code."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT / "tests"))
    explained = _explained()
    trials = [
        (name, each) for name in TESTS if word in name for each in mutants(_path(name).read_text(encoding="utf-8"))
    ]
    # A trial with nothing changed has to pass, or everything would count as noticed.
    controls = [(name, Mutant("", "", "", _path(name).read_text(encoding="utf-8"))) for name in TESTS if word in name]
    if len(list(_survivors(controls))) < len(controls):
        print("the tests fail with nothing changed")
        return 2
    print(f"{len(trials)} mutants", flush=True)
    survivors = [f"{name}.{mutant.key}" for name, mutant in _survivors(trials)]
    unexplained = [key for key in survivors if key not in explained]
    stale = [key for key in explained if key not in survivors] if not word else []
    for key in unexplained:
        print("SURVIVED", key)
    for key in stale:
        print("EXPLAINED BUT NOTICED", key)
    print(
        f"{len(trials) - len(survivors)} noticed, {len(survivors) - len(unexplained)} explained, {len(unexplained)} not"
    )
    return 1 if unexplained or stale else 0


def _path(name: str) -> Path:
    return SOURCE.joinpath(*name.split(".")).with_suffix(".py")


def _explained() -> dict[str, str]:
    lines = (HERE / "explained.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if "\t" in line)


def _survivors(trials: list[tuple[str, Mutant]]) -> Iterator[tuple[str, Mutant]]:
    """Yield what survived, in the order of the trials; some run at a time, and one that takes too long was noticed."""
    running: dict[int, tuple[int, float]] = {}
    alive: set[int] = set()
    waiting = list(enumerate(trials))[::-1]
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            number, (name, mutant) = waiting.pop()
            running[started(name, mutant.source, TESTS[name])] = number, time.monotonic()
        for child, (number, since) in list(running.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                del running[child]
                if os.waitstatus_to_exitcode(status) == 0:
                    alive.add(number)
            elif time.monotonic() - since > SECONDS:
                os.kill(child, signal.SIGKILL)
        time.sleep(0.01)
    yield from (trial for number, trial in enumerate(trials) if number in alive)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
