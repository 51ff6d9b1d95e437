"""Which texts of an aggregate people write freely, and which are words by which something is found.

A kind declares the first (`Kind.free_texts`): only there may words be replaced without changing what an aggregate refers to
or how it is read. All others follow from the types of its class, and so does what is no text at all: an id, a date, a number,
a word of a closed set.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from functools import cache
from types import UnionType
from typing import Any

import attrs

from handover_core.storage.kinds import Kind
from handover_core.storage.remembered import EXTERNAL, IMPORTED

Path = tuple[str, ...]
"""Names from the body down to a text, without the positions in lists."""

REMEMBERED = (EXTERNAL, IMPORTED)
"""Where the names of a mapping are texts: what was imported of a part was once kept under the part's own words."""
_ALSO = frozenset((REMEMBERED, (EXTERNAL, "id")))
"""Texts though they are called otherwise: other systems make ids of words, such as numbers of people."""


def is_free(kind: Kind[Any]) -> Callable[[Path], bool]:
    """Return what tells whether the text at a path of a body of this kind is written freely."""
    paths = frozenset(tuple(each.split(".")) for each in kind.free_texts)
    return lambda path: path in paths or path == REMEMBERED or is_custom(path)


def is_text(kind: Kind[Any]) -> Callable[[Path], bool]:
    """Return what tells whether there is a text at a path at all, and neither an id nor a date, number or closed word."""
    cls: type = kind.type
    paths = texts_of(cls)
    return lambda path: path in paths or path in _ALSO or is_custom(path)


def is_custom(path: Path) -> bool:
    """Tell whether a path is that of a plain custom text."""
    return path[:1] == ("custom",) and len(path) == 2  # noqa: PLR2004


@cache
def texts_of(cls: type) -> frozenset[Path]:
    """Return the paths of all texts in bodies of a class but for ids."""

    def below(within: type, path: Path, around: tuple[type, ...]) -> Iterator[Path]:
        hints = typing.get_type_hints(within)
        for field in attrs.fields(within):
            if field.name not in {"id", "mark"} and not field.name.endswith(("_id", "_ids")):
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


def is_settled(kind: Kind[Any], path: Path) -> bool:
    """Tell whether a text may be replaced in the past where the present says nothing of it there.

    Not what a person's own file says of them, now or once: by that they are looked for, and an erasure takes it.
    """
    own = (each.steps for each in kind.personal if each.subject == "/id")
    return is_text(kind)(path) and not any(path[: len(steps)] == steps for steps in own)
