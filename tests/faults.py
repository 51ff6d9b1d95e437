"""A place on a server that tests may kill, cut off and fill up, and the count of what is stored there."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import sqlalchemy as sa

from handover_core.actor import Actor
from handover_core.history import GENESIS, chained
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, UnitFactory, UnitOfWork
from handover_core_sql import SqlStore
from handover_core_sql.transaction import SqlTransaction
from servers import Daemon

ACTOR = Actor("tester")
_TENANTS = count(1)


class Ground:
    """One migrated database on a daemon; each test has a tenant of its own in it."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.tenant = f"tenant {next(_TENANTS)}"
        self._opened: list[sa.Engine] = []
        if not _alive(daemon.url):
            daemon.restart()
        address = sa.make_url(daemon.url)
        if address.get_backend_name() != "postgresql":
            with self.engine(address).begin() as connection:
                connection.exec_driver_sql("CREATE DATABASE IF NOT EXISTS faults")
            address = address.set(database="faults")
        self.address = address
        self.units().driver.schema.migrate()

    def engine(self, address: sa.URL | None = None, **options: Any) -> sa.Engine:
        """Return an engine of its own; it is disposed of when the test ends."""
        self._opened.append(sa.create_engine(address or self.address, **options))
        return self._opened[-1]

    def units(self, *, port: int | None = None, **options: Any) -> UnitFactory:
        """Return units over a store on connections of its own, through another port where one is given."""
        address = self.address if port is None else self.address.set(port=port)
        return UnitFactory(SqlStore(self.engine(address, **options)), KINDS, sleep=lambda _: None)

    def numbers(self) -> list[str]:
        """Return who is stored, read on a new connection, after each of them was found whole."""
        return numbers(self.units(), self.tenant)

    def close(self) -> None:
        """Give back all connections."""
        for engine in self._opened:
            engine.dispose()


def _alive(url: str) -> bool:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        engine.connect().close()
    except sa.exc.DBAPIError:
        return False
    return True


def person(number: str, **fields: Any) -> Employee:
    return Employee(id=f"id {number}", number=number, name="0", **fields)


def hire(units: UnitFactory, tenant: str, number: str) -> None:
    """Store somebody in a unit that is run until it is stored."""
    units.run(tenant, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person(number)))


def one_more(unit: UnitOfWork, number: str = "counter") -> None:
    """Count up, in the name of somebody."""
    people = unit.repository(EMPLOYEE)
    counter = people.get(f"id {number}")
    people.change(counter, name=str(int(counter.name) + 1))


def numbers(units: UnitFactory, tenant: str) -> list[str]:
    """Return the numbers of all people; each has an unbroken history, an event for each entry, and a state at its end."""
    with units.unit(tenant, ACTOR, write=False) as unit:
        people = unit.repository(EMPLOYEE).list()
        events = [(event.id, event.version) for event in unit.transaction.events(tenant, None, 100_000)]
        entries: list[tuple[str, int]] = []
        for each in people:
            entries += [(each.id, version) for version in _versions(unit, each)]
    assert sorted(events) == sorted(entries)
    return [each.number for each in people]


def _versions(unit: UnitOfWork, person: Employee) -> list[int]:
    head, changes = GENESIS, unit.changes(EMPLOYEE, person.id)
    for change in changes:
        head = chained(
            head, unit.tenant, change.kind, change.id, change.version, change.operation, change.format, change.at,
            change.actor, change.command, change.reason, change.body or "",
        )  # fmt: skip
        assert head == change.head
    row = unit.transaction.get(EMPLOYEE, unit.tenant, person.id)
    assert row is not None
    assert (person.version, head) == (row.version, row.head)
    assert [change.version for change in changes] == list(range(1, person.version + 1))
    return [change.version for change in changes]


def in_threads(count: int, work: Any) -> None:
    """Run ``work`` with the numbers below ``count`` at once; raise what any of them raised."""
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


def counter_of(units: UnitFactory, tenant: str, number: str = "counter") -> int:
    with units.unit(tenant, ACTOR, write=False) as unit:
        return int(unit.repository(EMPLOYEE).get(f"id {number}").name)


def opened(store: Driver) -> UnitFactory:
    return UnitFactory(store, KINDS, sleep=lambda _: None)


class Counted:
    """A cursor that says when a statement is about to be sent."""

    def __init__(self, cursor: Any, tell: Callable[[], None]) -> None:
        self._cursor = cursor
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._cursor, name)
        if name not in {"execute", "executemany", "copy"}:
            return found

        def sending(*words: Any) -> Any:
            self._tell()
            return found(*words)

        return sending


def die_before(statement: int) -> None:
    """Let this process kill itself before the n-th statement of its units on SQL, a COMMIT counted among them."""
    numbers = count(1)
    begin, commit = SqlTransaction.__init__, SqlTransaction.commit

    def tell() -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def beginning(self: SqlTransaction, *words: Any) -> None:
        begin(self, *words)
        self._cursor = Counted(self._cursor, tell)

    def committing(self: SqlTransaction) -> None:
        tell()
        commit(self)

    SqlTransaction.__init__, SqlTransaction.commit = beginning, committing
