"""Gathers what the derivation looks at, in a fixed number of reads whatever the size of the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from handover_core.handover.derivation import GiverFacts, SopFact
from handover_core.handover.model import Departure
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import (
    Assignment,
    Capacity,
    Employee,
    EmployeeStatus,
    Holding,
    OrgUnit,
    PositionVersion,
)
from handover_core.organization.queries import holders, holdings, reports_of
from handover_core.organization.rules import WORKING_CAPACITIES, is_qualified
from handover_core.procedures.kinds import SOP, SOP_RUN, SOP_VERSION
from handover_core.procedures.model import RunState, Sop, SopState, SopVersion
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.queries import open_records_of
from handover_core.storage import ContainsAny, Criterion, Eq, In, IsNull, Not, UnitOfWork, all_of

ONE_DAY = timedelta(days=1)


def gather(unit: UnitOfWork, departure: Departure, today: date) -> GiverFacts:
    """Return the facts about the giver as they stand on ``today``, or on the last day where that is past."""
    day = min(today, departure.last_day)
    giver = unit.repository(EMPLOYEE).get(departure.employee_id)
    held = leaving_holdings(unit, departure, day)
    places = [each.position.id for each in held]
    found = colleagues(unit, places, departure)
    others = qualified_others(unit, held, departure, found)
    shared = {each.position_id for each in found if each.capacity in WORKING_CAPACITIES}
    sole = {id_ for id_ in places if not others.get(id_)}
    sops = _sops(unit, places, sole)
    records = unit.repository(WORK_RECORD).list(_within(departure, open_records_of(giver.id)))
    runs = unit.repository(SOP_RUN).list(all_of(Eq("owner_id", giver.id), Eq("state", RunState.RUNNING)))
    return GiverFacts(
        giver=giver,
        last_day=departure.last_day,
        holdings=tuple(held),
        others={id_: len(people) for id_, people in others.items()},
        sops=tuple(sops),
        sop_codes=_published_codes(unit, held),
        runs=() if departure.position_ids else tuple(runs),
        records=tuple(records),
        drafts=() if departure.position_ids else _drafts(unit, giver.id),
        # Who reports to a position that others work in as well keeps a superior.
        headed=() if departure.is_move and departure.position_ids else _headed(unit, giver.id),
        reports=tuple(reports_of(unit, [id_ for id_ in places if id_ not in shared], day, besides=giver.id)),
    )


def _headed(unit: UnitOfWork, giver_id: str) -> tuple[OrgUnit, ...]:
    found = unit.repository(ORG_UNIT).list(Eq("head_id", giver_id))
    return tuple(sorted(found, key=lambda each: each.code))


def leaving_holdings(unit: UnitOfWork, departure: Departure, day: date) -> list[Holding]:
    """Return the working assignments that the departure ends: all, or for a move only those of the positions left."""
    # Also what was held on the day of notice: an assignment that is ended afterwards takes no duty off the list.
    noticed = min(departure.notice_on, day)
    # What is held on both counts with its description of the later day, so that a new duty is not missed.
    every = [*holdings(unit, departure.employee_id, noticed), *holdings(unit, departure.employee_id, day)]
    working = [each for each in every if each.assignment.capacity in WORKING_CAPACITIES]
    if departure.position_ids:
        working = [each for each in working if each.position.id in departure.position_ids]
    unique = {each.position.id: each for each in sorted(working, key=lambda each: each.assignment.id)}
    return sorted(unique.values(), key=lambda each: each.position.code)


def colleagues(unit: UnitOfWork, places: Iterable[str], departure: Departure) -> list[Assignment]:
    """Return the assignments of others to the positions that held on the day of notice and outlast the last day.

    Who comes only because of the departure (an interim custodian, a successor) does not count: otherwise naming one
    would make items vanish that nobody has handed over.
    """
    found = holders(unit, places, departure.notice_on)
    after = departure.last_day + ONE_DAY
    return [each for each in found if each.employee_id != departure.employee_id and each.effective.contains(after)]


def qualified_others(
    unit: UnitOfWork, held: Iterable[Holding], departure: Departure, found: Iterable[Assignment]
) -> Mapping[str, tuple[Employee, ...]]:
    """Return for each position which of the colleagues ``found`` are qualified for it after the last day."""
    after = departure.last_day + ONE_DAY
    descriptions = {each.position.id: each.position.on(after) or each.description for each in held}
    people = unit.repository(EMPLOYEE).get_many(each.employee_id for each in found)
    by_position: dict[str, list[Assignment]] = {}
    for each in found:
        by_position.setdefault(each.position_id, []).append(each)
    return {
        id_: tuple(_qualified(description, by_position.get(id_, []), people, after))
        for id_, description in descriptions.items()
    }


def _qualified(
    description: PositionVersion, assignments: list[Assignment], people: Mapping[str, Employee], day: date
) -> Iterator[Employee]:
    named = {each.employee_id for each in assignments}
    for person in sorted((people[id_] for id_ in named if id_ in people), key=lambda each: each.number):
        staying = person.status is not EmployeeStatus.LEFT
        if staying and is_qualified(person, description, assignments, day).qualified:
            yield person


def _within(departure: Departure, where: Criterion | None) -> Criterion | None:
    if not departure.position_ids:
        return where
    return all_of(where, In("position_id", departure.position_ids))


def _sops(unit: UnitOfWork, places: list[str], sole: set[str]) -> list[SopFact]:
    """Return the SOPs whose owner position the giver holds, and those with a step that only the giver may do."""
    owned = unit.repository(SOP).list(In("owner_position_id", tuple(places)))
    performed = unit.repository(SOP_VERSION).list(
        all_of(Eq("state", SopState.PUBLISHED), ContainsAny("step_position_id", tuple(sole)))
    )
    tied = {version.sop_id: _first_sole(version, sole) for version in performed}
    further = unit.repository(SOP).get_many(set(tied) - {each.id for each in owned})
    versions = unit.repository(SOP_VERSION).get_many(each.published_id for each in (*owned, *further.values()))
    facts = [
        SopFact(sop=each, version=versions.get(each.published_id or ""), position_id=each.owner_position_id, owned=True)
        for each in owned
    ]
    facts += [
        SopFact(sop=each, version=versions.get(each.published_id or ""), position_id=tied[each.id], owned=False)
        for each in further.values()
    ]
    return facts


def _first_sole(version: SopVersion, sole: set[str]) -> str:
    return next(step.position_id for step in version.steps if step.position_id in sole)


def _published_codes(unit: UnitOfWork, held: Iterable[Holding]) -> frozenset[str]:
    codes = {code for each in held for duty in each.description.duties for code in duty.sop_codes}
    found = unit.repository(SOP).list(all_of(In("code", tuple(codes)), Not(IsNull("published_id"))))
    return frozenset(each.code for each in found)


def _drafts(unit: UnitOfWork, giver_id: str) -> tuple[tuple[SopVersion, Sop], ...]:
    open_ = (SopState.DRAFT, SopState.IN_REVIEW)
    versions = unit.repository(SOP_VERSION).list(all_of(Eq("author_id", giver_id), In("state", open_)))
    sops = unit.repository(SOP).get_many(each.sop_id for each in versions)
    return tuple((each, sops[each.sop_id]) for each in versions if each.sop_id in sops)


def backups(unit: UnitOfWork, place_ids: Iterable[str], departure: Departure) -> dict[str, list[Assignment]]:
    """Return for each position who else is named for it after the last day, in whatever capacity but as a trainee."""
    found: dict[str, list[Assignment]] = {}
    for each in holders(unit, place_ids, departure.last_day + ONE_DAY):
        if each.employee_id != departure.employee_id and each.capacity is not Capacity.TRAINEE:
            found.setdefault(each.position_id, []).append(each)
    return found
