"""The three-way compare: what a file says, what was imported last, and what is stored now; field by field.

- the file says what it said last time: what is stored stays, edited here or not;
- the file changed and what is stored did not: the file's value is taken;
- both changed, to the same: nothing to do;
- both changed, and differ: a conflict, which is reported and left as it is, unless overwriting was asked for.

What was imported last is kept as one short digest per path. Values that are the column's default are left out where
the aggregate was made by an import (`COMPLETE`); a child's own path, which ends with ``/``, says that it was there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from hashlib import blake2b

from attrs import define, field, frozen

from handover_core_import.findings import BOTH_CHANGED, REMOVED_HERE, Finding
from handover_core_import.sheets.column import Flat, Value

COMPLETE = "*"
"""Stands among the digests of an aggregate that an import made: what is missing there had its default value."""

_THERE = "1"
_LONG = 48

Defaults = Callable[[str], Value]


@frozen
class Conflict:
    """A field that was changed both here and in the file; ``path`` as in the flat fields."""

    path: str
    finding: Finding
    stored: Value = None
    file: Value = None


@define
class Comparison:
    """The outcome: the fields as they should be stored, the digests to keep, and what happened on the way."""

    merged: Flat
    imported: dict[str, str]
    taken: set[str] = field(factory=set)
    conflicts: list[Conflict] = field(factory=list)


def digest(value: Value) -> str:
    """Return a short digest of a canonical value: equal values have equal digests (40 bits)."""
    return blake2b(_canonical(value).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def key_of(path: str) -> str:
    """Return the key under which a path's digest is kept: the path itself, or a digest of a long one."""
    return path if len(path) <= _LONG else f"#{digest(path)}{'/' if path.endswith('/') else ''}"


def _canonical(value: Value) -> str:
    if value is None or value in ("", ()):
        return "-"
    if isinstance(value, bool):
        return f"b{value:d}"
    if isinstance(value, int | Decimal):
        return f"n{Decimal(value).normalize():f}" if value else "n0"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, tuple | list):
        return "(" + ",".join(f"{len(text)}:{text}" for text in map(_canonical, value)) + ")"
    return f"s{value}"


def group_of(path: str) -> str:
    """Return the part of a path that names the child: up to the last ``/``, empty for the aggregate itself."""
    return path[: path.rfind("/") + 1]


def fresh(file: Flat, default: Defaults) -> Comparison:
    """Return the outcome for something that is not stored yet."""
    groups = {group for path in file if (group := group_of(path))}
    imported = {key_of(path): digest(value) for path, value in file.items() if value != default(path)}
    return Comparison(
        dict(file), {COMPLETE: _THERE, **imported, **dict.fromkeys(map(key_of, groups), _THERE)}, set(file)
    )


def compare(
    file: Flat, base: Mapping[str, str], stored: Flat, default: Defaults, *, overwrite: bool = False
) -> Comparison:
    """Compare the fields that a file has with what was imported last and with all fields that are stored."""
    result = Comparison(dict(stored), dict(base))
    there = {group_of(path) for path in stored}
    children: dict[str, Flat] = {}
    for path, value in file.items():
        children.setdefault(group_of(path), {})[path] = value
    for group in sorted(children):
        if group and group not in there:
            _absent_child(result, group, children[group], base, default, overwrite=overwrite)
        else:
            for path, value in children[group].items():
                _field(
                    result,
                    path,
                    value,
                    stored.get(path, default(path)),
                    _base(base, path, default),
                    overwrite=overwrite,
                )
            if group:
                result.imported[key_of(group)] = _THERE
    return result


def _base(base: Mapping[str, str], path: str, default: Defaults) -> str | None:
    found = base.get(key_of(path))
    if found is not None:
        return found
    group = group_of(path)
    made_here = key_of(group) in base if group else COMPLETE in base
    return digest(default(path)) if made_here else None


def _absent_child(
    result: Comparison, group: str, file: Flat, base: Mapping[str, str], default: Defaults, *, overwrite: bool
) -> None:
    removed = key_of(group) in base
    if removed and not overwrite:
        if any(digest(value) != _base(base, path, default) for path, value in file.items()):
            result.conflicts.append(Conflict(group, REMOVED_HERE))
        return
    result.merged.update(file)
    result.taken.update(file)
    result.imported[key_of(group)] = _THERE
    for path, value in file.items():
        result.imported.pop(key_of(path), None)
        if value != default(path):
            result.imported[key_of(path)] = digest(value)


def _field(result: Comparison, path: str, file: Value, stored: Value, base: str | None, *, overwrite: bool) -> None:
    said, kept = digest(file), digest(stored)
    if said == base:
        return
    empty = digest(None)
    if base is None and said != kept and said == empty:
        return
    if said == kept:
        result.imported[key_of(path)] = said
    elif kept == base or overwrite or (base is None and kept == empty):
        result.merged[path] = file
        result.taken.add(path)
        result.imported[key_of(path)] = said
    else:
        result.conflicts.append(Conflict(path, BOTH_CHANGED, stored, file))
