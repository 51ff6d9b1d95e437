"""What came in a bulk and outlives the keys of somebody who was erased: it is taken, and the past stays sound."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.errors import CopyConflict, Erased
from handover_core.organization.kinds import ABSENCE
from handover_core.organization.model import Absence
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, MemoryStore, UnitOfWork
from handover_core.storage.copying import copy_company
from handover_core.storage.privacy import Level
from handover_core.texts import Lang
from handover_core.values import DateRange
from handover_core_keys import KeyRing
from pasts import Tamperer
from retention.conftest import Past
from retention.kit import DUE, everything

PLACE, DOCTOR, NOTE = "Elm Street 5", "Dr. Oak", "体检"
FIRST = date(2021, 1, 1)


def absent(past: Past) -> list[str]:
    """Store absences of the colleague in one bulk, with a place that nobody calls personal yet; return their ids.

    Beside it stands what is personal from the first.
    """
    for name in ("place", "doctor"):
        field = CustomField(id=past.world.new_id(), kind="absence", name=name, personal=name == "doctor")
        past.world.system.organization.declare_field(field)
    found = [
        Absence(
            id=past.world.new_id(), employee_id=past.id("0024"), note=NOTE, custom={"place": PLACE, "doctor": DOCTOR},
            effective=DateRange(FIRST + timedelta(days=2 * each), FIRST + timedelta(days=2 * each + 1)),
        )
        for each in range(3)
    ]  # fmt: skip
    past.world.system.desk.do("test", lambda unit: unit.repository(ABSENCE).add_many(found))
    return [each.id for each in found]


def personal(past: Past) -> None:
    def change(unit: UnitOfWork) -> None:
        fields = unit.repository(CUSTOM_FIELD)
        (field,) = [each for each in fields.list() if each.name == "place"]
        fields.change(field, personal=True)

    past.world.system.desk.do("test", change)


def change(past: Past, id_: str, **values: object) -> Absence:
    def act(unit: UnitOfWork) -> Absence:
        absences = unit.repository(ABSENCE)
        return absences.change(absences.get(id_), **values)

    return past.world.system.desk.do("test", act)


def sound(past: Past) -> bool:
    """Tell whether the past is sound with the keys and without them."""
    without = HandoverCore(past.world.core.units.driver).office(past.tenant, SYSTEM).audit
    return without.verify().sound and past.office("0006").audit.verify().sound


@pytest.mark.parametrize("level", Level)
def test_a_field_becomes_personal_after_the_erasure(past: Past, store: Driver, level: Level) -> None:
    ids = absent(past)
    past.world.office("0001").privacy.set_level(level)
    past.gone()
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    personal(past)
    assert PLACE in everything(past)
    (again,) = past.office(on=DUE).retention.apply().repeated
    assert 1 == len(again.repeats)
    assert PLACE not in everything(past)
    assert sound(past)
    if not isinstance(store, MemoryStore):
        Tamperer(store, past.tenant).row(ids[0], {"body": "{}"}, ABSENCE)
        assert [ids[0]] == [each.id for each in past.office("0006").audit.verify().breaks]


@pytest.mark.parametrize("level", Level)
def test_a_field_became_personal_before_the_erasure_and_after_the_bulk(past: Past, level: Level) -> None:
    """It stands in the entry of the bulk beside what was sealed there, and goes from it too."""
    absent(past)
    personal(past)
    past.world.office("0001").privacy.set_level(level)
    past.gone()
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    assert [word for word in (PLACE, DOCTOR, NOTE) if word in everything(past)] == []
    assert sound(past)
    assert () == past.office(on=DUE).retention.apply().repeated


@pytest.mark.parametrize("how", ["emptied", "deleted", "moved and emptied"])
def test_somebody_takes_the_value_away_before(past: Past, how: str) -> None:
    """The entry of that cannot seal what was there; another tells what the entry of the bulk follows from since."""
    ids = absent(past)
    past.gone()
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    personal(past)
    with pytest.raises(Erased):
        change(past, ids[0], custom={"place": "Oak Street 7"})
    if how == "deleted":
        past.world.system.desk.do(
            "test", lambda unit: [unit.repository(ABSENCE).delete(unit.repository(ABSENCE).get(id_)) for id_ in ids]
        )
    else:
        if how != "emptied":
            change(past, ids[0], effective=DateRange(date(2020, 1, 1), date(2020, 1, 2)))
        assert change(past, ids[0], custom={}).version == change(past, ids[0]).version
    assert sound(past)
    past.office(on=DUE).retention.apply()
    assert PLACE not in everything(past)
    assert sound(past)


@pytest.mark.parametrize("level", Level)
def test_a_bulk_from_before_there_were_keys_in_an_older_store(store: Driver, ring: KeyRing, level: Level) -> None:
    past = Past(store, None)
    ids = absent(past)
    past.gone()
    past.world.core.units.vault = ring
    past.world.office("0001").privacy.set_level(level)
    ring.prepare(past.tenant, (past.id("0024"),))
    ring.destroy(past.tenant, past.id("0024"))
    assert [past.id("0024")] == [each.id for each in past.office(on=DUE).retention.revived()]
    if level is Level.STRICT:
        units = past.world.core.units
        with pytest.raises(CopyConflict) as raised:
            copy_company(units, units.over(MemoryStore()), past.tenant)
        assert "retention apply" in raised.value.remedy(Lang.EN)
    assert 1 == len(past.office(on=DUE).retention.apply().erasures)
    assert [word for word in (NOTE, DOCTOR) if word in everything(past)] == []
    assert sound(past)
    past.world.system.desk.do(
        "test", lambda unit: unit.repository(ABSENCE).delete(unit.repository(ABSENCE).get(ids[2]))
    )
    personal(past)
    assert 1 == len(past.office(on=DUE).retention.apply().repeated)
    assert PLACE not in everything(past)
    assert sound(past)
