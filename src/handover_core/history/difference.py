"""Field-level differences between two JSON bodies, and their replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Body = Mapping[str, Any]
Difference = dict[str, list[Any]]


def difference(old: Body, new: Body) -> Difference:
    """Return ``{field: [old, new]}`` for every field that differs; an absent value is ``[]``, a present one ``[value]``.

    So a field that came is ``[[], [new]]`` and one that went ``[[old], []]``; null stays a value of its own.
    """
    changed: Difference = {}
    for name in {**old, **new}:
        before = [old[name]] if name in old else []
        after = [new[name]] if name in new else []
        if before != after or _types(before) != _types(after):
            changed[name] = [before, after]
    return changed


def replay(first: Body, differences: Iterable[Difference]) -> dict[str, Any]:
    """Return the body that follows from ``first`` after all ``differences``, in order."""
    body = dict(first)
    for changed in differences:
        for name, (_, after) in changed.items():
            if after:
                body[name] = after[0]
            else:
                body.pop(name, None)
    return body


def _types(values: list[Any]) -> list[type]:
    return [type(value) for value in values]
