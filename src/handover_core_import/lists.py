"""Several values in one cell: separated by ``;``, ``；`` or ``、``; a value that holds one of these stands in quotes.

Within quotes a quotation mark is written twice. `join_list` writes what `split_list` reads.
"""

from __future__ import annotations

from collections.abc import Iterable

SEPARATORS = ";；、"
_QUOTE = '"'


def split_list(text: str) -> tuple[str, ...] | None:
    """Return the values of a cell, or None where a quotation mark does not close."""
    values: list[str] = []
    place = 0
    while place < len(text):
        if text[place].isspace() or text[place] in SEPARATORS:
            place += 1
        elif text[place] == _QUOTE:
            end = _closing(text, place + 1)
            if end is None or text[end + 1 :].lstrip()[:1] not in ("", *SEPARATORS):
                return None
            values.append(text[place + 1 : end].replace(_QUOTE * 2, _QUOTE))
            place = end + 1
        else:
            end = min((at for sign in SEPARATORS if (at := text.find(sign, place)) >= 0), default=len(text))
            values.append(text[place:end].rstrip())
            place = end
    return tuple(values)


def _closing(text: str, place: int) -> int | None:
    while (at := text.find(_QUOTE, place)) >= 0:
        if text[at + 1 : at + 2] != _QUOTE:
            return at
        place = at + 2
    return None


def join_list(values: Iterable[str]) -> str:
    """Return the values as the text of one cell."""
    return "; ".join(_quoted(value) for value in values)


def _quoted(value: str) -> str:
    plain = (
        value and value == value.strip() and _QUOTE not in value[:1] and not any(sign in value for sign in SEPARATORS)
    )
    return value if plain else _QUOTE + value.replace(_QUOTE, _QUOTE * 2) + _QUOTE
