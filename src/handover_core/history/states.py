"""Every state of a stream, worked out from its entries: forward from a full body, backward where the first is thin."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from handover_core.history.changes import Change, Operation
from handover_core.history.difference import replay, undo

Load = Callable[[str], Any]


@frozen
class State:
    """What an aggregate was after one entry: its body as plain JSON data, or None once it was deleted."""

    change: Change
    body: Mapping[str, Any] | None


def states(changes: Sequence[Change], present: str | None, load: Load = json.loads) -> list[State]:
    """Return the state after each entry of a stream, oldest first.

    ``present`` is the body of the row as it is stored now, None where there is none. Raises `ValueError` where a thin
    first entry has nothing after it from which its state follows.
    """
    found: list[State] = []
    body: Mapping[str, Any] | None = None
    for place, change in enumerate(changes):
        body = _after(changes, place, body, present, load)
        found.append(State(change, body))
    return found


def _after(
    changes: Sequence[Change], place: int, before: Mapping[str, Any] | None, present: str | None, load: Load
) -> Mapping[str, Any] | None:
    change = changes[place]
    if change.operation is Operation.DELETE:
        return None
    if change.batch is not None:
        sealed = {} if change.body is None else load(change.body)
        return {**_first_of_thin(changes, present, load), **sealed}
    if is_whole(changes, place):
        return crossed(load(_body(change)))[1]
    return replay(before or {}, [load(_body(change))])


def is_whole(changes: Sequence[Change], place: int) -> bool:
    """Tell whether an entry's body is a whole state: of a new aggregate, or where it crosses into another format."""
    return place == 0 or changes[place].format != changes[place - 1].format


def crossed(body: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the states before and after an entry with a whole body; where the format changed, it holds both."""
    before, after = body if isinstance(body, list) else ({}, body)
    return before, after


def teller(changes: Sequence[Change], name: str, load: Load = json.loads) -> int:
    """Return the version of the entry from which a field of the first state follows in a stream that begins thin.

    It is the earliest after the first that tells something of the field, with what was there before; 0 stands for the row.
    """
    for place in range(1, len(changes)):
        change = changes[place]
        if change.operation is Operation.DELETE or is_whole(changes, place) or name in load(_body(change)):
            return change.version
    return 0


def _first_of_thin(changes: Sequence[Change], present: str | None, load: Load) -> Mapping[str, Any]:
    """Return the first state by undoing what came after it, from the first state that is stored in full."""
    undone: list[Any] = []
    for place in range(1, len(changes)):
        change = changes[place]
        if change.batch is not None:
            break
        if change.operation is Operation.DELETE:
            return undo(load(_body(change)), reversed(undone))
        if is_whole(changes, place):
            return undo(crossed(load(_body(change)))[0], reversed(undone))
        undone.append(load(_body(change)))
    else:
        if present is not None:
            return undo(load(present), reversed(undone))
    raise ValueError("the first state of a bulk entry does not follow from what is stored")


def _body(change: Change) -> str:
    if change.body is None:
        raise ValueError("an entry has no body and belongs to no bulk")
    return change.body
