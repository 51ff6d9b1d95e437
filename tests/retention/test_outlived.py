"""What outlived an erasure is taken by the next one: keys from an old backup, values that became personal later."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import copy

import pytest

from handover_core.errors import KeysInUse, OtherKeys
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus
from handover_core.retention.model import Category, ErasureState
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, UnitOfWork
from handover_core.storage.privacy import Level
from handover_core.values import Document
from handover_core_cli.main import main
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_sql import SqlStore
from retention.conftest import LEFT_ON, Past
from retention.kit import DUE, SECRETS, everything, refusal, told
from retention.test_employed_again import BACK, books
from worlds import TENANT

LATER = date(2025, 1, 1)


class Backup:
    """The table of keys as it was on one night."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._keys, self._kept, self._ring = folder / "keys.db", folder / "backup.db", ring
        with closing(sqlite3.connect(self._keys)) as now, closing(sqlite3.connect(self._kept)) as then:
            now.backup(then)

    def bring_back(self, past: Past) -> KeyRing:
        """Put the keys of that night in the place of today's."""
        self._ring.close()
        for each in self._keys.parent.glob("keys.db*"):
            each.unlink()
        copy(self._kept, self._keys)
        ring = KeyRing(KeyTable.in_file(self._keys), MasterKeys.from_file(self._keys.parent / "master.key"))
        past.world.core.units.vault = ring
        return ring


def erased(past: Past, tmp_path: Path, ring: KeyRing) -> Backup:
    """Erase the colleague, and return a backup of the keys from before."""
    told(past)
    kept = Backup(tmp_path, ring)
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    return kept


def late(past: Past, value: str) -> str:
    """Store a custom value of the colleague that nobody calls personal yet, and return the id of its field."""
    field = CustomField(id=past.world.new_id(), kind="employee", name="blood")
    past.world.system.organization.declare_field(field)
    tell(past, value)
    return field.id


def tell(past: Past, value: str, number: str = "0024") -> None:
    def change(unit: UnitOfWork) -> Employee:
        people = unit.repository(EMPLOYEE)
        person = people.get(past.id(number))
        return people.change(person, custom={**person.custom, "blood": value})

    past.world.system.desk.do("test", change)


def personal(past: Past, field: str) -> None:
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(CUSTOM_FIELD).change(unit.repository(CUSTOM_FIELD).get(field), personal=True),
    )


def phones(past: Past) -> set[object]:
    """Return the telephone numbers that can be read in the past of the colleague."""
    entries = past.office("0006").audit.entries(EMPLOYEE, past.id("0024"))
    return {each for entry in entries for field in entry.fields if field.field == "phone" for each in field.after}


def test_keys_from_an_old_backup_are_destroyed_again(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    """The past could be read with them; it is recorded who did so and when, and nothing is left to do afterwards."""
    kept = erased(past, tmp_path, ring)
    assert "13912345678" not in phones(past)
    back = kept.bring_back(past)
    assert "13912345678" in phones(past)
    office = past.office(on=LATER)
    assert [past.id("0024")] == [each.subject_id for each in office.retention.restored()]
    applied = office.retention.apply()
    assert ((), ()) == (applied.erasures, applied.waiting)
    (again,) = applied.repeated
    (repeat,) = again.repeats
    assert (LATER, past.id("0002"), True) == (repeat.on, repeat.by_id, repeat.keys)
    assert (ErasureState.DESTROYED, DUE) == (again.state, again.destroyed_on)
    assert back.person(past.tenant, past.id("0024")) is None
    assert "13912345678" not in phones(past)
    assert ([], ()) == (office.retention.restored(), office.retention.apply().repeated)
    assert past.office("0006").audit.verify().sound
    back.close()


def test_whoever_asks_again_has_them_destroyed_too(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    """Instead of being told that nothing is left; the second time it is so."""
    back = erased(past, tmp_path, ring).bring_back(past)
    retention = past.office(on=LATER).retention
    assert [True] == [each.keys for each in retention.erase(past.id("0024"), "asked again").repeats]
    assert back.person(past.tenant, past.id("0024")) is None
    assert "retention.nothing" == refusal(lambda: retention.erase(past.id("0024"), "and again"))
    back.close()


def test_work_that_goes_on_stops_no_repetition(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    """A successor may have opened a record of theirs again long after the erasure."""
    record = told(past)
    kept = Backup(tmp_path, ring)
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    successor = {"status": RecordStatus.OPEN, "closed_on": None, "owner_id": past.id("0017")}
    past.world.system.desk.do(
        "test", lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(record), **successor)
    )
    back = kept.bring_back(past)
    assert [True] == [each.repeats[-1].keys for each in past.office(on=LATER).retention.apply().repeated]
    assert back.person(past.tenant, past.id("0024")) is None
    back.close()


@pytest.mark.parametrize("stop", ["hold", "employed"])
def test_what_stops_an_erasure_stops_its_repetition(past: Past, tmp_path: Path, ring: KeyRing, stop: str) -> None:
    """A court may need what came back, and a new employment may be sealed with it; both are said each time."""
    back = erased(past, tmp_path, ring).bring_back(past)
    if stop == "hold":
        past.office("0006").retention.place_hold("court", employee_id=past.id("0024"))
    else:
        past.world.system.organization.change_employee(past.id("0024"), name="Lin Again")
        past.world.system.organization.rehire(past.id("0024"), BACK)
    applied = past.office(on=LATER).retention.apply()
    assert ((), ()) == (applied.erasures, applied.repeated)
    (waiting,) = applied.waiting
    assert ("court" if stop == "hold" else "employ") in waiting.why.en
    assert back.person(past.tenant, past.id("0024")) is not None
    back.close()


def test_a_repetition_that_was_cut_off_goes_on(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    """Before the keys are destroyed, and where somebody reads their file: it is unfinished until they are gone."""
    back = erased(past, tmp_path, ring).bring_back(past)

    class Busy:
        def __getattr__(self, name: str) -> object:
            return getattr(back, name)

        def destroy(self, tenant: str, subject: str) -> None:
            back.destroy(tenant, subject)
            raise KeysInUse

    past.world.core.units.vault = Busy()  # type: ignore[assignment]
    retention = past.office(on=LATER).retention
    assert [past.id("0024")] == [each.employee_id for each in retention.apply().waiting]
    assert [ErasureState.OVERWRITTEN] == [each.state for each in retention.erasures()]
    past.world.core.units.vault = back
    (done,) = past.office(on=LATER).retention.apply().erasures
    assert (ErasureState.DESTROYED, 1) == (done.state, len(done.repeats))
    back.close()


@pytest.mark.parametrize("act", ["apply", "erase"])
def test_a_field_that_becomes_personal_after_an_erasure_is_emptied_there_too(past: Past, act: str) -> None:
    """In the state and in the whole past, also where the files were cleaned before; others keep their values."""
    field = late(past, "0 neg")
    tell(past, "AB pos", "0021")
    past.gone()
    retention = past.office(on=DUE).retention
    retention.erase(past.id("0024"), "asked")
    retention.apply(compact=True)
    personal(past, field)
    assert "0 neg" in everything(past)
    if act == "apply":
        (again,) = past.office(on=LATER).retention.apply().repeated
    else:
        again = past.office(on=LATER).retention.erase(past.id("0024"), "asked again")
    assert ([False], ErasureState.DESTROYED) == ([each.keys for each in again.repeats], again.state)
    assert "0 neg" not in everything(past)
    assert {"blood": "AB pos"} == past.person("0021").custom
    assert () == past.office(on=LATER).retention.apply().repeated
    assert past.office("0006").audit.verify().sound


def test_a_change_of_the_level_takes_nothing_that_a_hold_keeps(past: Past) -> None:
    """Not what became personal after the erasure either: it waits, as the repetition of the erasure does."""
    field = late(past, "0 neg")
    past.gone()
    retention, privacy = past.office(on=DUE).retention, past.world.office("0001").privacy
    retention.erase(past.id("0024"), "asked")
    hold = retention.place_hold("court order 12", employee_id=past.id("0024"))
    personal(past, field)
    assert "privacy.outlived" == refusal(lambda: privacy.set_level(Level.STRICT))
    assert {"blood": "0 neg"} == past.person().custom
    retention.release_hold(hold.id, "settled")
    assert 1 == len(retention.apply().repeated)
    privacy.set_level(Level.STRICT)
    assert Level.STRICT is privacy.level()
    assert "0 neg" not in everything(past)


def test_a_part_that_was_erased_is_looked_at_again_too(past: Past) -> None:
    """The file went and the books stay; the value goes with the file's categories."""
    field = late(past, "0 neg")
    books(past)
    past.gone()
    (first,) = past.office(on=DUE).retention.apply().erasures
    assert (False, True) == (first.whole, Category.EMPLOYEE_FILE in first.categories)
    personal(past, field)
    (again,) = past.office(on=LATER).retention.apply().repeated
    assert ErasureState.OVERWRITTEN is again.state
    assert "0 neg" not in everything(past)


def test_whose_id_begins_anothers_is_nobody_else(store: Driver, ring: KeyRing) -> None:
    """What one of them had before there were keys is no reason to erase the other once more, day after day."""
    past = Past(store, None)
    organization = past.world.system.organization
    for id_ in ("p1", "p10"):
        organization.hire(
            Employee(
                id=id_, number=id_, name=f"Colleague {id_}", unit_id=past.person().unit_id, hired_on=date(2020, 1, 1)
            )
        )
        past.world.people[id_] = organization.employee(id_)
    record = past.world.record("Visit", owner="p1", documents=(Document(title="P.pdf", uri="file:///P.pdf"),))
    past.world.system.desk.do(
        "test", lambda unit: unit.repository(WORK_RECORD).change(record, owner_id="p10"),
    )  # fmt: skip
    past.world.system.records.close_record(record.id)
    past.world.core.units.vault = ring
    past.gone("p10")
    assert ["p10"] == [each.subject_id for each in past.office(on=DUE).retention.apply().erasures]
    assert () == past.office(on=LATER).retention.apply().repeated
    assert "P.pdf" in everything(past)


def test_an_erasure_of_a_former_employment_takes_nothing_of_the_present_one(past: Past) -> None:
    books(past)
    past.gone()
    past.office(on=DUE).retention.apply()
    past.world.system.organization.change_employee(past.id("0024"), name="Lin Again")
    past.world.system.organization.rehire(past.id("0024"), BACK)
    personal(past, late(past, "0 neg"))
    applied = past.office(on=LATER).retention.apply()
    assert ((), ()) == (applied.repeated, applied.waiting)
    assert {"blood": "0 neg"} == past.person().custom


def test_what_was_written_with_keys_that_came_back_goes_with_them(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    """Whoever writes about an erased person then is not refused; the next application of the plan takes it."""
    back = erased(past, tmp_path, ring).bring_back(past)
    past.world.system.desk.do(
        "test", lambda unit: unit.repository(EMPLOYEE).change(past.person(), email="again@acme.test")
    )
    (again,) = past.office(on=LATER).retention.apply().repeated
    assert again.repeats[-1].keys
    assert [] == [each for each in (*SECRETS, "again@acme.test") if each in everything(past)]
    person = past.person()
    assert (EmployeeStatus.LEFT, LEFT_ON, None) == (person.status, person.left_on, person.email)
    back.close()


def test_the_command_line_says_that_keys_are_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`doctor` says how many and what to do; `retention apply` says of whom."""
    ring = KeyRing(KeyTable.in_file(tmp_path / "keys.db"), MasterKeys.from_file(tmp_path / "master.key"))
    store = SqlStore.from_url(f"sqlite:///{tmp_path / 'h.db'}")
    store.schema.migrate()
    past = Past(store, ring)
    back = erased(past, tmp_path, ring).bring_back(past)
    back.close()
    store.close()

    def run(*words: str) -> str:
        options = ["--store", f"sqlite:///{tmp_path / 'h.db'}", "--tenant", TENANT, "--lang", "en"]
        options += ["--keys", str(tmp_path / "keys.db"), "--master-key", str(tmp_path / "master.key")]
        assert 0 == main([*options, *words])
        return capsys.readouterr().out

    assert "keys of 1 erased persons are there again" in run("doctor")
    assert "once more, since the keys" in run("retention", "apply", "--on", "2025-01-01")
    assert "again" not in run("doctor")


def test_other_keys_are_no_keys_that_came_back(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    """They hold keys of the same persons, or make some, and say nothing about those of the company."""
    erased(past, tmp_path, ring)
    other = KeyRing(KeyTable.in_file(tmp_path / "o.db"), MasterKeys.from_file(tmp_path / "o.key"))
    other.prepare(past.tenant, [past.id("0024")])
    past.world.core.units.vault = other
    with pytest.raises(OtherKeys):
        past.office(on=LATER).retention.restored()
    other.close()


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_doctor_says_that_the_keys_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ring: KeyRing, lang: str
) -> None:
    """It answers all the same, to scripts too, and makes no file."""
    store = SqlStore.from_url(f"sqlite:///{tmp_path / 'h.db'}")
    store.schema.migrate()
    erased(Past(store, ring), tmp_path, ring)
    store.close()
    missing = tmp_path / "nowhere.db"
    options = ["--store", f"sqlite:///{tmp_path / 'h.db'}", "--tenant", TENANT, "--lang", lang]
    options += ["--keys", str(missing), "--master-key", str(tmp_path / "master.key")]
    assert 0 == main([*options, "doctor"])
    assert str(missing) in capsys.readouterr().out
    assert 0 == main([*options, "--json", "doctor"])
    answer = json.loads(capsys.readouterr().out)
    assert ("privacy.other_keys", []) == (answer["keys"], answer["keys_back"])
    assert 0 < answer["stored"]["employee"]
    assert not missing.exists()
