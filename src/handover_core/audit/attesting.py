"""The redactions that a verification meets, and whether somebody with the company's keys made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handover_core.audit.model import Mark, Redaction
from handover_core.audit.rules import instant
from handover_core.audit.walking import Stream
from handover_core.history.changes import Change
from handover_core.history.checking import FORGED, UNBOUND, UNMARKED, Break
from handover_core.history.redaction import PLACE, Body, attested, attested_of_bulk, mark_of, redacted_in, redactions
from handover_core.history.sealed import MARK
from handover_core.history.seals import Leaf
from handover_core.storage import UnitOfWork, Vault
from handover_core.storage.privacy import SETTINGS, SPACE, settings_of
from handover_core.storage.walking import Ask

MOST_REDACTIONS = 100
"""How many redactions a verification names; it counts them all."""


class Attested:
    """Notes the redactions of streams, as they come; those that an auditor must look at are kept before others."""

    def __init__(self, ask: Ask, vault: Vault | None, tenant: str) -> None:
        self._ask = ask
        self._vault = vault
        self._tenant = tenant
        self._ring: str = ask(_ring)
        self._suspect: list[Redaction] = []
        self._others: list[Redaction] = []
        self._sealed = False
        self.count = self.redacted = 0

    def take(self, stream: Stream, held: Mapping[str, Leaf]) -> Iterator[Break]:
        """Note the redactions of a stream and yield those that are not what they say.

        ``held`` are the leaves that the stream has in the seals that were given, by root. Without a mark, a redaction is
        a break unless one of these seals holds it.
        """
        if self._vault is not None and not self._ring:
            self._sealed = self._sealed or any(MARK in (change.body or "") for change in stream.changes)
        found = redactions(stream.changes)
        self.count += len(found)
        self.redacted += redacted_in([change for change, _ in found])
        for change, body in found:
            mark = self._mark(change, body)
            redacted, rows = tuple(sorted(attested([change]))), len(attested_of_bulk(change))
            # The rows of a bulk came with its header: where a seal holds that, it holds these.
            after = tuple(
                root for root, leaf in held.items() if _touches(change, (1, *redacted) if rows else redacted, leaf)
            )
            self._note(_redaction(change, redacted, rows, mark, after))
            if mark is Mark.WRONG:
                yield Break(change.kind, change.id, change.version, FORGED)
            elif mark is Mark.UNMARKED and not any(change.version <= leaf.version for leaf in held.values()):
                yield Break(change.kind, change.id, change.version, UNMARKED)

    def end(self) -> Iterator[Break]:
        """Yield the break of a company that was sealed and does not say with which keys any more."""
        if self._sealed and not self._ask(_ring):  # asked again: the first sealed value may have come meanwhile
            yield Break(SPACE, SETTINGS, 1, UNBOUND)

    def found(self) -> tuple[Redaction, ...]:
        """Return the redactions to be named, those that need looking at first."""
        return tuple((*self._suspect, *self._others)[:MOST_REDACTIONS])

    def _note(self, redaction: Redaction) -> None:
        suspect = redaction.after or redaction.mark in {Mark.WRONG, Mark.UNMARKED}
        kept = self._suspect if suspect else self._others
        if len(kept) < MOST_REDACTIONS:
            kept.append(redaction)

    def _mark(self, change: Change, body: Body) -> Mark:
        if self._vault is None or self._ring != self._vault.id:
            return Mark.UNCHECKED
        mark, text = mark_of(self._tenant, change, body)
        if mark is None:
            return Mark.UNMARKED
        right = text is not None and mark == self._vault.blind(self._tenant, PLACE, text)
        return Mark.MARKED if right else Mark.WRONG


def _touches(change: Change, redacted: tuple[int, ...], leaf: Leaf) -> bool:
    return change.version > leaf.version and any(version <= leaf.version for version in redacted)


def _redaction(
    change: Change, redacted: tuple[int, ...], rows: int, mark: Mark, after: tuple[str, ...]
) -> Redaction:  # fmt: skip
    return Redaction(
        kind=change.kind, id=change.id, version=change.version, redacted=redacted, rows=rows, actor=change.actor,
        command=change.command, at=instant(change.at), mark=mark, after=after,
    )  # fmt: skip


def _ring(unit: UnitOfWork) -> str:
    return settings_of(unit.transaction.register(unit.tenant, SPACE, SETTINGS)).ring
