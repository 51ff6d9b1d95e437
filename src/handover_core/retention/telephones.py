"""Telephone numbers as people write them: in groups, with what a country asks for before them, with an extension. Pure."""

from __future__ import annotations

import re

SHORTEST = 7
"""From how many digits on a value is looked for as telephone numbers are written."""

_SIGN = r"\s().\-/‐-―−"
_EXTENSION = "ext(?:ension|n)?|x|转|轉|分机|分機|durchwahl|dw"
_SIGNS = rf"[{_SIGN}]|[,;](?=\s*(?:{_EXTENSION}))|{_EXTENSION}"
_GAP = rf"(?:{_SIGNS})*"
_TELEPHONE = re.compile(rf"\(?(?P<abroad>\+|00)?[0-9](?:[0-9]|{_SIGNS})*[0-9]", re.IGNORECASE)
ESCAPED = r"\\(?:[nrtf]|u00[01][0-9a-f])"
"""A blank as JSON text writes it."""
_BETWEEN = re.compile(rf"(?<=[0-9])(?:{_SIGNS}|[_·•‧・]|{ESCAPED})+(?=[0-9])", re.IGNORECASE)
_OF_TWO_DIGITS = frozenset((20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82,
                            84, 86, *range(90, 96), 98))  # fmt: skip
"""The countries whose code has two digits; those of one digit are 1 and 7, all others have three (ITU-T E.164)."""


def digits_of(value: str) -> str:
    """Return the digits that every way of writing a telephone number has in common; nothing for what is none.

    Left out are the code of the country and the zero that stands in its place inside of the country.
    """
    found = _TELEPHONE.fullmatch(value)
    if found is None:
        return ""
    digits = re.sub(r"[^0-9]", "", value)
    if found["abroad"]:
        digits = digits.removeprefix("00") if found["abroad"] == "00" else digits
        digits = digits[_length_of_country(digits) :]
    digits = re.sub(r"^86(?=1[0-9]{10}$)", "", digits)
    home = digits.removeprefix("0")
    return home if len(home) >= SHORTEST else digits if len(digits) >= SHORTEST else ""


def pattern_of(digits: str) -> str:
    """Return the pattern of a telephone number, from its digits, with whatever may stand before and between them."""
    return rf"(?:(?:(?:\+|00)[0-9]{{1,3}}|86){_GAP})?(?:0{_GAP})?{_GAP.join(digits)}"


def squeezed(text: str) -> str:
    """Return JSON text without what stands between digits: of telephone numbers, and of what else is written in groups."""
    return _BETWEEN.sub("", text)


def _length_of_country(digits: str) -> int:
    if digits[:1] in {"1", "7"}:
        return 1
    return 2 if int(digits[:2]) in _OF_TWO_DIGITS else 3
