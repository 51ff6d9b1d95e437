"""Silence, stalls and the ladder; days and rungs worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from handover.rules.cases import day, item, proof_on, span
from handover_core.handover.watch.rules import (
    Rung,
    Stall,
    Step,
    allowed_silence,
    checkpoint,
    ladder,
    silent_since,
    stall,
    to_say,
)
from handover_core.policy import Silence

RULES = Silence()
G, M, H, W = Rung
LONG = 60


def test_silence_counts_from_the_opening_or_the_last_verified_step() -> None:
    """A proof that no longer holds was a step all the same."""
    assert day(0) == silent_since([item()], day(0))
    assert day(3) == silent_since([item(1, verified=1), item(2, verified=3)], day(0))
    assert day(4) == silent_since([item(1, state="stale", reopened=(proof_on(4),))], day(0))
    assert day(5) == silent_since([item(1, verified=1)], day(5))
    old = evolve(proof_on(2), on=None)
    assert day(2) == silent_since([evolve(item(1, verified=0), verified=old)], day(0))


@pytest.mark.parametrize(("today", "allowed"), [(0, 5), (32, 5), (45, 3), (46, 3), (52, 2), (58, 1), (60, 1), (70, 1)])
def test_the_allowed_silence_shrinks_as_the_last_day_nears(today: int, allowed: int) -> None:
    """A quarter of the working days left, five at most and one at least; the last day is a Friday, 60 days on."""
    assert allowed == allowed_silence(span(today, last=LONG), RULES)


def test_more_silence_than_allowed_is_a_stall() -> None:
    """Of sixty days five working days of silence are allowed; the sixth is too many."""
    items = [item(1, verified=0), item(2)]
    assert stall(items, span(7, last=LONG), RULES) is None
    found = stall(items, span(8, last=LONG), RULES)
    assert Stall(since=day(0), silent=6, allowed=5) == found


def test_booked_leave_is_no_silence() -> None:
    assert stall([item(1, verified=0), item(2)], span(8, last=LONG, away=(1, 3)), RULES) is None


def test_after_the_last_day_everybodys_days_count() -> None:
    found = stall([item(1, verified=8), item(2)], span(15, away=(9, 90)), RULES)
    assert Stall(since=day(8), silent=5, allowed=1) == found


@pytest.mark.parametrize(
    ("last", "when"),
    [
        (30, 16),  # fourteen days before the last one
        (21, 7),  # both the same
        (15, 5),  # a third of a short notice
        (11, 4),
        (1, 1),
        (0, 0),
    ],
)
def test_the_checkpoint(last: int, when: int) -> None:
    assert day(when) == checkpoint(span(0, last=last), RULES)


def test_nothing_verified_at_the_checkpoint_is_always_a_stall() -> None:
    """However much silence is allowed; one verified item, even one that was reopened, is something."""
    patient = evolve(RULES, least=99, most=99)
    assert stall([item()], span(3), patient) is None
    found = stall([item()], span(4), patient)
    assert found is not None
    assert (True, 99) == (found.checkpoint, found.allowed)
    assert stall([item(1), item(2, verified=3)], span(4), patient) is None
    assert stall([item(1, state="stale", reopened=(proof_on(1),))], span(4), patient) is None


@pytest.mark.parametrize("states", [(), ("waived",), ("obsolete", "waived")])
def test_a_case_with_nothing_to_do_is_never_a_stall(states: tuple[str, ...]) -> None:
    assert stall([item(n, state=state) for n, state in enumerate(states)], span(90), RULES) is None


@pytest.mark.parametrize(
    ("holders", "expected"),
    [
        ("abcd", [((G,), "a"), ((M,), "b"), ((H,), "c"), ((W,), "d")]),
        ("abbd", [((G,), "a"), ((M, H), "b"), ((W,), "d")]),
        ("abcb", [((G,), "a"), ((M, W), "b"), ((H,), "c")]),
        ("abbb", [((G,), "a"), ((M, H, W), "b")]),
        ("a-cd", [((G,), "a"), ((M, H), "c"), ((W,), "d")]),
        ("-bcd", [((G, M), "b"), ((H,), "c"), ((W,), "d")]),
        ("ab--", [((G,), "a"), ((M, H, W), "b")]),
        ("ab-b", [((G,), "a"), ((M, H, W), "b")]),
        ("----", [((G, M, H, W), None)]),
        ("aaaa", [((G, M, H, W), "a")]),
    ],
)
def test_rungs_held_by_one_person_collapse(holders: str, expected: list[tuple[tuple[Rung, ...], str | None]]) -> None:
    """A vacant rung falls to the next one up, at the top to the one below; it is never simply left out."""
    named = {rung: None if each == "-" else each for rung, each in zip(Rung, holders, strict=True)}
    assert expected == [(step.rungs, step.person_id) for step in ladder(named)]


def silent(days: int) -> Stall:
    return Stall(since=day(0), silent=days, allowed=3)


STEPS = ladder({G: "a", M: "b", H: "c", W: "d"})


@pytest.mark.parametrize(
    ("days", "reached"), [(4, 1), (5, 1), (6, 2), (7, 2), (8, 3), (9, 3), (10, 4), (30, 4), (2, 1)]
)
def test_each_two_days_more_reach_the_next_rung(days: int, reached: int) -> None:
    """The first rung at once; a review after an outage says all that were reached, none skipped."""
    assert STEPS[:reached] == to_say(STEPS, silent(days), (), RULES)


def test_what_was_said_is_not_said_again() -> None:
    assert STEPS[1:3] == to_say(STEPS, silent(8), ("giver",), RULES)
    assert () == to_say(STEPS, silent(8), ("giver", "manager", "hr"), RULES)


def test_a_change_of_people_repeats_no_rung() -> None:
    """The manager was told and has gone since; the new head of HR stands for what nobody has heard of yet."""
    later = ladder({G: "a", M: None, H: "x", W: "d"})
    assert (Step(rungs=(H,), person_id="x"),) == to_say(later, silent(6), ("giver", "manager"), RULES)


def test_who_holds_a_low_and_a_high_rung_is_not_told_before_those_between() -> None:
    """The giver has become the owner as well; the manager comes first."""
    both = ladder({G: "a", M: "b", H: "a", W: "a"})
    assert () == to_say(both, silent(4), ("giver", "hr"), RULES)
    assert [(M,), (W,)] == [step.rungs for step in to_say(both, silent(6), ("giver", "hr"), RULES)]


holders = st.lists(st.sampled_from(("a", "b", "c", None)), min_size=4, max_size=4)


@given(reviews=st.lists(st.tuples(holders, st.integers(4, 16)), max_size=8))
def test_the_ladder_never_skips_or_repeats_a_rung(reviews: list[tuple[list[str | None], int]]) -> None:
    """Whoever holds which rung from one review to the next, and however much time lies between."""
    said: list[Rung] = []
    for people, days in sorted(reviews, key=lambda each: each[1]):
        for step in to_say(ladder(dict(zip(Rung, people, strict=True))), silent(days), said, RULES):
            lowest = min(list(Rung).index(rung) for rung in step.rungs)
            assert set(list(Rung)[:lowest]) <= set(said)
            assert not set(step.rungs) & set(said)
            said += step.rungs
        assert () == to_say(ladder(dict(zip(Rung, people, strict=True))), silent(days), said, RULES)
    assert len(said) == len(set(said))


@given(last=st.integers(0, 90), today=st.integers(0, 100))
def test_the_allowance_never_grows_with_time(last: int, today: int) -> None:
    assert allowed_silence(span(today + 1, last=last), RULES) <= allowed_silence(span(today, last=last), RULES)
    assert day(0) <= checkpoint(span(0, last=last), RULES) <= day(last) + timedelta(days=0)


def test_the_numbers_are_the_policys() -> None:
    eager = Silence(share=Fraction(1, 2), least=2, most=3, checkpoint=7, shorter=Fraction(1, 2), rung_days=1)
    assert 3 == allowed_silence(span(0), eager)
    assert 2 == allowed_silence(span(14), eager)
    assert day(23) == checkpoint(span(0, last=30), eager)
    assert day(5) == checkpoint(span(0, last=10), eager)
    assert STEPS[:3] == to_say(STEPS, silent(6), (), eager)


def test_a_checkpoint_before_the_silence_is_over_reaches_one_rung() -> None:
    """However fast the ladder is climbed otherwise."""
    assert STEPS[:1] == to_say(STEPS, silent(1), (), evolve(RULES, rung_days=1))
    assert ["giver", "manager", "hr", "owner"] == [str(each) for each in Rung]
