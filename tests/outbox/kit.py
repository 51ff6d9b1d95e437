"""Receivers and relays for the tests of delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.errors import NotDelivered
from handover_core.organization.model import Employee
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.outbox.sending import Sender, Senders
from handover_core.storage import Driver

TENANT = "acme"
OWNER = Actor("owner", {Role.OWNER, Role.HR})
BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


class Receiver:
    """Keeps what arrives; ``refuse`` says which envelopes fail, and how."""

    def __init__(self) -> None:
        self.arrived: list[dict[str, Any]] = []
        self.refuse: Callable[[Mapping[str, Any]], Exception | None] = lambda _: None
        self._lock = Lock()

    def __call__(self, envelope: dict[str, Any], /, *, timeout: float) -> None:
        assert timeout > 0
        refused = self.refuse(envelope)
        if refused is not None:
            raise refused
        with self._lock:
            self.arrived.append(envelope)

    def places(self, kind: str = "employee") -> list[tuple[str, int]]:
        """Return the id and version of everything that arrived of a kind."""
        return [
            (each["data"]["stream"]["id"], each["streamversion"])
            for each in self.arrived
            if each["data"]["stream"]["kind"] == kind
        ]


class Post:
    """A company over one store, its clock, and a receiver for each subscription."""

    def __init__(self, store: Driver, tenant: str = TENANT) -> None:
        self.clock = Clock()
        self.tenant = tenant
        self.core = HandoverCore(store, clock=self.clock)
        self.receivers: dict[str, Receiver] = {}

    @property
    def office(self) -> Office:
        return self.core.office(self.tenant, OWNER)

    def subscribe(self, code: str = "erp", **fields: Any) -> Receiver:
        fields = {"endpoint": "call:", **fields}
        self.office.outbox.subscribe(Subscription(id=self.core.units.ids(), code=code, **fields))
        return self.receivers.setdefault(code, Receiver())

    def sender(self, subscription: Subscription) -> Sender:
        return self.receivers[subscription.code]

    def relay(self, senders: Senders | None = None, **options: Any) -> Relay:
        return Relay(self.core.units, self.tenant, senders or self.sender, chance=lambda: 0.0, **options)

    def hire(self, id_: str) -> Employee:
        return self.office.organization.hire(Employee(id=id_, number=id_, name="Somebody"))

    def rename(self, id_: str, name: str) -> Employee:
        return self.office.organization.change_employee(id_, name=name)


def refusing(word: str = "status 500", *, final: bool = False, only: Callable[[Any], bool] = lambda _: True) -> Any:
    """Return what makes a receiver refuse."""
    return lambda envelope: NotDelivered(word, final=final) if only(envelope) else None
