"""Gives documents that exist already the values of new fields, worked out from their bodies, page after page by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bson import Int64
from pymongo import UpdateOne
from pymongo.collection import Collection

from handover_core.storage.codec import from_json
from handover_core.storage.encoding import folded
from handover_core_mongo.documents import Document, stored
from handover_core_mongo.layout import search_field
from handover_core_mongo.migrations.plan import KindChange

PAGE = 500
"""How many documents are read and written at once."""

_READ = {"_id": 1, "version": 1, "format": 1, "body": 1, "side": 1}


def fill(collection: Collection[Document], change: KindChange) -> None:
    """Fill what ``change`` adds to ``collection``; version, history and chain of a row stay as they are."""
    for page in _pages(collection):
        waiting = page
        while waiting:
            collection.bulk_write([_written(found, change) for found in waiting], ordered=False)
            waiting = _overtaken(collection, waiting)


def _pages(collection: Collection[Document]) -> Iterator[list[Document]]:
    following: Document = {}
    while page := list(collection.find(following, _READ, sort=[("_id", 1)], limit=PAGE)):
        yield page
        following = {"_id": {"$gt": page[-1]["_id"]}}


def _written(found: Document, change: KindChange) -> UpdateOne:
    """Return the write for one document, as long as it still has the version that was read."""
    body, format_ = from_json(found["body"]), int(found["format"])
    fields: Document = {new.name: stored(new.value(body, format_)) for new in change.columns}
    for search in change.search:
        text = search.value(body, format_)
        fields[search_field(search.name)] = None if text is None else folded(str(text))
    if change.side:
        fields["side"] = _side(found, body, change)
    return UpdateOne({"_id": found["_id"], "version": Int64(found["version"])}, {"$set": fields})


def _side(found: Document, body: Mapping[str, Any], change: KindChange) -> list[Document]:
    renewed = {new.name for new in change.side}
    kept = [entry for entry in found.get("side", ()) if entry["field"] not in renewed]
    entries = [
        {"field": new.name, "value": value}
        for new in change.side for value in dict.fromkeys(new.values(body, int(found["format"])))
    ]  # fmt: skip
    return [*kept, *entries]


def _overtaken(collection: Collection[Document], written: list[Document]) -> list[Document]:
    """Return, as they are now, the documents that somebody saved between the reading and the writing."""
    versions = {found["_id"]: found["version"] for found in written}
    now = collection.find({"_id": {"$in": [found["_id"] for found in written]}}, _READ)
    return [found for found in now if versions[found["_id"]] != found["version"]]
