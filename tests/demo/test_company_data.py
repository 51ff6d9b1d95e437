"""The company that ships as data: the same in both languages, made by its generator, and fit to be imported."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from attrs import frozen

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore, Office
from handover_core.handover.model import Category, DepartureKind, HandoverItem
from handover_core.organization.kinds import EMPLOYEE
from handover_core_import import Importer, ImportReport
from handover_core_sql import SqlStore

COMPANY = Path(str(files("handover_core_cli"))) / "demo" / "company"
LANGUAGES = ("zh-CN", "en")
SHEETS = sorted(path.name for path in (COMPANY / "en").glob("*.csv"))
NOTICE, LAST_DAY = date(2026, 3, 2), date(2026, 3, 13)
TEXTS = {
    "company.csv": {"name"},
    "units.csv": {"name", "functions"},
    "positions.csv": {"title", "purpose", "status"},
    "duties.csv": {"title", "description", "unit_function", "criticality", "frequency", "sops", "areas"},
    "authorities.csv": {"name", "conditions", "delegable"},
    "qualifications.csv": {"kind", "name", "level", "mandatory"},
    "employees.csv": {"name", "status", "roles"},
    "held_qualifications.csv": {"kind", "name", "level"},
    "contracts.csv": {"kind", "document_title"},
    "assignments.csv": {"capacity"},
    "sops.csv": {"title", "state", "revision", "change_note"},
    "sop_steps.csv": {"stage", "instructions", "required_documents", "mandatory"},
    "runs.csv": {"subject", "state"},
    "run_steps.csv": {"state", "reason", "deviation_reason"},
    "run_documents.csv": {"title"},
    "projects.csv": {"name", "status"},
    "project_members.csv": {"part"},
    "records.csv": {"kind", "title", "body", "status", "priority", "counterparty"},
    "documents.csv": {"title"},
}
"""By sheet, the columns whose cells are written in the language of the sheet (lists have its separator)."""


def table(lang: str, sheet: str) -> list[list[str]]:
    with (COMPANY / lang / sheet).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def named(sheet: str) -> list[dict[str, str]]:
    head, *body = table("en", sheet)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_company_has_the_same_sheets_in_both_languages():
    """Neither language lacks a sheet."""
    assert len(SHEETS) == 20
    assert sorted(path.name for path in (COMPANY / "zh-CN").glob("*.csv")) == SHEETS


@pytest.mark.parametrize("sheet", SHEETS)
def test_both_languages_tell_of_the_same_things(sheet):
    """Codes, numbers, dates and references are equal, cell by cell; a text is there in both languages or in neither."""
    head, *english = table("en", sheet)
    _, *chinese = table("zh-CN", sheet)
    assert len(english) == len(chinese)
    for row, other in zip(english, chinese, strict=True):
        for name, cell, translated in zip(head, row, other, strict=True):
            if name in TEXTS.get(sheet, ()) or (sheet, name) == ("company.csv", "languages"):
                assert bool(cell) == bool(translated), (sheet, name, row)
            else:
                assert cell == translated, (sheet, name, row)


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_english_sheets_hold_no_chinese_and_the_chinese_heads_no_english(sheet):
    """What stands in one language stands in that language only."""
    text = (COMPANY / "en" / sheet).read_text(encoding="utf-8")
    assert not [sign for sign in text if "一" <= sign <= "鿿"]
    heads = [head.removesuffix("SOP").removeprefix("SOP") for head in table("zh-CN", sheet)[0]]
    assert all("一" <= sign <= "鿿" for head in heads for sign in head)


def test_chinese_sheets_begin_with_a_mark_and_english_ones_do_not():
    """Spreadsheet programs know UTF-8 by its mark; plain files do without."""
    for sheet in SHEETS:
        assert (COMPANY / "zh-CN" / sheet).read_bytes().startswith(b"\xef\xbb\xbf")
        assert not (COMPANY / "en" / sheet).read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_generator_makes_the_shipped_files_byte_by_byte(tmp_path):
    """Nobody edited the sheets by hand, and nothing in them depends on the machine."""
    tool = next(
        found for above in Path(__file__).parents if (found := above / "tools" / "make_demo_company.py").is_file()
    )
    subprocess.run([sys.executable, str(tool), str(tmp_path)], check=True, capture_output=True)
    for lang in LANGUAGES:
        assert sorted(path.name for path in (tmp_path / lang).iterdir()) == SHEETS
        for sheet in SHEETS:
            assert (tmp_path / lang / sheet).read_bytes() == (COMPANY / lang / sheet).read_bytes(), (lang, sheet)


def test_the_company_is_as_large_as_the_story_says_and_light_to_ship():
    """About sixty people, some of whom left, a year of records, within two and a half megabytes."""
    people = named("employees.csv")
    assert 58 <= sum(person["status"] == "active" for person in people) <= 64
    assert any(person["status"] == "left" for person in people)
    assert 2500 <= len(named("records.csv")) <= 4000
    assert sum(path.stat().st_size for path in COMPANY.rglob("*.csv")) < 2_500_000


def test_closed_steps_follow_the_order_of_their_procedure():
    """No run has closed a step before every earlier mandatory one."""
    steps: dict[tuple[str, str], list[dict[str, str]]] = {}
    for step in named("sop_steps.csv"):
        steps.setdefault((step["sop"], step["version"]), []).append(step)
    closed: dict[str, list[str]] = {}
    for done in named("run_steps.csv"):
        closed.setdefault(done["run"], []).append(done["step"])
    for run in named("runs.csv"):
        planned, found = steps[run["sop"], run["version"]], closed.get(run["external_id"], [])
        upto = max((place for place, step in enumerate(planned) if step["key"] in found), default=-1)
        needed = [step["key"] for step in planned[: upto + 1] if step["mandatory"] == "yes" or step["key"] in found]
        assert found == needed, run


@frozen
class Imported:
    """A language's sheets in a store of their own."""

    core: HandoverCore
    first: ImportReport
    second: ImportReport

    def office(self, number: str) -> Office:
        return self.core.office("demo", self.core.person("demo", number))

    def number(self, id: str | None) -> str | None:
        with self.core.units.unit("demo", SYSTEM, write=False) as unit:
            return None if id is None else unit.repository(EMPLOYEE).get(id).number


@pytest.fixture(scope="module", params=LANGUAGES)
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    store = SqlStore.from_url(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    store.schema.migrate()
    core = HandoverCore(store, clock=lambda: datetime(2026, 3, 2, 1, tzinfo=UTC))
    reports = [Importer(core.units, "demo", SYSTEM).run(COMPANY / request.param) for _ in range(2)]
    yield Imported(core, *reports)
    store.close()


def test_the_sheets_import_whole(imported):
    """No row is rejected, no column ignored, nothing has to be looked at."""
    assert [] == [(each.table, each.row, each.reason(), each.cure()) for each in imported.first.rejects]
    assert {} == imported.first.ignored_columns
    assert () == imported.first.ignored_sheets
    assert [] == [note.message() for note in imported.first.notes]
    created = {name: counts.created for name, counts in imported.first.counts.items()}
    assert created == {sheet.removesuffix(".csv"): len(named(sheet)) for sheet in SHEETS}


def test_importing_them_again_changes_nothing(imported):
    """The second import finds every row as the first one left it."""
    assert {0} == {counts.rows - counts.unchanged for counts in imported.second.counts.values()}


def list_of(imported: Imported, giver: str) -> tuple[str | None, list[HandoverItem]]:
    """Return the supervisor's number and the items of a departure that is announced on the first day of the story."""
    office = imported.office("0006")
    person = imported.core.person("demo", giver)
    departure = office.handover.announce(person.id, DepartureKind.RESIGNATION, NOTICE, LAST_DAY)
    case = office.handover.open_case(departure.id)
    return imported.number(case.supervisor_id), office.handover.items(case.id)


def test_each_key_person_leaves_a_list_of_their_own(imported):
    """The key-account manager leaves all ten categories, the service engineer lead something else."""
    supervisor, items = list_of(imported, "0017")
    assert supervisor == "0003"
    assert 45 <= len(items) <= 60
    assert set(Category) == {item.category for item in items}
    assert {"0021"} == {imported.number(item.receiver_id) for item in items if item.position_id}
    other_supervisor, others = list_of(imported, "0031")
    assert other_supervisor == "0004"
    assert Counter(item.category for item in others) != Counter(item.category for item in items)
    assert not {item.title for item in items if item.category is Category.CAPTURE} & {item.title for item in others}
