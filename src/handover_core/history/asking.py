"""What the change log is asked: pure, so that every backend can be held against it."""

from __future__ import annotations

from attrs import evolve, frozen

from handover_core.history.changes import Change


@frozen(kw_only=True)
class LogQuestion:
    """Which entries are wanted; None does not filter.

    ``since`` and ``until`` are in microseconds since 1970 (UTC): from that instant on, and before that instant.
    """

    kind: str | None = None
    id: str | None = None
    actor: str | None = None
    command: str | None = None
    since: int | None = None
    until: int | None = None

    @property
    def words(self) -> dict[str, str]:
        """The texts that are asked for, by the name of what must be equal to them."""
        named = {"kind": self.kind, "id": self.id, "actor": self.actor, "command": self.command}
        return {name: value for name, value in named.items() if value is not None}

    def known_at(self, micros: int) -> LogQuestion:
        """Return the question about what was recorded by an instant, that instant included."""
        return evolve(self, until=micros + 1 if self.until is None else min(self.until, micros + 1))


EVERYTHING = LogQuestion()
"""The question that every entry answers."""


def answers(change: Change, question: LogQuestion) -> bool:
    """Tell whether an entry is one of those asked for; texts are compared by code point."""
    return (
        question.kind in {None, change.kind}
        and question.id in {None, change.id}
        and question.actor in {None, change.actor}
        and question.command in {None, change.command}
        and (question.since is None or change.at >= question.since)
        and (question.until is None or change.at < question.until)
    )
