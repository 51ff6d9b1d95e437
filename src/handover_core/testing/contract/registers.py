"""Registers and the outbox as a queue: what a relay takes is taken once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.errors import AlreadyExists, Contention, InvalidInput, VersionConflict
from handover_core.storage import Put, Register, Transaction
from handover_core.storage.registers import Drop
from handover_core.testing.contract.support import example_budget, put, someone
from handover_core.testing.contract.transactions import transaction
from handover_core.testing.contract.writers import at_once
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import TRICKY

TAKEN = (VersionConflict, Contention, AlreadyExists)
"""How the second of two that take the same thing may learn that it is gone."""
E = TypeVar("E")
KEYS = [text for text in TRICKY if 0 < len(text) <= 100]


def puts(harness: Harness, tenant: str, *registers: Put) -> None:
    """Write registers in one transaction."""
    with transaction(harness) as begun:
        begun.put_registers(tenant, registers)
        begun.commit()


def found(harness: Harness, tenant: str, space: str = "lease") -> list[Register]:
    """Return the registers of a space."""
    with transaction(harness, write=False) as begun:
        return begun.registers(tenant, space, None, 1000)


class RegistersContract:
    """Registers, and outbox entries that are taken away."""

    def test_a_register_comes_back_as_it_was_put(self, harness: Harness) -> None:
        """New at version 1, and one more with every put; text of any length."""
        tenant, long = harness.tenant(), "\U0001f600'\"\\ \n" * 20_000
        puts(harness, tenant, Put("lease", "a", "{}"), Put("lease", "b", long))
        puts(harness, tenant, Put("lease", "a", "", 1))
        expected = [Register("lease", "a", 2, ""), Register("lease", "b", 1, long)]
        assert expected == found(harness, tenant)
        with transaction(harness, write=False) as begun:
            assert expected == [begun.register(tenant, "lease", key) for key in ("a", "b")]
            assert begun.register(tenant, "lease", "A") is begun.register(tenant, "other", "a") is None

    @pytest.mark.parametrize("stale", [None, 0, 2])
    def test_a_register_of_another_version_is_left_alone(self, harness: Harness, stale: int | None) -> None:
        """A put over it is refused, and so is a drop; and a put over one that is not there."""
        tenant = harness.tenant()
        puts(harness, tenant, Put("lease", "a", "first"))
        for attempt in (
            [Put("lease", "b", "new"), Put("lease", "a", "stale", stale)],
            *([] if stale is None else [[Put("lease", "missing", "x", stale)]]),
        ):
            with transaction(harness) as begun, pytest.raises(AlreadyExists if stale is None else VersionConflict):
                begun.put_registers(tenant, attempt)
                begun.commit()
        drops: list[Drop] = [] if stale is None else [("lease", "a", stale), ("lease", "missing", stale)]
        for drop in drops:
            with transaction(harness) as begun, pytest.raises(VersionConflict):
                begun.drop_registers(tenant, [drop])
                begun.commit()
        assert [Register("lease", "a", 1, "first")] == found(harness, tenant)

    def test_a_dropped_register_begins_again(self, harness: Harness) -> None:
        """At version 1; several are dropped at once, or none."""
        tenant = harness.tenant()
        puts(harness, tenant, *(Put("queue", key, key) for key in "abc"))
        with transaction(harness) as begun, pytest.raises(VersionConflict):
            begun.drop_registers(tenant, [("queue", "a", 1), ("queue", "b", 7)])
            begun.commit()
        with transaction(harness) as begun:
            begun.drop_registers(tenant, [("queue", "a", 1), ("queue", "b", 1)])
            assert begun.register(tenant, "queue", "a") is None
            begun.put_registers(tenant, [Put("queue", "a", "again")])
            begun.commit()
        assert [Register("queue", "a", 1, "again"), Register("queue", "c", 1, "c")] == found(harness, tenant, "queue")

    @example_budget
    @given(
        keys=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), unique=True, max_size=6),
        size=st.integers(1, 3),
    )
    def test_registers_and_spaces_are_read_in_pages_by_key(
        self, harness: Harness, keys: list[tuple[str, str]], size: int
    ) -> None:
        """By code point; the pages in a row are all of a space, and each space is named once."""
        tenant = harness.tenant()
        puts(harness, tenant, *(Put(space, key, key) for space, key in keys))
        with transaction(harness, write=False) as begun:
            spaces = paged(lambda after: begun.spaces(tenant, after, size), str)
            read = [
                register
                for space in spaces
                for register in paged(
                    lambda after, space=space: begun.registers(tenant, space, after, size),  # type: ignore[misc]
                    lambda register: register.key,
                )
            ]
        assert sorted({space for space, _ in keys}) == spaces
        assert [Register(space, key, 1, key) for space, key in sorted(keys)] == read

    def test_a_question_for_no_registers_finds_none(self, harness: Harness) -> None:
        """A limit of 0 is none; nothing to write is nothing written."""
        tenant = harness.tenant()
        puts(harness, tenant, Put("lease", "a", "{}"))
        with transaction(harness) as begun:
            assert begun.registers(tenant, "lease", None, 0) == []
            assert begun.spaces(tenant, None, 0) == []
            begun.put_registers(tenant, [])
            begun.drop_registers(tenant, [])
            begun.drop_events(tenant, [])
            begun.commit()

    @pytest.mark.parametrize(
        "register", [Put("x" * 129, "a", ""), Put("a", "x" * 201, ""), Put("a", "", ""), Put("a\0", "a", "")]
    )
    def test_a_name_that_cannot_be_kept_is_refused(self, harness: Harness, register: Put) -> None:
        """Too long, empty, or with a NUL; one of the greatest length is kept."""
        tenant = harness.tenant()
        with transaction(harness) as begun, pytest.raises(InvalidInput):
            begun.put_registers(tenant, [register])
        puts(harness, tenant, Put("\U0001f600" * 128, "\U0001f600" * 200, "kept"))
        assert [each.body for each in found(harness, tenant, "\U0001f600" * 128)] == ["kept"]

    def test_registers_belong_to_a_company_and_to_the_transaction(self, harness: Harness) -> None:
        """Others see neither those of a company nor what is not committed."""
        mine, other = harness.tenant(), harness.tenant()
        puts(harness, mine, Put("lease", "a", "mine"))
        puts(harness, other, Put("lease", "a", "theirs"), Put("queue", "b", "theirs"))
        with transaction(harness) as begun:
            begun.put_registers(mine, [Put("lease", "a", "changed", 1), Put("lease", "b", "new")])
            assert [each.body for each in begun.registers(mine, "lease", None, 9)] == ["changed", "new"]
            assert [each.body for each in found(harness, mine)] == ["mine"]
            begun.rollback()
        with transaction(harness, write=False) as begun:
            assert begun.spaces(mine, None, 9) == ["lease"]
        assert [each.body for each in found(harness, mine)] == ["mine"]
        assert [each.body for each in found(harness, other)] == ["theirs"]

    @pytest.mark.parametrize("act", ["take", "put", "drop"])
    def test_of_two_that_take_one_register_one_wins(self, harness: Harness, act: str) -> None:
        """Both read it, or that there is none; one writes or drops it, and the other learns that it came too late."""
        tenant = harness.tenant()
        if act != "take":
            puts(harness, tenant, Put("lease", "a", "free"))

        def work(number: int, begun: Transaction, meet: Callable[[], object]) -> None:
            there = begun.register(tenant, "lease", "a")
            meet()
            assert (there is None) == (act == "take")
            if act == "drop":
                begun.drop_registers(tenant, [("lease", "a", 1)])
            else:
                begun.put_registers(tenant, [Put("lease", "a", f"of {number}", None if act == "take" else 1)])

        won = race(harness, work)
        assert len(won) == 1
        expected = [] if act == "drop" else [Register("lease", "a", 1 + (act == "put"), f"of {won[0]}")]
        assert expected == found(harness, tenant)

    def test_what_is_taken_out_of_the_outbox_is_taken_once(self, harness: Harness) -> None:
        """It is gone, the rest stays and so does the history; taking it again is refused."""
        tenant = harness.tenant()
        put(harness, tenant, *(someone(id=f"p{number}") for number in range(3)))
        with transaction(harness) as begun:
            events = begun.events(tenant, None, 10)
            begun.drop_events(tenant, events[:2])
            assert events[2:] == begun.events(tenant, None, 10)
            begun.commit()
        for again in (events[:1], events):
            with transaction(harness) as begun, pytest.raises(VersionConflict):
                begun.drop_events(tenant, again)
                begun.commit()
        with transaction(harness, write=False) as begun:
            assert events[2:] == begun.events(tenant, None, 10)
            assert len(begun.history(tenant, None, 10)) == 3

    def test_of_two_that_empty_the_outbox_one_does(self, harness: Harness) -> None:
        """What the one took along, the other did not."""
        tenant = harness.tenant()
        put(harness, tenant, someone(id="p"))

        def work(number: int, begun: Transaction, meet: Callable[[], object]) -> None:
            (event,) = begun.events(tenant, None, 10)
            meet()
            begun.put_registers(tenant, [Put("queue", str(number), event.id)])
            begun.drop_events(tenant, [event])

        won = race(harness, work)
        assert [str(number) for number in won] == [each.key for each in found(harness, tenant, "queue")]
        assert len(won) == 1

    def test_a_unit_that_fails_leaves_no_register(self, harness: Harness) -> None:
        """Neither put, nor dropped, nor taken out of the outbox."""
        tenant = harness.tenant()
        put(harness, tenant, someone(id="p"))
        puts(harness, tenant, Put("lease", "a", "kept"), Put("lease", "b", "kept"))
        with suppress(KeyError), harness.unit(tenant) as unit:
            unit.transaction.put_registers(tenant, [Put("lease", "a", "new", 1), Put("lease", "c", "new")])
            unit.transaction.drop_registers(tenant, [("lease", "b", 1)])
            unit.transaction.drop_events(tenant, unit.transaction.events(tenant, None, 10))
            raise KeyError
        assert [each.key for each in found(harness, tenant)] == ["a", "b"]
        with transaction(harness, write=False) as begun:
            assert len(begun.events(tenant, None, 10)) == 1


def paged(read: Callable[[str | None], list[E]], key: Callable[[E], str]) -> list[E]:
    """Return all that is read page after page."""
    read_all: list[E] = []
    after = None
    while page := read(after):
        read_all += page
        after = key(page[-1])
    return read_all


def race(harness: Harness, work: Callable[[int, Transaction, Callable[[], object]], None]) -> list[int]:
    """Let two transactions do the same, both reading before either writes where writers may run at once.

    Returns the numbers of those that won.
    """
    both = Barrier(2, timeout=30)
    won: list[int] = []
    driver = harness.units.driver
    serial = not harness.capabilities.concurrent_writers

    def run(number: int) -> None:
        begun = driver.transaction(write=True)
        try:
            work(number, begun, (lambda: None) if serial else both.wait)
            begun.commit()
            won.append(number)
        finally:
            begun.rollback()

    raised = at_once(2, run)
    expected = (*TAKEN, AssertionError, ValueError) if serial else TAKEN
    assert [error for error in raised if not isinstance(error, expected)] == []
    return won
