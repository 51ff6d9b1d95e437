"""Keys on the command line: made where nobody backs them up with the store, asked for where they are missing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from handover_core.texts import Lang
from handover_core_cli import keys
from handover_core_cli.demo.workbook import shipped_company
from handover_core_cli.main import main


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

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("handover.db*")))


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    shell = Shell(tmp_path, capsys)
    shell("init")
    shell("import", shipped_company(Lang.EN))
    return shell


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


def test_other_keys_are_refused_before_anything_is_written(company: Shell) -> None:
    refused = company(
        "depart", "0017", "--last-day", "2026-03-13", "--reason", "moves", code=3,
        with_keys=str(company.folder / "others.db"),
    )  # fmt: skip
    assert "privacy.other_keys" == refused["error"]["code"]
    assert company("depart", "0017", "--last-day", "2026-03-13")["items"]


def test_a_person_gets_a_new_key_and_all_of_them_another_master(company: Shell) -> None:
    company("privacy", "renew", "0017")
    assert company("verify")["breaks"] == []
    done = company("privacy", "rewrap", company.folder / "next.key")
    assert done["rewrapped"] > 50
    company.master = company.folder / "next.key"
    company("privacy", "level", "strict")
    assert company("verify")["breaks"] == []
    company.master = company.folder / "third.key"
    assert "storage.unavailable" == company("verify", code=3)["error"]["code"]
    assert "privacy.no_vault" in str(company("privacy", "renew", "0017", code=1, with_keys="none"))


def test_everything_is_shown_as_it_was_known(company: Shell) -> None:
    moment = "2020-01-01T00:00:00+00:00"
    assert 0 == sum(company("--known-at", moment, "verify")[part] for part in ("streams", "rows"))
    now = company("log", "--limit", "1")["entries"][0]["at"]
    before = company("org")
    assert before == company("org", "--known-at", now)
    company("depart", "0017", "--last-day", "2026-03-13", "--receiver", "0024")
    assert before != company("org")
    assert before == company("org", "--known-at", now)
    refused = company("depart", "0021", "--last-day", "2026-03-13", "--known-at", now, code=3)
    assert "storage.unavailable" == refused["error"]["code"]


def test_keys_and_master_key_are_not_in_one_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setattr(keys.sys, "platform", "linux")
    assert tmp_path / "data" / "handover-core" / "keys.db" == keys.default_keys()
    assert tmp_path / "settings" / "handover-core" / "master.key" == keys.default_master()
    monkeypatch.delenv("XDG_DATA_HOME")
    assert Path.home() / ".local/share/handover-core/keys.db" == keys.default_keys()
