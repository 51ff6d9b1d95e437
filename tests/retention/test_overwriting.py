"""Whatever is stored about a person, an erasure overwrites all of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.model import Employee
from handover_core.policy import CHINA
from handover_core.retention.erasing import overwrite
from handover_core.retention.model import Category
from handover_core.retention.presence import presence_of
from handover_core.retention.queries import facts_of
from handover_core.storage import Driver, Kind, UnitOfWork
from handover_core.storage.codec import from_json
from handover_core.storage.personal import mapped, pseudonym_of
from handover_core.storage.walking import rows_of
from handover_core.testing.strategies import populations_of
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
