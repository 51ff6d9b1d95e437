"""Whatever is stored about a person, an erasure overwrites all of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Absence, Employee
from handover_core.policy import CHINA
from handover_core.retention.erasing import overwrite
from handover_core.retention.model import Category
from handover_core.retention.presence import presence_of
from handover_core.retention.queries import facts_of
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, Kind, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.personal import mapped, pseudonym_of
from handover_core.storage.walking import rows_of
from handover_core.testing.strategies import populations_of
from handover_core.values import DateRange
from handover_core_keys import KeyRing

PERSONAL = [kind for kind in KINDS if kind.personal]


Values = dict[tuple[str, str, str, str, int], tuple[str, Any, Any]]


def values_of(rows: Iterator[tuple[Kind[Any], str, Any]]) -> Values:
    """Return every personal value: its place among those of one person, whose and what it is, and what an erasure leaves."""
    found: Values = {}
    for kind, id_, body in rows:

        def note(each: Any, whose: str, value: Any, kind: Kind[Any] = kind, id_: str = id_) -> Any:
            place = kind.name, id_, ".".join(each.steps), whose
            count = sum(known[:4] == place for known in found)
            found[*place, count] = whose, value, each.erased(value, pseudonym_of(whose))
            return value

        mapped(body, kind.personal, id_, note)
    return found


@pytest.mark.parametrize("kind", PERSONAL, ids=lambda kind: kind.name)
@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_all_that_is_about_one_person_is_overwritten_and_nothing_else(
    store: Driver, ring: KeyRing, kind: Kind[Any], data: st.DataObject
) -> None:
    """Also where the person is named inside a part of the body; a second walk finds nothing to do.

    Where the plan sees nothing of the person, an erasure finds nothing either.
    """
    population = data.draw(populations_of(kind))
    core, tenant = HandoverCore(store, vault=ring), new_id()
    desk = core.office(tenant, SYSTEM).desk

    def fill(unit: UnitOfWork) -> None:
        for other, target in population.targets:
            unit.repository(other).add(target)
        for member in population.members:
            unit.repository(kind).add(member)

    desk.do("fill", fill)

    def stored() -> Values:
        return values_of((each, row.id, from_json(row.body)) for each in PERSONAL for row in rows_of(desk.ask, each))

    before = stored()
    subject = data.draw(st.sampled_from(sorted({whose for whose, _, _ in before.values()}) or ["nobody"]))
    present = presence_of(desk.ask, CHINA).get(subject, {})
    person = Employee(id=subject, number=subject, name=subject)
    (facts,) = desk.ask(lambda unit: facts_of(unit, [person], CHINA, {subject: present}))
    absent = set(Category) - facts.present
    assert 0 == overwrite(desk.ask, lambda fn: desk.do("erase", fn), CHINA, subject, absent)
    for expected in (None, 0):
        count = overwrite(desk.ask, lambda fn: desk.do("erase", fn), CHINA, subject, Category)
        assert expected in {None, count}
    ring.destroy(tenant, subject)
    after = stored()
    for place, (whose, value, left) in before.items():
        if whose != subject:
            assert (whose, value) == after[place][:2]
        elif place in after:
            assert left == after[place][1]
    assert core.office(tenant, SYSTEM).audit.verify().sound


def test_what_was_about_a_person_goes_where_their_name_is_still_on_the_row(store: Driver, ring: KeyRing) -> None:
    """They stand there in another role now, so the row is not theirs; its past is."""
    tenant = new_id()
    people = [Employee(id=id_, number=id_, name=id_) for id_ in ("p", "q")]
    without = HandoverCore(store).office(tenant, SYSTEM).desk
    field = CustomField(id="home", kind="absence", name="home")

    def fill(unit: UnitOfWork) -> None:
        unit.repository(CUSTOM_FIELD).add(field)
        for person in people:
            unit.repository(EMPLOYEE).add(person)
        stay = DateRange(date(2021, 5, 1), date(2021, 5, 4))
        note = CustomField(id="note", kind="absence", name="stands in")
        unit.repository(CUSTOM_FIELD).add(note)
        made = Absence(id="a", employee_id="p", effective=stay, custom={"home": "Elm Street 5"})
        unit.repository(ABSENCE).add(made)

    def move(unit: UnitOfWork) -> None:
        absences = unit.repository(ABSENCE)
        absences.change(absences.get("a"), employee_id="q", custom={"home": "Oak Street 7", "stands in": "p"})

    without.do("fill", fill)
    without.do("move", move)
    desk = HandoverCore(store, vault=ring).office(tenant, SYSTEM).desk

    def declare(unit: UnitOfWork) -> None:
        fields = unit.repository(CUSTOM_FIELD)
        fields.change(fields.get("home"), personal=True)

    desk.do("declare", declare)
    overwrite(desk.ask, lambda fn: desk.do("erase", fn), CHINA, "p", Category)
    said = desk.ask(lambda unit: repr(unit.changes(ABSENCE, "a")))
    assert (False, True) == ("Elm Street" in said, "Oak Street" in said)
    assert HandoverCore(store, vault=ring).office(tenant, SYSTEM).audit.verify().sound
