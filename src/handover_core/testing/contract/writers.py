"""Many writers at once: nothing that was acknowledged is lost, doubled or torn."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from handover_core.errors import (
    AlreadyExists,
    CommitUnknown,
    Contention,
    NotFound,
    StillReferenced,
    StorageUnavailable,
    VersionConflict,
)
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import OrgUnit
from handover_core.storage import Eq, UnitOfWork
from handover_core.testing.commits import CommitFault, FailingCommits
from handover_core.testing.contract.support import needs, put, someone
from handover_core.testing.harness import ACTOR, Harness

WRITERS, ROUNDS = 8, 4
LOST = (VersionConflict, Contention)
"""How one of two units that cannot both be right may learn it."""


def at_once(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run ``work`` in several threads that begin together; return what they raised."""
    begin = Barrier(count, timeout=30)
    raised: list[BaseException] = []

    def run(number: int) -> None:
        begin.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who looks at it
            raised.append(error)

    threads = [Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "writers wait for each other for good"
    return raised


def one_after_the_other(harness: Harness) -> bool:
    """Tell whether the second unit reads only after the first has ended, so that both may pass."""
    return not harness.capabilities.concurrent_writers


def increment(unit: UnitOfWork) -> None:
    """Read a number and write the next one."""
    people = unit.repository(EMPLOYEE)
    counter = people.get("counter")
    people.change(counter, name=str(int(counter.name) + 1))


class WritersContract:
    """Many writers at once."""

    def test_eight_writers_on_one_aggregate_lose_no_update(self, harness: Harness) -> None:
        """Each reads a number and writes the next; every acknowledged one is there, with its entry and its event."""
        tenant = harness.tenant()
        put(harness, tenant, someone(id="counter", name="0"))
        units = harness.units
        acknowledged: list[int] = []

        def work(_: int) -> None:
            for _ in range(ROUNDS):
                try:
                    units.run(tenant, ACTOR, increment)
                except LOST:
                    continue
                acknowledged.append(1)

        assert at_once(WRITERS, work) == []
        assert_counted(harness, tenant, len(acknowledged))
        assert len(acknowledged) >= WRITERS

    def test_eight_writers_in_one_company_do_not_hinder_each_other_for_good(self, harness: Harness) -> None:
        """Each stores people of its own; all are there, once."""
        tenant = harness.tenant()
        units = harness.units

        def work(number: int) -> None:
            for place in range(ROUNDS):
                person = someone(number=f"{number}-{place}")
                units.run(tenant, ACTOR, lambda unit, one=person: unit.repository(EMPLOYEE).add(one))  # type: ignore[misc]

        assert at_once(WRITERS, work) == []
        with harness.unit(tenant, write=False) as unit:
            found = sorted(person.number for person in unit.repository(EMPLOYEE).list())
            assert len(unit.transaction.events(tenant, None, 100)) == len(found)
        assert found == [f"{number}-{place}" for number in range(WRITERS) for place in range(ROUNDS)]

    def test_processes_lose_no_update(self, harness: Harness) -> None:
        """Like threads, where the store may be shared by several processes."""
        needs(harness, "processes")
        tenant = harness.tenant()
        put(harness, tenant, someone(id="counter", name="0"))
        harness.shut()

        def work() -> None:
            code = 1
            warnings.simplefilter("ignore")  # drivers warn of the fork itself
            try:
                for _ in range(ROUNDS):
                    harness.units.run(tenant, ACTOR, increment)
                code = 0
            finally:
                os._exit(code)

        fork = multiprocessing.get_context("fork")
        processes = [fork.Process(target=work) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(120)
        assert [process.exitcode for process in processes] == [0, 0, 0]
        assert_counted(harness, tenant, 3 * ROUNDS)

    def test_two_units_cannot_race_past_a_rule_that_spans_them(self, harness: Harness) -> None:
        """Each requires what the other changes, and at most one is stored: no write skew."""
        tenant = harness.tenant()
        put(harness, tenant, someone(id="left"), someone(id="right"))
        self._race(
            harness,
            lambda number, unit, read: self._require_and_change(unit, ("left", "right")[:: 1 - 2 * number], read),
            tenant,
        )
        with harness.unit(tenant, write=False) as unit:
            versions = sorted(person.version for person in unit.repository(EMPLOYEE).list())
        assert versions in ([1, 1], [1, 2]) or one_after_the_other(harness)

    @staticmethod
    def _require_and_change(unit: UnitOfWork, ids: tuple[str, ...], read: Callable[[], None]) -> None:
        people = unit.repository(EMPLOYEE)
        required, changed = people.get(ids[0]), people.get(ids[1])
        read()
        people.require(required)
        people.change(changed, name="changed")

    def test_two_units_that_touch_the_same_row_do_not_both_pass(self, harness: Harness) -> None:
        """So a rule over rows that do not exist yet holds: one of them has to run again, and sees the other's row."""
        tenant = harness.tenant()
        put(harness, tenant, someone(id="guard"))

        def work(number: int, unit: UnitOfWork, read: Callable[[], None]) -> None:
            guard = unit.repository(EMPLOYEE).get("guard")
            read()
            unit.repository(EMPLOYEE).touch(guard)
            unit.repository(EMPLOYEE).add(someone(number=f"new {number}"))

        self._race(harness, work, tenant)
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).count() <= 2 or one_after_the_other(harness)

    def test_a_reference_and_the_end_of_its_target_do_not_both_pass(self, harness: Harness) -> None:
        """Whoever refers to a row in the moment of its deletion is refused, or the deletion is; in either order."""
        tenant = harness.tenant()
        for round_ in range(6):
            id_ = f"unit {round_}"
            with harness.unit(tenant) as unit:
                unit.repository(ORG_UNIT).add(OrgUnit(id=id_, code=id_, name="Sales"))
                unit.commit()

            def work(
                number: int, unit: UnitOfWork, read: Callable[[], None], id_: str = id_, first: int = round_ % 2
            ) -> None:
                sales = unit.repository(ORG_UNIT).peek(id_)
                read()
                if sales is not None and number == first:
                    unit.repository(ORG_UNIT).delete(sales)
                elif sales is not None:
                    unit.repository(EMPLOYEE).add(someone(unit_id=id_))

            self._race(harness, work, tenant, NotFound, StillReferenced)
            with harness.unit(tenant, write=False) as unit:
                there = unit.repository(ORG_UNIT).peek(id_) is not None
                assert there or not unit.repository(EMPLOYEE).list(Eq("unit_id", id_))

    @staticmethod
    def _race(
        harness: Harness,
        work: Callable[[int, UnitOfWork, Callable[[], None]], None],
        tenant: str,
        *more: type[Exception],
    ) -> None:
        """Run two units that both read before either writes, where the store lets writers run at once."""
        both = Barrier(2, timeout=30)
        harness.units  # noqa: B018 - opened here, not by two threads at once

        def meet() -> None:
            if harness.capabilities.concurrent_writers:
                both.wait()

        def run(number: int) -> None:
            with harness.unit(tenant) as unit:
                work(number, unit, meet)
                unit.commit()

        raised = at_once(2, run)
        assert [error for error in raised if not isinstance(error, (*LOST, *more))] == []

    @pytest.mark.parametrize("landed", [True, False])
    def test_a_commit_whose_answer_was_lost_is_neither_lost_nor_doubled(self, harness: Harness, landed: bool) -> None:
        """The token decides: where the first attempt landed its result is returned, else it is done again."""
        tenant = harness.tenant()
        fault = CommitFault(CommitUnknown("cut"), landed)
        units = harness.units.over(FailingCommits(harness.units.driver, fault))
        person = units.run(tenant, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(someone(number="1")))
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == [person]
            assert len(unit.transaction.events(tenant, None, 10)) == 1

    def test_a_commit_that_fails_keeps_nothing(self, harness: Harness) -> None:
        """The error reaches the caller, and the store goes on working."""
        tenant = harness.tenant()
        units = harness.units.over(
            FailingCommits(harness.units.driver, CommitFault(StorageUnavailable("full"), landed=False))
        )
        with pytest.raises(StorageUnavailable):
            units.run(tenant, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(someone(number="1")))
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == []
        units.run(tenant, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(someone(number="1")))
        with harness.unit(tenant) as unit, pytest.raises(AlreadyExists):
            unit.repository(EMPLOYEE).add(someone(number="1"))
            unit.commit()


def assert_counted(harness: Harness, tenant: str, expected: int) -> None:
    """Compare the counter, its history and its events with the acknowledged increments."""
    with harness.unit(tenant, write=False) as unit:
        counter = unit.repository(EMPLOYEE).get("counter")
        changes = unit.changes(EMPLOYEE, "counter")
        events = unit.transaction.events(tenant, None, 10_000)
    assert counter.name == str(expected)
    assert counter.version == expected + 1
    assert [change.version for change in changes] == list(range(1, expected + 2))
    assert len(events) == expected + 1
