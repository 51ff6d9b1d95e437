"""The hash chain of a stream: SHA-256 over the previous head and a canonical encoding of the entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256

GENESIS = "0" * 64
"""The head of a stream before its first entry."""


def chained(  # noqa: PLR0913, PLR0917 - the parts of the encoding, in its order
    head: str, tenant: str, kind: str, id: str, version: int, operation: str, format: int, at: int,  # noqa: A002
    actor: str, command: str, reason: str | None, content: str,
) -> str:  # fmt: skip
    """Return the head after an entry whose ``content`` is its JSON body (for a thin entry: the state's body).

    The encoding is every part as UTF-8, each preceded by its length in bytes and a colon, in the order of the
    parameters; None is the length ``-``.
    """
    parts = (head, tenant, kind, id, str(version), operation, str(format), str(at), actor, command, reason)
    data = content.encode()
    return sha256(b"%b%d:%b" % (_encoded(parts), len(data), data)).hexdigest()


def first_heads(  # noqa: PLR0913, PLR0917 - the parts of the encoding, in its order
    tenant: str, kind: str, operation: str, format: int, at: int,  # noqa: A002
    actor: str, command: str, reason: str | None,
) -> Callable[[str, str], str]:  # fmt: skip
    """Return what `chained` returns for first entries that differ in id and content alone, for one after the other."""
    begun = sha256(_encoded((GENESIS, tenant, kind)))
    middle = _encoded(("1", operation, str(format), str(at), actor, command, reason))

    def head(id_: str, content: str) -> str:
        digest = begun.copy()
        name, data = id_.encode(), content.encode()
        digest.update(b"%d:%b%b%d:%b" % (len(name), name, middle, len(data), data))
        return digest.hexdigest()

    return head


def encoded_digest(parts: Iterable[str | None]) -> str:
    """Return SHA-256 over parts in that encoding."""
    return sha256(_encoded(parts)).hexdigest()


def _encoded(parts: Iterable[str | None]) -> bytes:
    found = tuple(parts)
    text = "".join(["-:" if part is None else f"{len(part)}:{part}" for part in found])
    if text.isascii():  # then lengths in characters are lengths in bytes
        return text.encode()
    return b"".join([b"-:" if part is None else b"%d:%b" % (len(data := part.encode()), data) for part in found])
