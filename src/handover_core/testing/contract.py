"""The contract of a store, as a class of tests that a backend's own test module inherits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.errors import (
    AlreadyExists,
    Contention,
    InvalidInput,
    NotFound,
    StillReferenced,
    UnitClosed,
    UnitDoomed,
    VersionConflict,
)
from handover_core.history import GENESIS, chained, replay
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, EmployeeStatus, OrgUnit
from handover_core.storage import (
    CUSTOM_FIELD,
    Criterion,
    CustomField,
    Eq,
    FieldType,
    Ge,
    Gt,
    In,
    Lt,
    Order,
    Prefix,
    UnitOfWork,
)
from handover_core.storage.codec import from_json
from handover_core.storage.criteria import Contains
from handover_core.testing import oracle
from handover_core.testing.harness import ACTOR, Harness
from handover_core.testing.strategies import BIG, SORTABLE, TRICKY, criteria, employees, populations, scalars
from handover_core.values import ExternalReference, Scalar

_property = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class StoreContract:
    """Inherit this and give a ``harness`` fixture: then the backend is tested."""

    @pytest.fixture
    def harness(self) -> Harness:
        """Return the harness of the store under test."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _closing(self, harness: Harness) -> Iterator[None]:
        yield
        harness.shut()

    # What goes in comes out

    @_property
    @given(person=employees())
    def test_what_was_stored_comes_back_equal_and_of_the_same_types(self, harness: Harness, person: Employee) -> None:
        """Text, dates, closed words, tuples and references survive; ``repr`` tells a word from a plain text."""
        tenant = harness.tenant()
        stored = put(harness, tenant, person)[0]
        with harness.unit(tenant, write=False) as unit:
            found = unit.repository(EMPLOYEE).get(person.id)
        assert stored == evolve(person, version=1)
        assert repr(stored) == repr(found)

    @_property
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

    # Keys and versions

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
            with harness.unit(tenant) as unit, pytest.raises(AlreadyExists):
                unit.repository(EMPLOYEE).add(other)
                unit.commit()
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
        if not harness.units.driver.capabilities.concurrent_writers:
            return
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

    # Questions

    @_property
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

    @_property
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

    @_property
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

    @_property
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

    # Units

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

    # References

    def test_a_reference_must_exist_at_the_commit(self, harness: Harness) -> None:
        """It may be stored later in the same unit, but not be missing."""
        tenant = harness.tenant()
        unit_id = new_id()
        with harness.unit(tenant) as unit, pytest.raises(NotFound):
            unit.repository(EMPLOYEE).add(someone(unit_id=unit_id))
            unit.commit()
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).add(someone(unit_id=unit_id))
            unit.repository(ORG_UNIT).add(OrgUnit(id=unit_id, code="S", name="Sales"))
            unit.commit()

    def test_what_is_referred_to_is_not_deleted(self, harness: Harness) -> None:
        """Once nothing refers to it any more, it may go; its history stays, and its id is never used again."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            sales = unit.repository(ORG_UNIT).add(OrgUnit(id=new_id(), code="S", name="Sales"))
            person = unit.repository(EMPLOYEE).add(someone(unit_id=sales.id))
            unit.commit()
        with harness.unit(tenant) as unit, pytest.raises(StillReferenced):
            unit.repository(ORG_UNIT).delete(sales)
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).change(person, unit_id=None)
            unit.repository(ORG_UNIT).delete(sales)
            unit.commit()
        with harness.unit(tenant) as unit:
            assert unit.repository(ORG_UNIT).peek(sales.id) is None
            assert [change.operation for change in unit.changes(ORG_UNIT, sales.id)] == ["insert", "delete"]
            with pytest.raises((AlreadyExists, VersionConflict)):
                unit.repository(ORG_UNIT).add(evolve(sales, version=0))
                unit.commit()

    # History

    @_property
    @given(first=employees(), names=st.lists(st.sampled_from(TRICKY), max_size=4))
    def test_replaying_the_changes_gives_the_stored_state(
        self, harness: Harness, first: Employee, names: list[str]
    ) -> None:
        """Every version has an entry and an event; the chain follows from the entries; instants never go back."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, first)
        for name in names:
            with harness.unit(tenant) as unit:
                person = unit.repository(EMPLOYEE).change(person, name=name)
                unit.commit()
        with harness.unit(tenant, write=False) as unit:
            changes = unit.changes(EMPLOYEE, person.id)
            row = unit.transaction.get(EMPLOYEE, tenant, person.id)
            events = unit.transaction.events(tenant, None, 100)
        assert row is not None
        body, *later = [from_json(change.body or "null") for change in changes]
        assert replay(body, later) == from_json(row.body)
        assert [change.version for change in changes] == list(range(1, person.version + 1))
        assert [event.version for event in events if event.id == person.id] == [change.version for change in changes]
        head = GENESIS
        for change in changes:
            head = chained(
                head, tenant, change.kind, change.id, change.version, change.operation, change.format, change.at,
                change.actor, change.command, change.reason, change.body or "",
            )  # fmt: skip
            assert change.head == head
        assert row.head == head
        assert sorted(change.at for change in changes) == [change.at for change in changes]

    def test_bulk_inserts_have_a_thin_history(self, harness: Harness) -> None:
        """One entry for each row without a body, chained over the state itself, and one batch header in the outbox."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            people = unit.repository(EMPLOYEE).add_many([someone(number=str(place)) for place in range(3)])
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            for person in people:
                (entry,) = unit.changes(EMPLOYEE, person.id)
                row = unit.transaction.get(EMPLOYEE, tenant, person.id)
                assert entry.body is None
                assert row is not None
                assert row.head == entry.head
            (event,) = unit.transaction.events(tenant, None, 10)
            assert (event.kind, event.id) == ("batch", entry.batch)

    def test_an_instant_never_goes_back(self, harness: Harness) -> None:
        """When the clock is set back, a change is dated like the one before."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        harness.now -= timedelta(days=1)
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).change(person, name="later")
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            first, second = unit.changes(EMPLOYEE, person.id)
        assert first.at == second.at


def put(harness: Harness, tenant: str, *people: Employee) -> list[Employee]:
    """Store people in one unit and return them as stored, by id."""
    with harness.unit(tenant) as unit:
        stored = [unit.repository(EMPLOYEE).add(person) for person in people]
        unit.commit()
    return stored


def someone(**fields: object) -> Employee:
    """Return a person with a number of their own, unless it is given."""
    id_ = new_id()
    given_ = {"id": id_, "number": id_, "name": "Somebody", "status": EmployeeStatus.ACTIVE, **fields}
    return Employee(**given_)  # type: ignore[arg-type]


def declare(unit: UnitOfWork, name: str, type_: FieldType) -> None:
    """Declare a custom field of people; text is searchable."""
    unit.repository(CUSTOM_FIELD).add(
        CustomField(id=new_id(), kind="employee", name=name, type=type_, searchable=type_ is FieldType.TEXT)
    )


def type_of(value: Scalar) -> FieldType:
    """Return the field type for a value."""
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    types = {int: FieldType.INTEGER, Decimal: FieldType.DECIMAL, date: FieldType.DATE, str: FieldType.TEXT}
    return types.get(type(value), FieldType.INSTANT)
