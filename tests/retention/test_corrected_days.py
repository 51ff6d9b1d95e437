"""Somebody who was erased gets another last day: a corrected one is that of the same employment."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention.model import ErasureState, Verdict
from handover_core.storage import UnitOfWork
from handover_core_keys import KeyRing
from retention.conftest import LEFT_ON, Past
from retention.kit import DUE, everything, stopped_before_the_keys, told, verdicts
from retention.test_employed_again import BACK, LEFT_AGAIN, books
from retention.test_outlived import Backup, late, personal


def corrected(past: Past, on: date) -> None:
    past.world.system.organization.change_employee(past.id("0024"), left_on=on)


@pytest.mark.parametrize("days", [-3, 1, 300])
def test_a_corrected_day_of_leaving_is_that_of_the_same_employment(past: Past, days: int) -> None:
    """Nothing is due once more, and what outlives the erasure is looked for as before."""
    field = late(past, "0 neg")
    past.gone()
    retention = past.office(on=DUE).retention
    retention.erase(past.id("0024"), "asked")
    corrected(past, LEFT_ON + timedelta(days=days))
    assert {Verdict.ERASED} == {each.verdict for each in retention.plan() if each.employee_id == past.id("0024")}
    assert ((), ()) == (retention.apply().erasures, retention.apply().repeated)
    personal(past, field)
    assert [past.id("0024")] == [each.subject_id for each in retention.apply().repeated]
    assert "0 neg" not in everything(past)


def test_one_that_was_cut_off_before_the_day_was_corrected_goes_on(past: Past, ring: KeyRing) -> None:
    told(past)
    erasure = stopped_before_the_keys(past, ring)
    corrected(past, LEFT_ON - timedelta(days=1))
    assert ErasureState.DESTROYED is past.office(on=DUE).retention.go_on(erasure.id).state


def test_whoever_was_hired_and_left_between_two_imports_was_employed_again(past: Past) -> None:
    """The status never said so, but the day of hiring does."""
    books(past)
    told(past)
    past.office(on=DUE).retention.apply()

    def change(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get(past.id("0024")), name="Lin Again", hired_on=BACK, left_on=LEFT_AGAIN)

    past.world.system.desk.do("test", change)
    assert {Verdict.KEEP} == set(verdicts(past.office(on=LEFT_AGAIN + timedelta(days=1)), past.id("0024")).values())


def test_one_in_part_counts_for_its_own_day_alone(past: Past) -> None:
    """Nobody can tell a corrected day from an employment in between that no file mentions; and there are keys."""
    books(past)
    told(past)
    (first,) = past.office(on=DUE).retention.apply().erasures
    assert not first.whole
    corrected(past, LEFT_AGAIN)
    found = verdicts(past.office(on=LEFT_AGAIN + timedelta(days=1)), past.id("0024"))
    assert Verdict.ERASED not in found.values()


def test_keys_that_are_back_are_seen_after_a_correction(past: Past, tmp_path: Path, ring: KeyRing) -> None:
    told(past)
    kept = Backup(tmp_path, ring)
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    corrected(past, LEFT_ON + timedelta(days=1))
    back = kept.bring_back(past)
    retention = past.office(on=DUE).retention
    assert [past.id("0024")] == [each.subject_id for each in retention.restored()]
    assert 1 == len(retention.apply().repeated)
    assert back.person(past.tenant, past.id("0024")) is None
    back.close()
