"""Redaction: words are taken out of entries that were written long ago, and a later entry answers for that.

The heads of redacted entries stay, so the chain goes on linking; but what they were made of is gone. So the entry of the
redaction holds, by version, a digest of each entry as it stands since: SHA-256 over its parts in the order of the chain,
with its own head in front and its batch behind, encoded like them. Of several redactions of an entry the last one counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from handover_core.history.chain import encoded_digest
from handover_core.history.changes import Change

REDACTED = "$redacted"
"""Under which name the body of an entry holds the digests of those that it redacts."""
_MARK = f'"{REDACTED}"'


def digest_of(tenant: str, change: Change) -> str:
    """Return the digest of a redacted entry."""
    return encoded_digest(
        (
            change.head, tenant, change.kind, change.id, str(change.version), change.operation.value,
            str(change.format), str(change.at), change.actor, change.command, change.reason, change.body, change.batch,
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


def _digests(text: str, load: Callable[[str], Any]) -> list[tuple[int, Any]]:
    """Return what the body of a redaction holds; nothing for one that cannot be read, whose own head tells on it."""
    try:
        return [(int(version), digest) for version, digest in load(text)[REDACTED].items()]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
