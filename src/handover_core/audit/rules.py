"""Pure decisions of the audit room: entries in words, questions answered, states by their instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from handover_core.audit.model import Entry, FieldChange, Seal, Wanted
from handover_core.errors import InvalidInput
from handover_core.history.changes import Change, Operation
from handover_core.history.checking import SEALED, Break
from handover_core.history.difference import difference
from handover_core.history.redaction import BULK, REDACTED, attested
from handover_core.history.seals import Leaf, root_of, signed
from handover_core.history.states import State, crossed, is_whole

WATERMARK = timedelta(minutes=15)
"""For how long a unit may be on its way: what was known earlier than this before now is final."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(micros: int) -> datetime:
    """Return an instant of the change log."""
    return _EPOCH + timedelta(microseconds=micros)


def is_final(known_at: datetime, now: datetime) -> bool:
    """Tell whether what was known at an instant can no longer grow."""
    return known_at <= now - WATERMARK


def state_at(found: Sequence[State], micros: int) -> State | None:
    """Return the last state of a stream that was recorded by an instant, or None."""
    return next((state for state in reversed(found) if state.change.at <= micros), None)


def entries_of(changes: Sequence[Change], load: Callable[[str], Any]) -> list[Entry]:
    """Return the entries of one stream with their fields; those of a thin entry stand in the state alone."""
    return [entry_of(change, is_whole(changes, place), load) for place, change in enumerate(changes)]


def entry_of(change: Change, whole: bool, load: Callable[[str], Any]) -> Entry:  # noqa: FBT001 - a fact, not a switch
    """Return an entry in words; ``whole`` tells that its body is a state and no difference."""
    return Entry(
        kind=change.kind, id=change.id, version=change.version, operation=change.operation, at=instant(change.at),
        actor=change.actor, command=change.command, reason=change.reason, batch=change.batch,
        fields=_fields(change, whole, load), redacts=tuple(attested((change,))),
    )  # fmt: skip


def _fields(change: Change, whole: bool, load: Callable[[str], Any]) -> tuple[FieldChange, ...]:  # noqa: FBT001
    if change.body is None or change.batch is not None or change.operation is Operation.BATCH:
        return ()
    body: Mapping[str, Any] = load(change.body)
    if change.operation is Operation.DELETE:
        return tuple(
            FieldChange(field=name, before=(value,), after=()) for name, value in body.items() if name != REDACTED
        )
    if whole:
        body = difference(*crossed(body))
    return tuple(
        FieldChange(field=name, before=tuple(sides[0]), after=tuple(sides[1]))
        for name, sides in body.items()
        if name not in {REDACTED, BULK}
    )


def answers(change: Change, wanted: Wanted, fold: Callable[[str], str], load: Callable[[str], Any]) -> bool:
    """Tell whether an entry is one of those asked for; ``load`` reads its body."""
    return (
        wanted.actor in {None, change.actor}
        and wanted.kind in {None, change.kind}
        and wanted.id in {None, change.id}
        and wanted.command in {None, change.command}
        and (wanted.since is None or instant(change.at) >= wanted.since)
        and (wanted.until is None or instant(change.at) < wanted.until)
        and (wanted.text is None or fold(wanted.text) in _said(change, fold, load))
    )


def _said(change: Change, fold: Callable[[str], str], load: Callable[[str], Any]) -> str:
    """Return reason and values of an entry as one folded text; those of a thin entry stand in the state alone."""
    words = [change.reason or ""]
    left: list[Any] = [] if change.body is None else [load(change.body)]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += value.values()
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
    return signed(key, seal.tenant, (seal.at - _EPOCH) // timedelta(microseconds=1), seal.count, seal.root)


def unsealed(leaf: Leaf, changes: Sequence[Change]) -> Break | None:
    """Return the break where a stream no longer holds what was sealed."""
    held = any(change.version == leaf.version and change.head == leaf.head for change in changes)
    return None if held else Break(leaf.kind, leaf.id, leaf.version, SEALED)
