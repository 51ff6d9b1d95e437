"""Reads a handover case into its dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from handover_core.dossier.gathering import (
    ONE_DAY,
    all_units,
    bare,
    company_note,
    holder,
    name_of,
    people_in,
    people_on,
    source_notes,
)
from handover_core.dossier.manifest import sealed
from handover_core.dossier.model import CategoryProgress, HandoverDossier, PositionLeft, Progress
from handover_core.handover.facts import leaving_holdings
from handover_core.handover.kinds import DEPARTURE, HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.handover.model import Departure, Handover, HandoverItem, HandoverQuestion, ItemState
from handover_core.handover.progress import by_category, completeness
from handover_core.organization.model import Assignment, Holding, OrgUnit
from handover_core.organization.queries import holders
from handover_core.storage import Eq, Order, UnitOfWork


def case_dossier(unit: UnitOfWork, code: str, day: date, zone: str) -> HandoverDossier:
    """Return the dossier of a case as it stands on ``day``; raise `NotFound`. At most 19 reads, whatever its size."""
    case = unit.repository(HANDOVER).named(code=code)
    departure = unit.repository(DEPARTURE).get(case.departure_id)
    items = unit.repository(HANDOVER_ITEM).list(Eq("handover_id", case.id), order=Order("code"))
    questions = unit.repository(HANDOVER_QUESTION).list(Eq("handover_id", case.id))
    held = leaving_holdings(unit, departure, min(day, departure.last_day))
    after = holders(unit, [each.position.id for each in held], departure.last_day + ONE_DAY)
    units = all_units(unit)
    named = (*_people(case, departure, questions), *people_in(items), *(each.employee_id for each in after))
    # As on the last day: afterwards the giver would have neither a position nor a unit.
    people = people_on(unit, named, min(day, departure.last_day), units)
    return sealed(
        HandoverDossier(
            company=company_note(unit, zone),
            generated_on=day,
            departure=bare(departure),
            case=bare(case),
            people=people.notes,
            positions=tuple(_positions(held, after, case.giver_id, units)),
            progress=progress(items, day),
            items=tuple(bare(each) for each in items),
            sources=source_notes(unit, items, min(day, departure.last_day)),
            questions=tuple(sorted((bare(each) for each in questions), key=lambda each: (each.asked_at, each.id))),
        )
    )


def progress(items: Sequence[HandoverItem], day: date) -> Progress:
    """Return how far the items have come on ``day``."""
    open_ = [each for each in items if not each.is_closed]
    return Progress(
        whole=completeness(items),
        categories=tuple(
            CategoryProgress(category=category, completeness=each) for category, each in by_category(items).items()
        ),
        never_explained=tuple(
            each.code for each in items if not each.explained and each.state is not ItemState.OBSOLETE
        ),
        overdue=tuple(each.code for each in open_ if each.due_on is not None and each.due_on < day),
        without_receiver=tuple(each.code for each in open_ if each.receiver_id is None),
    )


def _people(case: Handover, departure: Departure, questions: Iterable[HandoverQuestion]) -> Iterator[str | None]:
    yield from (case.giver_id, case.supervisor_id, case.default_receiver_id)
    yield from (each.by_id for each in case.demands)
    for exception in case.exceptions:
        yield from (exception.person_id, exception.approver_id)
    if departure.receipt is not None:
        yield departure.receipt.by_id
    for question in questions:
        yield from (question.asked_by_id, question.to_id, question.answered_by_id)


def _positions(
    held: Iterable[Holding], after: Iterable[Assignment], giver_id: str, units: Mapping[str, OrgUnit]
) -> Iterator[PositionLeft]:
    later = sorted((each for each in after if each.employee_id != giver_id), key=lambda each: (each.capacity, each.id))
    for each in held:
        yield PositionLeft(
            position_id=each.position.id,
            code=each.position.code,
            title=each.description.title,
            unit=name_of(units, each.description.unit_id),
            capacity=each.assignment.capacity,
            since=each.assignment.effective.start,
            after=tuple(holder(one) for one in later if one.position_id == each.position.id),
        )
