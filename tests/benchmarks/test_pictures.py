"""What the benchmarks draw and write."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from benchmarks.harness import flame
from benchmarks.harness.svg import Bar, bars, lines, number
from benchmarks.page.cells import scored, worst
from benchmarks.page.writing import written

ROOT = Path(__file__).parents[2]


def _results(*ratios: float) -> dict[str, Any]:
    """Return what a run records where SQLite's insert has these ratios over both raw sides, and a get the first one."""
    over = [{"ms": 1.0, "ours_over": {"ratio": each, "low": each, "high": each, "busy": each}} for each in ratios]
    get = {"sides": {"ours": {"ms": 1.0}, "raw, state only": over[0]}, "errors": {}}
    insert = {
        "sides": {"ours": {"ms": 1.0}, "raw, state only": over[0], "raw, same rows": over[1]},
        "errors": {"SQLModel": "ImportError: none"},
    }
    place = {
        "rows": 10, "bulk": 10, "note": "a file", "missing": {"beanie": "ImportError: none"},
        "jobs": {"get in an open unit": get, "insert + commit": insert, "save with version check + commit": insert},
    }  # fmt: skip
    return {"sections": {"layers": {"places": {"sqlite": place}}}}


def test_bars_are_as_long_as_their_values() -> None:
    drawn = ET.fromstring(bars("<title>", [Bar("one", 1.0, 1.0, 1.0), Bar("two", 2.0, 1.5, 2.5, goal=1.2)]))
    one, two = (float(each.attrib["width"]) for each in drawn.iter("{http://www.w3.org/2000/svg}rect"))
    assert 0.01 > abs(two / one - 2)


def test_lines_are_drawn_for_any_values_above_nought() -> None:
    drawn = ET.fromstring(lines("growth", {"a": [(1e4, 0.02), (1e6, 300.0)], "b": [(1e4, 5.0)]}, "records", "ms"))
    assert 2 == len(list(drawn.iter("{http://www.w3.org/2000/svg}polyline")))


def test_numbers_have_three_digits_that_matter() -> None:
    assert ["0", "0.123", "1.23", "12.3", "1,235"] == [number(each) for each in (0, 0.1234, 1.234, 12.34, 1234.6)]


def test_stacks_are_read_back_as_they_were_written() -> None:
    stacks = Counter({("a", "b"): 3, ("a",): 1})
    assert ("a title", stacks) == flame.unfolded(flame.folded("a title", stacks))


def test_a_flame_is_as_wide_as_its_share() -> None:
    root = flame.tree(Counter({("a", "b"): 3, ("a", "c"): 1, ("d",): 4}))
    assert [("a", 4), ("d", 4)] == [(each.name, each.count) for each in root.inner]
    assert [("b", 3), ("c", 1)] == [(each.name, each.count) for each in root.inner[0].inner]
    assert ET.fromstring(flame.drawn(root, "a & b")) is not None


def test_what_runs_is_seen() -> None:
    """The function that burns the time stands at the end of most stacks."""

    def burn() -> None:
        sum(number * number for number in range(20_000))

    assert "burn" in flame.hottest(flame.sampled(lambda: burn, 0.2))[0][0]


def test_of_two_jobs_of_a_goal_the_worse_one_counts() -> None:
    found = scored(_results(1.5, 1.2)["sections"]["layers"])
    assert [(1.5, True), (1.2, True), (1.5, True)] == [(each.ratio, each.met) for each in found]


def test_the_worst_are_those_furthest_beyond_their_goals() -> None:
    found = scored(_results(3.0, 5.0)["sections"]["layers"])
    assert ["insert + commit", "get in an open unit"] == [each.job for each in worst(found)]


def test_the_page_says_what_is_met_and_what_was_not_measured(tmp_path: Path) -> None:
    page = written(_results(1.5, 2.0), tmp_path)["speed.md"]
    assert "2 of 3 goals are met" in page
    assert "**1.50 ≤ 1.6**" in page
    assert "2.00 > 1.25" in page
    assert "Not measured: beanie: `ImportError: none`" in page
    assert "Not measured: SQLModel (insert + commit): `ImportError: none`" in page
