# ruff: noqa: E501 - rows of made-up data
"""The example converters, on small data made up here: every source cell comes back equal from an export."""

from __future__ import annotations

import gzip
import json
import runpy
from pathlib import Path

import pytest

from handover_core.actor import SYSTEM
from handover_core_import import Importer, export
from importing.kit import TENANT

EXAMPLES = next(
    folder / "examples"
    for folder in Path(__file__).resolve().parents
    if (folder / "examples" / "convert_work_history.py").exists()
)

PROJECT = {
    "employees": [{"id": "E1", "joined": None, "left": None}, {"id": "E2", "joined": "2010-01-05", "left": "2020-01-05"}],
    "positions": [
        {"id": "council", "title": "Council", "headcount": 0, "duties": [], "reports_to": None, "closed": True, "external": True},
        {"id": "expert-x", "title": "Expert", "headcount": 2, "duties": ["answer for x"], "reports_to": "council"},
    ],
    "knowledge_areas": [
        {"id": "x", "area": "x", "section": "S", "experts": [{"employee": "E1", "inactive": True}], "emeritus": ["E2", "E9"]}
    ],
    "assignments": [
        {"employee": "E1", "position": "expert-x", "start": "2011-01-05", "end": "2012-01-05"},
        {"employee": "E1", "position": "expert-x", "start": "2012-01-05", "end": None},
        {"employee": "E2", "position": "expert-x", "start": "2010-01-05", "end": "2020-01-05"},
    ],
    "departures": [{"employee": "E2", "position": "expert-x", "joined": "2010-01-05", "left_on": "2020-01-05"}],
    "sops": [
        {
            "id": "s", "title": "S", "responsible_position": "expert-x", "documents": [],
            "stages": [{"name": "a", "order": 1, "steps": []}, {"name": "b", "order": 2, "steps": [{"order": 1, "text": "=, .. ragged: "}]}],
        }
    ],
}  # fmt: skip
HISTORY = {
    "work_records": [
        {"id": "1:x", "employee": "p1", "at": "2006-03-22T03:33:07Z", "area": "x", "artifacts": ["x/a.js", "x/b.js"], "artifact_count": 2, "added": 8, "removed": 0},
        {"id": "2:(none)", "employee": "p2", "at": "2006-03-22T23:33:07Z", "area": "(none)", "artifacts": [], "artifact_count": 0, "added": 0, "removed": 0},
    ],
    "file_touches": [
        {"id": "1:0", "employee": "p1", "at": "2006-03-22T03:33:07Z", "area": "x", "artifact": "x/a.jar", "added": None, "removed": None}
    ],
    "departures": [
        {"employee": "p2", "commits": 27, "first_work": "2006-05-11", "last_work": "2006-10-11", "silent_days": 7222, "top_areas": ["x", "y;z"]}
    ],
}  # fmt: skip


def lines(rows) -> str:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(("name", "data"), [("convert_volunteer_project", PROJECT), ("convert_work_history", HISTORY)])
def test_every_source_cell_comes_back(units, tmp_path, name, data):
    source = tmp_path / "source"
    source.mkdir()
    for file, rows in data.items():
        if name == "convert_work_history" and file != "departures":
            (source / f"{file}.jsonl.gz").write_bytes(gzip.compress(lines(rows).encode()))
        else:
            (source / f"{file}.jsonl").write_text(lines(rows), encoding="utf-8")
    script = runpy.run_path(str(EXAMPLES / f"{name}.py"))
    script["convert"](source, tmp_path / "in")
    report = Importer(units, TENANT, SYSTEM).run(tmp_path / "in")
    assert report.complete, [each.reason() for each in report.rejects]
    export(units, TENANT, SYSTEM, tmp_path / "out", form="jsonl")
    assert list(script["compare"](source, tmp_path / "out")) == []
