"""Jobs of several sides, run in turn, round after round, so that whatever slows the machine slows all of them."""

from __future__ import annotations

import gc
import re
import statistics
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

Prepare = Callable[[], Callable[[], int]]
"""Makes ready, which is not timed, and returns what is timed: it returns how much it did, for all sides the same."""


_FOLDERS = re.compile(r"(?<![\w:/])(/[\w.-]+)+/(?=[\w.-])")


class Sample(NamedTuple):
    """One run of a job, in seconds: by the clock, and those in which this process was busy."""

    wall: float
    busy: float


class Middle(NamedTuple):
    """The median of some values between their quartiles."""

    median: float
    low: float
    high: float


class Outcome(NamedTuple):
    """What the sides of a job came to: samples in order of the rounds, and the errors of sides that dropped out."""

    samples: dict[str, list[Sample]]
    errors: dict[str, str]


class Unequal(Exception):
    """Two sides of one job did not do the same."""


def timed(prepare: Prepare) -> tuple[Sample, int]:
    """Run a job once and return how long it took, and how much it did."""
    job = prepare()
    gc.collect()
    wall, busy = time.perf_counter(), time.process_time()
    done = job()
    return Sample(time.perf_counter() - wall, time.process_time() - busy), done


def interleaved(sides: Mapping[str, Prepare], rounds: int, *, warm: bool = True, once: Collection[str] = ()) -> Outcome:
    """Run every side once a round, each round beginning with another one.

    With ``warm`` a round before the first warms up and counts not; jobs of seconds need none. Sides in ``once`` take part
    in the first round only. A side that raises drops out with its error. Raises `Unequal` where the others did not do
    the same.
    """
    names = list(sides)
    outcome = Outcome({name: [] for name in names}, {})
    for number in range(0 if warm else 1, rounds + 1):
        done: dict[str, int] = {}
        for name in (*names[number % len(names) :], *names[: number % len(names)]):
            if name in outcome.errors or (number > 1 and name in once):
                continue
            try:
                sample, done[name] = timed(sides[name])
            except Exception as error:  # noqa: BLE001 - one side's failure is recorded, and the others go on
                outcome.errors[name] = shown(error)
                continue
            if number:
                outcome.samples[name].append(sample)
        if len(set(done.values())) > 1:
            raise Unequal(f"the sides did not do the same: {done}")
    return outcome


def shown(error: BaseException) -> str:
    """Return an error in one line, without the folders of this machine."""
    words = _FOLDERS.sub("", " ".join(str(error).split()))
    return f"{type(error).__name__}: {words[:300]}"


def middle(values: Sequence[float]) -> Middle:
    """Return the median between the quartiles of at least one value."""
    if len(values) == 1:
        return Middle(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Middle(median, low, high)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Middle:
    """Return the middle of the ratios of the rounds in which both took part: ours over theirs of the same round."""
    return middle([mine / max(yours, 1e-9) for mine, yours in zip(ours, theirs, strict=False)])
