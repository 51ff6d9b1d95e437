"""The redactions that a verification meets, and whether somebody with the company's keys made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import partial
from itertools import chain

from handover_core.audit.model import Mark, Redaction
from handover_core.audit.walking import Stream
from handover_core.history.changes import MALFORMED, Change
from handover_core.history.checking import FORGED, UNBOUND, UNMARKED, UNREADABLE, Break
from handover_core.history.checkpoints import Leaf
from handover_core.history.instants import from_micros
from handover_core.history.redaction import (
    KEYED,
    PLACE,
    Body,
    attested,
    attested_of_bulk,
    mark_of,
    redacted_in,
    redactions,
)
from handover_core.history.sealed import MARK
from handover_core.storage import UnitOfWork, Vault
from handover_core.storage.privacy import SETTINGS, SPACE, Settings, begun_anew, blinds_of, settings_of
from handover_core.storage.walking import Ask
from handover_core.texts import Text

MOST_REDACTIONS = 100
"""How many redactions a verification names; it counts them all."""
_KEYED = f'"{KEYED}"'


class _Rank(IntEnum):
    """In which order redactions are named; none of one rank takes the place of one before it."""

    MADE_UP = 0
    AFTER_A_SEAL = 1
    UNMARKED = 2
    OTHER = 3


class Attested:
    """Notes the redactions of streams, as they come; those that an auditor must look at are kept before others."""

    def __init__(self, ask: Ask, vault: Vault | None, tenant: str) -> None:
        self._ask = ask
        self._vault = vault
        self._tenant = tenant
        found: Settings | None = ask(_settings)
        self._said = found
        # Only of the right ring is a digest asked: whoever asks for one gives a company a key that has none.
        blinds = "" if found is None or vault is None or found.ring != vault.id else found.blinds
        self._blinds = vault is None or not blinds or blinds == blinds_of(partial(vault.blind, tenant))
        self._kept: tuple[list[Redaction], ...] = tuple([] for _ in _Rank)
        self._keyed = False
        self.count = self.redacted = self.unmarked = 0

    @property
    def bound(self) -> bool:
        """Whether the keys that were given are those with which the store says that it is sealed."""
        return self._vault is not None and self._said is not None and self._said.ring == self._vault.id and self._blinds

    @property
    def seals(self) -> bool:
        """Whether the store says that something was ever sealed; so it is taken where what it says cannot be read."""
        return self._said is None or self._said.ring != ""

    @property
    def seals_rows(self) -> bool:
        """Whether the store says that rows may be sealed; so it is taken where what it says cannot be read."""
        return self._said is None or self._said.sealed

    def take(self, stream: Stream, held: Mapping[str, Leaf]) -> Iterator[Break]:
        """Note the redactions of a stream and yield those that are not what they say.

        ``held`` are the leaves that the stream has in the seals that were given, by root. A redaction without a mark that
        can be checked, and that none of these seals holds, is kept for `lacking`.
        """
        if self._vault is not None and not self.bound:
            self._keyed = self._keyed or any(map(_takes_keys, stream.changes))
        found = redactions(stream.changes)
        self.count += len(found)
        self.redacted += redacted_in([change for change, _ in found])
        for change, body in found:
            try:
                broken = self._take(change, body, held)
            except MALFORMED:
                broken = UNREADABLE
            if broken is not None:
                yield Break(change.kind, change.id, change.version, broken)

    def unbound(self) -> Iterator[Break]:
        """Yield the break of a company that does not say that it is sealed with the keys that were given.

        One of which nothing takes keys may name none: nothing was ever sealed.
        """
        if self._vault is None or self.bound:
            return
        found: Settings | None = self._ask(_settings)  # again: the first sealed value may have come meanwhile
        ring = None if found is None else found.ring
        if (ring != self._vault.id or not self._blinds) and (self._keyed or ring != ""):
            yield Break(SPACE, SETTINGS, 1, UNBOUND)

    def lacking(self) -> Iterator[Break]:
        """Yield the breaks of redactions without a mark that can be checked, as many as are named."""
        for each in (*self._kept[_Rank.MADE_UP], *self._kept[_Rank.UNMARKED]):
            if each.mark is not Mark.WRONG:
                yield Break(each.kind, each.id, each.version, UNMARKED)

    def found(self) -> tuple[Redaction, ...]:
        """Return the redactions to be named, those that need looking at first."""
        return tuple(chain(*self._kept))[:MOST_REDACTIONS]

    def _take(self, change: Change, body: Body, held: Mapping[str, Leaf]) -> Text | None:
        mark = self._mark(change, body)
        redacted, rows = tuple(sorted(attested([change]))), len(attested_of_bulk(change))
        # The rows of a bulk came with its header: where a seal holds that, it holds these.
        after = tuple(
            root for root, leaf in held.items() if _touches(change, (1, *redacted) if rows else redacted, leaf)
        )
        accepted = any(change.version <= leaf.version for leaf in held.values())
        # A mark that was made with lost keys is as good as none: anybody can date an entry back to when there were others.
        lacks = not accepted and (mark is Mark.UNMARKED or (mark is Mark.UNCHECKED and self.bound))
        self.unmarked += lacks
        kept = self._kept[_rank(mark, lacks=lacks, after=bool(after))]
        if len(kept) < MOST_REDACTIONS:
            kept.append(_redaction(change, redacted, rows, mark, after))
        return FORGED if mark is Mark.WRONG else None

    def _mark(self, change: Change, body: Body) -> Mark:
        if self._vault is None or not self.bound:
            return Mark.UNCHECKED
        mark, text = mark_of(self._tenant, change, body)
        if mark is None:
            return Mark.UNMARKED
        right = text is not None and mark == self._vault.blind(self._tenant, PLACE, text)
        return Mark.MARKED if right else Mark.UNCHECKED if self._is_of_lost_keys(change) else Mark.WRONG

    def _is_of_lost_keys(self, change: Change) -> bool:
        """Tell whether an entry is older than these keys, and so says the store with a mark made with them."""
        anew = None if self._said is None else self._said.anew
        if self._vault is None or anew is None or change.at > anew[0]:
            return False
        return anew == begun_anew(anew[0], partial(self._vault.blind, self._tenant))


def _rank(mark: Mark, *, lacks: bool, after: bool) -> _Rank:
    if mark is Mark.WRONG or (lacks and after):
        return _Rank.MADE_UP
    if after:
        return _Rank.AFTER_A_SEAL
    return _Rank.UNMARKED if lacks else _Rank.OTHER


def _takes_keys(change: Change) -> bool:
    return change.body is not None and (MARK in change.body or _KEYED in change.body)


def _touches(change: Change, redacted: tuple[int, ...], leaf: Leaf) -> bool:
    return change.version > leaf.version and any(version <= leaf.version for version in redacted)


def _redaction(
    change: Change, redacted: tuple[int, ...], rows: int, mark: Mark, after: tuple[str, ...]
) -> Redaction:  # fmt: skip
    return Redaction(
        kind=change.kind, id=change.id, version=change.version, redacted=redacted, rows=rows, actor=change.actor,
        command=change.command, at=from_micros(change.at), mark=mark, after=after,
    )  # fmt: skip


def _settings(unit: UnitOfWork) -> Settings | None:
    """Return how the store says that personal data is kept; None where what it says cannot be read."""
    try:
        return settings_of(unit.transaction.register(unit.tenant, SPACE, SETTINGS))
    except MALFORMED:
        return None
