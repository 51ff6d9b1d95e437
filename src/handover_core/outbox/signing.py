"""Signatures of webhooks: HMAC-SHA-256 over the timestamp, a full stop, and the body as it was sent.

Two headers carry them. A signature is ``v1=`` and 64 hexadecimal digits; while a secret is changed, there may be
several in one header, with commas between them, and one that fits is enough.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

TIMESTAMP_HEADER = "Handover-Timestamp"
"""Seconds since 1970, UTC, in decimal digits: when it was signed."""
SIGNATURE_HEADER = "Handover-Signature"
TOLERANCE = 300
"""How many seconds a signature may be old, or the clocks may differ."""
_DIGITS = 15


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """Return the signature of a body."""
    return "v1=" + hmac.new(secret, f"{timestamp}.".encode() + body, sha256).hexdigest()


def signed_headers(secrets: Iterable[bytes], timestamp: int, body: bytes) -> dict[str, str]:
    """Return both headers, with a signature for each secret."""
    signatures = ",".join(signature(secret, timestamp, body) for secret in secrets)
    return {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: signatures}


def is_authentic(
    secret: bytes, timestamp: str | None, signatures: str | None, body: bytes, *, now: float, tolerance: int = TOLERANCE
) -> bool:
    """Tell a receiver whether what came is signed with the secret, and not longer ago than ``tolerance`` seconds.

    ``timestamp`` and ``signatures`` are the headers as they came (None where there is none), ``body`` the bytes as they
    came, before anything parses them. Comparing takes the same time wherever they differ.
    """
    if timestamp is None or signatures is None or not _is_number(timestamp) or not signatures.isascii():
        return False
    if abs(now - int(timestamp)) > tolerance:
        return False
    wanted = signature(secret, int(timestamp), body)
    return any(hmac.compare_digest(wanted, each.strip()) for each in signatures.split(","))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS and str(int(text)) == text
