"""Pure decisions of the audit room: entries in words, questions answered, states by their instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve

from handover_core.audit.model import Entry, FieldChange, Seal, Wanted
from handover_core.errors import InvalidInput
from handover_core.history.asking import LogQuestion
from handover_core.history.changes import MALFORMED, Change, Operation
from handover_core.history.checking import BACKDATED, SEALED, Break
from handover_core.history.checkpoints import Leaf, root_of, signed
from handover_core.history.difference import difference, is_field
from handover_core.history.finality import WATERMARK
from handover_core.history.instants import from_micros, to_micros
from handover_core.history.redaction import attested
from handover_core.history.states import State, crossed


def state_at(found: Sequence[State], micros: int) -> State | None:
    """Return the last state of a stream that was recorded by an instant, or None."""
    return next((state for state in reversed(found) if state.change.at <= micros), None)


def entries_of(changes: Sequence[Change], load: Callable[[str], Any]) -> list[Entry]:
    """Return the entries of one stream with their fields; those of a thin entry stand in the state alone."""
    return [entry_of(change, load) for change in changes]


def entry_of(change: Change, load: Callable[[str], Any], came: Mapping[str, Any] | None = None) -> Entry:
    """Return an entry in words; ``came`` is the state that a thin one stands for."""
    return Entry(
        kind=change.kind, id=change.id, version=change.version, operation=change.operation, at=from_micros(change.at),
        actor=change.actor, command=change.command, reason=change.reason, batch=change.batch,
        fields=_fields(change, load) if came is None else _came(came), redacts=tuple(attested((change,))),
    )  # fmt: skip


def _fields(change: Change, load: Callable[[str], Any]) -> tuple[FieldChange, ...]:
    if change.body is None or change.batch is not None:
        return ()
    body: Any = load(change.body)
    if change.operation is Operation.DELETE:
        return tuple(
            FieldChange(field=name, before=(value,), after=()) for name, value in body.items() if is_field(name)
        )
    if change.version == 1 or isinstance(body, list):  # a new aggregate, or both sides of a new format
        body = difference(*crossed(body))
    return tuple(
        FieldChange(field=name, before=tuple(sides[0]), after=tuple(sides[1]))
        for name, sides in body.items()
        if is_field(name)
    )


def _came(state: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(field=name, before=(), after=(value,)) for name, value in state.items() if is_field(name))


def bulk_of(header: Change, load: Callable[[str], Any]) -> tuple[str, int]:
    """Return the kind of a bulk's rows and how many its header counts; "" and -1 where it cannot be read."""
    try:
        body = load(header.body or "")
        return str(body["kind"]), int(body["count"])
    except MALFORMED:
        return "", -1


def question_of(wanted: Wanted) -> LogQuestion:
    """Return all of a question but its text, as the store is asked."""
    return LogQuestion(
        kind=wanted.kind, id=wanted.id, actor=wanted.actor, command=wanted.command,
        since=None if wanted.since is None else to_micros(wanted.since),
        until=None if wanted.until is None else to_micros(wanted.until),
    )  # fmt: skip


def in_bulk(question: LogQuestion, header: Change, load: Callable[[str], Any]) -> LogQuestion:
    """Return a question narrowed to where the rows of a bulk are: all came with its header, at one instant."""
    kind, _ = bulk_of(header, load)
    return evolve(
        question,
        kind=question.kind or kind or None,
        since=max(header.at, header.at if question.since is None else question.since),
        until=header.at + 1 if question.until is None else min(header.at + 1, question.until),
    )


def changes_field(entry: Entry, field: str) -> bool:
    """Tell whether an entry changed a field; ``custom.`` and a name stand for one of the custom ones."""
    name, _, custom = field.partition(".")
    return any(each.field == name and (not custom or _part(each, custom)) for each in entry.fields)


def fields_in(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the names of the fields of which entries tell something, with those of the custom ones."""
    found = {each.field for entry in entries for each in entry.fields}
    sides = [
        side
        for entry in entries
        for each in entry.fields
        if each.field == "custom"
        for side in (each.before, each.after)
    ]
    return frozenset(found | {f"custom.{name}" for side in sides for value in side for name in value})


def _part(change: FieldChange, name: str) -> bool:
    """Tell whether one value among the custom ones is another one after a change; true, 1 and 1.0 are three."""
    before, after = ([repr(value[name]) for value in side if name in value] for side in (change.before, change.after))
    return before != after


def says(
    change: Change, text: str, fold: Callable[[str], str], load: Callable[[str], Any],
    came: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Tell whether a text stands in the reason or a value of an entry.

    ``load`` reads its body; ``came`` is the state that a thin entry stands for.
    """
    return fold(text) in _said(change, fold, load, came)


def _said(
    change: Change, fold: Callable[[str], str], load: Callable[[str], Any], came: Mapping[str, Any] | None
) -> str:
    """Return reason and values of an entry, as people wrote them, as one folded text."""
    words = [change.reason or ""]
    left: list[Any] = [] if change.body is None else [load(change.body)]
    left += [] if came is None else [came]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            # Digests, marks and ciphertext are nothing that anybody wrote.
            left += [each for name, each in value.items() if is_field(name)]
        elif isinstance(value, list):
            left += value
        elif value is not None:
            words.append(str(value))
    return fold("\n".join(words))


def check_seal(seal: Seal, key: bytes | None) -> None:
    """Raise `InvalidInput` unless a seal is whole: its root follows from its leaves, its signature from the key."""
    if root_of(seal.leaves) != seal.root or len(seal.leaves) != seal.count:
        raise InvalidInput.at("seal", "seal.root", "its root does not follow from its leaves", "封存根与其条目不符")
    if key is not None and seal.signature != sign(seal, key):
        raise InvalidInput.at("seal", "seal.signature", "was not signed with this key", "并非以此密钥签名")


def sign(seal: Seal, key: bytes) -> str:
    """Return the signature of a seal."""
    return signed(key, seal.tenant, to_micros(seal.at), seal.count, seal.root)


def unsealed(leaf: Leaf, changes: Sequence[Change]) -> Break | None:
    """Return the break where a stream no longer holds what was sealed."""
    held = any(change.version == leaf.version and change.head == leaf.head for change in changes)
    return None if held else Break(leaf.kind, leaf.id, leaf.version, SEALED)


def backdated(changes: Sequence[Change], held: int, sealed_at: datetime) -> Break | None:
    """Return the first entry of a stream that no seal holds though it is older than one, by more than a unit may take.

    ``held`` is the last version that a seal holds (0 for none), ``sealed_at`` the instant of the newest seal. So comes what
    somebody adds to a past that was final; or a clock was set back.
    """
    final = to_micros(sealed_at - WATERMARK)
    late = next((change for change in changes if change.version > held and change.at < final), None)
    return None if late is None else Break(late.kind, late.id, late.version, BACKDATED)
