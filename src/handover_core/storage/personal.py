"""Which fields of a body are about a person, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from handover_core.ids import pseudonym_of as pseudonym_of  # noqa: PLC0414 - what an erasure leaves is told here

Body = Mapping[str, Any]
Erase = Callable[[Any, str], Any]
"""Makes of a value and a pseudonym what stands there after the person was erased; the value is None where unknown."""


@frozen
class Personal:
    """A field of a body that is about a person.

    ``steps`` name the field through the objects and lists that hold it. ``subject`` names the field with the person's
    id: in the object that holds the value, or, after a slash, in the body as a whole; ``/id`` is the aggregate itself.
    ``otherwise`` names it in the same way for where that field is missing or null. ``erased`` says what stands there
    once the person was erased.
    """

    steps: tuple[str, ...]
    subject: str
    erased: Erase
    otherwise: str = ""


Fields = tuple[Personal, ...]
Make = Callable[[Personal, str, Any], Any]
"""Returns the new value for a field, a person's id and the value that stands there."""


def personal(path: str, subject: str, erased: Erase, *, otherwise: str = "") -> Personal:
    """Declare a personal field; the names of its path stand with dots between them."""
    return Personal(tuple(path.split(".")), subject, erased, otherwise)


def by_pseudonym(value: Any, pseudonym: str) -> str:
    """Put the pseudonym in the place of a name."""
    del value
    return pseudonym


def by_nothing(value: Any, pseudonym: str) -> None:
    """Put null in the place of an optional value."""
    del value, pseudonym


def by_no_text(value: Any, pseudonym: str) -> str:
    """Put an empty text in the place of a text."""
    del value, pseudonym
    return ""


def by_none(value: Any, pseudonym: str) -> list[Any]:
    """Put an empty list in the place of a list."""
    del value, pseudonym
    return []


def nameless(value: Any, pseudonym: str) -> Any:
    """Leave of documents their number, size, type and digest, and neither title nor address."""
    if isinstance(value, list):
        return [nameless(each, pseudonym) for each in value]
    return {**value, "title": pseudonym, "uri": ""} if isinstance(value, dict) else []


def nameless_one(value: Any, pseudonym: str) -> Any:
    """Leave of one document what `nameless` leaves; null where it is not known."""
    return nameless(value, pseudonym) if isinstance(value, dict) else None


_PSEUDONYM = re.compile(r"P-[0-9A-F]{10}")


def is_pseudonym(text: str) -> bool:
    """Tell whether a text may be a pseudonym; a name may look the same."""
    return _PSEUDONYM.fullmatch(text) is not None


def custom_of(names: Iterable[str], subject: str) -> Fields:
    """Return the personal custom fields of a kind as fields of its bodies; ``subject`` is that of the kind."""
    return tuple(Personal(("custom", name), subject, by_nothing) for name in names)


def mapped(body: Body, fields: Iterable[Personal], id: str, make: Make) -> Body:
    """Return a body with every personal value in it replaced by what ``make`` makes of it.

    Values that say nothing (null, empty) and those of nobody are left alone. A body without any is returned as it is.
    """
    result: Any = body
    for each in fields:
        result = _within(result, each.steps, each, (body, id), make)
    return result  # type: ignore[no-any-return]


def _within(value: Any, steps: tuple[str, ...], each: Personal, whole: tuple[Body, str], make: Make) -> Any:
    if isinstance(value, list):
        items = [_within(item, steps, each, whole, make) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    name = steps[0]
    if not isinstance(value, Mapping) or name not in value:
        return value
    old = value[name]
    if len(steps) > 1:
        new = _within(old, steps[1:], each, whole, make)
    elif old is None or old in ("", [], {}):
        return value
    else:
        subject = _subject(value, each, whole)
        new = old if subject is None else make(each, subject, old)
    return value if new is old else {**value, name: new}


def left_at(fields: Iterable[Personal], place: tuple[str, ...], subject: str) -> Any:
    """Return what an erasure of a person leaves in the place of a sealed value; None where nothing is declared."""
    each = next((field for field in fields if field.steps == place), None)
    return None if each is None else each.erased(None, pseudonym_of(subject))


def _subject(holder: Body, each: Personal, whole: tuple[Body, str]) -> str | None:
    found = named(holder, each.subject, whole)
    return named(holder, each.otherwise, whole) if found is None and each.otherwise else found


def named(holder: Body, name: str, whole: tuple[Body, str]) -> str | None:
    """Return the id of the person that a subject names: in the object that holds the value, or in the body as a whole."""
    body, id_ = whole
    if name == "/id":
        return id_
    found = body.get(name[1:]) if name.startswith("/") else holder.get(name)
    return found if isinstance(found, str) else None
