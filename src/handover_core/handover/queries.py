"""Questions about departures and cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from handover_core.actor import Actor
from handover_core.guards import allowed
from handover_core.handover import rules, sources
from handover_core.handover.clearance.certificate import Stated, certificate
from handover_core.handover.clearance.rules import Clearance, clearance, with_clearance
from handover_core.handover.departing.rules import term_facts
from handover_core.handover.facts import leaving_holdings
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import (
    CLOSED_STATES,
    Category,
    Departure,
    DepartureState,
    Handover,
    HandoverItem,
    HandoverState,
    ItemState,
)
from handover_core.handover.pace.rules import Projection, Span, projection
from handover_core.handover.planning import supervised
from handover_core.handover.progress import Completeness, by_category, completeness
from handover_core.handover.standing import CaseFacts, CustodyFacts, DepartureFacts, ItemFacts, LeaverFacts
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, LABOUR_CONTRACT, POSITION
from handover_core.organization.model import LabourContract
from handover_core.organization.queries import leave_of
from handover_core.policy import Calendar, Deadline, Policy, Without
from handover_core.policy.deadlines import deadlines
from handover_core.storage import Criterion, Eq, In, Not, Or, Order, UnitOfWork, all_of
from handover_core.texts import Text
from handover_core.todo import Todo

OPEN_DEPARTURES = (DepartureState.ANNOUNCED, DepartureState.RECEIVED)
STILL_OPEN = Not(In("state", tuple(CLOSED_STATES)))


@frozen(kw_only=True)
class CaseStatus:
    """How a case stands on a day."""

    case: Handover
    departure: Departure
    day: date
    whole: Completeness
    categories: Mapping[Category, Completeness]
    states: Mapping[ItemState, int]
    overdue: tuple[HandoverItem, ...]
    unexplained: tuple[HandoverItem, ...]
    without_receiver: tuple[HandoverItem, ...]


def case_facts(unit: UnitOfWork, case: Handover, policy: Policy) -> CaseFacts:
    """Return a case as guards see it, with the codes of its open items."""
    open_ = unit.repository(HANDOVER_ITEM).list(all_of(Eq("handover_id", case.id), STILL_OPEN))
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    return CaseFacts(
        case=case,
        departure=departure,
        open_items=rules.open_codes(open_),
        leave=leave_of(unit, [case.giver_id], case.opened_on).get(case.giver_id, ()),
        supervised=bool(policy.law.supervised) and accounting(unit, open_, departure, policy),
    )


def accounting(unit: UnitOfWork, items: Iterable[HandoverItem], departure: Departure, policy: Policy) -> bool:
    """Tell whether one of the items comes from a position with work whose handover the law wants supervised."""
    places = unit.repository(POSITION).get_many(item.position_id for item in items)
    descriptions = (place.on(departure.last_day) for place in places.values())
    return any(supervised(duty.areas, policy) for each in descriptions if each is not None for duty in each.duties)


def item_facts(unit: UnitOfWork, item_id: str, today: date, policy: Policy) -> ItemFacts:
    """Return an item as guards see it; whether its source changed is asked only where the next step depends on it."""
    item = unit.repository(HANDOVER_ITEM).get(item_id)
    case = unit.repository(HANDOVER).get(item.handover_id)
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    receiver = unit.repository(EMPLOYEE).peek(item.receiver_id)
    leave = leave_of(unit, [case.giver_id], case.opened_on)
    return ItemFacts(
        item=item,
        facts=CaseFacts(case=case, departure=departure, leave=leave.get(case.giver_id, ())),
        receiver=receiver,
        changed=item.state is ItemState.ACCEPTED and sources.changed(unit, item, departure, today),
        overlaps=item.criticality in policy.taken_over,
    )


def departure_facts(unit: UnitOfWork, departure_id: str) -> DepartureFacts:
    """Return a departure as guards see it: with the person and its cases, the oldest first."""
    departure = unit.repository(DEPARTURE).get(departure_id)
    return DepartureFacts(
        departure=departure,
        person=unit.repository(EMPLOYEE).get(departure.employee_id),
        cases=tuple(unit.repository(HANDOVER).list(Eq("departure_id", departure_id))),
    )


def settling_facts(unit: UnitOfWork, departure_id: str, policy: Policy) -> tuple[DepartureFacts, Clearance]:
    """Return a departure as the guard of its clearance sees it, and the clearance."""
    facts = departure_facts(unit, departure_id)
    ids = tuple(case.id for case in facts.cases)
    items = unit.repository(HANDOVER_ITEM).list(all_of(In("handover_id", ids), STILL_OPEN))
    found = clearance(facts.departure, items, policy.law)
    return with_clearance(facts, found), found


def custody_facts(unit: UnitOfWork, assignment_id: str) -> CustodyFacts:
    """Return an assignment as the guard of a second handover sees it."""
    assignment = unit.repository(ASSIGNMENT).get(assignment_id)
    leaver = leaver_facts(unit, assignment.employee_id)
    return CustodyFacts(assignment=assignment, person=leaver.person, open_departure=leaver.open_departure)


def leaver_facts(unit: UnitOfWork, employee_id: str) -> LeaverFacts:
    """Return somebody who may be about to leave, as guards see them."""
    where = all_of(Eq("employee_id", employee_id), In("state", OPEN_DEPARTURES))
    open_ = unit.repository(DEPARTURE).list(where, limit=1)
    person = unit.repository(EMPLOYEE).get(employee_id)
    return LeaverFacts(person=person, open_departure=next(iter(open_), None))


def span_of(unit: UnitOfWork, case: Handover, departure: Departure, today: date, calendar: Calendar) -> Span:
    """Return the time of a case, with the giver's booked leave taken out."""
    leave = leave_of(unit, [case.giver_id], case.opened_on).get(case.giver_id, ())
    return Span(
        opened_on=case.opened_on, last_day=departure.last_day, today=today, present=Without(calendar, leave),
        calendar=calendar,
    )  # fmt: skip


def projection_of(unit: UnitOfWork, case_id: str, today: date, policy: Policy, calendar: Calendar) -> Projection:
    """Return how fast a case goes and where that leads."""
    case = unit.repository(HANDOVER).get(case_id)
    items = unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case_id))
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    return projection(items, span_of(unit, case, departure, today, calendar), policy.unreachable_pace)


def deadlines_of(unit: UnitOfWork, departure_id: str, policy: Policy, calendar: Calendar) -> tuple[Deadline, ...]:
    """Return the legal dates of a departure; the contract asked is the one that runs on the last day, else the latest."""
    facts = departure_facts(unit, departure_id)
    departure, person = facts.departure, facts.person
    contract = _contract(unit, departure)
    items = unit.repository(HANDOVER_ITEM).list(In("handover_id", tuple(case.id for case in facts.cases)))
    done = [case.completed_on for case in facts.cases if case.completed_on is not None]
    asked = term_facts(
        departure, person, contract, policy.law,
        completed_on=max(done, default=None), accounting=accounting(unit, items, departure, policy),
    )  # fmt: skip
    return deadlines(policy.law.terms, asked, calendar)


def certificate_of(unit: UnitOfWork, departure_id: str, policy: Policy) -> tuple[Stated, ...]:
    """Return what the leaving certificate has to state; the positions are those worked in on the last day."""
    departure = unit.repository(DEPARTURE).get(departure_id)
    person = unit.repository(EMPLOYEE).get(departure.employee_id)
    held = leaving_holdings(unit, departure, departure.last_day)
    titles = [each.description.title for each in held]
    return certificate(person, _contract(unit, departure), titles, departure.last_day, policy.law)


def _contract(unit: UnitOfWork, departure: Departure) -> LabourContract | None:
    where = Eq("employee_id", departure.employee_id)
    contracts = unit.repository(LABOUR_CONTRACT).list(where, order=Order("starts_on"))
    running = [each for each in contracts if each.effective.contains(departure.last_day)]
    return next(iter([*running, *contracts[-1:]]), None)


def moved(unit: UnitOfWork, cases: Iterable[Handover]) -> bool:
    """Tell whether something of these cases has moved to a receiver already."""
    ids = tuple(case.id for case in cases)
    return unit.repository(HANDOVER_ITEM).count(all_of(In("handover_id", ids), Eq("state", ItemState.VERIFIED))) > 0


def status(unit: UnitOfWork, case_id: str, day: date) -> CaseStatus:
    """Return how a case stands on ``day``."""
    case = unit.repository(HANDOVER).get(case_id)
    items = sorted(unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case_id)), key=lambda item: item.code)
    open_ = [item for item in items if not item.is_closed]
    return CaseStatus(
        case=case,
        departure=unit.repository(DEPARTURE).get(case.departure_id),
        day=day,
        whole=completeness(items),
        categories=by_category(items),
        states={state: sum(item.state is state for item in items) for state in ItemState},
        overdue=tuple(item for item in open_ if item.due_on is not None and item.due_on < day),
        unexplained=tuple(item for item in items if not item.explained and item.state is not ItemState.OBSOLETE),
        without_receiver=tuple(item for item in open_ if item.receiver_id is None),
    )


ACCEPT = Text("read it back and accept it, or return it", "复述并接收，或退回")
BRIEF = Text("explain it", "交底")
BRIEF_FROM_RECORDS = Text("explain it from records", "依据记录代为交底")
TAKE_OVER = Text("say that it is yours now", "声明接管")
VERIFY = Text("verify it", "核验")
NAME_RECEIVER = Text("name a receiver", "指定接收人")
COMPLETE = Text("complete the handover", "完结交接")
ANSWER = Text("answer it", "答复")

_DUTIES = (
    ("accept", ACCEPT, (ItemState.BRIEFED, ItemState.STALE)),
    ("take_over", TAKE_OVER, (ItemState.ACCEPTED,)),
    ("verify", VERIFY, (ItemState.ACCEPTED,)),
    ("brief", BRIEF, (ItemState.PLANNED, ItemState.RETURNED)),
)


def todo(unit: UnitOfWork, actor: Actor, today: date, policy: Policy) -> list[Todo]:
    """Return what waits for the actor in this room; only what the guards would let them do now."""
    led = unit.repository(HANDOVER).list(
        all_of(Or((Eq("supervisor_id", actor.id), Eq("giver_id", actor.id))), Eq("state", HandoverState.OPEN))
    )
    mine = Or(
        (Eq("receiver_id", actor.id), Eq("verifier_id", actor.id), In("handover_id", tuple(each.id for each in led)))
    )
    items = unit.repository(HANDOVER_ITEM).list(all_of(mine, STILL_OPEN))
    cases = {each.id: each for each in led}
    cases |= unit.repository(HANDOVER).get_many({item.handover_id for item in items} - set(cases))
    departures = unit.repository(DEPARTURE).get_many(each.departure_id for each in cases.values())
    people = unit.repository(EMPLOYEE).get_many(
        {*(item.receiver_id for item in items), *(case.giver_id for case in led)}
    )
    leave = leave_of(unit, [each.giver_id for each in cases.values()], today)
    open_codes: dict[str, list[str]] = {}
    found: list[Todo] = []
    for item in items:
        case = cases[item.handover_id]
        open_codes.setdefault(case.id, []).append(item.code)
        facts = CaseFacts(case=case, departure=departures[case.departure_id], leave=leave.get(case.giver_id, ()))
        found += _about_item(
            actor,
            ItemFacts(
                item=item,
                facts=facts,
                receiver=people.get(item.receiver_id or ""),
                overlaps=item.criticality in policy.taken_over,
            ),
            today,
        )
    for case in led:
        departure = departures[case.departure_id]
        facts = CaseFacts(case=case, departure=departure, open_items=tuple(open_codes.get(case.id, ())))
        if "complete" in allowed(rules.CASE_ACTIONS, actor, facts, today):
            found.append(
                Todo(room="handover", action="complete", kind="handover", id=case.id, code=case.code,
                     title=people[case.giver_id].name, does=COMPLETE, due_on=departure.last_day)
            )  # fmt: skip
    return [*found, *_questions(unit, actor)]


def _about_item(actor: Actor, facts: ItemFacts, today: date) -> list[Todo]:
    item = facts.item
    may = allowed(rules.ITEM_ACTIONS, actor, facts, today)
    if item.receiver_id is None and "assign_receiver" in may and actor.id == facts.facts.case.supervisor_id:
        return [_item_todo(item, "assign_receiver", NAME_RECEIVER)]
    # A take-over is due only where the proof waits for it.
    chosen = [
        (name, does)
        for name, does, states in _DUTIES
        if name in may and item.state in states and (name != "take_over" or facts.overlaps)
    ]
    supervises = actor.id == facts.facts.case.supervisor_id
    return [
        _item_todo(item, name, BRIEF_FROM_RECORDS if name == "brief" and supervises else does) for name, does in chosen
    ]


def _item_todo(item: HandoverItem, action: str, does: Text) -> Todo:
    return Todo(
        room="handover", action=action, kind="handover_item", id=item.id, code=item.code, title=item.title, does=does,
        due_on=item.due_on,
    )  # fmt: skip


def _questions(unit: UnitOfWork, actor: Actor) -> list[Todo]:
    where: Criterion = Eq("to_id", actor.id)
    return [
        Todo(room="handover", action="answer", kind="handover_question", id=each.id, code="", title=each.question, does=ANSWER)
        for each in unit.repository(HANDOVER_QUESTION).list(where)
        if each.answer is None
    ]  # fmt: skip
