"""JSON Schemas (2020-12) of the data of events, one for each type, made from the kinds as they are.

Fields about persons may hold anything: where the company keeps them sealed, a token stands there. Receivers ignore
fields that they do not know; new ones may come without a new version of the type.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from handover_core.history.changes import Operation
from handover_core.outbox.envelope import schema_of, type_of
from handover_core.outbox.rules import OWN
from handover_core.storage.kinds import Kind
from handover_core.storage.recording import BATCH

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_ANYTHING: Schema = {}
_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_PLAIN: Mapping[Any, Schema] = {
    str: _TEXT,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "description": "a decimal number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
}
_UNSTORED = frozenset({"id", "version"})


def schemas(kinds: Iterable[Kind[Any]]) -> dict[str, Schema]:
    """Return the schema of the data of every event that kinds can have, by its type."""
    made = {type_of(BATCH.name, Operation.BATCH): _batch(), type_of(BATCH.name, Operation.UPDATE): _reworded()}
    for kind in kinds:
        if kind.name not in OWN:
            for operation in (Operation.INSERT, Operation.UPDATE, Operation.DELETE):
                made[type_of(kind.name, operation)] = _of_kind(kind, operation)
    return made


def _of_kind(kind: Kind[Any], operation: Operation) -> Schema:
    personal = frozenset(each.steps for each in kind.personal)
    state = _object(kind.type, (), personal)
    if operation is not Operation.UPDATE:
        return _data(kind.name, operation, {"state": state}, ["state"])
    both = {"difference": _difference(state), "state": state}
    return {**_data(kind.name, operation, both, []), "oneOf": [{"required": ["difference"]}, {"required": ["state"]}]}


def _batch() -> Schema:
    header = {
        "type": "object",
        "required": ["kind", "count"],
        "properties": {"kind": _TEXT, "count": {"type": "integer", "minimum": 1}},
    }
    return _data(BATCH.name, Operation.BATCH, {"state": header}, ["state"])


def _reworded() -> Schema:
    """Return the schema of the data of a redaction of a bulk's reason."""
    return _data(BATCH.name, Operation.UPDATE, {"difference": {"type": "object", "maxProperties": 0}}, ["difference"])


def _data(kind: str, operation: Operation, content: Mapping[str, Schema], needed: list[str]) -> Schema:
    type_ = type_of(kind, operation)
    fields: dict[str, Schema] = {
        "stream": {
            "type": "object",
            "required": ["kind", "id"],
            "properties": {"kind": {"const": kind}, "id": _TEXT},
        },
        "version": {"type": "integer", "minimum": 1},
        "operation": {"const": operation.value},
        "actor": _TEXT,
        "command": _TEXT,
        "reason": _TEXT_OR_NULL,
        "batch": _TEXT_OR_NULL,
        "format": {"type": "integer", "minimum": 1},
    }
    redacted = {"type": "array", "items": {"type": "integer", "minimum": 1}}
    return {
        "$schema": DIALECT,
        "$id": schema_of(type_),
        "title": type_,
        "type": "object",
        "required": [*fields, *needed],
        "properties": {**fields, **content, "redacted": redacted},
    }


def _difference(state: Schema) -> Schema:
    """Return the schema of a difference: for each field that changed what it held before and after, or nothing."""
    return {
        "type": "object",
        "properties": {name: _pair(field) for name, field in state["properties"].items()},
        "additionalProperties": _pair(_ANYTHING),
    }


def _pair(field: Schema) -> Schema:
    side = {"type": "array", "items": field, "maxItems": 1}
    return {"type": "array", "items": side, "minItems": 2, "maxItems": 2}


def _object(cls: type, path: tuple[str, ...], personal: frozenset[tuple[str, ...]]) -> Schema:
    hints = typing.get_type_hints(cls)
    names = [each.name for each in attrs.fields(cls) if path or each.name not in _UNSTORED]
    return {"type": "object", "properties": {name: _of(hints[name], (*path, name), personal) for name in names}}


def _of(hint: Any, path: tuple[str, ...], personal: frozenset[tuple[str, ...]]) -> Schema:
    if path in personal:
        return _ANYTHING
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return {"anyOf": [_of(part, path, personal) for part in parts]}
    if origin in {tuple, list, frozenset}:
        return {"type": "array", "items": _of(parts[0], path, personal)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [each.value for each in hint]}
    if isinstance(hint, type) and attrs.has(hint):
        return _object(hint, path, personal)
    if path[-1] == "custom" or hint not in _PLAIN:
        return {"type": "object"} if origin is not None else _ANYTHING
    return _PLAIN[hint]
