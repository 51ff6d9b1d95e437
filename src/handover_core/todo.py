"""我的待办: what waits for one person, across all rooms."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from handover_core.texts import Text


@frozen(kw_only=True)
class Todo:
    """One thing to do: the command that does it, what it is about, and by when."""

    room: str
    action: str
    kind: str
    id: str
    code: str
    title: str
    does: Text
    due_on: date | None = None


def by_due(todo: Todo) -> tuple[bool, date, str, str]:
    """Sort key: what is due first comes first, what has no date last."""
    return todo.due_on is None, todo.due_on or date.max, todo.code, todo.id
