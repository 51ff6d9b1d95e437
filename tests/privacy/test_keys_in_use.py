"""Keys that were destroyed while somebody read their file are not called destroyed before their bytes are gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from handover_core.errors import KeysInUse
from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention.model import ErasureState
from handover_core.storage import Driver
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from handover_core_keys.table import _settle
from retention.conftest import Past
from retention.kit import DUE


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    """Return a ring that does not wait long for readers."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'keys.db'}", connect_args={"timeout": 0.2})
    sa.event.listen(engine, "connect", _settle)
    made = KeyRing(KeyTable(engine), MasterKeys.from_file(tmp_path / "master.key"))
    yield made
    made.close()


def wrapped(folder: Path, subject: str) -> bytes:
    with closing(sqlite3.connect(folder / "keys.db")) as connection:
        asked = connection.execute("SELECT wrapped FROM handover_person_key WHERE subject = ?", (subject,))
        return str(json.loads(asked.fetchone()[0])[0][2]).encode()


def stands(folder: Path, key: bytes) -> bool:
    return any(key in path.read_bytes() for path in folder.glob("keys.db*"))


def reader(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "keys.db")
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM handover_person_key").fetchone()
    return connection


def test_a_ring_says_that_destroyed_keys_can_still_be_read(tmp_path: Path, ring: KeyRing) -> None:
    ring.prepare("acme", ["p1"])
    key = wrapped(tmp_path, "p1")
    with closing(reader(tmp_path)):
        for _ in range(2):
            with pytest.raises(KeysInUse):
                ring.destroy("acme", "p1")
        assert ring.person("acme", "p1") is None, "and seals nothing any more"
        assert stands(tmp_path, key)
        assert 0 == len(ring.prepare("acme", []))
    ring.destroy("acme", "p1")
    assert not stands(tmp_path, key)


def test_an_erasure_is_not_over_before_the_bytes_are_gone(store: Driver, tmp_path: Path, ring: KeyRing) -> None:
    """It is named among what waits, and the next call brings it to its end; others go on meanwhile."""
    past = Past(store, ring)
    person = past.gone()
    past.gone("0017")
    retention = past.office(on=DUE).retention
    key = wrapped(tmp_path, person.id)
    with closing(reader(tmp_path)):
        applied = retention.apply()
        assert person.id in {each.employee_id for each in applied.waiting}
        assert "being read" in str([each.why.en for each in applied.waiting])
        mine = [each for each in retention.erasures() if each.subject_id == person.id]
        assert [ErasureState.OVERWRITTEN] == [each.state for each in mine]
        assert len({each.subject_id for each in retention.erasures()}) > 1, "the next person was not held up"
        assert stands(tmp_path, key)
    assert person.id in {each.subject_id for each in retention.apply().erasures}
    assert {ErasureState.DESTROYED} == {each.state for each in retention.erasures()}
    assert not stands(tmp_path, key)
    with past.world.core.units.unit(past.tenant, past.world.system.desk.actor, write=False) as unit:
        assert person.name != unit.repository(EMPLOYEE).get(person.id).name


def test_a_new_master_key_is_not_the_only_one_before_the_bytes_are_gone(tmp_path: Path, ring: KeyRing) -> None:
    ring.prepare("acme", ["p1"])
    key, old = wrapped(tmp_path, "p1"), MasterKeys.from_file(tmp_path / "master.key")
    both = KeyRing(ring._table, old.and_then(MasterKeys.from_file(tmp_path / "next.key")))
    with closing(reader(tmp_path)), pytest.raises(KeysInUse):
        both.rewrap()
    assert 0 == both.rewrap()
    assert not stands(tmp_path, key)
