"""Values: what goes in comes out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from handover_core.errors import (
    InvalidInput,
)
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Contains, Eq, FieldType, Ge, Kind, Lt, Order
from handover_core.testing.contract.support import declare, example_budget, needs, put, put_all, someone, type_of
from handover_core.testing.harness import ACTOR, Harness
from handover_core.testing.strategies import kinds, populations_of, scalars
from handover_core.values import ExternalReference, Scalar


class ValuesContract:
    """Values: what goes in comes out."""

    @example_budget
    @given(data=st.data(), kind=kinds)
    def test_what_was_stored_comes_back_equal_and_of_the_same_types(
        self, harness: Harness, data: st.DataObject, kind: Kind[Any]
    ) -> None:
        """Every kind, whatever its fields may hold; ``repr`` tells a closed word from a plain text."""
        tenant = harness.tenant()
        population = data.draw(populations_of(kind, most=3))
        stored = put_all(harness, tenant, population)
        given_ = [target for other, target in population.targets if other is kind] + list(population.members)
        assert stored == [evolve(each, version=1) for each in given_]
        with harness.unit(tenant, write=False) as unit:
            assert [repr(unit.repository(kind).get(each.id)) for each in stored] == list(map(repr, stored))
            for other, target in population.targets:
                assert unit.repository(other).get(target.id) == evolve(target, version=1)

    @example_budget
    @given(values=st.dictionaries(st.sampled_from("abc"), scalars, max_size=3))
    def test_custom_values_come_back_equal(self, harness: Harness, values: dict[str, Scalar]) -> None:
        """Decimals keep their digits, instants their microseconds, integers all 64 bits."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            for name, value in values.items():
                declare(unit, name, type_of(value))
            person = unit.repository(EMPLOYEE).add(someone(custom=values))
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert repr(dict(person.custom)) == repr(dict(unit.repository(EMPLOYEE).get(person.id).custom))

    def test_a_reopened_store_has_everything(self, harness: Harness) -> None:
        """What was committed is there after the store was closed and opened again."""
        needs(harness, "durable")
        tenant = harness.tenant()
        stored = put(harness, tenant, someone())
        units = harness.reopened()
        with units.unit(tenant, ACTOR, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == stored

    @pytest.mark.parametrize("name", ["nul \x00", "lone \ud800 surrogate"])
    def test_text_that_not_every_backend_can_keep_is_refused(self, harness: Harness, name: str) -> None:
        """NUL and lone surrogates are refused by the core, in columns and in bodies."""
        for person in (someone(name=name), someone(email=name)):
            with harness.unit(harness.tenant()) as unit, pytest.raises(InvalidInput):
                unit.repository(EMPLOYEE).add(person)

    def test_a_text_may_be_as_long_as_declared_and_no_longer(self, harness: Harness) -> None:
        """The maximum counts characters, whatever their width in bytes."""
        tenant = harness.tenant()
        put(harness, tenant, someone(number="😀" * 64, name="王" * 255))
        with harness.unit(tenant) as unit, pytest.raises(InvalidInput) as raised:
            unit.repository(EMPLOYEE).add(someone(number="x" * 65, name="y" * 256))
        assert [problem.path for problem in raised.value.problems] == ["number", "name"]

    @pytest.mark.parametrize("id", ["", "x" * 65, "nul \x00"], ids=["empty", "long", "nul"])
    def test_an_id_that_is_no_key_is_refused(self, harness: Harness, id: str) -> None:
        """Empty, longer than 64 characters, or with what cannot be stored: the core says so before the store does."""
        with harness.unit(harness.tenant()) as unit, pytest.raises(InvalidInput):
            unit.repository(EMPLOYEE).add(someone(id=id, number="1"))

    def test_the_widest_keys_fit(self, harness: Harness) -> None:
        """Company, id, unique values and searched values of the greatest width, in characters of four bytes."""
        wide = "𒀀"
        tenant = wide * 60 + new_id()[-4:]
        with harness.unit(tenant) as unit:
            person = unit.repository(EMPLOYEE).add(
                someone(
                    id=wide * 64, number=wide * 64, name=wide * 255, external=(ExternalReference("hr", wide * 250),)
                )
            )
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.list(Eq("number", wide * 64)) == people.list(Contains("name", wide * 255)) == [person]
            assert people.by_external("hr", [wide * 250]) == {wide * 250: person}

    def test_years_1_and_9999_and_64_bits_are_sorted_and_compared(self, harness: Harness) -> None:
        """In columns and in custom fields, whatever the time zone of the server or of the session."""
        tenant = harness.tenant()
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        with harness.unit(tenant) as unit:
            declare(unit, "at", FieldType.INSTANT)
            declare(unit, "count", FieldType.INTEGER)
            people = unit.repository(EMPLOYEE)
            low = people.add(someone(hired_on=date.min, custom={"at": first, "count": -(2**63)}))
            high = people.add(someone(hired_on=date.max, custom={"at": last, "count": 2**63 - 1}))
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.list(order=Order("hired_on")) == [low, high]
            for name, value in (("custom.at", last), ("custom.count", 2**63 - 1), ("hired_on", date.max)):
                assert people.list(Lt(name, value)) == [low]
                assert people.list(Ge(name, value)) == [high]
            assert people.get(high.id).custom["at"] == last
