"""Yields a company's whole history so that another program can check it, also while people go on writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from handover_core.audit import walking
from handover_core.audit.rules import bulk_of
from handover_core.history.changes import HEADER, Operation
from handover_core.storage import Kind
from handover_core.storage.codec import from_json
from handover_core.storage.walking import Ask


def exported(ask: Ask, kinds: Mapping[str, Kind[Any]]) -> Iterator[walking.Stream]:
    """Yield every stream with its row, as they stood together at one moment, in flat memory.

    Entries and rows are read page by page. A stream that was written in between is read once more, in one unit; a bulk
    that came in between is yielded again as a whole, at the end: of a stream that comes twice, the later one counts.
    """
    bulks, entries = Counter[str](), Counter[str]()
    for found in walking.streams(ask, kinds):
        stream = found if _agrees(found) else ask(partial(walking.again, found)) or found
        for change in stream.changes:
            if change.batch is not None:
                entries[change.batch] += 1
            elif change.operation is Operation.BATCH:
                bulks[change.id] = bulk_of(change, from_json)[1]
        yield stream
    yield from _once_more(ask, kinds, {each for each in (*bulks, *entries) if bulks[each] != entries[each]})


def _once_more(ask: Ask, kinds: Mapping[str, Kind[Any]], bulks: set[str]) -> Iterator[walking.Stream]:
    names: set[str] = set()
    for id_ in sorted(bulks):
        header = ask(partial(walking.again, walking.Stream(HEADER, id_, (), None)))
        if header is not None and header.changes:
            names |= {bulk_of(header.changes[0], from_json)[0]} & kinds.keys()
            yield header
    for name in sorted(names):
        for found in walking.streams_of(ask, kinds[name]):
            if found.changes and found.changes[0].batch in bulks:
                yield found if _agrees(found) else ask(partial(walking.again, found)) or found


def _agrees(stream: walking.Stream) -> bool:
    """Tell whether entries and row are of one moment, as far as the newest head shows."""
    if not stream.changes:
        return stream.row is None
    last = stream.changes[-1]
    if stream.row is None:
        return last.operation is Operation.DELETE or stream.kind == HEADER
    return last.operation is not Operation.DELETE and stream.row.head == last.head
