"""The broken drivers: each is the memory driver with one thing wrong that goes wrong in real adapters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from attrs import evolve

from handover_core.errors import AlreadyExists, NotFound, VersionConflict
from handover_core.history.asking import EVERYTHING, LogQuestion, answers
from handover_core.history.changes import Change, Event, Rewrite
from handover_core.storage import (
    And,
    Compaction,
    Criterion,
    Eq,
    In,
    IsNull,
    Kind,
    MemoryStore,
    Ne,
    Not,
    Or,
    Prefix,
    Put,
    Query,
    Register,
    Row,
    Write,
)
from handover_core.storage.memory.joined import JoinedMemory
from handover_core.storage.memory.matching import matches, value_of
from handover_core.storage.memory.registers import Registers
from handover_core.storage.memory.transaction import MemoryTransaction, State


class Broken(MemoryTransaction):
    """Where criteria can be bent before they are answered."""

    def bent(self, kind: Kind[Any], tenant: str, criterion: Criterion) -> Criterion:  # noqa: ARG002 - for subclasses
        """Return the leaf that is answered in place of this one."""
        return criterion

    def _bend(self, kind: Kind[Any], tenant: str, criterion: Criterion) -> Criterion:
        match criterion:
            case And(parts) | Or(parts):
                return evolve(criterion, parts=tuple(self._bend(kind, tenant, part) for part in parts))
            case Not(part):
                return evolve(criterion, part=self._bend(kind, tenant, part))
        return self.bent(kind, tenant, criterion)

    def _asked(self, kind: Kind[Any], tenant: str, criterion: Criterion | None) -> Criterion | None:
        return None if criterion is None else self._bend(kind, tenant, criterion)

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """Answer the bent question."""
        return super().find(kind, tenant, evolve(query, where=self._asked(kind, tenant, query.where)))

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """Count by the bent question."""
        return super().count(kind, tenant, self._asked(kind, tenant, where))

    def stored(self, kind: Kind[Any], tenant: str, name: str) -> list[str]:
        """Return the texts that a column holds."""
        place = kind.position.get(name)
        shelf = self._shelf(kind, tenant).values()
        return [] if place is None else [value for row in shelf if isinstance(value := row.columns[place], str)]


class NoVersionCheck(Broken):
    """The version does not stand in the WHERE."""

    def _expect(self, kind: Kind[Any], tenant: str, id_: str, version: int) -> Write:
        found = self._find(kind, tenant, id_)
        return super()._expect(kind, tenant, id_, version if found is None else found.row.version)

    def _first(self, kind: Kind[Any], tenant: str, id_: str, expected: int) -> int:
        base = self._base.shelves.get((kind.name, tenant), {}).get(id_)
        return super()._first(kind, tenant, id_, expected) if base is None else base.row.version

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """Check the version here, so that only writes are broken."""
        MemoryTransaction._expect(self, kind, tenant, id, version)  # noqa: SLF001 - its own base
        self._required.append((kind, tenant, id, version))


class RowCountIgnored(Broken):
    """An UPDATE or DELETE that met no row passes as done."""

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """Pass over a row that is not there in this version."""
        with suppress(VersionConflict):
            super().replace(kind, tenant, write, expected)

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        """Pass over a row that is not there in this version."""
        with suppress(VersionConflict):
            super().delete(kind, tenant, id, expected)


class UpsertingInsert(Broken):
    """INSERT OR REPLACE."""

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """Replace what stands there."""
        there = self._find(kind, tenant, write.row.id)
        self._put(kind, tenant, write, 0 if there is None else there.row.version)


class NullsDropped(Broken):
    """``<>`` as SQL means it: a null is not different from anything."""

    def bent(self, kind: Kind[Any], tenant: str, criterion: Criterion) -> Criterion:
        """Leave out nulls."""
        del kind, tenant
        return And((criterion, Not(IsNull(criterion.field)))) if isinstance(criterion, Ne) else criterion


class _Folding(Broken):
    """A collation that takes different texts for equal."""

    @staticmethod
    def fold(text: str) -> str:
        """Return what is compared in place of a text."""
        raise NotImplementedError

    def bent(self, kind: Kind[Any], tenant: str, criterion: Criterion) -> Criterion:
        """Find all that the collation takes for equal."""
        if not (isinstance(criterion, Eq) and isinstance(criterion.value, str)):
            return criterion
        alike = (
            text for text in self.stored(kind, tenant, criterion.field) if self.fold(text) == self.fold(criterion.value)
        )
        return In(criterion.field, (criterion.value, *alike))


class CaseIgnored(_Folding):
    """Keys compare without their case: utf8mb4_general_ci, NOCASE."""

    @staticmethod
    def fold(text: str) -> str:
        """Drop the case."""
        return text.casefold()


class SpacesPadded(_Folding):
    """Keys compare without trailing spaces: PAD SPACE."""

    @staticmethod
    def fold(text: str) -> str:
        """Drop trailing spaces."""
        return text.rstrip(" ")


class Autocommit(Broken):
    """Each statement is a transaction of its own."""

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """Commit at once."""
        super().insert(kind, tenant, write)
        self._publish_now()

    def _publish_now(self) -> None:
        self.store.publish(self)
        self._base = self.store.state
        self._writes, self._changes, self._events, self._tokens = {}, [], [], []
        self._dropped, self._registers = [], Registers(self._base.registers)


class CommitOnError(Broken):
    """Closing the connection commits what stands in it."""

    def rollback(self, /) -> None:
        """Commit."""
        if not self.over:
            with suppress(AlreadyExists, NotFound, VersionConflict):
                self.store.publish(self)
        self.over = True


class MicrosecondsCut(Broken):
    """Instants lose what is below a millisecond, as in BSON."""

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """Cut the instants of the change log."""
        super().append(tenant, [each._replace(at=each.at // 1000 * 1000) for each in changes], events)


class TenantForgotten(Broken):
    """One query of many does not name the tenant."""

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """Count in all companies."""
        others = (owner for name, owner in self._base.shelves if name == kind.name and owner != tenant)
        return super().count(kind, tenant, where) + sum(
            matches(kind, write, where) for owner in others for write in self._shelf(kind, owner).values()
        )


class OrderUnstable(Broken):
    """Sorted by the field alone; rows that are equal in it come as they please."""

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """Turn rows around that are equal in the field; a page takes what then comes first."""
        rows = super().find(kind, tenant, evolve(query, limit=None))
        shelf = self._shelf(kind, tenant)
        groups = groupby(rows, key=lambda row: value_of(kind, shelf[row.id], query.order))
        mixed = rows if query.order is None else [row for _, equal in groups for row in reversed(list(equal))]
        return mixed[: query.limit]


class NullsLast(Broken):
    """ORDER BY as the database sorts nulls by itself."""

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """Sort nulls to the other end."""
        rows = super().find(kind, tenant, evolve(query, limit=None))
        shelf = self._shelf(kind, tenant)
        if query.order is not None:
            rows.sort(key=lambda row: value_of(kind, shelf[row.id], query.order) is None)
        return rows[: query.limit]


class EmptyIsAll(Broken):
    """An empty choice adds no condition."""

    def bent(self, kind: Kind[Any], tenant: str, criterion: Criterion) -> Criterion:
        """Take an empty IN for no condition."""
        del kind, tenant
        return And(()) if isinstance(criterion, In) and not criterion.values else criterion


class WildPrefix(Broken):
    """LIKE without escaping."""

    def bent(self, kind: Kind[Any], tenant: str, criterion: Criterion) -> Criterion:
        """Let ``%`` and ``_`` stand for others."""
        if not isinstance(criterion, Prefix):
            return criterion
        pattern = "".join(
            {"%": "*", "_": "?"}.get(sign, f"[{sign}]" if sign in "*?[" else sign) for sign in criterion.value
        )
        texts = self.stored(kind, tenant, criterion.field)
        return In(criterion.field, tuple(text for text in texts if fnmatchcase(text, f"{pattern}*")))


class RequireNeverFails(Broken):
    """The guard is asked and its answer thrown away."""

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """Do nothing."""


class RequireNotHeld(Broken):
    """The guard looks once, and does not hold until the commit."""

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """Look, and forget."""
        self._expect(kind, tenant, id, version)


class ReferencesUnchecked(Broken):
    """Nobody asks whether what is referred to exists."""

    def require_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> None:
        """Do nothing."""


class EventLost(Broken):
    """One entry of the outbox is missing."""

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """Drop the last event."""
        super().append(tenant, changes, events[:-1])


class TokenForgotten(Broken):
    """The unit's token is not kept, so that a repeated unit is stored twice."""

    def claim(self, tenant: str, token: str, at: int, /) -> None:
        """Do nothing."""


class BulkTorn(Broken):
    """INSERT OR IGNORE in bulk: what cannot be stored is left out in silence."""

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """Store what can be stored."""
        for write in writes:
            with suppress(AlreadyExists):
                self.insert(kind, tenant, write)


class SideValuesStay(Broken):
    """A replaced row keeps its old side values."""

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """Leave the side values alone."""
        super().replace(kind, tenant, write._replace(side=None), expected)


class PageGap(Broken):
    """OFFSET one too far: each page of the history begins a row late."""

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """Skip one entry between pages."""
        found = super().history(tenant, after, limit + 1, question)
        return found[:limit] if after is None else found[1:]


class PeriodOpen(Broken):
    """A question about the log with its end forgotten: everything since."""

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """Ask without an end."""
        return super().history(tenant, after, limit, evolve(question, until=None))


class FilteredAfterwards(Broken):
    """The page is cut from the log first, and then the question is asked of what is on it."""

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """Lose what stands beyond the page."""
        return [change for change in super().history(tenant, after, limit) if answers(change, question)]


class RegisterOverwritten(Broken):
    """A put is an upsert."""

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        """Write over whatever is there."""
        there = [(put, self.register(tenant, put.space, put.key)) for put in puts]
        super().put_registers(tenant, [put._replace(expected=found.version if found else None) for put, found in there])


class _Unguarded(Registers):
    def check(self, key: str, present: Register | None, first: int | None) -> None:
        """Do nothing."""


class RegisterRaced(Broken):
    """The version of a register is looked at, and does not stand in the WHERE."""

    def applied_to(self, state: State) -> State:
        """Write without looking again."""
        unguarded = _Unguarded(self._base.registers)
        unguarded.take(self._registers)
        self._registers = unguarded
        return super().applied_to(state)


class EventsStay(Broken):
    """A deletion from the outbox that met no row passes as done, and so does one that was not made."""

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        """Do nothing."""


class RedactionForgotten(Broken):
    """A redaction passes as done and changes nothing."""

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """Do nothing."""


class RedactionUnread(Broken):
    """A redaction writes over whatever another one has written since."""

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """Say of what is there that it was read."""
        for read, after in entries:
            found = [each for each in self.changes(tenant, read.kind, read.id) if each.version == read.version]
            super().redact(tenant, [Rewrite(found[0] if found else read, after)])


class RedactionRaced(Broken):
    """What a redaction has read is looked at, and not again with the commit."""

    def _check_redacted(self, state: State) -> None:
        """Look at nothing."""


class JoinedCommits(Broken):
    """A joined unit ends the host's transaction."""


class _Ending(JoinedMemory):
    def transaction(self, *, write: bool) -> MemoryTransaction:
        part, host = super().transaction(write=write), self._host
        commit = part.commit

        def ending() -> None:
            commit()
            host.commit()

        part.commit = ending  # type: ignore[method-assign]
        return part


class HistoryCompacted(Broken):
    """A clean-up takes the history for old bytes."""


class _Forgetting:
    def __init__(self, store: BrokenStore) -> None:
        self._store = store

    def migrate(self) -> int:
        return 1

    def check(self) -> None:
        return None

    def compact(self) -> Compaction:
        self._store.state.changes.clear()
        return Compaction()


class BrokenStore(MemoryStore):
    """A memory store whose transactions are of a broken class."""

    def __init__(self, broken: type[Broken]) -> None:
        super().__init__()
        self._broken = broken
        if broken is HistoryCompacted:
            self.schema = _Forgetting(self)

    def transaction(self, *, write: bool) -> MemoryTransaction:  # noqa: ARG002 - readers and writers look alike here
        """Begin a broken transaction."""
        return self._broken(self)

    def join(self, host: MemoryTransaction, /) -> JoinedMemory:
        """Join as the fault has it."""
        return _Ending(host) if self._broken is JoinedCommits else super().join(host)
