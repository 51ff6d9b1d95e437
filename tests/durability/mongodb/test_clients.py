"""Clients that are killed, and hosts whose transaction is lost under a joined unit."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count

import pytest
from pymongo import monitoring

from handover_core.errors import Contention, TransactionLost
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import OrgUnit
from handover_core_mongo import MongoStore
from hosts import MongoHost
from mongo_faults import ACTOR, TENANT, assert_whole, contents, hired, in_processes, one_more, several_writes, units_on
from servers.mongo import Daemon
from servers.proxy import Proxy, When


def test_four_processes_lose_no_update(daemon: Daemon, store: MongoStore, name: str) -> None:
    """Each reads a number and writes the next one, all on one document."""

    def work(place: int) -> None:
        units = units_on(MongoStore.from_url(f"{daemon.url}/{name}"), attempts=40)
        for number in range(20):
            units.run(TENANT, ACTOR, hired(f"{place}-{number}"))
        os._exit(0)

    assert [0] * 4 == in_processes(work, 4)
    assert_whole(store, {f"{place}-{number}" for place in range(4) for number in range(20)})


class Dying(monitoring.CommandListener):
    """Kills its process before the n-th message."""

    def __init__(self, place: int) -> None:
        self._place = place

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in {"hello", "endSessions"}:
            return
        self._place -= 1
        if self._place < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


def test_a_client_killed_at_any_message_leaves_nothing_half_done(daemon: Daemon, store: MongoStore, name: str) -> None:
    """Nothing of the unit is there; its rows are free when the server ends what the client left, and it is done once."""
    before = contents(store)

    def work(place: int) -> Callable[[int], None]:
        def killed(_: int) -> None:
            monitoring.register(Dying(place))
            units_on(MongoStore.from_url(f"{daemon.url}/{name}")).run(TENANT, ACTOR, several_writes)
            os._exit(0)

        return killed

    for place in count():
        (code,) = in_processes(work(place), 1)
        # The transaction that the dead left behind: a server ends it by itself after a minute.
        store._collections.client.admin.command("killAllSessions", [])
        if code == 0:
            break
        assert -signal.SIGKILL == code
        assert before == contents(store), f"torn at message {place}"
    assert place > 10

    with units_on(store).unit(TENANT, ACTOR, write=False) as unit:
        people = unit.repository(EMPLOYEE)
        assert ["bulk 0", "bulk 1", "bulk 2", "counter", "new"] == [person.id for person in people.list()]
        assert "1" == people.get("counter").name
        assert [1, 2] == [change.version for change in unit.changes(ORG_UNIT, "gone")]


def test_what_a_killed_client_held_is_contended_until_the_server_ends_it(
    daemon: Daemon, store: MongoStore, name: str
) -> None:
    """Other rows are free at once."""

    def work(_: int) -> None:
        with units_on(MongoStore.from_url(f"{daemon.url}/{name}")).unit(TENANT, ACTOR) as unit:
            one_more(unit)
            os.kill(os.getpid(), signal.SIGKILL)

    in_processes(work, 1)
    units = units_on(store, sleep=lambda _: None, attempts=3)
    units.run(TENANT, ACTOR, lambda unit: unit.repository(ORG_UNIT).add(OrgUnit(id="s", code="S", name="Sales")))
    with pytest.raises(Contention):
        units.run(TENANT, ACTOR, one_more)
    store._collections.client.admin.command("killAllSessions", [])
    units.run(TENANT, ACTOR, one_more)
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert "1" == unit.repository(EMPLOYEE).get("counter").name


# A host's transaction


def test_a_host_whose_server_was_killed_is_told_that_all_is_lost(daemon: Daemon, store: MongoStore) -> None:
    """Its own document, the unit before and the unit that found out: none of them is stored."""
    mine = store._collections.database["invoices"]
    host = MongoHost(store)
    mine.insert_one({"_id": 1}, session=host.handle)
    joined = units_on(store).over(store.join(host.handle))
    joined.run(TENANT, ACTOR, hired("1"))
    daemon.kill()
    daemon.restart()
    with pytest.raises(TransactionLost):
        joined.run(TENANT, ACTOR, hired("2"))
    with pytest.raises(TransactionLost):
        joined.run(TENANT, ACTOR, hired("3"))
    host.rollback()
    assert 0 == mine.count_documents({})
    assert_whole(store, set())


def test_a_host_whose_line_was_cut_is_told_that_all_is_lost(store: MongoStore, proxy: Proxy, far: MongoStore) -> None:
    host = MongoHost(far)
    joined = units_on(far).over(far.join(host.handle))
    joined.run(TENANT, ACTOR, hired("1"))
    proxy.cut_at(b"insert", When.DURING)
    with pytest.raises(TransactionLost):
        joined.run(TENANT, ACTOR, hired("2"))
    host.rollback()
    assert_whole(store, set())
