"""What the headers of bulks say since of their thin entries: digests, held by redactions of the bulk's reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from handover_core.history.changes import Change
from handover_core.history.redaction import attested_of_bulk
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
        self._ranges: dict[str, list[tuple[int, str, str]]] = {}
        self._digests = lru_cache(KEPT)(self._read)

    def digest(self, entry: Change) -> str | None:
        """Return the digest that counts for a thin entry: that of the last redaction that holds one."""
        batch = entry.batch or ""
        if batch not in self._ranges:
            self._ranges[batch] = [(each.version, min(held), max(held)) for each, held in self._redactions(batch)]
        for version, first, last in reversed(self._ranges[batch]):
            if first <= entry.id <= last and (found := self._digests(batch, version).get(entry.id)) is not None:
                return found
        return None

    def _redactions(self, batch: str) -> Iterator[tuple[Change, Mapping[str, str]]]:
        for entry in self.after(batch, 1):
            held = attested_of_bulk(entry, from_json)
            if held:
                yield entry, held

    def _read(self, batch: str, version: int) -> Mapping[str, str]:
        return attested_of_bulk(next(self.after(batch, version - 1)), from_json)

    def after(self, batch: str, version: int) -> Iterator[Change]:
        """Yield the entries of a header's stream after a version, each read by itself: some are large."""
        while (entry := self._ask(partial(_next, batch, version))) is not None:
            yield entry
            version = entry.version


def _next(batch: str, version: int, unit: UnitOfWork) -> Change | None:
    found = unit.transaction.history(unit.tenant, (BATCH.name, batch, version), 1)
    return next((each for each in found if (each.kind, each.id) == (BATCH.name, batch)), None)
