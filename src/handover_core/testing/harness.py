"""How the contract gets at a backend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from attrs import define, field

from handover_core.actor import Actor
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.storage import Driver, UnitFactory, UnitOfWork

ACTOR = Actor("tester")


@define
class Harness:
    """One store under test.

    ``open`` opens the store, the same one each time: a durable backend shows after opening again what was committed
    before. ``close`` gives back what `open` took.
    """

    open: Callable[[], Driver]
    close: Callable[[Driver], None] = lambda _store: None
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    _units: UnitFactory | None = field(default=None, init=False)

    @property
    def units(self) -> UnitFactory:
        """The store, open and migrated."""
        if self._units is None:
            store = self.open()
            store.schema.migrate()
            store.schema.check()
            self._units = UnitFactory(store, KINDS, clock=self.tick)
        return self._units

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
        if self._units is not None:
            self.close(self._units.driver)
            self._units = None

    def tenant(self) -> str:
        """Return the name of a company that has no data yet."""
        return new_id()

    def unit(self, tenant: str, *, write: bool = True, token: str | None = None) -> UnitOfWork:
        """Return a unit of work."""
        return self.units.unit(tenant, ACTOR, "test", write=write, token=token)
