"""A store from before an erasure is brought back while the keys are those of today: whoever was erased is erased again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore, Office
from handover_core.errors import OtherKeys, Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import EmployeeStatus
from handover_core.policy import CHINA
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordDocument, RecordStatus
from handover_core.retention.model import ErasureState
from handover_core.retention.texts import REVIVED
from handover_core.storage import MemoryStore, UnitOfWork
from handover_core.storage.copying import copy_company
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core_cli.main import main
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_sql import SqlStore
from retention.conftest import LEFT_ON, Past
from retention.kit import DUE, SECRETS, everything, told
from worlds import TENANT

EARLY, LATER = date(2023, 7, 1), date(2023, 8, 1)
"""The shortest periods are over on these days, and nothing is due yet."""
MUCH_LATER = date(2052, 1, 3)
"""The period of accounting records is over too."""


class Restored:
    """The company as it was on the night before an erasure on request, with the ring of today."""

    def __init__(self, past: Past, *, left: bool = True) -> None:
        self.past = past
        told(past)
        if not left:
            past.world.system.desk.do("test.back", self._back)
        backup = MemoryStore()
        copy_company(past.world.core.units, past.world.core.units.over(backup), past.tenant)
        past.gone()
        past.office(on=EARLY).retention.erase(past.id("0024"), "asked")
        self.store, self.person = backup, past.id("0024")
        self.core = HandoverCore(backup, vault=past.world.core.units.vault, policy=CHINA)

    def _back(self, unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        person = people.get(self.past.id("0024"))
        people.change(person, status=EmployeeStatus.ACTIVE, left_on=None)

    def office(self) -> Office:
        return self.core.office(self.past.tenant, self.past.office().desk.actor, on=LATER)

    @property
    def name(self) -> str:
        return self.office().desk.ask(lambda unit: unit.repository(EMPLOYEE).get(self.person)).name

    @property
    def text(self) -> str:
        return repr(self.store.state)


@pytest.fixture
def restored(past: Past) -> Restored:
    return Restored(past)


def test_whoever_was_erased_is_found_and_erased_again(restored: Restored) -> None:
    """Though not due; it is recorded as an erasure of its own, and nothing is left to do then."""
    retention = restored.office().retention
    assert restored.name != pseudonym_of(restored.person)
    assert [restored.person] == [each.id for each in retention.revived()]
    assert [] == retention.restored()
    (erasure,) = retention.apply().erasures
    assert (restored.person, REVIVED.en, True, ErasureState.DESTROYED) == (
        erasure.subject_id, erasure.reason, erasure.whole, erasure.state,
    )  # fmt: skip
    assert restored.name == pseudonym_of(restored.person)
    assert [word for word in SECRETS if word in restored.text] == []
    assert ([], (), ()) == (retention.revived(), retention.apply().erasures, retention.apply().repeated)
    assert restored.core.office(restored.past.tenant, SYSTEM).audit.verify().sound


def test_a_hold_that_stood_then_is_heeded(past: Past) -> None:
    """Nothing is taken and the person is named as one who waits; when it is released they go."""
    past.office().retention.place_hold("court case 7", employee_id=past.id("0021"))
    restored = Restored(past)
    retention = restored.office().retention
    hold = retention.place_hold("court case 8", employee_id=restored.person)
    applied = retention.apply()
    assert ((), [restored.person]) == (applied.erasures, [each.employee_id for each in applied.waiting])
    assert restored.name != pseudonym_of(restored.person)
    retention.release_hold(hold.id, "settled")
    assert len(retention.apply().erasures) == 1


def test_whoever_had_not_left_on_that_night_waits(past: Past) -> None:
    """The store of that night knows of no leaving: it is recorded first."""
    restored = Restored(past, left=False)
    assert [restored.person] == [each.employee_id for each in restored.office().retention.apply().waiting]

    def leave(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get(restored.person), status=EmployeeStatus.LEFT, left_on=LEFT_ON)

    restored.core.office(past.tenant, SYSTEM).desk.do("test.leave", leave)
    assert len(restored.office().retention.apply().erasures) == 1
    assert restored.name == pseudonym_of(restored.person)


def test_names_that_others_wrote_then_are_looked_for_first(past: Past) -> None:
    """They were redacted after that night: redact them again, or say why they are left."""
    told(past)
    record = past.world.record(f"Ask {past.person().name}", owner="0017")
    past.gone()
    backup = MemoryStore()
    copy_company(past.world.core.units, past.world.core.units.over(backup), past.tenant)
    past.office().retention.redact("work_record", record.id, past.id("0024"), "before the erasure")
    past.office(on=EARLY).retention.erase(past.id("0024"), "asked")
    core = HandoverCore(backup, vault=past.world.core.units.vault, policy=CHINA)
    retention = core.office(past.tenant, past.office().desk.actor, on=LATER).retention
    assert [past.id("0024")] == [each.employee_id for each in retention.apply().waiting]
    retention.redact("work_record", record.id, past.id("0024"), "before the erasure")
    assert len(retention.apply().erasures) == 1


def test_nobody_comes_back_where_all_is_as_it_should_be(past: Past) -> None:
    """Persons without keys, erased ones, and at level strict those who can be read by nobody."""
    told(past)
    assert [] == past.office().retention.revived()
    past.gone()
    past.office(on=EARLY).retention.erase(past.id("0024"), "asked")
    assert [] == past.office().retention.revived()


def test_whoever_was_erased_whole_stays_so_when_the_day_of_leaving_is_corrected(past: Past) -> None:
    """There is no old store: that the erasure is for another day brings nobody back."""
    told(past)
    past.gone()
    past.office(on=EARLY).retention.erase(past.id("0024"), "asked")
    past.gone(on=LEFT_ON - timedelta(days=1))
    assert [] == past.office().retention.revived()


def test_at_level_strict_nobody_can_be_read_and_they_are_erased_all_the_same(past: Past) -> None:
    """Their past may be from before there were keys; and the store is to know of the erasure."""
    past.world.system.privacy.set_level(Level.STRICT)
    restored = Restored(past)
    retention = restored.office().retention
    assert restored.name == pseudonym_of(restored.person)
    assert [restored.person] == [each.id for each in retention.revived()]
    assert [restored.person] == [each.subject_id for each in retention.apply().erasures]
    assert [] == retention.revived()
    assert restored.core.office(restored.past.tenant, SYSTEM).audit.verify().sound


def test_other_keys_know_of_nobody(past: Past, tmp_path: Path) -> None:
    restored = Restored(past)
    other = KeyRing(KeyTable.in_file(tmp_path / "o.db"), MasterKeys.from_file(tmp_path / "o.key"))
    restored.core.units.vault = other
    with pytest.raises(OtherKeys):
        restored.office().retention.revived()
    other.close()


@pytest.mark.parametrize(("lang", "words"), [("en", "1 persons may be read"), ("zh-CN", "1 名人员的密钥已销毁")])
def test_doctor_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ring: KeyRing, lang: str, words: str
) -> None:
    restored = Restored(Past(MemoryStore(), ring))
    store = SqlStore.from_url(f"sqlite:///{tmp_path / 'h.db'}")
    store.schema.migrate()
    copy_company(restored.core.units.over(restored.store), restored.core.units.over(store), TENANT)
    store.close()
    options = ["--store", f"sqlite:///{tmp_path / 'h.db'}", "--tenant", TENANT, "--lang", lang]
    options += ["--keys", str(tmp_path / "keys.db"), "--master-key", str(tmp_path / "master.key")]
    assert 0 == main([*options, "doctor"])
    assert words in capsys.readouterr().out
    assert 0 == main([*options, "retention", "apply", "--on", LATER.isoformat()])
    capsys.readouterr()
    assert 0 == main([*options, "doctor"])
    assert words not in capsys.readouterr().out


def test_whoever_was_erased_in_part_on_that_night_is_found_too(past: Past) -> None:
    """Their file named nobody any more; a voucher did, whose keys went with the rest later."""
    told(past)
    record = past.world.record("Books", owner="0021")
    voucher = RecordDocument(title="Voucher of the secret", uri="v", by_id=past.id("0024"))

    def keep(unit: UnitOfWork) -> None:
        records = unit.repository(WORK_RECORD)
        records.change(
            records.get(record.id), author_id=past.id("0024"), area="finance/accounting", status=RecordStatus.DONE,
            closed_on=date(2021, 1, 1), documents=(voucher,),
        )  # fmt: skip

    past.world.system.desk.do("test.books", keep)
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    assert [] == past.office(on=DUE).retention.revived()
    backup = MemoryStore()
    copy_company(past.world.core.units, past.world.core.units.over(backup), past.tenant)
    assert past.office(on=MUCH_LATER).retention.erase(past.id("0024"), "asked again").whole
    assert [] == past.office(on=MUCH_LATER).retention.revived()
    core = HandoverCore(backup, vault=past.world.core.units.vault, policy=CHINA, clock=past.world.clock)
    retention = core.office(past.tenant, past.office().desk.actor, on=MUCH_LATER).retention
    assert voucher.title in repr(backup.state)
    assert [past.id("0024")] == [each.id for each in retention.revived()]
    assert [True] == [each.whole for each in retention.apply().erasures]
    assert voucher.title not in repr(backup.state)
    assert ([], (), ()) == (retention.revived(), retention.apply().erasures, retention.apply().repeated)


def in_one_record(past: Past, ring: KeyRing) -> list[str]:
    """Return two who have left and each put a document on one record, erased as this store knows nothing of."""
    two = [past.id("0024"), past.id("0021")]
    documents = [RecordDocument(title=f"Passport {id_}.pdf", uri="", by_id=id_) for id_ in two]
    record = past.world.record("Visit", owner="0017", documents=tuple(documents))
    past.world.system.records.close_record(record.id)
    for number in ("0024", "0021"):
        past.gone(number)
    for id_ in two:
        ring.destroy(past.tenant, id_)
    return two


@pytest.mark.parametrize("strict", [False, True])
def test_two_who_were_erased_stand_in_one_record(past: Past, ring: KeyRing, strict: bool) -> None:
    """Neither waits for the other, also where somebody has asked for level strict in between."""
    two = in_one_record(past, ring)
    office, owner = past.office(on=LATER), past.world.office("0001")
    assert sorted(two) == [each.id for each in office.retention.revived()]
    if strict:
        with pytest.raises(Refused):
            owner.privacy.set_level(Level.STRICT)
    applied = office.retention.apply()
    assert (sorted(two), ()) == (sorted(each.subject_id for each in applied.erasures), applied.waiting)
    assert "Passport" not in everything(past)
    assert past.office("0006").audit.verify().sound
    if strict:
        owner.privacy.set_level(Level.STRICT)


def test_what_a_hold_keeps_of_another_is_not_taken_beside(past: Past, ring: KeyRing) -> None:
    two = in_one_record(past, ring)
    office = past.office(on=LATER)
    hold = office.retention.place_hold("court case 9", employee_id=two[1])
    assert sorted(two) == sorted(each.employee_id for each in office.retention.apply().waiting)
    assert f"Passport {two[1]}" in everything(past)
    office.retention.release_hold(hold.id, "settled")
    office.retention.apply()
    assert "Passport" not in everything(past)
