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
        there, comes = name in old, name in new
        if there and comes and _same(old[name], new[name]):
            continue
        changed[name] = [[old[name]] if there else [], [new[name]] if comes else []]
    return changed


def replay(first: Body, differences: Iterable[Difference]) -> dict[str, Any]:
    """Return the body that follows from ``first`` after all ``differences``, in order."""
    body = dict(first)
    for changed in differences:
        for name, (_, after) in _fields(changed):
            if after:
                body[name] = after[0]
            else:
                body.pop(name, None)
    return body


def undo(last: Body, differences: Iterable[Difference]) -> dict[str, Any]:
    """Return the body from which ``last`` came by ``differences``, which are given newest first."""
    body = dict(last)
    for changed in differences:
        for name, (before, _) in _fields(changed):
            if before:
                body[name] = before[0]
            else:
                body.pop(name, None)
    return body


def _fields(changed: Difference) -> Iterable[tuple[str, list[Any]]]:
    """Return what changed in fields; a name that begins with a dollar sign is none of them."""
    return ((name, each) for name, each in changed.items() if not name.startswith("$"))


def _same(old: Any, new: Any) -> bool:
    """Tell whether two JSON values are the same text: True is not 1, and the order of names counts."""
    if type(old) is not type(new) or old != new:
        return False
    if isinstance(old, list):
        return all(map(_same, old, new))
    return not isinstance(old, dict) or (list(old) == list(new) and all(map(_same, old.values(), new.values())))
