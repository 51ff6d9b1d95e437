"""Joined units: part of the host's transaction, and never the end of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from handover_core.errors import AlreadyExists, HandoverError, StorageUnavailable, TransactionLost, VersionConflict
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import OrgUnit
from handover_core.storage import Put, Register, UnitFactory
from handover_core.testing.contract.support import needs, put, someone
from handover_core.testing.harness import ACTOR, Harness, Host


def numbers(units: UnitFactory, tenant: str) -> set[str]:
    """Return the numbers of the people that these units see."""
    with units.unit(tenant, ACTOR, write=False) as unit:
        return {person.number for person in unit.repository(EMPLOYEE).list()}


def hire(units: UnitFactory, tenant: str, number: str) -> None:
    """Store somebody and commit the unit."""
    with units.unit(tenant, ACTOR) as unit:
        unit.repository(EMPLOYEE).add(someone(number=number))
        unit.commit()


class JoinedContract:
    """Joined units; needs the capability ``joins`` and a harness that opens transactions of a host."""

    @pytest.fixture
    def begin(self, harness: Harness) -> Callable[[], Host]:
        """Return what opens a transaction of a host."""
        needs(harness, "joins")
        return harness.host

    def test_what_the_host_commits_is_stored(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """Its units are seen inside before, and by others after, with history and outbox."""
        tenant, host = harness.tenant(), begin()
        units = harness.joined(host)
        assert units.driver.capabilities.joined
        hire(units, tenant, "1")
        hire(units, tenant, "2")
        assert {"1", "2"} == numbers(units, tenant)
        host.commit()
        assert {"1", "2"} == numbers(harness.units, tenant)
        with harness.unit(tenant, write=False) as unit:
            assert len(unit.transaction.events(tenant, None, 10)) == 2

    def test_what_the_host_rolls_back_never_was(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """State, history and outbox alike."""
        tenant, host = harness.tenant(), begin()
        hire(harness.joined(host), tenant, "1")
        host.rollback()
        assert numbers(harness.units, tenant) == set()
        with harness.unit(tenant, write=False) as unit:
            assert unit.transaction.events(tenant, None, 10) == []

    @pytest.mark.parametrize("leave", ["refused", "left", "conflict"])
    def test_a_unit_that_does_not_commit_undoes_itself_or_says_that_all_is_lost(
        self, harness: Harness, begin: Callable[[], Host], leave: str
    ) -> None:
        """With ``savepoints`` the host goes on with what it had; without, it is told to roll back, and nothing is kept."""
        tenant = harness.tenant()
        (first,) = put(harness, tenant, someone(number="1"))
        host = begin()
        units = harness.joined(host)
        hire(units, tenant, "2")
        lost = False
        try:
            with units.unit(tenant, ACTOR) as unit:
                people = unit.repository(EMPLOYEE)
                people.add(someone(number="3"))
                if leave == "refused":
                    with pytest.raises(AlreadyExists):
                        people.add(someone(number="1"))
                        unit.commit()
                elif leave == "conflict":
                    with pytest.raises(VersionConflict):
                        people.save(evolve(first, name="stale", version=7))
        except TransactionLost:
            lost = True
        if harness.capabilities.savepoints:
            assert not lost
            assert numbers(units, tenant) == {"1", "2"}
            host.commit()
            assert numbers(harness.units, tenant) == {"1", "2"}
        else:
            with pytest.raises(TransactionLost):
                numbers(units, tenant)
            host.rollback()
            assert numbers(harness.units, tenant) == {"1"}

    def test_nothing_is_tried_again(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """A conflict reaches the host at once: the transaction, and what else it did in it, are the host's."""
        tenant, host = harness.tenant(), begin()
        runs: list[int] = []

        def conflicting(_: object) -> None:
            runs.append(1)
            raise VersionConflict("employee", "1")

        with pytest.raises(HandoverError):
            harness.joined(host).run(tenant, ACTOR, conflicting)
        host.rollback()
        assert runs == [1]

    def test_a_host_without_a_transaction_is_refused(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """When joining, or at the first unit; so is one whose transaction has ended."""
        host = begin()
        host.rollback()
        with pytest.raises(StorageUnavailable):
            numbers(harness.joined(host), harness.tenant())

    def test_a_unit_builds_on_the_one_before_it(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """It refers to what that stored, requires what it changed, and deletes what it let go; the host commits all."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            unit.repository(ORG_UNIT).add(OrgUnit(id="old", code="old", name="Old"))
            unit.repository(EMPLOYEE).add(someone(id="1", unit_id="old"))
            unit.commit()
        host = begin()
        units = harness.joined(host)
        with units.unit(tenant, ACTOR) as unit:
            unit.repository(ORG_UNIT).add(OrgUnit(id="new", code="new", name="New"))
            unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("1"), unit_id=None)
            unit.commit()
        with units.unit(tenant, ACTOR) as unit:
            unit.repository(EMPLOYEE).add(someone(id="2", unit_id="new"))
            unit.repository(EMPLOYEE).require(unit.repository(EMPLOYEE).get("1"))
            unit.repository(ORG_UNIT).delete(unit.repository(ORG_UNIT).get("old"))
            unit.commit()
        host.commit()
        with harness.unit(tenant, write=False) as unit:
            assert [person.unit_id for person in unit.repository(EMPLOYEE).list()] == [None, "new"]
            assert [each.id for each in unit.repository(ORG_UNIT).list()] == ["new"]

    def test_units_in_one_transaction_follow_each_other(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """One inside another is refused: when the outer one ended, the inner one's rows might go with it."""
        tenant, host = harness.tenant(), begin()
        units = harness.joined(host)
        with units.unit(tenant, ACTOR, write=False), pytest.raises(StorageUnavailable):
            hire(units, tenant, "1")
        hire(units, tenant, "2")
        host.commit()
        assert numbers(harness.units, tenant) == {"2"}

    def test_registers_go_with_their_unit_and_with_the_host(self, harness: Harness, begin: Callable[[], Host]) -> None:
        """What one unit put is there for the next; what a unit that is left put, dropped or took away never was."""
        needs(harness, "savepoints")
        tenant = harness.tenant()
        put(harness, tenant, someone(number="1"))
        host = begin()
        units = harness.joined(host)
        with units.unit(tenant, ACTOR) as unit:
            unit.transaction.put_registers(tenant, [Put("lease", "a", "1"), Put("lease", "b", "1")])
            unit.commit()
        with units.unit(tenant, ACTOR) as unit:
            unit.transaction.put_registers(tenant, [Put("lease", "a", "2", 1), Put("lease", "c", "1")])
            unit.transaction.drop_registers(tenant, [("lease", "b", 1)])
            unit.transaction.drop_events(tenant, unit.transaction.events(tenant, None, 10))
        for refused in (Put("lease", "a", "new"), Put("lease", "a", "stale", 7)):
            with units.unit(tenant, ACTOR) as unit, pytest.raises((AlreadyExists, VersionConflict)):
                unit.transaction.put_registers(tenant, [refused])
                unit.commit()
        with units.unit(tenant, ACTOR) as unit, pytest.raises(VersionConflict):
            unit.transaction.drop_registers(tenant, [("lease", "a", 7)])
            unit.commit()
        with units.unit(tenant, ACTOR) as unit:
            unit.transaction.drop_registers(tenant, [("lease", "b", 1)])
            unit.transaction.put_registers(tenant, [Put("lease", "a", "2", 1)])
            unit.commit()
        host.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.transaction.registers(tenant, "lease", None, 9) == [Register("lease", "a", 2, "2")]
            assert len(unit.transaction.events(tenant, None, 10)) == 1
