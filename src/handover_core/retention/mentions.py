"""Free text that names a person: finding it, showing it covered, and putting the pseudonym in its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from unicodedata import normalize

from attrs import field, frozen

SHORTEST = 2
"""How many characters a value needs to be looked for: a single letter is in every text."""
SHORTEST_DIGITS = 4
"""The same for values of digits alone: a number such as 12 counts things in every text."""
AROUND = 20
"""How many characters of a text are shown on either side."""
COVER = "▇▇"

Leaf = tuple[str, str]
"""A text and the path of names to it, without positions in lists."""


@frozen
class Identity:
    """The values by which a person is named: names, numbers, addresses, telephones, of today and of the past."""

    values: frozenset[str]
    _pattern: re.Pattern[str] | None = field(init=False, eq=False, repr=False)

    @_pattern.default
    def _compiled(self) -> re.Pattern[str] | None:
        joined = "|".join(map(_sought, self.sought))
        return re.compile(joined, re.IGNORECASE) if joined else None

    @property
    def sought(self) -> list[str]:
        """The values that are looked for, the longer first, so that a whole address is found before the number in it."""
        return sorted((each for each in self.values if _can_be_sought(each)), key=lambda each: (-len(each), each))

    @classmethod
    def of(cls, values: Iterable[object]) -> Identity:
        """Return the identity that consists of the values that are texts and not empty."""
        return cls(frozenset(text for each in values if isinstance(each, str) and (text := each.strip())))

    def named_in(self, text: str) -> bool:
        """Tell whether a text names the person, also in full-width characters."""
        return self._in(text) is not None

    def excerpt(self, text: str) -> str:
        """Return where a text names the person, with a little around it and every name covered."""
        found = self._in(text)
        if found is None or self._pattern is None:
            return ""
        written, match = found
        start, end = max(0, match.start() - AROUND), match.end() + AROUND
        # A name that is cut at the edge of the excerpt must not stand there in part.
        covered = self._pattern.sub(lambda each: COVER.ljust(len(each.group()), "\0"), written)
        shown = covered[start:end] if len(covered) == len(written) else self._pattern.sub(COVER, written)
        return "…" * (start > 0) + shown.replace("\0", "").strip() + "…" * (end < len(written))

    def replaced(self, text: str, pseudonym: str) -> str:
        """Return a text with every name in it replaced; one that names nobody is returned as it is."""
        found = self._in(text)
        if found is None or self._pattern is None:
            return text
        return self._pattern.sub(pseudonym, found[0])

    def _in(self, text: str) -> tuple[str, re.Match[str]] | None:
        """Return the text as it has to be written for the first name in it to be found, and that name."""
        if self._pattern is None:
            return None
        for written in written_ways(text):
            match = self._pattern.search(written)
            if match is not None:
                return written, match
        return None


def written_ways(text: str) -> tuple[str, ...]:
    """Return the ways in which a text is read: as it stands, and with full-width characters as ordinary ones."""
    return (text,) if text.isascii() else (text, normalize("NFKC", text))


def _can_be_sought(value: str) -> bool:
    return len(value) >= (SHORTEST_DIGITS if value.isdigit() else SHORTEST)


def _sought(value: str) -> str:
    """Return the pattern of a value; letters and digits of the same kind before or after it make it another word."""
    head = r"(?<![0-9A-Za-z])" if _is_word(value[0]) else ""
    tail = r"(?![0-9A-Za-z])" if _is_word(value[-1]) else ""
    return f"{head}{re.escape(value)}{tail}"


def _is_word(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def is_name_of_id(name: str) -> bool:
    """Tell whether a field of this name holds ids, which name nobody."""
    return name in {"id", "mark", "$sealed"} or name.endswith(("_id", "_ids"))


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Yield the texts of JSON data in order, but for ids and for what is sealed."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if not is_name_of_id(name):
                yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each, path)
