"""What nobody can read stops what concerns those whom it names, and nobody else."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from handover_core.errors import OtherKeys, SealBroken, UnreadableBody
from handover_core.history.sealed import MARK
from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention.model import Category, ErasureState, StopCode, Verdict
from retention.conftest import Past
from retention.kit import DUE, refusal, told

LATER = date(2025, 1, 1)
Break = Callable[[str, str], None]


@pytest.fixture
def past(in_file: Past) -> Past:
    return in_file


@pytest.fixture
def broken_row(tmp_path: Path) -> Break:
    """Return what puts a text that is no JSON into the row of a record."""

    def write(record: str, text: str) -> None:
        with closing(sqlite3.connect(tmp_path / "h.db")) as connection, connection:
            connection.execute("update ho_work_record set body = ? where id = ?", (text, record))

    return write


@pytest.fixture
def broken_entry(tmp_path: Path) -> Break:
    """Return what puts a text that is no JSON into the first entry of a record, or of an employee."""

    def write(id_: str, text: str) -> None:
        with closing(sqlite3.connect(tmp_path / "h.db")) as connection, connection:
            connection.execute("update ho_change set body = ? where id = ? and version = 1", (text, id_))

    return write


def test_a_row_of_others_that_nobody_can_read_stops_nothing(past: Past, broken_row: Break) -> None:
    told(past)
    broken_row(past.world.record("Other", owner="0021").id, "{broken")
    retention = past.office(on=DUE).retention
    assert {Verdict.DUE} == {each.verdict for each in retention.plan()}
    assert {Verdict.DUE} == {each.verdict for each in retention.standing(past.id("0024"))}
    (done,) = retention.apply().erasures
    assert (past.id("0024"), True) == (done.subject_id, done.whole)


def test_a_row_that_nobody_can_read_keeps_what_it_may_hold_of_those_whom_it_names(
    past: Past, broken_row: Break
) -> None:
    """It may be an accounting record too. The plan says so, and the keys stay; the rest is erased."""
    record = told(past)
    broken_row(record, f'{{"author_id":"{past.id("0024")}",broken')
    retention = past.office(on=DUE).retention
    found = {each.category: [stop.code for stop in each.stops] for each in retention.plan()}
    assert [StopCode.UNREADABLE] == found[Category.WORK]
    assert StopCode.UNREADABLE in found[Category.ACCOUNTING]
    assert [] == found[Category.EMPLOYEE_FILE]
    done = retention.erase(past.id("0024"), "asked")
    assert (False, (Category.EMPLOYEE_FILE, Category.ABSENCES)) == (done.whole, done.categories)
    assert "retention.stopped" == refusal(lambda: retention.erase(past.id("0024"), "asked again"))
    assert () == retention.apply().erasures


def test_an_entry_that_nobody_can_read_lets_one_person_wait_and_not_the_next(past: Past, broken_entry: Break) -> None:
    """Whether something of them outlived their erasure cannot be told: they are named, with the record."""
    record = told(past)
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    past.gone("0021")
    broken_entry(record, f'{{broken "{past.id("0024")}"')
    applied = past.office(on=LATER).retention.apply()
    assert [past.id("0021")] == [each.subject_id for each in applied.erasures]
    (waiting,) = applied.waiting
    assert past.id("0024") == waiting.employee_id
    assert record in waiting.why.en


def test_free_text_that_nobody_can_read_further_still_names_whom_it_names(past: Past, broken_entry: Break) -> None:
    """It is looked through as it is: an approver decides about it, and nobody else waits for that."""
    told(past)
    past.gone("0021")
    record = past.world.record("Other", owner="0017").id
    broken_entry(record, f'{{broken "{MARK}" {past.person().name}')
    applied = past.office(on=DUE).retention.apply()
    assert [past.id("0021")] == [each.subject_id for each in applied.erasures]
    (waiting,) = applied.waiting
    assert (past.id("0024"), True) == (waiting.employee_id, record in waiting.why.en)
    done = past.office(on=DUE).retention.erase(past.id("0024"), "asked", leave="nobody can read it")
    assert ErasureState.DESTROYED is done.state


def test_whoever_has_a_past_that_nobody_can_read_waits_alone(past: Past, broken_entry: Break) -> None:
    """Nobody knows then by which names to look for them."""
    told(past)
    past.gone("0021")
    broken_entry(past.id("0021"), "{broken")
    applied = past.office(on=DUE).retention.apply()
    assert [past.id("0024")] == [each.subject_id for each in applied.erasures]
    assert [past.id("0021")] == [each.employee_id for each in applied.waiting]
    with pytest.raises(UnreadableBody):
        past.office(on=DUE).retention.mentions(past.id("0021"))


def test_a_hold_protects_whoever_has_a_past_that_nobody_can_read(past: Past, broken_entry: Break) -> None:
    """Whether its reason names them cannot be told, and the hold matters more."""
    past.world.system.organization.change_employee(past.id("0024"), phone="13800001111")
    broken_entry(past.id("0024"), "{broken")
    assert past.office().retention.place_hold("court case 7", employee_id=past.id("0024")).stands


def test_a_hold_is_placed_where_a_name_is_no_text(past: Past, broken_entry: Break) -> None:
    past.world.system.organization.change_employee(past.id("0024"), phone="13800001111")
    broken_entry(past.id("0024"), '{"name":["x"]}')
    assert past.office().retention.place_hold("court case 7", employee_id=past.id("0024")).stands


def test_a_hold_is_placed_where_a_sealed_value_was_tampered_with(past: Past, broken_entry: Break) -> None:
    person = past.id("0024")
    past.world.system.organization.change_employee(person, phone="13800001111")
    (first, *_) = past.world.system.desk.ask(lambda unit: unit.changes(EMPLOYEE, person))
    token = re.search(rf'"{re.escape(person)}",[0-9]+,"([^"]+)"', first.body or "")[1]  # type: ignore[index]
    broken_entry(person, (first.body or "").replace(token, token[:20] + token[20:].swapcase()))
    with pytest.raises(SealBroken):
        past.office().retention.mentions(person)
    assert past.office().retention.place_hold("court case 7", employee_id=person).stands


def test_without_keys_a_hold_is_placed_and_nobody_knows_whom_to_look_for(past: Past) -> None:
    """At level standard, where the row can be read; the names of the past cannot."""
    past.world.system.organization.change_employee(past.id("0024"), name="Other", phone="13800001111")
    past.world.core.units.vault = None
    assert past.office().retention.place_hold("court case 7", employee_id=past.id("0024")).stands
    with pytest.raises(OtherKeys):
        past.office().retention.mentions(past.id("0024"))


@pytest.mark.parametrize("named", [False, True])
def test_an_archive_fails_for_those_alone_whom_what_cannot_be_read_names(
    past: Past, tmp_path: Path, named: bool
) -> None:
    """By its text, their case in it too; the error says what it is."""
    case = past.world.leave()
    item = past.world.system.handover.items(case)[0].id
    text = f'{{"handover_id":"{case}",broken' if named else "{broken"
    with closing(sqlite3.connect(tmp_path / "h.db")) as connection, connection:
        connection.execute("update ho_handover_item set body = ? where id = ?", (text, item))
    retention = past.office("0006").retention
    assert past.id("0030") == retention.archive(past.id("0030")).employee_id
    if named:
        with pytest.raises(UnreadableBody, match=item):
            retention.archive(past.id("0017"))
