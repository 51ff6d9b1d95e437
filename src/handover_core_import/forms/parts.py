"""Between the model and flat fields: one description for each part of an aggregate works both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from attrs import field, frozen

from handover_core.errors import InvalidInput
from handover_core.storage import Kind
from handover_core_import.binding import CUSTOM
from handover_core_import.sheets.column import Column, Flat, Sheet, Value

Shape = Callable[[dict[str, Any]], dict[str, Any]]
Tree = dict[str, Any]


@frozen(kw_only=True)
class Part:
    """A class of the model, the sheet whose rows fill it, and the parts that hang on it.

    ``attribute`` is where the parent keeps its tuple of them. ``shape`` turns the columns' values, by attribute, into
    the class's own arguments.
    """

    cls: type
    sheet: Sheet
    attribute: str = ""
    columns: tuple[Column, ...] = field()
    children: tuple[Part, ...] = ()
    shape: Shape | None = None

    @columns.default
    def _columns(self) -> tuple[Column, ...]:
        return self.sheet.kept

    def flat(self, thing: object, prefix: str, context: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
        """Yield the fields of ``thing`` and of what hangs on it, by path."""
        values = {column.name: column.of(thing) for column in self.columns}
        yield from ((prefix + name, value) for name, value in values.items())
        around = {**context, **values}
        for child in self.children:
            seen: set[str] = set()
            for item in getattr(thing, child.attribute):
                own = {column.name: column.of(item) for column in child.columns}
                group = _distinct(child.sheet.group({**around, **own}), seen)
                yield from child.flat(item, group, around)

    def make(self, tree: Tree, **more: object) -> Any:
        """Return the object that a tree of fields describes; raise `InvalidInput` where required ones are missing."""
        given = {column.attribute: modelled(column, tree.get(column.name, column.default)) for column in self.columns}
        for child in self.children:
            found = tree.get(child.sheet.name, {})
            given[child.attribute] = tuple(child.make(each) for each in found.values())
        if self.shape:
            given = self.shape(given)
        arguments = {name: value for name, value in given.items() if value is not None} | more
        self._check(arguments)
        return self.cls(**arguments)

    def _check(self, arguments: Mapping[str, object]) -> None:
        for each in attrs.fields(self.cls):
            if each.default is attrs.NOTHING and each.name not in arguments:
                column = next((column for column in self.columns if column.attribute == each.name), None)
                raise InvalidInput.at(column.name if column else each.name, "cell.required", "is needed", "不能为空")

    def default(self, path: list[str]) -> Value:
        """Return what an empty cell means at a path, given as its segments."""
        for child in self.children:
            if len(path) > 2 and path[0] == child.sheet.name:  # noqa: PLR2004 - sheet, key, rest
                return child.default(path[2:])
        return next((column.default for column in self.columns if column.name == path[-1]), None)


def _distinct(group: str, seen: set[str]) -> str:
    found, number = group, 1
    while found in seen:
        number += 1
        found = f"{group[:-1]}#{number}/"
    seen.add(found)
    return found


def modelled(column: Column, value: Value) -> Value:
    """Return a canonical value as the model has it: words as members of their set."""
    kind = column.words.type if column.words else None
    if kind is None or value is None:
        return value
    return tuple(map(kind, value)) if isinstance(value, tuple) else kind(value)


def as_tree(flat: Flat) -> Tree:
    """Return flat fields as nested dictionaries, in the order in which children first appear."""
    tree: Tree = {}
    for path, value in flat.items():
        if path.startswith(CUSTOM):
            tree[path] = value
            continue
        *inner, last = path.split("/")
        here = tree
        for segment in inner:
            here = here.setdefault(segment, {})
        here[last] = value
    return tree


class Form:
    """A kind of aggregate as flat fields, references as ids."""

    def __init__(self, kind: Kind[Any], root: Part) -> None:
        self.kind = kind
        self.root = root
        self.sheet = root.sheet

    def flat(self, aggregate: Any) -> Flat:
        """Return all fields of an aggregate, custom ones among them."""
        fields = dict(self.root.flat(aggregate, "", {}))
        return fields | {CUSTOM + name: value for name, value in aggregate.custom.items()}

    def make(self, flat: Flat, **more: object) -> Any:
        """Return the aggregate that flat fields describe; raise `InvalidInput` for what cannot be one."""
        custom = {
            path.removeprefix(CUSTOM): value
            for path, value in flat.items()
            if path.startswith(CUSTOM) and value is not None
        }
        return self.root.make(as_tree(flat), custom=custom, **more)

    def default(self, path: str) -> Value:
        """Return what an empty cell means at ``path``."""
        return None if path.startswith(CUSTOM) else self.root.default(path.split("/"))
