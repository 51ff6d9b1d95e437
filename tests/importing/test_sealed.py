"""What is imported into a company with keys: whoever is erased leaves no number behind, and does not come in again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.ids import derived_id
from handover_core.policy import CHINA
from handover_core.storage import Driver, MemoryStore, UnitFactory
from handover_core.storage.personal import pseudonym_of
from handover_core_import import Importer, ImportReport
from handover_core_keys import KeyRing
from importing.kit import TENANT, as_csv, codes, state

NOW = datetime(2036, 1, 5, 9, tzinfo=UTC)
APPROVER = Actor("approver", frozenset({Role.APPROVER, Role.HR, Role.SYSTEM}))
LEFT = {"工号": "E-0042", "姓名": "王小芳", "状态": "离职", "入职日期": "2020-03-02", "离职日期": "2021-06-30"}
STAYS = {"工号": "E-0021", "姓名": "李四", "状态": "在职", "入职日期": "2019-01-07"}
MORE = {
    "劳动合同": [{"工号": "E-0042", "开始日期": "2020-03-02", "合同类型": "固定期限"}],
    "请假": [{"工号": "E-0042", "开始日期": "2021-02-01", "结束日期": "2021-02-03", "类型": "病假"}],
    "岗位": [{"岗位编码": "P", "岗位名称": "p"}],
    "任职": [{"工号": "E-0042", "岗位编码": "P", "生效日期": "2020-03-02"}],
}


@pytest.fixture
def core(store: Driver, ring: KeyRing) -> HandoverCore:
    return HandoverCore(store, vault=ring, policy=CHINA, clock=lambda: NOW)


def bring(core: HandoverCore, folder: Path, people: list[dict[str, str]], **options: Any) -> ImportReport:
    return Importer(core.units, TENANT, APPROVER, **options).run(as_csv(folder, {"员工": people, **MORE}))


def everything(units: UnitFactory) -> str:
    with units.unit(TENANT, APPROVER, write=False) as unit:
        return repr([unit.transaction.history(TENANT, None, 10_000), state(units)])


def test_an_erased_persons_number_is_nowhere_and_follows_from_no_id(core: HandoverCore, tmp_path: Path) -> None:
    """Not from the references of what hangs on them, nor from ids, nor from the pseudonym, by trying all numbers."""
    assert codes(bring(core, tmp_path / "one", [LEFT, STAYS])) == {}
    before = state(core.units)
    person = next(each for each in before["employee"].values() if each.number == "E-0042")
    assert {"labour_contract", "absence", "assignment"} <= {kind for kind in before if before[kind]}
    core.office(TENANT, APPROVER).retention.erase(person.id, "asked")
    after = state(core.units)
    assert "E-0042" not in everything(core.units), "with the letter: bare digits stand in a digest now and then"
    guessed = [derived_id("import", TENANT, "employee", "import", f"E-{number:04d}") for number in range(100)]
    assert person.id not in guessed
    assert pseudonym_of(person.id) == after["employee"][person.id].number
    assert core.office(TENANT, APPROVER).audit.verify().sound


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_sheet_that_still_holds_an_erased_person_comes_in_but_for_their_rows(
    core: HandoverCore, tmp_path: Path, dry_run: bool
) -> None:
    """They come back with place and cure, and the person does not come in again under the same number."""
    bring(core, tmp_path / "one", [LEFT, STAYS])
    (person,) = (each for each in state(core.units)["employee"].values() if each.number == "E-0042")
    core.office(TENANT, APPROVER).retention.erase(person.id, "asked")
    report = bring(core, tmp_path / "two", [LEFT, {**STAYS, "姓名": "李思"}], dry_run=dry_run)
    assert ("privacy.erased",) == codes(report)["员工", 2]
    assert ("员工", 3) not in codes(report)
    names = {each.name for each in state(core.units)["employee"].values()}
    assert {"李四" if dry_run else "李思", pseudonym_of(person.id)} == names


def test_a_row_has_the_same_id_whoever_imports_it(core: HandoverCore, ring: KeyRing, tmp_path: Path) -> None:
    """Into another store with the same keys too: two copies of a company know the same people by the same ids."""
    other = HandoverCore(MemoryStore(), vault=ring, policy=CHINA, clock=lambda: NOW)
    for each in (core, other, core):
        assert codes(bring(each, tmp_path / "in", [LEFT, STAYS])) == {}
    assert state(core.units) == state(other.units)
