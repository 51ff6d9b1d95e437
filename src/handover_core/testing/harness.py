"""How the contract gets at a backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

from attrs import define, field

from handover_core.actor import Actor
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.storage import Capabilities, Driver, Joinable, Kind, UnitFactory, UnitOfWork

ACTOR = Actor("tester")


class Host(Protocol):
    """A transaction that a host program opened on the same store."""

    handle: Any
    """What `Joinable.join` takes."""

    def commit(self) -> None:
        """Commit it and give back what it holds."""

    def rollback(self) -> None:
        """Roll it back and give back what it holds; allowed once it is over."""


class Raw(Protocol):
    """A way into the store that does not lead through the driver under test."""

    def peek(self, kind: Kind[Any], tenant: str, id: str, /) -> Mapping[str, Any] | None:
        """Return the stored row by column: ``version``, ``format``, ``body`` and the declared fields; None where none is."""

    def poke(self, kind: Kind[Any], tenant: str, id: str, values: Mapping[str, Any], /) -> None:
        """Write other values into columns of a stored row, as damage or a stranger would."""

    def view(self, kind: Kind[Any], tenant: str, /) -> list[Mapping[str, Any]]:
        """Return the rows of a company in the kind's read-only view; only for stores with the capability ``views``."""


@define
class Harness:
    """One store under test.

    ``open`` opens the store, the same one each time: a durable backend shows after opening again what was committed
    before. ``close`` gives back what `open` took. ``begin`` opens a transaction of a host on the store, where the
    store declares ``joins``; ``raw`` leads past the driver. ``empty`` removes everything, so that the next `open`
    finds a fresh store; where it is not given, each Hypothesis example still has a company of its own, among those
    of the examples before it. ``name`` stands in the report.
    """

    open: Callable[[], Driver]
    close: Callable[[Driver], None] = lambda _store: None
    begin: Callable[[Driver], Host] | None = None
    raw: Callable[[Driver], Raw] | None = None
    empty: Callable[[], None] | None = None
    name: str = "store"
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    _units: UnitFactory | None = field(default=None, init=False)
    _hosts: list[Host] = field(factory=list, init=False)

    @property
    def units(self) -> UnitFactory:
        """The store, open and migrated."""
        if self._units is None:
            store = self.open()
            store.schema.migrate()
            store.schema.check()
            self._units = UnitFactory(store, KINDS, clock=self.tick)
        return self._units

    @property
    def capabilities(self) -> Capabilities:
        """What the store declares."""
        return self.units.driver.capabilities

    def host(self) -> Host:
        """Return a transaction of a host program; it is rolled back when the store is shut, unless it has ended."""
        if self.begin is None:
            raise AssertionError("the store declares `joins`, so its harness needs `begin`")
        self._hosts.append(self.begin(self.units.driver))
        return self._hosts[-1]

    def raw_access(self) -> Raw:
        """Return the way past the driver."""
        if self.raw is None:
            raise AssertionError("the harness needs `raw`: what lies in the store is part of the contract")
        return self.raw(self.units.driver)

    def renew(self) -> None:
        """Begin again with a fresh store, where the harness can empty it."""
        self.shut()
        if self.empty is not None:
            self.empty()

    def joined(self, host: Host) -> UnitFactory:
        """Return units that take part in the host's transaction."""
        return self.units.over(cast("Joinable", self.units.driver).join(host.handle))

    def tick(self) -> datetime:
        """Return the next microsecond."""
        self.now += timedelta(microseconds=1)
        return self.now

    def reopened(self) -> UnitFactory:
        """Close the store and open it again, where it is durable."""
        if self._units is not None and self._units.driver.capabilities.durable:
            self.shut()
        return self.units

    def shut(self) -> None:
        """Close the store."""
        while self._hosts:
            self._hosts.pop().rollback()
        if self._units is not None:
            self.close(self._units.driver)
            self._units = None

    def tenant(self) -> str:
        """Return the name of a company that has no data yet."""
        return new_id()

    def unit(self, tenant: str, *, write: bool = True, token: str | None = None) -> UnitOfWork:
        """Return a unit of work."""
        return self.units.unit(tenant, ACTOR, "test", write=write, token=token)
