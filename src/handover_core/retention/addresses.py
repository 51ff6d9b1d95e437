"""Where addresses (``scheme://…``) stand in a text, and where each ends: what follows it is no part of it. Pure."""

from __future__ import annotations

import re

# What RFC 3986 allows in ASCII, but for the comma and the semicolon, which in a text come after an address.
_SIGN = r"[!#-'*+\--:=?-Z_a-z~]"
# Brackets belong to an address that opens and closes them. A quote or an asterisk before it ends it. No scheme is longer
# than this, and a bound keeps long runs of letters from being read again from each of them.
_ADDRESS = re.compile(
    rf"(?P<before>['*])?[A-Za-z][A-Za-z0-9+.-]{{0,40}}://(?:(?!(?P=before)){_SIGN}|\({_SIGN}*\)|\[{_SIGN}*\])+"
)
_CLOSING = ".:!?'*"


def addresses_in(text: str) -> list[tuple[int, int]]:
    """Return where the addresses stand in a text, each as its start and end, without the signs that close a sentence."""
    if "://" not in text:
        return []
    found = ((match.start(), match.group()) for match in _ADDRESS.finditer(text))
    return [(start, start + len(address.rstrip(_CLOSING))) for start, address in found]
