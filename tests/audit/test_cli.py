"""The history on the command line, and a checker that does not know this library."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from handover_core_cli.main import main
from handover_core_sql import SqlStore
from worlds import TENANT, World

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a store with a case in it, and of a bulk."""
    monkeypatch.chdir(tmp_path)
    store = SqlStore.from_url("sqlite:///h.db")
    store.schema.migrate()
    world = World(store)
    world.leave()
    store.close()
    return "sqlite:///h.db"


def handover(address: str, *words: str) -> int:
    return main(["--store", address, "--tenant", TENANT, "--lang", "en", *words])


def checked(path: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "check_history.py"), path], capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return done.returncode, done.stdout


def tamper(sql: str) -> None:
    with closing(sqlite3.connect("h.db")) as connection, connection:
        connection.execute(sql)


def test_a_sound_history_verifies_here_and_elsewhere(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("key").write_bytes(b"a key that signs seals")
    assert 0 == handover(address, "seal", "-o", "s.seal", "--key-file", "key")
    assert 0 == handover(address, "verify", "--seal", "s.seal", "--key-file", "key")
    assert 0 == handover(address, "log", "-o", "history.jsonl")
    assert "as it was written" in capsys.readouterr().out
    code, said = checked("history.jsonl")
    assert (0, True) == (code, "broken" not in said)


def test_both_find_what_a_stranger_changed(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One field of one entry, in the database."""
    tamper("UPDATE ho_change SET actor = 'nobody' WHERE kind = 'company'")
    assert 1 == handover(address, "verify")
    assert "company company, version 1" in capsys.readouterr().out
    assert 0 == handover(address, "log", "-o", "history.jsonl")
    assert (1, True) == (checked("history.jsonl")[0], "company company" in checked("history.jsonl")[1])


def test_the_log_speaks_json_and_chinese(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == handover(address, "log", "--kind", "departure", "--json")
    found = json.loads(capsys.readouterr().out)
    assert {"departure"} == {entry["kind"] for entry in found["entries"]}
    assert 0 == main(["--store", address, "--tenant", TENANT, "--lang", "zh-CN", "log", "--limit", "1"])
    assert "更多" in capsys.readouterr().out
    assert 2 == handover(address, "log", "--since", "yesterday")
    assert 2 == handover(address, "verify", "--seal", "h.db")
