"""Erasures as stories: planned, carried out and looked at from everywhere, on every backend."""

from __future__ import annotations

from datetime import date

import pytest

from counting import Counting
from handover_core.errors import Erased, HandoverError
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.retention.model import Category, Erasure, ErasureState, StopCode, Verdict
from handover_core.storage import Driver, MemoryStore
from handover_core.storage.personal import pseudonym_of
from handover_core_keys import KeyRing
from retention.conftest import LEFT_ON, Past
from retention.kit import DUE, MAY, SECRETS, everything, refusal, told, verdicts


def test_the_plan_says_what_is_due_and_why(past: Past) -> None:
    """For everybody who has left; nobody else is in it."""
    told(past)
    assert verdicts(past.office(on=MAY), past.id("0024")) == {
        Category.EMPLOYEE_FILE: Verdict.MAY, Category.ABSENCES: Verdict.MAY, Category.WORK: Verdict.MAY,
    }  # fmt: skip
    found = past.office("0006", on=DUE).retention.plan()
    assert {each.employee_id for each in found} == {past.id("0024")}
    assert {each.verdict for each in found} == {Verdict.DUE}
    assert found[0].since == LEFT_ON
    assert found[0].keeping is not None
    employed = past.office(on=DUE).retention.standing(past.id("0017"))
    assert {stop.code for each in employed for stop in each.stops} >= {StopCode.EMPLOYED}


def test_the_plan_asks_no_more_for_many_than_for_one(ring: KeyRing) -> None:
    """Facts about a page of persons are asked for together."""
    counting = Counting(MemoryStore())
    past = Past(counting, ring)
    office = past.office("0006", on=DUE)
    reads = []
    for number in ("0024", "0021", "0030"):
        past.gone(number)
        counting.reads.clear()
        assert {each.number for each in office.retention.plan()} >= {number}
        reads.append(dict(counting.reads))
    assert reads[0] == reads[1] == reads[2]


def test_nothing_personal_is_left_after_an_erasure(past: Past, ring: KeyRing) -> None:
    """Neither in the state nor to be read in the history, which still verifies; facts stand under a pseudonym."""
    record = told(past)
    before = everything(past)
    assert all(each in before for each in ("Colleague of acme", "Passport", "Elm Street 5"))
    done = past.office(on=DUE).retention.erase(past.id("0024"), "asked for it")
    assert (done.state, done.whole) == (ErasureState.DESTROYED, True)
    after = everything(past)
    assert [each for each in SECRETS if each in after] == []
    person, pseudonym = past.person(), pseudonym_of(past.id("0024"))
    assert (person.name, person.number, person.email, person.left_on) == (pseudonym, pseudonym, None, LEFT_ON)
    stored = past.world.system.records.record(record)
    assert (stored.title, stored.author_id, stored.documents[0].title) == ("Visit", person.id, pseudonym)
    assert ring.person(past.tenant, person.id) is None
    assert past.office("0006").audit.verify().sound
    entries = past.office("0006").audit.entries(EMPLOYEE, person.id)
    assert [each for each in SECRETS if each in repr(entries)] == []
    assert verdicts(past.office(on=DUE), person.id) == dict.fromkeys(
        (Category.EMPLOYEE_FILE, Category.ABSENCES, Category.WORK), Verdict.ERASED
    )


def test_the_plan_is_applied_and_finds_nothing_the_second_time(past: Past) -> None:
    """Those who are due are erased; those who are not stay."""
    told(past)
    past.gone("0021", on=date(2024, 1, 1))
    office = past.office(on=DUE)
    applied = office.retention.apply()
    assert [each.subject_id for each in applied.erasures] == [past.id("0024")]
    assert (applied.waiting, applied.compacted) == ((), False)
    assert office.retention.apply().erasures == ()
    assert past.person("0021").name == "Backup of acme"
    assert [each.state for each in office.retention.erasures()] == [ErasureState.DESTROYED]


def test_a_clean_up_after_it_is_noted_where_it_was_complete(past: Past) -> None:
    """Where something remains, the erasure stays at its state and the report says what."""
    told(past)
    applied = past.office(on=DUE).retention.apply(compact=True)
    assert applied.compacted
    (stored,) = past.office().retention.erasures()
    assert stored.state is (ErasureState.DESTROYED if applied.remains else ErasureState.COMPACTED)
    assert applied.erasures == (stored,)


@pytest.mark.parametrize("number", ["0003", "0006", "0024"])
def test_only_approvers_and_the_owner_erase(past: Past, number: str) -> None:
    """A manager, HR and a colleague may not; the colleague does not see the plan either."""
    colleague = past.id("0021")
    office = past.office(number)
    for act in (
        lambda: office.retention.erase(colleague, "x"),
        office.retention.apply,
        lambda: office.retention.redact("work_record", "x", colleague, "x"),
    ):
        assert refusal(act) == "actor.role"
    if number != "0006":
        assert refusal(office.retention.plan) == "actor.role"
        assert refusal(lambda: office.retention.mentions(colleague)) == "actor.role"
        assert refusal(lambda: office.retention.place_hold("x")) == "actor.role"
        assert refusal(lambda: office.retention.archive(past.id("0017"))) == "actor.role"


def test_without_keys_nobody_is_erased(store: Driver) -> None:
    """The history would keep everything: the refusal says how to open the core."""
    past = Past(store, None)
    told(past)
    retention = past.office(on=DUE).retention
    assert refusal(lambda: retention.erase(past.id("0024"), "x")) == "retention.no_vault"
    assert refusal(retention.apply) == "retention.no_vault"


def test_what_was_written_before_there_were_keys_goes_too(store: Driver, ring: KeyRing) -> None:
    """It stands in the clear in the past, which is redacted; the entries of the redaction answer for it."""
    past = Past(store, None)
    told(past)
    past.world.core.units.vault = ring
    assert past.office(on=DUE).retention.erase(past.id("0024"), "x").state is ErasureState.DESTROYED
    assert [each for each in SECRETS if each in everything(past)] == []
    verified = past.office("0006").audit.verify()
    assert verified.sound
    assert verified.redacted > 0
    assert past.office("0006").audit.entries(EMPLOYEE, past.id("0024"))


def test_a_value_that_outlived_the_keys_can_still_be_overwritten(past: Past, ring: KeyRing) -> None:
    """As one that was stored in the moment in which they were destroyed."""
    told(past)
    ring.destroy(past.tenant, past.id("0024"))
    past.office(on=DUE).retention.erase(past.id("0024"), "x")
    assert [each for each in SECRETS if each in everything(past)] == []
    assert past.office("0006").audit.verify().sound


def test_nothing_new_is_written_about_a_person_whose_keys_are_gone(past: Past) -> None:
    """Whoever tries is told so."""
    told(past)
    past.office(on=DUE).retention.erase(past.id("0024"), "x")
    with pytest.raises(Erased):
        past.world.system.desk.do(
            "test", lambda unit: unit.repository(EMPLOYEE).change(past.person(), email="again@acme.test")
        )


def test_what_may_be_done_is_said(past: Past) -> None:
    """The actions of holds and erasures, as for every other room."""
    placed = past.office("0006").retention.place_hold("all of it")
    assert past.office("0001").allowed_actions("legal_hold", placed.id) == ("release_hold",)
    assert past.office("0006").allowed_actions("legal_hold", placed.id) == ()
    past.office("0001").retention.release_hold(placed.id, "over")
    told(past)
    done: Erasure = past.office(on=DUE).retention.erase(past.id("0024"), "x")
    assert past.office("0001").allowed_actions("erasure", done.id) == ()
    with pytest.raises(HandoverError):
        past.office("0001").retention.allowed_actions("employee", past.id("0017"))


def test_a_bulk_from_before_the_keys_that_was_changed_since_is_whole_after_an_erasure(
    store: Driver, ring: KeyRing
) -> None:
    """What it was made of can be told by the keys alone; once they are gone nobody takes it for tampered."""
    past = Past(store, None)
    desk, person = past.world.system.desk, Employee(id="zoe", number="7777", name="Zoe Zed", phone="13912345678")
    desk.do("test", lambda unit: unit.repository(EMPLOYEE).add_many([person]))
    past.world.core.units.vault = ring
    left = {"name": "Zoe Zett", "status": EmployeeStatus.LEFT, "left_on": date(2021, 6, 30)}
    desk.do("test", lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("zoe"), **left))
    assert past.office("0006").audit.verify().sound
    past.office(on=DUE).retention.erase("zoe", "asked")
    assert past.office("0006").audit.verify().sound
