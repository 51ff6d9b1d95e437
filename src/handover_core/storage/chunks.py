"""Many things in parts of one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of ``size``, the last of which may be shorter; nothing is read before it is needed."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
