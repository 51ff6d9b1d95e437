"""The plan of a company, page by page: what is kept, what may be erased and what is due, for everybody who has left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from handover_core.desk import Desk
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import queries, rules
from handover_core.retention.model import Category, Due, Presence
from handover_core.retention.presence import presence_of
from handover_core.storage import UnitOfWork


@frozen(kw_only=True)
class Leaver:
    """A person of whom something is due: which categories, and whether nothing is left then, so that the keys go."""

    person: Employee
    categories: tuple[Category, ...]
    whole: bool

    @property
    def loses_names(self) -> bool:
        """Whether the erasure takes the names, now or in the history: afterwards nobody knows them."""
        return names_go(self.categories, whole=self.whole)


def names_go(categories: Sequence[Category], *, whole: bool) -> bool:
    """Tell whether an erasure of these categories takes the names."""
    return whole or Category.EMPLOYEE_FILE in categories


def plan(desk: Desk) -> list[Due]:
    """Return what holds for everybody who has left, by person."""
    return [due for _, dues in _plans(desk) for due in dues]


def plan_of(desk: Desk, employee_id: str) -> list[Due]:
    """Return what holds for one person; raise `NotFound`."""
    person = desk.ask(lambda unit: unit.repository(EMPLOYEE).get(employee_id))
    return _planned(desk, [person], presence_of(desk.ask, desk.policy))


def leavers(desk: Desk) -> Iterator[Leaver]:
    """Yield everybody of whom something is due, by id."""
    for person, dues in _plans(desk):
        categories = rules.due_categories(dues)
        if categories:
            yield Leaver(person=person, categories=categories, whole=rules.is_whole(dues, categories))


def _plans(desk: Desk) -> Iterator[tuple[Employee, list[Due]]]:
    presence = presence_of(desk.ask, desk.policy)
    for page in queries.left_persons(desk.ask):
        plans: dict[str, list[Due]] = {person.id: [] for person in page}
        for due in _planned(desk, page, presence):
            plans[due.employee_id].append(due)
        yield from ((person, plans[person.id]) for person in page)


def _planned(desk: Desk, people: Sequence[Employee], presence: Presence) -> list[Due]:
    def answer(unit: UnitOfWork) -> list[Due]:
        today = desk.today(unit)
        found = queries.facts_of(unit, people, desk.policy, presence)
        return [due for each in found for due in rules.plan_of(each, desk.policy.keeping, today, desk.calendar)]

    return desk.ask(answer) if people else []
