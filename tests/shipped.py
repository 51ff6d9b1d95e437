"""The company that ships with the demonstration, imported by the command line once; each test works on a copy."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from handover_core.texts import Lang
from handover_core_cli.demo.workbook import shipped_company
from handover_core_cli.main import main


def copy_imported(folder: Path, *, keys: bool = False) -> None:
    """Put the store into a folder as ``handover.db``; with ``keys`` it has keys of its own beside it.

    These lie in ``keys/keys.db`` and ``secret/master.key``; without them the keys are those of the tests' environment.
    """
    shutil.copytree(_imported(keys=keys), folder, dirs_exist_ok=True)


@cache
def _imported(*, keys: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="handover-shipped-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    given = ["--store", f"sqlite:///{folder / 'handover.db'}", "--lang", "en", "--on", "2026-03-02"]
    if keys:
        given += ["--keys", str(folder / "keys" / "keys.db"), "--master-key", str(folder / "secret" / "master.key")]
    for words in (["init"], ["import", str(shipped_company(Lang.EN))]):
        assert main([*given, *words]) == 0
    return folder
