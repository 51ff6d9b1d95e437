"""By which names nobody comes in any more: those of persons who were erased, in files that go on being used.

A name is barred in the vault, as the keys of a person are destroyed there, so it stays barred where an older store is brought
back. It stands there as a keyed digest, which nobody can read, or try out without the company's own key.
"""

from __future__ import annotations

from collections.abc import Iterable

from handover_core.errors import StorageUnavailable
from handover_core.storage.vault import Vault

PLACE = "barred"
"""At which place the digests are made; see `Vault.blind`."""

Name = tuple[str, str]
"""The id of somebody in another system, after the name of that; a number in the company stands after an empty one."""


def number_name(number: str) -> Name:
    """Return a number in the company as a name."""
    return "", number


def bar(vault: Vault, tenant: str, names: Iterable[Name]) -> None:
    """Let nobody come in by these names any more; it is final. Raises `StorageUnavailable`."""
    for word in sorted(_word(vault, tenant, name) for name in names):
        if not _is_gone(vault, tenant, word):
            try:
                vault.destroy(tenant, word)
            except StorageUnavailable:
                # Somebody may be reading the keys; but there was none here that they could read.
                if not _is_gone(vault, tenant, word):
                    raise


def is_barred(vault: Vault, tenant: str, names: Iterable[Name]) -> bool:
    """Tell whether one of these names is barred."""
    return any(_is_gone(vault, tenant, _word(vault, tenant, name)) for name in names)


def _is_gone(vault: Vault, tenant: str, word: str) -> bool:
    return vault.person(tenant, word) is None


def _word(vault: Vault, tenant: str, name: Name) -> str:
    source, id_ = name
    return f"{PLACE}:{vault.blind(tenant, PLACE, f'{len(source)}:{source}{id_}')}"
