"""Takes words out of the reason of a bulk: it stands in the header and in every thin entry, and goes from all of them.

Units of bounded size walk over the entries of the bulk's kind, and the header comes last: while it still holds the
words, what was cut off can be begun again. Rows stay as they are, and so do their versions: an entry in the stream of
the header answers for the thin entries that a unit rewrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, groupby, takewhile
from typing import TYPE_CHECKING, Any

from attrs import frozen

from handover_core.errors import NotFound
from handover_core.history.changes import MALFORMED, Change, Operation, Rewrite
from handover_core.history.checking import Thin, content_of_thin
from handover_core.history.redaction import BULK, REDACTED, attested, digest_of, digest_of_thin
from handover_core.history.states import states
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.driver import Row
from handover_core.storage.encoding import to_micros
from handover_core.storage.kinds import Kind
from handover_core.storage.recording import BATCH
from handover_core.storage.redacting import reworded, rewrites

if TYPE_CHECKING:
    from handover_core.storage.redactor import Redactor

Place = tuple[str, str, int]
PAGE = 2000
"""How many entries one unit reads; so many digests an entry of the header holds at most."""

Replaced = Callable[[str], str]


@frozen
class BulkPlace:
    """Where the next unit goes on: the entry after which it reads, and the last version of the header's stream."""

    after: Place
    header: int = 1


@frozen
class BulkRedactor:
    """Redacts the reasons of bulks in one unit, with the parts of its redactor."""

    redactor: Redactor

    def entries(
        self, kind: Kind[Any], batch: str, place: BulkPlace | None, replaced: Replaced
    ) -> tuple[int, BulkPlace | None]:
        """See `PersonalData.redact_bulk`."""
        place = place or BulkPlace((kind.name, "", 0))
        streams, end = self._streams(kind, place.after)
        past: list[Rewrite] = []
        digests: dict[str, str] = {}
        mine = [
            (stream, new)
            for stream in streams
            if stream[0].batch == batch
            for new in reworded(stream[:1], _same, replaced)
        ]
        rows = self._rows(kind, [new.id for _, new in mine])
        for stream, new in mine:
            if new.version in attested(stream):
                self.redactor.rewrite(kind, new.id, lambda found, _: reworded(found[:1], _same, replaced), _same)
                continue
            past.append(Rewrite(stream[0], new))
            found = self._content(kind, stream, rows.get(new.id))
            if found.sound:
                # What is broken already is not attested: it goes on being found.
                digests[new.id] = digest_of_thin(self.redactor.unit.tenant, new, found.content)
        header = place.header
        if past:
            self.redactor.writing().redact(self.redactor.unit.tenant, past)
            header = self._attest(batch, header, {BULK: digests})
        return len(mine), None if end else BulkPlace((kind.name, streams[-1][-1].id, streams[-1][-1].version), header)

    def header(self, batch: str, replaced: Replaced) -> list[int]:
        """See `PersonalData.redact_header`."""
        unit = self.redactor.unit
        stream = [*self._header(batch)]
        past = reworded(stream, _same, replaced)
        if past:
            self.redactor.writing().redact(unit.tenant, rewrites(stream, past))
            found = {str(each.version): digest_of(unit.tenant, each) for each in past}
            self._attest(batch, stream[-1].version, {REDACTED: found})
        return [each.version for each in past]

    def _header(self, batch: str) -> Sequence[Change]:
        unit = self.redactor.unit
        stream = unit.transaction.changes(unit.tenant, BATCH.name, batch)
        if not stream:
            raise NotFound(BATCH.name, batch)
        return stream

    def _streams(self, kind: Kind[Any], after: Place) -> tuple[list[list[Change]], bool]:
        """Return the next whole streams of a kind, and whether they are the last ones."""
        unit = self.redactor.unit
        page = unit.transaction.history(unit.tenant, after, PAGE)
        mine = list(takewhile(lambda change: change.kind == kind.name, page))
        streams = [list(stream) for _, stream in groupby(mine, key=lambda change: change.id)]
        if len(page) < PAGE or len(mine) < len(page):
            return streams, True
        if len(streams) == 1:
            return [unit.transaction.changes(unit.tenant, kind.name, streams[0][0].id)], False
        return streams[:-1], False

    def _rows(self, kind: Kind[Any], ids: Sequence[str]) -> Mapping[str, Row]:
        unit = self.redactor.unit
        return {row.id: row for row in unit.as_stored.get_many(kind, unit.tenant, ids)} if ids else {}

    def _content(self, kind: Kind[Any], stream: Sequence[Change], row: Row | None) -> Thin:
        unit, safe, first = self.redactor.unit, self.redactor.safe, stream[0]
        try:
            state = states(stream, None if row is None else row.body, from_json)[0].body
        except MALFORMED:
            state = None  # what cannot be read stays a finding of the verification, whatever is attested here
        opened = (lambda body: safe.opened(kind, body, whole=True)) if safe.opens else None
        return content_of_thin(unit.tenant, stream, state, to_json, opened, self.redactor.bulks.of(first))

    def _attest(self, batch: str, known: int, content: Mapping[str, Mapping[str, str]]) -> int:
        """Append to the stream of a header what it answers for; return the version."""
        unit = self.redactor.unit
        here = (each for each in self.redactor.recorder.changes if (each.kind, each.id) == (BATCH.name, batch))
        last = max(chain(self.redactor.bulks.after(batch, known - 1), here), key=lambda each: each.version)
        version, at = last.version + 1, max(to_micros(unit.now), last.at)
        body = self.redactor.marked(BATCH.name, batch, version, at, content)
        self.redactor.recorder.add(BATCH, batch, version, Operation.UPDATE, at, body, last.head)
        return version


def _same(text: str) -> str:
    return text
