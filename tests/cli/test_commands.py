"""The command line as a manager and as a script use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handover_core_cli.main import main
from handover_core_cli.state import hoisted
from shipped import copy_imported


class Shell:
    """Runs `handover` on one store and returns exit code, output and errors."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.store = f"sqlite:///{folder / 'handover.db'}"

    def __call__(self, *words: object, code: int = 0) -> str:
        self._capsys.readouterr()
        found = main(["--store", self.store, "--lang", "en", *map(str, words)])
        said = self._capsys.readouterr()
        assert code == found, said
        assert "Traceback" not in said.out + said.err
        return said.out + said.err

    def json(self, *words: object, code: int = 0):
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


@pytest.fixture
def company(shell: Shell) -> Shell:
    copy_imported(shell.folder)
    return shell


def test_a_whole_handover_by_hand(company: Shell) -> None:
    """From the notice to the dossier, each command by the person whose turn it is."""
    day = ("--on", "2026-03-02")
    opened = company.json("depart", "0017", "--last-day", "2026-03-13", "--receiver", "0024", *day)
    assert 54 == len(opened["items"])
    assert "H0001-001" in company("plan", "0017", *day)
    company("demand", "0017", "--how", "letter", "--as", "0006", *day)
    company("refuse", "0017", "--reason", "says no", "--as", "0003", *day)
    assert "H0001-001" in company("todo", "0003", *day)

    item = company.json("brief", "H0001-001", "--summary", "from records", "--as", "0003", *day)
    assert ("briefed", True) == (item["state"], item["briefings"][-1]["from_records"])
    company("assign", "H0001-001", "0024", "--reason", "knows it", *day)
    company("return", "H0001-001", "--reason", "too short", "--as", "0024", *day)
    company("brief", "H0001-001", "--summary", "all of it", "--as", "0003", *day)
    company("accept", "H0001-001", "--read-back", "said in my own way", "--take-over", "mine now", "--as", "0024", *day)
    assert "verified" == company.json("verify", "H0001-001", "--evidence", "seen", "--as", "0003", *day)["state"]

    company("waive", "H0001-002", "--reason", "ends", "--as", "0001", *day)
    refused = company.json("waive", "H0001-002", "--reason", "ends", "--as", "0001", *day, code=1)
    assert "handover.item.waived_already" == refused["error"]["code"]
    assert "waived" == company.json("waive", "H0001-002", "--reason", "ends", "--as", "0002", *day)["state"]
    status = company.json("status", "0017", *day)
    assert (5, 5) == (status["status"]["whole"]["verified"], status["status"]["whole"]["waived"])
    assert "handover.too_early" == company.json("complete", "0017", "--as", "0003", *day, code=1)["error"]["code"]
    company("dossier", "0017", "-o", company.folder / "d.html", *day)
    company("pack", "0021", "-o", company.folder / "p.md", "--position", "S-06", *day)
    assert "<html" in (company.folder / "d.html").read_text(encoding="utf-8")


def test_a_refusal_says_which_rule_and_what_would_satisfy_it(company: Shell) -> None:
    company("depart", "0017", "--last-day", "2026-03-13", "--on", "2026-03-02")
    said = company("accept", "H0001-001", "--as", "0017", "--on", "2026-03-02", code=1)
    assert "must be" in said or "must do it" in said


@pytest.mark.parametrize(
    "words",
    [
        ("status", "9999"),
        ("depart", "0017", "--last-day", "next week"),
        ("depart", "0017", "--last-day", "2020-01-01"),
        ("dossier", "0017", "-o", "x.doc"),
        ("brief", "H0001-001"),
        ("import", "no such file"),
        ("todo", "--as", "9999"),
        ("nonsense",),
        (),
    ],
)
def test_bad_usage_and_input_exit_with_2(company: Shell, words: tuple[str, ...]) -> None:
    company(*words, code=2)


def test_a_store_that_is_not_there_exits_with_3(shell: Shell) -> None:
    """Not created yet, in a folder that does not exist, of an unknown kind, and no database at all."""
    for store in (shell.store, "sqlite:////no/such/folder/x.db", "oracle://x"):
        shell.store = store
        assert shell.json("doctor", code=3)["error"]["code"].startswith("storage.")
    broken = shell.folder / "broken.db"
    broken.write_bytes(b"this is not a database" * 100)
    shell.store = f"sqlite:///{broken}"
    shell("org", code=3)


def test_every_command_speaks_json_and_chinese(company: Shell) -> None:
    assert company.json("doctor")["stored"]["employee"] == 67
    assert company.json("org")["findings"]
    assert isinstance(company.json("todo", "0021"), list)
    assert "三定检查" in company("org", "--lang", "zh-CN")
    written = company.json("templates", "-o", company.folder / "templates", "--lang", "zh-CN")["written"]
    assert all(Path(path).exists() for path in written)
    assert company.json("export", company.folder / "out.xlsx")["format"] == "xlsx"


def test_an_export_can_be_imported_elsewhere(company: Shell) -> None:
    """The same people, positions and records come out of the second store."""
    company("export", company.folder / "out")
    other = Shell(company.folder, company._capsys)
    other.store = f"sqlite:///{company.folder / 'other.db'}"
    other("init")
    report = other.json("import", company.folder / "out")
    assert [] == report["rejects"]
    first, second = company.json("doctor")["stored"], other.json("doctor")["stored"]
    assert first == second


def test_import_says_what_was_rejected_and_why(shell: Shell) -> None:
    """The row comes back with reason and cure, the rest is in, and a dry run stores nothing."""
    shell("init")
    folder = shell.folder / "in"
    folder.mkdir()
    (folder / "employees.csv").write_text("number,name\n0001,Ann\n0002,\n0001,Bob\n0003,Cy\n", encoding="utf-8")
    shell("import", folder, "--dry-run", "--rejects", shell.folder / "dry", code=2)
    assert 0 == shell.json("doctor")["stored"]["employee"]

    report = shell.json("import", folder, "--rejects", shell.folder / "rejects", code=2)
    assert {3} < {each["row"] for each in report["rejects"]}
    assert 1 == shell.json("doctor")["stored"]["employee"]
    assert list((shell.folder / "rejects").glob("*.csv"))


def test_nothing_to_import_is_said_to_be_nothing(shell: Shell) -> None:
    shell("init")
    (shell.folder / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "--guess-mapping" in shell("import", shell.folder / "odd.csv", code=2)


def test_a_file_that_cannot_be_written_is_bad_input(company: Shell) -> None:
    (company.folder / "taken.xlsx").mkdir()
    company("export", company.folder / "taken.xlsx", "--format", "xlsx", code=2)


def test_a_notice_is_withdrawn_and_a_supervisor_replaced(company: Shell) -> None:
    day = ("--on", "2026-03-02")
    company("depart", "0017", "--last-day", "2026-03-13", *day)
    company("supervise", "0017", "0002", "--reason", "is away", *day)
    assert "withdrawn" == company.json("withdraw", "0017", "--reason", "stays, both agreed", *day)["state"]
    assert "employee" not in company("status", "9999", "--lang", "zh-CN", code=2)


def test_a_mapping_is_drafted_for_foreign_columns(shell: Shell) -> None:
    shell("init")
    source = shell.folder / "staff.csv"
    source.write_text("Staff No,Full name\n0001,Ann\n", encoding="utf-8")
    draft = shell.folder / "staff.json"
    shell("import", source, "--guess-mapping", "--mapping", draft, code=2)
    target = shell.folder / "draft.json"
    drafted = shell.json("import", source, "--guess-mapping", "--rejects", target)
    assert json.loads(Path(drafted["mapping"]).read_text(encoding="utf-8"))


def test_global_options_may_stand_anywhere_before_two_hyphens() -> None:
    given = ["status", "--json", "0017", "--lang", "en", "--", "--json"]
    assert ["--json", "--lang", "en", "status", "0017", "--", "--json"] == hoisted(given)
