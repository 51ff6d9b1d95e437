"""Rows, entries and events as BSON documents, and back.

The key of a document is one text: its parts with a NUL between them, which no part may hold. BSON compares text by its
UTF-8 bytes, which is by code point, so the index on ``_id`` alone holds uniqueness, the order of ids, and the range of
a tenant or a stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bson import Int64

from handover_core.storage import Change, Event, Kind, LogQuestion, Operation, Register, Row, Write
from handover_core.storage.encoding import Stored, check_text
from handover_core_mongo.layout import search_field

Document = dict[str, Any]

ROW = {"_id": 0, "id": 1, "version": 1, "format": 1, "changed_at": 1, "head": 1, "body": 1}
"""What is read of a document of state."""

ID = {"_id": 0, "id": 1}
_AFTER_NUL = "\x01"


def key(tenant: str, id_: str) -> str:
    """Return the ``_id`` of a row or token; raise `InvalidInput` for parts that no store can keep."""
    return f"{check_text('tenant', tenant)}\0{check_text('id', id_)}"


def stream_key(tenant: str, kind: str, id_: str, version: int) -> str:
    """Return the ``_id`` of an entry or event; versions of one width, so that they sort as numbers."""
    return f"{key(tenant, kind)}\0{check_text('id', id_)}\0{version:019d}"


def register_key(tenant: str, space: str, name: str) -> str:
    """Return the ``_id`` of a register."""
    return f"{key(tenant, space)}\0{check_text('key', name)}"


def below(*parts: str) -> Document:
    """Return the bounds of all keys that begin with these parts and go on after them."""
    begun = "\0".join(check_text("key", part) for part in parts)
    return {"$gt": f"{begun}\0", "$lt": begun + _AFTER_NUL}


def stored(value: Stored) -> Stored:
    """Return a value as it is kept: integers always in 64 bits, whatever their size."""
    return Int64(value) if isinstance(value, int) else value


def plain(value: Any) -> Any:
    """Return a value that was read as the plain Python value that was stored."""
    return int(value) if isinstance(value, Int64) else value


def assigned(kind: Kind[Any], write: Write) -> Document:
    """Return what a write puts into its document, but for the key; the side entries only where it brings them."""
    row = write.row
    fields: Document = {
        "version": Int64(row.version),
        "format": Int64(row.format),
        "changed_at": Int64(row.changed_at),
        "head": row.head,
    }
    for spec, value in zip(kind.columns, write.columns, strict=True):
        fields[spec.name] = stored(value)
    for spec, text in zip(kind.searchable, write.search, strict=True):
        fields[search_field(spec.name)] = text
    if write.side is not None:
        fields["side"] = [{"field": name, "value": value} for name, value in write.side]
    fields["body"] = row.body
    return fields


def inserted(kind: Kind[Any], tenant: str, write: Write) -> Document:
    """Return the document of a new row."""
    id_ = write.row.id
    return {"_id": key(tenant, id_), "tenant": tenant, "id": id_, "side": [], **assigned(kind, write)}


def as_row(found: Mapping[str, Any]) -> Row:
    """Return the row of a document that was read with `ROW`; see `as_change`."""
    part = found.get
    return Row(
        part("id", ""), _number(part("version")), _number(part("format")), _number(part("changed_at")), part("head", ""),
        part("body", ""),
    )  # fmt: skip


def _number(value: Any) -> Any:
    """Return a number as a plain one, also where a tool made a float of it; anything else stays what it is."""
    return int(value) if isinstance(value, int) or (isinstance(value, float) and value.is_integer()) else value


def _stream(tenant: str, entry: Change | Event) -> Document:
    return {
        "_id": stream_key(tenant, entry.kind, entry.id, entry.version), "tenant": tenant, "kind": entry.kind,
        "id": entry.id, "version": Int64(entry.version),
    }  # fmt: skip


def as_entry(tenant: str, change: Change) -> Document:
    """Return the document of a change log entry."""
    return {
        **_stream(tenant, change), "operation": change.operation.value,
        "format": Int64(change.format), "at": Int64(change.at), "actor": change.actor, "command": change.command,
        "reason": change.reason, "batch": change.batch, "head": change.head, "body": change.body,
    }  # fmt: skip


def as_change(found: Mapping[str, Any]) -> Change:
    """Return the change log entry of a document.

    Whoever passes by the validators can take parts away, or put others in their place: a verification must name that.
    """
    part = found.get
    return Change(
        kind=part("kind", ""), id=part("id", ""), version=_number(part("version")), operation=Operation(part("operation", "")),
        format=_number(part("format")), at=_number(part("at")), actor=part("actor", ""), command=part("command", ""),
        reason=part("reason"), body=part("body"), batch=part("batch"), head=part("head", ""),
    )  # fmt: skip


def filtered(question: LogQuestion) -> Document:
    """Return the condition for entries that answer a question; what their key does not bound already counts too."""
    where: Document = {**question.words}
    period = {"$gte": question.since, "$lt": question.until}
    at = {name: Int64(micros) for name, micros in period.items() if micros is not None}
    return {**where, "at": at} if at else where


def as_sent(tenant: str, event: Event) -> Document:
    """Return the document of an outbox entry."""
    return {
        **_stream(tenant, event), "type": event.type, "at": Int64(event.at),
        "lane": Int64(event.lane),
    }  # fmt: skip


def as_event(found: Mapping[str, Any]) -> Event:
    """Return the outbox entry of a document."""
    return Event(
        kind=found["kind"], id=found["id"], version=int(found["version"]), type=found["type"], at=int(found["at"]),
        lane=int(found["lane"]),
    )  # fmt: skip


def as_kept(tenant: str, register: Register) -> Document:
    """Return the document of a register."""
    return {
        "_id": register_key(tenant, register.space, register.key), "tenant": tenant, "space": register.space,
        "key": register.key, "version": Int64(register.version), "body": register.body,
    }  # fmt: skip


def as_register(found: Mapping[str, Any]) -> Register:
    """Return the register of a document."""
    return Register(found["space"], found["key"], int(found["version"]), found["body"])
