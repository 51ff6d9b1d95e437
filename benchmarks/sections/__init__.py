"""The parts of a run; each returns plain data, and what one cannot do it says in it."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness.results import Data
from benchmarks.harness.run import Run
from benchmarks.sections import concurrency, domain, growth, history, layers, peers, profiles, startup

SECTIONS: dict[str, Callable[[Run], Data]] = {
    "layers": layers.measured,
    "peers": peers.measured,
    "history": history.measured,
    "jobs": domain.measured,
    "growth": growth.measured,
    "concurrency": concurrency.measured,
    "startup": startup.measured,
    "profiles": profiles.measured,
}
"""All sections in the order in which they run."""
