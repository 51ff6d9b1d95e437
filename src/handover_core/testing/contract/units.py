"""Units of work: all or nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import evolve

from handover_core.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    UnitClosed,
    UnitDoomed,
)
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import ContainsAny, Eq
from handover_core.testing.contract.support import put, someone
from handover_core.testing.harness import ACTOR, Harness
from handover_core.values import ExternalReference


class UnitsContract:
    """Units of work: all or nothing."""

    def test_leaving_without_commit_keeps_nothing(self, harness: Harness) -> None:
        """State, history and outbox alike."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            person = unit.repository(EMPLOYEE).add(someone())
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == []
            assert unit.changes(EMPLOYEE, person.id) == []
            assert unit.transaction.events(tenant, None, 10) == []

    def test_a_failed_write_dooms_the_unit(self, harness: Harness) -> None:
        """Nothing more is accepted, and nothing of the unit is kept."""
        tenant = harness.tenant()
        (first,) = put(harness, tenant, someone(number="1"))
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).add(someone(number="2"))
            with pytest.raises(InvalidInput):
                unit.repository(EMPLOYEE).add(someone(number="x" * 65))
            for act in (unit.commit, unit.repository(EMPLOYEE).list):
                with pytest.raises(UnitDoomed):
                    act()
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == [first]

    def test_a_unit_is_used_inside_its_with_statement_only(self, harness: Harness) -> None:
        """Before, after, and after its commit it is closed; a reading unit does not write."""
        unit = harness.unit(harness.tenant())
        with pytest.raises(UnitClosed):
            unit.repository(EMPLOYEE).list()
        with unit:
            unit.commit()
            with pytest.raises(UnitClosed):
                unit.repository(EMPLOYEE).list()
        with harness.unit(harness.tenant(), write=False) as reading, pytest.raises(UnitClosed):
            reading.repository(EMPLOYEE).add(someone())

    def test_a_token_is_stored_once(self, harness: Harness) -> None:
        """So a unit that is repeated after a lost answer finds out that it has landed."""
        tenant, token = harness.tenant(), new_id()
        with harness.unit(tenant, token=token) as unit:
            unit.repository(EMPLOYEE).add(someone(number="1"))
            unit.commit()
        with harness.unit(tenant, token=token) as unit, pytest.raises(AlreadyExists) as raised:
            unit.repository(EMPLOYEE).add(someone(number="2"))
            unit.commit()
        assert raised.value.params["kind"] == "unit token"

    def test_a_bulk_in_chunks_goes_on_where_it_stopped(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was stored before the interruption is neither lost nor stored again."""
        monkeypatch.setattr("handover_core.storage.factory.CHUNK", 2)
        tenant = harness.tenant()
        people = [someone(number=str(place)) for place in range(5)]

        def interrupted() -> Iterator[Employee]:
            yield from people[:3]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            harness.units.append(tenant, ACTOR, EMPLOYEE, interrupted(), batch="b")
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).count() == 2
        for _ in range(2):
            assert harness.units.append(tenant, ACTOR, EMPLOYEE, people, batch="b") == 5
            with harness.unit(tenant, write=False) as unit:
                found = unit.repository(EMPLOYEE).list()
                assert found == sorted((evolve(each, version=1) for each in people), key=lambda person: person.id)
                assert len(unit.transaction.events(tenant, None, 10)) == 3

    @pytest.mark.parametrize("then", [1, 3, 4, 10])
    def test_a_bulk_loses_no_row_when_it_goes_on_in_other_chunks(
        self, harness: Harness, monkeypatch: pytest.MonkeyPatch, then: int
    ) -> None:
        """Nor when there are more rows than there were: either they are stored too, or it says which are there."""
        tenant = harness.tenant()
        people = [someone(number=str(place)) for place in range(9)]
        monkeypatch.setattr("handover_core.storage.factory.CHUNK", 2)
        assert harness.units.append(tenant, ACTOR, EMPLOYEE, people[:5], batch="b") == 5
        monkeypatch.setattr("handover_core.storage.factory.CHUNK", then)
        with pytest.raises(AlreadyExists) as raised:
            harness.units.append(tenant, ACTOR, EMPLOYEE, people, batch="b")
        assert raised.value.params["kind"] == EMPLOYEE.name
        monkeypatch.setattr("handover_core.storage.factory.CHUNK", 2)
        with pytest.raises(AlreadyExists):  # the last chunk had one row, and would have two
            harness.units.append(tenant, ACTOR, EMPLOYEE, people, batch="b")
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).count() == 5

    def test_a_clean_up_keeps_what_is_stored(self, harness: Harness) -> None:
        """Rows, their side values and their history; it may be repeated, and says in both languages what it did."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone(external=(ExternalReference("hr", "1"),)))
        for _ in range(2):
            found = harness.units.driver.schema.compact()
            assert found.complete is not bool(found.remains)
            assert all(text.en and text.zh for text in (*found.done, *found.remains))
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list(ContainsAny("external", ("hr:1",))) == [person]
            assert len(unit.changes(EMPLOYEE, person.id)) == 1

    def test_tenants_do_not_see_each_other(self, harness: Harness) -> None:
        """Not by id, key, question, count, history or outbox; the same keys may be used in both."""
        mine, other = harness.tenant(), harness.tenant()
        (person,) = put(harness, mine, someone(number="1"))
        put(harness, other, someone(number="1"))
        with harness.unit(other) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.peek(person.id) is None
            assert people.get_many([person.id]) == {}
            assert person not in people.list(Eq("number", "1"))
            assert people.count() == 1
            assert unit.changes(EMPLOYEE, person.id) == []
            assert person.id not in {event.id for event in unit.transaction.events(other, None, 10)}
            with pytest.raises(NotFound):
                people.save(evolve(person, name="stolen"))
