"""Pure decisions about departures: who may do what, whose consent it takes, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.guards import Action, first_refusal, lacks_role
from handover_core.handover import refusals as why
from handover_core.handover.model import (
    MOVES,
    Consent,
    ConsentTo,
    DateChange,
    Departure,
    DepartureKind,
    DepartureState,
    LegalFacts,
)
from handover_core.handover.roles import KEEPERS
from handover_core.handover.standing import CustodyFacts, DepartureFacts, LeaverFacts
from handover_core.organization.model import Capacity, Employee, EmployeeStatus, LabourContract
from handover_core.policy import Law
from handover_core.policy.deadlines import Condition, Event, TermFacts

BY_EMPLOYEE = frozenset({DepartureKind.RESIGNATION, DepartureKind.IMMEDIATE_RESIGNATION})
"""Kinds in which the employee gives notice; in all others the company does, or both agree."""

RUNNING = (DepartureState.ANNOUNCED, DepartureState.RECEIVED)


# Announcing


def check_dates(notice_on: date, last_day: date) -> None:
    """Raise `InvalidInput` for a last day before the notice."""
    if last_day < notice_on:
        raise InvalidInput.at(
            "last_day", "departure.last_day", "is before the day of notice ({notice_on})", "早于通知日（{notice_on}）",
            notice_on=notice_on,
        )  # fmt: skip


def check_positions(kind: DepartureKind, left: Iterable[str], held: Iterable[str]) -> None:
    """Raise `Refused` where a leaving names positions, a move names none, or one is named that is not held."""
    named = set(left)
    if kind not in MOVES and named:
        raise Refused(why.POSITIONS_FOR_MOVES)
    if kind in {DepartureKind.TRANSFER, DepartureKind.ROTATION} and not named:
        raise Refused(why.POSITIONS_NEEDED)
    if named - set(held):
        raise Refused(why.POSITION_NOT_HELD)


def _can_announce(actor: Actor, facts: LeaverFacts, _today: date) -> Refused | None:
    person, open_ = facts.person, facts.open_departure
    return first_refusal(
        None if actor.id == person.id else lacks_role(actor, Role.MANAGER, *KEEPERS),
        Refused(why.GONE, name=person.name) if person.status is EmployeeStatus.LEFT else None,
        Refused(why.DEPARTURE_OPEN, name=person.name, last_day=open_.last_day) if open_ is not None else None,
    )


# The life of a departure


def _can_record_receipt(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    """Let the other side record that it has the notice: the company a resignation, the employee anything else."""
    departure = facts.departure
    own = actor.id == departure.employee_id
    return first_refusal(
        Refused(why.OWN_NOTICE) if own and departure.kind in BY_EMPLOYEE else None,
        None if own else lacks_role(actor, Role.MANAGER, *KEEPERS),
        _in_state(departure, DepartureState.ANNOUNCED),
    )


def _can_open(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    departure = facts.departure
    return first_refusal(
        lacks_role(actor, Role.MANAGER, *KEEPERS),
        _own(actor, departure),
        Refused(why.DEPARTURE_STATE, state=departure.state) if departure.state is DepartureState.WITHDRAWN else None,
        Refused(why.CASE_EXISTS, code=facts.cases[0].code) if facts.cases else None,
    )


def _can_take_effect(actor: Actor, facts: DepartureFacts, today: date) -> Refused | None:
    departure = facts.departure
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        _in_state(departure, *RUNNING),
        Refused(why.TOO_EARLY, last_day=departure.last_day) if today < departure.last_day else None,
    )


def _can_withdraw(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    return _can_change(actor, facts.departure, ConsentTo.WITHDRAWAL)


def _can_reschedule(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    return _can_change(actor, facts.departure, ConsentTo.LAST_DAY)


def _can_change(actor: Actor, departure: Departure, to: ConsentTo) -> Refused | None:
    """Before its receipt whoever gave the notice may change it; after it only with the other side's consent."""
    return first_refusal(
        _in_state(departure, *RUNNING),
        None if _gave_notice(actor, departure) else lacks_role(actor, *KEEPERS),
        _consent_lacking(actor, departure, to),
    )


def _gave_notice(actor: Actor, departure: Departure) -> bool:
    return actor.id == departure.employee_id and departure.kind in BY_EMPLOYEE


def _consent_lacking(actor: Actor, departure: Departure, to: ConsentTo) -> Refused | None:
    if departure.state is not DepartureState.RECEIVED or agreed(departure, to) is not None:
        return None
    if departure.kind is DepartureKind.DEATH or is_consent(actor, departure):
        return None
    return Refused(why.NEEDS_CONSENT)


def is_consent(actor: Actor, departure: Departure) -> bool:
    """Tell whether the command itself is the other side's consent: the company's, to what the employee asked for."""
    return departure.kind in BY_EMPLOYEE and actor.id != departure.employee_id


def agreed(departure: Departure, to: ConsentTo) -> Consent | None:
    """Return the last consent of this kind, or None."""
    return next((each for each in reversed(departure.consents) if each.to is to), None)


def check_agreed(actor: Actor, departure: Departure, last_day: date) -> None:
    """Raise `Refused` where the other side agreed to another last day than this one."""
    consent = agreed(departure, ConsentTo.LAST_DAY)
    if departure.state is not DepartureState.RECEIVED or departure.kind is DepartureKind.DEATH:
        return
    if is_consent(actor, departure):
        return
    if consent is None or consent.last_day != last_day:
        raise Refused(why.NEEDS_CONSENT)


def _can_consent(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    """Let the other side consent; HR may also record the employee's consent from a paper."""
    departure = facts.departure
    own = actor.id == departure.employee_id
    return first_refusal(
        _in_state(departure, *RUNNING),
        Refused(why.OWN_NOTICE) if own and departure.kind in BY_EMPLOYEE else None,
        None if own else lacks_role(actor, *KEEPERS),
    )


def consented(departure: Departure, consent: Consent) -> Departure:
    """Return the departure with one more consent; the company's record of the employee's needs the paper."""
    from_employee = departure.kind not in BY_EMPLOYEE
    if from_employee and consent.by_id != departure.employee_id and consent.document is None:
        raise InvalidInput.at(
            "document", "consent.document", "is needed: the employee's signed consent", "须附员工签署的同意书"
        )
    if (consent.to is ConsentTo.LAST_DAY) != (consent.last_day is not None):
        raise InvalidInput.at("last_day", "consent.last_day", "belongs to a new last day", "仅变更最后工作日时填写")
    return evolve(departure, consents=(*departure.consents, consent))


def rescheduled(departure: Departure, last_day: date, change: DateChange) -> Departure:
    """Return the departure with another last day; the former one stays on record."""
    check_dates(departure.notice_on, last_day)
    return evolve(departure, last_day=last_day, dates=(*departure.dates, change))


def _can_state_facts(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        _own(actor, facts.departure),
        _in_state(facts.departure, *RUNNING, DepartureState.EFFECTIVE),
    )


def _can_end_leave(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    departure, person = facts.departure, facts.person
    away = departure.kind is DepartureKind.LONG_LEAVE and person.status is EmployeeStatus.ON_LONG_LEAVE
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        _in_state(departure, DepartureState.EFFECTIVE),
        None if away else Refused(why.NOT_ON_LEAVE, name=person.name),
    )


def _own(actor: Actor, departure: Departure) -> Refused | None:
    return Refused(why.OWN_NOTICE) if actor.id == departure.employee_id else None


def _in_state(departure: Departure, *states: DepartureState) -> Refused | None:
    return None if departure.state in states else Refused(why.DEPARTURE_STATE, state=departure.state)


# What the law wants to know


def term_facts(
    departure: Departure,
    person: Employee,
    contract: LabourContract | None,
    law: Law,
    *,
    completed_on: date | None = None,
    accounting: bool = False,
) -> TermFacts:
    """Return what the terms of a law look at, for one departure."""
    days: dict[Event, date] = {Event.NOTICE: departure.notice_on, Event.LAST_DAY: departure.last_day}
    if departure.receipt is not None:
        days[Event.RECEIPT] = departure.receipt.on
    if completed_on is not None:
        days[Event.COMPLETION] = completed_on
    bond = None if contract is None else contract.training_bond_until
    if bond is not None:
        days[Event.BOND_END] = bond
    end = None if contract is None else contract.effective.end
    # The range ends on the first day on which the contract no longer holds.
    days[Event.CONTRACT_END] = departure.last_day if end is None else date.fromordinal(end.toordinal() - 1)
    conditions = dict(_conditions(departure, person, contract, law))
    conditions[Condition.BOND] = bond is not None and bond > departure.last_day
    conditions[Condition.ACCOUNTING] = accounting
    return TermFacts(
        kind=str(departure.kind),
        days=days,
        conditions=frozenset(name for name, holds in conditions.items() if holds),
        months=0 if contract is None else contract.non_compete_months or 0,
    )


def _conditions(
    departure: Departure, person: Employee, contract: LabourContract | None, law: Law
) -> Mapping[Condition, bool]:
    facts: LegalFacts = departure.facts
    until = person.probation_until or (None if contract is None else contract.probation_until)
    probation = until is not None and departure.notice_on <= until
    return {
        Condition.PROBATION: probation,
        Condition.NOT_PROBATION: not probation,
        Condition.FAULT: facts.fault,
        Condition.NO_FAULT: not facts.fault,
        Condition.PAID_IN_LIEU: facts.paid_in_lieu,
        Condition.NOT_PAID_IN_LIEU: not facts.paid_in_lieu,
        Condition.COMPENSATION: compensated(departure, law),
        Condition.NON_COMPETE: contract is not None and bool(contract.non_compete_months),
    }


def compensated(departure: Departure, law: Law) -> bool:
    """Tell whether compensation is due: by the facts where somebody stated them, else by the kind of departure."""
    if departure.facts.compensation is not None:
        return departure.facts.compensation
    return departure.kind in law.compensated and not departure.facts.fault


def _can_hand_to_successor(actor: Actor, facts: CustodyFacts, today: date) -> Refused | None:
    assignment, person, open_ = facts.assignment, facts.person, facts.open_departure
    end = assignment.effective.end
    lasting = assignment.capacity is Capacity.CUSTODIAN and (
        end is None or end > max(today, assignment.effective.start)
    )
    return first_refusal(
        lacks_role(actor, Role.MANAGER, *KEEPERS),
        Refused(why.OWN_NOTICE) if actor.id == person.id else None,
        None if lasting else Refused(why.NO_CUSTODIAN, name=person.name, day=today),
        Refused(why.DEPARTURE_OPEN, name=person.name, last_day=open_.last_day) if open_ is not None else None,
    )


ASSIGNMENT_ACTIONS = (Action("hand_to_successor", _can_hand_to_successor),)
EMPLOYEE_ACTIONS = (Action("announce", _can_announce),)
DEPARTURE_ACTIONS = (
    Action("record_receipt", _can_record_receipt),
    Action("open_case", _can_open),
    Action("record_consent", _can_consent),
    Action("reschedule", _can_reschedule),
    Action("state_facts", _can_state_facts),
    Action("take_effect", _can_take_effect),
    Action("withdraw", _can_withdraw),
    Action("end_leave", _can_end_leave),
)
