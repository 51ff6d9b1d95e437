"""What the tests want of every server."""

from __future__ import annotations

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
