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
TELEPHONE_DIGITS = 7
"""From how many digits on a value is looked for as telephone numbers are written: in groups, with a country before it."""
AROUND = 20
"""How many characters of a text are shown on either side."""
COVER = "▇▇"

_GAP = r"[\s().-]*"
_ABROAD = r"(?:(?:\+|00)?86[\s-]*|(?:\+|00)[0-9]{0,3}[\s-]*)?"
_TELEPHONE = re.compile(r"\(?(?:\+|00)?[0-9][0-9\s().-]+")
_BETWEEN = re.compile(r"(?<=[0-9])(?:[\s().-]|\\[nrtf])*(?=[0-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

Leaf = tuple[str, str]
"""A text and the path of names to it, without positions in lists."""
Span = tuple[int, int]


@frozen
class Identity:
    """The values by which a person is named: names, numbers, addresses, telephones, of today and of the past."""

    values: frozenset[str]
    _pattern: re.Pattern[str] | None = field(init=False, eq=False, repr=False)

    @_pattern.default
    def _compiled(self) -> re.Pattern[str] | None:
        joined = "|".join([*map(_telephone, self.telephones), *map(_sought, self.sought)])
        return re.compile(joined, re.IGNORECASE) if joined else None

    @property
    def sought(self) -> list[str]:
        """The values that are looked for, the longer first, so that a whole address is found before the number in it."""
        ways = {way for each in self.values for way in written_ways(each) if _can_be_sought(way)}
        return sorted(ways, key=lambda each: (-len(each), each))

    @property
    def telephones(self) -> list[str]:
        """The digits of the values that may be written in groups and with a country before them."""
        found = {digits for each in self.values if (digits := digits_of(normalize("NFKC", each)))}
        return sorted(found, key=lambda each: (-len(each), each))

    @classmethod
    def of(cls, values: Iterable[object]) -> Identity:
        """Return the identity that consists of the values that are texts and not empty."""
        return cls(frozenset(text for each in values if isinstance(each, str) and (text := each.strip())))

    def named_in(self, text: str) -> bool:
        """Tell whether a text names the person, also in full-width characters."""
        return bool(self._spans(text))

    def excerpt(self, text: str) -> str:
        """Return where a text names the person, with a little around it and every name covered."""
        spans = self._spans(text)
        if not spans:
            return ""
        start, end = max(0, spans[0][0] - AROUND), min(len(text), spans[0][1] + AROUND)
        # A name that is cut at the edge of the excerpt must not stand there in part.
        near = [span for span in spans if span[0] < end and span[1] > start]
        start, end = min(start, near[0][0]), max(end, near[-1][1])
        return "…" * (start > 0) + _put(text, near, COVER, start, end).strip() + "…" * (end < len(text))

    def replaced(self, text: str, pseudonym: str) -> str:
        """Return a text with every name in it replaced; one that names nobody is returned as it is."""
        return _put(text, self._spans(text), pseudonym, 0, len(text))

    def _spans(self, text: str) -> list[Span]:
        """Return where the text names the person, however it is written, in order and apart from each other."""
        if self._pattern is None:
            return []
        found = [match.span() for match in self._pattern.finditer(text)]
        read, places = _read(text)
        if read != text:
            matches = (match.span() for match in self._pattern.finditer(read))
            found += [(places[start], _end(places, end)) for start, end in matches]
        return _apart(found)


def written_ways(text: str) -> tuple[str, ...]:
    """Return the ways in which a text is read: as it stands, and with full-width characters as ordinary ones."""
    if text.isascii():
        return (text,)
    return tuple(dict.fromkeys((text, normalize("NFKC", text))))


def digits_of(value: str) -> str:
    """Return the digits of what may be a telephone number, without the country's where that is China; else nothing."""
    if not _TELEPHONE.fullmatch(value):
        return ""
    digits = re.sub(r"[^0-9]", "", value)
    home = re.sub(r"^(?:00)?86(?=1[0-9]{10}$)", "", digits)
    return home if len(home) >= TELEPHONE_DIGITS else ""


def squeezed(text: str) -> str:
    """Return JSON text without what stands between the digits of a telephone number."""
    return _BETWEEN.sub("", text)


def _read(text: str) -> tuple[str, list[int]]:
    """Return a text in ordinary characters, and for each of them, and the end, where it comes from in the text.

    Signs that join (a letter and its accent) are taken together, as Unicode has it (normalization form KC).
    """
    if normalize("NFKC", text) == text:
        return text, []
    parts: list[str] = []
    places: list[int] = []
    begin = 0
    while begin < len(text):
        end, part = begin + 1, normalize("NFKC", text[begin])
        while end < len(text) and (more := normalize("NFKC", text[begin : end + 1])) != part + normalize(
            "NFKC", text[end]
        ):
            end, part = end + 1, more
        parts.append(part)
        places += [begin] * len(part)
        begin = end
    return "".join(parts), [*places, len(text)]


def _end(places: list[int], end: int) -> int:
    """Return where in the text the sign ends that stands before place ``end`` of what was read."""
    return next(place for place in places[end:] if place > places[end - 1])


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, with those that touch each other as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _put(text: str, spans: Iterable[Span], word: str, start: int, end: int) -> str:
    parts, place = [], start
    for begin, last in spans:
        parts += [text[place:begin], word]
        place = last
    return "".join([*parts, text[place:end]])


def _can_be_sought(value: str) -> bool:
    if value.isdigit():
        return len(value) >= SHORTEST_DIGITS and not _YEAR.fullmatch(value)
    return len(value) >= SHORTEST


def _sought(value: str) -> str:
    """Return the pattern of a value; letters and digits of the same kind before or after it make it another word."""
    head = r"(?<![0-9A-Za-z])" if _is_word(value[0]) else ""
    tail = r"(?![0-9A-Za-z])" if _is_word(value[-1]) else ""
    return f"{head}{re.escape(value)}{tail}"


def _telephone(digits: str) -> str:
    return rf"(?<![0-9A-Za-z]){_ABROAD}{_GAP.join(digits)}(?![0-9A-Za-z])"


def _is_word(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def is_name_of_id(name: str) -> bool:
    """Tell whether a field of this name holds ids, which name nobody."""
    return name in {"id", "mark", "$sealed"} or name.endswith(("_id", "_ids"))


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Yield the texts of JSON data in order, but for ids and for what is sealed; custom fields may bear any name."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if path == "custom" or not is_name_of_id(name):
                yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each, path)
