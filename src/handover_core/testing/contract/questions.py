"""Questions: criteria, order and pages, answered as the model answers them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.errors import InvalidInput
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import (
    And,
    Contains,
    ContainsAny,
    Criterion,
    Eq,
    FieldType,
    Ge,
    Gt,
    In,
    IsNull,
    Kind,
    Lt,
    Ne,
    Not,
    Or,
    Order,
    Prefix,
    UnitOfWork,
)
from handover_core.storage.encoding import encode
from handover_core.testing import oracle
from handover_core.testing.contract.support import declare, example_budget, put, put_all, someone
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import BIG, criteria_of, kinds, orders_of, populations, populations_of
from handover_core.values import ExternalReference


def paged(unit: UnitOfWork, kind: Kind[Any], order: Order | None, size: int, most: int) -> list[Any]:
    """Return a list read page after page, at most as many pages as it has rows, and one more."""
    found: list[Any] = []
    after: str | None = None
    for _ in range(most + 1):
        page = unit.repository(kind).page(order=order, limit=size, after=after)
        found += page.items
        after = page.next
        if after is None:
            break
    return found


class QuestionsContract:
    """Questions: criteria, order and pages, answered as the model answers them."""

    @example_budget
    @given(data=st.data(), kind=kinds)
    def test_criteria_are_answered_as_the_model_answers_them(
        self, harness: Harness, data: st.DataObject, kind: Kind[Any]
    ) -> None:
        """Two-valued logic, exact comparison and folded search, for every kind, any Unicode and any combination."""
        population = data.draw(populations_of(kind))
        criterion = data.draw(criteria_of(kind, population.members))
        tenant = harness.tenant()
        stored = put_all(harness, tenant, population)
        expected = {each.id for each in stored if oracle.holds(kind, criterion, each)}
        with harness.unit(tenant, write=False) as unit:
            assert {each.id for each in unit.repository(kind).list(criterion)} == expected
            assert unit.repository(kind).count(criterion) == len(expected)

    @example_budget
    @given(data=st.data(), kind=kinds, size=st.integers(1, 4))
    def test_pages_in_a_row_are_the_whole_list_in_order(
        self, harness: Harness, data: st.DataObject, kind: Kind[Any], size: int
    ) -> None:
        """Nulls come first (last where descending), ids break ties, and no page skips or repeats a row."""
        order = data.draw(orders_of(kind))
        tenant = harness.tenant()
        expected = oracle.arranged(kind, put_all(harness, tenant, data.draw(populations_of(kind, most=8))), order)
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(kind).list(order=order) == expected
            assert list(unit.repository(kind).stream(order=order)) == expected
            assert paged(unit, kind, order, size, len(expected)) == expected

    def test_pages_hold_where_many_rows_are_equal(self, harness: Harness) -> None:
        """Nulls, and values that many rows share, are paged by id, in both directions."""
        tenant = harness.tenant()
        days = (None, date(2026, 3, 13), date.max)
        people = put(harness, tenant, *(someone(left_on=days[place % 3]) for place in range(12)))
        for order in (Order("left_on"), Order("left_on", descending=True), Order("status"), None):
            with harness.unit(tenant, write=False) as unit:
                assert paged(unit, EMPLOYEE, order, 2, 12) == oracle.arranged(EMPLOYEE, people, order)

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
    @given(data=st.data(), kind=kinds)
    def test_groups_are_counted(self, harness: Harness, data: st.DataObject, kind: Kind[Any]) -> None:
        """Each stored value, null included, with the number of its rows."""
        spec = data.draw(st.sampled_from(kind.columns))
        tenant = harness.tenant()
        stored = put_all(harness, tenant, data.draw(populations_of(kind)))
        expected = Counter((encode(spec, spec.get(each)),) for each in stored)
        with harness.unit(tenant, write=False) as unit:
            assert dict(unit.repository(kind).group(spec.name)) == expected
            both = unit.repository(kind).group(spec.name, kind.columns[0].name)
        assert sum(both.values()) == len(stored)

    @pytest.mark.parametrize("cursor", ["nonsense", "WzEsICJ4Il0=", "WzFlOTk5LCAieCJd", "W251bGwsICJcdWQ4MDAiXQ=="])
    def test_a_cursor_of_another_list_is_refused(self, harness: Harness, cursor: str) -> None:
        """Whatever it decodes to; and so is a page of no rows."""
        with harness.unit(harness.tenant(), write=False) as unit:
            for order in (None, Order("hired_on")):
                with pytest.raises(InvalidInput):
                    unit.repository(EMPLOYEE).page(order=order, after=cursor)
            with pytest.raises(InvalidInput):
                unit.repository(EMPLOYEE).page(limit=0)

    def test_nothing_asked_for_is_everything_and_an_empty_choice_is_nothing(self, harness: Harness) -> None:
        """None does not filter; an empty ``In``, ``ContainsAny`` or ``Or`` matches no row, an empty ``And`` all."""
        tenant = harness.tenant()
        people = put(harness, tenant, someone(id="1"), someone(id="2"))
        nothing = In("number", ()), ContainsAny("external", ()), Or(())
        with harness.unit(tenant, write=False) as unit:
            found = unit.repository(EMPLOYEE)
            assert [found.list(criterion) for criterion in (None, And(()))] == [people, people]
            assert [found.list(criterion) for criterion in nothing] == [[], [], []]
            assert found.list(Not(Or(nothing))) == people

    def test_comparisons_with_nothing(self, harness: Harness) -> None:
        """``Ne`` and ``Not`` include those without a value, the other comparisons do not."""
        tenant = harness.tenant()
        early, none = put(harness, tenant, someone(id="1", hired_on=date.min), someone(id="2"))
        last = date.max
        with harness.unit(tenant, write=False) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.list(Ne("hired_on", last)) == [early, none]
            assert people.list(Not(Eq("hired_on", last))) == [early, none]
            assert people.list(Lt("hired_on", last)) == [early]
            assert people.list(Not(Lt("hired_on", last))) == [none]
            assert people.list(IsNull("hired_on")) == [none]

    @pytest.mark.parametrize("wild", ["%", "_", "\\", "*", ".", "^", "'"])
    def test_no_character_is_wild(self, harness: Harness, wild: str) -> None:
        """In a prefix and in a substring search every character stands for itself."""
        tenant = harness.tenant()
        words = ("abc", f"a{wild}c")
        plain, odd = put(harness, tenant, *(someone(id=word, number=word, name=word) for word in words))
        with harness.unit(tenant, write=False) as unit:
            people = unit.repository(EMPLOYEE)
            assert people.list(Prefix("number", f"a{wild}")) == [odd]
            assert people.list(Contains("name", f"{wild}c")) == [odd]
            assert people.list(Prefix("number", "a")) == sorted((plain, odd), key=lambda person: person.id)

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
