"""Redaction: words are taken out of entries that were written long ago, and a later entry answers for that.

The heads of redacted entries stay, so the chain goes on linking; but what they were made of is gone. So the entry of the
redaction holds, by version, a digest of each entry as it stands since: SHA-256 over its parts in the order of the chain,
with its own head in front and its batch behind, encoded like them. Of several redactions of an entry the last one counts.

The reason of a bulk stands in its header and in every thin entry of it. When words are taken out of it, entries in the
stream of the header hold, by id, a digest of each thin entry, with what the entry was made of in the place of its body.
A redaction in a row's own stream counts before these.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from handover_core.history.chain import encoded_digest
from handover_core.history.changes import Change

REDACTED = "$redacted"
"""Under which name the body of an entry holds the digests of those that it redacts."""
_MARK = f'"{REDACTED}"'
BULK = "$bulk"
"""Under which name an entry in the stream of a header holds the digests of thin entries, by id."""


def digest_of(tenant: str, change: Change) -> str:
    """Return the digest of a redacted entry."""
    return _digest(tenant, change, change.body)


def digest_of_thin(tenant: str, change: Change, content: str | None) -> str:
    """Return the digest of a thin entry with another reason; ``content`` is None where it cannot be told."""
    return _digest(tenant, change, content)


def _digest(tenant: str, change: Change, content: str | None) -> str:
    return encoded_digest(
        (
            change.head, tenant, change.kind, change.id, str(change.version), change.operation.value,
            str(change.format), str(change.at), change.actor, change.command, change.reason, content, change.batch,
        )
    )  # fmt: skip


def attested(changes: Iterable[Change], load: Callable[[str], Any] = json.loads) -> Mapping[int, str]:
    """Return the digests of the redacted entries of a stream, by version."""
    found: dict[int, str] = {}
    for change in changes:
        if change.body is not None and _MARK in change.body:
            found.update(
                (version, digest) for version, digest in _digests(change.body, load) if version < change.version
            )
    return found


def redacted_in(changes: Sequence[Change]) -> int:
    """Return of how many entries a stream says that words were taken out of them; a header speaks for its bulk too."""
    return len(attested(changes)) + len({id_ for change in changes for id_ in attested_of_bulk(change)})


def attested_of_bulk(change: Change, load: Callable[[str], Any] = json.loads) -> Mapping[str, str]:
    """Return the digests of thin entries that an entry in the stream of their header holds, by id."""
    if change.body is None or f'"{BULK}"' not in change.body:
        return {}
    found: Mapping[str, str] = load(change.body)[BULK]
    return found


def _digests(text: str, load: Callable[[str], Any]) -> list[tuple[int, Any]]:
    """Return what the body of a redaction holds; nothing for one that cannot be read, whose own head tells on it."""
    try:
        return [(int(version), digest) for version, digest in load(text)[REDACTED].items()]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
