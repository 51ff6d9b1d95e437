"""`handover copy` as a person or a script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handover_core_cli.main import main
from handover_core_cli.state import shown
from handover_core_sql import SqlStore
from worlds import TENANT, World

FROM, TO = "sqlite:///from.db", "sqlite:///to.db"


@pytest.fixture(autouse=True)
def _company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = SqlStore.from_url(FROM)
    store.schema.migrate()
    World(store).leave()
    store.close()


def handover(*words: str, tenant: str = TENANT) -> int:
    return main(["--tenant", tenant, "--lang", "en", *words])


def test_a_company_is_copied_into_a_store_that_is_not_there_yet(capsys: pytest.CaptureFixture[str]) -> None:
    """And a second time there is nothing to write."""
    assert 0 == handover("copy", FROM, TO, "--json")
    first = json.loads(capsys.readouterr().out)["copied"]
    assert 0 == handover("copy", FROM, TO, "--json")
    second = json.loads(capsys.readouterr().out)["copied"]
    assert first["compared"] == second["compared"]
    assert (True, 0) == (first["written"] > 20, second["written"])
    assert 0 == handover("--store", TO, "status", "0017")


def test_what_cannot_be_copied_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """The same address twice, an unknown company, a source that is not there, a target with a company of its own."""
    assert 2 == handover("copy", FROM, FROM)
    assert 0 != handover("copy", FROM, TO, tenant="nobody")
    assert "There is no company 'nobody'" in capsys.readouterr().err
    assert 3 == handover("copy", "sqlite:///missing.db", TO)
    store = SqlStore.from_url(TO)
    store.schema.migrate()
    World(store).record("Only here")
    store.close()
    assert 0 != handover("copy", FROM, TO)
    assert "cannot be copied" in capsys.readouterr().err


def test_no_password_is_shown() -> None:
    assert "postgresql+psycopg://ann:***@host/x" == shown("postgresql+psycopg://ann:se:cret@host/x")
    assert "mongodb://ann:***@one,two/x?a=b" == shown("mongodb://ann:secret@one,two/x?a=b")
    assert "sqlite:///x.db" == shown("sqlite:///x.db")
