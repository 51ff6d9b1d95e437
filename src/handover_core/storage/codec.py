"""The codec: aggregates to JSON bodies and back, strictly, with the same values on every backend."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, EnumType
from functools import cache, partial
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from handover_core.errors import InvalidInput, UnreadableBody, Unsealable
from handover_core.history.sealed import MARK
from handover_core.storage.columns import Columns, Read, reader_of
from handover_core.storage.decoding import Decoders
from handover_core.storage.kinds import Kind
from handover_core.texts import Text
from handover_core.values import Aggregate, Scalar

try:
    import orjson

    FAST = True
except ImportError:
    FAST = False

T = TypeVar("T", bound=Aggregate)

_TAGS = {Decimal: "$decimal", date: "$date", datetime: "$instant"}


def _plain_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _fast_json(value: object) -> str:
    return orjson.dumps(value).decode()


to_json: Callable[[object], str] = _fast_json if FAST else _plain_json
from_json: Callable[[str], Any] = orjson.loads if FAST else json.loads


NO_KEYS = Text("the core was opened without keys", "打开时未提供密钥库")


class _Classes:
    """The functions that are made for classes: once in a process, whichever core meets them first."""

    def __init__(self) -> None:
        # The hot path stops at the first fault; the careful one, used after a failure, names every fault's path.
        self.fast = _converter(detailed=False)
        self.careful = _converter(detailed=True)
        self.dumps: dict[type, Callable[[Any], dict[str, Any]]] = {}
        self.decoders = Decoders(self.fast.get_structure_hook)


_classes = cache(_Classes)


class Codec:
    """Encodes and decodes the bodies of all kinds; the functions for each kind are made once."""

    def __init__(self) -> None:
        made = _classes()
        self._fast, self._careful, self._dumps, self._decoders = made.fast, made.careful, made.dumps, made.decoders
        self._columns: dict[str, Read] = {}

    def dump(self, aggregate: Aggregate) -> dict[str, Any]:
        """Return the body of an aggregate: everything but its id and version."""
        cls = type(aggregate)
        function = self._dumps.get(cls)
        if function is None:
            omitted = override(omit=True)
            function = self._dumps[cls] = make_dict_unstructure_fn(cls, self._fast, id=omitted, version=omitted)
        return function(aggregate)

    def columns(self, kind: Kind[Any], aggregate: Aggregate) -> Columns:
        """Return the columns of an aggregate as stored, and their folded copies; raise `InvalidInput`."""
        read = self._columns.get(kind.name)
        if read is None:
            read = self._columns[kind.name] = reader_of(kind)
        return read(aggregate)

    def load(self, kind: Kind[T], id: str, version: int, format: int, body: str) -> T:  # noqa: A002
        """Return the aggregate; raise `UnreadableBody` for a damaged body or one of a newer format, `Unsealable`."""
        if format > kind.format:
            raise UnreadableBody(kind.name, id, f"format {format} > {kind.format}")
        try:
            fields = from_json(body)
            for number in range(format, kind.format) if format != kind.format else ():
                fields = kind.upcasters[number](fields)
            fields["id"] = id
            fields["version"] = version
            return self._decoders.of(kind.type)(fields)  # type: ignore[no-any-return]
        except Exception as error:
            if MARK in body:
                raise Unsealable(id, NO_KEYS) from error
            raise UnreadableBody(kind.name, id, self._diagnose(kind, id, body, error)) from error

    def structure(self, value: object, cls: type[Any]) -> Any:
        """Return a value of ``cls`` from plain data, naming every fault; raises cattrs' validation errors."""
        return self._careful.structure(value, cls)

    def unstructure(self, value: object) -> Any:
        """Return any value of the model as plain JSON data."""
        return self._fast.unstructure(value)

    def _diagnose(self, kind: Kind[Any], id_: str, body: str, error: Exception) -> str:
        try:
            fields = from_json(body)
            self._careful.structure({**fields, "id": id_, "version": 1}, kind.type)
        except BaseValidationError as group:
            return "; ".join(transform_error(group, path=kind.name))
        except Exception as again:  # noqa: BLE001 - whatever it is becomes the reason shown
            return str(again)
        return str(error)


def text_of(kind: Kind[Any], dumped: Mapping[str, Any]) -> str:
    """Return a body as text; raise `InvalidInput` for what not every backend can keep."""
    path = kind.type.__name__
    try:
        text = to_json(dumped)
        if not FAST:
            text.encode()  # orjson has refused lone surrogates already
    except (TypeError, ValueError, OverflowError) as error:  # orjson and the standard library differ here
        raise InvalidInput.at(path, "text.characters", f"cannot be stored: {error}", f"无法存储：{error}") from error
    if "\\u0000" in text and _has_nul(from_json(text)):
        raise InvalidInput.at(path, "text.characters", "holds a NUL character", "含有 NUL 字符")
    return text


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_has_nul(each) for each in value)


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=detailed)
    for cls in (str, int, bool):
        converter.register_structure_hook(cls, partial(_exactly, cls))
    converter.register_structure_hook(Decimal, _to_decimal)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(date, _to_date)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(datetime, _to_instant)
    converter.register_unstructure_hook(datetime, _from_instant)
    converter.register_structure_hook_func(lambda cls: cls == Scalar, _to_scalar)
    converter.register_unstructure_hook_func(lambda cls: cls == Scalar, _from_scalar)
    converter.register_structure_hook_factory(_is_optional, partial(_optional_structurer, converter))
    converter.register_unstructure_hook_factory(_is_optional, partial(_optional_unstructurer, converter))
    converter.register_structure_hook_factory(_is_tuple, partial(_tuple_structurer, converter))
    converter.register_unstructure_hook_factory(_is_tuple, partial(_tuple_unstructurer, converter))
    converter.register_unstructure_hook_factory(_is_mapping, partial(_mapping_unstructurer, converter))
    converter.register_structure_hook_factory(attrs.has, partial(_class_structurer, converter))
    return converter


def _class_structurer(converter: Converter, cls: type) -> Callable[[Any, Any], Any]:
    inner: Callable[[Any, Any], Any] = make_dict_structure_fn(
        cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=converter.detailed_validation
    )

    def structure(value: Any, cls_: Any) -> Any:
        if type(value) is not dict:
            raise TypeError(f"expected an object, found {value!r}")
        return inner(value, cls_)

    return structure


def _is_optional(cls: Any) -> bool:
    parts = get_args(cls)
    return isinstance(cls, UnionType) and len(parts) == 2 and type(None) in parts  # noqa: PLR2004


def _other(cls: Any) -> Any:
    return next(part for part in get_args(cls) if part is not type(None))


def _optional_structurer(converter: Converter, cls: Any) -> Callable[[Any, Any], Any]:
    inner = _other(cls)
    hook = converter.get_structure_hook(inner)

    def structure(value: Any, _: Any) -> Any:
        return None if value is None else hook(value, inner)

    return structure


def _optional_unstructurer(converter: Converter, cls: Any) -> Callable[[Any], Any]:
    inner = _other(cls)
    hook = converter.get_unstructure_hook(inner)
    if inner in {str, int, bool}:
        return hook  # nothing becomes of them, nor of None, and cattrs then writes no call at all

    def unstructure(value: Any) -> Any:
        return None if value is None else hook(value)

    return unstructure


def _is_tuple(cls: Any) -> bool:
    return get_origin(cls) is tuple and len(get_args(cls)) == 2 and get_args(cls)[1] is ...  # noqa: PLR2004


def _tuple_structurer(converter: Converter, cls: Any) -> Callable[[Any, Any], Any]:
    element = get_args(cls)[0]
    hook = converter.get_structure_hook(element)

    def structure(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise TypeError(f"expected a list, found {value!r}")
        return tuple([hook(each, element) for each in value])

    return structure


def _tuple_unstructurer(converter: Converter, cls: Any) -> Callable[[Any], Any]:
    element = get_args(cls)[0]
    if element in {str, int, bool}:
        return list
    hook = converter.get_unstructure_hook(element)

    def unstructure(value: Any) -> Any:
        return [hook(each) for each in value] if value else []

    return unstructure


def _is_mapping(cls: Any) -> bool:
    return get_origin(cls) is Mapping and len(get_args(cls)) == 2 and get_args(cls)[0] is str  # noqa: PLR2004


def _mapping_unstructurer(converter: Converter, cls: Any) -> Callable[[Any], Any]:
    hook = converter.get_unstructure_hook(get_args(cls)[1])

    def unstructure(value: Any) -> Any:
        return {name: hook(each) for name, each in value.items()} if value else {}

    return unstructure


def _exactly(cls: type, value: Any, wanted: Any = None) -> Any:
    """Return a value of just this class; ``wanted`` may be a closed set of such values, as a StrEnum is."""
    if type(value) is not cls:
        raise TypeError(f"expected {cls.__name__}, found {value!r}")
    return wanted(value) if isinstance(wanted, EnumType) else value


def _to_decimal(value: Any, _: Any) -> Decimal:
    try:
        number = Decimal(_exactly(str, value))
    except InvalidOperation as error:
        raise ValueError(f"expected a decimal number, found {value!r}") from error
    if not number.is_finite():
        raise ValueError(f"expected a finite number, found {value!r}")
    return number


def _to_date(value: Any, _: Any) -> date:
    return date.fromisoformat(_exactly(str, value))


def _to_instant(value: Any, _: Any) -> datetime:
    instant = datetime.fromisoformat(_exactly(str, value))
    if instant.tzinfo is None:
        raise ValueError(f"expected an instant with a time zone, found {value!r}")
    return instant


def _from_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_SCALARS: dict[str, Callable[[Any, Any], Scalar]] = {
    "$decimal": _to_decimal,
    "$date": _to_date,
    "$instant": _to_instant,
}


def _to_scalar(value: Any, _: Any) -> Scalar:
    if isinstance(value, Mapping):
        ((tag, text),) = value.items()
        return _SCALARS[tag](text, None)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"expected a plain value, found {value!r}")


def _from_scalar(value: Any) -> Any:
    tag = _TAGS.get(type(value))
    if tag is None:
        return value.value if isinstance(value, Enum) else value
    return {tag: _from_instant(value) if isinstance(value, datetime) else str(value)}
