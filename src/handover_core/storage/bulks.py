"""What the headers of bulks say since of their thin entries: digests, held by redactions of the bulk's reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from attrs import frozen

from handover_core.history.changes import MALFORMED, Change
from handover_core.history.checking import OfBulk, is_first
from handover_core.history.redaction import attested, attested_of_bulk
from handover_core.storage.codec import from_json
from handover_core.storage.recording import BATCH

if TYPE_CHECKING:
    from handover_core.storage.unit import UnitOfWork
    from handover_core.storage.walking import Ask

KEPT = 4
"""Of how many redactions the digests are kept at once; whoever asks goes by id, and so do the redactions."""


class Bulks:
    """Answers for thin entries, in flat memory: of each header only which redaction holds which range of ids."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, _Known] = {}
        self._digests = lru_cache(KEPT)(self._read)

    def of(self, entry: Change) -> OfBulk:
        """Return what counts for a thin entry: its header, and the digest in the last redaction that holds one."""
        batch = entry.batch or ""
        known = self._known.get(batch)
        if known is None:
            known = self._known[batch] = self._ask(lambda unit: _known(unit.tenant, self.after(batch, 0)))
        for version, first, last in reversed(known.ranges):
            if first <= entry.id <= last and (found := self._digests(batch, version).get(entry.id)) is not None:
                return OfBulk(found, known.header, known.rows)
        return OfBulk(None, known.header, known.rows)

    def _read(self, batch: str, version: int) -> Mapping[str, str]:
        return attested_of_bulk(next(self.after(batch, version - 1)), from_json)

    def after(self, batch: str, version: int) -> Iterator[Change]:
        """Yield the entries of a header's stream after a version, each read by itself: some are large."""
        while (entry := self._ask(partial(_next, batch, version))) is not None:
            yield entry
            version = entry.version


@frozen
class _Known:
    """A header, where it is as it was written, of which kind, and which of its redactions holds digests of which ids."""

    header: Change | None
    rows: str | None
    ranges: list[tuple[int, str, str]]


def _known(tenant: str, stream: Iterator[Change]) -> _Known:
    header, digest, ranges = None, None, list[tuple[int, str, str]]()
    for entry in stream:
        if entry.version == 1:
            header = entry
            continue
        digest = attested([entry], from_json).get(1, digest)
        if held := attested_of_bulk(entry, from_json):
            ranges.append((entry.version, min(held), max(held)))
    whole = header is not None and is_first(tenant, header, digest)
    if header is None or not whole:
        return _Known(None, None, ranges)
    return _Known(header, _rows(header), ranges)


def _rows(header: Change) -> str | None:
    """Return the kind that a header names, None for a text that is no header's: it is as it was written all the same."""
    try:
        return str(from_json(header.body or "")["kind"])
    except MALFORMED:
        return None


def _next(batch: str, version: int, unit: UnitOfWork) -> Change | None:
    found = unit.transaction.history(unit.tenant, (BATCH.name, batch, version), 1)
    return next((each for each in found if (each.kind, each.id) == (BATCH.name, batch)), None)
