"""History: every change stands in the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.errors import VersionConflict
from handover_core.history import GENESIS, Change, Operation, Rewrite, chained, replay
from handover_core.history.asking import LogQuestion
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Transaction
from handover_core.storage.codec import from_json
from handover_core.testing.contract.registers import race
from handover_core.testing.contract.support import example_budget, put, someone
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import TRICKY, employees, populations


def in_pages(read: Callable[[str, Any, int], list[Any]], tenant: str, size: int) -> list[Any]:
    """Return all entries, read page after page."""
    found: list[Any] = []
    after = None
    while page := read(tenant, after, size):
        found += page
        after = page[-1].kind, page[-1].id, page[-1].version
    return found


Place = tuple[str, str, int]

_WORDS = ("a", "A", "a ", "é", "e\u0301", "ab", "\U0001f600")
"""Texts that a careless comparison takes for each other."""

_questions = st.builds(
    LogQuestion,
    kind=st.none() | st.sampled_from(("k", "K", "k ", "l")),
    id=st.none() | st.sampled_from(_WORDS),
    actor=st.none() | st.sampled_from(_WORDS),
    command=st.none() | st.sampled_from(_WORDS),
    since=st.none() | st.integers(-3, 7),
    until=st.none() | st.integers(-3, 7),
)

_entries = st.lists(
    st.builds(
        Change,
        kind=st.sampled_from(("k", "K", "k ", "l")), id=st.sampled_from(_WORDS), version=st.just(0),
        operation=st.just(Operation.UPDATE), format=st.just(1), at=st.integers(-2, 6),
        actor=st.sampled_from(_WORDS), command=st.sampled_from(_WORDS), reason=st.none() | st.just("why"),
        body=st.none() | st.just("{}"), batch=st.none() | st.just("b"), head=st.just("0" * 64),
    ),
    max_size=25,
)  # fmt: skip


def numbered(entries: list[Change]) -> list[Change]:
    """Return entries with the versions that they have in their streams, in the order of the log."""
    seen: Counter[tuple[str, str]] = Counter()
    found: list[Change] = []
    for change in entries:
        seen[change.kind, change.id] += 1
        found.append(change._replace(version=seen[change.kind, change.id]))
    return sorted(found, key=lambda change: (change.kind, change.id, change.version))


def asked(transaction: Transaction, tenant: str, question: LogQuestion, size: int, after: Place | None) -> list[Change]:
    """Return all entries that answer a question, read page after page; each page but the last must be full."""
    found: list[Change] = []
    while True:
        page = transaction.history(tenant, after, size, question)
        found += page
        if len(page) < size:
            return found
        after = page[-1].kind, page[-1].id, page[-1].version


class HistoryContract:
    """History: every change stands in the log."""

    @example_budget
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

    @example_budget
    @given(people=populations(most=4), names=st.lists(st.sampled_from(TRICKY), max_size=2), size=st.integers(1, 3))
    def test_the_history_of_all_streams_is_read_in_pages(
        self, harness: Harness, people: list[Employee], names: list[str], size: int
    ) -> None:
        """By kind, id and version; the pages in a row are all entries, and so are those of the outbox."""
        tenant = harness.tenant()
        for person in put(harness, tenant, *people):
            for name in names:
                with harness.unit(tenant) as unit:
                    unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(person.id), name=name)
                    unit.commit()
        with harness.unit(tenant, write=False) as unit:
            streams = [unit.changes(EMPLOYEE, id_) for id_ in sorted(person.id for person in people)]
            expected = [change for stream in streams for change in stream]
            places = [(change.kind, change.id, change.version) for change in expected]
            changes = in_pages(unit.transaction.history, tenant, size)
            events = in_pages(unit.transaction.events, tenant, size)
        assert changes == expected
        assert [(event.kind, event.id, event.version) for event in events] == places

    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_no_page_of_the_history_skips_or_repeats_an_entry(self, harness: Harness, size: int) -> None:
        """Nor one of the outbox, whether a page ends inside a stream or between two."""
        tenant = harness.tenant()
        for person in put(harness, tenant, someone(), someone(), someone()):
            with harness.unit(tenant) as unit:
                unit.repository(EMPLOYEE).change(person, name="changed")
                unit.commit()
        with harness.unit(tenant, write=False) as unit:
            changes = in_pages(unit.transaction.history, tenant, size)
            events = in_pages(unit.transaction.events, tenant, size)
        assert [change.version for change in changes] == [event.version for event in events] == [1, 2] * 3

    @example_budget
    @given(
        entries=_entries, question=_questions, size=st.integers(1, 4),
        after=st.none() | st.tuples(st.sampled_from(("", "k", "l", "z")), st.sampled_from(("", *_WORDS)), st.integers(0, 3)),
    )  # fmt: skip
    def test_a_question_about_the_log_is_answered_as_a_list_is_filtered(
        self, harness: Harness, entries: list[Change], question: LogQuestion, size: int, after: Place | None
    ) -> None:
        """In order, from any place on, in full pages, and by exact texts; in the transaction that writes them too."""
        tenant, other = harness.tenant(), harness.tenant()
        ordered = numbered(entries)
        expected = [
            change
            for change in ordered
            if (after is None or (change.kind, change.id, change.version) > after)
            and (question.kind is None or question.kind == change.kind)
            and (question.id is None or question.id == change.id)
            and (question.actor is None or question.actor == change.actor)
            and (question.command is None or question.command == change.command)
            and (question.since is None or question.since <= change.at)
            and (question.until is None or change.at < question.until)
        ]
        with harness.unit(tenant) as unit:
            unit.claim()
            unit.transaction.append(tenant, ordered, [])
            assert asked(unit.transaction, tenant, question, size, after) == expected
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert asked(unit.transaction, tenant, question, size, after) == expected
            assert unit.transaction.history(other, after, size, question) == []

    @pytest.mark.parametrize(
        ("part", "of_one"),
        [
            ({"kind": "k"}, {"kind": "K"}), ({"id": "i"}, {"id": "I"}), ({"actor": "a"}, {"actor": "A"}),
            ({"command": "c"}, {"command": "C"}), ({"since": 5}, {"at": 4}), ({"until": 6}, {"at": 6}),
        ],
        ids=lambda part: next(iter(part)),
    )  # fmt: skip
    def test_each_part_of_a_question_about_the_log_counts(
        self, harness: Harness, part: dict[str, Any], of_one: dict[str, Any]
    ) -> None:
        """One entry differs in that part alone: it is not in the answer, and does not make the page shorter."""
        tenant = harness.tenant()
        entry = Change(
            kind="k", id="i", version=1, operation=Operation.UPDATE, format=1, at=5, actor="a", command="c", reason=None,
            body="{}", batch=None, head="0" * 64,
        )  # fmt: skip
        # The other one comes first wherever the key leaves a choice, so that a page cut too early is empty.
        entries = numbered([entry._replace(**of_one), entry, entry, entry])
        with harness.unit(tenant) as unit:
            unit.claim()
            unit.transaction.append(tenant, entries, [])
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.transaction.history(tenant, None, 9) == entries
            assert unit.transaction.history(tenant, None, 9, LogQuestion(**part)) == entries[1:]
            assert unit.transaction.history(tenant, None, 1, LogQuestion(**part)) == entries[1:2]
            second = entries[1].kind, entries[1].id, entries[1].version
            assert unit.transaction.history(tenant, second, 1, LogQuestion(**part)) == entries[2:3]
            assert unit.transaction.history(tenant, None, 0, LogQuestion(**part)) == []

    def test_an_entry_gets_another_body_and_reason_in_its_place(self, harness: Harness) -> None:
        """And nothing else of it changes; what is not there cannot be redacted, and what is rolled back never was."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        with harness.unit(tenant) as unit:
            unit.claim()
            (entry,) = unit.changes(EMPLOYEE, person.id)
            unit.transaction.redact(tenant, [Rewrite(entry, entry._replace(body="{}", reason="taken back", actor="x"))])
        with harness.unit(tenant) as unit:
            unit.claim()
            assert unit.changes(EMPLOYEE, person.id) == [entry]
            after = entry._replace(body='{"name":"…"}', reason=None, actor="x", head="0")
            unit.transaction.redact(tenant, [Rewrite(entry, after)])
            unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.changes(EMPLOYEE, person.id) == [entry._replace(body='{"name":"…"}', reason=None)]
            assert unit.transaction.history(tenant, None, 9) == unit.changes(EMPLOYEE, person.id)
        with harness.unit(tenant) as unit:
            unit.claim()
            with pytest.raises(VersionConflict):
                unit.transaction.redact(tenant, [Rewrite(after._replace(version=2), after._replace(version=2))])

    @pytest.mark.parametrize("field", ["body", "reason"])
    def test_an_entry_that_was_redacted_meanwhile_is_not_written_over(self, harness: Harness, field: str) -> None:
        """The words that the one took out do not come back with the other, which is told."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        with harness.unit(tenant, write=False) as unit:
            (entry,) = unit.changes(EMPLOYEE, person.id)
        texts: list[dict[str, Any]] = [{field: '{"first":1}'}, {field: '{"second":2}'}]
        first, second = (entry._replace(**each) for each in texts)

        def redact(after: Change) -> None:
            with harness.unit(tenant) as unit:
                unit.claim()
                unit.transaction.redact(tenant, [Rewrite(entry, after)])
                unit.commit()

        redact(first)
        with pytest.raises(VersionConflict):
            redact(second)
        with harness.unit(tenant, write=False) as unit:
            assert unit.changes(EMPLOYEE, person.id) == [first]

    def test_of_two_that_redact_one_entry_one_does(self, harness: Harness) -> None:
        """Both have read it before either writes, where writers may run at once."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone())
        with harness.unit(tenant, write=False) as unit:
            (entry,) = unit.changes(EMPLOYEE, person.id)

        def redact(number: int, begun: Transaction, meet: Callable[[], object]) -> None:
            begun.claim(tenant, f"redaction {number}", 1)
            (read,) = begun.changes(tenant, EMPLOYEE.name, person.id)
            meet()
            begun.redact(tenant, [Rewrite(entry, read._replace(reason=str(number)))])

        (won,) = race(harness, redact)
        with harness.unit(tenant, write=False) as unit:
            assert unit.changes(EMPLOYEE, person.id) == [entry._replace(reason=str(won))]

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
