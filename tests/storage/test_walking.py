"""Walks over several sources read everything once and in order, in as few units as there is much of."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handover_core.storage.walking import Read, in_turn


def source(items: list[int]) -> Read[int, int]:
    """Return a source of numbers in order."""

    def read(after: int | None, size: int, _: object) -> list[int]:
        assert size > 0
        start = 0 if after is None else bisect_right(items, after)
        return items[start : start + size]

    return read


class Asking:
    """Counts the units."""

    def __init__(self) -> None:
        self.units = 0

    def __call__(self, fn: Any) -> Any:
        self.units += 1
        return fn(None)


@given(
    sources=st.lists(st.lists(st.integers(0, 40), unique=True).map(sorted), max_size=6),
    size=st.integers(1, 12),
)
def test_everything_is_read_once_and_in_order(sources: list[list[int]], size: int) -> None:
    ask = Asking()
    found = list(in_turn(ask, [(key, source(items)) for key, items in enumerate(sources)], int, size))
    assert [(key, item) for key, items in enumerate(sources) for item in items] == found
    assert ask.units == (len(found) // size + 1 if sources else 0) or (
        # The last source ended where a unit did: nobody knows that before the sources after it were asked.
        len(found) % size == 0 and ask.units == len(found) // size
    )


def test_nothing_is_read_before_it_is_needed() -> None:
    ask = Asking()
    walk = in_turn(ask, [("a", source([1, 2, 3])), ("b", source([1]))], int, 2)
    assert 0 == ask.units
    assert [("a", 1), ("a", 2)] == [next(walk), next(walk)]
    assert 1 == ask.units
    assert [("a", 3), ("b", 1)] == list(walk)
