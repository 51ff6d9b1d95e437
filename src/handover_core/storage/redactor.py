"""Takes words, or everything personal about somebody, out of an aggregate of one unit of work, now and in its past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from handover_core.errors import NotFound, VersionConflict
from handover_core.history.changes import MALFORMED, Change, Operation
from handover_core.history.checking import UNTOLD, broken_entries
from handover_core.history.redaction import KEYED, REDACTED, digest_of_thin, marked_text
from handover_core.history.sealed import MARK, Words
from handover_core.history.states import states
from handover_core.storage.bulks import Bulks
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.driver import Row, Transaction, Write
from handover_core.storage.encoding import to_micros
from handover_core.storage.freetext import Path, is_free, is_settled
from handover_core.storage.kinds import Kind
from handover_core.storage.personal import Body, Fields
from handover_core.storage.recording import Recorder
from handover_core.storage.redacting import forgotten, places_of, reworded, rewrites
from handover_core.storage.remembered import unnamed
from handover_core.storage.sealing import erased
from handover_core.texts import Text

if TYPE_CHECKING:
    from handover_core.storage.safekeeping import Safekeeping
    from handover_core.storage.unit import UnitOfWork

Past = Callable[[Sequence[Change], Row | None], list[Change]]
"""Returns the entries of a stream that change, as they are to stand, from the stream and its row."""


@frozen
class Redactor:
    """Redacts in ``unit``.

    ``writing`` returns the unit's transaction once it has begun to write, ``written`` a write of a row that is open.
    """

    unit: UnitOfWork
    safe: Safekeeping
    recorder: Recorder
    writing: Callable[[], Transaction]
    written: Callable[[Kind[Any], Row], Write]
    bulks: Bulks = field(init=False)

    @bulks.default
    def _of_unit(self) -> Bulks:
        return Bulks(lambda fn: fn(self.unit))

    def redact(
        self, kind: Kind[Any], id_: str, replaced: Callable[[str], str], former: Callable[[str], str] | None
    ) -> list[int]:
        """See `PersonalData.redact`."""
        free = is_free(kind)

        def words(text: str, place: Path) -> str:
            return replaced(text) if free(place) else text

        def body(text: str, made: Words = words) -> str:
            return to_json(unnamed(from_json(self.safe.reworded(kind, text, made)), replaced))

        def past(stream: Sequence[Change], row: Row | None) -> list[Change]:
            standing = frozenset[Path]() if former is None or row is None else places_of(from_json(row.body), former)

            def before(text: str, place: Path) -> str:
                if former is None or place in standing or not is_settled(kind, place):
                    return words(text, place)
                return former(text)

            return reworded(stream, lambda text: body(text, before), replaced)

        return self.rewrite(kind, id_, past, body)

    def forget(self, kind: Kind[Any], id_: str, subjects: Sequence[str]) -> list[int]:
        """See `PersonalData.forget`."""
        fields = self.safe.fields(kind)

        def body(text: str) -> str:
            left = from_json(text)
            for subject in subjects:
                left = erased(left, fields, id_, subject)
            return to_json(left)

        return self.rewrite(kind, id_, lambda stream, row: _forgotten(stream, row, fields, frozenset(subjects)), body)

    def in_the_clear(self, kind: Kind[Any], id_: str, subject: str) -> bool:
        """See `PersonalData.in_the_clear`."""
        stream = self.unit.changes(kind, id_)
        row = self.unit.transaction.get(kind, self.unit.tenant, id_)
        return bool(stream) and bool(_forgotten(stream, row, self.safe.fields(kind), frozenset((subject,))))

    def rewrite(self, kind: Kind[Any], id_: str, past_of: Past, body_of: Callable[[str], str]) -> list[int]:
        """Put entries of a stream, and the body of its row, as they are to stand; return the versions of the entries."""
        unit, transaction = self.unit, self.writing()
        stream = transaction.changes(unit.tenant, kind.name, id_)
        row = transaction.get(kind, unit.tenant, id_)
        if not stream:
            raise NotFound(kind.name, id_)
        last = stream[-1]
        if row is not None and row.version != last.version:
            raise VersionConflict(kind.name, id_, expected=last.version, found=row.version)
        past = past_of(stream, row)
        body = None if row is None else body_of(row.body)
        if not past and (row is None or body == row.body):
            return []
        if stream[0].batch is not None and stream[0].version not in {each.version for each in past}:
            past.insert(0, stream[0])  # what a thin entry was made of follows from the state, and is gone too
        first = self._check(kind, stream, past, body)
        broken = self._broken(kind, stream)
        told = bool(past) and past[0].batch is not None and past[0].version not in broken
        if told:
            past[0] = _keeping(past[0], first)
        transaction.redact(unit.tenant, rewrites(stream, past))
        then, at = evolve(kind, format=last.format), max(to_micros(unit.now), last.at)
        digests = {
            # For what a thin entry was made of nobody answers where that cannot be told: a seal has to, as before.
            str(each.version): digest_of_thin(
                unit.tenant, each, to_json(first) if told and each is past[0] else each.body
            )
            for each in past
            if broken.get(each.version, UNTOLD) is UNTOLD
        }
        content = self.marked(kind.name, id_, last.version + 1, at, {REDACTED: digests})
        operation = Operation.DELETE if row is None else Operation.UPDATE
        head = self.recorder.add(then, id_, last.version + 1, operation, at, content, last.head)
        if row is not None and body is not None:
            new = Row(id_, last.version + 1, last.format, at, head, body)
            transaction.replace(kind, unit.tenant, self.written(kind, new), row.version)
            unit.seen.pop((kind.name, id_), None)
        return [each.version for each in past]

    def ready(self, kind: Kind[Any], old: Row, operation: Operation, content: str) -> Row:
        """Return the row that an entry follows which holds ``content``, from which something was left out.

        Where the thin entry that begins the stream was made of that and nothing else tells it, a redaction comes first and
        answers for what follows of the thin entry since.
        """
        unit, stream = self.unit, self.unit.changes(kind, old.id)
        thin, row = stream[0], unit.as_stored.get(kind, unit.tenant, old.id)
        if thin.batch is None or row is None:
            return old
        coming = stream[-1]._replace(
            version=old.version + 1, operation=operation, format=kind.format, batch=None, body=content
        )
        try:
            before, after = (states(each, row.body, from_json)[0].body for each in (stream, [*stream, coming]))
        except MALFORMED:
            return old  # nobody can answer for what cannot be read: the verification names it
        if to_json(before) == to_json(after) or thin.version in self._broken(kind, stream):
            return old
        kept, at = _keeping(thin, after), max(to_micros(unit.now), old.changed_at)
        if kept != thin:
            self.writing().redact(unit.tenant, rewrites(stream, [kept]))
        version, then = old.version + 1, evolve(kind, format=stream[-1].format)
        digests = {str(thin.version): digest_of_thin(unit.tenant, kept, to_json(after))}
        answer = self.marked(kind.name, old.id, version, at, {REDACTED: digests})
        head = self.recorder.add(then, old.id, version, Operation.UPDATE, at, answer, old.head)
        return old._replace(version=version, head=head, changed_at=at)

    def marked(self, kind: str, id_: str, version: int, at: int, content: Mapping[str, Mapping[str, str]]) -> str:
        """Return the body of an entry that answers for others, with its keyed mark where there are keys."""
        unit = self.unit
        text = marked_text(unit.tenant, kind, id_, version, at, unit.actor.id, self.recorder.command, content)
        mark = self.safe.mark(text)
        return to_json(content if mark is None else {**content, KEYED: mark})

    def _check(self, kind: Kind[Any], stream: Sequence[Change], past: list[Change], body: str | None) -> Body | None:
        """Return the first state as it is to stand; raise `UnreadableBody` where one cannot be read."""
        after = {each.version: each for each in past}
        found = states([after.get(each.version, each) for each in stream], body, from_json)
        for state in found:
            if state.body is not None and kind.name in self.unit.kinds:
                opened = to_json(self.safe.opened(kind, state.body))
                self.unit.codec.load(kind, state.change.id, state.change.version, state.change.format, opened)
        return found[0].body

    def _broken(self, kind: Kind[Any], stream: Sequence[Change]) -> Mapping[int, Text]:
        """Return what is wrong with entries, by version: nothing answers for them, so they go on being found."""
        unit, safe = self.unit, self.safe
        row = unit.as_stored.get(kind, unit.tenant, stream[0].id)
        opened = (lambda body: safe.opened(kind, body, whole=True)) if safe.opens else None
        present = None if row is None else row.body
        return broken_entries(unit.tenant, stream, present, to_json, from_json, opened, self.bulks.of)


def _keeping(thin: Change, state: Body | None) -> Change:
    """Return a thin entry that holds what later entries tell sealed of its state.

    So it follows from the entry itself, also when the level has changed, or the keys are gone.
    """
    own = {} if thin.body is None else from_json(thin.body)
    sealed = {name: value for name, value in (state or {}).items() if name in own or MARK in to_json(value)}
    return thin._replace(body=to_json(sealed)) if sealed else thin


def _forgotten(stream: Sequence[Change], row: Row | None, fields: Fields, subjects: frozenset[str]) -> list[Change]:
    return forgotten(stream, states(stream, None if row is None else row.body, from_json), fields, subjects)
