"""Holds everything that a company's store says of the past against itself, in one walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from handover_core.audit import rules, walking
from handover_core.audit.attesting import Attested
from handover_core.audit.model import Seal, Verified
from handover_core.audit.opening import Opener
from handover_core.history.changes import HEADER, Change, Operation
from handover_core.history.checking import BACKDATED, BATCH, UNRECORDED, UNTOLD, Accepts, Break, check
from handover_core.history.checkpoints import Leaf
from handover_core.history.sealed import MARK
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core.storage.bulks import Bulks
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.walking import Ask

MOST_BREAKS = 100
"""After how many breaks a verification stops."""


class Verification:
    """Holds streams against their rows and against seals, as they come in order."""

    def __init__(self, ask: Ask, units: UnitFactory, tenant: str, seals: Sequence[Seal]) -> None:
        self._ask = ask
        self._opener = Opener(ask, units, tenant)
        self._bulks = Bulks(ask)
        self._tenant = tenant
        self._seals = tuple(seal.root for seal in seals)
        self._sealed = [_Leaves(iter(seal.leaves)) for seal in seals]
        self._batches: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()
        self._attested = Attested(ask, units.vault, tenant)
        self._opens = self._attested.bound
        self.breaks: list[Break] = []
        self._unheld: list[Break] = []
        self._sealed_at = max((seal.at for seal in seals), default=None)
        self._streams = self._entries = self._rows = self._unopened = 0

    def take(self, stream: walking.Stream) -> None:
        """Check one stream."""
        self._count(stream)
        known = len(self.breaks)
        for leaves in self._sealed:
            self.breaks += leaves.until(stream)
        held = {root: leaves.held for root, leaves in zip(self._seals, self._sealed, strict=True) if leaves.held}
        up_to = max((leaf.version for leaf in held.values()), default=0)
        self.breaks += self._attested.take(stream, held)
        found = self._broken(stream, _Tellers(self._attested, up_to))
        if found is None and self._sealed_at is not None and len(self.breaks) == known:
            found = rules.backdated(stream.changes, up_to, self._sealed_at)
        if found is None:
            return
        if found.what not in {UNTOLD, BACKDATED}:
            self.breaks.append(found)
        elif len(self._unheld) < MOST_BREAKS:
            self._unheld.append(found)

    def _count(self, stream: walking.Stream) -> None:
        self._streams += bool(stream.changes)
        self._entries += len(stream.changes)
        self._rows += stream.row is not None
        if not self._opens:
            bodies = [change.body or "" for change in stream.changes]
            self._unopened += any(MARK in body for body in (*bodies, "" if stream.row is None else stream.row.body))
        for change in stream.changes:
            if change.batch is not None:
                self._counted[change.batch] += 1
            elif change.operation is Operation.BATCH and change.body is not None:
                self._batches[change.id] = rules.bulk_of(change, from_json)[1]

    def _broken(self, stream: walking.Stream, accepts: _Tellers) -> Break | None:
        opener = self._opener if self._opens else None
        self._opener.lacked = False
        found = _check(self._tenant, stream, opener, self._bulks, accepts)
        if found is not None:
            # It may have been written while it was read: what is really broken still is.
            broken = found
            found = self._ask(lambda unit: _reread(unit, stream, opener, broken, accepts))
        self._unopened += self._opener.lacked or (self._opens and accepts.asked)
        return found

    @property
    def full(self) -> bool:
        """Whether so many breaks were found that it goes no further; what only lacks a seal is not among them."""
        return len(self.breaks) >= MOST_BREAKS

    def end(self) -> None:
        """Add what only shows when everything was read."""
        for leaves in self._sealed:
            self.breaks += leaves.rest()
        odd = {batch for batch in (*self._batches, *self._counted) if self._batches[batch] != self._counted[batch]}
        if odd:
            # A bulk may have come in between: those that are really short are short when counted again.
            self.breaks += [Break(HEADER, batch, 1, BATCH) for batch in sorted(_short(self._ask, odd))]

    def result(self) -> Verified:
        """Return what was found."""
        lacking = (*self._unheld, *self._attested.lacking())
        breaks = tuple((*self._attested.unbound(), *self.breaks, *lacking)[:MOST_BREAKS])
        return Verified(
            streams=self._streams, entries=self._entries, rows=self._rows, redacted=self._attested.redacted,
            unopened=self._unopened, breaks=breaks, seals=self._seals, redactions=self._attested.found(),
            redacting=self._attested.count, unmarked=self._attested.unmarked,
        )  # fmt: skip


def _short(ask: Ask, batches: set[str]) -> set[str]:
    """Return those of the bulks that have another number of entries than their header says."""
    counted: Counter[str] = Counter()
    for change in walking.history(ask):
        if change.batch in batches:
            counted[str(change.batch)] += 1
    headers = {id_: ask(partial(_header, id_)) for id_ in batches}
    return {
        id_ for id_, header in headers.items() if not header or rules.bulk_of(header[0], from_json)[1] != counted[id_]
    }


def _header(id_: str, unit: UnitOfWork) -> list[Change]:
    try:
        return unit.transaction.changes(unit.tenant, HEADER, id_)
    except UnicodeEncodeError:
        return []  # by such a name nothing can be asked for


class _Leaves:
    """The leaves of a seal, walked beside the streams; ``held`` is that of the newest one, where it still holds it."""

    def __init__(self, leaves: Iterator[Leaf]) -> None:
        self.held: Leaf | None = None
        self._leaves = leaves
        self._next = next(leaves, None)

    def until(self, stream: walking.Stream) -> Iterator[Break]:
        """Yield the breaks of sealed streams up to this one."""
        place = stream.kind, stream.id
        self.held = None
        while self._next is not None and (self._next.kind, self._next.id) <= place:
            mine = stream.changes if (self._next.kind, self._next.id) == place else ()
            broken = rules.unsealed(self._next, mine)
            if broken is not None:
                yield broken
            elif mine:
                self.held = self._next
            self._next = next(self._leaves, None)

    def rest(self) -> Iterator[Break]:
        """Yield the breaks of sealed streams that were not met."""
        while self._next is not None:
            found = rules.unsealed(self._next, ())
            if found is not None:
                yield found
            self._next = next(self._leaves, None)


class _Tellers:
    """Accepts entries that tell sealed what a thin one was made of; up to version ``held`` (0: none) a seal holds the stream.

    ``asked`` tells whether there were any. Whoever can write to the database can append such an entry, with a token of
    somebody who was erased, and then change the row: a seal from before shows it. In a company that has no keys, or
    where no row is sealed, nothing that is so came from here.
    """

    def __init__(self, attested: Attested, held: int) -> None:
        self._attested = attested
        self._held = held
        self.asked = False

    def __call__(self, tellers: frozenset[int]) -> bool:
        self.asked = True
        if not self._attested.seals or (0 in tellers and not self._attested.seals_rows):
            return False
        return not self._held or max(tellers) <= self._held


def _check(
    tenant: str, stream: walking.Stream, opener: Opener | None, bulks: Bulks, accepts: Accepts
) -> Break | None:  # fmt: skip
    row = stream.row
    if not stream.changes:
        return None if row is None else Break(stream.kind, stream.id, row.version, UNRECORDED)
    opened = None if opener is None else partial(opener.whole, stream.kind)
    standing = walking.standing(row)
    return check(tenant, stream.changes, standing, to_json, from_json, opened, of_bulk=bulks.of, accepts=accepts)


def _reread(
    unit: UnitOfWork, stream: walking.Stream, opener: Opener | None, found: Break, accepts: Accepts
) -> Break | None:  # fmt: skip
    again = walking.again(stream, unit)
    if again is None or (stream.changes and not again.changes):
        return found
    return _check(unit.tenant, again, opener, Bulks(lambda fn: fn(unit)), accepts)
