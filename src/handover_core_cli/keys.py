"""Where the command line keeps the keys of persons: in files of their own, never beside the store."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from handover_core.errors import NoMasterKey, OtherKeys
from handover_core.storage.vault import PersonKeys, Vault
from handover_core.texts import Text

if TYPE_CHECKING:
    from handover_core_keys import KeyRing

NONE = "none"
"""What is given in place of a file where nothing is to be sealed."""


def default_keys() -> Path:
    """Return the file of the keys: in the user's own data folder."""
    return _folder("XDG_DATA_HOME", ".local/share") / "keys.db"


def default_master() -> Path:
    """Return the file of the master key: in the user's settings, so that no one folder holds both."""
    return _folder("XDG_CONFIG_HOME", ".config") / "master.key"


def _folder(variable: str, usual: str) -> Path:
    if sys.platform == "win32":
        variable, usual = ("LOCALAPPDATA", "AppData/Local") if "DATA" in variable else ("APPDATA", "AppData/Roaming")
    named = os.environ.get(variable)
    return (Path(named) if named else Path.home() / usual) / "handover-core"


class KeysMissing(OtherKeys):
    """There is no file of keys, and the company is sealed with some: new ones would read nothing of it."""

    text = Text(
        "The personal data of {tenant!r} is sealed, and {path} does not exist: no new keys were made for it.",
        "{tenant!r} 的个人信息已封存，而 {path} 不存在：未为其新建密钥库。",
    )
    cure = Text(
        "Name the file of its keys (--keys, HANDOVER_KEYS), or bring it back from its backup. Where there is none, the owner"
        " begins anew (handover privacy begin-anew).",
        "请指定其密钥文件（--keys、HANDOVER_KEYS），或从备份恢复。如无备份，由负责人执行 handover privacy begin-anew。",
    )

    def __init__(self, tenant: str, path: Path) -> None:
        super().__init__(tenant)
        self.params = {**self.params, "path": str(path)}


class Keys:
    """A vault that is opened when it is first used, so that a command that seals nothing needs no file.

    Files are made where they are missing, but not for a company that is sealed with other keys, and no master key for
    keys that were wrapped with another one.
    """

    def __init__(self, keys: Path, master: Path) -> None:
        self._keys = keys
        self._master = master
        self._tenant, self._named = "", _nothing

    def belong(self, tenant: str, named: Callable[[], str]) -> None:
        """Say which company the keys are for; ``named`` returns the ring that its store names, empty for none."""
        self._tenant, self._named = tenant, named

    @property
    def path(self) -> Path:
        """The file of the keys."""
        return self._keys

    def anew(self) -> None:
        """Make the file where it is missing, whatever the store says: the company begins with these keys."""
        self._named = _nothing

    @cached_property
    def ring(self) -> KeyRing:
        """The ring of keys; raises `MissingExtra`, `StorageUnavailable`, `OtherKeys` where its file is missing."""
        from handover_core_keys import KeyRing, KeyTable, MasterKeys

        self._check()
        master = MasterKeys.from_file(self._master)
        self._keys.parent.mkdir(parents=True, exist_ok=True)
        return KeyRing(KeyTable.in_file(self._keys), master)

    def rewrapped(self, master: Path) -> int:
        """Wrap all keys with the master key in another file, and return how many were not."""
        from handover_core_keys import KeyRing, KeyTable, MasterKeys

        self._check()
        both = MasterKeys.from_file(self._master).and_then(MasterKeys.from_file(master))
        ring = KeyRing(KeyTable.in_file(self._keys), both)
        try:
            return ring.rewrap()
        finally:
            ring.close()

    def _check(self) -> None:
        if not self._keys.exists():
            if self._named():
                raise KeysMissing(self._tenant, self._keys)
        elif not self._master.exists():
            raise NoMasterKey(
                Text(
                    f"there is no master key in {self._master}, and {self._keys} was wrapped with one",
                    f"{self._master} 中没有主密钥，而 {self._keys} 曾以主密钥包裹",
                )
            )

    @property
    def id(self) -> str:
        """See `Vault.id`."""
        return self.ring.id

    def prepare(self, tenant: str, subjects: Collection[str], /) -> Mapping[str, PersonKeys | None]:
        """See `Vault.prepare`."""
        return self.ring.prepare(tenant, subjects)

    def person(self, tenant: str, subject: str, /) -> PersonKeys | None:
        """See `Vault.person`."""
        return self.ring.person(tenant, subject)

    def destroy(self, tenant: str, subject: str, /) -> None:
        """See `Vault.destroy`."""
        self.ring.destroy(tenant, subject)

    def blind(self, tenant: str, place: str, text: str, /) -> str:
        """See `Vault.blind`."""
        return self.ring.blind(tenant, place, text)

    def close(self) -> None:
        """Close what was opened."""
        if "ring" in self.__dict__:
            self.ring.close()


def _nothing() -> str:
    return ""


def keys_at(keys: str, master: Path) -> Vault | None:
    """Return the keys in these files, or None for the word `NONE`."""
    return None if keys == NONE else Keys(Path(keys), master)
