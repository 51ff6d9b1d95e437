"""Keys on the command line: made where nobody backs them up with the store, asked for where they are missing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from handover_core.actor import Actor
from handover_core.app import HandoverCore
from handover_core.history import chained
from handover_core.organization.kinds import COMPANY
from handover_core_cli import keys
from handover_core_cli.main import main
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_sql import SqlStore
from shipped import copy_imported


class Shell:
    """Runs `handover` on one store, with keys of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.folder = folder
        self.master = folder / "secret" / "master.key"

    def __call__(self, *words: object, code: int = 0, with_keys: str | None = None) -> Any:
        self._capsys.readouterr()
        given = ["--store", f"sqlite:///{self.folder / 'handover.db'}", "--lang", "en", "--json", "--on", "2026-03-02"]
        given += ["--keys", with_keys or str(self.folder / "keys" / "keys.db"), "--master-key", str(self.master)]
        found = main([*given, *map(str, words)])
        said = self._capsys.readouterr()
        assert code == found, said
        assert "Traceback" not in said.err
        return json.loads(said.out or said.err)

    def said(self, capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
        """Return what people read."""
        given = ["--store", f"sqlite:///{self.folder / 'handover.db'}", "--lang", "en"]
        given += ["--keys", str(self.folder / "keys" / "keys.db"), "--master-key", str(self.master)]
        capsys.readouterr()
        assert code == main([*given, *map(str, words)])
        said = capsys.readouterr()
        return said.out + said.err

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("handover.db*")))


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    copy_imported(tmp_path, keys=True)
    return Shell(tmp_path, capsys)


def unversioned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: unversioned(each) for name, each in value.items() if name != "version"}
    return [unversioned(each) for each in value] if isinstance(value, list) else value


def history(shell: Shell) -> str:
    with sqlite3.connect(shell.folder / "handover.db") as connection:
        return "\n".join(body for (body,) in connection.execute("SELECT body FROM ho_change WHERE body IS NOT NULL"))


def test_the_history_is_sealed_without_a_word(company: Shell) -> None:
    """By default: who opens a store with the command line has keys, in files of their own."""
    with sqlite3.connect(company.folder / "handover.db") as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM ho_employee")]
    assert len(names) > 50
    assert [] == [name for name in names if f'"{name}"' in history(company)]
    assert "standard" == company("privacy", "level")["level"]
    assert company("verify")["breaks"] == []


def test_the_level_is_changed_by_the_owner_and_lists_stay_as_they_are(company: Shell) -> None:
    before = company("org")
    done = company("privacy", "level", "strict", "--reason", "works council")
    assert ("strict", True) == (done["level"], done["written"] > 50)
    with sqlite3.connect(company.folder / "handover.db") as connection:
        sealed = connection.execute("SELECT count(*) FROM ho_employee WHERE body LIKE '%$sealed%'").fetchone()
        total = connection.execute("SELECT count(*) FROM ho_employee").fetchone()
    assert sealed == total
    assert unversioned(before) == unversioned(company("org"))
    assert company("verify")["breaks"] == []
    refused = company("org", code=3, with_keys="none")
    assert "privacy.unsealable" == refused["error"]["code"]
    (entry, *_) = company("log", "--kind", "employee", "--id", "0017")["entries"]
    for named in (("--id", "0017"), ("--actor", "0017")):
        # Whom a number is about cannot be told, and that there is no entry would be a lie.
        company("log", "--kind", "employee", *named, code=3, with_keys="none")
        company("log", "--kind", "employee", named[0], "a\udcffb", code=2, with_keys="none")
    assert company("log", "--actor", entry["actor"], with_keys="none")["entries"]
    assert company("log", "--kind", "employee", "--id", entry["id"], with_keys="none")["entries"]


def test_other_keys_are_refused_before_anything_is_written(company: Shell) -> None:
    others = KeyTable.in_file(company.folder / "others.db")
    assert others.id
    others.close()
    for words in (
        ("depart", "0017", "--last-day", "2026-03-13", "--reason", "moves"),
        ("privacy", "level", "strict"),
    ):
        refused = company(*words, code=3, with_keys=str(company.folder / "others.db"))
        assert "privacy.other_keys" == refused["error"]["code"]
    assert "standard" == company("privacy", "level")["level"]
    assert company("depart", "0017", "--last-day", "2026-03-13")["items"]


def test_no_new_keys_are_made_for_a_company_that_has_some(company: Shell) -> None:
    """A mistyped path, a new machine: new keys would seal beside the others, and read nothing."""
    mistyped = company.folder / "elsewhere" / "keys.db"
    depart = ("depart", "0017", "--last-day", "2026-03-13", "--reason", "moves")
    for words in (("privacy", "level", "strict"), depart, ("verify",)):
        refused = company(*words, code=3, with_keys=str(mistyped))
        assert "privacy.other_keys" == refused["error"]["code"]
        assert str(mistyped) in refused["error"]["message"]
    assert not mistyped.exists()
    assert company("org", with_keys=str(mistyped)) == company("org"), "what takes no keys needs no file"
    company.master = company.folder / "elsewhere" / "master.key"
    refused = company(*depart, code=3)
    assert ("privacy.no_master_key", True) == (refused["error"]["code"], str(company.master) in str(refused))
    assert not company.master.exists()


def test_who_lost_the_keys_begins_anew_and_says_that_they_know(
    company: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    before = company("org")
    keys = company.folder / "keys"
    for path in keys.glob("keys.db*"):
        path.unlink()
    begin = ("privacy", "begin-anew", "--reason", "the disk is gone")
    said = company.said(capsys, *begin, code=1)
    assert "read by nobody" in said
    assert "level standard" in said
    assert f"{keys / 'keys.db'} (to be made)" in said
    assert not (keys / "keys.db").exists()
    assert 0 == company(*begin, "--yes")["given_up"]
    assert before == company("org")
    assert company("depart", "0017", "--last-day", "2026-03-13", "--reason", "moves")["items"]
    found = company("verify")
    assert ([], True) == (found["breaks"], found["unopened"] > 50)
    assert company("log", "--limit", "1")["entries"]
    assert "privacy.nothing_lost" in str(company(*begin, "--yes", code=1))


def test_a_person_gets_a_new_key_and_all_of_them_another_master(company: Shell) -> None:
    company("privacy", "renew", "0017")
    assert company("verify")["breaks"] == []
    done = company("privacy", "rewrap", company.folder / "next.key")
    assert done["rewrapped"] > 50
    company.master = company.folder / "next.key"
    company("privacy", "level", "strict")
    assert company("verify")["breaks"] == []
    company.master = company.folder / "third.key"
    refused = company("verify", code=3)["error"]
    assert ("privacy.no_master_key", True) == (refused["code"], "--master-key" in str(refused))
    assert "privacy.no_vault" in str(company("privacy", "renew", "0017", code=1, with_keys="none"))


def test_everything_is_shown_as_it_was_known(company: Shell) -> None:
    moment = "2020-01-01T00:00:00+00:00"
    assert company("--known-at", moment, "log")["entries"] == []
    assert company("--known-at", moment, "verify")["streams"] == company("verify")["streams"], (
        "what is stored is verified"
    )
    now = company("log", "--limit", "1")["entries"][0]["at"]
    before = company("org")
    assert before == company("org", "--known-at", now)
    company("depart", "0017", "--last-day", "2026-03-13", "--receiver", "0024")
    assert before != company("org")
    assert before == company("org", "--known-at", now)
    refused = company("depart", "0021", "--last-day", "2026-03-13", "--known-at", now, code=1)
    assert "past.read_only" == refused["error"]["code"]


def test_keys_and_master_key_are_not_in_one_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setattr(keys.sys, "platform", "linux")
    assert tmp_path / "data" / "handover-core" / "keys.db" == keys.default_keys()
    assert tmp_path / "settings" / "handover-core" / "master.key" == keys.default_master()
    monkeypatch.delenv("XDG_DATA_HOME")
    assert Path.home() / ".local/share/handover-core/keys.db" == keys.default_keys()


def test_verify_names_the_redactions_and_the_one_that_nobody_with_the_keys_made(
    company: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is made with the keys first; then somebody takes its mark away and chains the entry anew."""
    company("seal", "-o", company.folder / "s.seal")
    redact(company)
    (listed,) = company("verify", "--seal", company.folder / "s.seal")["redactions"]
    assert ("marked", [1]) == (listed["mark"], listed["redacted"])
    said = company.said(capsys, "verify", "--seal", company.folder / "s.seal")
    assert "Redactions that did it: 1." in said
    assert "out of its versions 1, by" in said
    assert "made with the company's keys" in said
    assert "after a seal" in said
    strip(company, listed["kind"], listed["id"], listed["version"])
    said = company.said(capsys, "verify", code=1)
    assert "WITHOUT A MARK" in said
    assert "bears no mark of the company's keys" in said
    assert "没有本公司密钥的印记" in company.said(capsys, "--lang", "zh-CN", "verify", code=1)
    found = company("verify", with_keys="none")
    assert ([], ["unchecked"]) == (found["breaks"], [each["mark"] for each in found["redactions"]])


def redact(shell: Shell) -> None:
    """Take a word out of the company's own name, as a program of the host would."""
    ring = KeyRing(KeyTable.in_file(shell.folder / "keys" / "keys.db"), MasterKeys.from_file(shell.master))
    store = SqlStore.from_url(f"sqlite:///{shell.folder / 'handover.db'}")
    with sqlite3.connect(shell.folder / "handover.db") as connection:
        ((tenant, id_),) = connection.execute("SELECT tenant, id FROM ho_company")
    HandoverCore(store, vault=ring).units.run(
        tenant,
        Actor("0006"),
        lambda unit: unit.personal.redact(COMPANY, id_, lambda text: f"{text[:-1]}…"),
        "host.redact",
    )
    store.close()
    ring.close()


def strip(shell: Shell, kind: str, id_: str, version: int) -> None:
    """Take the mark out of the entry of a redaction, and write the head that then follows."""
    columns = "tenant, kind, id, version, operation, format, at, actor, command, reason, body"
    where = "WHERE kind = ? AND id = ? AND version = ?"
    with sqlite3.connect(shell.folder / "handover.db") as connection:
        (found,) = connection.execute(f"SELECT {columns} FROM ho_change {where}", (kind, id_, version))
        ((before,),) = connection.execute(f"SELECT head FROM ho_change {where}", (kind, id_, version - 1))
        body = json.dumps({name: each for name, each in json.loads(found[-1]).items() if name != "$keyed"})
        head = chained(before, *found[:-1], body)
        connection.execute(f"UPDATE ho_change SET body = ?, head = ? {where}", (body, head, kind, id_, version))
        connection.execute(f"UPDATE ho_{kind} SET head = ? WHERE id = ?", (head, id_))


@pytest.mark.parametrize(("lang", "words"), [("en", "old pages and logs"), ("zh-CN", "旧页和日志")])
def test_whoever_becomes_strict_later_is_told_of_the_old_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str
) -> None:
    """And not a company that begins so: there is nothing yet."""
    options = ["--store", f"sqlite:///{tmp_path / 'h.db'}", "--lang", lang]
    options += ["--keys", str(tmp_path / "keys.db"), "--master-key", str(tmp_path / "master.key")]

    def run(*given: str) -> str:
        assert 0 == main([*options, *given])
        return capsys.readouterr().out

    run("init", "--name", "Acme")
    assert words not in run("privacy", "level", "strict")
    run("privacy", "level", "standard")
    (tmp_path / "employees.csv").write_text("number,name,hired_on\nE-1,Wang Fang,2020-01-01\n", encoding="utf-8")
    run("import", str(tmp_path / "employees.csv"))
    assert words in run("privacy", "level", "strict")
    assert words not in run("privacy", "level", "standard")
