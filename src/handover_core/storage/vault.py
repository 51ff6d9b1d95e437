"""The port behind which the keys of persons are kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from handover_core.history.sealed import Token


class Vault(Protocol):
    """Keeps a key for each person of a company, and never where the store is kept.

    Whoever destroys a person's key erases what was sealed with it, wherever copies of that may be. Keys are durable
    when a method returns, before anything that was sealed with them is stored.
    """

    @property
    def id(self) -> str:
        """Return the word that tells this collection of keys from every other one."""

    def prepare(self, tenant: str, subjects: Collection[str], /) -> None:
        """Make a key for each of the persons that has none and was not erased; one round for all of them."""

    def seal(self, tenant: str, subject: str, place: str, text: str, /) -> Token | None:
        """Return the text as a token that can be opened at this place only, or None where the person was erased.

        The same text at the same place makes the same token for as long as the person's key is not renewed.
        """

    def unseal(self, tenant: str, place: str, token: Token, /) -> str | None:
        """Return the text of a token, or None where the person was erased.

        Raises `Unsealable` where the key is neither there nor destroyed, or where the token was tampered with.
        """

    def destroyed(self, tenant: str, subject: str, /) -> bool:
        """Tell whether the person's keys were destroyed."""

    def destroy(self, tenant: str, subject: str, /) -> None:
        """Destroy all keys of a person, for ever; nothing happens where that was done before."""

    def blind(self, tenant: str, place: str, text: str, /) -> str:
        """Return a keyed digest by which equal texts are found without being readable: 43 characters."""
