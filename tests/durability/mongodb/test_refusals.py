"""What the server refuses, and rivals for the same rows."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.errors import PyMongoError

from handover_core.errors import (
    AlreadyExists,
    CommitUnknown,
    Contention,
    HandoverError,
    StorageUnavailable,
    VersionConflict,
)
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import UnitOfWork
from handover_core_mongo import MongoStore
from mongo_faults import ACTOR, TENANT, assert_whole, hired, in_threads, one_more, units_on
from servers.proxy import Proxy, When


def failing(store: MongoStore, command: str, times: int = 1, **data: Any) -> None:
    """Let the server refuse the next commands of that name."""
    store._collections.client.admin.command(
        "configureFailPoint", "failCommand", mode={"times": times}, data={"failCommands": [command], **data}
    )


TRANSIENT = {"errorLabels": ["TransientTransactionError"]}
UNKNOWN = {"errorLabels": ["UnknownTransactionCommitResult"]}


@pytest.mark.parametrize("command", ["find", "insert", "update", "commitTransaction"])
def test_a_write_conflict_is_contention_and_the_unit_runs_again(store: MongoStore, command: str) -> None:
    """112, at a statement or only at the commit."""
    failing(store, command, errorCode=112, **TRANSIENT)
    with units_on(store).unit(TENANT, ACTOR) as unit, pytest.raises(Contention) as raised:
        hired("1")(unit)
        unit.commit()
    assert isinstance(raised.value.__cause__, PyMongoError)
    failing(store, command, 3, errorCode=112, **TRANSIENT)
    units_on(store, sleep=lambda _: None).run(TENANT, ACTOR, hired("1"))
    assert_whole(store, {"1"})


@pytest.mark.parametrize("code", [24, 246, 251, 91, 189])
def test_an_error_that_the_server_calls_transient_is_contention(store: MongoStore, code: int) -> None:
    """Lock timeout, no snapshot, no such transaction, shutting down, no longer primary: nothing was stored."""
    failing(store, "insert", 2, errorCode=code, **TRANSIENT)
    with units_on(store).unit(TENANT, ACTOR) as unit, pytest.raises(Contention):
        hired("1")(unit)
    units_on(store, sleep=lambda _: None).run(TENANT, ACTOR, hired("1"))
    assert_whole(store, {"1"})


@pytest.mark.parametrize(
    "refusal", [{"errorCode": 64, **UNKNOWN}, {"errorCode": 251, **TRANSIENT}, {"closeConnection": True}]
)
def test_a_commit_that_is_not_clearly_refused_is_unknown_and_the_token_decides(
    store: MongoStore, refusal: dict[str, Any]
) -> None:
    """The majority did not answer in time, the transaction is not known any more, the connection is gone."""
    failing(store, "commitTransaction", 2, **refusal)
    with units_on(store).unit(TENANT, ACTOR) as unit:
        hired("1")(unit)
        with pytest.raises(CommitUnknown):
            unit.commit()
    failing(store, "commitTransaction", 2, **refusal)
    units_on(store, sleep=lambda _: None).run(TENANT, ACTOR, hired("2"))
    assert_whole(store, {"2"})


@pytest.mark.parametrize("code", [8000, 13, 14031])
def test_other_refusals_are_not_tried_again(store: MongoStore, code: int) -> None:
    """An unknown error, no right to write, no space on the disk."""
    failing(store, "insert", 1, errorCode=code)
    with pytest.raises(StorageUnavailable) as raised:
        units_on(store).run(TENANT, ACTOR, hired("1"))
    assert not isinstance(raised.value, CommitUnknown)
    assert_whole(store, set())


def test_who_may_not_end_sessions_is_none_the_worse(
    store: MongoStore, proxy: Proxy, far: MongoStore, name: str
) -> None:
    """What a cut line left open is ended by the server when its time is up; all other rows are free."""
    proxy.cut_at(name.encode(), When.DURING, after=2)
    with units_on(far).unit(TENANT, ACTOR) as unit, pytest.raises(Contention):
        one_more(unit)
        unit.commit()
    assert 1 == proxy.done
    failing(store, "killSessions", errorCode=13)
    units_on(far).run(TENANT, ACTOR, lambda unit: unit.repository(ORG_UNIT).add(OrgUnit(id="s", code="S", name="S")))
    with units_on(far).unit(TENANT, ACTOR, write=False) as unit:
        assert "0" == unit.repository(EMPLOYEE).get("counter").name
        assert 1 == unit.repository(ORG_UNIT).count()


# Rivals


@pytest.mark.parametrize("shared", [True, False])
def test_eight_writers_at_once_lose_no_update(store: MongoStore, shared: bool) -> None:
    """All on one aggregate, or each on rows of its own in one tenant, beside one department that all refer to."""
    units_on(store).run(TENANT, ACTOR, lambda unit: unit.repository(ORG_UNIT).add(OrgUnit(id="s", code="S", name="S")))
    failed: list[BaseException] = []

    def work(place: int) -> None:
        units = units_on(store, attempts=40)
        for number in range(10):
            word = f"{place}-{number}"

            def hire(unit: UnitOfWork, word: str = word) -> None:
                unit.repository(EMPLOYEE).add(Employee(id=word, number=word, name="new", unit_id="s"))

            try:
                units.run(TENANT, ACTOR, hired(word) if shared else hire)
            except HandoverError as error:
                failed.append(error)

    in_threads(work, 8)
    assert [] == failed
    with units_on(store).unit(TENANT, ACTOR, write=False) as unit:
        people = unit.repository(EMPLOYEE)
        assert 81 == people.count()
        assert ("80" if shared else "0") == people.get("counter").name
        assert 82 + (80 if shared else 0) == len(unit.transaction.events(TENANT, None, 1000))


@pytest.mark.parametrize("guard", ["require", "touch"])
def test_two_units_cannot_race_past_a_rule_over_both_rows(store: MongoStore, guard: str) -> None:
    """Each sees the other's row as it was and writes its own (write skew): of the two, one must go."""
    units = units_on(store)
    one, other = (Employee(id=id_, number=id_, name="on duty") for id_ in ("one", "other"))
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add_many([one, other]))

    def leave(unit: UnitOfWork, mine: str, theirs: str) -> None:
        people = unit.repository(EMPLOYEE)
        getattr(people, guard)(people.get(theirs))
        people.change(people.get(mine), name="off duty")

    with units.unit(TENANT, ACTOR) as first, units.unit(TENANT, ACTOR) as second:
        for unit in (first, second):
            assert {"0", "on duty"} == {person.name for person in unit.repository(EMPLOYEE).list()}
        leave(first, "one", "other")
        with pytest.raises((Contention, VersionConflict)):
            leave(second, "other", "one")
            second.commit()
        first.commit()
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert ["on duty", "off duty"] == [unit.repository(EMPLOYEE).get(id_).name for id_ in ("other", "one")]


def test_what_was_required_cannot_be_changed_by_a_unit_that_read_it_before(store: MongoStore) -> None:
    """Also when the one that required it has committed in between."""
    units = units_on(store)
    with units.unit(TENANT, ACTOR) as late:
        found = late.repository(EMPLOYEE).get("counter")
        with units.unit(TENANT, ACTOR) as early:
            early.repository(EMPLOYEE).require(found)
            early.repository(EMPLOYEE).add(Employee(id="1", number="1", name="new"))
            early.commit()
        with pytest.raises(Contention):
            late.repository(EMPLOYEE).change(found, name="1")
            late.commit()


def test_a_token_held_by_a_unit_that_has_not_ended_waits_for_its_end(store: MongoStore) -> None:
    """The rival sees contention, not the token, until it is decided; then it sees the token."""
    units = units_on(store)
    with units.unit(TENANT, ACTOR, token="same") as first:
        hired("1")(first)
        with units.unit(TENANT, ACTOR, token="same") as second, pytest.raises(Contention):
            hired("2")(second)
        first.commit()
    with units.unit(TENANT, ACTOR, token="same") as second, pytest.raises(AlreadyExists) as raised:
        hired("2")(second)
    assert "unit token" == raised.value.params["kind"]
    assert_whole(store, {"1"})
