"""Relays that die where they are told to, and what must hold of everything that arrived nevertheless."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.outbox.sending import Sender
from handover_core.storage import Driver, Transaction
from outbox.kit import Post, Receiver

STEPS = frozenset((
    "events", "history", "register", "registers", "put_registers", "drop_registers", "drop_events", "insert", "append",
    "commit", "find",
))  # fmt: skip
"""The steps of a transaction before and after which a relay may die."""


class Crash(BaseException):
    """The end of a relay, as sudden as that of its process."""


Strike = Callable[[str], None]
"""Is told of every step, before and after it; raises `Crash` where the relay is to die."""


class Crashing:
    """A driver whose transactions are struck."""

    def __init__(self, driver: Driver, strike: Strike) -> None:
        self._driver = driver
        self._strike = strike

    def transaction(self, *, write: bool) -> Transaction:
        return _Struck(self._driver.transaction(write=write), self._strike)  # type: ignore[return-value]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


class _Struck:
    def __init__(self, transaction: Transaction, strike: Strike) -> None:
        self._transaction = transaction
        self._strike = strike

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._transaction, name)
        if name not in STEPS:
            return found

        def step(*arguments: Any) -> Any:
            self._strike(f"before {name}")
            result = found(*arguments)
            self._strike(f"after {name}")
            return result

        return step


class At:
    """Strikes once, at the step with this number."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, step: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash(step)


def dying(post: Post, strike: Strike, **options: Any) -> Relay:
    """Return a relay that dies where ``strike`` says, the arrival of an event being a step like any other."""

    def sender(subscription: Subscription) -> Sender:
        receiver = post.receivers[subscription.code]

        def send(envelope: dict[str, Any], /, *, timeout: float) -> None:
            strike("before send")
            receiver(envelope, timeout=timeout)
            strike("after send")

        return send

    units = post.core.units.over(Crashing(post.core.store, strike))
    return Relay(units, post.tenant, sender, **{"chance": lambda: 0.0, **options})


def drain(post: Post) -> None:
    """Let a relay that lives deliver all that is left, however long it takes."""
    for _ in range(200):
        post.clock.pass_by(hours=2)
        post.relay().run_once()
        if not any(each.waiting for each in post.office.outbox.standing()) and not post.office.outbox.unrouted():
            return
    raise AssertionError("something waits for good")


def assert_delivered(receiver: Receiver, streams: dict[str, int], skipped: Iterable[tuple[str, int]] = ()) -> None:
    """Hold what a receiver has against what was written, but for what was given up."""
    assert_arrived(receiver.arrived, streams, skipped)


def assert_arrived(
    arrived: Iterable[dict[str, Any]], streams: dict[str, int], skipped: Iterable[tuple[str, int]] = ()
) -> None:
    """All versions of each stream arrived, first arrivals in order; later ones are the same but for their mark."""
    first: dict[str, dict[str, Any]] = {}
    order: dict[str, list[int]] = {id_: [] for id_ in streams}
    for envelope in arrived:
        stream, id_ = envelope["data"]["stream"], envelope["id"]
        if stream["kind"] != "employee":
            continue
        if id_ in first:
            assert envelope["resend"], f"{id_} came again and does not say so"
            assert {**envelope, "resend": None} == {**first[id_], "resend": None}
            continue
        first[id_] = envelope
        order[stream["id"]].append(envelope["streamversion"])
    gone = set(skipped)
    for id_, version in streams.items():
        assert [each for each in range(1, version + 1) if (id_, each) not in gone] == order[id_], id_
