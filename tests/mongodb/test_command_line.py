"""The command line opens a store on MongoDB by its address."""

from __future__ import annotations

import pytest

from handover_core_cli.main import main
from servers.mongo import Databases


def test_a_store_is_made_and_found_sound(databases: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    address = databases.address(databases.blank())
    assert 3 == main(["--store", address, "--lang", "en", "doctor"])
    assert 0 == main(["--store", address, "--lang", "en", "init"])
    assert 0 == main(["--store", address, "--lang", "en", "doctor"])
    assert "is sound" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_an_address_without_a_database_is_refused(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 != main(["--store", "mongodb://127.0.0.1:1", "--lang", lang, "doctor"])
    assert ("DATABASE" if lang == "en" else "数据库名") in capsys.readouterr().err
