"""What blocks what in the clearance, and what nothing blocks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.rules.cases import MONDAY, day, item
from handover_core.actor import SYSTEM, Actor, Role
from handover_core.errors import Refused
from handover_core.handover.clearance.rules import ACTIONS, Clearance, clearance, settled, with_clearance
from handover_core.handover.model import (
    Category,
    Departure,
    DepartureKind,
    DepartureState,
    ItemState,
    LegalFacts,
    Settled,
)
from handover_core.handover.standing import DepartureFacts
from handover_core.organization.model import Employee
from handover_core.policy import CN, GENERIC_LAW
from handover_core.policy.presets import Settlement
from handover_core.policy.presets.model import NEVER_BLOCKED

HR = Actor("hr", (Role.HR,))
PERSON = Employee(id="g", number="0017", name="Key")


def leaving(kind: DepartureKind = DepartureKind.REDUNDANCY, **more: object) -> Departure:
    return Departure(id="d", employee_id="g", kind=kind, notice_on=MONDAY, last_day=day(11), **more)


def made(what: Settlement, on: date = MONDAY) -> Settled:
    return Settled(what=what, on=on, by_id="hr")


def test_open_work_and_open_assets_are_told_apart() -> None:
    items = [item(1), item(2, category=Category.ASSET), item(3, category=Category.CREDENTIAL), item(4, verified=1)]
    found = clearance(leaving(), items, CN)
    work, assets, compensation = found.lines[:3]
    assert (("C-001",), ("C-002", "C-003")) == (work.blocker.codes, assets.blocker.codes)
    assert ("C-001", "C-002", "C-003") == compensation.blocker.codes
    assert "article 50" in work.blocker.basis.en
    assert "第46条" in compensation.blocker.basis.zh
    assert (False, False, False) == (work.done, assets.done, compensation.done)
    assert not found.cleared


def test_a_form_without_open_items_is_cleared_once_everything_is_settled() -> None:
    departure = leaving()
    whats = [line.what for line in clearance(departure, [item(1, verified=1)], CN).lines]
    assert [*Settlement] == whats
    for what in whats[2:]:
        assert not clearance(departure, [], CN).cleared
        departure = settled(departure, made(what), clearance(departure, [], CN))
    assert clearance(departure, [], CN).cleared
    assert not clearance(departure, [item(1)], CN).cleared


@pytest.mark.parametrize(
    ("kind", "facts", "due"),
    [
        (DepartureKind.RESIGNATION, LegalFacts(), False),
        (DepartureKind.RESIGNATION, LegalFacts(compensation=True), True),
        (DepartureKind.MUTUAL, LegalFacts(), True),
        (DepartureKind.MUTUAL, LegalFacts(compensation=False), False),
        (DepartureKind.DISMISSAL, LegalFacts(), True),
        (DepartureKind.DISMISSAL, LegalFacts(fault=True), False),
        (DepartureKind.IMMEDIATE_RESIGNATION, LegalFacts(), True),
        (DepartureKind.DEATH, LegalFacts(), False),
        (DepartureKind.RETIREMENT, LegalFacts(), False),
    ],
)
def test_compensation_is_due_by_kind_unless_the_facts_say_otherwise(
    kind: DepartureKind, facts: LegalFacts, due: bool
) -> None:
    found = clearance(leaving(kind, facts=facts), [], CN)
    assert due == (found.line(Settlement.COMPENSATION) is not None)
    assert set(NEVER_BLOCKED) <= {line.what for line in found.lines}


def test_a_move_clears_only_work_and_assets() -> None:
    found = clearance(leaving(DepartureKind.TRANSFER, position_ids=("p",)), [item(1)], CN)
    assert [Settlement.WORK, Settlement.ASSETS] == [line.what for line in found.lines]


def test_what_waits_is_refused_with_its_basis_and_what_does_not_is_not() -> None:
    found = clearance(leaving(), [item(number) for number in range(12)], CN)
    with pytest.raises(Refused) as refused:
        settled(leaving(), made(Settlement.COMPENSATION), found)
    assert "handover.clearance.must_wait" == refused.value.rule.code
    assert 10 == len(refused.value.params["codes"])
    assert "第50条" in str(refused.value.params["basis"])


@pytest.mark.parametrize("what", [Settlement.WORK, Settlement.ASSETS])
def test_work_and_assets_are_cleared_item_by_item(what: Settlement) -> None:
    with pytest.raises(Refused) as refused:
        settled(leaving(), made(what), clearance(leaving(), [], CN))
    assert "handover.clearance.nothing" == refused.value.rule.code


def test_what_does_not_apply_or_is_done_is_not_settled() -> None:
    resignation = leaving(DepartureKind.RESIGNATION)
    with pytest.raises(Refused) as refused:
        settled(resignation, made(Settlement.COMPENSATION), clearance(resignation, [], CN))
    assert "handover.clearance.nothing" == refused.value.rule.code
    paid = leaving(settled=(made(Settlement.WAGES, day(3)),))
    with pytest.raises(Refused) as again:
        settled(paid, made(Settlement.WAGES), clearance(paid, [], CN))
    assert ("handover.clearance.settled", day(3)) == (again.value.rule.code, again.value.params["on"])


def test_compensation_that_was_paid_early_blocks_nothing() -> None:
    paid = leaving(settled=(made(Settlement.COMPENSATION),))
    line = clearance(paid, [item(1)], CN).line(Settlement.COMPENSATION)
    assert (True, None) == (line.done, line.blocker)


open_items = st.lists(st.tuples(st.sampled_from(Category), st.sampled_from(ItemState)), max_size=6)


@given(
    kind=st.sampled_from(DepartureKind),
    state=st.sampled_from((DepartureState.ANNOUNCED, DepartureState.RECEIVED, DepartureState.EFFECTIVE)),
    items=open_items,
    facts=st.builds(LegalFacts, fault=st.booleans(), compensation=st.sampled_from((None, True, False))),
    law=st.sampled_from((CN, GENERIC_LAW)),
    done=st.sets(st.sampled_from(Settlement)),
)
def test_whatever_is_blocked_wages_certificate_and_transfers_are_not(kind, state, items, facts, law, done) -> None:
    """For every leaving, whatever is open and whoever is at fault: each of the three can be settled at once."""
    departure = leaving(kind, state=state, facts=facts, settled=tuple(made(what) for what in done))
    found = clearance(departure, [item(n, category=c, state=s) for n, (c, s) in enumerate(items)], law)
    if departure.is_move:
        return
    for what in NEVER_BLOCKED:
        line = found.line(what)
        assert line is not None
        assert line.blocker is None
        if what not in done:
            settled(departure, made(what), found)
            facts_ = with_clearance(DepartureFacts(departure=departure, person=PERSON), found)
            assert ACTIONS[0].guard(HR, facts_, MONDAY) is None


def guard(departure: Departure, actor: Actor, found: Clearance) -> str | None:
    facts = with_clearance(DepartureFacts(departure=departure, person=PERSON), found)
    refusal = ACTIONS[0].guard(actor, facts, MONDAY)
    return None if refusal is None else refusal.rule.code


def test_who_settles() -> None:
    """HR, but not for themselves; nothing after a withdrawal, and nothing where all is settled or waits."""
    departure = leaving()
    found = clearance(departure, [item(1)], CN)
    assert guard(departure, HR, found) is None
    assert guard(departure, SYSTEM, found) is None
    assert "actor.role" == guard(departure, Actor("m", (Role.MANAGER,)), found)
    assert "handover.departure.own_notice" == guard(departure, Actor("g", (Role.HR,)), found)
    withdrawn = leaving(state=DepartureState.WITHDRAWN)
    assert "handover.departure.state" == guard(withdrawn, HR, found)
    papers = leaving(settled=tuple(made(what) for what in NEVER_BLOCKED))
    assert "handover.clearance.must_wait" == guard(papers, HR, clearance(papers, [item(1)], CN))
    assert guard(papers, HR, clearance(papers, [], CN)) is None
    many = with_clearance(
        DepartureFacts(departure=papers, person=PERSON), clearance(papers, [item(n) for n in range(12)], CN)
    )
    waiting = ACTIONS[0].guard(HR, many, MONDAY)
    assert waiting is not None
    assert 10 == len(waiting.params["codes"])
    everything = leaving(settled=tuple(made(what) for what in (*NEVER_BLOCKED, Settlement.COMPENSATION)))
    assert "handover.clearance.nothing" == guard(everything, HR, clearance(everything, [item(1)], CN))
    facts = with_clearance(DepartureFacts(departure=departure, person=PERSON), found)
    assert (NEVER_BLOCKED, ("C-001",)) == (facts.settleable, facts.waiting_for)
