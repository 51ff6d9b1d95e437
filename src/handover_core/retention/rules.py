"""Pure decisions of the retention room: what is due on a day, what stops it, and who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any

from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.guards import Action, first_refusal, lacks_role, only
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import Calendar
from handover_core.policy.keeping import Keeping, Schedule
from handover_core.retention import refusals
from handover_core.retention.model import (
    Category,
    Due,
    Erasure,
    ErasureState,
    LegalHold,
    PersonFacts,
    Repeat,
    Stop,
    StopCode,
    Verdict,
)
from handover_core.retention.texts import CODE_TEXTS
from handover_core.texts import Lang, Text
from handover_core.values import changed

KEEPERS = (Role.HR, Role.OWNER, Role.APPROVER, Role.AUDITOR)
"""Who sees the plan, finds mentions and places a hold: rather one too many than one too few."""
APPROVERS = (Role.OWNER, Role.APPROVER)
"""Who releases a hold, redacts free text and lets records be erased."""

WHOLE = tuple(Category)


def plan_of(facts: PersonFacts, schedule: Schedule, today: date, calendar: Calendar) -> list[Due]:
    """Return what holds for each category in which something about the person is stored, on a day.

    Where all of them were erased one after the other and the keys are still there, none counts as erased: the last one
    takes the keys.
    """
    erased = frozenset() if facts.erased >= facts.present else facts.erased
    return [
        _due(evolve(facts, erased=erased), each, schedule, today, calendar)
        for each in Category
        if each in facts.present
    ]


def _due(facts: PersonFacts, category: Category, schedule: Schedule, today: date, calendar: Calendar) -> Due:
    keeping, left_on = schedule.of(category), facts.person.left_on
    found = Due(
        employee_id=facts.person.id, number=facts.person.number, category=category, verdict=Verdict.KEEP,
        keeping=keeping, since=left_on,
    )  # fmt: skip
    if facts.gone or category in facts.erased:
        return evolve(found, verdict=Verdict.ERASED)
    if keeping is not None and left_on is not None:
        found = evolve(
            found, keep_until=keeping.keep_until(left_on, calendar), erase_after=keeping.erase_after(left_on, calendar)
        )
    stops = tuple(_stops(facts, category, found, keeping, today))
    if stops:
        return evolve(found, stops=stops)
    due = found.erase_after is not None and today > found.erase_after
    return evolve(found, verdict=Verdict.DUE if due else Verdict.MAY)


def _stops(facts: PersonFacts, category: Category, found: Due, keeping: Keeping | None, today: date) -> Iterator[Stop]:
    if facts.person.status is not EmployeeStatus.LEFT:
        yield Stop(code=StopCode.EMPLOYED)
    elif facts.person.left_on is None:
        yield Stop(code=StopCode.NO_DAY)
    if keeping is None:
        yield Stop(code=StopCode.NO_PERIOD)
    if facts.open_cases:
        yield Stop(code=StopCode.OPEN_CASE, params={"codes": facts.open_cases})
    if facts.open_work and category in {Category.WORK, Category.ACCOUNTING}:
        yield Stop(code=StopCode.OPEN_WORK, params={"count": facts.open_work})
    for hold in facts.holds:
        if any(hold.covers(each, category) for each in (facts.person.id, *facts.others.get(category, ()))):
            yield Stop(code=StopCode.HELD, params={"reason": hold.reason, "on": hold.placed_on})
    for what in facts.unreadable.get(category, ())[:1]:
        yield Stop(code=StopCode.UNREADABLE, params={"what": what})
    if keeping is not None and found.keep_until is not None and today <= found.keep_until:
        yield Stop(code=StopCode.MINIMUM, params={"until": found.keep_until, "citation": keeping.least.citation})


def due_categories(plan: Iterable[Due]) -> tuple[Category, ...]:
    """Return the categories that are due."""
    return tuple(each.category for each in plan if each.verdict is Verdict.DUE)


def is_whole(plan: Sequence[Due], categories: Iterable[Category]) -> bool:
    """Tell whether nothing of a person is left once these categories are erased, so that the keys may go."""
    chosen = set(categories)
    return all(each.category in chosen or each.verdict is Verdict.ERASED for each in plan)


def on_request(plan: Sequence[Due]) -> tuple[Category, ...]:
    """Return the categories to be erased where a person asks for it: all that are there and that nothing stops.

    What has to be kept stays and stops nothing else (PIPL, article 47; GDPR, article 17 (3) b). Raises `Refused` with the
    first thing that stops them where that is all of them, or where nothing is left to erase.
    """
    free = free_categories(plan)
    for each in plan:
        if each.stops and not free:
            raise Refused(refusals.STOPPED, what=CODE_TEXTS[each.category], why=said(each.stops[0]))
    if not free:
        raise Refused(refusals.NOTHING)
    return free


def free_categories(plan: Iterable[Due]) -> tuple[Category, ...]:
    """Return the categories in which something is left that nothing keeps."""
    return tuple(each.category for each in plan if each.verdict in {Verdict.MAY, Verdict.DUE})


def said(stop: Stop) -> Text:
    """Return what stops an erasure, in words."""
    text = CODE_TEXTS[stop.code]
    return Text(text.say(Lang.EN, **stop.params), text.say(Lang.ZH, **stop.params))


_GOES_ON = frozenset((StopCode.OPEN_CASE, StopCode.OPEN_WORK))


def stopped_again(
    erasure: Erasure, facts: PersonFacts, schedule: Schedule, today: date, calendar: Calendar
) -> Refused | None:
    """Return the refusal where something stops an erasure that was requested: whatever would stop a new one.

    A whole one takes the past of all categories with the keys, also of those that were erased before in the state alone.
    """
    wanted = facts.present if erasure.whole else facts.present.intersection(erasure.categories)
    # Where the keys were destroyed once, a successor may have gone on with what the person wrote.
    passed = _GOES_ON if erasure.destroyed_on is not None else frozenset()
    for due in plan_of(evolve(facts, erased=frozenset(), gone=False), schedule, today, calendar):
        stop = next((each for each in due.stops if each.code not in passed), None)
        if due.category in wanted and stop is not None:
            return Refused(refusals.STOPPED, what=CODE_TEXTS[due.category], why=said(stop))
    return None


def ended_on(person: Employee) -> date | None:
    """Return the day on which the last employment ended; None where it has not, or nobody recorded it."""
    return person.left_on if person.status is EmployeeStatus.LEFT else None


def is_corrected(left_on: date, past: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether somebody who left on a day has not been employed since, whatever day their file says now.

    ``past`` are the bodies of their file, oldest first. Whoever is hired again has a status in between that says so, or a
    day of hiring after they left.
    """
    day = left_on.isoformat()
    since = takewhile(
        lambda body: body.get("status") == EmployeeStatus.LEFT and (body.get("hired_on") or "") <= day, reversed(past)
    )
    return any(body.get("left_on") == day for body in since)


def repeated(erasure: Erasure, repeat: Repeat) -> Erasure:
    """Return a finished erasure as done once more; the files of the store have old bytes in them again.

    Where keys have to be destroyed it is unfinished until they are.
    """
    state = ErasureState.DESTROYED if erasure.state is ErasureState.COMPACTED else erasure.state
    state = ErasureState.OVERWRITTEN if repeat.keys else state
    return evolve(erasure, state=state, repeats=(*erasure.repeats, repeat))


def void(erasure: Erasure, reason: str, day: date) -> Erasure:
    """Return an erasure as one that is not to be brought to its end."""
    return evolve(advanced(erasure, ErasureState.VOID, day), void_reason=reason)


def advanced(erasure: Erasure, state: ErasureState, day: date) -> Erasure:
    """Return an erasure that has come to a state on a day; the first day on which keys were destroyed stays."""
    if state is ErasureState.DESTROYED:
        day = erasure.destroyed_on or day
    return changed(erasure, state=state, **{f"{state}_on": day})


def released(hold: LegalHold, actor: Actor, reason: str, day: date) -> LegalHold:
    """Return a hold as released; raise `InvalidInput` without a reason."""
    return evolve(hold, released_by_id=actor.id, released_on=day, release_reason=given("reason", reason))


def given(path: str, reason: str) -> str:
    """Return a reason; raise `InvalidInput` for one that says nothing."""
    if not reason.strip():
        raise InvalidInput.at(path, "reason.missing", "is missing", "不能为空")
    return reason


def _may_release(actor: Actor, hold: LegalHold, _today: date) -> Refused | None:
    return first_refusal(
        None if hold.stands else Refused(refusals.RELEASED, on=hold.released_on),
        None if hold.employee_id is None else not_oneself(actor, hold.employee_id),
        lacks_role(actor, *APPROVERS),
    )


def _may_go_on(actor: Actor, erasure: Erasure, _today: date) -> Refused | None:
    return first_refusal(
        None if erasure.unfinished else Refused(refusals.FINISHED), not_oneself(actor, erasure.subject_id),
        lacks_role(actor, *APPROVERS),
    )  # fmt: skip


def not_oneself(actor: Actor, employee_id: str) -> Refused | None:
    """Return the refusal for somebody who would decide about their own records."""
    return Refused(refusals.ONESELF) if actor.id == employee_id else None


def may_read_all(actor: Actor, employee_id: str) -> Refused | None:
    """Return the refusal for somebody who may not have everything about a person: it is for them and for HR."""
    return None if actor.id == employee_id else lacks_role(actor, Role.HR, Role.OWNER)


SEES: tuple[Action[object], ...] = (Action("plan", only(*KEEPERS)), Action("mentions", only(*KEEPERS)))
COMPANY_ACTIONS: tuple[Action[object], ...] = (
    Action("place_hold", only(*KEEPERS)),
    Action("apply", only(*APPROVERS)),
    Action("redact", only(*APPROVERS)),
    Action("erase", only(*APPROVERS)),
)
HOLD_ACTIONS = (Action("release_hold", _may_release),)
ERASURE_ACTIONS = (Action("go_on", _may_go_on),)
