"""The page in the documentation is what the recorded results say."""

from __future__ import annotations

from pathlib import Path

from benchmarks.harness.results import load
from benchmarks.page.writing import written

ROOT = Path(__file__).parents[2]


def test_the_page_is_written_from_the_recorded_results() -> None:
    """`python -m benchmarks --page` brings it up to date."""
    for name, text in written(load(ROOT / "benchmarks" / "results.json")).items():
        assert text == (ROOT / "docs" / name).read_text(encoding="utf-8"), name
