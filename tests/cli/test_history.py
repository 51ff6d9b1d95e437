"""The past on the command line as people ask about it: by numbers and codes, in the company's own time."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

import attrs
import pytest

from cli.test_commands import Shell
from handover_core.kinds import KINDS
from handover_core.storage import Kind
from handover_core.texts import Lang
from handover_core_cli.naming import label_of
from handover_core_cli.state import OPERATOR


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a company of two people, of whom the owner has booked leave for the other."""
    monkeypatch.chdir(tmp_path)
    shell = Shell(tmp_path, capsys)
    shell("init", "--name", "Acme")
    people = [{"number": "0003", "name": "Ann", "roles": "owner"}, {"number": "0004", "name": "Bob"}]
    Path("sheets").mkdir()
    Path("sheets/employees.jsonl").write_text("".join(json.dumps(each) + "\n" for each in people))
    Path("sheets/units.jsonl").write_text(json.dumps({"code": "SALES", "name": "Sales"}) + "\n")
    shell("import", "sheets")
    shell("leave", "0004", "--from", "2026-03-02", "--back", "2026-03-05", "--as", "0003")
    return shell


def chinese(shell: Shell, *words: str) -> str:
    """Return what is said in Chinese."""
    return shell("--lang", "zh-CN", *words)


class TestLog:
    """Who changed what."""

    def test_people_are_asked_for_and_shown_by_number(self, shell: Shell) -> None:
        said = shell("log", "--actor", "0003")
        assert "0003 Ann" in said
        assert "organization.book_absence" in said
        assert "employee 0004 Bob" in shell("log", "--kind", "employee", "--id", "0004")
        assert "unit SALES" in shell("log", "--kind", "org_unit", "--id", "SALES")
        assert OPERATOR.id in shell("log", "--actor", OPERATOR.id)
        found = shell.json("log", "--actor", "0003")["entries"]
        assert found
        assert "0003" not in {entry["actor"] for entry in found}, "programs get the id"

    def test_old_and_new_values_are_shown(self, shell: Shell) -> None:
        Path("sheets/employees.jsonl").write_text(json.dumps({"number": "0004", "name": "Robert"}) + "\n")
        shell("import", "sheets")
        assert "name: Bob -> Robert" in shell("log", "--kind", "employee", "--id", "0004")
        said = chinese(shell, "log", "--kind", "employee", "--id", "0004")
        assert ("姓名: Bob -> Robert" in said, "状态: 在职" in said) == (True, True)

    def test_a_kind_that_there_is_not_is_an_error(self, shell: Shell) -> None:
        said = shell("log", "--kind", "employe", code=2)
        assert "employe" in said
        assert "work_record" in said

    @pytest.mark.parametrize("filters", [("--actor", "0003"), ("--since", "2026-01-01"), ("--after", "x")], ids=str)
    def test_an_export_of_everything_takes_no_filter(self, shell: Shell, filters: tuple[str, ...]) -> None:
        shell("log", *filters, "-o", "all.jsonl", code=2)
        assert not Path("all.jsonl").exists()
        shell("log", "-o", "all.jsonl")

    def test_commands_and_fields_are_called_what_people_call_them(self, shell: Shell) -> None:
        said = chinese(shell, "log", "--kind", "absence")
        assert "登记休假" in said
        assert "organization.book_absence" not in said
        assert "录用" not in shell("log")

    def test_without_the_keys_everything_is_called_by_its_id(self, shell: Shell) -> None:
        """The log of a sealed company is read without them all the same."""
        shell("privacy", "level", "strict")
        person = shell.json("log", "--kind", "employee")["entries"][0]["id"]
        assert person in shell("log", "--kind", "employee", "--keys", "none")
        assert "book_absence" in shell("log", "--actor", shell.json("log", "--kind", "absence")["entries"][0]["actor"],
                                       "--keys", "none")  # fmt: skip

    def test_a_person_who_cannot_be_read_is_called_by_their_id(self, shell: Shell) -> None:
        with closing(connect("handover.db")) as connection, connection:
            connection.execute("UPDATE ho_employee SET body = '{}' WHERE number = '0004'")
        assert "0003 Ann" not in shell("log", "--kind", "employee")
        assert "employee" in shell("log", "--actor", "operator")

    def test_a_refusal_names_people(self, shell: Shell) -> None:
        assert "not for 0004 Bob" in shell("log", "--as", "0004", code=1)


class TestTimes:
    """Instants without a zone are those of the company; so are those that are shown."""

    def test_they_are_given_and_shown_in_the_zone_of_the_company(self, shell: Shell) -> None:
        (entry, *_) = shell.json("log", "--kind", "company")["entries"]
        said = shell("log", "--kind", "company")
        assert "+08:00" in said
        assert "+00:00" not in said
        local = re.search(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+08:00", said)
        assert local is not None
        assert entry["at"][:19] != local.group(1)
        assert "Acme" in shell("log", "--kind", "company", "--since", local.group(1))
        assert "No entry" in shell("log", "--kind", "company", "--until", local.group(1))

    def test_the_past_is_that_of_the_company(self, shell: Shell) -> None:
        said = shell("log", "--kind", "company")
        local = re.search(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+08:00", said)
        assert local is not None
        assert "No entry" in shell("log", "--kind", "company", "--known-at", local.group(1))
        assert "not an instant" in shell("log", "--known-at", "yesterday", code=2)
        for edge in ("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"):
            assert "not an instant" in shell("log", "--known-at", edge, code=2)


def test_what_may_still_grow_is_said(shell: Shell) -> None:
    """Beside the answer, in both languages; programs get the answer alone."""
    now = datetime.now(UTC).isoformat()
    assert "not final yet" in shell("log", "--known-at", now)
    assert "尚非最终" in chinese(shell, "log", "--known-at", now)
    assert shell.json("log", "--known-at", now)["entries"]
    assert "not final yet" not in shell("log")
    assert "not final yet" not in shell("log", "--known-at", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("kind", tuple(KINDS), ids=lambda kind: kind.name)
def test_every_field_of_the_log_has_a_name_in_chinese(kind: Kind[Any]) -> None:
    stored = {each.name for each in attrs.fields(kind.type)} - {"version"}
    assert set() == {name for name in stored if label_of(kind.name, name, Lang.ZH) == name}


def test_until_when_it_may_grow_is_said_of_the_future_too(shell: Shell) -> None:
    """In the zone of the company; a quarter of an hour after the instant, however far that is away."""
    assert "until 2100-01-01T08:15:00+08:00 more" in shell("log", "--known-at", "2100-01-01T00:00:00Z")
    assert "在 2100-01-01T08:15:00+08:00 之前" in chinese(shell, "log", "--known-at", "2100-01-01T00:00:00Z")
    assert "until 9999-12-31T23:59:59" in shell("log", "--known-at", "9999-12-31T23:59:59Z")


class TestSeals:
    """Checkpoints and what is held against them."""

    def test_an_older_seal_is_not_overwritten_unasked(self, shell: Shell) -> None:
        shell("seal", "-o", "a.seal")
        before = Path("a.seal").read_text()
        shell("leave", "0004", "--from", "2026-04-02", "--back", "2026-04-05")
        assert "--force" in shell("seal", "-o", "a.seal", code=2)
        assert before == Path("a.seal").read_text()
        shell("seal", "-o", "a.seal", "--force")
        assert before != Path("a.seal").read_text()
        assert ["a.seal"] == [path.name for path in Path().glob("a.seal*")]

    def test_what_is_not_checked_is_said_and_what_says_nothing_is_wrong_usage(self, shell: Shell) -> None:
        Path("key").write_bytes(b"a key that signs seals")
        Path("other").write_bytes(b"another key of that length")
        shell("seal", "-o", "a.seal", "--key-file", "key")
        assert "not checked" in shell("verify", "--seal", "a.seal")
        assert "not checked" not in shell("verify", "--seal", "a.seal", "--key-file", "key")
        assert "a.seal: was not signed with this key" in shell(
            "verify", "--seal", "a.seal", "--key-file", "other", code=2
        )
        shell("seal", "-o", "b.seal")
        said = shell("verify", "--seal", "b.seal")
        assert ("Not signed: 1" in said, "not checked" in said) == (True, False)
        told = shell.json("verify", "--seal", "a.seal", "--seal", "b.seal")
        assert (1, 1) == (told["unsigned_seals"], told["signatures_not_checked"])
        shell("verify", "--key-file", "key", code=2)
        shell("verify", "--evidence", "seen", code=2)
        shell("verify", "H0001-001", "--seal", "a.seal", code=2)
        Path("deep.seal").write_text("[" * 100_000)
        assert "deep.seal" in shell("verify", "--seal", "deep.seal", code=2)

    def test_programs_see_what_was_found(self, shell: Shell) -> None:
        """The places that are not as they were written, at most a hundred, and the redactions."""
        with closing(connect("handover.db")) as connection, connection:
            connection.execute("UPDATE ho_change SET actor = 'nobody' WHERE kind = 'company'")
        found = shell.json("verify", code=1)["error"]
        assert "audit.tampered" == found["code"]
        assert ["company"] == [each["kind"] for each in found["found"]["breaks"]]
        assert [] == found["found"]["redactions"]
        assert (0, 0) == (found["found"]["unsigned_seals"], found["found"]["signatures_not_checked"])

    def test_a_company_that_cannot_be_read_is_what_is_found(self, shell: Shell) -> None:
        """Its time zone with it."""
        with closing(connect("handover.db")) as connection, connection:
            connection.execute("UPDATE ho_company SET body = '{}'")
        assert "company company" in shell("verify", code=1)
        assert "0003 Ann" in shell("log", "--actor", "0003")


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("log",),
        ("seal", "-o", "s"),
        ("outbox", "run", "--once"),
        ("outbox", "status"),
        ("org",),
        ("export", "s"),
        ("retention", "plan"),
        ("retention", "apply"),
        ("retention", "hold", "place", "--reason", "court"),
        ("privacy", "level", "strict"),
    ],
    ids=str,
)
def test_a_company_that_there_is_not_is_not_found(shell: Shell, words: tuple[str, ...]) -> None:
    """A misspelt name in a nightly job must not look as if all were well."""
    said = shell("--tenant", "nobody", *words, code=2)
    assert ("'nobody'" in said, "--tenant" in said) == (True, True)
    assert not Path("s").exists()


@pytest.mark.parametrize(
    "words",
    [("copy", "sqlite:///handover.db", "sqlite:///other.db"), ("doctor",), ("import", "sheets"), ("init",),
     ("outbox", "run", "--once")],
    ids=str,
)  # fmt: skip
def test_what_is_about_the_present_refuses_the_past(shell: Shell, words: tuple[str, ...]) -> None:
    assert "--known-at" in shell(*words, "--known-at", "2030-01-01", code=2)
    assert not Path("other.db").exists()
