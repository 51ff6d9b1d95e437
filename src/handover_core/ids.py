"""Identifiers: opaque strings; new ones are UUIDv7 (RFC 9562), so that keys grow with time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha256

Ids = Callable[[], str]

_HYPHENS = (8, 12, 16, 20)
_VARIANT = {digit: "89ab"[place % 4] for place, digit in enumerate("0123456789abcdef")}
"""The digit with the bits of the variant, by a random one."""


def new_id() -> str:
    """Return a UUIDv7 as 36 characters: 48 bits of Unix milliseconds, version, variant, 74 random bits."""
    millis = f"{time.time_ns() // 1_000_000:012x}"
    random = os.urandom(10).hex()
    return f"{millis[:8]}-{millis[8:12]}-7{random[:3]}-{_VARIANT[random[3]]}{random[4:7]}-{random[7:19]}"


def pseudonym_of(subject: str) -> str:
    """Return the word by which an erased person is known: the same for the same id, and nothing can be read from it."""
    return f"P-{sha256(subject.encode()).hexdigest()[:10].upper()}"


def derived_id(*parts: str) -> str:
    """Return the one id that belongs to ``parts`` (UUIDv8, RFC 9562, over SHA-256).

    Imports use it so that the same source row can never be stored twice, whoever imports it and however often.
    """
    text = "".join(f"{len(part)}:{part}" for part in parts)
    digest = int.from_bytes(sha256(text.encode()).digest()[:16])
    value = digest & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62
    return _hyphenated(f"{value:032x}")


def _hyphenated(digits: str) -> str:
    first, second, third, fourth = _HYPHENS
    return f"{digits[:first]}-{digits[first:second]}-{digits[second:third]}-{digits[third:fourth]}-{digits[fourth:]}"
