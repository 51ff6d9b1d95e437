"""Keeps a unit of work in which something failed from being committed."""

from __future__ import annotations

from collections.abc import Callable


class Dooming:
    """Dooms a unit where something fails inside; a class, since every write passes here."""

    __slots__ = ("_doom",)

    def __init__(self, doom: Callable[[], None]) -> None:
        self._doom = doom

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is not None:
            self._doom()
