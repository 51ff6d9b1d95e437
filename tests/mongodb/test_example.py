"""The example host program proves joined commit and rollback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from servers.mongo import Databases

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)
TOLD = """\
committed: 2 badges, 2 people
rolled back: 2 badges, 2 people
refused: the number is taken, the host goes on
committed: 3 badges, 3 people
lost: Roll it back, and repeat everything that was done in it.
a commit all the same: refused
what is stored: 3 badges, 4 people
without a transaction: The store cannot be used: no transaction is open in this session; begin one with \
session.start_transaction().
"""


def test_a_host_on_pymongo(databases: Databases) -> None:
    """Documents of its own in the same transaction, a unit that is refused, a transaction that is lost, and none at all."""
    command = [sys.executable, "examples/joined_mongo.py", databases.address(databases.blank())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert not done.returncode, done.stderr
    assert TOLD == done.stdout
