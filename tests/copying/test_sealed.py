"""A company that is sealed is copied with its own keys or not at all, and lies in the target as its level says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archives import NAMES, Archive
from handover_core.actor import Role
from handover_core.app import HandoverCore
from handover_core.errors import CopyConflict, OtherKeys
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Driver, MemoryStore, UnitFactory
from handover_core.storage.copying import Step, copy_company
from handover_core.storage.privacy import Level
from handover_core.texts import Lang
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from pasts import AUDITOR
from retention.conftest import Past
from retention.kit import DUE
from retention.test_outlived import late, personal

OWNER = evolve(AUDITOR, roles=frozenset({Role.OWNER, Role.AUDITOR}))


@pytest.fixture
def rings(tmp_path: Path) -> Iterator[list[KeyRing]]:
    master = MasterKeys.from_file(tmp_path / "master.key")
    made = [KeyRing(KeyTable.in_file(tmp_path / f"{name}.db"), master) for name in ("keys", "other")]
    yield made
    for ring in made:
        ring.close()


def holds(store: Driver, tenant: str) -> list[Any]:
    """Return what a store holds of a company: registers, entries and rows."""
    with UnitFactory(store, KINDS).unit(tenant, OWNER, write=False) as unit:
        counts = [each.name for each in KINDS if unit.repository(each).count()]
        return [*unit.transaction.spaces(tenant, None, 9), *unit.transaction.history(tenant, None, 9), *counts]


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("how", ["other", "none"])
def test_a_sealed_company_is_not_copied_with_other_keys(
    store: Driver, rings: list[KeyRing], how: str, level: Level
) -> None:
    """It would be sealed with keys that its settings do not name, or stand there readable under the name of strict."""
    archive = Archive(MemoryStore(), rings[0])
    tenant = archive.story.tenant
    archive.story.core.office(tenant, OWNER).privacy.set_level(level)
    source, vault = archive.story.core.units, rings[1] if how == "other" else None
    for from_ in (source, HandoverCore(source.driver, vault=vault).units):
        with pytest.raises(OtherKeys):
            copy_company(from_, HandoverCore(store, vault=vault).units, tenant)
    assert [] == holds(store, tenant)
    copy_company(source, HandoverCore(store, vault=rings[0]).units, tenant)
    office = HandoverCore(store, vault=rings[0]).office(tenant, OWNER)
    assert NAMES[0] == office.organization.employee(NAMES[4]).name
    assert office.audit.verify().sound


@pytest.mark.parametrize("to", Level)
def test_a_level_that_changes_during_the_copy_arrives_with_the_rows(
    store: Driver, rings: list[KeyRing], to: Level
) -> None:
    """Between the settings and the rows: what was written by the settings of before is written anew."""
    archive = Archive(MemoryStore(), rings[0])
    tenant, source = archive.story.tenant, archive.story.core.units
    privacy = archive.story.core.office(tenant, OWNER).privacy
    privacy.set_level(Level.STANDARD if to is Level.STRICT else Level.STRICT)
    once = [True]

    def meddle(step: Step) -> None:
        if step.part == "registers" and once:
            once.pop()
            privacy.set_level(to)

    target = HandoverCore(store, vault=rings[0]).units
    copy_company(source, target, tenant, meddle)
    with target.unit(tenant, OWNER, write=False) as unit:
        (row,) = [unit.as_stored.get(EMPLOYEE, tenant, archive.person)]
        assert (NAMES[0] in row.body) is (to is Level.STANDARD)
    office = HandoverCore(store, vault=rings[0]).office(tenant, OWNER)
    assert (to, archive.person) == (office.privacy.level(), office.organization.employee(NAMES[4]).id)
    assert 0 == copy_company(source, target, tenant).written


def test_what_became_personal_after_an_erasure_is_taken_out_of_the_source_first(
    store: Driver, rings: list[KeyRing]
) -> None:
    past = Past(MemoryStore(), rings[0])
    field = late(past, "0 neg")
    past.gone()
    past.world.office("0001").privacy.set_level(Level.STRICT)
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    personal(past, field)
    source, target = past.world.core.units, past.world.core.units.over(store)
    with pytest.raises(CopyConflict) as raised:
        copy_company(source, target, past.tenant)
    for lang, words in ((Lang.EN, "who was erased"), (Lang.ZH, "已被删除")):
        assert words in raised.value.message(lang)
        assert past.id("0024") not in raised.value.message(lang)
        assert "handover retention apply" in raised.value.remedy(lang)
    past.office(on=DUE).retention.apply()
    assert copy_company(source, target, past.tenant).written
    assert 0 == copy_company(source, target, past.tenant).written
    assert HandoverCore(store, vault=rings[0]).office(past.tenant, OWNER).audit.verify().sound
