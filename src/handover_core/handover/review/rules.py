"""What a case gives reason to say on a day, as pure functions: each finding with a mark, so that it is said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import frozen

from handover_core.handover.clearance.rules import Clearance
from handover_core.handover.model import (
    Departure,
    Handover,
    HandoverFinding,
    HandoverItem,
    HandoverQuestion,
    HandoverState,
    ItemState,
)
from handover_core.handover.pace.rules import Outlook, Span, projection
from handover_core.handover.review.texts import both
from handover_core.handover.texts import STATE_LABELS
from handover_core.handover.watch.rules import Rung, ladder, stall, to_say
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import Deadline, Policy
from handover_core.policy.calendar import ONE_DAY, workdays_between
from handover_core.policy.deadlines import Meaning, earliest_last_day
from handover_core.policy.presets import Settlement
from handover_core.values import DateRange

NAMED = 5
"""How many deciding items a finding names."""


@frozen(kw_only=True)
class Watched:
    """All that a review looks at: a case as it stands, and what was said about it before."""

    case: Handover
    departure: Departure
    items: tuple[HandoverItem, ...]
    span: Span
    giver_gone: bool
    holders: Mapping[Rung, str | None]
    people: Mapping[str, Employee]
    leave: Mapping[str, tuple[DateRange, ...]]
    questions: tuple[HandoverQuestion, ...]
    asked_on: Mapping[str, date]
    deadlines: tuple[Deadline, ...]
    clearance: Clearance
    said: tuple[HandoverFinding, ...]

    @property
    def today(self) -> date:
        """The day of the review."""
        return self.span.today

    @property
    def open_items(self) -> list[HandoverItem]:
        """What is still to be done, by code."""
        return sorted((item for item in self.items if not item.is_closed), key=lambda item: item.code)

    @property
    def hr_id(self) -> str:
        """Who hears what concerns HR: whoever holds that rung, else the supervisor."""
        return self.holders.get(Rung.HR) or self.case.supervisor_id


@frozen(kw_only=True)
class Found:
    """A finding before it is stored."""

    code: str
    mark: str
    to_id: str | None
    params: tuple[tuple[str, str], ...]
    since: date | None = None
    rungs: tuple[str, ...] = ()


def new_findings(watched: Watched, policy: Policy) -> tuple[Found, ...]:
    """Return what is to be said now and was not said before: doing it again the same day returns nothing."""
    before = {each.mark for each in watched.said}
    found: dict[str, Found] = {}
    for each in _everything(watched, policy):
        if each.mark not in before:
            found.setdefault(each.mark, each)
    return tuple(found.values())


def _everything(watched: Watched, policy: Policy) -> Iterator[Found]:
    if watched.case.state is HandoverState.OPEN:
        yield from _stall(watched, policy)
        yield from _outlook(watched, policy)
        yield from _items(watched)
        yield from _questions(watched, policy)
        yield from _still_open(watched)
    yield from _legal(watched)


def _found(code: str, mark: str, to_id: str | None, /, **params: object) -> Found:
    return Found(
        code=code,
        mark=f"{code}:{mark}",
        to_id=to_id,
        params=tuple((name, str(value)) for name, value in params.items()),
    )


def _stall(watched: Watched, policy: Policy) -> Iterator[Found]:
    found = stall(watched.items, watched.span, policy.silence)
    if found is None:
        return
    said = [rung for each in watched.said if each.since == found.since for rung in each.rungs]
    for step in to_say(ladder(watched.holders), found, said, policy.silence):
        yield Found(
            code="stall",
            mark=f"stall:{found.since}:{step.rungs[0]}",
            to_id=step.person_id,
            since=found.since,
            rungs=tuple(str(rung) for rung in step.rungs),
            params=(
                ("case", watched.case.code),
                ("silent", str(found.silent)),
                ("allowed", str(found.allowed)),
                ("since_on", str(found.since)),
            ),
        )


def _outlook(watched: Watched, policy: Policy) -> Iterator[Found]:
    found = projection(watched.items, watched.span, policy.unreachable_pace)
    if found.outlook is not Outlook.ON_TRACK:
        yield _found(
            "outlook", f"{found.outlook}:{watched.span.last_day}", watched.case.supervisor_id, case=watched.case.code,
            outlook=found.outlook, open=found.open_weight, days=found.days_left,
            projected_on=found.projected_on or "", codes=", ".join(found.deciding[:NAMED]),
        )  # fmt: skip


def _items(watched: Watched) -> Iterator[Found]:
    for item in watched.open_items:
        if item.due_on is not None and item.due_on < watched.today:
            yield _found(
                "overdue", f"{item.code}:{item.due_on}", whose_turn(item, watched), code=item.code, due_on=item.due_on,
                state=both(STATE_LABELS[item.state]),
            )  # fmt: skip
        if item.receiver_id is None:
            mark = f"{item.code}:{len(item.receivers)}"
            yield _found("no_receiver", mark, watched.case.supervisor_id, code=item.code)
            continue
        reason = unfit(item, watched)
        if reason is not None:
            mark = f"{item.code}:{item.receiver_id}:{reason}"
            yield _found("receiver", mark, watched.case.supervisor_id, code=item.code, reason=reason)


def whose_turn(item: HandoverItem, watched: Watched) -> str:
    """Return who has to do the next thing about an item."""
    supervisor = watched.case.supervisor_id
    if item.receiver_id is None:
        return supervisor
    if item.state in {ItemState.PLANNED, ItemState.RETURNED}:
        return supervisor if watched.giver_gone else watched.case.giver_id
    if item.state is ItemState.ACCEPTED:
        return item.verifier_id or supervisor
    return item.receiver_id


def unfit(item: HandoverItem, watched: Watched) -> str | None:
    """Return why the receiver of an item cannot see it through, or None."""
    person = watched.people.get(item.receiver_id or "")
    if person is None:
        return None
    if person.status is not EmployeeStatus.ACTIVE:
        return str(person.status)
    away = [days for days in watched.leave.get(person.id, ()) if days.contains(watched.today)]
    due = item.due_on or watched.span.last_day
    return "on_leave" if any(days.contains(due) for days in away) else None


def _questions(watched: Watched, policy: Policy) -> Iterator[Found]:
    codes = {item.id: item.code for item in watched.items}
    for each in watched.questions:
        asked = watched.asked_on[each.id]
        waited = workdays_between(watched.span.calendar, asked + ONE_DAY, watched.today)
        if each.answer is None and waited > policy.question_days:
            to_id = each.to_id or watched.case.supervisor_id
            yield _found("question", f"{each.id}:{to_id}", to_id, code=codes[each.item_id], asked_on=asked)


def _still_open(watched: Watched) -> Iterator[Found]:
    last, count = watched.span.last_day, len(watched.open_items)
    if watched.today > last and count:
        yield _found("still_open", str(last), watched.case.supervisor_id, case=watched.case.code, count=count)


def _legal(watched: Watched) -> Iterator[Found]:
    earliest = earliest_last_day(watched.deadlines)
    last = watched.departure.last_day
    if earliest is not None and last < earliest.due:
        yield _found(
            "notice_short",
            str(last),
            watched.hr_id,
            last_on=last,
            due_on=earliest.due,
            citation=both(earliest.citation),
        )
    for each in watched.deadlines:
        if not each.confirmed:
            mark = f"{each.rule}:{each.due}"
            yield _found("unconfirmed", mark, watched.hr_id, due_on=each.due, citation=both(each.citation))
    for each in _unsettled(watched.deadlines, watched):
        yield _found(
            "settlement", f"{each.settles}", watched.hr_id, what=each.settles, due_on=each.due,
            citation=both(each.citation),
        )  # fmt: skip


def _unsettled(found: Iterable[Deadline], watched: Watched) -> Iterator[Deadline]:
    for each in found:
        if each.meaning is not Meaning.DUE or each.settles is None or each.due > watched.today:
            continue
        line = watched.clearance.line(Settlement(each.settles))
        if line is not None and not line.done:
            yield each
