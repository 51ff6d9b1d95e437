"""Who may be named in a text, among many: one look at the text, however many they are. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from handover_core.retention.mentions import Identity
from handover_core.retention.wording import flattened, keys_of, written_ways

Tree = dict[str, "Tree"]
_END = ""
_DOTS = str.maketrans("İı", "ii")


class People:
    """Many identities at once; answers who of them a text may name, never leaving anybody out."""

    def __init__(self, wanted: Mapping[str, Identity]) -> None:
        self._persons: dict[str, list[str]] = {}
        for person, identity in wanted.items():
            keys = {key for value in identity.sought for key in keys_of(value)}
            for key in {*keys, *identity.telephones}:
                # As it stands in JSON, where quotes and backslashes are written otherwise.
                stored = json.dumps(key, ensure_ascii=False)[1:-1]
                for way in {_folded(stored), _folded(flattened(stored))}:
                    self._persons.setdefault(way, []).append(person)
        pattern = _pattern(_tree(self._persons))
        self._pattern = re.compile(pattern) if pattern else None

    def named_in(self, text: str) -> list[str]:
        """Return the persons whom a text, or JSON text, may name, each once."""
        if self._pattern is None:
            return []
        found: dict[str, None] = {}
        for written in dict.fromkeys((text, *map(flattened, written_ways(text)))):
            folded, place = _folded(written), 0
            while match := self._pattern.search(folded, place):
                # The longest value is matched; shorter ones may begin at the same place, and others further on in it.
                for end in range(match.start() + 1, match.end() + 1):
                    found.update(dict.fromkeys(self._persons.get(folded[match.start() : end], ())))
                place = match.start() + 1
        return list(found)


def _folded(text: str) -> str:
    """Return a text in which signs are the same wherever a pattern that ignores case takes them for the same.

    Each sign is folded by itself, so what matches in a text is in the folded text too: ``lower`` would write Σ at the end
    of a word otherwise, and keep ``ı`` and ``İ`` apart from ``I``.
    """
    return text.translate(_DOTS).casefold()


def _tree(words: Iterable[str]) -> Tree:
    tree: Tree = {}
    for word in words:
        node = tree
        for sign in word:
            node = node.setdefault(sign, {})
        node[_END] = {}
    return tree


def _pattern(tree: Tree) -> str:
    """Return a pattern that matches the longest word of a tree; signs that many words begin with are tried once."""
    parts = [re.escape(sign) + _pattern(rest) for sign, rest in tree.items() if sign != _END]
    if not parts:
        return ""
    joined = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f"(?:{joined})?" if _END in tree else joined
