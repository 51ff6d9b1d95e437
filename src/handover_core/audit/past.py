"""A company as it was known at an instant, as a store: every room asks it what it asks the present."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from attrs import evolve

from handover_core.audit import rules, walking
from handover_core.audit.opening import Opener
from handover_core.errors import HandoverError, Refused
from handover_core.history.asking import EVERYTHING, LogQuestion
from handover_core.history.changes import Change
from handover_core.history.states import State, states
from handover_core.storage import Capabilities, Kind, MemoryStore, Row, Transaction, UnitFactory, UnitOfWork, Write
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.encoding import to_micros
from handover_core.storage.recording import BATCH
from handover_core.storage.walking import Ask, Place
from handover_core.texts import Rule, Text
from handover_core.values import Aggregate

NOT_WRITTEN = Rule(
    "past.read_only",
    Text("The past can be read and not written.", "历史状态只能读取，不能写入。"),
    Text("Give the command at the present.", "请在当前状态下执行该操作。"),
)

T = TypeVar("T", bound=Aggregate)


class Past:
    """A driver that answers from the history of one company; a kind is worked out when it is first asked for.

    Takes the memory of the kinds that are asked for. What it holds of a kind stays as it was when it was worked out.
    """

    capabilities = Capabilities(durable=False, processes=False)

    def __init__(self, ask: Ask, opener: Opener, units: UnitFactory, tenant: str, known_at: datetime) -> None:
        self.units = UnitFactory(
            self,
            units.kinds,
            clock=lambda: min(known_at, units.clock()),
            ids=units.ids,
            codec=units.codec,
            vault=units.vault,
        )
        self._ask = ask
        self._opener = opener
        self._tenant = tenant
        self._micros = to_micros(known_at)
        self._store = MemoryStore()
        self._known: set[str] = set()
        self.schema = self._store.schema

    def transaction(self, *, write: bool) -> Transaction:
        """Begin a reading transaction; raise `Refused` for a writing one."""
        if write:
            raise Refused(NOT_WRITTEN)
        return _Reading(self)

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return self._store.translate(error)

    def of(self, kind: Kind[Any] | None) -> Transaction:
        """Return a transaction over what is worked out, this kind included."""
        if kind is not None and kind.name not in self._known:
            self._ask(lambda unit: self._work_out(unit, kind))
            self._known.add(kind.name)
        return self._store.transaction(write=False)

    def changes(self, kind: str, id_: str) -> list[Change]:
        """Return those entries of a stream that were recorded by the instant."""
        found: list[Change] = self._ask(
            lambda unit: unit.changes(BATCH if kind == BATCH.name else unit.kinds[kind], id_)
        )
        return [change for change in found if change.at <= self._micros]

    def history(self, after: Place | None, limit: int, question: LogQuestion) -> list[Change]:
        """Return the next entries of all streams that answer a question and were recorded by the instant."""
        asked = question.known_at(self._micros)
        found: list[Change] = self._ask(lambda unit: unit.history(after, limit, asked))
        return found

    def _work_out(self, unit: UnitOfWork, kind: Kind[Any]) -> None:
        with self.units.unit(self._tenant, unit.actor, write=False) as then:
            writes = list(self._writes(unit, then, kind))
        transaction = self._store.transaction(write=True)
        # Units that overlapped may have had the same key in turn, by instants that say otherwise.
        transaction.insert_many(evolve(kind, unique=()), self._tenant, writes)
        transaction.commit()

    def _writes(self, unit: UnitOfWork, then: UnitOfWork, kind: Kind[Any]) -> Iterator[Write]:
        """Yield the rows of a kind; ``then`` knows the custom fields of that time."""
        for stream in walking.streams_of(lambda fn: fn(unit), kind):
            state = rules.state_at(_states(stream), self._micros)
            if state is not None and state.body is not None:
                change, body = state.change, to_json(self._opener.opened(kind.name, state.body))
                aggregate = unit.codec.load(kind, change.id, change.version, change.format, body)
                row = Row(change.id, change.version, change.format, change.at, change.head, body)
                yield then.written(kind, aggregate, row)


class _Reading:
    """One transaction on the past; whatever it is asked about a kind, the kind is worked out first."""

    _OF_KINDS = frozenset(("get", "get_many", "find", "stream", "count", "group"))

    def __init__(self, past: Past) -> None:
        self._past = past

    def __getattr__(self, name: str) -> Any:
        if name in self._OF_KINDS:
            return lambda kind, *rest: getattr(self._past.of(kind), name)(kind, *rest)
        return getattr(self._past.of(None), name)

    def changes(self, tenant: str, kind: str, id: str, /) -> list[Change]:
        """See `Transaction.changes`."""
        del tenant  # a past is that of one company
        return self._past.changes(kind, id)

    def history(
        self, tenant: str, after: Place | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """See `Transaction.history`."""
        del tenant
        return self._past.history(after, limit, question)

    def rollback(self, /) -> None:
        """See `Transaction.rollback`."""


def _states(stream: walking.Stream) -> list[State]:
    return states(stream.changes, None if stream.row is None else stream.row.body, from_json) if stream.changes else []
