"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import results
from benchmarks.harness.machine import described
from benchmarks.harness.results import Data
from benchmarks.harness.run import Run
from benchmarks.sections import SECTIONS

ROOT = Path(__file__).parent.parent
RECORDED = ROOT / "benchmarks" / "results.json"


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ours against drivers and peers.")
    parser.add_argument(
        "--short", action="store_true", help="a minute: compares with the recorded ratios, records nothing"
    )
    parser.add_argument("--large", action="store_true", help="with a million records, which takes hours")
    parser.add_argument("--only", default="", help=f"sections, with commas: {', '.join(SECTIONS)}")
    parser.add_argument("--place", default="", help="places, with commas: sqlite, postgresql, mariadb, mongodb")
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="where the files of SQLite are laid")
    parser.add_argument("--page", action="store_true", help="only write the page of the docs again")
    parser.add_argument("--no-record", action="store_true", help="show the numbers, record nothing")
    return parser.parse_args()


def main() -> None:
    """Run what was asked for; exit with 1 where a part failed or a ratio became much worse."""
    asked = arguments()
    if asked.page:
        write_page(results.load(RECORDED))
        return
    chosen = [name for name in asked.only.split(",") if name] or list(SECTIONS)
    asked.folder.mkdir(exist_ok=True)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder, tempfile.TemporaryDirectory(dir=memory) as fast:
        run = Run(
            folder=Path(folder), memory=Path(fast), short=asked.short, large=asked.large,
            places=frozenset(name for name in asked.place.split(",") if name),
        )  # fmt: skip
        machine = described(Path(folder))
        sections = _measured(run, chosen)
        failed = _compared(run, sections) if asked.short else []
    if not (asked.short or asked.no_record):
        record(machine, sections, run)
    _end(run, failed)


def _measured(run: Run, chosen: list[str]) -> Data:
    run.found = {}
    for name in chosen:
        with run.recording(name):
            run.found[name] = SECTIONS[name](run)
    return run.found


def _compared(run: Run, sections: Data) -> list[str]:
    """Return what became worse beyond the margin, in two runs one after the other."""
    recorded = results.ratios_of(results.load(RECORDED))
    found = results.ratios_of({"sections": sections})
    worse = list(results.regressions(found, recorded))
    if worse and "layers" in sections:
        run.say("once more, for what was worse than recorded:\n  " + "\n  ".join(worse))
        again = results.ratios_of({"sections": _measured(run, ["layers"])})
        worse = list(results.regressions(results.best(found, again), recorded))
    run.say(
        f"{len(found)} ratios measured, {len(found.keys() & recorded.keys())} of them compared with the recorded ones"
    )
    return worse


def record(machine: Data, sections: Data, run: Run) -> None:
    """Write what was measured; sections that were not asked for stay as they were, with their own date."""
    before = results.load(RECORDED)
    stamped = {name: {**found, "machine": machine, "errors": _of(name, run.errors)} for name, found in sections.items()}
    known = {"sections": results.merged(before.get("sections", {}), stamped)}
    results.save(RECORDED, known)
    write_page(known)


def _of(section: str, errors: dict[str, str]) -> dict[str, str]:
    return {name: words for name, words in errors.items() if name.split(",")[0] == section}


def write_page(found: Data) -> None:
    """Write docs/speed.md and its pictures."""
    from benchmarks.page.writing import written

    target = ROOT / "docs"
    shutil.rmtree(target / "speed", ignore_errors=True)
    for name, words in written(found).items():
        path = target / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(words, encoding="utf-8")


def _end(run: Run, failed: list[str]) -> None:
    for words in failed:
        print(f"WORSE THAN TWICE THE RECORDED RATIO: {words}", file=sys.stderr)
    for part, words in run.errors.items():
        print(f"FAILED: {part}: {words}", file=sys.stderr)
    run.say("done")
    if failed or run.errors:
        sys.exit(1)
