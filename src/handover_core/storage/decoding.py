"""Decoders made once for each class: straight Python for what cattrs does field by field, on the path of every read.

A decoder takes plain JSON data and returns the value, or raises; it accepts and refuses exactly what the careful
converter of `handover_core.storage.codec` does, which then says in words what was wrong. A test holds the two together.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any

import attrs

Decode = Callable[[Any], Any]
_PLAIN = {str, int, bool}


class Decoders:
    """Makes and keeps decoders; ``leaf`` gives the converter's own function for what is not written out here."""

    def __init__(self, leaf: Callable[[Any], Callable[[Any, Any], Any]]) -> None:
        self._leaf = leaf
        self._made: dict[Any, Decode] = {}

    def of(self, cls: Any) -> Decode:
        """Return the decoder of an attrs class."""
        found = self._made.get(cls)
        if found is None:
            found = self._made[cls] = self._compiled(cls)
        return found

    def _compiled(self, cls: Any) -> Decode:
        hints = typing.get_type_hints(cls)
        scope: dict[str, Any] = {"cls": cls, "wrong": _wrong}
        lines = ["def decode(data):", "    if data.__class__ is not dict: wrong(data)", "    count = 0"]
        given: list[str] = []
        for number, each in enumerate(field for field in attrs.fields(cls) if field.init):
            value = f"v{number}"
            taken = [f"{value} = data[{each.name!r}]", "count += 1", *self._steps(hints[each.name], value, scope)]
            if each.default is attrs.NOTHING:
                lines += [f"    {line}" for line in taken]
            else:
                scope[f"d{number}"] = _default(each.default)
                lines += [f"    if {each.name!r} in data:", *(f"        {line}" for line in taken)]
                lines += [f"    else: {value} = d{number}()"]
            given.append(f"{each.alias}={value}")
        lines += ["    if count != len(data): wrong(data)", f"    return cls({', '.join(given)})"]
        exec("\n".join(lines), scope)  # noqa: S102 - the text is made of the names of our own fields
        made: Decode = scope["decode"]
        return made

    def _steps(self, hint: Any, value: str, scope: dict[str, Any]) -> list[str]:
        """Return the statements that turn ``value``, a variable with JSON data, into what the hint says."""
        if hint in _PLAIN:
            return [f"if {value}.__class__ is not {hint.__name__}: wrong({value})"]
        if isinstance(hint, UnionType) and _optional(hint) is not None:
            inner = self._steps(_optional(hint), value, scope)
            return [f"if {value} is not None:", *(f"    {line}" for line in inner)]
        if typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,):
            step = self._named(self._element(typing.get_args(hint)[0]), scope)
            return [
                f"if {value}.__class__ is not list: wrong({value})",
                f"{value} = tuple([{step}(each) for each in {value}]) if {value} else ()",
            ]
        return [f"{value} = {self._named(self._element(hint), scope)}({value})"]

    def _element(self, hint: Any) -> Decode:
        """Return a function for a value that is not written out in place."""
        if isinstance(hint, type) and attrs.has(hint):
            return self.of(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return _member(hint)
        if hint is date:
            return _day
        hook = self._leaf(hint)
        return lambda data: hook(data, hint)

    @staticmethod
    def _named(step: Decode, scope: dict[str, Any]) -> str:
        name = f"f{len(scope)}"
        scope[name] = step
        return name


def _optional(hint: Any) -> Any:
    """Return what may be None, or None where the union is another one."""
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    return parts[0] if len(parts) == 1 and len(typing.get_args(hint)) == 2 else None  # noqa: PLR2004


def _default(default: Any) -> Callable[[], Any]:
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        factory: Callable[[], Any] = default.factory
        return factory
    return lambda: default


def _member(cls: type[Enum]) -> Decode:
    members: Mapping[Any, Enum] = {each.value: each for each in cls}

    def decode(data: Any) -> Enum:
        return members[data]

    return decode


def _day(data: Any) -> date:
    if data.__class__ is not str:
        _wrong(data)
    return date.fromisoformat(data)


def _wrong(data: Any) -> None:
    raise TypeError(f"unfit: {data!r}")
