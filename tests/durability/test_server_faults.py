"""Servers that are killed, connections that are ended or cut: what was acknowledged is stored, once and whole."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from faults import ACTOR, Ground, hire, in_threads, person
from handover_core.errors import CommitUnknown, StorageUnavailable
from handover_core.organization.kinds import EMPLOYEE
from servers.proxy import Proxy, When

WRITERS, ENOUGH = 4, 25


def test_a_server_killed_under_writers_loses_nothing_that_it_acknowledged(ground: Ground) -> None:
    """Writers go on through SIGKILL and restart. Each unit is acknowledged, refused, or said to be unknown.

    An acknowledged one is stored, a refused one (`StorageUnavailable`) is not, and one that is unknown
    (`CommitUnknown`) is either, but never half of it.
    """
    units = ground.units()
    acknowledged: set[str] = set()
    refused: set[str] = set()
    unknown: set[str] = set()
    half, back, enough = threading.Event(), threading.Event(), threading.Event()

    def write(writer: int) -> None:
        number = 0
        while not enough.is_set():
            name = f"{writer}.{number}"
            number += 1
            try:
                hire(units, ground.tenant, name)
            except CommitUnknown:
                unknown.add(name)
            except StorageUnavailable:
                refused.add(name)
                back.wait(60)
            else:
                acknowledged.add(name)
            if len(acknowledged) > ENOUGH:
                half.set()
            if back.is_set() and len(acknowledged) > 2 * ENOUGH:
                enough.set()

    def kill(_: int) -> None:
        half.wait(60)
        ground.daemon.kill()
        ground.daemon.restart()
        back.set()

    in_threads(WRITERS + 1, lambda number: kill(number) if number == WRITERS else write(number))

    stored = ground.numbers()
    assert len(stored) == len(set(stored))
    assert acknowledged <= set(stored) <= acknowledged | unknown
    assert refused


def test_the_first_unit_after_a_restart_works(ground: Ground) -> None:
    """Connections that died with the server are thrown away, however many of them the pool holds."""
    units = ground.units(pool_size=5)
    together = threading.Barrier(5)

    def hold(number: int) -> None:
        with units.unit(ground.tenant, ACTOR) as unit:
            unit.repository(EMPLOYEE).add(person(str(number)))
            together.wait(30)
            unit.commit()

    in_threads(5, hold)
    ground.daemon.restart()
    hire(units, ground.tenant, "after")
    assert {"0", "1", "2", "3", "4", "after"} == set(ground.numbers())


def end(ground: Ground, cursor: Any) -> None:
    """End the connection of a cursor as an administrator does."""
    number, kill = WHO[ground.address.get_backend_name()]
    cursor.execute(number)
    (pid,) = cursor.fetchone()
    with ground.engine(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(kill.format(pid)).close()


WHO = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend({})"),
    "mariadb": ("SELECT CONNECTION_ID()", "KILL {}"),
}


@pytest.mark.parametrize("written", [False, True])
def test_a_unit_whose_connection_is_ended_is_refused_and_keeps_nothing(ground: Ground, written: bool) -> None:
    """`StorageUnavailable`, not unknown, since no commit was sent. The next unit has another connection."""
    units = ground.units()
    with pytest.raises(StorageUnavailable) as raised, units.unit(ground.tenant, ACTOR) as unit:
        if written:
            unit.repository(EMPLOYEE).add(person("1"))
        end(ground, unit.transaction._cursor)
        unit.repository(EMPLOYEE).add(person("2"))
    assert type(raised.value) is StorageUnavailable
    hire(units, ground.tenant, "3")
    assert ["3"] == ground.numbers()


def test_a_connection_ended_before_the_commit_makes_it_unknown_and_it_is_done_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The COMMIT goes into a line that is closed already: the second attempt finds no token and stores the unit."""
    units = ground.units()
    dialect = units.driver._dialect
    commit, cursors = dialect.commit, []

    def ending(connection: Any, cursor: Any) -> None:
        cursors.append(cursor)
        if len(cursors) == 1:
            end(ground, cursor)
        commit(connection, cursor)

    monkeypatch.setattr(dialect, "commit", ending)
    hire(units, ground.tenant, "1")
    assert 2 == len(cursors)
    assert ["1"] == ground.numbers()


@pytest.mark.parametrize("when", list(When))
def test_a_line_cut_at_the_commit_neither_loses_nor_doubles(ground: Ground, proxy: Proxy, when: When) -> None:
    """Nothing of the COMMIT arrives, half of it, or all but the answer: the caller cannot tell, and need not.

    The unit runs again with the same token, which says whether the first attempt had landed.
    """
    units = ground.units(port=proxy.port)
    hire(units, ground.tenant, "0")
    proxy.cut_at(b"COMMIT", when)
    hire(units, ground.tenant, "1")
    hire(units, ground.tenant, "2")
    assert 1 == proxy.done
    assert ["0", "1", "2"] == ground.numbers()


@pytest.mark.parametrize("when", list(When))
def test_a_line_cut_at_the_commit_and_gone_leaves_the_commit_unknown(ground: Ground, proxy: Proxy, when: When) -> None:
    """`CommitUnknown` is raised, since nobody can tell; what is stored is all of the unit or nothing."""
    units = ground.units(port=proxy.port)
    hire(units, ground.tenant, "0")
    proxy.cut_at(b"COMMIT", when)
    proxy.refuse(refusing=True)
    with pytest.raises(CommitUnknown):
        hire(units, ground.tenant, "1")
    assert ["0", *["1"] * (when is When.AFTER)] == ground.numbers()


@pytest.mark.parametrize("when", list(When))
def test_a_line_cut_at_a_write_refuses_the_unit(ground: Ground, proxy: Proxy, when: When) -> None:
    """`StorageUnavailable`: no commit was sent, so nothing is stored and nothing is in doubt."""
    units = ground.units(port=proxy.port)
    hire(units, ground.tenant, "0")
    proxy.cut_at(b"ho_employee", when, after=0)
    with pytest.raises(StorageUnavailable) as raised:
        hire(units, ground.tenant, "1")
    assert type(raised.value) is StorageUnavailable
    hire(units, ground.tenant, "2")
    assert ["0", "2"] == ground.numbers()
