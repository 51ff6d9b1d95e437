"""Which texts of an aggregate people write freely: neither ids nor words of a set, and no dates or numbers.

Worked out from the types of a class: a text is free unless its field holds a key of some sort. Only there may words be
replaced without changing what an aggregate refers to or how it is read.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Any

import attrs

Path = tuple[str, ...]
"""Names from the body down to a text, without the positions in lists."""

KEYS = frozenset(("id", "kind", "code", "key", "source", "part", "mark", "unit", "currency", "sha256", "media_type", "digest",
                  "type", "step", "sop_codes", "areas", "area", "time_zone", "languages", "rungs", "field", "because",
                  "unit_function", "functions", "imported", "authority", "rule"))  # fmt: skip
"""Fields whose texts are words by which something is found, however a person may be called."""


def is_free(cls: type) -> Callable[[Path], bool]:
    """Return what tells whether the text at a path of a body of this class is written freely."""
    free = _paths(cls)

    def told(path: Path) -> bool:
        return path in free or (path[:1] == ("custom",) and len(path) == 2)  # noqa: PLR2004 - a plain custom text

    return told


@cache
def _paths(cls: type) -> frozenset[Path]:
    return frozenset(_below(cls, (), ()))


def _below(cls: type, path: Path, around: tuple[type, ...]) -> Iterator[Path]:
    hints = typing.get_type_hints(cls)
    for field in attrs.fields(cls):
        name = field.name
        if name not in KEYS and not name.endswith(("_id", "_ids", "_key", "_code")):
            yield from _of(hints[name], (*path, name), (*around, cls))


def _of(hint: Any, path: Path, around: tuple[type, ...]) -> Iterator[Path]:
    if hint is str:
        yield path
    elif isinstance(hint, UnionType):
        for part in typing.get_args(hint):
            yield from _of(part, path, around)
    elif typing.get_origin(hint) is tuple:
        for part in dict.fromkeys(typing.get_args(hint)):
            yield from _of(part, path, around)
    elif isinstance(hint, type) and attrs.has(hint) and hint not in around:
        yield from _below(hint, path, around)


def texts_in(value: Any, free: Callable[[Path], bool], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the free texts in a JSON value, each with its path."""
    if isinstance(value, str):
        if free(path):
            yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from texts_in(each, free, (*path, name))
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each, free, path)
