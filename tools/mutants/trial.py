"""One trial: tests in a process of its own, with one module replaced."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import ModuleType

import hypothesis  # noqa: F401 - imported before the fork, so that no trial imports it again
import pytest

# The plugin was imported before, which pytest warns about.
QUIET = (
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "-q",
    "-x",
    "--no-header",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--tb=no",
)


class Replaced(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module in a text."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the one module."""
        return importlib.util.spec_from_loader(fullname, self, origin="mutant") if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source."""
        exec(compile(self.source, "mutant", "exec"), module.__dict__)  # noqa: S102


def started(name: str, source: str, tests: Sequence[str]) -> int:
    """Start a trial and return the process's id; it ends with pytest's exit code: 0 where the mutant survives.

    The library must not have been imported here, or the trial would see it unchanged.
    """
    assert not any(each.startswith("handover_core") for each in sys.modules)
    child = os.fork()
    if child:
        return child
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    sys.meta_path.insert(0, Replaced(name, source))
    os._exit(int(pytest.main([*QUIET, *tests])))
