"""Guards: what a rule says about a command before anything is changed.

A guard returns the refusal, or None. Commands raise it; `allowed` turns the same guards into the list of what an actor
may do now, so that a user interface never guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Generic, TypeVar

from attrs import frozen

from handover_core.actor import NEEDS_ROLE, ROLE_LABELS, Actor, Role
from handover_core.errors import InvalidInput, Refused

T = TypeVar("T")

Guard = Callable[[Actor, T, date], Refused | None]


@frozen
class Action(Generic[T]):
    """A command of a room, by the name of its service method, and the guard that it obeys."""

    name: str
    guard: Guard[T]

    def check(self, actor: Actor, target: T, today: date) -> None:
        """Raise `Refused` where the guard refuses."""
        refusal = self.guard(actor, target, today)
        if refusal is not None:
            raise refusal


def allowed(actions: Iterable[Action[T]], actor: Actor, target: T, today: date) -> tuple[str, ...]:
    """Return the names of the commands that no guard refuses, in the order given."""
    return tuple(action.name for action in actions if action.guard(actor, target, today) is None)


def unknown_kind(kind: str) -> InvalidInput:
    """Return the error for a kind about which nobody gives commands here."""
    return InvalidInput.at(
        "kind", "kind.unknown", "{kind!r} has no commands here", "{kind!r} 在此没有可执行的操作", kind=kind
    )


def lacks_role(actor: Actor, *roles: Role) -> Refused | None:
    """Return the refusal for an actor who holds none of ``roles``."""
    if actor.has(*roles):
        return None
    return Refused(NEEDS_ROLE, actor=actor.id, roles=tuple(ROLE_LABELS[role] for role in roles))


def only(*roles: Role) -> Guard[object]:
    """Return a guard that asks for nothing but a role."""
    return lambda actor, _target, _today: lacks_role(actor, *roles)


def anybody(_actor: Actor, _target: object, _today: date) -> Refused | None:
    """Guard of a command that everybody may give."""
    return None


def check_reason(reason: str) -> None:
    """Raise `InvalidInput` for a reason that says nothing."""
    if not reason.strip():
        raise InvalidInput.at("reason", "reason.missing", "is missing", "不能为空")


def first_refusal(*refusals: Refused | None) -> Refused | None:
    """Return the first refusal, or None where there is none."""
    return next((refusal for refusal in refusals if refusal is not None), None)
