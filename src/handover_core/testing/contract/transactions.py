"""The driver protocol itself: what the core relies on, asked of a transaction without a unit of work above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from attrs import evolve

from handover_core.errors import AlreadyExists, NotFound, VersionConflict
from handover_core.history.changes import Change, Event, Operation
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import ContainsAny, Eq, Order, Query, Row, Transaction, Write
from handover_core.storage.driver import TOKEN
from handover_core.testing.contract.support import put, someone
from handover_core.testing.harness import Harness
from handover_core.values import ExternalReference


@contextmanager
def transaction(harness: Harness, *, write: bool = True) -> Iterator[Transaction]:
    """Begin a transaction that is rolled back unless it was committed."""
    begun = harness.units.driver.transaction(write=write)
    try:
        yield begun
    finally:
        begun.rollback()


def written(harness: Harness, tenant: str, person: Employee, *, version: int = 1) -> Write:
    """Return a row as the core would write it."""
    with harness.unit(tenant, write=False) as unit:
        row = Row(person.id, version, 1, 1_000_001, "0" * 64, '{"number":"","name":""}')
        return unit.written(EMPLOYEE, evolve(person, version=version), row)


def entry(id_: str, version: int) -> tuple[Change, Event]:
    """Return an entry of the change log and one of the outbox."""
    change = Change(
        kind="employee", id=id_, version=version, operation=Operation.UPDATE, format=1, at=1_000_001, actor="tester",
        command="", reason=None, body="{}", batch=None, head="0" * 64,
    )  # fmt: skip
    return change, Event(kind="employee", id=id_, version=version, type="update", at=1_000_001, lane=7)


class TransactionsContract:
    """The driver protocol."""

    @pytest.mark.parametrize("stale", [0, 2, 99])
    def test_a_write_to_another_version_is_refused(self, harness: Harness, stale: int) -> None:
        """By replace, delete and require alike; nothing changes."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        other = written(harness, tenant, evolve(person, name="other"), version=stale + 1)
        for act in ("replace", "delete", "require"):
            arguments = (other, stale) if act == "replace" else (person.id, stale)
            with transaction(harness) as begun, pytest.raises(VersionConflict):
                getattr(begun, act)(EMPLOYEE, tenant, *arguments)
                begun.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == [person]

    def test_a_write_to_a_row_that_is_not_there_is_refused(self, harness: Harness) -> None:
        """Replace never creates; delete and require do not pass over it."""
        tenant = harness.tenant()
        missing = written(harness, tenant, someone(), version=2)
        for act in ("replace", "delete", "require"):
            arguments = (missing, 1) if act == "replace" else (missing.row.id, 1)
            with transaction(harness) as begun, pytest.raises(VersionConflict):
                getattr(begun, act)(EMPLOYEE, tenant, *arguments)
                begun.commit()
        with transaction(harness, write=False) as begun:
            assert begun.count(EMPLOYEE, tenant, None) == 0

    def test_an_insert_over_a_row_is_refused(self, harness: Harness) -> None:
        """By id and by unique value; the row stays as it was."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone(number="1"))
        for other in (evolve(person, number="2"), someone(number="1")):
            with transaction(harness) as begun, pytest.raises(AlreadyExists):
                begun.insert(EMPLOYEE, tenant, written(harness, tenant, other))
                begun.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).list() == [person]

    def test_a_transaction_sees_its_own_writes_and_others_see_none_of_them(self, harness: Harness) -> None:
        """Until the commit, by every way of reading."""
        tenant = harness.tenant()
        mine = written(harness, tenant, someone(number="1", external=(ExternalReference("hr", "1"),)))
        question = Query(where=ContainsAny("external", ("hr:1",)), order=Order("number"))
        with transaction(harness) as begun:
            begun.insert(EMPLOYEE, tenant, mine)
            for expected, seen in (([mine.row], begun), ([], None)):
                with transaction(harness, write=False) as other:
                    reading = seen or other
                    assert begun is not other
                    assert reading.get_many(EMPLOYEE, tenant, [mine.row.id]) == expected
                    assert reading.find(EMPLOYEE, tenant, question) == expected
                    assert list(reading.stream(EMPLOYEE, tenant, question)) == expected
                    assert reading.count(EMPLOYEE, tenant, Eq("number", "1")) == len(expected)
                    assert sum(reading.group(EMPLOYEE, tenant, ["number"], None).values()) == len(expected)
            begun.commit()
        with transaction(harness, write=False) as begun:
            assert begun.get(EMPLOYEE, tenant, mine.row.id) == mine.row

    def test_side_values_are_replaced_only_where_they_are_given(self, harness: Harness) -> None:
        """None leaves them as they are, and an empty tuple removes them."""
        tenant = harness.tenant()
        person = someone(external=(ExternalReference("hr", "1"),))
        question = Query(where=ContainsAny("external", ("hr:1",)))
        put(harness, tenant, person)
        for version, side, found in ((2, None, 1), (3, (), 0)):
            with transaction(harness) as begun:
                again = written(harness, tenant, person, version=version)._replace(side=side)
                begun.replace(EMPLOYEE, tenant, again, version - 1)
                begun.commit()
            with transaction(harness, write=False) as begun:
                assert len(begun.find(EMPLOYEE, tenant, question)) == found

    def test_what_is_appended_comes_back_as_it_was(self, harness: Harness) -> None:
        """Every field of entries and events, instants to the microsecond; and a version only once in its stream."""
        tenant, id_ = harness.tenant(), new_id()
        changes, events = zip(*(entry(id_, version) for version in (1, 2)), strict=True)
        with transaction(harness) as begun:
            begun.append(tenant, changes, events)
            begun.commit()
        with transaction(harness, write=False) as begun:
            assert begun.changes(tenant, "employee", id_) == list(changes)
            assert begun.events(tenant, None, 10) == list(events)
        with transaction(harness) as begun, pytest.raises((AlreadyExists, VersionConflict)):
            begun.append(tenant, changes[1:], events[1:])
            begun.commit()

    def test_a_token_is_claimed_once_in_a_company(self, harness: Harness) -> None:
        """And in another company again."""
        token = new_id()
        mine, other = harness.tenant(), harness.tenant()
        for tenant in (mine, other):
            with transaction(harness) as begun:
                begun.claim(tenant, token, 1)
                begun.commit()
        with transaction(harness) as begun, pytest.raises(AlreadyExists) as raised:
            begun.claim(mine, token, 1)
            begun.commit()
        assert raised.value.params["kind"] == TOKEN

    def test_what_must_exist_must_exist(self, harness: Harness) -> None:
        """`require_many` names the first id that is missing."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        with transaction(harness) as begun:
            begun.require_many(EMPLOYEE, tenant, [person.id, person.id])
            with pytest.raises(NotFound) as raised:
                begun.require_many(EMPLOYEE, tenant, [person.id, "gone", "too"])
        assert raised.value.params["key"] == "gone"

    def test_a_transaction_ends_once(self, harness: Harness) -> None:
        """Rolling back after the end does nothing; what was rolled back stays away."""
        tenant = harness.tenant()
        kept, dropped = (written(harness, tenant, someone()) for _ in range(2))
        with transaction(harness) as begun:
            begun.insert(EMPLOYEE, tenant, kept)
            begun.commit()
            begun.rollback()
        with transaction(harness) as begun:
            begun.insert(EMPLOYEE, tenant, dropped)
            begun.rollback()
            begun.rollback()
        with transaction(harness, write=False) as begun:
            assert [row.id for row in begun.find(EMPLOYEE, tenant, Query())] == [kept.row.id]

    def test_a_transaction_that_failed_leaves_nothing(self, harness: Harness) -> None:
        """Neither what was written before the failure nor what failed."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone(number="1"))
        before = written(harness, tenant, someone(number="2"))
        with transaction(harness) as begun, suppress(AlreadyExists):
            begun.insert(EMPLOYEE, tenant, before)
            begun.insert_many(EMPLOYEE, tenant, [written(harness, tenant, someone(number=n)) for n in ("3", "1")])
            begun.commit()
        with transaction(harness, write=False) as begun:
            assert [row.id for row in begun.find(EMPLOYEE, tenant, Query())] == [person.id]

    def test_a_question_may_ask_for_no_rows(self, harness: Harness) -> None:
        """A limit of 0 is none, and not "no limit"; no ids find nothing."""
        tenant = harness.tenant()
        put(harness, tenant, someone())
        with transaction(harness, write=False) as begun:
            assert begun.find(EMPLOYEE, tenant, Query(limit=0)) == []
            assert list(begun.stream(EMPLOYEE, tenant, Query(limit=0))) == []
            assert begun.get_many(EMPLOYEE, tenant, []) == []
            assert begun.history(tenant, None, 0) == []
            assert begun.events(tenant, None, 0) == []
