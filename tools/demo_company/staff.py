"""People, positions and who holds which of them on a day, read from the tables."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from demo_company.people import EMPLOYEES, FURTHER_ASSIGNMENTS
from demo_company.table import Pair, rows
from demo_company.units import POSITIONS


class Person(NamedTuple):
    """An employee with their first position."""

    number: str
    hired: date
    left: date | None
    position: str
    since: date
    roles: tuple[str, ...]
    name: Pair
    mail: str


class Place(NamedTuple):
    """A person in a position over a range of days."""

    person: str
    position: str
    capacity: str
    start: date
    end: date | None
    signed_by: str
    signed_on: str

    def on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.start <= day and (self.end is None or day < self.end)


class Description(NamedTuple):
    """A position as it is described from a day on."""

    row: str
    unit: str
    above: str
    headcount: str
    backups: str
    start: date
    title: Pair
    purpose: Pair

    @property
    def code(self) -> str:
        """The code of the position."""
        return self.row.partition("/")[0]


@cache
def people() -> tuple[Person, ...]:
    """Return everybody who works or worked here, by number."""
    return tuple(
        Person(
            number, date.fromisoformat(hired), _day(left), position, date.fromisoformat(since),
            tuple(roles.split(";")), Pair(zh, en), f"{mail}@example.com",
        )
        for number, hired, left, position, since, roles, zh, en, mail in rows(EMPLOYEES, 9)
    )  # fmt: skip


@cache
def places() -> tuple[Place, ...]:
    """Return all assignments, by person and first day."""
    first = [
        Place(each.number, each.position, "incumbent", each.since, each.left, _signer(each), each.since.isoformat())
        for each in people()
    ]
    further = [
        Place(number, position, capacity, date.fromisoformat(start), _day(end), by, on)
        for number, position, capacity, start, end, by, on in rows(FURTHER_ASSIGNMENTS, 7)
    ]
    return tuple(sorted(first + further, key=lambda each: (each.person, each.start, each.position)))


def _signer(person: Person) -> str:
    return "0001" if person.number in {"0006", "0002"} else "0002" if person.number == "0001" else "0006"


@cache
def descriptions() -> tuple[Description, ...]:
    """Return all position descriptions in the order of the table."""
    return tuple(
        Description(
            row, unit, above, headcount, backups, date.fromisoformat(start), Pair(zh, en), Pair(purpose_zh, purpose_en)
        )
        for row, unit, above, headcount, backups, start, zh, en, purpose_zh, purpose_en in rows(POSITIONS, 10)
    )


def position_on(person: str, day: date) -> str | None:
    """Return the position that a person works in on a day, the earliest taken up that still holds."""
    found = [each for each in places() if each.person == person and each.capacity == "incumbent" and each.on(day)]
    return found[0].position if found else None


def holders_on(position: str, day: date) -> list[str]:
    """Return who works in a position on a day."""
    working = {"incumbent", "acting", "interim_custodian"}
    return [each.person for each in places() if each.position == position and each.capacity in working and each.on(day)]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
