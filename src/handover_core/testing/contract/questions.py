"""Questions: criteria, order and pages, answered as the model answers them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.errors import (
    InvalidInput,
)
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import (
    Criterion,
    Eq,
    FieldType,
    Ge,
    Gt,
    In,
    Lt,
    Order,
    Prefix,
)
from handover_core.storage.criteria import Contains
from handover_core.testing import oracle
from handover_core.testing.contract.support import declare, example_budget, put, someone
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import BIG, SORTABLE, criteria, populations
from handover_core.values import ExternalReference


class QuestionsContract:
    """Questions: criteria, order and pages, answered as the model answers them."""

    @example_budget
    @given(people=populations(), criterion=criteria)
    def test_criteria_are_answered_as_the_model_answers_them(
        self, harness: Harness, people: list[Employee], criterion: Criterion
    ) -> None:
        """Two-valued logic, exact comparison and folded search, for any Unicode and any combination."""
        tenant = harness.tenant()
        stored = put(harness, tenant, *people)
        expected = {person.id for person in stored if oracle.holds(criterion, person)}
        with harness.unit(tenant, write=False) as unit:
            assert {person.id for person in unit.repository(EMPLOYEE).list(criterion)} == expected
            assert unit.repository(EMPLOYEE).count(criterion) == len(expected)

    @example_budget
    @given(
        people=populations(most=10),
        name=st.none() | st.sampled_from(SORTABLE),
        descending=st.booleans(),
        size=st.integers(1, 4),
    )
    def test_pages_in_a_row_are_the_whole_list_in_order(
        self,
        harness: Harness,
        people: list[Employee],
        name: str | None,
        descending: bool,
        size: int,
    ) -> None:
        """Nulls come first (last where descending), ids break ties, and no page skips or repeats a row."""
        tenant = harness.tenant()
        expected = oracle.arranged(put(harness, tenant, *people), name, descending=descending)
        order = None if name is None else Order(name, descending)
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list(order=order) == expected
            assert list(unit.repository(EMPLOYEE).stream(order=order)) == expected
            paged: list[Employee] = []
            after: str | None = None
            for _ in range(len(people) + 1):
                page = unit.repository(EMPLOYEE).page(order=order, limit=size, after=after)
                paged += page.items
                after = page.next
                if after is None:
                    break
        assert paged == expected

    @example_budget
    @given(people=populations(), wanted=st.lists(st.integers(0, 9), max_size=5))
    def test_get_many_returns_what_exists_in_the_order_asked(
        self, harness: Harness, people: list[Employee], wanted: list[int]
    ) -> None:
        """Ids may repeat, be unknown or be None."""
        tenant = harness.tenant()
        stored = put(harness, tenant, *people)
        ids = [stored[place].id if place < len(stored) else new_id() for place in wanted]
        with harness.unit(tenant, write=False) as unit:
            found = unit.repository(EMPLOYEE).get_many([*ids, None])
        known = {person.id: person for person in stored}
        assert list(found) == [id_ for id_ in dict.fromkeys(ids) if id_ in known]
        assert all(found[id_] == known[id_] for id_ in found)

    @example_budget
    @given(people=populations())
    def test_groups_are_counted(self, harness: Harness, people: list[Employee]) -> None:
        """Each combination of stored values, nulls included, with the number of its rows."""
        tenant = harness.tenant()
        stored = put(harness, tenant, *people)
        expected: dict[tuple[str, str | None], int] = {}
        for person in stored:
            key = str(person.status), None if person.left_on is None else person.left_on.isoformat()
            expected[key] = expected.get(key, 0) + 1
        with harness.unit(tenant, write=False) as unit:
            assert dict(unit.repository(EMPLOYEE).group("status", "left_on")) == expected

    @pytest.mark.parametrize(
        "criterion",
        [
            Eq("nothing", 1),
            In("number", ("1", None)),
            Lt("hired_on", None),
            Contains("number", "x"),
            Prefix("hired_on", "2"),
        ],
    )
    def test_questions_that_cannot_be_answered_alike_are_refused(self, harness: Harness, criterion: Criterion) -> None:
        """An unknown field, nothing among values, a comparison with nothing, a search in what is not searchable."""
        with harness.unit(harness.tenant(), write=False) as unit, pytest.raises(InvalidInput):
            unit.repository(EMPLOYEE).list(criterion)

    def test_custom_fields_are_filtered_by_value(self, harness: Harness) -> None:
        """Numbers compare as numbers, dates as dates, text in folded search."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            for name, type_ in (("grade", FieldType.INTEGER), ("pay", FieldType.DECIMAL), ("note", FieldType.TEXT)):
                declare(unit, name, type_)
            low = unit.repository(EMPLOYEE).add(
                someone(custom={"grade": -10, "pay": Decimal("-2.5"), "note": "Straße"})
            )
            high = unit.repository(EMPLOYEE).add(someone(custom={"grade": 9, "pay": BIG, "note": "王伟"}))
            none = unit.repository(EMPLOYEE).add(someone())
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.list(Gt("custom.grade", -10)) == [high]
            assert people.list(Lt("custom.pay", Decimal(0))) == [low]
            assert people.list(Ge("custom.pay", BIG)) == [high]
            assert people.list(Contains("custom.note", "STRASSE")) == [low]
            assert people.list(Eq("custom.note", None)) == [none]
            with pytest.raises(InvalidInput):
                people.list(Eq("custom.unknown", 1))

    def test_an_undeclared_custom_value_is_refused(self, harness: Harness) -> None:
        """And so is one of another type."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            declare(unit, "grade", FieldType.INTEGER)
            unit.commit()
        for custom in ({"other": 1}, {"grade": "nine"}):
            with harness.unit(tenant) as unit, pytest.raises(InvalidInput):
                unit.repository(EMPLOYEE).add(someone(custom=custom))

    def test_external_references_find_their_aggregate(self, harness: Harness) -> None:
        """By source and id; a reference that was removed no longer finds it."""
        tenant = harness.tenant()
        (person,) = put(
            harness, tenant, someone(external=(ExternalReference("hr", "7"), ExternalReference("crm", "7")))
        )
        with harness.unit(tenant) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.by_external("hr", ["7", "8"]) == {"7": person}
            changed = people.change(person, external=(ExternalReference("crm", "7"),))
            assert people.by_external("hr", ["7"]) == {}
            assert people.by_external("crm", ["7"]) == {"7": changed}
