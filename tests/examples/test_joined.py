"""The example host programs prove joined commit and rollback, on every SQL database of this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from handover_core_sql import SqlStore

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)
TOLD = """committed: 2 badges, 2 people
rolled back: 2 badges, 2 people
refused: the number is taken, the host goes on
committed: 3 badges, 3 people
without a transaction: no transaction is open; {cure}
"""
ENGINES = {"sqlite": "sqlite3", "postgresql": "postgresql", "mariadb": "mysql", "mysql": "mysql"}


def told_by(*words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert not done.returncode, done.stderr
    return done.stdout


def test_a_host_on_sqlalchemy(blank_database: Callable[..., SqlStore]) -> None:
    """A session with rows of its own, a unit that is refused in a nested transaction, no transaction at all."""
    url = blank_database()._engine.url.render_as_string(hide_password=False)
    assert TOLD.format(cure="begin one, and join it") == told_by("examples/joined_sqlalchemy.py", url)


def test_a_host_on_django(blank_database: Callable[..., SqlStore]) -> None:
    """The same in ``transaction.atomic()``."""
    url = blank_database()._engine.url
    words = [ENGINES[url.get_backend_name()], url.database]
    if url.host or url.query:
        words += [url.host or url.query["host"], str(url.port or ""), url.username, url.password or ""]
    expected = TOLD.format(cure="enter transaction.atomic(), and join inside")
    assert expected == told_by("examples/joined_django.py", *words)
