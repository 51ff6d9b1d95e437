"""CloudEvents 1.0 envelopes, in the structured JSON form.

The same change has the same envelope always, but for ``resend``; its id is its place in the history, so whoever keeps
the ids that have arrived knows a duplicate.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from handover_core.history.changes import Change, Operation
from handover_core.history.difference import is_field
from handover_core.history.instants import from_micros
from handover_core.history.redaction import REDACTED
from handover_core.storage.codec import from_json
from handover_core.storage.recording import lane_of

SPEC = "1.0"
DATA_VERSION = 1
"""Of the shape of ``data``; it stands in the type of every event."""

Envelope = dict[str, Any]


def envelope(tenant: str, change: Change, *, resend: bool, source: str | None = None) -> Envelope:
    """Return the envelope of a change; ``source`` is the URI under which the company is known, else a URN."""
    stream = f"{_quoted(change.kind)}/{_quoted(change.id)}"
    type_ = type_of(change.kind, change.operation)
    return {
        "specversion": SPEC,
        "id": f"{_quoted(tenant)}/{stream}/{change.version}",
        "source": source or f"urn:handover-core:{_quoted(tenant)}",
        "type": type_,
        "subject": stream,
        "time": from_micros(change.at).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "dataschema": schema_of(type_),
        "datacontenttype": "application/json",
        "partitionkey": stream,
        "lane": lane_of(change.kind, change.id),
        "streamversion": change.version,
        "resend": resend,
        "data": _data(change),
    }


def type_of(kind: str, operation: Operation) -> str:
    """Return the stable type of an event, such as ``handover-core.work_record.insert.v1``."""
    return f"handover-core.{kind}.{operation.value}.v{DATA_VERSION}"


def schema_of(type_: str) -> str:
    """Return the URI of the JSON Schema of an event's data."""
    return f"urn:handover-core:schema:{type_}"


def _data(change: Change) -> dict[str, Any]:
    return {
        "stream": {"kind": change.kind, "id": change.id},
        "version": change.version,
        "operation": change.operation.value,
        "actor": change.actor,
        "command": change.command,
        "reason": change.reason,
        "batch": change.batch,
        "format": change.format,
        **_content(change),
    }


def _content(change: Change) -> dict[str, Any]:
    """Return what the entry holds: a difference, or the whole state where one was stored.

    A redaction says beside it from which earlier versions words were taken out, so that receivers can do the same.
    """
    content = from_json(change.body or "null")
    redacted: dict[str, Any] = {}
    if isinstance(content, dict):
        if REDACTED in content:
            redacted = {"redacted": sorted(map(int, content[REDACTED]))}
        # Of thin entries nobody was told but by their header, so nobody is told of their digests.
        content = {name: value for name, value in content.items() if is_field(name)}
    if change.operation is not Operation.UPDATE:
        return {"state": content, **redacted}
    if isinstance(content, list):  # the format of the kind changed with this version: both states, whole
        return {"state": content[1]}
    return {"difference": content, **redacted}


def _quoted(part: str) -> str:
    return quote(part, safe="")
