"""How a company's personal data is kept: with which keys, and at which level."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum

from attrs import frozen

from handover_core.storage.registers import Put, Register

SPACE = "privacy"
SETTINGS = "settings"


class Level(StrEnum):
    """What is sealed: the history alone, so that lists are sorted and searched by the store, or the state too."""

    STANDARD = "standard"
    STRICT = "strict"


@frozen
class Settings:
    """Which ring of keys a company's data is sealed with, and at which level; it stands in a register of the store.

    The ring without a name is that of a company of whom nothing was ever sealed. ``level`` is kept by all rows. While
    they are brought to another one it is the lower of both, and ``towards`` is the other: what is written keeps to it
    already, and rows of both kinds stand side by side. ``anew`` says when the company last began with other keys, in
    microseconds, with a mark that is made with these. ``blinds`` is a digest by which the company's own key is known
    again, with which digests are made; empty where the level was never strict.
    """

    ring: str = ""
    level: Level = Level.STANDARD
    towards: Level | None = None
    anew: tuple[int, str] | None = None
    blinds: str = ""

    @property
    def writes(self) -> Level:
        """The level that is kept by what is written from now on."""
        return self.towards or self.level

    @property
    def mixed(self) -> bool:
        """Whether some rows may be sealed and others not."""
        return self.towards is not None

    @property
    def sealed(self) -> bool:
        """Whether rows may be sealed."""
        return self.mixed or self.level is Level.STRICT

    def put(self, expected: int | None) -> Put:
        """Return the register to be written over this version."""
        body: dict[str, object] = {"ring": self.ring, "level": self.level.value}
        if self.towards is not None:
            body["towards"] = self.towards.value
        if self.anew is not None:
            body["anew"] = self.anew
        if self.blinds:
            body["blinds"] = self.blinds
        return Put(SPACE, SETTINGS, json.dumps(body), expected)


def settings_of(register: Register | None) -> Settings:
    """Return the settings in a register; those of a company without one are the defaults."""
    if register is None:
        return Settings()
    body = json.loads(register.body)
    towards, anew = body.get("towards"), body.get("anew")
    return Settings(
        body["ring"], Level(body["level"]), None if towards is None else Level(towards),
        None if anew is None else (int(anew[0]), str(anew[1])), body.get("blinds", ""),
    )  # fmt: skip


def blinds_of(blind: Callable[[str, str], str]) -> str:
    """Return the digest by which the key is known again that ``blind`` digests a text at a place with."""
    return blind(f"{SPACE}/blinds", "")


def begun_anew(at: int, blind: Callable[[str, str], str]) -> tuple[int, str]:
    """Return what the settings say of a beginning with other keys; ``blind`` digests a text at a place with these."""
    return at, blind(f"{SPACE}/anew", str(at))
