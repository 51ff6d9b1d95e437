"""Legal terms as data, and the dates that follow from them, each with its rule and citation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from handover_core.policy.calendar import Calendar, all_confirmed
from handover_core.policy.counting import Period, end_of, extended, period_of
from handover_core.texts import Text


class Event(StrEnum):
    """What sets a term running."""

    NOTICE = "notice"
    RECEIPT = "receipt"
    LAST_DAY = "last_day"
    COMPLETION = "completion"
    CONTRACT_END = "contract_end"
    BOND_END = "bond_end"


class Condition(StrEnum):
    """A fact on which a term depends beside the kind of departure."""

    PROBATION = "probation"
    NOT_PROBATION = "not_probation"
    FAULT = "fault"
    NO_FAULT = "no_fault"
    PAID_IN_LIEU = "paid_in_lieu"
    NOT_PAID_IN_LIEU = "not_paid_in_lieu"
    COMPENSATION = "compensation"
    NON_COMPETE = "non_compete"
    BOND = "bond"
    ACCOUNTING = "accounting"


class Meaning(StrEnum):
    """What the date says: the earliest last day, by when something is due, or how long something lasts."""

    EARLIEST = "earliest"
    DUE = "due"
    UNTIL = "until"


@frozen(kw_only=True)
class Term:
    """One rule of law or of the company, from which a date follows.

    ``amount`` of ``period`` is counted from ``event``; where ``amount`` is None it is the number of months in the facts
    (a non-compete clause), no more than ``at_most``. ``extends`` tells whether a last day off moves on to a working
    day: it does for what somebody has to do, not for how long a duty lasts. ``settles`` names what of the clearance is
    done by it.
    """

    rule: str
    citation: Text
    says: Text
    event: Event
    kinds: frozenset[str]
    amount: int | None = 0
    at_most: int | None = None
    period: Period = field(default=Period.DAYS, converter=period_of)
    meaning: Meaning = Meaning.DUE
    conditions: frozenset[Condition] = frozenset()
    extends: bool = False
    settles: str | None = None


@frozen(kw_only=True)
class Deadline:
    """A computed date: by which rule, from which day it was counted, and when it is due.

    ``confirmed`` is False where the calendar was not certain about the day on which it ends.
    """

    rule: str
    citation: Text
    says: Text
    meaning: Meaning
    since: date
    due: date
    confirmed: bool
    settles: str | None = None


@frozen(kw_only=True)
class TermFacts:
    """What terms look at: the kind of departure, the days on which things happened, and further facts."""

    kind: str
    days: Mapping[Event, date]
    conditions: frozenset[Condition] = frozenset()
    months: int = 0


def deadlines(terms: Iterable[Term], facts: TermFacts, calendar: Calendar) -> tuple[Deadline, ...]:
    """Return the dates that follow from the terms which apply, the earliest first; events that are unknown yield none."""
    return tuple(sorted(_computed(terms, facts, calendar), key=lambda each: (each.due, each.rule)))


def _computed(terms: Iterable[Term], facts: TermFacts, calendar: Calendar) -> Iterator[Deadline]:
    for term in terms:
        since = facts.days.get(term.event)
        if since is not None and applies(term, facts):
            yield _deadline(term, since, facts, calendar)


def applies(term: Term, facts: TermFacts) -> bool:
    """Tell whether a term is about this kind of departure and these facts."""
    return facts.kind in term.kinds and term.conditions <= facts.conditions


def _deadline(term: Term, since: date, facts: TermFacts, calendar: Calendar) -> Deadline:
    amount = facts.months if term.amount is None else term.amount
    if term.at_most is not None:
        amount = min(amount, term.at_most)
    counted = end_of(since, amount, term.period, calendar)
    due = extended(counted, calendar) if term.extends else counted
    first = since if term.period is Period.WORKDAYS else counted
    sure = all_confirmed(calendar, first, due) if term.extends or term.period is Period.WORKDAYS else True
    return Deadline(
        rule=term.rule, citation=term.citation, says=term.says, meaning=term.meaning, since=since, due=due,
        confirmed=sure, settles=term.settles,
    )  # fmt: skip


def earliest_last_day(found: Iterable[Deadline]) -> Deadline | None:
    """Return the deadline that allows the latest earliest last day, or None where no notice period runs."""
    notices = [each for each in found if each.meaning is Meaning.EARLIEST]
    return max(notices, key=lambda each: each.due, default=None)
