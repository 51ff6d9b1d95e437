"""What the tests want of every server."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from handover_core.storage import Driver

D = TypeVar("D", bound=Driver)


class ServerMissing(Exception):
    """A server cannot be had on this machine."""


class Stores(ABC, Generic[D]):
    """Stores on one server, with their schema in place: each in a namespace of its own, emptied and used again.

    Making tables takes longer than most tests, and so does looking whether they are there.
    """

    def __init__(self) -> None:
        self._prefix = f"test_{os.getpid()}_"
        self._numbers = count()
        self._free: list[str] = []
        self._taken: dict[object, str] = {}

    def store(self, key: object) -> D:
        """Return the store of a key: an empty one the first time, the same one after that."""
        if key not in self._taken:
            self._taken[key] = self._emptied(self._free.pop()) if self._free else self._made()
        return self._opened(self._taken[key])

    def release(self) -> None:
        """Let the stores of a test be used again."""
        self._free += self._taken.values()
        self._taken.clear()

    def _name(self, word: str = "") -> str:
        """Return a name that nobody else on this server has."""
        return f"{self._prefix}{word}{next(self._numbers)}"

    def _emptied(self, name: str) -> str:
        self._empty(name)
        return name

    @abstractmethod
    def _made(self) -> str:
        """Make a namespace and migrate it; return its name."""

    @abstractmethod
    def _empty(self, name: str) -> None:
        """Remove all rows; tables and the like stay."""

    @abstractmethod
    def _opened(self, name: str) -> D:
        """Return the store in a namespace."""


class Daemon(Protocol):
    """A server that tests may do anything to; what was committed survives `kill` and `restart`."""

    url: str
    port: int

    def kill(self) -> None:
        """End it with SIGKILL."""

    def restart(self, *, largest_file: int | None = None) -> None:
        """Start it on the same data and port, after ending it if it runs; its files may not outgrow so many bytes."""


def limit_files(largest: int | None) -> Callable[[], None] | None:
    """Return what a new process does first, so that none of its files outgrows so many bytes."""
    if largest is None:
        return None

    def limit() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
        # Else the process would be ended, and never see the error that a full disk gives.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    return limit


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_WATCH = """
import os, pathlib, shutil, signal, sys, time
sys.stdin.read()
pid, folder = int(sys.argv[1]), sys.argv[2]
words = pathlib.Path(f"/proc/{pid}/cmdline")
if words.exists() and folder.encode() in words.read_bytes():
    os.kill(pid, signal.SIGKILL)
    time.sleep(2)  # until its other processes have let go of the folder
shutil.rmtree(folder, ignore_errors=True)
"""
_WATCHING: list[subprocess.Popen[bytes]] = []


def end_with_tests(pid: int, folder: Path) -> None:
    """Let a server end, and its folder vanish, when the tests that started it are gone, however they ended."""
    # Its standard input is closed with this process; it then ends what is left.
    watch = [sys.executable, "-c", _WATCH, str(pid), str(folder)]
    _WATCHING.append(subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True))
