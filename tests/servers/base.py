"""What the tests want of every server."""

from __future__ import annotations

import resource
import signal
import socket
from collections.abc import Callable
from typing import Protocol

from handover_core.storage import Driver


class ServerMissing(Exception):
    """A server cannot be had on this machine."""


class Stores(Protocol):
    """Stores on one server: each in a namespace of its own, emptied and used again after its test."""

    def store(self, key: object) -> Driver:
        """Return the store of a key: an empty one the first time, the same one after that."""

    def release(self) -> None:
        """Let the stores of a test be used again."""


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
