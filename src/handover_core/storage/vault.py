"""The port behind which the keys of persons are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from handover_core.history.sealed import Token


class PersonKeys(Protocol):
    """The keys of one person: the newest seals, all of them open."""

    def seal(self, place: str, text: str, /) -> Token:
        """Return the text as a token that can be opened at this place only.

        The same text at the same place makes the same token for as long as the person's key is not renewed. Raises
        `Unsealable` where there is no key yet.
        """

    def unseal(self, place: str, token: Token, /) -> str:
        """Return the text of a token; raise `Unsealable` where its key is missing, `SealBroken` where it was tampered with."""


class Vault(Protocol):
    """Keeps keys for the persons of companies, and never where the store is kept.

    Whoever destroys a person's keys erases what was sealed with them, wherever copies of that may be. Keys are durable
    when a method returns, before anything that was sealed with them is stored. What a method returns is for one unit
    of work: another process may renew or destroy keys at any time.
    """

    @property
    def id(self) -> str:
        """Return the word that tells this collection of keys from every other one."""

    def prepare(self, tenant: str, subjects: Collection[str], /) -> Mapping[str, PersonKeys | None]:
        """Return the keys of these persons, with which can be sealed, and None for those whose keys were destroyed.

        Whoever had none has one when the method returns; it is one round for all of them.
        """

    def person(self, tenant: str, subject: str, /) -> PersonKeys | None:
        """Return the keys of a person, none of which need exist; None where they were destroyed."""

    def destroy(self, tenant: str, subject: str, /) -> None:
        """Destroy all keys of a person, for ever.

        Where that was done before, only what a call that failed has left readable is made unreadable. Raises
        `StorageUnavailable` while something may still be read: then the keys are no more used, and it is called again.
        """

    def blind(self, tenant: str, place: str, text: str, /) -> str:
        """Return a keyed digest by which equal texts are found without being readable: 43 characters."""
