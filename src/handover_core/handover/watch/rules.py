"""When silence is a stall, and whom it reaches next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from attrs import frozen

from handover_core.handover.model import HandoverItem, ItemState
from handover_core.handover.pace.rules import Span
from handover_core.policy import Silence
from handover_core.policy.calendar import ONE_DAY, workdays_between


class Rung(StrEnum):
    """The rungs of the ladder, from the bottom up."""

    GIVER = "giver"
    MANAGER = "manager"
    HR = "hr"
    OWNER = "owner"


@frozen(kw_only=True)
class Stall:
    """Silence that has lasted too long: since when, for how many working days, and how many were allowed.

    ``checkpoint`` marks the stall of a case in which nothing at all was verified by the day that says so.
    """

    since: date
    silent: int
    allowed: int
    checkpoint: bool = False


def silent_since(items: Iterable[HandoverItem], opened_on: date) -> date:
    """Return the day from which the silence counts: that of the last verified step, or of the opening."""
    proofs = [proof for item in items for proof in (*item.reopened, *([item.verified] if item.verified else []))]
    return max([opened_on, *(proof.day for proof in proofs)])


def stall(items: Iterable[HandoverItem], span: Span, silence: Silence) -> Stall | None:
    """Return the stall of a case, or None; a case in which nothing is to be done is never one."""
    every = list(items)
    if all(item.is_closed for item in every):
        return None
    since = silent_since(every, span.opened_on)
    silent = workdays_between(span.working, since + ONE_DAY, span.today)
    allowed = allowed_silence(span, silence)
    nothing = not any(item.state is ItemState.VERIFIED or item.reopened for item in every)
    late = nothing and span.today >= checkpoint(span, silence)
    if silent <= allowed and not late:
        return None
    return Stall(since=since, silent=silent, allowed=allowed, checkpoint=late)


def allowed_silence(span: Span, silence: Silence) -> int:
    """Return how many working days of silence are allowed on ``today``: fewer, the nearer the last day is."""
    return max(silence.least, min(silence.most, ceil(silence.share * span.left)))


def checkpoint(span: Span, silence: Silence) -> date:
    """Return the day on which nothing verified is a stall in any case.

    ``silence.checkpoint`` days before the last day; where the notice is so short that this comes before a third of it
    (``silence.shorter``) is over, then when that third is over.
    """
    notice = (span.last_day - span.opened_on).days
    third = span.opened_on + timedelta(days=ceil(notice * silence.shorter))
    return max(span.last_day - timedelta(days=silence.checkpoint), third)


@frozen(kw_only=True)
class Step:
    """One or more rungs that one person holds, or that nobody holds (``person_id`` is None)."""

    rungs: tuple[Rung, ...]
    person_id: str | None


def ladder(holders: Mapping[Rung, str | None]) -> tuple[Step, ...]:
    """Return the steps of the ladder; rungs held by one person collapse, and a vacant rung falls to the next one up."""
    steps: list[Step] = []
    waiting: list[Rung] = []
    for rung in Rung:
        person = holders.get(rung)
        known = next((place for place, each in enumerate(steps) if each.person_id == person), None)
        if person is None:
            waiting.append(rung)
        elif known is None:
            steps.append(Step(rungs=(*waiting, rung), person_id=person))
            waiting = []
        else:
            # Somebody further down: everything up to here was said to them already.
            steps[known] = Step(rungs=(*steps[known].rungs, *waiting, rung), person_id=person)
            waiting = []
    if waiting and steps:
        top = steps[-1]
        steps[-1] = Step(rungs=(*top.rungs, *waiting), person_id=top.person_id)
    elif waiting:
        steps.append(Step(rungs=tuple(waiting), person_id=None))
    return tuple(steps)


def to_say(steps: Sequence[Step], found: Stall, said: Iterable[str], silence: Silence) -> tuple[Step, ...]:
    """Return the steps that this stall has reached and that were not said yet, from the bottom up.

    ``said`` are the rungs that earlier findings of the same stall stand for; who holds which rung may have changed
    meanwhile. A step then stands only for those of its rungs that nobody has heard of yet, and waits for the rungs below.
    """
    beyond = max(found.silent - found.allowed - 1, 0)
    reached = steps[: 1 + beyond // silence.rung_days]
    covered = {Rung(rung) for rung in said}
    saying: list[Step] = []
    while (step := _next(reached, covered)) is not None:
        saying.append(step)
        covered.update(step.rungs)
    return tuple(saying)


def _next(reached: Sequence[Step], covered: set[Rung]) -> Step | None:
    for step in reached:
        rungs = tuple(rung for rung in step.rungs if rung not in covered)
        if rungs and covered.issuperset(_below(rungs[0])):
            return Step(rungs=rungs, person_id=step.person_id)
    return None


def _below(rung: Rung) -> tuple[Rung, ...]:
    order = tuple(Rung)
    return order[: order.index(rung)]
