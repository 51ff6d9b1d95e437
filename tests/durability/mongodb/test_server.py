"""A MongoDB server is killed and its lines are cut: what was acknowledged is stored, once and whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count

import pytest
from pymongo.errors import PyMongoError

from handover_core.errors import CommitUnknown, Contention, StorageUnavailable, VersionConflict
from handover_core.storage import UnitOfWork
from handover_core_mongo import MongoStore
from mongo_faults import ACTOR, TENANT, assert_whole, hired, in_threads, units_on
from servers.mongo import Daemon
from servers.proxy import Proxy, When


def test_a_server_killed_again_and_again_loses_nothing_that_was_acknowledged(
    daemon: Daemon, store: MongoStore, open_at: Callable[[int, str], MongoStore], name: str
) -> None:
    """Four clients write while it is killed by SIGKILL and started again, three times."""
    acknowledged: set[str] = set()
    unknown: set[str] = set()
    enough = threading.Semaphore(0)
    ended = threading.Event()

    def work(place: int) -> None:
        units = units_on(open_at(daemon.port, name))
        for number in count():
            if ended.is_set():
                return
            word = f"{place}-{number}"
            try:
                acknowledged.add(units.run(TENANT, ACTOR, hired(word)))
            except CommitUnknown:
                unknown.add(word)
            except (StorageUnavailable, Contention, VersionConflict):
                pass  # it says that nothing was stored; whether that is true is counted below
            enough.release()

    def kill() -> None:
        for _ in range(3):
            for _ in range(12):
                enough.acquire(timeout=60)
            daemon.kill()
            daemon.restart()
        for _ in range(12):
            enough.acquire(timeout=60)
        ended.set()

    killer = threading.Thread(target=kill)
    killer.start()
    in_threads(work, 4)
    killer.join(60)
    assert len(acknowledged) > 20
    assert_whole(store, acknowledged, frozenset(unknown))


def test_a_server_that_is_away_is_said_to_be_away(daemon: Daemon, store: MongoStore, name: str) -> None:
    """At once where nothing was sent, and the store works again when the server is back."""
    impatient = MongoStore.from_url(f"{daemon.url}/{name}?directConnection=true&serverSelectionTimeoutMS=50")
    daemon.kill()
    try:
        with pytest.raises(StorageUnavailable):
            units_on(impatient).run(TENANT, ACTOR, hired("1"))
    finally:
        daemon.restart()
        impatient.close()
    units_on(store).run(TENANT, ACTOR, hired("2"))
    assert_whole(store, {"2"})


# The network


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("when", When)
def test_a_line_cut_at_the_commit_loses_and_doubles_nothing(
    store: MongoStore, proxy: Proxy, far: MongoStore, when: When, times: int
) -> None:
    """Before, in the midst of and after it. pymongo repeats a commit once by itself; then the unit's token decides."""
    units = units_on(far, sleep=lambda _: None)
    proxy.cut_at(b"commitTransaction", when, times=times)
    assert "1" == units.run(TENANT, ACTOR, hired("1"))
    # Once it has landed and its answer was lost twice, the token is found before a third commit is sent.
    assert proxy.done == (min(times, 2) if when is When.AFTER else times)
    assert_whole(store, {"1"})


@pytest.mark.parametrize("when", [When.BEFORE, When.AFTER])
def test_a_unit_driven_by_hand_is_told_that_its_commit_is_unknown(
    store: MongoStore, proxy: Proxy, far: MongoStore, when: When
) -> None:
    """Where the answer is lost it has landed; where the question is lost it has not, and what it held is free again."""
    units = units_on(far)
    proxy.cut_at(b"commitTransaction", when, times=2)
    with units.unit(TENANT, ACTOR) as unit:
        hired("1")(unit)
        with pytest.raises(CommitUnknown) as raised:
            unit.commit()
    assert isinstance(raised.value.__cause__, PyMongoError)
    units.run(TENANT, ACTOR, hired("2"))
    assert_whole(store, {"2"} if when is When.BEFORE else {"1", "2"})


@pytest.mark.parametrize("when", When)
def test_a_line_cut_at_any_message_leaves_nothing_half_done(
    store: MongoStore, proxy: Proxy, far: MongoStore, name: str, when: When
) -> None:
    """Whatever the message: the unit is done again from its loads, and is there once."""
    units = units_on(far, sleep=lambda _: None)
    done: set[str] = set()
    for place in count():
        proxy.cut_at(name.encode(), when, after=place)
        done.add(units.run(TENANT, ACTOR, hired(str(place))))
        assert_whole(store, done)
        if not proxy.done:
            break
    assert place > 5


def test_a_store_that_is_cut_off_for_good_says_so(store: MongoStore, proxy: Proxy, name: str) -> None:
    """Never with an error that would promise that nothing was stored: what may have landed stays unknown."""
    away = MongoStore.from_url(
        f"mongodb://127.0.0.1:{proxy.port}/{name}?directConnection=true&serverSelectionTimeoutMS=1000"
    )
    try:
        units = units_on(away, sleep=lambda _: None, attempts=3)
        proxy.cut_at(b"commitTransaction", When.AFTER, times=9)

        def last(unit: UnitOfWork) -> str:
            found = hired("1")(unit)
            proxy.refuse(refusing=True)
            return found

        with pytest.raises(CommitUnknown):
            units.run(TENANT, ACTOR, last)
    finally:
        away.close()
    assert_whole(store, {"1"})
