"""Yields a company's whole history so that another program can check it, also while people go on writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from handover_core.audit import walking
from handover_core.audit.rules import bulk_of
from handover_core.history.asking import LogQuestion
from handover_core.history.changes import HEADER, Change, Operation
from handover_core.history.redaction import REDACTED
from handover_core.storage import Kind
from handover_core.storage.codec import from_json
from handover_core.storage.walking import Ask


def exported(ask: Ask, kinds: Mapping[str, Kind[Any]]) -> Iterator[walking.Stream]:
    """Yield every stream with its row, as they stood together at one moment, in flat memory.

    Entries and rows are read page by page. A stream that was written in between is read once more, in one unit; a bulk
    that came in between, or of which the reason was redacted, is yielded again as a whole, at the end: of a stream that
    comes twice, the later one counts, with its row or without.
    """
    before, seen = _heads(ask), set[str]()
    for found in walking.streams(ask, kinds):
        stream = _at_one_moment(ask, found)
        seen |= {bulk for change in stream.changes if (bulk := _bulk(change)) is not None}
        yield stream
    now = _heads(ask)
    while moved := {each for each in seen if before.get(each) != now.get(each)}:
        yield from _once_more(ask, kinds, moved)
        before, now = now, _heads(ask)  # who redacts many rows does it in several units


def _heads(ask: Ask) -> dict[str, str]:
    """Return the newest head of each bulk's header: an entry in its stream tells of every redaction."""
    return {change.id: change.head for change in walking.history(ask, question=LogQuestion(kind=HEADER))}


def _bulk(change: Change) -> str | None:
    return change.id if change.operation is Operation.BATCH else change.batch


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
                yield _at_one_moment(ask, found)


def _at_one_moment(ask: Ask, stream: walking.Stream) -> walking.Stream:
    return stream if _agrees(stream) else ask(partial(walking.again, stream)) or stream


def _agrees(stream: walking.Stream) -> bool:
    """Tell whether entries and row are of one moment, as far as the newest head shows.

    A redaction, which changes older entries, may have come between two pages of one stream.
    """
    if any(f'"{REDACTED}"' in (change.body or "") for change in stream.changes):
        return False
    if not stream.changes:
        return stream.row is None
    last = stream.changes[-1]
    if stream.row is None:
        return last.operation is Operation.DELETE or stream.kind == HEADER
    return last.operation is not Operation.DELETE and stream.row.head == last.head
