"""The port for senders, and what becomes of what they raise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import frozen

from handover_core.errors import NotDelivered
from handover_core.outbox.envelope import Envelope
from handover_core.outbox.model import Subscription


class Sender(Protocol):
    """Delivers an envelope. No transaction is open meanwhile, so it may take its time: up to the timeout.

    Whatever it raises is a failed attempt, to be repeated later; `NotDelivered` can say that repeating is of no use.
    It must be done, or have raised, within ``timeout`` seconds: a later arrival might come out of order.
    """

    def __call__(self, envelope: Envelope, /, *, timeout: float) -> None:
        """Return when the receiver has taken it for good."""


Senders = Callable[[Subscription], Sender]
"""Finds the sender of a subscription; raises where there is none, which counts as a failed attempt."""


@frozen
class Failure:
    """A failed attempt: a class or status in a word, and whether repeating is of no use."""

    word: str
    final: bool = False


def sent(sender: Sender, envelope: Envelope, timeout: float) -> Failure | None:
    """Send, and return what went wrong, or None."""
    try:
        sender(envelope, timeout=timeout)
    except NotDelivered as error:
        return Failure(str(error.params["failure"])[:64], bool(error.params["final"]))
    except Exception as error:  # noqa: BLE001 - a host's sender may raise anything; its words may hold anything
        return Failure(type(error).__name__[:64])
    return None
