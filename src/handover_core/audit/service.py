"""Use cases of the audit room: reading the past, and checking that it is what was written."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from attrs import evolve, fields_dict

from handover_core.actor import Role
from handover_core.audit import rules, walking
from handover_core.audit.exporting import exported
from handover_core.audit.model import AsOf, AsOfList, Between, Entry, Seal, Verified, Wanted
from handover_core.audit.opening import Opener
from handover_core.audit.past import Past
from handover_core.audit.verifying import Verification
from handover_core.desk import Desk, Room
from handover_core.errors import InvalidInput, NotFound, Refused
from handover_core.guards import lacks_role
from handover_core.history.asking import LogQuestion
from handover_core.history.changes import Change
from handover_core.history.checkpoints import Leaf, Root
from handover_core.history.difference import difference
from handover_core.history.finality import is_final
from handover_core.history.states import State, states
from handover_core.storage import Criterion, Kind, Page, Row, UnitOfWork
from handover_core.storage.chunks import chunks
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.criteria import prepare
from handover_core.storage.encoding import INT64, check_text, folded, to_micros
from handover_core.storage.memory.matching import matches
from handover_core.storage.recording import BATCH
from handover_core.storage.walking import PAGE
from handover_core.texts import KINDS_IN_WORDS, Rule, Text
from handover_core.values import Aggregate

NOT_STORED_YET = Rule(
    "audit.not_stored_yet",
    Text("What was written in this unit of work is not stored yet.", "本次工作单元中写入的内容尚未保存。"),
    Text("Verify or seal once the unit is committed.", "请在工作单元提交之后再核验或封存。"),
)
SHORTEST_KEY = 16
"""How many bytes a key needs with which seals are signed."""

T = TypeVar("T", bound=Aggregate)
R = TypeVar("R")


class AuditService(Room):
    """What was recorded in one company. Only auditors, HR and the owner may ask.

    Every method raises `Refused` for others, `NotFound` for what never was, `InvalidInput`.
    """

    # Reading the past

    def entries(self, kind: Kind[Any], id: str) -> list[Entry]:
        """Return the history of one aggregate, oldest first, field by field."""
        opener = self._opener()
        found = self._ask(lambda unit: self._came(unit, opener, self._stream(unit, kind, id)))
        load = partial(opener.load, kind.name)
        return [rules.entry_of(change, load, came) for change, came in found]

    def who_changed(self, kind: Kind[Any], id: str, field: str) -> list[Entry]:
        """Return the entries that changed a field, oldest first: who, when and why.

        ``custom.`` and its name stand for a custom field. Raises `InvalidInput` for a field that the kind does not have.
        """
        entries = self.entries(kind, id)
        if field not in self._fields(kind) | rules.fields_in(entries):
            raise InvalidInput.at(
                "field", "field.unknown", "{field!r} is no field of {kind}", "{kind} 没有字段 {field!r}",
                field=field, kind=KINDS_IN_WORDS.get(kind.name, kind.name),
            )  # fmt: skip
        return [entry for entry in entries if rules.changes_field(entry, field)]

    def as_of(self, kind: Kind[T], id: str, known_at: datetime) -> AsOf[T]:
        """Return an aggregate as it was known at an instant; none before it was stored and after it was deleted."""
        micros, opener = to_micros(known_at), self._opener()

        def answer(unit: UnitOfWork) -> AsOf[T]:
            state = rules.state_at(self._states(unit, kind, id), micros)
            found = None if state is None else _decoded(unit, opener, kind, state)
            return AsOf(known_at=known_at, final=self._is_final(unit, known_at), found=found)

        return self._ask(answer)

    def list_as_of(self, kind: Kind[T], known_at: datetime, where: Criterion | None = None) -> AsOfList[T]:
        """Return the aggregates of a kind that match as they were known at an instant, by id."""
        micros, opener = to_micros(known_at), self._opener()

        past = self.past(known_at)  # of which only the custom fields are worked out, where somebody asks for one

        def answer(unit: UnitOfWork, then: UnitOfWork) -> AsOfList[T]:
            _check_kind(unit, kind)
            prepared = prepare(kind, where, lambda name: then.custom_spec(kind, name))
            found: list[T] = []
            for stream in walking.streams_of(lambda fn: fn(unit), kind):
                state = rules.state_at(_stated(stream.changes, stream.row), micros)
                aggregate = None if state is None else _decoded(unit, opener, kind, state)
                if aggregate is not None and matches(kind, then.written(kind, aggregate, _BLANK), prepared):
                    found.append(aggregate)
            return AsOfList(known_at=known_at, final=self._is_final(unit, known_at), found=tuple(found))

        return self._ask(lambda unit: past.ask(lambda then: answer(unit, then)))

    def past(self, known_at: datetime) -> Desk:
        """Return a desk at which everything is as it was known at an instant; nothing can be written there.

        Of what is to come, all that is known by now is known.
        """
        final = self._ask(lambda unit: self._is_final(unit, known_at))
        past = Past(self._ask, self._opener(), self.desk.units, self.desk.tenant, known_at)
        return evolve(self.desk, units=past.units, joined=None, present=self.desk.present or self.desk, final=final)

    def difference(self, kind: Kind[Any], id: str, since: datetime, until: datetime) -> Between:
        """Return what changed between two instants; see `handover_core.history.difference`."""
        opener = self._opener()

        def answer(unit: UnitOfWork) -> Between:
            states_ = self._states(unit, kind, id)
            sides = [rules.state_at(states_, to_micros(instant)) for instant in (since, until)]
            bodies = ({} if side is None or side.body is None else side.body for side in sides)
            old, new = (opener.opened(kind.name, body) for body in bodies)
            final = self._is_final(unit, max(since, until))
            return Between(since=since, until=until, final=final, found=difference(old, new))

        return self._ask(answer)

    def search(self, wanted: Wanted, *, limit: int = 100, after: str | None = None) -> Page[Entry]:
        """Return a page of entries that answer a question, by kind, id and version.

        The store answers all of the question in one statement but its text: values may be sealed, and texts are
        compared folded, so a text is sought here, in the entries that the store returns, until the page is full. Of a
        row of a bulk the first state counts, which its thin entry stands for. Raises `OtherKeys` for a text where
        something is sealed and the core was opened without keys, `NotFound` for a bulk that there is not.
        """
        if limit < 1:
            raise InvalidInput.at("limit", "page.limit", "is less than 1", "小于 1")
        for name in ("kind", "id", "actor", "command", "batch"):
            check_text(name, getattr(wanted, name) or "")
        found: list[Entry] = []
        opener = self._opener()
        size = PAGE if wanted.text is not None else min(limit + 1, PAGE)
        start = None if after is None else _place(after)
        asked = self._asked(wanted)
        for page in chunks(walking.history(self._ask, start, asked, size), size):
            for change, came in self._ask(partial(self._came, opener=opener, changes=page)):
                if wanted.batch not in {None, change.batch}:
                    continue
                load = partial(opener.load, change.kind)
                if wanted.text is not None:
                    opener.check_sought(change.body if came is None else to_json(came))
                    if not rules.says(change, wanted.text, folded, load, came):
                        continue
                if len(found) == limit:
                    last = found[-1]
                    return Page(tuple(found), _cursor(last.kind, last.id, last.version))
                found.append(rules.entry_of(change, load, came))
        return Page(tuple(found))

    # Checking

    def verify(self, seals: Sequence[Seal] = (), *, key: bytes | None = None) -> Verified:
        """Read everything and return what is not as it was written, at most a hundred breaks.

        Each stream is chained, agrees with its row, and holds what was sealed; ``key`` checks the signatures of the
        seals. What only a newer seal could vouch for comes last: an entry that is dated before a seal and not in it, and
        what was sealed and erased since. The redactions are listed, and with the company's keys their marks are checked:
        one without a mark is a break, unless a seal that was given holds it already. What is stored is verified as it is
        stored now, also where the past is asked: a later redaction answers for entries that are older than it.

        Raises `InvalidInput` for a seal that is not whole or of another company, `Refused` in a unit that has written.
        """
        if self.desk.present is not None:
            return AuditService(self.desk.present).verify(seals, key=key)
        self._ask(_check_stored)
        for seal in seals:
            if seal.tenant != self.desk.tenant:
                raise InvalidInput.at("seal", "seal.tenant", "is of another company", "属于其他公司")
            rules.check_seal(seal, key)
        walk = Verification(self._ask, self.desk.units, self.desk.tenant, seals)
        for stream in walking.streams(self._ask, self._kinds):
            walk.take(stream)
            if walk.full:
                break
        else:
            walk.end()
        return walk.result()

    def seal(self, *, key: bytes | None = None) -> Seal:
        """Return a checkpoint of every stream, signed where a key is given. Keep it where the store is not.

        Raises `InvalidInput` for a key of fewer than 16 bytes, which others can guess, `Refused` in a unit that has
        written.
        """
        if key is not None and len(key) < SHORTEST_KEY:
            raise InvalidInput.at(
                "key", "seal.key", "is shorter than {least} bytes", "少于 {least} 字节", least=SHORTEST_KEY
            )
        at: datetime = self._ask(_check_stored)
        root, leaves = Root(), []
        for stream in walking.streams(self._ask, self._kinds):
            if stream.changes:
                leaf = Leaf(stream.kind, stream.id, stream.changes[-1].version, stream.changes[-1].head)
                root.add(leaf)
                leaves.append(leaf)
        made = Seal(tenant=self.desk.tenant, at=at, count=root.count, root=root.hexdigest(), leaves=tuple(leaves))
        signature = None if key is None else rules.sign(made, key)
        return Seal(
            tenant=made.tenant, at=at, count=made.count, root=made.root, signature=signature, leaves=made.leaves
        )

    def streams(self) -> Iterator[walking.Stream]:
        """Yield every stream with its entries as stored and its row, in flat memory, for another program to check.

        Entries and row are those of one moment. Where a bulk came or its reason was redacted in
        between, its streams come twice: the later counts, with its row or without.
        """
        return exported(self._ask, self._kinds)

    # Helpers

    @property
    def _kinds(self) -> Mapping[str, Kind[Any]]:
        return {kind.name: kind for kind in self.desk.units.kinds}

    def _asked(self, wanted: Wanted) -> LogQuestion:
        """Return all of a question that the store answers; of a bulk its header says which entries come into question."""
        question = rules.question_of(wanted)
        if wanted.batch is None:
            return question
        return rules.in_bulk(
            question, self._ask(lambda unit: self._stream(unit, BATCH, str(wanted.batch))[0]), from_json
        )

    def _fields(self, kind: Kind[Any]) -> frozenset[str]:
        custom = self._ask(lambda unit: unit.custom_fields(kind.name))
        return frozenset((*fields_dict(kind.type), *(f"custom.{each.name}" for each in custom)))

    def _is_final(self, unit: UnitOfWork, known_at: datetime) -> bool:
        """Tell whether an answer stays: also one about any instant as it was known at one that is final itself."""
        return self.desk.final or is_final(known_at, unit.now)

    def _opener(self) -> Opener:
        return Opener(self._ask, self.desk.units, self.desk.tenant)

    def _ask(self, fn: Callable[[UnitOfWork], R]) -> R:
        refusal = lacks_role(self.desk.actor, Role.AUDITOR, Role.HR, Role.OWNER)
        if refusal is not None:
            raise refusal
        return self.desk.ask(fn)

    @staticmethod
    def _stream(unit: UnitOfWork, kind: Kind[Any], id_: str) -> list[Change]:
        changes = unit.changes(kind, id_)
        if not changes:
            raise NotFound(kind.name, id_)
        return changes

    @staticmethod
    def _came(
        unit: UnitOfWork, opener: Opener, changes: Sequence[Change]
    ) -> list[tuple[Change, Mapping[str, Any] | None]]:
        """Return entries, each thin one with the state that it stands for, opened; None where that does not follow."""
        return [
            (change, None if came is None else opener.opened(change.kind, came))
            for change, came in walking.came(unit, changes)
        ]

    def _states(self, unit: UnitOfWork, kind: Kind[Any], id_: str) -> list[State]:
        _check_kind(unit, kind)
        return _stated(self._stream(unit, kind, id_), unit.as_stored.get(kind, unit.tenant, id_))


def _check_kind(unit: UnitOfWork, kind: Kind[Any]) -> None:
    if kind.name not in unit.kinds:
        raise InvalidInput.at(
            "kind", "kind.stateless", "of {kind!r} there are entries and no states: ask for its entries",
            "{kind!r} 只有变更记录而没有状态：请查询其变更记录", kind=kind.name,
        )  # fmt: skip


def _check_stored(unit: UnitOfWork) -> datetime:
    """Return the unit's instant; raise `Refused` where it holds what may never be stored."""
    if unit.has_recorded:
        raise Refused(NOT_STORED_YET)
    return unit.now


_BLANK = Row("", 0, 0, 0, "", "")


def _stated(changes: Sequence[Change], row: Row | None) -> list[State]:
    return states(changes, None if row is None else row.body, from_json)


def _decoded(unit: UnitOfWork, opener: Opener, kind: Kind[T], state: State) -> T | None:
    change = state.change
    if state.body is None:
        return None
    body = to_json(opener.opened(kind.name, state.body))
    return unit.codec.load(kind, change.id, change.version, change.format, body)


def _cursor(kind: str, id_: str, version: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([kind, id_, version]).encode()).decode()


def _place(cursor: str) -> tuple[str, str, int]:
    try:
        kind, id_, version = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return check_text("after", str(kind)), check_text("after", str(id_)), min(max(0, int(version)), INT64[1])
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidInput.at("after", "cursor", "is not a cursor of this list", "不是本列表的游标") from error
