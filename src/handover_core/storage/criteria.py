"""Criteria: the small closed set of questions that every backend answers alike, with two-valued logic.

A leaf is either true or false, never unknown: ``Ne`` includes null, comparisons with null are false, and ``Not`` turns
exactly that around. ``None`` in place of a criterion means "unfiltered"; an empty ``In`` matches nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve, frozen

from handover_core.errors import InvalidInput
from handover_core.storage.encoding import INT64, Stored, check_key, check_text, encode, encode_side, folded
from handover_core.storage.kinds import Field, FieldType, Kind

MOST_VALUES = 10_000
"""The most values that one ``In`` or ``ContainsAny`` may name."""


class Criterion:
    """Base of all criteria."""

    __slots__ = ()


@frozen
class Eq(Criterion):
    """The field has this value; None means null."""

    field: str
    value: Any


@frozen
class Ne(Criterion):
    """The field has another value, or null."""

    field: str
    value: Any


@frozen
class Lt(Criterion):
    """The field is not null and less than the value."""

    field: str
    value: Any


@frozen
class Le(Criterion):
    """The field is not null and at most the value."""

    field: str
    value: Any


@frozen
class Gt(Criterion):
    """The field is not null and greater than the value."""

    field: str
    value: Any


@frozen
class Ge(Criterion):
    """The field is not null and at least the value."""

    field: str
    value: Any


@frozen
class In(Criterion):
    """The field has one of the values; None is refused among them, and no values match nothing."""

    field: str
    values: tuple[Any, ...]


@frozen
class IsNull(Criterion):
    """The field is null."""

    field: str


@frozen
class Prefix(Criterion):
    """The text field begins with the value, by code points."""

    field: str
    value: str


@frozen
class ContainsAny(Criterion):
    """The many-valued field holds at least one of the values."""

    field: str
    values: tuple[Any, ...]


@frozen
class Contains(Criterion):
    """The searchable field contains the words, whatever their case and width (``folded``)."""

    field: str
    words: str


@frozen
class And(Criterion):
    """All parts hold; no parts: true."""

    parts: tuple[Criterion, ...]


@frozen
class Or(Criterion):
    """At least one part holds; no parts: false."""

    parts: tuple[Criterion, ...]


@frozen
class Not(Criterion):
    """The part does not hold."""

    part: Criterion


Comparison = Eq | Ne | Lt | Le | Gt | Ge


@frozen
class Order:
    """Sort by one column field; the id breaks ties, nulls come first (last where descending)."""

    field: str
    descending: bool = False


@frozen(kw_only=True)
class Query:
    """What `find` and `stream` ask; ``after`` is the (field value, id) of the last row seen."""

    where: Criterion | None = None
    order: Order | None = None
    limit: int | None = None
    after: tuple[Stored, str] | None = None


def all_of(*parts: Criterion | None) -> Criterion | None:
    """Return the conjunction of the parts that are not None, or None where nothing is left."""
    kept = tuple(part for part in parts if part is not None)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else And(kept)


def prepare(kind: Kind[Any], criterion: Criterion | None, custom: Callable[[str], Field | None]) -> Criterion | None:
    """Return the criterion with every value encoded as stored; raise `InvalidInput` for what the kind cannot answer."""
    return None if criterion is None else _prepared(kind, criterion, custom)


def _prepared(kind: Kind[Any], criterion: Criterion, custom: Callable[[str], Field | None]) -> Criterion:
    match criterion:
        case And(parts) | Or(parts):
            return evolve(criterion, parts=tuple(_prepared(kind, part, custom) for part in parts))
        case Not(part):
            return Not(_prepared(kind, part, custom))
        case Eq(name, None):
            return _prepared(kind, IsNull(name), custom)
        case Ne(name, None):
            return Not(_prepared(kind, IsNull(name), custom))
    return _leaf(criterion, _spec(kind, criterion.field, custom))  # type: ignore[attr-defined]


def _leaf(criterion: Criterion, spec: Field) -> Criterion:
    match criterion:
        case IsNull():
            return criterion
        case In(name, values) if not spec.many:
            return In(name, _encoded(spec, values))
        case ContainsAny(name, values) if spec.many:
            return ContainsAny(name, _encoded(spec, values))
        case Contains(name, words) if spec.searchable:
            return Contains(name, folded(words))
        case Prefix(name, value) if not spec.many and spec.type is FieldType.TEXT:
            return Prefix(name, str(encode(spec, value)))
        case Eq() | Ne() | Lt() | Le() | Gt() | Ge() if not spec.many:
            if criterion.value is None:
                raise InvalidInput.at(spec.name, "criteria.null", "cannot be compared with nothing", "不能与空值比较")
            return evolve(criterion, value=_encode(spec, criterion.value))
    word = type(criterion).__name__
    raise InvalidInput.at(spec.name, "criteria.unfit", f"does not answer {word}", f"不支持 {word} 查询")


def _encode(spec: Field, value: Any) -> Stored:
    return encode_side(spec, value) if spec.aside else encode(spec, value)


def _encoded(spec: Field, values: Iterable[Any]) -> tuple[Stored, ...]:
    found = tuple(dict.fromkeys(_encode(spec, value) for value in values))
    if None in found:
        raise InvalidInput.at(spec.name, "criteria.null", "has nothing among the values", "取值中含有空值")
    if len(found) > MOST_VALUES:
        raise InvalidInput.at(
            spec.name, "criteria.many", "names {count} values, {most} are allowed", "列出了 {count} 个值，最多 {most} 个",
            count=len(found), most=MOST_VALUES,
        )  # fmt: skip
    return found


def _spec(kind: Kind[Any], name: str, custom: Callable[[str], Field | None]) -> Field:
    if name == "id":
        return _ID
    spec = custom(name.removeprefix("custom.")) if name.startswith("custom.") else kind.field(name)
    if spec is None:
        raise InvalidInput.at(
            name, "criteria.field", f"{kind.name} cannot be filtered by it", f"{kind.name} 不能按它筛选"
        )
    return spec


_ID = Field(name="id", max_length=64)


def prepare_order(kind: Kind[Any], order: Order | None) -> Order | None:
    """Return the order; raise `InvalidInput` where it names no column of the kind."""
    if order is None or order.field in kind.position:
        return order
    raise InvalidInput.at(
        order.field, "order.field", f"{kind.name} cannot be sorted by it", f"{kind.name} 不能按它排序"
    )


def to_cursor(value: Stored, id: str) -> str:
    """Return the opaque word that continues a list after this row."""
    return base64.urlsafe_b64encode(json.dumps([value, id]).encode()).decode()


def from_cursor(cursor: str, spec: Field | None) -> tuple[Stored, str]:
    """Read what `to_cursor` wrote for a list in the order of this field (by id where None); else raise `InvalidInput`."""
    try:
        value, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        check_key("after", id_)
        fits = value is None or (spec is not None and _stored_as(spec, value))
    except (ValueError, TypeError, OverflowError, RecursionError, InvalidInput) as error:
        raise InvalidInput.at("after", "cursor", "is not a cursor of this list", "不是本列表的游标") from error
    if not fits:
        raise InvalidInput.at("after", "cursor", "is not a cursor of this list", "不是本列表的游标")
    return value, id_


def _stored_as(spec: Field, value: object) -> bool:
    """Tell whether a value is one that a column of this field can hold."""
    if spec.type in {FieldType.INTEGER, FieldType.INSTANT, FieldType.BOOLEAN}:
        return type(value) is int and INT64[0] <= value <= INT64[1]
    return isinstance(value, str) and check_text("after", value) == value
