"""The life of a departure on the command line, by the rules of China."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from handover_core_cli.main import main
from shipped import copy_imported

DAY = ("--on", "2026-03-02")


class Shell:
    """Runs `handover` on one store and returns what it says."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = f"sqlite:///{folder / 'handover.db'}"
        self._capsys = capsys

    def __call__(self, *words: object, code: int = 0) -> str:
        self._capsys.readouterr()
        found = main(["--store", self.store, "--lang", "en", *map(str, words)])
        said = self._capsys.readouterr()
        assert code == found, said
        return said.out + said.err

    def json(self, *words: object, code: int = 0):
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Open the case once; each test works on a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    copy_imported(folder)
    path = folder / "handover.db"
    opening = ("depart", "0017", "--last-day", "2026-03-13", "--receiver", "0024", *DAY)
    assert 0 == main(["--store", f"sqlite:///{path}", "--lang", "en", *opening])
    return path


@pytest.fixture
def company(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    shutil.copy(prepared, tmp_path / "handover.db")
    return Shell(tmp_path, capsys)


def test_legal_dates_come_with_their_rules(company: Shell) -> None:
    """The notice period ends after the last day that was announced; the review says so, to HR, once."""
    dates = {each["rule"]: each["due"] for each in company.json("deadlines", "0017", *DAY)}
    assert ("2026-04-01", "2026-03-30") == (dates["cn.lcl37.notice"], dates["cn.lcl50.transfers"])
    assert "article 37" in company("deadlines", "0017", *DAY)
    assert "法律顾问" in company("deadlines", "0017", *DAY, "--lang", "zh-CN")
    assert "generic" in company("deadlines", "0017", *DAY, "--rules", "generic")
    first = company.json("review", *DAY)
    assert ["notice_short"] == [each["finding"]["code"] for each in first]
    assert "article 37" in first[0]["says"]
    assert [] == company.json("review", *DAY)
    assert "Nothing new" in company("review", *DAY)


def test_silence_climbs_the_ladder(company: Shell) -> None:
    company("review", *DAY)
    found = company.json("review", "--on", "2026-03-09")
    assert "stall" in [each["finding"]["code"] for each in found]
    assert "working days" in company("review", "0017", "--on", "2026-03-09")
    assert "督办级别" in company("review", "0017", "--on", "2026-03-09", "--lang", "zh-CN")


def test_pace_and_figures(company: Shell) -> None:
    assert 10 == company.json("pace", "0017", *DAY)["days_left"]
    company("leave", "0017", "--from", "2026-03-04", "--back", "2026-03-06", *DAY)
    assert 8 == company.json("pace", "0017", *DAY)["days_left"]
    late = company("pace", "0017", "--on", "2026-03-12")
    assert "What decides" in late
    assert "lead time" in company("metrics", "0017", *DAY)
    assert 1 == company.json("metrics", "0017", *DAY)["figures"]["lead"]


def test_wages_never_wait_and_compensation_does(company: Shell) -> None:
    assert "handover.clearance.nothing" == company.json("settle", "0017", "compensation", *DAY, code=1)["error"]["code"]
    company("facts", "0017", "--compensation", *DAY)
    assert (
        "handover.clearance.must_wait" == company.json("settle", "0017", "compensation", *DAY, code=1)["error"]["code"]
    )
    for what in ("wages", "certificate", "transfers"):
        company("settle", "0017", what, *DAY)
    assert "waits" in company("clearance", "0017", *DAY)
    lines = company.json("clearance", "0017", *DAY)["clearance"]["lines"]
    assert {"wages", "certificate", "transfers"} == {line["what"] for line in lines if line["done"]}


def test_the_certificate_states_what_the_law_asks(company: Shell) -> None:
    said = company("certificate", "0017", *DAY)
    assert "day on which it ended: 13 March 2026" in said
    assert "years and" in said
    assert ["term", "ended_on", "position", "service"] == [
        each["what"] for each in company.json("certificate", "0017", *DAY)
    ]


def test_a_later_last_day_plans_anew(company: Shell) -> None:
    before = company.json("plan", "0017", *DAY)["items"]
    assert "planned anew" in company("reschedule", "0017", "--last-day", "2026-03-20", "--reason", "agreed", *DAY)
    after = company.json("plan", "0017", *DAY)["items"]
    assert max(each["due_on"] for each in before) < max(each["due_on"] for each in after)


def test_items_are_suggested_declined_and_handed_on(company: Shell) -> None:
    item = company.json("assign", "H0001-001", "0024", *DAY)
    assert company.json("suggest", "H0001-001", *DAY)[0]["place"] == 1
    assert "things open" in company("suggest", "H0001-001", *DAY)
    company("hand-on", item["code"], "0021", "--reason", "on leave", "--as", "0024", *DAY)
    declined = company.json("decline", item["code"], "--reason", "too much", "--as", "0021", *DAY)
    assert (None, 3) == (declined["receiver_id"], len(declined["receivers"]))


def test_a_question_goes_to_who_knows(company: Shell) -> None:
    company("assign", "H0001-001", "0024", *DAY)
    asked = company.json("ask", "H0001-001", "Who signs?", "--as", "0024", *DAY)
    assert "giver" == asked["route"]["because"]
    passed = company.json("pass", asked["id"], "--as", "0024", *DAY)
    assert passed["route"]["because"] != "giver"
    company("answer", asked["id"], "The director", *DAY)
    assert "The director" in company("questions", "0017", *DAY)
    assert "goes to" in company("ask", "H0001-001", "Where is it?", "--to", "0003", "--as", "0024", *DAY)


def test_an_item_is_taken_over_in_words(company: Shell) -> None:
    """Until then giver and receiver overlap, and it is not verified."""
    company("refuse", "0017", "--reason", "no", "--as", "0003", *DAY)
    critical = next(
        each["code"] for each in company.json("plan", "0017", *DAY)["items"] if each["criticality"] == "critical"
    )
    company("assign", critical, "0024", *DAY)
    company("brief", critical, "--summary", "from records", "--as", "0003", *DAY)
    company("accept", critical, "--read-back", "in my own way", "--as", "0024", *DAY)
    refused = company.json("verify", critical, "--evidence", "seen", "--as", "0003", *DAY, code=1)
    assert "handover.item.not_taken_over" == refused["error"]["code"]
    company("take-over", critical, "--statement", "mine now", "--as", "0024", *DAY)
    company("verify", critical, "--evidence", "seen", "--as", "0003", *DAY)


def test_a_dismissal_is_withdrawn_only_with_the_employees_consent(company: Shell) -> None:
    company("depart", "0031", "--last-day", "2026-04-10", "--kind", "dismissal", *DAY)
    refused = company.json("withdraw", "0031", "--reason", "a mistake", *DAY, code=1)
    assert "handover.departure.needs_consent" == refused["error"]["code"]
    company("consent", "0031", "--to", "withdrawal", *DAY, code=2)
    company("consent", "0031", "--to", "withdrawal", "--document", "file:///signed.pdf", *DAY)
    company("withdraw", "0031", "--reason", "a mistake", *DAY)


def test_a_long_leave_ends_and_custodians_hand_back(company: Shell) -> None:
    """The receiver of a duty stood in as custodian; on the return they hand back in a case of their own."""
    company("depart", "0031", "--last-day", "2026-03-02", "--kind", "long_leave", "--receiver", "0024", *DAY)
    items = company.json("plan", "0031", *DAY)["items"]
    place = next(each for each in items if each["category"] == "duty")
    director = company.json("status", "0031", *DAY)["status"]["case"]["supervisor_id"]
    numbers = {"supervisor": _number(company, director)}
    company("assign", place["code"], "0024", *DAY)
    company("effect", "0031", *DAY)
    day = ("--on", "2026-03-03")
    company("brief", place["code"], "--summary", "from records", "--as", numbers["supervisor"], *day)
    company("accept", place["code"], "--read-back", "in my own way", "--take-over", "mine", "--as", "0024", *day)
    company("verify", place["code"], "--evidence", "seen", "--as", numbers["supervisor"], *day)
    back = company.json("back", "0031", "--day", "2026-03-16", "--overlap-until", "2026-03-20", "--on", "2026-03-16")
    assert 1 == len(back["cases"])
    assert back["assignments"]


def test_a_custodian_hands_on_to_the_successor(company: Shell) -> None:
    company("refuse", "0017", "--reason", "no", "--as", "0003", *DAY)
    duty = next(each for each in company.json("plan", "0017", *DAY)["items"] if each["category"] == "duty")
    company("assign", duty["code"], "0024", *DAY)
    company("brief", duty["code"], "--summary", "from records", "--as", "0003", *DAY)
    company("accept", duty["code"], "--read-back", "in my own way", "--take-over", "mine", "--as", "0024", *DAY)
    company("verify", duty["code"], "--evidence", "seen", "--as", "0003", *DAY)
    place = _code(company, duty["position_id"])
    refused = company.json("succeed", "0024", place, "0031", "--last-day", "2026-03-10", *DAY, code=1)
    assert "handover.second.no_custodian" == refused["error"]["code"]
    second = company.json("succeed", "0024", place, "0031", "--last-day", "2026-04-30", "--on", "2026-04-01")
    assert "H0002" == second["code"]


def test_somebody_who_left_is_hired_again(company: Shell) -> None:
    company("effect", "0017", "--on", "2026-03-13")
    company("rehire", "0017", "--day", "2026-03-01", "--on", "2026-06-01", code=1)
    assert "active" == company.json("rehire", "0017", "--day", "2026-06-01", "--on", "2026-06-01")["status"]


def _number(company: Shell, id_: str) -> str:
    chart = company.json("org", *DAY)["units"]
    return next(number for number, found in _people(chart) if found == id_)


def _code(company: Shell, id_: str) -> str:
    chart = company.json("org", *DAY)["units"]
    return next(code for code, found in _places(chart) if found == id_)


def _places(nodes):
    for node in nodes:
        yield from ((each["position"]["code"], each["position"]["id"]) for _, each in node["people"])
        yield from _places(node["below"])


def _people(nodes):
    for node in nodes:
        for person, _ in node["people"]:
            yield person["number"], person["id"]
        yield from _people(node["below"])
