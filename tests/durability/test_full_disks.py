"""Disks that are full: a unit that does not fit is refused and leaves nothing, those before it stay, later ones go on.

The disk is a limit on the size of the files that a process may write.
"""

from __future__ import annotations

import random
import resource
from itertools import count
from pathlib import Path

import pytest

from conftest import close, open_store
from faults import ACTOR, Ground, hire, numbers, opened, person
from handover_core.errors import StorageUnavailable
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, HeldQualification, QualificationKind
from handover_core.storage import UnitFactory

MEGABYTE = 1 << 20


def bulky(number: str, size: int) -> Employee:
    """Return somebody with that many bytes, which no server can compress much."""
    noise = random.Random(number).randbytes(size // 2).hex()
    return person(number, qualifications=(HeldQualification(kind=QualificationKind.SKILL, name=noise),))


def fill(units: UnitFactory, tenant: str, size: int) -> list[str]:
    """Store people until one does not fit; return who was acknowledged."""
    acknowledged = []
    with pytest.raises(StorageUnavailable):
        for number in count():
            one = bulky(str(number), size)
            units.run(tenant, ACTOR, lambda unit, one=one: unit.repository(EMPLOYEE).add(one))
            acknowledged.append(one.number)
    return acknowledged


def test_a_server_whose_disk_is_full_refuses_what_does_not_fit(ground: Ground) -> None:
    """`StorageUnavailable` in the midst of the unit; with room again the store goes on.

    MariaDB 10.11 ends itself where even the rollback of the row finds no room, so the server is started again here.
    """
    ground.daemon.restart(largest_file=20 * MEGABYTE)
    acknowledged = fill(ground.units(), ground.tenant, MEGABYTE)
    ground.daemon.restart()
    assert len(acknowledged) > 5
    hire(ground.units(), ground.tenant, "later")
    assert sorted([*acknowledged, "later"]) == sorted(ground.numbers())


def test_a_sqlite_file_on_a_full_disk_refuses_what_does_not_fit(tmp_path: Path) -> None:
    """The same for a file: it is not torn, and takes more as soon as there is room.

    Where the system says only that writing failed, the unit is unknown first and then found not to have landed.
    """
    store = open_store("sqlite", tmp_path)
    units = opened(store)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * MEGABYTE, unlimited[1]))
    try:
        acknowledged = fill(units, "t", MEGABYTE // 4)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    hire(units, "t", "later")
    assert len(acknowledged) > 5
    assert sorted([*acknowledged, "later"]) == sorted(numbers(units, "t"))
    close(store)
