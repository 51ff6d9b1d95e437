"""Values that every room uses: ranges of days, money, documents, external references, and the base of aggregates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from attrs import field, fields, frozen

from handover_core.errors import InvalidInput

Scalar = str | int | bool | Decimal | date | datetime | None


@frozen
class DateRange:
    """Days from ``start`` up to, not including, ``end``; no ``end`` means "until further notice"."""

    start: date
    end: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise InvalidInput.at(
                "effective", "range.backwards", "it ends ({end}) before it begins ({start})",
                "结束（{end}）早于开始（{start}）", start=self.start, end=self.end,
            )  # fmt: skip

    def contains(self, day: date) -> bool:
        """Tell whether ``day`` lies in the range."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: DateRange) -> bool:
        """Tell whether the two ranges share a day; an empty range shares none."""
        return (
            not self.empty
            and not other.empty
            and (other.end is None or self.start < other.end)
            and (self.end is None or other.start < self.end)
        )

    @property
    def empty(self) -> bool:
        """Whether no day lies in the range."""
        return self.end == self.start


@frozen
class Money:
    """An amount in one currency (ISO 4217)."""

    amount: Decimal
    currency: str


@frozen(kw_only=True)
class Document:
    """A pointer to a document; the bytes stay where the host keeps them."""

    title: str
    uri: str
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None


@frozen
class ExternalReference:
    """The name of an aggregate in another system; ``imported`` holds a digest per field as it was last imported."""

    source: str
    id: str
    imported: Mapping[str, str] = field(factory=dict)

    @property
    def key(self) -> str:
        """The reference as one word, by which it is searched."""
        return external_key(self.source, self.id)


def external_key(source: str, id: str) -> str:
    """Return the word under which the reference ``(source, id)`` is found."""
    return f"{source}:{id}"


@frozen(kw_only=True)
class Aggregate:
    """What is saved and versioned on its own: an opaque id, and the version that was loaded (0: not stored yet)."""

    id: str
    version: int = 0
    external: tuple[ExternalReference, ...] = ()
    custom: Mapping[str, Scalar] = field(factory=dict)


A = TypeVar("A", bound=Aggregate)


def changed(aggregate: A, **changes: object) -> A:
    """Return the aggregate with other values in some fields: `attrs.evolve` for the path that every write takes."""
    cls: Any = type(aggregate)
    names, read = _fields_of(cls)
    values = dict(zip(names, read(aggregate), strict=True))
    values.update(changes)
    again: A = cls(**values)
    return again


def versioned(aggregate: A, version: int) -> A:
    """Return the aggregate with another version."""
    cls: Any = type(aggregate)
    again: A = _again(cls)(aggregate, version)
    return again


@cache
def _again(cls: Any) -> Callable[[Aggregate, int], Any]:
    """Return the function for a class: straight Python, since every write takes this path."""
    scope: dict[str, Any] = {"cls": cls}
    given = ", ".join(f"{each.alias}=each.{each.name}" for each in fields(cls) if each.init and each.name != "version")
    exec(f"def again(each, version): return cls({given}, version=version)", scope)  # noqa: S102 - our own fields' names
    made: Callable[[Aggregate, int], Any] = scope["again"]
    return made


@cache
def _fields_of(cls: Any) -> tuple[tuple[str, ...], Callable[[Aggregate], tuple[object, ...]]]:
    names = tuple(each.name for each in fields(cls) if each.init)
    return names, attrgetter(*names)
