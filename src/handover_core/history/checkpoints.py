"""Checkpoints, which people know as seals: the heads of all streams at one moment, as one Merkle root kept elsewhere.

What is sealed in an entry is another thing: a personal value, see `handover_core.history.sealed`.

A leaf is SHA-256 over the byte 0 and the stream's kind, id, version and head, each as UTF-8 preceded by its length in
bytes and a colon; a node is SHA-256 over the byte 1 and its two children. A level with an odd number of nodes passes its
last one on (RFC 6962, section 2.1, for the prefixes). The leaves stand in the order of (kind, id).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from attrs import frozen


@frozen
class Leaf:
    """A stream and its newest entry."""

    kind: str
    id: str
    version: int
    head: str


class Root:
    """Computes a Merkle root over leaves as they come, in memory of the tree's height."""

    def __init__(self) -> None:
        self._levels: list[bytes | None] = []
        self.count = 0

    def add(self, leaf: Leaf) -> None:
        """Take the next leaf."""
        self.count += 1
        node = sha256(b"\0" + _encoded(leaf.kind, leaf.id, str(leaf.version), leaf.head)).digest()
        for level, waiting in enumerate(self._levels):
            if waiting is None:
                self._levels[level] = node
                return
            node, self._levels[level] = _joined(waiting, node), None
        self._levels.append(node)

    def hexdigest(self) -> str:
        """Return the root over the leaves so far, in hexadecimal digits; that of no leaves is SHA-256 of nothing."""
        node: bytes | None = None
        for waiting in self._levels:
            if waiting is not None:
                node = waiting if node is None else _joined(waiting, node)
        return (sha256().digest() if node is None else node).hex()


def root_of(leaves: Iterable[Leaf]) -> str:
    """Return the Merkle root of leaves in order."""
    root = Root()
    for leaf in leaves:
        root.add(leaf)
    return root.hexdigest()


def signed(key: bytes, tenant: str, at: int, count: int, root: str) -> str:
    """Return the signature of a seal: HMAC-SHA-256 over its parts, encoded like those of a leaf."""
    return hmac.new(key, _encoded(tenant, str(at), str(count), root), sha256).hexdigest()


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def _encoded(*parts: str) -> bytes:
    return b"".join(b"%d:%b" % (len(data), data) for data in (part.encode() for part in parts))
