"""The three-way compare: what a file says, what was imported last, and what is stored now; field by field.

- the file says what it said last time: what is stored stays, edited here or not;
- the file changed and what is stored did not: the file's value is taken;
- both changed, to the same: nothing to do;
- both changed, and differ: a conflict, which is reported and left as it is, unless overwriting was asked for.

What was imported last is kept as one short digest per path. Values that are the column's default are left out where
the aggregate was made by an import (`COMPLETE`); a child's own path, which ends with ``/``, says that it was there. The
path of a child is made of what it holds, such as a document's title, and is kept as a digest too. Where the company
keeps keys all digests are made with one: telephone numbers are few, and could be tried out.
"""

from __future__ import annotations

import re
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
_PLAIN, _KEYED = 5, 6
"""How many bytes a digest has: by that they are told apart."""
_OURS = re.compile(r"(?:positions/[0-9]{4}-[0-9]{2}-[0-9]{2}/)?[^/]*")
"""Paths of which every word is a column's name, but for the day of a description."""

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


@frozen
class Digests:
    """Makes the digests of canonical values, with a key where there is one: equal values have equal digests."""

    key: bytes = b""

    def of(self, value: Value) -> str:
        """Return the digest of a value: 48 bits, or 40 without a key."""
        size = _KEYED if self.key else _PLAIN
        return blake2b(_canonical(value).encode("utf-8", "surrogatepass"), digest_size=size, key=self.key).hexdigest()

    def place(self, path: str) -> str:
        """Return the name under which a path's digest is kept: the path, or a digest of one that is long or a child's."""
        if _is_kept(path):
            return path
        return f"#{self.of(path)}{'/' if path.endswith('/') else ''}"


UNKEYED = Digests()


def _is_kept(path: str) -> bool:
    return len(path) <= _LONG and ("/" not in path or _OURS.fullmatch(path) is not None)


def renewed(base: Mapping[str, str], digests: Digests, *known: Flat) -> dict[str, str]:
    """Return what was imported last with names and digests as they are made today, where they were made otherwise.

    Before, short paths of children stood in the clear, and nothing had a key. ``known`` are fields whose values are at
    hand; the digest of a value that is not is left as it is, and equals none of these.
    """
    result = dict(base)
    if all(_is_new(name, said, digests) for name, said in base.items()):
        return result
    for path, values in _paths_of(known).items():
        for name in dict.fromkeys((path, UNKEYED.place(path), digests.place(path))):
            if name in result:
                said = result.pop(name)
                value = next((each for each in values if UNKEYED.of(each) == said), None)
                result[digests.place(path)] = digests.of(value) if UNKEYED.of(value) == said else said
    for name in [each for each in result if not each.startswith("#") and not _is_kept(each)]:
        result[digests.place(name)] = result.pop(name)
    return result


def _is_new(name: str, said: str, digests: Digests) -> bool:
    if not digests.key:
        return name.startswith("#") or _is_kept(name)
    made = len(name.rstrip("/")) > 1 + 2 * _PLAIN if name.startswith("#") else _is_kept(name)
    return made and len(said) != 2 * _PLAIN


def _paths_of(known: tuple[Flat, ...]) -> dict[str, list[Value]]:
    """Return all paths, those of children themselves too, with their values."""
    found: dict[str, list[Value]] = {}
    for flat in known:
        for path, value in flat.items():
            found.setdefault(path, []).append(value)
            found.setdefault(group_of(path), [])
    return found


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


def fresh(file: Flat, default: Defaults, digests: Digests = UNKEYED) -> Comparison:
    """Return the outcome for something that is not stored yet."""
    groups = {group for path in file if (group := group_of(path))}
    imported = {digests.place(path): digests.of(value) for path, value in file.items() if value != default(path)}
    return Comparison(
        dict(file), {COMPLETE: _THERE, **imported, **dict.fromkeys(map(digests.place, groups), _THERE)}, set(file)
    )


def compare(
    file: Flat, base: Mapping[str, str], stored: Flat, default: Defaults, *, overwrite: bool = False,
    digests: Digests = UNKEYED,
) -> Comparison:  # fmt: skip
    """Compare the fields that a file has with what was imported last and with all fields that are stored."""
    base = renewed(base, digests, file, stored)
    result = Comparison(dict(stored), dict(base))
    case = _Case(result, base, default, digests, overwrite)
    there = {group_of(path) for path in stored}
    children: dict[str, Flat] = {}
    for path, value in file.items():
        children.setdefault(group_of(path), {})[path] = value
    for group in sorted(children):
        if group and group not in there:
            case.absent_child(group, children[group])
        else:
            for path, value in children[group].items():
                case.field(path, value, stored.get(path, default(path)))
            if group:
                case.keep(group, _THERE)
    return result


@frozen
class _Case:
    """One comparison on its way."""

    result: Comparison
    base: Mapping[str, str]
    default: Defaults
    digests: Digests
    overwrite: bool

    def keep(self, path: str, said: str) -> None:
        self.result.imported[self.digests.place(path)] = said

    def absent_child(self, group: str, file: Flat) -> None:
        removed = self.digests.place(group) in self.base
        if removed and not self.overwrite:
            if any(self.digests.of(value) != self._last(path) for path, value in file.items()):
                self.result.conflicts.append(Conflict(group, REMOVED_HERE))
            return
        self.result.merged.update(file)
        self.result.taken.update(file)
        self.keep(group, _THERE)
        for path, value in file.items():
            self.result.imported.pop(self.digests.place(path), None)
            if value != self.default(path):
                self.keep(path, self.digests.of(value))

    def field(self, path: str, file: Value, stored: Value) -> None:
        said, base = self.digests.of(file), self._last(path)
        if said == base:
            return
        kept, empty = self.digests.of(stored), self.digests.of(None)
        if base is None and said != kept and said == empty:
            return
        if said == kept:
            self.keep(path, said)
        elif kept == base or self.overwrite or (base is None and kept == empty):
            self.result.merged[path] = file
            self.result.taken.add(path)
            self.keep(path, said)
        else:
            self.result.conflicts.append(Conflict(path, BOTH_CHANGED, stored, file))

    def _last(self, path: str) -> str | None:
        """Return the digest of what was imported last at a path; None where nothing was."""
        found = self.base.get(self.digests.place(path))
        if found is not None:
            return found
        group = group_of(path)
        made_here = self.digests.place(group) in self.base if group else COMPLETE in self.base
        return self.digests.of(self.default(path)) if made_here else None
