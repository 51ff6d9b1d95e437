"""Small tools of the generator: tables in text, texts in two languages, dice that always fall alike, working days."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

Any_ = TypeVar("Any_")
ONE_DAY = timedelta(days=1)
FIRST_DAY = date(2025, 3, 1)
LAST_DAY = date(2026, 2, 28)
TODAY = date(2026, 3, 2)
SATURDAY = 5


class Pair(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def filled(self, **values: object) -> Pair:
        """Return the pair with its placeholders filled; a pair fills each language with its own text."""
        zh = {name: value.zh if isinstance(value, Pair) else value for name, value in values.items()}
        en = {name: value.en if isinstance(value, Pair) else value for name, value in values.items()}
        return Pair(self.zh.format(**zh), self.en.format(**en))


class Word(NamedTuple):
    """A stored word; the sheet's labels say how it is written in Chinese."""

    stored: str


NOTHING = Pair("", "")


def rows(table: str, width: int) -> Iterator[list[str]]:
    """Yield the cells of a table whose columns are parted by bars; lines that begin with # are remarks."""
    for line in table.strip().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > width:
            raise ValueError(line)
        yield cells + [""] * (width - len(cells))


class Dice:
    """Chances that depend on a name alone, on every machine and under every Python alike."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(f"handover-core demo company/{name}")  # noqa: S311 - a story, not a secret

    def chance(self, share: float) -> bool:
        """Return True in ``share`` of the cases."""
        return self._random.random() < share

    def number(self, first: int, last: int) -> int:
        """Return a whole number from ``first`` to ``last``, both included."""
        return first + int(self._random.random() * (last - first + 1))

    def pick(self, choices: Sequence[Any_]) -> Any_:
        """Return one of the choices."""
        return choices[int(self._random.random() * len(choices))]

    def weighted(self, choices: Sequence[Any_], weights: Sequence[int]) -> Any_:
        """Return one of the choices, the heavier the likelier."""
        left = self._random.random() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            left -= weight
            if left < 0:
                return choice
        return choices[-1]


_HOLIDAYS = (
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
)


def is_workday(day: date) -> bool:
    """Tell whether the company works on a day; make-up days are left out."""
    return day.weekday() < SATURDAY and not any(first <= day <= last for first, last in _HOLIDAYS)


def workday(day: date) -> date:
    """Return the day, or the next one on which the company works."""
    while not is_workday(day):
        day += ONE_DAY
    return day


def workdays(first: date, last: date) -> list[date]:
    """Return the days from ``first`` to ``last`` on which the company works."""
    count = (last - first).days + 1
    return [day for day in (first + number * ONE_DAY for number in range(count)) if is_workday(day)]
