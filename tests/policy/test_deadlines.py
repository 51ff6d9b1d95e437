"""Statutory dates, each computed by hand from the published calendar of 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.handover.model import MOVES, DepartureKind
from handover_core.policy import CN, GENERIC_LAW, Overlay, Weekdays
from handover_core.policy.counting import Period, end_of
from handover_core.policy.deadlines import (
    Condition,
    Deadline,
    Event,
    Meaning,
    Term,
    TermFacts,
    deadlines,
    earliest_last_day,
)
from handover_core.policy.presets import kinds
from handover_core.texts import Text
from handover_core_calendar import national

CHINA = national("CN", confirmed_through=2026)
NORMAL = frozenset({Condition.NOT_PROBATION, Condition.NO_FAULT, Condition.NOT_PAID_IN_LIEU})
PROBATION = frozenset({Condition.PROBATION})


def computed(rule: str, kind: str, event: Event, day: date, conditions=NORMAL, months: int = 0) -> Deadline:
    facts = TermFacts(kind=kind, days={event: day}, conditions=frozenset(conditions), months=months)
    return next(each for each in deadlines(CN.terms, facts, CHINA) if each.rule == rule)


@pytest.mark.parametrize(
    ("notice", "due"),
    [
        (date(2026, 3, 2), date(2026, 4, 1)),
        (date(2026, 3, 5), date(2026, 4, 7)),  # 4 April is Tomb-Sweeping, the 6th a day off
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 4, 1), date(2026, 5, 6)),  # Labour Day to 5 May
        (date(2026, 1, 14), date(2026, 2, 13)),
        (date(2026, 1, 15), date(2026, 2, 14)),  # a make-up Saturday is a working day
        (date(2026, 1, 16), date(2026, 2, 24)),  # the Spring Festival
        (date(2026, 1, 29), date(2026, 2, 28)),  # the other make-up Saturday
        (date(2026, 1, 30), date(2026, 3, 2)),
        (date(2026, 9, 1), date(2026, 10, 8)),  # National Day
        (date(2026, 9, 10), date(2026, 10, 10)),
        (date(2026, 8, 21), date(2026, 9, 20)),  # a make-up Sunday
        (date(2025, 12, 2), date(2026, 1, 4)),  # New Year, made up on a Sunday
        (date(2026, 5, 20), date(2026, 6, 22)),  # Dragon Boat
        (date(2026, 8, 26), date(2026, 9, 28)),  # Mid-Autumn
    ],
)
def test_thirty_days_of_notice(notice: date, due: date) -> None:
    """The day of notice does not count; a last day off moves to the next working day."""
    found = computed("cn.lcl37.notice", "resignation", Event.NOTICE, notice)
    assert (notice, due, True) == (found.since, found.due, found.confirmed)


@pytest.mark.parametrize(
    ("notice", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 5)),
        (date(2026, 3, 11), date(2026, 3, 16)),
        (date(2026, 2, 11), date(2026, 2, 14)),
        (date(2026, 2, 13), date(2026, 2, 24)),
        (date(2026, 4, 30), date(2026, 5, 6)),
    ],
)
def test_three_days_on_probation(notice: date, due: date) -> None:
    assert due == computed("cn.lcl37.probation", "resignation", Event.NOTICE, notice, PROBATION).due


@pytest.mark.parametrize(
    ("last_day", "due"),
    [
        (date(2026, 3, 13), date(2026, 3, 30)),
        (date(2026, 2, 13), date(2026, 2, 28)),
        (date(2026, 1, 31), date(2026, 2, 24)),
        (date(2026, 9, 16), date(2026, 10, 8)),
    ],
)
def test_fifteen_days_for_file_and_insurance(last_day: date, due: date) -> None:
    assert due == computed("cn.lcl50.transfers", "resignation", Event.LAST_DAY, last_day).due


@pytest.mark.parametrize(
    ("last_day", "months", "until"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 3, 31), 12, date(2027, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 18, date(2028, 2, 29)),
        (date(2026, 3, 13), 36, date(2028, 3, 13)),  # two years are the most
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_month_ends_on_the_same_day_or_its_last(last_day: date, months: int, until: date) -> None:
    conditions = {Condition.NON_COMPETE}
    found = computed("cn.lcl24.non_compete", "mutual", Event.LAST_DAY, last_day, conditions, months)
    assert (until, Meaning.UNTIL) == (found.due, found.meaning)


def test_the_contract_is_kept_for_two_years() -> None:
    assert date(2030, 2, 28) == computed("cn.lcl50.copy", "death", Event.LAST_DAY, date(2028, 2, 29)).due


def test_a_date_in_an_unpublished_year_is_not_confirmed() -> None:
    """9 January 2027 is a Saturday by rule; whether it will be made up for nobody knows yet."""
    found = computed("cn.lcl37.notice", "resignation", Event.NOTICE, date(2026, 12, 10))
    assert (date(2027, 1, 11), False) == (found.due, found.confirmed)


@pytest.mark.parametrize(
    ("kind", "conditions", "rule", "due"),
    [
        ("mutual", NORMAL, "cn.lcl36.agreed", date(2026, 3, 2)),
        ("immediate_resignation", NORMAL, "cn.lcl38.immediate", date(2026, 3, 2)),
        ("dismissal", {Condition.FAULT}, "cn.lcl39.fault", date(2026, 3, 2)),
        ("dismissal", {Condition.NO_FAULT, Condition.PAID_IN_LIEU}, "cn.lcl40.in_lieu", date(2026, 3, 2)),
        ("dismissal", NORMAL, "cn.lcl40.notice", date(2026, 4, 1)),
        ("redundancy", NORMAL, "cn.lcl41.explained", date(2026, 4, 1)),
    ],
)
def test_the_notice_of_each_kind(kind: str, conditions, rule: str, due: date) -> None:
    facts = TermFacts(kind=kind, days={Event.NOTICE: date(2026, 3, 2)}, conditions=frozenset(conditions))
    found = earliest_last_day(deadlines(CN.terms, facts, CHINA))
    assert found is not None
    assert (rule, due) == (found.rule, found.due)


@pytest.mark.parametrize(
    ("kind", "rule", "event"),
    [
        ("contract_end", "cn.lcl44.expiry", Event.CONTRACT_END),
        ("retirement", "cn.lcl44.pension", Event.LAST_DAY),
        ("death", "cn.lcl44.death", Event.LAST_DAY),
        ("resignation", "cn.wages9.final", Event.LAST_DAY),
        ("dismissal", "cn.lcl50.certificate", Event.LAST_DAY),
    ],
)
def test_what_happens_on_the_day_itself(kind: str, rule: str, event: Event) -> None:
    """Also on a Saturday: wages and certificate are due when the contract ends, not on the Monday after."""
    assert date(2026, 3, 14) == computed(rule, kind, event, date(2026, 3, 14)).due


def test_compensation_is_due_when_the_work_is_handed_over() -> None:
    conditions = NORMAL | {Condition.COMPENSATION}
    found = computed("cn.lcl50.compensation", "redundancy", Event.COMPLETION, date(2026, 4, 20), conditions)
    assert date(2026, 4, 20) == found.due


def test_a_training_bond_and_an_accountant_have_dates_of_their_own() -> None:
    bond = computed("cn.lcl22.bond", "resignation", Event.BOND_END, date(2027, 6, 30), {Condition.BOND})
    books = computed("cn.accounting.handover", "transfer", Event.LAST_DAY, date(2026, 3, 13), {Condition.ACCOUNTING})
    assert (date(2027, 6, 30), date(2026, 3, 13)) == (bond.due, books.due)


def test_a_move_has_no_dates_of_a_leaving() -> None:
    facts = TermFacts(kind="transfer", days=dict.fromkeys(Event, date(2026, 3, 2)), conditions=frozenset(NORMAL))
    assert () == deadlines(CN.terms, facts, CHINA)
    assert earliest_last_day(()) is None


def test_the_presets_speak_of_the_same_kinds_as_the_room() -> None:
    assert set(DepartureKind) == kinds.ALL
    assert set(MOVES) == kinds.MOVES
    assert kinds.LEAVINGS == kinds.ALL - kinds.MOVES


def test_every_term_is_cited_and_every_kind_of_leaving_has_pay_certificate_and_transfers() -> None:
    for law, prefix in ((CN, "cn."), (GENERIC_LAW, "generic.")):
        rules = [term.rule for term in law.terms]
        assert len(rules) == len(set(rules))
        assert all(rule.startswith(prefix) for rule in rules)
        assert all(text for term in law.terms for text in (term.citation.en, term.citation.zh, term.says.zh))
        for kind in kinds.LEAVINGS:
            due = [term for term in law.terms if kind in term.kinds and term.event is Event.LAST_DAY]
            assert 3 <= sum(term.meaning is Meaning.DUE for term in due)


@pytest.mark.parametrize(
    ("start", "amount", "period", "end"),
    [
        (date(2026, 3, 2), 3, Period.WORKDAYS, date(2026, 3, 5)),
        (date(2026, 2, 13), 2, Period.WORKDAYS, date(2026, 2, 24)),
        (date(2026, 3, 2), 0, Period.WORKDAYS, date(2026, 3, 2)),
        (date(2026, 12, 31), 1, Period.DAYS, date(2027, 1, 1)),
        (date(2027, 12, 31), 1, Period.YEARS, date(2028, 12, 31)),
        (date(2027, 11, 30), 3, Period.MONTHS, date(2028, 2, 29)),
    ],
)
def test_periods(start: date, amount: int, period: Period, end: date) -> None:
    assert end == end_of(start, amount, period, CHINA)


@given(start=st.dates(date(1990, 1, 1), date(2100, 1, 1)), days=st.integers(0, 90))
def test_a_longer_period_never_ends_earlier(start: date, days: int) -> None:
    for period in Period:
        assert end_of(start, days, period, Weekdays()) <= end_of(start, days + 1, period, Weekdays())


def test_dates_come_in_order_and_equals_by_rule() -> None:
    days = {Event.NOTICE: date(2026, 3, 2), Event.LAST_DAY: date(2026, 3, 13)}
    found = deadlines(CN.terms, TermFacts(kind="resignation", days=days, conditions=frozenset(NORMAL)), CHINA)
    assert ["cn.lcl50.certificate", "cn.wages9.final", "cn.lcl50.transfers", "cn.lcl37.notice", "cn.lcl50.copy"] == [
        each.rule for each in found
    ]


def term(**more) -> Term:
    given = {"event": Event.NOTICE, "kinds": kinds.ALL, "amount": 10, "period": Period.WORKDAYS, **more}
    return Term(rule="x", citation=Text("x", "x"), says=Text("x", "x"), **given)


@pytest.mark.parametrize(
    ("made", "start", "certain"),
    [
        (term(), date(2026, 3, 2), True),
        (term(), date(2026, 12, 28), False),  # ten working days reach into January
        (term(amount=1), date(2026, 12, 28), True),
        (term(period=Period.DAYS, extends=True), date(2026, 12, 28), False),
        (term(period=Period.DAYS), date(2026, 12, 28), True),  # plain days need no calendar
        (term(period=Period.DAYS, amount=5, extends=True), date(2026, 12, 23), True),
        (term(period=Period.DAYS, amount=40, extends=True), date(2026, 12, 28), False),
        (term(period=Period.MONTHS, amount=2), date(2026, 12, 28), True),
    ],
)
def test_only_what_needs_the_calendar_can_be_uncertain(made: Term, start: date, certain: bool) -> None:
    (found,) = deadlines([made], TermFacts(kind="mutual", days={Event.NOTICE: start}), CHINA)
    assert certain is found.confirmed


def test_a_notice_that_begins_in_an_unpublished_year_and_ends_on_a_workday_is_uncertain_too() -> None:
    (found,) = deadlines([term(amount=1)], TermFacts(kind="mutual", days={Event.NOTICE: date(2027, 3, 1)}), CHINA)
    assert not found.confirmed


def test_months_that_nobody_knows_are_none() -> None:
    unknown = TermFacts(kind="mutual", days={Event.NOTICE: date(2026, 3, 2)})
    (found,) = deadlines([term(amount=None, period=Period.MONTHS)], unknown, CHINA)
    assert date(2026, 3, 2) == found.due


def test_the_words_are_stable() -> None:
    assert ["days", "workdays", "months", "years"] == [str(each) for each in Period]
    assert ["notice", "receipt", "last_day", "completion", "contract_end", "bond_end"] == [str(each) for each in Event]
    assert ["earliest", "due", "until"] == [str(each) for each in Meaning]
    assert [
        "probation", "not_probation", "fault", "no_fault", "paid_in_lieu", "not_paid_in_lieu", "compensation",
        "non_compete", "bond", "accounting",
    ] == [str(each) for each in Condition]  # fmt: skip


def test_working_days_need_every_day_on_the_way_and_others_only_the_last() -> None:
    """The company states the last day itself, and nothing about those before it."""
    stated = Overlay(CHINA, worked=[date(2027, 1, 11)])
    facts = TermFacts(kind="mutual", days={Event.NOTICE: date(2026, 12, 28)})
    (plain,) = deadlines([term(period=Period.DAYS, amount=14, extends=True)], facts, stated)
    assert (date(2027, 1, 11), True) == (plain.due, plain.confirmed)
    (worked,) = deadlines([term(amount=9)], facts, stated)
    assert (date(2027, 1, 11), False) == (worked.due, worked.confirmed)
