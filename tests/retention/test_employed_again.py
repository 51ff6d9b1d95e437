"""Somebody who was erased, came back and left again: each employment is kept and erased by itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from attrs import evolve

from handover_core.errors import Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Absence, Employee, EmployeeStatus
from handover_core.organization.rules import ERASED
from handover_core.records.model import WorkRecord
from handover_core.retention.eraser import Eraser
from handover_core.retention.kinds import ERASURE
from handover_core.retention.model import Category, ErasureState, StopCode, Verdict
from handover_core.retention.texts import LAPSED, LAPSED_CODE, REASON_TEXTS
from handover_core.storage import Driver, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from handover_core.texts import Lang
from handover_core.values import DateRange
from handover_core_keys import KeyRing
from retention.conftest import LEFT_ON, Past
from retention.kit import DUE, Cut, Cutting, everything, stopped_before_the_keys, told, verdicts

BACK = DUE + timedelta(days=1)
LEFT_AGAIN = date(2030, 6, 30)
NEW = ("Lin Again", "Q-99", "13800002222", "chemotherapy")


def back(past: Past, on: date = BACK) -> None:
    """Employ the colleague again, with a name, a number, a telephone and an absence of the new time."""
    organization = past.world.system.organization
    person = past.person()
    organization.change_employee(person.id, name="Lin Again", number="Q-99", phone="13800002222")
    organization.rehire(person.id, on)
    stay = DateRange(on, on + timedelta(days=3))
    organization.book_absence(
        Absence(id=past.world.new_id(), employee_id=person.id, effective=stay, note="chemotherapy")
    )


def books(past: Past) -> WorkRecord:
    """Let the colleague have written an accounting record, which is kept for thirty years."""
    made = past.world.record("Books", owner="0024", area="finance/accounting")
    past.world.system.records.close_record(made.id)
    return made


def test_what_was_erased_of_the_first_time_is_planned_anew_after_the_second(past: Past) -> None:
    """In part as well: the new file is kept as long as the law says, is due then, and goes."""
    books(past)
    told(past)
    colleague = past.id("0024")
    (first,) = past.office(on=DUE).retention.apply().erasures
    assert (False, LEFT_ON) == (first.whole, first.left_on)
    back(past)
    employed = past.office(on=BACK).retention.standing(colleague)
    assert {Verdict.KEEP} == {each.verdict for each in employed}
    assert {StopCode.EMPLOYED} == {stop.code for each in employed for stop in each.stops[:1]}
    past.gone("0024", on=LEFT_AGAIN)
    early = verdicts(past.office(on=LEFT_AGAIN + timedelta(days=1)), colleague)
    assert {Verdict.KEEP} == set(early.values())
    later = past.office(on=date(2034, 1, 1))
    found = verdicts(later, colleague)
    assert (Verdict.DUE, Verdict.DUE, Verdict.KEEP) == (
        found[Category.EMPLOYEE_FILE], found[Category.ABSENCES], found[Category.ACCOUNTING],
    )  # fmt: skip
    (second,) = later.retention.apply().erasures
    assert LEFT_AGAIN == second.left_on
    assert pseudonym_of(colleague) == past.person().name
    assert [] == [each.note for each in past.world.system.organization.absences(colleague) if each.note]
    (last,) = past.office(on=date(2062, 1, 1)).retention.apply().erasures
    assert (True, ErasureState.DESTROYED) == (last.whole, last.state)
    assert [] == [each for each in NEW if each in everything(past)]


def test_an_erasure_that_was_cut_off_is_void_once_its_person_is_employed_again(past: Past, ring: KeyRing) -> None:
    """Nothing of the new employment goes with it, neither at once nor after the second leaving; the reason is recorded."""
    told(past)
    colleague = past.id("0024")
    erasure = stopped_before_the_keys(past, ring)
    assert Verdict.ERASED not in verdicts(past.office(on=DUE), colleague).values()
    back(past)
    (void,) = past.office(on=BACK).retention.apply().erasures
    assert (erasure.id, ErasureState.VOID, BACK) == (void.id, void.state, void.void_on)
    assert LAPSED == REASON_TEXTS[void.void_reason]
    assert void.void_reason == LAPSED_CODE
    assert not void.unfinished
    past.gone("0024", on=LEFT_AGAIN)
    office = past.office(on=LEFT_AGAIN + timedelta(days=1))
    assert ((), ()) == (office.retention.apply().erasures, office.retention.apply().waiting)
    assert ring.person(past.tenant, colleague) is not None
    assert "Lin Again" == past.person().name
    assert [] == [each for each in past.office().my_todo() if each.room == "retention"]
    (last,) = past.office(on=date(2034, 1, 1)).retention.apply().erasures
    assert ErasureState.DESTROYED is last.state


@pytest.mark.parametrize("act", ["apply", "go_on", "erase"])
def test_an_erasure_of_the_first_time_destroys_nothing_of_the_second(past: Past, ring: KeyRing, act: str) -> None:
    """One day after the second leaving, whichever command finds it; a new request stands by itself, and is too early."""
    told(past)
    erasure = stopped_before_the_keys(past, ring)
    back(past)
    past.gone("0024", on=LEFT_AGAIN)
    retention = past.office(on=LEFT_AGAIN + timedelta(days=1)).retention
    if act == "apply":
        retention.apply()
    elif act == "go_on":
        assert ErasureState.VOID is retention.go_on(erasure.id).state
    else:
        with pytest.raises(Refused, match="article 50"):
            retention.erase(past.id("0024"), "asked again")
    assert [ErasureState.VOID] == [each.state for each in retention.erasures()]
    assert ring.person(past.tenant, past.id("0024")) is not None
    assert "Lin Again" == past.person().name


def test_keys_that_were_destroyed_before_the_person_came_back_are_recorded_as_destroyed(
    store: Driver, ring: KeyRing
) -> None:
    """It was cut off after the destruction and before that was noted: void would not be true."""
    for step in range(20):
        past = Past(store, ring, f"cut-{step}")
        told(past)
        cutting = Cutting(past, ring, step, landed=True)
        with suppress(Cut):
            past.office(on=DUE).retention.apply()
        cutting.mend()
        if ring.person(past.tenant, past.id("0024")) is None:
            break
    assert [ErasureState.OVERWRITTEN] == [each.state for each in past.office().retention.erasures()]
    past.world.system.desk.do(  # as an import does, which knows of no erasure
        "test",
        lambda unit: unit.repository(EMPLOYEE).change(
            unit.repository(EMPLOYEE).get(past.id("0024")), status=EmployeeStatus.ACTIVE, left_on=None
        ),
    )
    (done,) = past.office(on=BACK).retention.apply().erasures
    assert ErasureState.DESTROYED is done.state


def test_whoever_was_erased_whole_comes_back_as_somebody_new(past: Past) -> None:
    """Nothing could be added to the old entry, not even a name: it would stay an active employee called P-…."""
    told(past)
    colleague = past.id("0024")
    past.office(on=DUE).retention.erase(colleague, "asked")
    organization = past.world.system.organization
    with pytest.raises(Refused) as raised:
        organization.rehire(colleague, BACK)
    assert raised.value.rule is ERASED
    assert "new person" in raised.value.remedy(Lang.EN)
    assert "rehire" not in organization.allowed_actions("employee", colleague)
    with pytest.raises(Refused) as raised:
        organization.change_employee(colleague, status=EmployeeStatus.ACTIVE, left_on=None)
    assert raised.value.rule is ERASED
    assert EmployeeStatus.LEFT is past.person().status
    organization.hire(Employee(id=past.world.new_id(), number="0024", name="Lin Again", hired_on=BACK))
    assert EmployeeStatus.ACTIVE is organization.employee("0024").status


def test_an_erasure_of_the_former_format_counts_for_the_employment_that_had_ended_when_it_was_requested(
    past: Past,
) -> None:
    told(past)
    colleague = past.id("0024")
    office = past.office(on=DUE)
    done = Eraser.at(office.desk).request(past.person(), (Category.ABSENCES,), "due", whole=False)
    Eraser.at(office.desk).carry_out(done)

    def forget(unit: UnitOfWork) -> None:
        stored = unit.repository(ERASURE).get(done.id)
        unit.repository(ERASURE).save(evolve(stored, left_on=None))

    past.world.system.desk.do("test", forget)
    assert Verdict.ERASED is verdicts(office, colleague)[Category.ABSENCES]
    back(past)
    past.gone("0024", on=LEFT_AGAIN)
    assert Verdict.KEEP is verdicts(past.office(on=LEFT_AGAIN), colleague)[Category.ABSENCES]


def test_the_keys_go_with_the_last_category_however_it_came_to_be_the_last(past: Past) -> None:
    """Where each was erased by itself and nothing else is left, the next application of the plan takes the keys."""
    told(past)
    colleague = past.id("0024")
    office = past.office(on=DUE)
    eraser = Eraser.at(office.desk)
    for category in (Category.EMPLOYEE_FILE, Category.ABSENCES, Category.WORK):
        eraser.carry_out(eraser.request(past.person(), (category,), "due", whole=False))
    assert {Verdict.DUE} == set(verdicts(office, colleague).values())
    (done,) = office.retention.apply().erasures
    assert (True, ErasureState.DESTROYED) == (done.whole, done.state)
    assert {Verdict.ERASED} == set(verdicts(office, colleague).values())


def test_whoever_was_erased_in_part_comes_back_as_somebody_new(past: Past) -> None:
    """Books are kept, and the keys with them, but the file says nothing: it would be an employee called P-… too."""
    books(past)
    past.gone()
    colleague = past.id("0024")
    assert not past.office(on=DUE).retention.erase(colleague, "asked").whole
    organization = past.world.system.organization
    assert pseudonym_of(colleague) == past.person().name
    with pytest.raises(Refused) as raised:
        organization.rehire(colleague, BACK)
    assert raised.value.rule is ERASED
    assert "rehire" not in organization.allowed_actions("employee", colleague)
    assert EmployeeStatus.LEFT is past.person().status
