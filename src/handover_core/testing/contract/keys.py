"""Keys and versions: nothing is overwritten."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from attrs import evolve

from handover_core.errors import (
    AlreadyExists,
    Contention,
    IdUsedBefore,
    NotFound,
    VersionConflict,
)
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Eq, UnitOfWork
from handover_core.testing.contract.support import needs, put, someone
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import TRICKY


class KeysContract:
    """Keys and versions: nothing is overwritten."""

    def test_keys_are_exact(self, harness: Harness) -> None:
        """Case, accents, width and trailing spaces make different values; none of them collides or is found for another."""
        tenant = harness.tenant()
        people = put(harness, tenant, *(someone(number=word) for word in TRICKY))
        with harness.unit(tenant, write=False) as unit:
            for word, person in zip(TRICKY, people, strict=True):
                assert unit.repository(EMPLOYEE).list(Eq("number", word)) == [person]

    def test_insert_never_overwrites(self, harness: Harness) -> None:
        """A taken id or unique value is refused, and what stood there stays."""
        tenant = harness.tenant()
        (first,) = put(harness, tenant, someone(number="1"))
        for other in (evolve(first, name="other", number="2"), someone(number="1")):
            with harness.unit(tenant) as unit, pytest.raises(AlreadyExists) as raised:
                unit.repository(EMPLOYEE).add(other)
                unit.commit()
            assert not isinstance(raised.value, IdUsedBefore), "the row refuses it, before its history does"
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == [first]

    def test_bulk_insert_is_all_or_nothing(self, harness: Harness) -> None:
        """One taken key in a batch keeps the whole batch out."""
        tenant = harness.tenant()
        (first,) = put(harness, tenant, someone(number="1"))
        with harness.unit(tenant) as unit, pytest.raises(AlreadyExists):
            unit.repository(EMPLOYEE).add_many([someone(number="2"), someone(number="1")])
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == [first]

    def test_an_id_is_never_used_again(self, harness: Harness) -> None:
        """After a deletion, or in one unit; one by one, or in a bulk: the error names the id, and nothing is stored."""
        tenant = harness.tenant()
        first, other, gone = put(harness, tenant, *(someone(number=number) for number in "123"))
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).delete(gone)
            unit.commit()

        def back(unit: UnitOfWork) -> None:
            unit.repository(EMPLOYEE).add(evolve(gone, version=0))

        def back_in_a_bulk(unit: UnitOfWork) -> None:
            unit.repository(EMPLOYEE).add_many([someone(number="4"), evolve(gone, version=0), someone(number="5")])

        def gone_and_back(unit: UnitOfWork) -> None:
            added = unit.repository(EMPLOYEE).add(someone(number="6"))
            unit.repository(EMPLOYEE).delete(added)
            unit.repository(EMPLOYEE).add(evolve(added, version=0))

        for again in (back, back_in_a_bulk, gone_and_back):
            with harness.unit(tenant) as unit, pytest.raises(IdUsedBefore) as raised:
                again(unit)
                unit.commit()
            assert raised.value.params["kind"] == EMPLOYEE.name
            if again is not gone_and_back:
                assert raised.value.params["key"] == gone.id
            with harness.unit(tenant, write=False) as unit:
                assert {each.id for each in unit.repository(EMPLOYEE).list()} == {first.id, other.id}
                assert [each.version for each in unit.changes(EMPLOYEE, gone.id)] == [1, 2]

    def test_save_never_creates(self, harness: Harness) -> None:
        """Saving what is not stored is refused."""
        with harness.unit(harness.tenant()) as unit, pytest.raises(NotFound):
            unit.repository(EMPLOYEE).save(someone())

    def test_a_stale_version_is_refused(self, harness: Harness) -> None:
        """Of two changes to the same version only the first is stored."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        with harness.unit(tenant) as unit:
            second = unit.repository(EMPLOYEE).change(person, name="second")
            unit.commit()
        assert second.version == 2
        for stale in ("save", "delete", "require"):
            with harness.unit(tenant) as unit, pytest.raises(VersionConflict):
                getattr(unit.repository(EMPLOYEE), stale)(evolve(person, name="stale"))
                unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).get(person.id) == second

    def test_saving_without_a_change_stores_nothing(self, harness: Harness) -> None:
        """Neither version nor history moves; `touch` moves both."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        with harness.unit(tenant) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.save(person).version == 1
            assert len(unit.changes(EMPLOYEE, person.id)) == 1
            assert people.touch(person).version == 2
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert len(unit.changes(EMPLOYEE, person.id)) == 2

    def test_of_two_units_that_change_the_same_row_one_fails(self, harness: Harness) -> None:
        """Where writers run at once, the later one fails at its write or at its commit, and knows that it may try again."""
        needs(harness, "concurrent_writers")
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        both_have_read = Barrier(2, timeout=30)
        outcomes: list[str] = []

        def rename(name: str) -> None:
            try:
                with harness.unit(tenant) as unit:
                    found = unit.repository(EMPLOYEE).get(person.id)
                    both_have_read.wait()
                    unit.repository(EMPLOYEE).change(found, name=name)
                    unit.commit()
                outcomes.append(name)
            except (VersionConflict, Contention):
                outcomes.append("")

        threads = [Thread(target=rename, args=(name,)) for name in ("one", "other")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(map(bool, outcomes)) == [False, True]
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).get(person.id).name in outcomes
