"""Redaction: words are taken out of entries that were written long ago, and a later entry answers for that.

The heads of redacted entries stay, so the chain goes on linking; but what they were made of is gone. So the entry of the
redaction holds, by version, a digest of each entry as it stands since: SHA-256 over its parts in the order of the chain,
with its own head in front and its batch behind, encoded like them. What stands there of a thin entry is what it was made
of, in the place of its body: else nothing would hold a row of a bulk any more. Of several redactions of an entry the last
one counts.

The reason of a bulk stands in its header and in every thin entry of it. When words are taken out of it, entries in the
stream of the header hold, by id, a digest of each thin entry, with what the entry was made of in the place of its body.
A redaction in a row's own stream counts before these.

Whoever can write to the database could write such entries too. So where a company has keys, they hold a keyed mark beside
the digests, under `KEYED`: HMAC over what `marked_text` returns, with the company's own key, which is never renewed. Names
that begin with a dollar sign are no fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from handover_core.history.chain import encoded_digest
from handover_core.history.changes import MALFORMED, Change

Body = Mapping[str, Any]
REDACTED = "$redacted"
"""Under which name the body of an entry holds the digests of those that it redacts."""
BULK = "$bulk"
"""Under which name an entry in the stream of a header holds the digests of thin entries, by id."""
KEYED = "$keyed"
"""Under which name such an entry holds the mark that tells that it was made with the company's keys."""
PLACE = "redaction"
"""At which place the mark is made; see `Vault.blind`."""


def digest_of(tenant: str, change: Change) -> str:
    """Return the digest of a redacted entry that is not thin."""
    return digest_of_thin(tenant, change, change.body)


def digest_of_thin(tenant: str, change: Change, content: str | None) -> str:
    """Return the digest of a thin entry that was made of ``content``, None where that cannot be told."""
    return encoded_digest(
        (
            change.head, tenant, change.kind, change.id, str(change.version), change.operation.value,
            str(change.format), str(change.at), change.actor, change.command, change.reason, content, change.batch,
        )
    )  # fmt: skip


def marked_text(  # noqa: PLR0913, PLR0917 - the parts of the encoding, in its order
    tenant: str, kind: str, id: str, version: int, at: int, actor: str, command: str,
    content: Mapping[str, Mapping[str, str]],
) -> str:  # fmt: skip
    """Return what the mark of a redaction is made over: SHA-256 over these parts, encoded like those of the chain.

    ``content`` are the digests under `REDACTED` or `BULK`: each name, how many there are, and then version or id and
    digest of each, sorted as text.
    """
    parts = [tenant, kind, id, str(version), str(at), actor, command]
    for name in (REDACTED, BULK):
        if name in content:
            parts += [name, str(len(content[name])), *(each for pair in sorted(content[name].items()) for each in pair)]
    return encoded_digest(parts)


def redactions(changes: Iterable[Change], load: Callable[[str], Any] = json.loads) -> list[tuple[Change, Body]]:
    """Return the entries of a stream that answer for others, with their bodies; one that cannot be read is none."""
    return [(change, body) for change in changes if (body := _body(change, load))]


def mark_of(tenant: str, change: Change, body: Body) -> tuple[object, str | None]:
    """Return the mark that a redaction holds, None for none, and the text over which it must have been made, if any.

    It is made over the digests: there is none for a redaction that tells of anything else.
    """
    if body.keys() - {REDACTED, BULK, KEYED}:
        return body.get(KEYED), None
    try:
        text = marked_text(
            tenant, change.kind, change.id, change.version, change.at, change.actor, change.command, body
        )
    except MALFORMED:
        return body.get(KEYED), None
    return body.get(KEYED), text


def attested(changes: Iterable[Change], load: Callable[[str], Any] = json.loads) -> Mapping[int, str]:
    """Return the digests of the redacted entries of a stream, by version."""
    found: dict[int, str] = {}
    for change, body in redactions(changes, load):
        found.update((version, digest) for version, digest in _digests(body) if version < change.version)
    return found


def redacted_in(changes: Sequence[Change]) -> int:
    """Return of how many entries a stream says that words were taken out of them; a header speaks for its bulk too."""
    return len(attested(changes)) + len({id_ for change in changes for id_ in attested_of_bulk(change)})


def attested_of_bulk(change: Change, load: Callable[[str], Any] = json.loads) -> Mapping[str, str]:
    """Return the digests of thin entries that an entry in the stream of their header holds, by id."""
    found = _body(change, load).get(BULK)
    return found if isinstance(found, dict) else {}


def _body(change: Change, load: Callable[[str], Any]) -> Body:
    """Return the body of an entry that answers for others; an empty one of any other, and of one that is not readable."""
    if change.body is None or (f'"{REDACTED}"' not in change.body and f'"{BULK}"' not in change.body):
        return {}
    try:
        body = load(change.body)
    except MALFORMED:
        return {}  # its own head tells on it
    return body if isinstance(body, dict) and (REDACTED in body or BULK in body) else {}


def _digests(body: Body) -> list[tuple[int, Any]]:
    """Return the digests by version; nothing for what nobody here wrote, whose own head tells on it."""
    try:
        return [(int(version), digest) for version, digest in body[REDACTED].items()]
    except MALFORMED:
        return []
