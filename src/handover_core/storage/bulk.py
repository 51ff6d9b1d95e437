"""What a bulk returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, overload

from handover_core.values import Aggregate, versioned

T = TypeVar("T", bound=Aggregate)


class Stored(Sequence[T]):
    """Aggregates as a bulk has stored them; each is made when it is asked for, since as a rule nobody asks."""

    def __init__(self, aggregates: Sequence[T]) -> None:
        self._aggregates = tuple(aggregates)

    def __len__(self) -> int:
        return len(self._aggregates)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, slice):
            return [versioned(each, 1) for each in self._aggregates[place]]
        return versioned(self._aggregates[place], 1)
