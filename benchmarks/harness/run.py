"""One run: what was asked for, where its files lie, and which of its parts failed."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field

from benchmarks.harness.timing import shown


@define(kw_only=True)
class Run:
    """The options of a run and the errors of its parts; a part that fails does not end the run."""

    folder: Path
    """Where files lie that have to reach a disk."""
    memory: Path
    """Where files lie that need no disk, if the machine has such a place."""
    short: bool = False
    large: bool = False
    places: frozenset[str] = frozenset()
    """The places to run on; all where it is empty."""
    errors: dict[str, str] = field(factory=dict)
    found: dict[str, Any] = field(factory=dict)
    """What the sections before have found, by their names."""
    began: float = field(factory=time.monotonic)

    @contextmanager
    def recording(self, part: str) -> Iterator[None]:
        """Record the error of a part under its name and go on after it."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - recorded, shown, and the end of the run says that it failed
            self.errors[part] = shown(error)
            self.say(f"FAILED: {part}: {self.errors[part]}")
            traceback.print_exc(file=sys.stderr)

    def say(self, words: str) -> None:
        """Tell how far the run is."""
        print(f"[{time.monotonic() - self.began:6.1f} s] {words}", flush=True)
