"""A Django host whose connection is gone under a joined unit: it is told, and Django itself keeps it from committing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from faults import Ground

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)
PROGRAM = """
import sys
sys.path.insert(0, "examples")
import joined_django as example
from django.db import DatabaseError, connection, transaction
from handover_core.errors import TransactionLost

asked, kill = ("pg_backend_pid()", "SELECT pg_terminate_backend({})"), ("CONNECTION_ID()", "KILL {}")
example.configure(*sys.argv[1:])
host = example.Host()
number, kill = asked if connection.vendor == "postgresql" else kill
try:
    with transaction.atomic():
        host.hire("1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + number)
            (process,) = cursor.fetchone()
        with host.core.store._engine.connect() as other:
            other.exec_driver_sql(kill.format(process)).close()
        for number in ("2", "3"):
            try:
                from handover_core_sql.contrib.django import atomic_block
                organization = host.core.joined(atomic_block()).office(example.TENANT, example.HR).organization
                organization.hire(example.Employee(id=number, number=number, name=number))
            except TransactionLost as error:
                print("told:", error.remedy())
except DatabaseError as error:
    print("Django:", type(error).__name__)
print("stored:", host.counted())
host.badges.objects.create(number="later")
print("later:", host.counted())
with connection.schema_editor() as editor:
    editor.delete_model(host.badges)
host.core.store.close()
"""


def test_a_django_host_that_lost_its_transaction_stores_nothing_of_it(ground: Ground) -> None:
    """Told at the unit and at the next one; afterwards Django opens a new connection and goes on."""
    address = ground.address
    engine = "postgresql" if address.get_backend_name() == "postgresql" else "mysql"
    words = [engine, address.database or "", address.host or "", str(address.port), address.username or ""]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert not done.returncode, done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith("Django:")]
    told = "told: Roll it back, and repeat everything that was done in it."
    assert [told, told, "stored: 0 badges, 0 people", "later: 1 badges, 0 people"] == lines
