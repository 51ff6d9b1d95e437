"""`handover retention` as HR, an approver and a script use it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from handover_core.actor import SYSTEM, Actor
from handover_core.app import HandoverCore
from handover_core.errors import Erased, Unsealable
from handover_core.kinds import KINDS
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Absence
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.retention.kinds import ERASURE
from handover_core.retention.model import CATEGORY_LABELS, Category, Erasure, ErasureState
from handover_core.retention.texts import LAPSED, LAPSED_CODE
from handover_core.storage import Kind
from handover_core.storage.personal import pseudonym_of
from handover_core.texts import Lang, Text
from handover_core.values import DateRange, ExternalReference
from handover_core_cli.archiving import UNSHOWN
from handover_core_cli.field_words import field_said
from handover_core_cli.main import main
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_sql import SqlStore
from retention.conftest import Past
from worlds import TENANT

DUE = ("--on", "2024-08-01")


class Shell:
    """Runs `handover` on a store with a colleague who left long ago."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.folder = folder
        ring = KeyRing(KeyTable.in_file(folder / "keys.db"), MasterKeys.from_file(folder / "master.key"))
        store = SqlStore.from_url(f"sqlite:///{folder / 'h.db'}")
        store.schema.migrate()
        past = Past(store, ring)
        past.world.system.desk.do(
            "test",
            lambda unit: unit.repository(EMPLOYEE).change(
                unit.repository(EMPLOYEE).get(past.id("0024")), email="c@acme.test"
            ),
        )
        past.gone()
        self.person = past.id("0024")
        self.owner = past.id("0017")
        self.record = past.world.record("Ask Colleague of acme | now", owner="0017").id
        store.close()
        ring.close()

    def bulk(self, reason: str) -> None:
        """Store two records at once, for a reason."""
        ring = KeyRing(KeyTable.in_file(self.folder / "keys.db"), MasterKeys.from_file(self.folder / "master.key"))
        store = SqlStore.from_url(f"sqlite:///{self.folder / 'h.db'}")
        records = [
            WorkRecord(
                id=id_, kind="task", title="x", owner_id=self.owner, author_id=self.owner, opened_on=date(2026, 3, 2)
            )
            for id_ in ("one", "two")
        ]
        HandoverCore(store, vault=ring).units.run(
            TENANT, Actor("x"), lambda unit: unit.repository(WORK_RECORD).add_many(records), "test.bulk", reason
        )
        store.close()
        ring.close()

    def booked(self, note: str) -> None:
        """Book an absence of the person with a note, as it came from another system."""
        self.cancelled_absence(note, cancel=False)

    def cancelled_absence(self, note: str, *, cancel: bool = True) -> None:
        """Book an absence of the person with a note, and cancel it."""
        ring = KeyRing(KeyTable.in_file(self.folder / "keys.db"), MasterKeys.from_file(self.folder / "master.key"))
        store = SqlStore.from_url(f"sqlite:///{self.folder / 'h.db'}")
        units = HandoverCore(store, vault=ring).units
        stay = DateRange(date(2021, 5, 1), date(2021, 5, 4))
        known = ExternalReference("hr", "77", imported={"note": "d1gest"})
        booked = Absence(id="gone", employee_id=self.person, effective=stay, note=note, external=(known,))
        made = units.run(TENANT, SYSTEM, lambda unit: unit.repository(ABSENCE).add(booked), "test.book")
        if cancel:
            units.run(TENANT, SYSTEM, lambda unit: unit.repository(ABSENCE).delete(made), "test.cancel")
        store.close()
        ring.close()

    def __call__(self, *words: object, code: int = 0, lang: str = "en", keys: bool = True) -> str:
        self._capsys.readouterr()
        options = ["--store", f"sqlite:///{self.folder / 'h.db'}", "--tenant", TENANT, "--lang", lang]
        options += ["--keys", str(self.folder / "keys.db") if keys else "none"]
        options += ["--master-key", str(self.folder / "master.key")]
        found = main([*options, "retention", *map(str, words)])
        said = self._capsys.readouterr()
        assert code == found, said
        assert "Traceback" not in said.out + said.err
        return said.out + said.err

    def json(self, *words: object, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


def test_from_the_plan_to_the_erasure(shell: Shell) -> None:
    """What is due is shown with its reason; mentions are redacted or left; then nothing of the person is left."""
    planned = shell("plan", *DUE, "--as", "0006")
    assert "employee file" in planned
    assert "articles 19 and 47" in planned
    assert "1 due, 0 may be erased, 0 kept" in planned
    assert "《个人信息保护法》" in shell("plan", *DUE, lang="zh-CN")
    assert "article 50" in shell("plan", "--on", "2022-01-01")
    assert "company's employ" in shell("plan", "0017")

    assert "passed over" in shell("apply", *DUE, code=1)
    found = shell.json("mentions", "0024")["found"]
    assert {(each["kind"], each["field"]) for each in found} == {("work_record", "title")}
    assert "Colleague" not in json.dumps(found)
    assert "2 places name 0024" in shell("mentions", "0024")
    refused = shell.json("erase", "0024", "--reason", "asked", "--yes", *DUE, code=1)
    assert refused["error"]["code"] == "retention.mentioned"
    shell("redact", "work_record", shell.record, "--person", "0024", "--reason", "before the erasure")
    assert "No free text names 0024" in shell("mentions", "0024")
    assert "No erasures" in shell("erasures")
    erased = shell("erase", "0024", "--reason", "asked", "--yes", *DUE)
    assert "clean" in erased
    assert f"{pseudonym_of(shell.person)} ({shell.person})" in erased
    assert pseudonym_of(shell.person) in shell("erasures")
    assert "密钥已销毁" in shell("erasures", lang="zh-CN")
    assert {shell.person: pseudonym_of(shell.person)} == shell.json("erasures")["numbers"]
    assert pseudonym_of(shell.person) in shell("plan", shell.person, *DUE)
    assert "erased" in shell("plan", shell.person, *DUE)
    assert "Nothing is due" in shell("apply", *DUE)
    applied = shell.json("apply", "--compact", *DUE)
    assert (applied["compacted"], applied["remains"]) == (True, [])
    assert "VACUUM" in shell("apply", "--compact", *DUE, lang="zh-CN")


@pytest.mark.parametrize(("lang", "said"), [("en", "for good"), ("zh-CN", "永久删除")])
def test_an_erasure_on_request_wants_a_yes(shell: Shell, lang: str, said: str) -> None:
    """It cannot be taken back: what would go is named first, and nothing is."""
    refused = shell("erase", "0024", "--reason", "asked", "--leave-mentions", "minutes", *DUE, lang=lang, code=1)
    assert said in refused
    assert "--yes" in refused
    assert CATEGORY_LABELS[Category.EMPLOYEE_FILE].say(Lang(lang)) in refused
    assert [] == shell.json("erasures")["erasures"]
    assert shell.json("erase", "0024", "--reason", "asked", "--leave-mentions", "minutes", "--yes", *DUE)["whole"]


def test_whoever_is_passed_over_can_be_left_named(shell: Shell) -> None:
    """A script sees by the exit code that somebody was passed over; the reason stands in the erasure."""
    assert "2 free texts" in shell.json("apply", *DUE, code=1)["waiting"][0]["why"]["en"]
    assert "=REASON" in shell("apply", "--leave-mentions", "0024", *DUE, code=2)
    assert "leave" in shell("apply", "--leave-mentions", "0024=", *DUE, code=2)
    assert "9999" in shell("apply", "--leave-mentions", "9999=x", *DUE, code=2)
    named = shell.json("apply", "--leave-mentions", "0024=Colleague of acme agreed", *DUE, code=1)
    assert "reason" in named["waiting"][0]["why"]["en"]
    done = shell.json("apply", "--leave-mentions", "0024=minutes = that auditors need", *DUE)["erasures"]
    assert [("minutes = that auditors need", shell.record)] == [
        (each["leaving_reason"], each["left"][0]["id"]) for each in done
    ]


def test_the_reason_of_a_bulk_is_one_place_and_redacted_by_its_header(shell: Shell) -> None:
    """In whichever language: one line with the number of entries, whose id is that of the header."""
    shell.bulk("Colleague of acme sent the list")
    found = [each for each in shell.json("mentions", "0024")["found"] if each["kind"] == "batch"]
    assert [2] == [each["entries"] for each in found]
    assert "reason, in 2 entries" in shell("mentions", "0024")
    assert "批量写入" in shell("mentions", "0024", lang="zh-CN")
    done = shell.json("redact", "batch", found[0]["id"], "--person", "0024", "--reason", "before the erasure")
    assert done["entries"] == 3
    assert [] == [each for each in shell.json("mentions", "0024")["found"] if each["kind"] == "batch"]


def test_holds_are_placed_listed_and_released(shell: Shell) -> None:
    """By HR, and released by an approver only."""
    assert "No holds" in shell("hold", "list")
    placed = shell.json("hold", "place", "--person", "0024", "--reason", "court", "--as", "0006")
    shell("hold", "place", "--category", "work", "--reason", "tax audit")
    listed = shell("hold", "list")
    assert "court" in listed
    assert "0024" in listed
    assert shell.person not in listed
    assert "court" in shell("plan", *DUE)
    assert shell.json("hold", "release", placed["id"], "--reason", "x", "--as", "0006", code=1)
    shell("hold", "release", placed["id"], "--reason", "settled")
    assert len(shell.json("hold", "list")["holds"]) == 1
    assert len(shell.json("hold", "list", "--all")["holds"]) == 2


@pytest.mark.parametrize(("lang", "kept"), [("en", "Kept: employee file, a hold of"), ("zh-CN", "保留：员工档案，")])
def test_an_erasure_on_request_names_what_is_kept_and_why(shell: Shell, lang: str, kept: str) -> None:
    """A second request is refused for the same reason."""
    shell.cancelled_absence("a stay")
    shell("hold", "place", "--reason", "court case", "--person", "0024", "--category", "employee_file")
    erased = " ".join(shell("erase", "0024", "--reason", "asked", "--yes", *DUE, lang=lang).split())
    assert kept in erased
    assert "court case" in erased
    assert "court case" in shell("erase", "0024", "--reason", "asked", "--yes", *DUE, lang=lang, code=1)


def test_a_program_gets_the_whole_line_of_the_plan_for_what_is_kept(shell: Shell) -> None:
    """With the code of what stops it."""
    shell.cancelled_absence("a stay")
    shell("hold", "place", "--reason", "court case", "--person", "0024", "--category", "employee_file")
    erased = shell.json("erase", "0024", "--reason", "asked", "--yes", *DUE)
    assert (["absences"], False) == (erased["categories"], erased["whole"])
    assert [("employee_file", "held")] == [(each["category"], each["stops"][0]["code"]) for each in erased["kept"]]


def test_everything_about_a_person_is_one_archive(shell: Shell) -> None:
    """Readable, with a digest of every file, and the same bytes for the same content."""
    out = shell.folder / "c.zip"
    named = shell.json("archive", "0024", "-o", out)["files"]
    with zipfile.ZipFile(out) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == sorted(named)
        content = {name: packed.read(name) for name in named}
        assert {each.date_time[0] for each in packed.infolist()} == {1980}
    manifest = json.loads(content["manifest.json"])
    others = {name: sha256(data).hexdigest() for name, data in content.items() if name != "manifest.json"}
    assert manifest["sha256"] == others
    (person,) = json.loads(content["employee.json"])["items"]
    assert person["fields"]["email"] == "c@acme.test"
    assert person["history"][0]["fields"]
    assert "# Everything about Colleague of acme (0024)" in content["index.en.md"].decode()
    assert "全部信息" in content["index.zh-CN.md"].decode()
    assert f"Company {TENANT}" in content["index.en.md"].decode()
    assert out.stat().st_mode & 0o077 == 0
    assert shell.json("archive", "0024", "-o", out, "--as", "0003", code=1)["error"]["code"] == "actor.role"
    assert ".zip" in shell("archive", "0024", "-o", shell.folder / "c.txt", code=2)
    assert not (shell.folder / "c.txt").exists()


def test_the_index_is_read_without_knowing_what_is_stored(shell: Shell) -> None:
    """Fields and words stand as on the sheets of an import, in both languages; nothing raw, and no digest."""
    out = shell.folder / "c.zip"
    shell.booked("回老家")
    shell("hold", "place", "--person", "0024", "--category", "employee_file", "--reason", "court")
    shell("archive", "0024", "-o", out)
    with zipfile.ZipFile(out) as packed:
        chinese, english = (packed.read(f"index.{lang}.md").decode() for lang in ("zh-CN", "en"))
    for row in (
        "| 姓名 | Colleague of acme |",
        "| 状态 | 离职 |",
        "| 员工 | Colleague of acme (0024) |",
        "| 类别 | 员工档案 |",
    ):
        assert row in chinese
    assert "| 有效期 | 起：2021-05-01，止：2021-05-04 |" in chinese
    assert "| hired on | 2021-03-01 |" in english
    assert "| effective | start: 2021-05-01, end: 2021-05-04 |" in english
    assert "| 来源：hr，编号：77 |" in chinese
    for text in (chinese, english):
        assert not [word for word in ("{", "imported", "d1gest", "hired_on", "organization.") if word in text]


def parts_of(hint: Any, around: tuple[Any, ...]) -> Iterator[str]:
    """Yield the names of the fields of all parts inside of a class, but for digests, which no index shows."""
    if isinstance(hint, type) and attrs.has(hint) and hint not in around:
        for name, each in get_type_hints(hint).items():
            if around and name in attrs.fields_dict(hint) and name not in UNSHOWN:
                yield name
            yield from parts_of(each, (*around, hint))
    for each in get_args(hint):
        yield from parts_of(each, around)


@pytest.mark.parametrize(
    "kind", [each for each in KINDS if each.name not in {"subscription", "dead_letter", "custom_field"}]
)
def test_every_field_that_an_archive_may_show_has_a_name_in_chinese(kind: Kind[Any]) -> None:
    """Also those of parts inside of it."""
    for top in attrs.fields(kind.type):
        assert field_said(kind.name, top.name, Lang.ZH) != top.name or top.name == "version", top.name
    for name in parts_of(kind.type, ()):
        assert field_said("", name, Lang.ZH) != name, name


def test_what_was_deleted_is_said_to_be_so(shell: Shell) -> None:
    """In the index as well; the note stands in the history alone."""
    shell.cancelled_absence("体检")
    out = shell.folder / "c.zip"
    shell("archive", "0024", "-o", out)
    with zipfile.ZipFile(out) as packed:
        (absence,) = json.loads(packed.read("absence.json"))["items"]
        assert (True, {}) == (absence["deleted"], absence["fields"])
        assert "体检" in json.dumps(absence["history"], ensure_ascii=False)
        assert "It was deleted" in packed.read("index.en.md").decode()


def test_without_keys_nothing_is_erased(shell: Shell) -> None:
    assert "vault" in shell("apply", *DUE, keys=False, code=1)


def test_somebody_who_is_nobody(shell: Shell) -> None:
    """Is said to be unknown, by number and by id."""
    assert "9999" in shell("erase", "9999", "--reason", "x", "--yes", code=2)


def test_an_error_about_a_sealed_value_says_whose_it_is_by_number(shell: Shell) -> None:
    """Beside the id, which nobody knows; as where somebody changed what is sealed."""
    with closing(sqlite3.connect(shell.folder / "h.db")) as store:
        sealed = f'"$sealed":["{shell.person}",'
        changed = "UPDATE ho_change SET body = replace(body, '\"]}', 'AAAA\"]}') WHERE id = ? AND instr(body, ?)"
        assert store.execute(changed, (shell.person, sealed)).rowcount
        store.commit()
    said = shell("archive", "0024", "-o", shell.folder / "c.zip", code=3)
    assert f"'{shell.person}' (0024)" in said


def test_errors_about_people_hold_what_they_are_known_by() -> None:
    """The erased by their pseudonym, others by their number where somebody tells it."""
    said = Erased("p1", "employee")
    assert f"'p1' ({pseudonym_of('p1')})" in said.message()
    assert f"'p1'（{pseudonym_of('p1')}）" in said.message(Lang.ZH)
    lost = Unsealable("p1", Text("its key is lost", "密钥丢失"))
    assert "'p1' cannot be opened" in lost.message()
    lost.known_as("0042")
    assert "'p1' (0042) cannot be opened" in lost.message()
    assert "'p1' (0042)" in lost.message(Lang.ZH)


@pytest.mark.parametrize("stored", [LAPSED_CODE, LAPSED.en])
def test_why_an_erasure_is_void_is_said_in_the_language_of_the_reader(shell: Shell, stored: str) -> None:
    """Also of one that was stored when the words themselves were."""
    store = SqlStore.from_url(f"sqlite:///{shell.folder / 'h.db'}")
    ring = KeyRing(KeyTable.in_file(shell.folder / "keys.db"), MasterKeys.from_file(shell.folder / "master.key"))
    void = Erasure(
        id="void", subject_id=shell.person, categories=(), whole=True, reason="asked", requested_on=date(2024, 1, 1),
        approver_id=shell.owner, state=ErasureState.VOID, void_on=date(2024, 2, 1), void_reason=stored,
    )  # fmt: skip
    HandoverCore(store, vault=ring).units.run(TENANT, SYSTEM, lambda unit: unit.repository(ERASURE).add(void), "test")
    store.close()
    ring.close()
    for lang, word, other in (("zh-CN", LAPSED.zh[:5], "employed again"), ("en", "employed", LAPSED.zh[:5])):
        said = shell("erasures", "--as", "0002", lang=lang)
        assert word in said
        assert other not in said
