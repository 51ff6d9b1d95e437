"""Makes, once for each kind, the function that reads an aggregate's columns: straight Python on the path of every write.

It accepts and refuses exactly what the encoders of `handover_core.storage.encoding` do, which it calls for everything
that is not plain text of a fitting length, a plain date, or null. A test holds the two together.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from handover_core.errors import InvalidInput, Problem
from handover_core.storage.encoding import Stored, encoder_of, folded
from handover_core.storage.kinds import Field, FieldType, Kind

Columns = tuple[tuple[Stored, ...], tuple[str | None, ...]]
"""The columns of an aggregate, and the folded copies of those that are searched."""
Read = Callable[[Any], Columns]


def reader_of(kind: Kind[Any]) -> Read:
    """Return the function for a kind; it raises `InvalidInput` with the problems of all fields."""
    return _reader(typing.cast("Hashable", kind.type), kind.columns)


@lru_cache(maxsize=1024)
def _reader(cls: Any, fields: tuple[Field, ...]) -> Read:
    scope: dict[str, Any] = {"folded": folded, "date": date}
    lines = ["def read(aggregate):", "  try:"]
    hints = typing.get_type_hints(cls)
    for place, spec in enumerate(fields):
        lines += _steps(place, spec, hints.get(spec.name), scope)
    columns = "".join(f"v{place}, " for place, _ in enumerate(fields))
    searched = "".join(
        f"None if v{place} is None else folded(v{place}), " for place, spec in enumerate(fields) if spec.searchable
    )
    scope["InvalidInput"], scope["problems"] = InvalidInput, lambda aggregate: _problems(fields, aggregate)
    lines += [
        f"    return ({columns}), ({searched})",
        "  except InvalidInput as error: raise InvalidInput(problems(aggregate)) from error",
    ]
    exec("\n".join(lines), scope)  # noqa: S102 - the text is made of the names of our own fields
    read: Read = scope["read"]
    return read


def _steps(place: int, spec: Field, hint: Any, scope: dict[str, Any]) -> list[str]:
    """Return the statements that put the stored value of a field into a variable; ``hint`` is its type, if known."""
    value, get, encode, field = (f"{letter}{place}" for letter in "vges")
    scope[get], scope[encode], scope[field] = spec.get, encoder_of(spec), spec
    named = isinstance(spec.get, attrgetter) and spec.get.__reduce__()[1] == (spec.name,)
    taken = f"aggregate.{spec.name}" if named and spec.name.isidentifier() else f"{get}(aggregate)"
    words = _words(hint, spec)
    if words:
        scope[f"w{place}"], scope[f"c{place}"] = words, hint
        return [
            f"    {value} = {taken}",
            f"    if {value}.__class__ is c{place}: {value} = w{place}[{value}]",
            f"    elif {value} is not None: {value} = {encode}({field}, {value})",
        ]
    if spec.type is FieldType.TEXT:
        odd, otherwise = f"{value}.__class__ is not str or len({value}) > {spec.max_length}", []
    elif spec.type is FieldType.DATE:
        odd, otherwise = f"{value}.__class__ is not date", [f"        else: {value} = {value}.isoformat()"]
    else:
        odd, otherwise = "True", []
    return [
        f"    {value} = {taken}",
        f"    if {value} is not None:",
        f"        if {odd}: {value} = {encode}({field}, {value})",
        *otherwise,
    ]


def _words(hint: Any, spec: Field) -> dict[Any, str]:
    """Return how the words of a closed set are stored; nothing for any other type, or where one is too long."""
    closed = isinstance(hint, type) and issubclass(hint, StrEnum) and spec.type is FieldType.TEXT
    words = {each: str.__str__(each) for each in hint} if closed else {}
    return words if all(len(word) <= spec.max_length for word in words.values()) else {}


def _problems(columns: Iterable[Field], aggregate: Any) -> list[Problem]:
    found: list[Problem] = []
    for spec in columns:
        value = spec.get(aggregate)
        try:
            _ = None if value is None else encoder_of(spec)(spec, value)
        except InvalidInput as error:
            found.extend(error.problems)
    return found
