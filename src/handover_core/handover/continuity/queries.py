"""What the figures of a case are made of, read from the store and its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo

from attrs import frozen

from handover_core.clock import day_in
from handover_core.handover.continuity.rules import Activity, CaseHistory, Figures, Past, Takeup, figures, past
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import WORK_RECORDS, Category, Handover, HandoverItem, HandoverState
from handover_core.handover.transfer import HELD
from handover_core.history.instants import from_micros
from handover_core.organization.kinds import ASSIGNMENT, EMPLOYEE, POSITION
from handover_core.policy import Calendar
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Eq, In, Order, UnitOfWork

WITH_ACTIVITY = WORK_RECORDS | {Category.RUN, Category.SOP, Category.KNOWLEDGE}
"""Categories whose source is a thing that people work on."""


@frozen(kw_only=True)
class Metrics:
    """The figures of one case beside those of the company's past."""

    figures: Figures
    past: Past


@frozen(kw_only=True)
class Ports:
    """What figures need beside the store."""

    today: date
    calendar: Calendar
    zone: tzinfo


def metrics(unit: UnitOfWork, case_id: str, ports: Ports, compared: int) -> Metrics:
    """Return the figures of a case and the medians of the latest completed ones before it, at most ``compared``."""
    case = unit.repository(HANDOVER).get(case_id)
    done = unit.repository(HANDOVER).list(
        Eq("state", HandoverState.COMPLETED), order=Order("completed_on", descending=True), limit=compared + 1
    )
    others = [each for each in done if each.id != case_id][:compared]
    return Metrics(figures=_figures(unit, case, ports), past=past([_figures(unit, each, ports) for each in others]))


def _figures(unit: UnitOfWork, case: Handover, ports: Ports) -> Figures:
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    items = tuple(unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case.id)))
    questions = tuple(unit.repository(HANDOVER_QUESTION).list(Eq("handover_id", case.id)))
    history = CaseHistory(
        case=case,
        last_day=departure.last_day,
        today=ports.today,
        items=items,
        questions=questions,
        asked_on={each.id: day_in(ports.zone, each.asked_at) for each in questions},
        activity=_activity(unit, case, items, ports.zone),
        takeups=tuple(_takeups(unit, items, departure.last_day)),
    )
    return figures(history, ports.calendar)


def _activity(unit: UnitOfWork, case: Handover, items: Iterable[HandoverItem], zone: tzinfo) -> dict[str, Activity]:
    """Return who worked when on the sources; one read of the history for each item that has one."""
    chosen = [item for item in items if item.category in WITH_ACTIVITY]
    records = unit.repository(WORK_RECORD).get_many(item.source.id for item in chosen if item.category in WORK_RECORDS)
    return {item.id: _of_source(unit, case, item, records.get(item.source.id), zone) for item in chosen}


def _of_source(
    unit: UnitOfWork, case: Handover, item: HandoverItem, record: WorkRecord | None, zone: tzinfo
) -> Activity:
    seen = [
        (day_in(zone, from_micros(each.at)), each.actor)
        for each in unit.changes(unit.kinds[item.source.kind], item.source.id)
    ]
    by_giver = [day for day, actor in seen if actor == case.giver_id]
    if record is not None and record.author_id == case.giver_id:
        # An imported record was worked on before this store knew of it.
        by_giver.append(record.opened_on)
    last = max(by_giver, default=None)
    after = [day for day, actor in seen if actor == item.receiver_id and last is not None and day >= last]
    return Activity(giver_last=last, receiver_first=min(after, default=None))


def _takeups(unit: UnitOfWork, items: Iterable[HandoverItem], last_day: date) -> Iterator[Takeup]:
    pairs = {(item.receiver_id, item.position_id) for item in items if item.category in HELD and item.position_id}
    places = unit.repository(POSITION).get_many(place for _, place in pairs)
    people = unit.repository(EMPLOYEE).get_many(person for person, _ in pairs)
    found = unit.repository(ASSIGNMENT).list(In("position_id", tuple(places)))
    for each in sorted(found, key=lambda one: (one.effective.start, one.id)):
        description = places[each.position_id].on(each.effective.start)
        began = each.effective.start > last_day and not each.effective.empty
        if began and (each.employee_id, each.position_id) in pairs and description is not None:
            yield Takeup(person=people[each.employee_id], assignment=each, description=description)
