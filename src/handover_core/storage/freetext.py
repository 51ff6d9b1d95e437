"""Which texts of an aggregate people write freely: neither ids nor words of a set, and no dates or numbers.

Worked out from the types of a class: a text is free unless its field holds a key of some sort. Only there may words be
replaced without changing what an aggregate refers to or how it is read.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from functools import cache
from types import UnionType
from typing import Any

import attrs

from handover_core.storage.remembered import EXTERNAL, IMPORTED

Path = tuple[str, ...]
"""Names from the body down to a text, without the positions in lists."""

REMEMBERED = (EXTERNAL, IMPORTED)
"""Where the names of a mapping are texts: what was imported of a part was once kept under the part's own words."""

KEYS = frozenset(("id", "kind", "code", "key", "source", "part", "mark", "unit", "currency", "sha256", "media_type", "digest",
                  "type", "step", "sop_codes", "areas", "area", "time_zone", "languages", "rungs", "field", "because",
                  "unit_function", "functions", "imported", "authority", "rule", "uri", "endpoint"))  # fmt: skip
"""Fields whose texts are words or addresses by which something is found, however a person may be called."""


def is_free(cls: type) -> Callable[[Path], bool]:
    """Return what tells whether the text at a path of a body of this class is written freely."""
    return _told(_paths(cls, KEYS, ("_id", "_ids", "_key", "_code")))


def is_text(cls: type) -> Callable[[Path], bool]:
    """Return what tells whether there is a text at a path at all, and neither an id nor a date, number or closed word."""
    return _told(_paths(cls, frozenset(("id", "mark")), ("_id", "_ids")))


def _told(paths: frozenset[Path]) -> Callable[[Path], bool]:
    def told(path: Path) -> bool:
        return path in paths or path == REMEMBERED or (path[:1] == ("custom",) and len(path) == 2)  # noqa: PLR2004 - a plain custom text

    return told


@cache
def _paths(cls: type, keys: frozenset[str], ends: tuple[str, ...]) -> frozenset[Path]:
    def below(within: type, path: Path, around: tuple[type, ...]) -> Iterator[Path]:
        hints = typing.get_type_hints(within)
        for field in attrs.fields(within):
            if field.name not in keys and not field.name.endswith(ends):
                yield from _of(hints[field.name], (*path, field.name), (*around, within), below)

    return frozenset(below(cls, (), ()))


def _of(hint: Any, path: Path, around: tuple[type, ...], below: Callable[..., Iterator[Path]]) -> Iterator[Path]:
    if hint is str:
        yield path
    elif isinstance(hint, UnionType):
        for part in typing.get_args(hint):
            yield from _of(part, path, around, below)
    elif typing.get_origin(hint) is tuple:
        for part in dict.fromkeys(typing.get_args(hint)):
            yield from _of(part, path, around, below)
    elif isinstance(hint, type) and attrs.has(hint) and hint not in around:
        yield from below(hint, path, around)
