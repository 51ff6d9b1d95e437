"""What the tests want of every server."""

from __future__ import annotations

import socket
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

    def restart(self) -> None:
        """Start it on the same data and port, after ending it if it runs."""


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
