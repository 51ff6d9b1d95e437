"""Registers: small versioned texts beside the history, for what the library itself has to remember and agree upon.

A lease, a queue, a cursor: they change often, nobody asks who changed them, and they hold nothing that people wrote.
They are written by compare-and-set alone: a put names the version that it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handover_core.errors import InvalidInput
from handover_core.storage.encoding import check_text

REGISTER = "register"
"""What `AlreadyExists` and `VersionConflict` name as the kind of a register."""
EVENT = "event"
"""What they name as the kind of an outbox entry."""
SPACE_WIDTH = 128
NAME_WIDTH = 200


class Register(NamedTuple):
    """One register; its version begins at 1, also where the same key was dropped before."""

    space: str
    key: str
    version: int
    body: str


class Put(NamedTuple):
    """A register to be written: over the version ``expected``, or as a new one where that is None."""

    space: str
    key: str
    body: str
    expected: int | None = None

    @property
    def stored(self) -> Register:
        """The register after the put."""
        return Register(self.space, self.key, (self.expected or 0) + 1, self.body)


Drop = tuple[str, str, int]
"""A register to be dropped: space, key, expected version."""


def checked(puts: Sequence[Put]) -> Sequence[Put]:
    """Return ``puts``; raise `InvalidInput` for a space or key that is empty, too long or cannot be stored."""
    for put in puts:
        _check("space", put.space, SPACE_WIDTH)
        _check("key", put.key, NAME_WIDTH)
        check_text("body", put.body)
    return puts


def _check(path: str, value: str, most: int) -> None:
    if not 0 < len(value) <= most:
        raise InvalidInput.at(
            path, "key.length", "is empty or longer than {most} characters", "为空或超过 {most} 个字符", most=most
        )
    check_text(path, value)
