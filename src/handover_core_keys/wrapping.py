"""Wrapping: the keys of persons are stored only under a master key, which a host may leave to its own KMS."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from handover_core.errors import NoMasterKey
from handover_core.texts import Text

MASTER_BYTES = 64


_PURPOSE = [b"a person's key"]


class Wrapper(Protocol):
    """Wraps keys: a few named master keys, or a key management service. `current` names the one that wraps."""

    @property
    def current(self) -> str:
        """Return the name of the master key with which keys are wrapped from now on."""

    def wrap(self, key: bytes, /) -> bytes:
        """Return a key wrapped with the current master key."""

    def unwrap(self, master: str, wrapped: bytes, /) -> bytes:
        """Return the key that was wrapped with the master key of this name; raise `NoMasterKey`."""


class MasterKeys:
    """Master keys in this process, by name: 64 random bytes each; AES-SIV, which was made for this (RFC 5297, section 1.1)."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        self._keys = dict(keys)
        self.current = current

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Return the master key in a file of hexadecimal digits, which is made where it is missing, for its owner only.

        Its name is the beginning of its digest. Raises `NoMasterKey` for anything else in it.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Another process may be making it at the same moment: the one that links first has made it.
            beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(MASTER_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(beside, path)
            except FileExistsError:
                pass  # made by the other one, whose key counts
            finally:
                beside.unlink()
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise NoMasterKey(_no_key(path)) from error
        if len(key) != MASTER_BYTES:
            raise NoMasterKey(_no_key(path))
        name = sha256(key).hexdigest()[:16]
        return cls({name: key}, name)

    def and_then(self, other: MasterKeys) -> MasterKeys:
        """Return both: those of the other wrap, and all of them unwrap."""
        return MasterKeys({**self._keys, **other._keys}, other.current)

    def wrap(self, key: bytes, /) -> bytes:
        """See `Wrapper.wrap`."""
        return self._cipher(self.current).encrypt(key, _PURPOSE)

    def unwrap(self, master: str, wrapped: bytes, /) -> bytes:
        """See `Wrapper.unwrap`."""
        try:
            return self._cipher(master).decrypt(wrapped, _PURPOSE)
        except InvalidTag as error:
            raise NoMasterKey(_wrong(master)) from error

    def _cipher(self, name: str) -> AESSIV:
        if name not in self._keys:
            raise NoMasterKey(_missing(name))
        return AESSIV(self._keys[name])


def _missing(name: str) -> Text:
    return Text(f"the master key {name!r} is missing", f"缺少主密钥 {name!r}")


def _wrong(name: str) -> Text:
    return Text(
        f"the master key {name!r} is another one than keys were wrapped with", f"主密钥 {name!r} 并非包裹密钥时所用"
    )


def _no_key(path: Path) -> Text:
    return Text(f"{path} is not a master key: 128 hexadecimal digits", f"{path} 不是主密钥：应为 128 位十六进制数字")
