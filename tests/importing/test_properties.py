"""What holds whatever a company looks like: order does not matter, nothing is done twice, undone or lost."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.actor import SYSTEM
from handover_core.kinds import KINDS
from handover_core.storage import Driver, MemoryStore, UnitFactory, UnitOfWork
from handover_core.texts import Lang
from handover_core_import import Importer, ImportReport, Outcome, export
from handover_core_sql import SqlStore
from importing.kit import NOW, TENANT, as_csv, as_jsonl, rows_of, state, units_over

few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
TEXT = st.text(st.sampled_from("ab 销售;；、\"'=+-@,|/~#1\n"), max_size=6)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
DAYS = st.dates(date(2015, 1, 1), date(2025, 1, 1)).map(date.isoformat)
SOME = st.none() | DAYS


def optional(draw: Callable[..., Any], choices: list[str]) -> str | None:
    """Return one of the choices, or nothing."""
    return draw(st.none() | st.sampled_from(choices)) if choices else None


@st.composite
def companies(draw):
    """Draw a company as sheets: lines without circles, no overlaps, references that may point forward."""
    units = [f"U{number}" for number in range(draw(st.integers(1, 3)))]
    people = [f"{number:04}" for number in range(draw(st.integers(1, 4)))]
    positions = [f"P{number}" for number in range(draw(st.integers(1, 4)))]
    projects = [f"J{number}" for number in range(draw(st.integers(0, 2)))]
    sops = [f"S{number}" for number in range(draw(st.integers(0, 2)))]
    sheets: dict[str, list[dict[str, Any]]] = {
        "custom_fields": [{"kind": "employees", "name": "badge", "type": "text", "label_zh": "卡号"}],
        "units": [
            {"code": unit, "name": draw(LINE), "parent": optional(draw, units[:place]), "head": optional(draw, people)}
            for place, unit in enumerate(units)
        ],
        "employees": [
            {
                "number": each, "name": draw(LINE), "unit": optional(draw, units), "hired_on": draw(SOME),
                "status": draw(st.sampled_from(["在职", "left", None])), "custom.badge": draw(st.none() | LINE),
            }
            for each in people
        ],
        "positions": [
            {
                "code": each, "title": draw(LINE), "reports_to": optional(draw, positions[:place]),
                "unit": optional(draw, units), "purpose": draw(TEXT.filter(str.strip) | st.none()),
            }
            for place, each in enumerate(positions)
        ],
        "duties": [
            {
                "position": draw(st.sampled_from(positions)), "key": f"D{number}", "title": draw(LINE),
                "criticality": draw(st.sampled_from(["关键", "routine", None])), "order": str(number + 1),
            }
            for number in range(draw(st.integers(0, 3)))
        ],
        "assignments": [
            {
                "employee": each, "position": draw(st.sampled_from(positions)),
                "capacity": draw(st.sampled_from(["A角", "backup"])), "effective_from": draw(DAYS), "effective_to": None,
            }
            for each in people
        ],
        "projects": [{"code": each, "name": draw(LINE)} for each in projects],
        "project_members": [
            {"project": each, "employee": draw(st.sampled_from(people)), "part": draw(LINE), "effective_from": draw(DAYS)}
            for each in projects
        ],
        "sops": [
            {"code": each, "title": draw(LINE), "owner_position": draw(st.sampled_from(positions)), "state": "published"}
            for each in sops
        ],
        "sop_steps": [
            {"sop": each, "stage_no": str(stage), "stage": f"stage {stage}", "step_no": str(step), "instructions": draw(LINE)}
            for each in sops
            for stage in range(1, draw(st.integers(1, 3)))
            for step in range(1, draw(st.integers(2, 3)))
        ],
        "records": [
            {
                "external_id": f"R{number}", "kind": "任务", "title": draw(LINE), "owner": draw(st.sampled_from(people)),
                "opened_on": draw(DAYS), "project": optional(draw, projects), "body": draw(TEXT.filter(str.strip) | st.none()),
            }
            for number in range(draw(st.integers(0, 5)))
        ],
    }  # fmt: skip
    sheets["documents"] = [
        {"record": each["external_id"], "title": draw(LINE), "uri": f"file:///{number}"}
        for number, each in enumerate(sheets["records"])
    ]
    return {name: rows for name, rows in sheets.items() if rows}


def bring(units: UnitFactory, sheets: Any, write: Callable[..., Path] = as_csv, **options: Any) -> ImportReport:
    """Import sheets from a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return Importer(units, TENANT, SYSTEM, **options).run(write(Path(folder) / "in", sheets))


def exported(units: UnitFactory) -> dict[str, list[str]]:
    """Return what an export gives."""
    with tempfile.TemporaryDirectory() as folder:
        export(units, TENANT, SYSTEM, folder, form="jsonl")
        return rows_of(Path(folder))


@few
@given(companies(), st.randoms(use_true_random=False), st.integers(1, 7))
def test_the_order_of_sheets_and_rows_never_matters(sheets, random, chunk):
    """Down to ids, versions and what is kept for the next compare."""
    shuffled = list(sheets.items())
    random.shuffle(shuffled)
    one, other = units_over(MemoryStore()), units_over(MemoryStore())
    assert bring(one, sheets).complete
    assert bring(other, {name: random.sample(rows, len(rows)) for name, rows in shuffled}, chunk=chunk).complete
    assert state(other) == state(one)


@few
@given(companies())
def test_importing_twice_changes_nothing(sheets):
    units = units_over(MemoryStore())
    bring(units, sheets)
    before = state(units)
    report = bring(units, sheets)
    assert state(units) == before
    assert report.total(Outcome.UNCHANGED) == sum(map(len, sheets.values()))


def change(unit: UnitOfWork, data: st.DataObject) -> None:
    """Change some of what is stored, as people would: names, titles, dates, what was there and what was not."""
    for kind, name in (("employee", "name"), ("org_unit", "name"), ("work_record", "title"), ("project", "name")):
        repository = unit.repository(KINDS[kind])
        for each in repository.list():
            if data.draw(st.booleans()):
                repository.change(each, **{name: data.draw(LINE)})
    repository = unit.repository(KINDS["position"])
    for position in repository.list():
        latest = position.latest
        if data.draw(st.booleans()):
            duties = tuple(evolve(duty, title="here") for duty in latest.duties[:1])
            repository.change(position, descriptions=(evolve(latest, duties=duties, purpose="here"),))


@few
@given(companies(), st.data())
def test_importing_an_old_file_again_does_not_undo_later_edits(sheets, data):
    units = units_over(MemoryStore())
    bring(units, sheets)
    units.run(TENANT, SYSTEM, lambda unit: change(unit, data))
    before = state(units)
    report = bring(units, sheets)
    assert state(units) == before
    assert not report.conflicts


class Killed(BaseException):
    """The end of a process."""


class Mortal(UnitFactory):
    """Units of work of a process that is killed after so many of them."""

    def __init__(self, store: Driver, left: int) -> None:
        super().__init__(store, KINDS, clock=lambda: NOW)
        self.left = left

    def run(self, *arguments: Any, **options: Any) -> Any:
        """Run one more, or die before it."""
        if not self.left:
            raise Killed
        self.left -= 1
        return super().run(*arguments, **options)


@few
@given(companies(), st.integers(1, 3), st.integers(0, 12))
def test_an_import_that_was_killed_goes_on_where_it_was(sheets, chunk, left):
    undisturbed, store = units_over(MemoryStore()), MemoryStore()
    bring(undisturbed, sheets, chunk=chunk)
    try:
        bring(Mortal(store, left), sheets, chunk=chunk)
    except Killed:
        assert bring(units_over(store), sheets, chunk=chunk).complete
    assert state(units_over(store)) == state(undisturbed)


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
@few
@given(companies(), st.sampled_from(Lang))
def test_what_is_exported_is_imported_as_the_same(form, sheets, lang):
    units, empty = units_over(MemoryStore()), units_over(MemoryStore())
    bring(units, sheets)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("out.xlsx" if form == "xlsx" else "out")
        export(units, TENANT, SYSTEM, path, lang, form)
        report = Importer(empty, TENANT, SYSTEM).run(path)
    assert report.complete, (report.rejects, report.ignored_columns, report.ignored_sheets)
    assert exported(empty) == exported(units)


@few
@given(companies())
def test_every_cell_that_came_in_comes_back_equal(sheets):
    """As text in CSV, against rows given as JSON Lines; words and orders are canonical in the export."""
    units = units_over(MemoryStore())
    bring(units, sheets, as_jsonl)
    with tempfile.TemporaryDirectory() as folder:
        export(units, TENANT, SYSTEM, folder, form="jsonl")
        found = {name: [json.loads(line) for line in lines] for name, lines in rows_of(Path(folder)).items()}
    canonical = {"在职": "active", "关键": "critical", "A角": "incumbent", "任务": "task", "employees": "employee"}
    for name, rows in sheets.items():
        for row in rows:
            wanted = {
                head: canonical.get(cell, cell)
                for head, cell in row.items()
                if cell is not None and head not in ("order", "key")
            }
            assert any(
                all(str(each.get(head)) == str(cell) for head, cell in wanted.items()) for each in found[name]
            ), (name, wanted)


@settings(few, max_examples=5)
@given(companies(), st.randoms(use_true_random=False))
def test_the_same_holds_on_a_database(sheets, random):
    """SQLite holds what memory holds, also after a second and a shuffled import."""
    memory = units_over(MemoryStore())
    bring(memory, sheets)
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore.from_url(f"sqlite:///{folder}/store.db")
        store.schema.migrate()
        units = units_over(store)
        bring(units, sheets, chunk=3)
        bring(units, {name: random.sample(rows, len(rows)) for name, rows in sheets.items()})
        assert state(units) == state(memory)
        store.close()
