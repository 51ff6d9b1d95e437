"""A kind declares, once per aggregate root, what the store must know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from handover_core.storage.personal import Personal
from handover_core.values import Aggregate

T = TypeVar("T", bound=Aggregate)


class FieldType(StrEnum):
    """Types of the values by which a store filters and sorts."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"


@frozen(kw_only=True)
class Field:
    """A field that can be filtered and sorted.

    ``get`` reads it from the aggregate (by default the attribute of the same name). ``many`` fields hold several
    texts and live in the side table. ``searchable`` fields answer substring search. ``max_length`` counts characters;
    ``digits`` are the digits before and after the point of a decimal.
    """

    name: str
    type: FieldType = FieldType.TEXT
    max_length: int = 255
    digits: tuple[int, int] = (18, 4)
    many: bool = False
    searchable: bool = False
    custom: bool = False
    get: Callable[[Any], Any] = field(eq=False)

    @get.default
    def _get(self) -> Callable[[Any], Any]:
        return attrgetter(self.name)

    @property
    def aside(self) -> bool:
        """Whether the values live in the side table."""
        return self.many or self.custom


@frozen
class Reference:
    """A field that holds the id of an aggregate of another kind."""

    field: str
    kind: str


@frozen(kw_only=True)
class Kind(Generic[T]):
    """One aggregate root as the store sees it.

    ``name`` is the stable word that is stored; ``unique`` and ``indexes`` are tuples of field names (the tenant leads
    each of them). ``upcasters[n]`` turns a body of format n into one of format n + 1. ``personal`` fields are about
    persons; ``subject`` says, as in `Personal`, whom a personal custom field is about: without it there can be none.
    ``free_texts`` are what people write freely, as names with dots between them: only there may words be replaced without
    changing how the aggregate is found, what it refers to, or how it works.
    """

    name: str
    type: type[T]
    format: int = 1
    fields: tuple[Field, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    personal: tuple[Personal, ...] = ()
    subject: str = ""
    free_texts: tuple[str, ...] = ()
    upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(factory=dict)
    columns: tuple[Field, ...] = field(init=False, eq=False)
    many: tuple[Field, ...] = field(init=False, eq=False)
    searchable: tuple[Field, ...] = field(init=False, eq=False)
    position: Mapping[str, int] = field(init=False, eq=False)
    named: Mapping[str, Field] = field(init=False, eq=False, repr=False)
    referred: tuple[tuple[str, Callable[[Any], Any]], ...] = field(init=False, eq=False, repr=False)
    """For each reference the kind that it refers to, and what reads the id, or ids, from an aggregate."""
    personal_names: tuple[str, ...] = field(init=False, eq=False, repr=False)
    """The top-level names of personal fields, each once."""

    @columns.default
    def _columns(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if not each.many)

    @many.default
    def _many(self) -> tuple[Field, ...]:
        return (*(each for each in self.fields if each.many), EXTERNAL)

    @searchable.default
    def _searchable(self) -> tuple[Field, ...]:
        return tuple(each for each in self.columns if each.searchable)

    @position.default
    def _position(self) -> Mapping[str, int]:
        return {each.name: place for place, each in enumerate(self.columns)}

    @named.default
    def _named(self) -> Mapping[str, Field]:
        return {each.name: each for each in (*self.fields, EXTERNAL)}

    @personal_names.default
    def _personal_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.steps[0] for each in self.personal))

    def has_personal(self, aggregates: Sequence[T]) -> bool:
        """Tell whether a personal field, or any custom one, of some aggregates holds anything."""
        return any(any(map(attrgetter(name), aggregates)) for name in (*self.personal_names, "custom"))

    @referred.default
    def _referred(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        return tuple((each.kind, self.named[each.field].get) for each in self.references)

    def field(self, name: str) -> Field | None:
        """Return the declared field called ``name``, or None."""
        return self.named.get(name)


def _external_keys(aggregate: Aggregate) -> tuple[str, ...]:
    if not aggregate.external:
        return ()
    return tuple(reference.key for reference in aggregate.external)


EXTERNAL = Field(name="external", many=True, get=_external_keys)
"""Every kind can be found by its external references, as ``source:id``."""


def text(
    name: str, max_length: int = 255, *, searchable: bool = False, get: Callable[[Any], Any] | None = None
) -> Field:
    """Declare a text field."""
    return Field(name=name, max_length=max_length, searchable=searchable, get=get or attrgetter(name))


def key(name: str, get: Callable[[Any], Any] | None = None) -> Field:
    """Declare a field that holds an id, a code or a word of a closed set: at most 64 characters."""
    return Field(name=name, max_length=64, get=get or attrgetter(name))


def day(name: str, get: Callable[[Any], Any] | None = None) -> Field:
    """Declare a field that holds a calendar date."""
    return Field(name=name, type=FieldType.DATE, get=get or attrgetter(name))


def integer(name: str) -> Field:
    """Declare a 64-bit integer field."""
    return Field(name=name, type=FieldType.INTEGER)


class Kinds:
    """The kinds that a core works with, by name."""

    def __init__(self, kinds: Iterable[Kind[Any]]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self.referring = self._referring()

    def _referring(self) -> Mapping[str, tuple[tuple[Kind[Any], str], ...]]:
        found: dict[str, list[tuple[Kind[Any], str]]] = {}
        for kind in self:
            for reference in kind.references:
                found.setdefault(reference.kind, []).append((kind, reference.field))
        return {name: tuple(by) for name, by in found.items()}

    def __iter__(self) -> Iterator[Kind[Any]]:
        return iter(self._kinds.values())

    def __getitem__(self, name: str) -> Kind[Any]:
        return self._kinds[name]

    def __contains__(self, name: object) -> bool:
        return name in self._kinds
