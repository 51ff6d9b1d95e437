"""How a name or a number stands in a text: with other blanks, surname first, as a word of its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from handover_core.retention.telephones import ESCAPED, squeezed

CLOSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3130-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Signs of scripts without blanks between words, or with endings that are written to the word: Han, kana, Hangul, Thai."""
MOST_WORDS = 6
"""Up to how many words of a name are also looked for with the surname first."""

_LETTER = rf"[^\W_{CLOSE}]"
_IS_LETTER = re.compile(_LETTER)
_IS_CLOSE = re.compile(f"[{CLOSE}]")
_BLANK, _BETWEEN = r"[\s·•‧・]", r"[\s·•‧・_.-]"
_WORD = re.compile(rf"(?<=\w){_BLANK}+(?=\w)|\s+")
_NO_WORD_BEFORE, _NO_WORD_AFTER = rf"(?<!{_LETTER})", rf"(?!{_LETTER}|[\u0300-\u036f])"
_NO_CODE_BEFORE, _NO_CODE_AFTER = rf"(?<!{_LETTER}[-_/\\])(?<![0-9]\.)", rf"(?![-_/\\.]{_LETTER})"
_APART = re.compile(rf"(?<=[{CLOSE}])(?:{_BLANK}|{ESCAPED})+(?=[{CLOSE}])")
_BLANKS = re.compile(rf"(?:{_BETWEEN}|{ESCAPED}){{2,}}|[^\S ]|[·•‧・_.-]|{ESCAPED}")


def written_ways(text: str) -> tuple[str, ...]:
    """Return the ways in which a text is read: as it stands, and with full-width characters as ordinary ones."""
    if text.isascii():
        return (text,)
    return tuple(dict.fromkeys((text, normalize("NFKC", text))))


def pattern_of(value: str) -> str:
    """Return the pattern of a value in a text: its words with blanks or what joins file names between them, in any order.

    Letters before or after it make it another word, where its script has words.
    """
    return "|".join((_as_word(value, _joined(value)), *(_turned(*each) for each in _orders(value))))


def number_of(digits: str) -> str:
    """Return the pattern of a bare number: it is none inside of a longer code (W-0035), a path or a file's name."""
    return f"{_NO_WORD_BEFORE}{_NO_CODE_BEFORE}{digits}{_NO_WORD_AFTER}{_NO_CODE_AFTER}"


def telephone_of(pattern: str) -> str:
    """Return the pattern of a telephone number as a word of its own."""
    return f"{_NO_WORD_BEFORE}{pattern}{_NO_WORD_AFTER}"


def keys_of(value: str) -> Iterator[str]:
    """Yield what has to stand in a text, as `flattened` shows it or as it is, for the value to be in it."""
    yield value
    for first, rest in _orders(value):
        for comma in (",", ", ", " "):
            yield f"{' '.join(first)}{comma}{' '.join(rest)}"


def flattened(text: str) -> str:
    """Return JSON text with one blank for several, none inside of names that need none, and none inside of telephones."""
    found = squeezed(text)
    return _BLANKS.sub(" ", found if found.isascii() else _APART.sub("", found))


def _orders(value: str) -> list[tuple[list[str], list[str]]]:
    """Return for each other order of a name's words those that come first, and the rest; None for what is no name."""
    words = re.split(r"[\s,]+", value)
    is_name = all(any(sign.isalpha() for sign in word) for word in words) and not _IS_CLOSE.search(value)
    if not is_name or "@" in value or not 1 < len(words) <= MOST_WORDS:
        return []
    turned = range(0 if "," in value else 1, len(words))
    return [(words[place:], words[:place]) if place else (words[:-1], words[-1:]) for place in turned]


def _turned(first: list[str], rest: list[str]) -> str:
    comma = rf"(?:,\s*|{_BETWEEN}+)"
    return _as_word(f"{first[0]} {rest[-1]}", f"{_joined(' '.join(first))}{comma}{_joined(' '.join(rest))}")


def _joined(value: str) -> str:
    parts: list[str] = []
    place = 0
    for gap in _WORD.finditer(value):
        close = _IS_CLOSE.match(value[gap.start() - 1]) and _IS_CLOSE.match(value[gap.end()])
        parts += [_spread(value[place : gap.start()]), f"{_BLANK}*" if close else f"{_BETWEEN}+"]
        place = gap.end()
    return "".join([*parts, _spread(value[place:])])


def _spread(word: str) -> str:
    """Return the pattern of a word, with blanks between signs of scripts that need none."""
    found, before = "", ""
    for sign in word:
        found += (f"{_BLANK}*" if before and _IS_CLOSE.match(before) and _IS_CLOSE.match(sign) else "") + re.escape(
            sign
        )
        before = sign
    return found


def _as_word(value: str, pattern: str) -> str:
    head = _NO_WORD_BEFORE if _IS_LETTER.match(value[0]) else ""
    tail = _NO_WORD_AFTER if _IS_LETTER.match(value[-1]) else ""
    return f"{head}{pattern}{tail}"
