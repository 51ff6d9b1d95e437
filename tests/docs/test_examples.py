"""The Python in the README and in the guide runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handover_core.actor import SYSTEM
from handover_core.organization.model import Capacity, Employee
from handover_core.storage import MemoryStore
from handover_core_sql import SqlStore
from worlds import World

ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "README.md").exists())
PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if "```python" in path.read_text("utf-8")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All blocks of a page run one after the other; where ``# ->`` says what is printed, it is."""
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    source = "\n".join(blocks)
    names: dict[str, object] = {"__name__": "example", **company()}
    exec(compile(source, str(page), "exec"), names)  # that is the test
    for each in names.values():
        if isinstance(each, SqlStore):
            each.close()
    said = iter(capsys.readouterr().out.splitlines())
    for promised in re.findall(r"# -> (.+)", source):
        assert promised in said, "whole lines, in this order"


def company() -> dict[str, object]:
    """Return what a page may take for granted: a core with a company in which 0017 leaves and 0042 is new."""
    world = World(MemoryStore())
    room = world.system.organization
    world.people["0042"] = room.hire(Employee(id=world.new_id(), number="0042", name="Newcomer"))
    world.assign("0042", "KAM", Capacity.TRAINEE)
    world.leave()
    return {"core": world.core, "actor": SYSTEM}


def test_there_are_examples() -> None:
    assert ROOT / "README.md" in PAGES
