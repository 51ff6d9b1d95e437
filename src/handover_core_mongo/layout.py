"""Collections as plain descriptions: what they hold, how that is validated, and by which indexes it is found.

A migration freezes these descriptions; the collections of today's kinds follow from `spec_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen
from bson import Int64
from pymongo import ASCENDING, IndexModel

from handover_core.storage import Field, FieldType, Kind
from handover_core.storage.encoding import INT64
from handover_core.storage.migrating import ColumnSpec
from handover_core.storage.registers import NAME_WIDTH, SPACE_WIDTH

TENANT_WIDTH = 64
ID_WIDTH = 64
_FIXED_WIDTHS = {FieldType.DATE: 10}
Schema = dict[str, Any]


@frozen(kw_only=True)
class CollectionSpec:
    """The collection of one kind; ``search`` names the fields of which a folded copy is kept."""

    kind: str
    columns: tuple[ColumnSpec, ...] = ()
    search: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()


def spec_of(kind: Kind[Any]) -> CollectionSpec:
    """Return the collection that a kind describes."""
    return CollectionSpec(
        kind=kind.name,
        columns=tuple(ColumnSpec(field.name, _width(field)) for field in kind.columns),
        search=tuple(field.name for field in kind.searchable),
        unique=kind.unique,
        indexes=kind.indexes,
    )


def side_of(kind: Kind[Any]) -> tuple[str, ...]:
    """Return the fields of a kind that stand among the side entries, beside external references and custom fields."""
    return tuple(field.name for field in kind.fields if field.many)


def _width(field: Field) -> int | None:
    if field.type is FieldType.TEXT:
        return field.max_length
    if field.type is FieldType.DECIMAL:
        return sum(field.digits) + 1
    return _FIXED_WIDTHS.get(field.type)


def search_field(name: str) -> str:
    """Return the name of the field that holds the folded copy of a searchable field."""
    return f"{name}__folded"


# Validators


def state_validator(spec: CollectionSpec) -> Schema:
    """Return the ``$jsonSchema`` of the documents of one kind."""
    fields = {
        "_id": _text(),
        "tenant": _text(TENANT_WIDTH),
        "id": _text(ID_WIDTH),
        "version": _LONG,
        "format": _LONG,
        "changed_at": _LONG,
        "head": _text(64),
        **{each.name: _nullable(_text(each.width) if each.width else _LONG) for each in spec.columns},
        **{search_field(name): _nullable(_text()) for name in spec.search},
        "side": {"bsonType": "array", "items": _object({"field": _text(80), "value": _text()})},
        "body": _text(),
    }
    # Only rows that another unit relied upon have the counter by which it is noticed.
    return {"$jsonSchema": _object({**fields, "guard": _LONG}, required=fields)}


def loosened(validator: Schema, names: Iterable[str]) -> Schema:
    """Return a validator that lets these columns and folded copies be absent."""
    schema = validator["$jsonSchema"]
    absent = {name for column in names for name in (column, search_field(column))}
    return {"$jsonSchema": {**schema, "required": [name for name in schema["required"] if name not in absent]}}


def shared_validators() -> dict[str, Schema]:
    """Return the ``$jsonSchema`` of the collections that all kinds share: change log, outbox, unit tokens, registers."""
    owner = {"_id": _text(), "tenant": _text(TENANT_WIDTH)}
    stream = {**owner, "kind": _text(64), "id": _text(ID_WIDTH), "version": _LONG}
    entry = {
        **stream, "operation": _text(16), "format": _LONG, "at": _LONG, "actor": _text(64), "command": _text(64),
        "reason": _nullable(_text()), "batch": _nullable(_text(64)), "head": _text(64), "body": _nullable(_text()),
    }  # fmt: skip
    event = {**stream, "type": _text(64), "at": _LONG, "lane": _LONG}
    token = {**owner, "token": _text(64), "at": _LONG}
    register = {
        **owner, "space": _text(SPACE_WIDTH), "key": _text(NAME_WIDTH), "version": _LONG, "body": _text(),
    }  # fmt: skip
    return {
        name: {"$jsonSchema": _object(fields)}
        for name, fields in (("change", entry), ("outbox", event), ("unit", token), ("register", register))
    }


_LONG: Schema = {"bsonType": "long"}


def _text(width: int | None = None) -> Schema:
    return {"bsonType": "string"} if width is None else {"bsonType": "string", "maxLength": width}


def _nullable(schema: Schema) -> Schema:
    return {**schema, "bsonType": [schema["bsonType"], "null"]}


def _object(fields: Mapping[str, Schema], required: Iterable[str] | None = None) -> Schema:
    needed = list(fields if required is None else required)
    return {"bsonType": "object", "required": needed, "additionalProperties": False, "properties": dict(fields)}


# Indexes


def indexes(spec: CollectionSpec) -> list[IndexModel]:
    """Return the indexes of the collection of one kind; the tenant leads each of them."""
    widths = {each.name: each.width for each in spec.columns}
    return [
        *(_unique(names, widths) for names in spec.unique),
        *(_index(f"i_{'_'.join(names)}", (*names, "_id")) for names in spec.indexes),
        _index("side", ("side.field", "side.value")),
    ]


def _index(name: str, fields: Iterable[str], **options: Any) -> IndexModel:
    return IndexModel([("tenant", ASCENDING), *((field, ASCENDING) for field in fields)], name=name, **options)


def _unique(names: tuple[str, ...], widths: Mapping[str, int | None]) -> IndexModel:
    # A key with a null in it is not unique, so such rows stay out of the index. A bound rather than ``$type``: the
    # planner can see that a question for one value lies within it.
    present = {name: {"$gte": Int64(INT64[0]) if widths[name] is None else ""} for name in names}
    return _index(f"u_{'_'.join(names)}", names, unique=True, partialFilterExpression=present)
