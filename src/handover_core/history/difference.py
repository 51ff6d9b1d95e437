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
    for name, before in old.items():
        if name not in new:
            changed[name] = [[before], []]
        elif not _same(before, new[name]):
            changed[name] = [[before], [new[name]]]
    if new.keys() - old.keys():
        changed.update((name, [[], [after]]) for name, after in new.items() if name not in old)
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


def is_field(name: str) -> bool:
    """Tell whether a name in the body of an entry is that of a field."""
    return not name.startswith("$")


def _fields(changed: Difference) -> Iterable[tuple[str, list[Any]]]:
    """Return what changed in fields; a name that begins with a dollar sign is none of them."""
    return ((name, each) for name, each in changed.items() if is_field(name))


def _same(old: Any, new: Any) -> bool:
    """Tell whether two JSON values are the same text: True is not 1, and the order of names counts."""
    if old.__class__ is not new.__class__ or old != new:
        return False
    if not old or (old.__class__ is not list and old.__class__ is not dict):
        return True
    if isinstance(old, list):
        return all(map(_same, old, new))
    return list(old) == list(new) and all(map(_same, old.values(), new.values()))
