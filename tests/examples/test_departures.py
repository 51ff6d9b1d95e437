"""The two programs that say what leavers of a volunteer project hand over agree, on a small project made up here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from handover_core.kinds import KINDS
from handover_core.storage import UnitFactory
from handover_core_cli.state import OPERATOR
from handover_core_import import Importer
from handover_core_sql import SqlStore

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)
EXAMPLES = ROOT / "examples"


def lines(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def project(folder: Path) -> Path:
    """Make up a council, a shared position below it, an expert below that; two of five people leave."""
    folder.mkdir()
    joined = {"E1": "2010-01-01", "E2": "2011-01-01", "E3": "2012-01-01", "E4": "2013-01-01", "E5": "2014-01-01"}
    left = {"E1": "2020-05-01", "E4": "2021-05-01"}
    lines(
        folder / "employees.jsonl", [{"id": id_, "joined": day, "left": left.get(id_)} for id_, day in joined.items()]
    )
    position = {"headcount": 2, "duties": []}
    lines(
        folder / "positions.jsonl",
        [
            {**position, "id": "council", "title": "Council", "reports_to": None, "duties": ["decide"]},
            {**position, "id": "core", "title": "Core", "reports_to": "council", "duties": ["review", "merge"]},
            {**position, "id": "expert-x", "title": "Expert: x", "reports_to": "core", "duties": ["answer for x"]},
        ],
    )
    held = [("E1", "council"), ("E1", "core"), ("E2", "core"), ("E3", "expert-x"), ("E4", "core"), ("E5", "council")]
    lines(
        folder / "assignments.jsonl",
        [
            {
                "employee": who,
                "position": what,
                "start": joined[who] if who != "E5" else "2020-04-25",
                "end": left.get(who),
            }
            for who, what in held
        ],
    )
    lines(folder / "knowledge_areas.jsonl", [{"id": "x", "area": "x", "section": "s", "experts": [], "emeritus": []}])
    steps = [{"order": 1, "text": "Look."}, {"order": 2, "text": ""}]
    sop = {"id": "s1", "title": "S", "documents": [], "responsible_position": "core"}
    stages = [{"name": "One", "order": 1, "steps": steps[:1]}, {"name": "Two", "order": 2, "steps": []}]
    lines(folder / "sops.jsonl", [{**sop, "stages": stages}])
    lines(
        folder / "departures.jsonl",
        [{"employee": who, "position": "core", "joined": joined[who], "left_on": day} for who, day in left.items()],
    )
    return folder


def run(*words: object) -> str:
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def test_both_programs_say_the_same(tmp_path: Path) -> None:
    source = project(tmp_path / "source")
    run(EXAMPLES / "convert_volunteer_project.py", source, tmp_path / "sheets")
    url = f"sqlite:///{tmp_path / 'project.db'}"
    store = SqlStore.from_url(url)
    store.schema.migrate()
    report = Importer(UnitFactory(store, KINDS), "company", OPERATOR).run(tmp_path / "sheets")
    store.close()
    assert [] == report.rejects

    derived = json.loads(run(EXAMPLES / "derive_departures.py", source, url))

    assert json.loads(run(EXAMPLES / "derive_by_hand.py", source)) == derived
    # The council had one member when E1 gave notice, so its reports are E1's to hand over; those of core are not.
    assert ["E2", "E4"] == derived["E1"]["report"]
    assert "report" not in derived["E4"]
