"""Who may know the answer, from the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from handover_core.handover.facts import ONE_DAY
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import WORK_RECORDS, Category, Departure, Handover, HandoverItem, Route
from handover_core.handover.questions import rules
from handover_core.handover.standing import CaseFacts, QuestionFacts
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, POSITION
from handover_core.organization.model import Capacity, EmployeeStatus
from handover_core.organization.queries import leave_of
from handover_core.procedures.kinds import SOP, SOP_VERSION
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import Eq, In, UnitOfWork


def question_facts(unit: UnitOfWork, question_id: str, today: date) -> QuestionFacts:
    """Return a question as guards see it, with whom it would go to next."""
    question = unit.repository(HANDOVER_QUESTION).get(question_id)
    case = unit.repository(HANDOVER).get(question.handover_id)
    item = unit.repository(HANDOVER_ITEM).get(question.item_id)
    onward = whom_to_ask(unit, item, case, rules.asked_before(question), today)
    return QuestionFacts(question=question, case=case, onward=onward)


def whom_to_ask(
    unit: UnitOfWork, item: HandoverItem, case: Handover, besides: Iterable[str], today: date
) -> Route | None:
    """Return who knows next about an item: only somebody who is in the company and not on leave today."""
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    known = list(_known(unit, item, case, departure, today))
    people = unit.repository(EMPLOYEE).get_many(each.to_id for each in known)
    leave = leave_of(unit, people, today)
    absent = {
        id_
        for id_, person in people.items()
        if person.status in {EmployeeStatus.LEFT, EmployeeStatus.ON_LONG_LEAVE}
        or any(days.contains(today) for days in leave.get(id_, ()))
    }
    return rules.route(known, {*besides, *absent})


def _known(unit: UnitOfWork, item: HandoverItem, case: Handover, departure: Departure, today: date) -> Iterator[Route]:
    leave = leave_of(unit, [case.giver_id], today)
    facts = CaseFacts(case=case, departure=departure, leave=leave.get(case.giver_id, ()))
    if not facts.gone(today):
        yield Route(to_id=case.giver_id, because=rules.GIVER)
    yield from _of_position(unit, item, departure)
    yield from _authors(unit, item, departure)
    yield Route(to_id=case.supervisor_id, because=rules.SUPERVISOR)


def _of_position(unit: UnitOfWork, item: HandoverItem, departure: Departure) -> Iterator[Route]:
    if item.position_id is None:
        return
    for each in unit.repository(ASSIGNMENT).list(Eq("position_id", item.position_id)):
        if each.employee_id == departure.employee_id or each.capacity is Capacity.TRAINEE:
            continue
        end = each.effective.end
        past = end is not None and end <= departure.last_day + ONE_DAY
        started = each.effective.start <= departure.last_day
        if started and not each.effective.empty:
            yield Route(to_id=each.employee_id, because=rules.PREVIOUS_HOLDER if past else rules.BACKUP)


def _authors(unit: UnitOfWork, item: HandoverItem, departure: Departure) -> Iterator[Route]:
    if item.category in WORK_RECORDS:
        record = unit.repository(WORK_RECORD).peek(item.source.id)
        if record is not None and record.author_id != departure.employee_id:
            yield Route(to_id=record.author_id, because=rules.AUTHOR)
        return
    sops = unit.repository(SOP)
    if item.category is Category.SOP:
        found = [sops.peek(item.source.id)]
    else:
        found = list(sops.list(In("code", _sop_codes(unit, item, departure))))
    versions = unit.repository(SOP_VERSION).get_many(each.published_id for each in found if each is not None)
    for version in versions.values():
        if version.author_id is not None and version.author_id != departure.employee_id:
            yield Route(to_id=version.author_id, because=rules.SOP_AUTHOR)


def _sop_codes(unit: UnitOfWork, item: HandoverItem, departure: Departure) -> tuple[str, ...]:
    """Return the SOPs of the duty that an item stands for."""
    position = unit.repository(POSITION).peek(item.source.id) if item.source.kind == POSITION.name else None
    description = None if position is None else position.on(departure.last_day)
    duties = () if description is None else description.duties
    return next((duty.sop_codes for duty in duties if item.source.part == f"duty:{duty.key}"), ())
