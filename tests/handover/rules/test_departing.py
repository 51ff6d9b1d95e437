"""Whose consent it takes to change a departure, and what the law is told about it."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from handover.rules.cases import MONDAY, day, invalid
from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.handover.departing import rules
from handover_core.handover.model import (
    Consent,
    ConsentTo,
    DateChange,
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverState,
    LegalFacts,
    Receipt,
)
from handover_core.handover.standing import CustodyFacts, DepartureFacts, LeaverFacts
from handover_core.organization.model import (
    Assignment,
    Capacity,
    ContractKind,
    Employee,
    EmployeeStatus,
    LabourContract,
)
from handover_core.policy import CN
from handover_core.policy.deadlines import Condition, Event
from handover_core.values import DateRange, Document

PERSON = Employee(id="g", number="0017", name="Key", status=EmployeeStatus.LEAVING)
LEAVER, LEAVER_HR = Actor("g", (Role.EMPLOYEE,)), Actor("g", (Role.HR,))
HR, OWNER = Actor("hr", (Role.HR,)), Actor("o", (Role.OWNER,))
MANAGER, OTHER = Actor("m", (Role.MANAGER,)), Actor("x", (Role.EMPLOYEE,))
PAPER = Document(title="signed", uri="file:///signed")
K, S = DepartureKind, DepartureState


def leaving(kind: DepartureKind = K.RESIGNATION, state: DepartureState = S.ANNOUNCED, **more: object) -> Departure:
    return Departure(id="d", employee_id="g", kind=kind, notice_on=MONDAY, last_day=day(11), state=state, **more)


def said(
    name: str, actor: Actor, departure: Departure, *, today: date = MONDAY, person: Employee = PERSON, cases=()
) -> str:
    action = next(each for each in rules.DEPARTURE_ACTIONS if each.name == name)
    refusal = action.guard(actor, DepartureFacts(departure=departure, person=person, cases=cases), today)
    return "ok" if refusal is None else refusal.rule.code.removeprefix("handover.departure.").removeprefix("handover.")


@pytest.mark.parametrize(
    ("kind", "actor", "answer"),
    [
        (K.RESIGNATION, HR, "ok"),
        (K.RESIGNATION, MANAGER, "ok"),
        (K.RESIGNATION, OTHER, "actor.role"),
        (K.RESIGNATION, LEAVER, "own_notice"),
        (K.RESIGNATION, LEAVER_HR, "own_notice"),
        (K.IMMEDIATE_RESIGNATION, LEAVER, "own_notice"),
        (K.DISMISSAL, LEAVER, "ok"),
        (K.DISMISSAL, MANAGER, "ok"),
    ],
)
def test_the_other_side_records_the_receipt(kind: DepartureKind, actor: Actor, answer: str) -> None:
    assert answer == said("record_receipt", actor, leaving(kind))


def test_a_receipt_is_recorded_once() -> None:
    assert "state" == said("record_receipt", HR, leaving(state=S.RECEIVED))


@pytest.mark.parametrize("name", ["withdraw", "reschedule"])
@pytest.mark.parametrize(
    ("kind", "state", "actor", "answer"),
    [
        (K.RESIGNATION, S.ANNOUNCED, LEAVER, "ok"),
        (K.RESIGNATION, S.ANNOUNCED, HR, "ok"),
        (K.RESIGNATION, S.ANNOUNCED, MANAGER, "actor.role"),
        (K.DISMISSAL, S.ANNOUNCED, LEAVER, "actor.role"),
        (K.DISMISSAL, S.ANNOUNCED, OWNER, "ok"),
        (K.RESIGNATION, S.RECEIVED, HR, "ok"),
        (K.RESIGNATION, S.RECEIVED, LEAVER, "needs_consent"),
        (K.RESIGNATION, S.RECEIVED, LEAVER_HR, "needs_consent"),
        (K.DISMISSAL, S.RECEIVED, HR, "needs_consent"),
        (K.MUTUAL, S.RECEIVED, HR, "needs_consent"),
        (K.DEATH, S.RECEIVED, HR, "ok"),
        (K.RESIGNATION, S.EFFECTIVE, HR, "state"),
        (K.RESIGNATION, S.WITHDRAWN, HR, "state"),
    ],
)
def test_after_its_receipt_a_notice_changes_only_with_consent(
    name: str, kind: DepartureKind, state: DepartureState, actor: Actor, answer: str
) -> None:
    assert answer == said(name, actor, leaving(kind, state))


def test_a_consent_counts_for_what_it_was_given() -> None:
    agreed = Consent(to=ConsentTo.WITHDRAWAL, by_id="g", on=MONDAY)
    dismissal = leaving(K.DISMISSAL, S.RECEIVED, consents=(agreed,))
    assert "ok" == said("withdraw", HR, dismissal)
    assert "needs_consent" == said("reschedule", HR, dismissal)
    asked = leaving(K.RESIGNATION, S.RECEIVED, consents=(evolve(agreed, by_id="hr"),))
    assert "ok" == said("withdraw", LEAVER, asked)


def test_the_new_last_day_is_the_one_agreed() -> None:
    agreed = Consent(to=ConsentTo.LAST_DAY, by_id="g", on=MONDAY, last_day=day(18))
    later = evolve(agreed, last_day=day(25))
    dismissal = leaving(K.DISMISSAL, S.RECEIVED, consents=(agreed, later))
    rules.check_agreed(HR, dismissal, day(25))
    for departure in (dismissal, leaving(K.DISMISSAL, S.RECEIVED)):
        with pytest.raises(Refused) as refused:
            rules.check_agreed(HR, departure, day(18))
        assert "handover.departure.needs_consent" == refused.value.rule.code
    rules.check_agreed(HR, leaving(K.RESIGNATION, S.RECEIVED), day(18))
    rules.check_agreed(HR, leaving(K.DEATH, S.RECEIVED), day(18))
    rules.check_agreed(HR, leaving(K.DISMISSAL), day(18))


@pytest.mark.parametrize(
    ("kind", "actor", "answer"),
    [
        (K.DISMISSAL, LEAVER, "ok"),
        (K.DISMISSAL, HR, "ok"),
        (K.DISMISSAL, MANAGER, "actor.role"),
        (K.RESIGNATION, HR, "ok"),
        (K.RESIGNATION, LEAVER, "own_notice"),
        (K.RESIGNATION, LEAVER_HR, "own_notice"),
    ],
)
def test_the_other_side_consents(kind: DepartureKind, actor: Actor, answer: str) -> None:
    assert answer == said("record_consent", actor, leaving(kind, S.RECEIVED))
    assert "state" == said("record_consent", HR, leaving(kind, S.EFFECTIVE))


def test_the_company_records_the_employees_consent_with_the_paper_only() -> None:
    consent = Consent(to=ConsentTo.WITHDRAWAL, by_id="hr", on=MONDAY)
    dismissal = leaving(K.DISMISSAL, S.RECEIVED)
    with pytest.raises(InvalidInput, match="signed consent"):
        rules.consented(dismissal, consent)
    assert 1 == len(rules.consented(dismissal, evolve(consent, document=PAPER)).consents)
    assert 1 == len(rules.consented(dismissal, evolve(consent, by_id="g")).consents)
    assert 2 == len(rules.consented(leaving(consents=(consent,)), consent).consents)


@pytest.mark.parametrize(("to", "last_day"), [(ConsentTo.WITHDRAWAL, day(3)), (ConsentTo.LAST_DAY, None)])
def test_a_consent_names_a_day_where_it_is_about_one(to: ConsentTo, last_day: date | None) -> None:
    with pytest.raises(InvalidInput, match="new last day"):
        rules.consented(leaving(), Consent(to=to, by_id="hr", on=MONDAY, last_day=last_day))


def test_a_former_last_day_stays_on_record() -> None:
    change = DateChange(last_day=day(11), changed_on=MONDAY, by_id="hr", reason="agreed")
    changed = rules.rescheduled(leaving(dates=(change,)), day(18), change)
    assert (day(18), (change, change)) == (changed.last_day, changed.dates)
    with pytest.raises(InvalidInput):
        rules.rescheduled(leaving(), date(2026, 3, 1), change)
    assert MONDAY == rules.rescheduled(leaving(), MONDAY, change).last_day


def test_who_opens_a_case_and_only_one() -> None:
    case = Handover(id="h", code="0017", departure_id="d", giver_id="g", supervisor_id="m", opened_on=MONDAY)
    assert "ok" == said("open_case", MANAGER, leaving())
    assert "ok" == said("open_case", HR, leaving(state=S.EFFECTIVE))
    assert "own_notice" == said("open_case", LEAVER_HR, leaving())
    assert "actor.role" == said("open_case", OTHER, leaving())
    assert "state" == said("open_case", HR, leaving(state=S.WITHDRAWN))
    closed = evolve(case, state=HandoverState.COMPLETED)
    assert "case.exists" == said("open_case", HR, leaving(), cases=(case, closed))
    assert "case.exists" == said("open_case", HR, leaving(), cases=(case,))


def test_a_departure_takes_effect_on_its_last_day_not_before() -> None:
    assert "too_early" == said("take_effect", HR, leaving(), today=day(10))
    assert "ok" == said("take_effect", HR, leaving(), today=day(11))
    assert "ok" == said("take_effect", HR, leaving(state=S.RECEIVED), today=day(12))
    assert "actor.role" == said("take_effect", MANAGER, leaving(), today=day(11))
    for state in (S.EFFECTIVE, S.WITHDRAWN):
        assert "state" == said("take_effect", HR, leaving(state=state), today=day(11))


def test_who_states_the_facts() -> None:
    for state in (S.ANNOUNCED, S.RECEIVED, S.EFFECTIVE):
        assert "ok" == said("state_facts", HR, leaving(state=state))
    assert "state" == said("state_facts", HR, leaving(state=S.WITHDRAWN))
    assert "actor.role" == said("state_facts", MANAGER, leaving())
    assert "own_notice" == said("state_facts", LEAVER_HR, leaving())


def test_only_a_long_leave_ends_with_a_return() -> None:
    away = evolve(PERSON, status=EmployeeStatus.ON_LONG_LEAVE)
    leave = leaving(K.LONG_LEAVE, S.EFFECTIVE)
    assert "ok" == said("end_leave", HR, leave, person=away)
    assert "actor.role" == said("end_leave", MANAGER, leave, person=away)
    assert "not_on_leave" == said("end_leave", HR, leave)
    assert "not_on_leave" == said("end_leave", HR, leaving(K.TRANSFER, S.EFFECTIVE), person=away)
    assert "state" == said("end_leave", HR, leaving(K.LONG_LEAVE), person=away)


def announced(actor: Actor, person: Employee, open_: Departure | None = None) -> str:
    refusal = rules.EMPLOYEE_ACTIONS[0].guard(actor, LeaverFacts(person=person, open_departure=open_), MONDAY)
    return "ok" if refusal is None else refusal.rule.code


def test_who_announces() -> None:
    person = evolve(PERSON, status=EmployeeStatus.ACTIVE)
    assert ["ok", "ok", "ok", "actor.role"] == [announced(each, person) for each in (LEAVER, MANAGER, HR, OTHER)]
    assert "handover.person_gone" == announced(HR, evolve(person, status=EmployeeStatus.LEFT))
    assert "handover.departure.open" == announced(HR, person, leaving())


def custody(
    actor: Actor, capacity: Capacity, end: date | None, open_: Departure | None = None, start: date = MONDAY
) -> str:
    assignment = Assignment(
        id="a", employee_id="g", position_id="p", capacity=capacity, effective=DateRange(start, end)
    )
    facts = CustodyFacts(assignment=assignment, person=PERSON, open_departure=open_)
    refusal = rules.ASSIGNMENT_ACTIONS[0].guard(actor, facts, day(5))
    return "ok" if refusal is None else refusal.rule.code


def test_only_an_interim_custodian_hands_to_a_successor() -> None:
    none, open_ = "handover.second.no_custodian", "handover.departure.open"
    assert "ok" == custody(MANAGER, Capacity.CUSTODIAN, day(6))
    assert "ok" == custody(HR, Capacity.CUSTODIAN, None)
    assert none == custody(HR, Capacity.CUSTODIAN, day(5))
    assert none == custody(HR, Capacity.CUSTODIAN, day(9), start=day(9))
    assert none == custody(HR, Capacity.INCUMBENT, None)
    assert "actor.role" == custody(OTHER, Capacity.CUSTODIAN, None)
    assert "handover.departure.own_notice" == custody(LEAVER_HR, Capacity.CUSTODIAN, None)
    assert open_ == custody(HR, Capacity.CUSTODIAN, None, leaving())


CONTRACT = LabourContract(
    id="c", employee_id="g", kind=ContractKind.FIXED_TERM, effective=DateRange(date(2024, 1, 1), date(2026, 4, 1)),
    non_compete_months=12, training_bond_until=date(2027, 6, 30),
)  # fmt: skip


def test_what_the_law_is_told() -> None:
    """Days, months and conditions come from departure, person and contract."""
    departure = leaving(receipt=Receipt(by_id="hr", on=day(1)))
    found = rules.term_facts(departure, PERSON, CONTRACT, CN, completed_on=day(9), accounting=True)
    assert {
        Event.NOTICE: MONDAY, Event.RECEIPT: day(1), Event.LAST_DAY: day(11), Event.COMPLETION: day(9),
        Event.CONTRACT_END: date(2026, 3, 31), Event.BOND_END: date(2027, 6, 30),
    } == found.days  # fmt: skip
    assert {
        Condition.NOT_PROBATION, Condition.NO_FAULT, Condition.NOT_PAID_IN_LIEU, Condition.NON_COMPETE, Condition.BOND,
        Condition.ACCOUNTING,
    } == found.conditions  # fmt: skip
    assert ("resignation", 12) == (found.kind, found.months)


def test_without_a_contract_little_is_known() -> None:
    found = rules.term_facts(leaving(K.DISMISSAL), PERSON, None, CN)
    assert {Event.NOTICE: MONDAY, Event.LAST_DAY: day(11), Event.CONTRACT_END: day(11)} == found.days
    assert Condition.COMPENSATION in found.conditions
    assert not {Condition.BOND, Condition.NON_COMPETE, Condition.ACCOUNTING} & found.conditions
    assert 0 == found.months
    bare = evolve(CONTRACT, effective=DateRange(date(2024, 1, 1)), non_compete_months=None, training_bond_until=None)
    open_ended = rules.term_facts(leaving(), PERSON, bare, CN)
    assert (day(11), 0) == (open_ended.days[Event.CONTRACT_END], open_ended.months)
    assert Condition.NON_COMPETE not in open_ended.conditions
    over = rules.term_facts(leaving(), PERSON, evolve(CONTRACT, training_bond_until=day(11)), CN)
    assert Condition.BOND not in over.conditions


@pytest.mark.parametrize(
    ("person", "contract", "probation"),
    [
        (None, None, False),
        (MONDAY, None, True),
        (date(2026, 3, 1), None, False),
        (None, MONDAY, True),
        (date(2026, 3, 1), day(9), False),  # what the person's own file says comes first
    ],
)
def test_probation_is_read_from_person_or_contract(person: date | None, contract: date | None, probation: bool) -> None:
    found = rules.term_facts(
        leaving(), evolve(PERSON, probation_until=person), evolve(CONTRACT, probation_until=contract), CN
    )
    assert probation == (Condition.PROBATION in found.conditions)
    assert probation != (Condition.NOT_PROBATION in found.conditions)


def test_fault_and_pay_in_lieu_are_stated() -> None:
    facts = LegalFacts(fault=True, paid_in_lieu=True)
    found = rules.term_facts(leaving(K.DISMISSAL, facts=facts), PERSON, None, CN)
    assert {Condition.FAULT, Condition.PAID_IN_LIEU, Condition.NOT_PROBATION} == found.conditions


@pytest.mark.parametrize(
    ("kind", "left", "code"),
    [
        (K.RESIGNATION, ("p",), "positions_for_moves"),
        (K.TRANSFER, (), "positions_needed"),
        (K.ROTATION, (), "positions_needed"),
        (K.TRANSFER, ("p", "q"), "position_not_held"),
        (K.LONG_LEAVE, ("q",), "position_not_held"),
    ],
)
def test_positions_are_named_for_moves(kind: DepartureKind, left: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.check_positions(kind, left, ("p",))
    assert f"handover.departure.{code}" == refused.value.rule.code
    rules.check_positions(K.RESIGNATION, (), ("p",))
    rules.check_positions(K.LONG_LEAVE, (), ("p",))
    rules.check_positions(K.TRANSFER, ("p",), ("p",))


def test_what_is_wrong_with_an_input_is_said_in_both_languages() -> None:
    early = ("last_day", "departure.last_day", "is before the day of notice ({notice_on})", "早于通知日（{notice_on}）")
    assert early == invalid(lambda: rules.check_dates(day(1), MONDAY))
    rules.check_dates(MONDAY, MONDAY)
    consent = Consent(to=ConsentTo.WITHDRAWAL, by_id="hr", on=MONDAY)
    paper = ("document", "consent.document", "is needed: the employee's signed consent", "须附员工签署的同意书")
    assert paper == invalid(lambda: rules.consented(leaving(K.DISMISSAL), consent))
    about = ("last_day", "consent.last_day", "belongs to a new last day", "仅变更最后工作日时填写")
    assert about == invalid(lambda: rules.consented(leaving(), evolve(consent, last_day=day(1))))


def test_stated_compensation_is_what_was_stated() -> None:
    assert rules.compensated(leaving(facts=LegalFacts(compensation=True)), CN) is True
    assert rules.compensated(leaving(K.MUTUAL, facts=LegalFacts(compensation=False)), CN) is False
    assert rules.compensated(leaving(K.MUTUAL), CN) is True
