"""Free text that names a person: finding it, showing it covered, and putting the pseudonym in its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from unicodedata import normalize

from attrs import field, frozen

from handover_core.retention import wording
from handover_core.retention.addresses import addresses_in
from handover_core.retention.telephones import digits_of
from handover_core.retention.telephones import pattern_of as telephones_pattern
from handover_core.retention.wording import written_ways
from handover_core.storage.freetext import REMEMBERED
from handover_core.storage.remembered import EXTERNAL, words_of

SHORTEST = 2
"""How many characters a value needs to be looked for: a single letter is in every text."""
SHORTEST_DIGITS = 4
"""The same for values of digits alone: a number such as 12 counts things in every text."""
AROUND = 20
"""How many characters of a text are shown on either side."""
COVER = "▇▇"

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

_REMEMBERED = ".".join(REMEMBERED)

Leaf = tuple[str, str]
"""A text and the path of names to it, without positions in lists."""
Span = tuple[int, int]
Pattern = re.Pattern[str]


@frozen
class Identity:
    """The values by which a person is named: names, numbers, addresses, telephones, of today and of the past.

    ``numbers`` are those of them that are the person's numbers in the company, and so no telephones. ``longer`` are names
    of others inside of which one of the values stands, as 张伟 in 张伟明: where they stand, these others are meant.
    """

    values: frozenset[str]
    numbers: frozenset[str] = frozenset()
    longer: frozenset[str] = frozenset()
    _words: Pattern | None = field(init=False, eq=False, repr=False)
    _bare: Pattern | None = field(init=False, eq=False, repr=False)
    _others: Pattern | None = field(init=False, eq=False, repr=False)

    @_words.default
    def _compiled_words(self) -> Pattern | None:
        telephones = (wording.telephone_of(telephones_pattern(digits)) for digits in self.telephones)
        return _compiled((*telephones, *(wording.pattern_of(each) for each in self.sought if not _is_bare(each))))

    @_bare.default
    def _compiled_bare(self) -> Pattern | None:
        return _compiled(wording.number_of(each) for each in self.sought if _is_bare(each))

    @_others.default
    def _compiled_others(self) -> Pattern | None:
        ways = {way for each in self.longer for way in written_ways(each)}
        return _compiled(map(wording.pattern_of, sorted(ways, key=lambda each: (-len(each), each))))

    @property
    def sought(self) -> list[str]:
        """The values that are looked for, the longer first, so that a whole address is found before the number in it."""
        ways = {way for each in self.values for way in written_ways(each) if _can_be_sought(way)}
        return sorted(ways, key=lambda each: (-len(each), each))

    @property
    def telephones(self) -> list[str]:
        """The digits of the values that may be written in groups and with a country before them."""
        found = {digits_of(normalize("NFKC", each)) for each in self.values - self.numbers} - {""}
        return sorted(found, key=lambda each: (-len(each), each))

    @classmethod
    def of(cls, values: Iterable[object], numbers: Iterable[object] = ()) -> Identity:
        """Return the identity that consists of the values, and numbers, that are texts and not empty."""
        own = frozenset(_texts_of(numbers))
        return cls(own.union(_texts_of(values)), own)

    def named_in(self, text: str) -> bool:
        """Tell whether a text names the person, also in full-width characters."""
        return bool(self._spans(text))

    def replaceable_in(self, text: str) -> bool:
        """Tell whether a text names the person anywhere but in addresses (``scheme://…``), which must stay as they are."""
        return bool(_outside(self._spans(text), text))

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
        """Return a text with every name in it replaced, but for those in addresses; else it is returned as it is."""
        return _put(text, _outside(self._spans(text), text), pseudonym, 0, len(text))

    def replaced_everywhere(self, text: str, pseudonym: str) -> str:
        """Return the same with those in addresses replaced too, which nobody follows any more."""
        return _put(text, self._spans(text), pseudonym, 0, len(text))

    def _spans(self, text: str) -> list[Span]:
        """Return where the text names the person, however it is written, in order and apart from each other."""
        found = self._found(text)
        read, places = _read(text)
        if read != text:
            found += [(places[start], _end(places, end)) for start, end in self._found(read)]
        return _apart(found)

    def _found(self, text: str) -> list[Span]:
        found = _matches(self._words, text)
        bare = _matches(self._bare, text)
        if bare:
            found += _outside(bare, text)
        others = _matches(self._others, text) if found else []
        return [span for span in found if not any(_is_inside(span, other) for other in others)]


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


def _compiled(patterns: Iterable[str]) -> Pattern | None:
    joined = "|".join(patterns)
    return re.compile(joined, re.IGNORECASE) if joined else None


def _matches(pattern: Pattern | None, text: str) -> list[Span]:
    return [] if pattern is None else [match.span() for match in pattern.finditer(text)]


def _outside(spans: Iterable[Span], text: str) -> list[Span]:
    """Return the spans that do not stand inside of an address."""
    addresses = addresses_in(text)
    return [span for span in spans if not any(start < span[1] and span[0] < end for start, end in addresses)]


def _is_inside(span: Span, longer: Span) -> bool:
    return longer[0] <= span[0] and span[1] <= longer[1] and span != longer


def _texts_of(values: Iterable[object]) -> Iterator[str]:
    return (text for each in values if isinstance(each, str) and (text := each.strip()))


def _can_be_sought(value: str) -> bool:
    if value.isdigit():
        return len(value) >= SHORTEST_DIGITS and not _YEAR.fullmatch(value)
    return len(value) >= SHORTEST


def _is_bare(value: str) -> bool:
    return value.isascii() and value.isdigit()


def is_name_of_id(name: str) -> bool:
    """Tell whether a field of this name holds ids, which name nobody."""
    return name in {"id", "mark", "$sealed"} or name.endswith(("_id", "_ids"))


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Yield the texts of JSON data in order, but for ids of ours and for what is sealed; custom fields may bear any name.

    The names under which an import remembers what it brought in are texts, and what stands there are digests.
    """
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping) and path == _REMEMBERED:
        yield from ((path, words_of(name)) for name in value)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if path in {"custom", EXTERNAL} or not is_name_of_id(name):
                yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each, path)


class _Owned(str):
    """A text that is personal about somebody."""

    __slots__ = ("whose",)
    whose: str


def owned(value: Any, whose: str) -> Any:
    """Return JSON data with each text marked as one that is personal about a person."""
    if isinstance(value, str):
        marked = _Owned(value)
        marked.whose = whose
        return marked
    if isinstance(value, Mapping):
        return {name: owned(each, whose) for name, each in value.items()}
    return [owned(each, whose) for each in value] if isinstance(value, list | tuple) else value


def owner_of(text: str) -> str | None:
    """Return about whom a text is personal, of those that were marked."""
    return text.whose if isinstance(text, _Owned) else None
