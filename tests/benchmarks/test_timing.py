"""How the benchmarks measure and compare."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from benchmarks.harness.results import best, job_data, merged, ratios_of, regressions
from benchmarks.harness.timing import Middle, Outcome, Sample, Unequal, interleaved, middle, ratio


def test_the_middle_is_the_median_between_its_quartiles() -> None:
    assert Middle(3, 2, 4) == middle([5, 1, 3, 2, 4])


def test_one_value_is_its_own_middle() -> None:
    assert Middle(7, 7, 7) == middle([7])


def test_a_ratio_is_taken_round_by_round() -> None:
    """A machine that is slow in one round is slow for both sides, and moves nothing."""
    assert Middle(2, 2, 2) == ratio([2, 20, 4], [1, 10, 2])


def test_sides_take_turns_and_the_first_round_warms_up() -> None:
    order: list[str] = []

    def side(name: str) -> Callable[[], Callable[[], int]]:
        return lambda: lambda: order.append(name) or 1

    outcome = interleaved({"a": side("a"), "b": side("b")}, 2)
    assert ["a", "b", "b", "a", "a", "b"] == order
    assert {"a": 2, "b": 2} == {name: len(samples) for name, samples in outcome.samples.items()}


def test_a_side_that_fails_drops_out_with_its_reason() -> None:
    def broken() -> Callable[[], int]:
        raise LookupError("no such\n server")

    outcome = interleaved({"whole": lambda: lambda: 1, "broken": broken}, 3)
    assert {"broken": "LookupError: no such server"} == outcome.errors
    assert 3 == len(outcome.samples["whole"])


def test_a_slow_side_may_take_part_once() -> None:
    outcome = interleaved({"a": lambda: lambda: 1, "b": lambda: lambda: 1}, 3, once={"b"})
    assert {"a": 3, "b": 1} == {name: len(samples) for name, samples in outcome.samples.items()}


def test_sides_that_did_not_do_the_same_are_not_compared() -> None:
    with pytest.raises(Unequal):
        interleaved({"one": lambda: lambda: 1, "two": lambda: lambda: 2}, 1)


def test_a_job_says_what_one_took_and_how_ours_compares() -> None:
    outcome = Outcome({"ours": [Sample(0.4, 0.2)] * 3, "raw, state only": [Sample(0.2, 0.05)] * 3}, {})
    data = job_data(outcome, 100)
    assert 4.0 == data["sides"]["ours"]["ms"]
    assert {"ratio": 2.0, "low": 2.0, "high": 2.0, "busy": 4.0} == data["sides"]["raw, state only"]["ours_over"]


def test_only_ratios_over_the_raw_driver_are_watched() -> None:
    over = {"ours_over": {"ratio": 1.5, "busy": 2.5}}
    jobs = {"get": {"sides": {"ours": {}, "raw, state only": over, "SQLModel": over}}}
    assert {"sqlite · get · raw, state only": (1.5, 2.5)} == ratios_of(
        {"sections": {"layers": {"places": {"sqlite": {"jobs": jobs}}}}}
    )


def test_both_ratios_beyond_twice_the_recorded_ones_are_a_regression() -> None:
    """A disk that is slow today moves the clock alone; added work moves both."""
    recorded = dict.fromkeys("abc", (1.0, 1.0))
    found = {"a": (2.1, 2.2), "b": (9.0, 2.0), "c": (2.0, 9.0), "new": (9.0, 9.0)}
    assert ["a: 2.10 (processor 2.20), recorded 1.00 (processor 1.00)"] == list(regressions(found, recorded))


def test_of_two_runs_the_better_ratios_count() -> None:
    assert {"a": (1.0, 2.0), "b": (3.0, 3.0)} == best({"a": (1.0, 3.0), "b": (3.0, 3.0)}, {"a": (2.0, 2.0)})


def test_places_that_were_not_run_keep_what_was_recorded() -> None:
    before = {"layers": {"places": {"a": 1, "b": 1}}, "startup": {"jobs": 1}}
    after = merged(before, {"layers": {"places": {"b": 2}}, "startup": {"jobs": 2}})
    assert {"layers": {"places": {"a": 1, "b": 2}}, "startup": {"jobs": 2}} == after
