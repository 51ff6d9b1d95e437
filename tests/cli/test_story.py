"""The demonstration computes: another leaver, or one SOP less, and the story and the list change accordingly."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from handover_core.texts import Lang
from handover_core_cli.demo.workbook import shipped_company
from handover_core_cli.main import main


def tell(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict:
    assert main(["--json", "--lang", "en", "demo", "--out", str(folder), *options]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("company") / "en"
    shutil.copytree(shipped_company(Lang.EN), copy)
    return copy


def without(company: Path, folder: Path, code: str) -> Path:
    """Return a copy of the company in which no sheet knows this SOP; duties no longer name it."""
    shutil.copytree(company, folder)
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            head, *rows = list(csv.reader(lines))
        kept = [
            [";".join(part for part in cell.split(";") if part != code) for cell in row]
            for row in rows
            if path.stem == "duties" or code not in row
        ]
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([head, *kept])
    return folder


def test_the_story_ends_with_a_complete_case_and_its_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every item is verified or waived, and the dossier says which were never explained by the giver."""
    told = tell(tmp_path, capsys)

    assert "completed" == told["case"]["state"]
    assert 1 == told["share"]
    assert 0 == told["rejected"]
    assert set(told["categories"]) == {
        "capture", "duty", "sop", "run", "record", "credential", "asset", "authority", "knowledge", "report",
    }  # fmt: skip
    assert told["items"] == len(told["never_explained"]) > 40
    for name in ("dossier.html", "dossier.md", "dossier.json", "pack.html", "company.xlsx", "handover.db"):
        assert (tmp_path / name).stat().st_size > 0
    page = (tmp_path / "dossier.html").read_text(encoding="utf-8")
    assert all(code in page for code in told["never_explained"])


def test_another_leaver_has_another_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = tell(tmp_path / "one", capsys)
    other = tell(tmp_path / "other", capsys, "--leaver", "0031")

    assert first["case"]["giver_id"] != other["case"]["giver_id"]
    assert "completed" == other["case"]["state"]
    assert first["categories"] != other["categories"]


def test_with_one_sop_less_the_list_changes_accordingly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], company: Path
) -> None:
    """One SOP item less; its draft is gone too; the duty that rested on it alone is captured instead."""
    whole = tell(tmp_path / "whole", capsys, "--company", str(company))
    less = tell(tmp_path / "less", capsys, "--company", str(without(company, tmp_path / "company", "SOP-S02")))

    assert whole["categories"]["sop"] - 1 == less["categories"]["sop"]
    assert whole["categories"]["knowledge"] - 1 == less["categories"]["knowledge"]
    assert "completed" == less["case"]["state"]


def test_the_story_is_told_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for lang, words in (("en", "resigns"), ("zh-CN", "提出辞职")):
        assert main(["--lang", lang, "demo", "--out", str(tmp_path / lang)]) == 0
        assert words in capsys.readouterr().out
