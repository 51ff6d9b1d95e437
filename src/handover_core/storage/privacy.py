"""How a company's personal data is kept: with which keys, and at which level."""

from __future__ import annotations

import json
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

    The ring without a name is that of a company of whom nothing was ever sealed.
    """

    ring: str = ""
    level: Level = Level.STANDARD

    def put(self, expected: int | None) -> Put:
        """Return the register to be written over this version."""
        return Put(SPACE, SETTINGS, json.dumps({"ring": self.ring, "level": self.level.value}), expected)


def settings_of(register: Register | None) -> Settings:
    """Return the settings in a register; those of a company without one are the defaults."""
    if register is None:
        return Settings()
    body = json.loads(register.body)
    return Settings(body["ring"], Level(body["level"]))
