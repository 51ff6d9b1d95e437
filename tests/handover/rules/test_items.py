"""Cases and items: what each rule refuses, one reason at a time, and what follows from what it allows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from handover.rules.cases import MONDAY, acceptance, at, briefing, day, invalid, item, proof_on
from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Refused
from handover_core.handover import rules
from handover_core.handover.model import (
    Acceptance,
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverState,
    ItemState,
    SeparationException,
    TakeOver,
    Verified,
    Waiver,
)
from handover_core.handover.standing import CaseFacts, ItemFacts
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import GENERIC, Criticality, Verification
from handover_core.values import DateRange

LAST = day(11)
LEAVING = Departure(id="d", employee_id="g", kind=DepartureKind.RESIGNATION, notice_on=MONDAY, last_day=LAST)
CASE = Handover(id="h", code="0017", departure_id="d", giver_id="g", supervisor_id="s", opened_on=MONDAY)
FACTS = CaseFacts(case=CASE, departure=LEAVING)
CLOSED = evolve(FACTS, case=evolve(CASE, state=HandoverState.COMPLETED))
EXCEPTED = evolve(
    FACTS,
    case=evolve(
        CASE,
        exceptions=tuple(
            SeparationException(person_id=who, reason="few of us", approver_id="a", on=MONDAY) for who in ("r", "s")
        ),
    ),
)
R = Employee(id="r", number="0024", name="R")
LEFT = evolve(R, status=EmployeeStatus.LEFT)


def actor(name: str, *roles: Role) -> Actor:
    return Actor(name, (Role.EMPLOYEE, *roles))


G, S, X = actor("g", Role.HR, Role.OWNER, Role.APPROVER), actor("s"), actor("x")
RECEIVER, HR, OWNER = actor("r"), actor("hr", Role.HR), actor("o", Role.OWNER)


def about(chosen: Any, facts: CaseFacts = FACTS, **more: Any) -> ItemFacts:
    given = {"receiver": R, **more}
    return ItemFacts(item=chosen, facts=facts, **given)


def said(name: str, who: Actor, target: Any, today: date = MONDAY) -> str:
    actions = (*rules.CASE_ACTIONS, *rules.ITEM_ACTIONS) if not isinstance(target, ItemFacts) else rules.ITEM_ACTIONS
    refusal = next(each for each in actions if each.name == name).guard(who, target, today)
    return "ok" if refusal is None else refusal.rule.code.removeprefix("handover.").removeprefix("item.")


def mine(state: str, **more: Any) -> Any:
    given = {"receiver_id": "r", "acceptance": acceptance() if state == "accepted" else None, **more}
    return item(1, state=state, **given)


# Cases


@pytest.mark.parametrize("name", ["derive", "serve_demand", "record_refusal", "appoint_custodian"])
def test_the_supervisor_or_hr_leads_an_open_case(name: str) -> None:
    assert ["ok", "ok", "ok"] == [said(name, who, FACTS) for who in (S, HR, OWNER)]
    assert "not_supervisor" == said(name, X, FACTS)
    assert "giver_may_not" == said(name, G, FACTS)
    assert "case.closed" == said(name, S, CLOSED)


def test_a_refusal_is_recorded_once() -> None:
    known = evolve(FACTS, case=evolve(CASE, giver_refuses_since=MONDAY))
    assert "refusal_known" == said("record_refusal", S, known)


def test_an_exception_needs_an_approver_and_no_law_against_it() -> None:
    approver = actor("a", Role.APPROVER)
    assert ["ok", "ok"] == [said("grant_exception", who, FACTS) for who in (approver, OWNER)]
    assert "actor.role" == said("grant_exception", HR, FACTS)
    assert "giver_may_not" == said("grant_exception", G, FACTS)
    assert "case.closed" == said("grant_exception", OWNER, CLOSED)
    assert "case.supervised_by_law" == said("grant_exception", OWNER, evolve(FACTS, supervised=True))


def test_hr_replaces_the_supervisor() -> None:
    assert ["ok", "ok"] == [said("replace_supervisor", who, FACTS) for who in (HR, OWNER)]
    assert "actor.role" == said("replace_supervisor", S, FACTS)
    assert "giver_may_not" == said("replace_supervisor", G, FACTS)
    assert "case.closed" == said("replace_supervisor", HR, CLOSED)


def test_a_case_is_completed_on_the_last_day_with_nothing_open() -> None:
    assert "too_early" == said("complete", S, FACTS, day(10))
    assert "ok" == said("complete", S, FACTS, LAST)
    assert "items_open" == said("complete", S, evolve(FACTS, open_items=("C-001",)), LAST)
    assert "not_supervisor" == said("complete", X, FACTS, LAST)
    assert "case.closed" == said("complete", S, CLOSED, LAST)
    many = evolve(FACTS, open_items=tuple(f"C-{n:03d}" for n in range(12)))
    refusal = next(each for each in rules.CASE_ACTIONS if each.name == "complete").guard(S, many, LAST)
    assert refusal is not None
    assert (12, 10) == (refusal.params["count"], len(refusal.params["codes"]))


# Briefing


@pytest.mark.parametrize("state", ItemState)
def test_what_is_open_and_not_accepted_is_explained(state: ItemState) -> None:
    expected = "ok" if state in {"planned", "briefed", "returned", "stale"} else "state"
    assert expected == said("brief", G, about(mine(state)))


def test_only_giver_and_supervisor_explain() -> None:
    refused = evolve(FACTS, case=evolve(CASE, giver_refuses_since=MONDAY))
    assert ["ok", "ok"] == [said("brief", who, about(mine("planned"), refused)) for who in (G, S)]
    assert "giver_is_there" == said("brief", S, about(mine("planned")))
    assert "not_briefer" == said("brief", HR, about(mine("planned"), refused))
    assert "case.closed" == said("brief", G, about(mine("planned"), CLOSED))


@pytest.mark.parametrize(
    ("kind", "state", "leave", "refuses", "today", "gone"),
    [
        ("resignation", "announced", (), False, 11, False),
        ("resignation", "announced", (), False, 12, True),
        ("resignation", "effective", (), False, 0, True),
        ("resignation", "announced", (), True, 0, True),
        ("resignation", "announced", (DateRange(day(2), day(4)),), False, 2, True),
        ("resignation", "announced", (DateRange(day(2), day(4)),), False, 4, False),
        ("death", "announced", (), False, 11, True),
        ("immediate_resignation", "announced", (), False, 11, True),
        ("immediate_resignation", "announced", (), False, 10, False),
        ("dismissal", "announced", (), False, 11, False),
    ],
)
def test_whether_the_giver_is_there(
    kind: str, state: str, leave: tuple[DateRange, ...], refuses: bool, today: int, gone: bool
) -> None:
    departure = evolve(LEAVING, kind=DepartureKind(kind), state=DepartureState(state))
    case = evolve(CASE, giver_refuses_since=MONDAY if refuses else None)
    assert gone == CaseFacts(case=case, departure=departure, leave=leave).gone(day(today))


# Receiving


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("accept", {"briefed", "stale"}),
        ("take_over", {"accepted"}),
        ("return_item", {"briefed", "accepted", "stale"}),
        ("decline", {"planned", "briefed", "returned", "stale"}),
        ("hand_on", {"planned", "briefed", "accepted", "returned", "stale"}),
        ("ask", set(ItemState)),
    ],
)
def test_the_receiver_and_nobody_else(name: str, states: set[str]) -> None:
    for state in ItemState:
        expected = "ok" if state in states else "closed" if name == "hand_on" else "state"
        assert expected == said(name, RECEIVER, about(mine(state)))
    state = min(states)
    assert "not_receiver" == said(name, HR, about(mine(state)))
    assert "no_receiver" == said(name, RECEIVER, about(mine(state, receiver_id=None)))
    assert "giver_may_not" == said(name, G, about(mine(state, receiver_id="g")))
    assert "person_gone" == said(name, RECEIVER, about(mine(state), receiver=LEFT))
    assert "ok" == said(name, RECEIVER, about(mine(state), receiver=None))
    assert ("ok" if name == "ask" else "case.closed") == said(name, RECEIVER, about(mine(state), CLOSED))


def test_an_item_is_taken_over_once() -> None:
    taken = mine("accepted", acceptance=evolve(acceptance(), take_over=TakeOver(by_id="r", at=at(0), statement="mine")))
    assert "taken_over" == said("take_over", RECEIVER, about(taken))


# Proving


def test_who_proves_and_when() -> None:
    accepted = mine("accepted")
    assert "ok" == said("verify", S, about(accepted))
    assert "not_verifier" == said("verify", HR, about(accepted))
    assert "giver_may_not" == said("verify", G, about(accepted))
    assert "case.closed" == said("verify", S, about(accepted, CLOSED))
    assert "person_gone" == said("verify", S, about(accepted, receiver=LEFT))
    assert "source_changed" == said("verify", S, about(accepted, changed=True))
    named = evolve(accepted, verifier_id="v")
    assert ["ok", "not_verifier"] == [said("verify", who, about(named)) for who in (actor("v"), S)]
    for state in ItemState:
        assert (said("verify", S, about(mine(state))) == "ok") == (state == "accepted")


def test_nobody_proves_their_own_but_by_exception() -> None:
    own = mine("accepted", verifier_id="r")
    assert "own_proof" == said("verify", RECEIVER, about(own))
    assert "ok" == said("verify", RECEIVER, about(own, EXCEPTED))


def test_what_overlaps_is_proved_after_the_take_over() -> None:
    assert "not_taken_over" == said("verify", S, about(mine("accepted"), overlaps=True))
    taken = mine("accepted", acceptance=evolve(acceptance(), take_over=TakeOver(by_id="r", at=at(0), statement="mine")))
    assert "ok" == said("verify", S, about(taken, overlaps=True))


def test_who_waives_and_only_once_each() -> None:
    approver = actor("a", Role.APPROVER)
    planned = mine("planned")
    assert ["ok", "ok"] == [said("waive", who, about(planned)) for who in (approver, OWNER)]
    assert "actor.role" == said("waive", HR, about(planned))
    assert "giver_may_not" == said("waive", G, about(planned))
    assert "case.closed" == said("waive", OWNER, about(planned, CLOSED))
    assert "closed" == said("waive", OWNER, about(mine("verified")))
    once = evolve(planned, waivers=(Waiver(approver_id="o", at=at(0), reason="x"),))
    assert ["waived_already", "ok"] == [said("waive", who, about(once)) for who in (OWNER, approver)]


@pytest.mark.parametrize("name", ["assign_receiver", "name_verifier"])
def test_who_leads_names_receivers_and_verifiers(name: str) -> None:
    assert ["ok", "ok"] == [said(name, who, about(mine("planned"))) for who in (S, HR)]
    assert "not_supervisor" == said(name, X, about(mine("planned")))
    assert "giver_may_not" == said(name, G, about(mine("planned")))
    assert "case.closed" == said(name, S, about(mine("planned"), CLOSED))
    for state in ("verified", "waived", "obsolete"):
        assert "closed" == said(name, S, about(mine(state)))


def check(function: Any, *arguments: Any) -> str:
    try:
        function(*arguments)
    except Refused as refused:
        return refused.rule.code.removeprefix("handover.")
    return "ok"


def test_who_may_be_named() -> None:
    person = {who: Employee(id=who, number=who, name=who) for who in ("g", "s", "r", "x")}
    assert "giver_receives" == check(rules.check_receiver, FACTS, person["g"])
    assert "supervisor_receives" == check(rules.check_receiver, FACTS, person["s"])
    assert "ok" == check(rules.check_receiver, EXCEPTED, person["s"])
    assert "person_gone" == check(rules.check_receiver, FACTS, evolve(person["x"], status=EmployeeStatus.LEFT))
    assert "ok" == check(rules.check_receiver, FACTS, person["x"])
    accepted = about(mine("accepted"))
    assert "giver_may_not" == check(rules.check_verifier, accepted, person["g"])
    assert "item.own_proof" == check(rules.check_verifier, accepted, person["r"])
    assert "ok" == check(rules.check_verifier, about(mine("accepted"), EXCEPTED), person["r"])
    assert "person_gone" == check(rules.check_verifier, accepted, evolve(person["x"], status=EmployeeStatus.LEFT))
    assert "ok" == check(rules.check_verifier, accepted, person["x"])


# What follows


def test_a_briefing_is_added_and_says_something() -> None:
    first, second = briefing("one"), briefing("two")
    once = rules.briefed(mine("planned"), first)
    assert (ItemState.BRIEFED, (first,)) == (once.state, once.briefings)
    assert (first, second) == rules.briefed(once, second).briefings
    assert second == rules.briefed(once, second).briefing
    with pytest.raises(InvalidInput, match="summary"):
        rules.briefed(mine("planned"), briefing(" \n"))


def test_a_critical_item_is_read_back_in_own_words() -> None:
    critical = mine("briefed", criticality=Criticality.CRITICAL, briefings=(briefing("Acme 3 %"),))
    with pytest.raises(InvalidInput, match="read_back"):
        rules.accepted(critical, Acceptance(by_id="r", at=at(1)), GENERIC)
    with pytest.raises(Refused, match="word for word"):
        rules.accepted(critical, Acceptance(by_id="r", at=at(1), read_back=" acme\n3% "), GENERIC)
    own = Acceptance(by_id="r", at=at(1), read_back="three per cent for Acme")
    assert (ItemState.ACCEPTED, own) == (
        rules.accepted(critical, own, GENERIC).state, rules.accepted(critical, own, GENERIC).acceptance,
    )  # fmt: skip
    untold = evolve(critical, briefings=())
    assert own == rules.accepted(untold, own, GENERIC).acceptance
    plain = Acceptance(by_id="r", at=at(1))
    assert plain == rules.accepted(mine("briefed"), plain, GENERIC).acceptance


def test_a_take_over_is_a_statement() -> None:
    stated = TakeOver(by_id="r", at=at(1), statement="mine now")
    taken = rules.taken_over(mine("accepted"), stated)
    assert (True, stated) == (taken.taken_over, taken.acceptance.take_over)
    assert not mine("accepted").taken_over
    with pytest.raises(InvalidInput, match="statement"):
        rules.taken_over(mine("accepted"), evolve(stated, statement=""))
    assert rules.taken_over(mine("briefed"), stated).acceptance is None


def test_a_declined_item_waits_for_another() -> None:
    declined = rules.declined(mine("briefed"), "r", at(1), "no time")
    assert (None, ItemState.BRIEFED) == (declined.receiver_id, declined.state)
    (former,) = declined.receivers
    assert ("r", "r", at(1), "no time") == (
        former.receiver_id, former.changed_by_id, former.changed_at, former.reason,
    )  # fmt: skip
    assert 2 == len(rules.declined(evolve(declined, receiver_id="x"), "x", at(2), "nor I").receivers)
    with pytest.raises(InvalidInput, match="reason"):
        rules.declined(mine("briefed"), "r", at(1), "")


def test_a_returned_item_keeps_what_was_accepted_on_record() -> None:
    back = rules.returned(mine("accepted"), "r", at(1), "unclear")
    assert (ItemState.RETURNED, None, (acceptance(),)) == (back.state, back.acceptance, back.superseded)
    assert ["unclear"] == [each.reason for each in back.returns]
    assert () == rules.returned(mine("briefed"), "r", at(1), "unclear").superseded
    assert 2 == len(rules.returned(back, "r", at(2), "still").returns)
    with pytest.raises(InvalidInput, match="reason"):
        rules.returned(mine("briefed"), "r", at(1), " ")


@pytest.mark.parametrize("needed", Verification)
@pytest.mark.parametrize("given", Verification)
def test_a_weaker_proof_is_refused(needed: Verification, given: Verification) -> None:
    order = list(Verification)
    proof = Verified(by_id="s", at=at(1), method=given, evidence="seen")
    chosen = mine("accepted", verification=needed)
    if order.index(given) < order.index(needed):
        with pytest.raises(Refused, match="needs more"):
            rules.verified(chosen, proof)
    else:
        done = rules.verified(chosen, proof)
        assert (ItemState.VERIFIED, proof) == (done.state, done.verified)
        bare = evolve(proof, evidence="")
        if needed is Verification.ACKNOWLEDGE:
            assert bare == rules.verified(chosen, bare).verified
        else:
            with pytest.raises(InvalidInput, match="evidence"):
                rules.verified(chosen, bare)


def test_a_critical_item_is_waived_by_two_and_another_by_one() -> None:
    def waiver(who: str) -> Waiver:
        return Waiver(approver_id=who, at=at(1), reason="not needed")

    once = rules.waived(mine("planned", criticality=Criticality.CRITICAL), waiver("a"), GENERIC)
    assert (ItemState.PLANNED, 1) == (once.state, len(once.waivers))
    twice = rules.waived(once, waiver("b"), GENERIC)
    assert (ItemState.WAIVED, 2) == (twice.state, len(twice.waivers))
    assert ItemState.WAIVED == rules.waived(mine("planned"), waiver("a"), GENERIC).state
    with pytest.raises(InvalidInput, match="reason"):
        rules.waived(mine("planned"), evolve(waiver("a"), reason=""), GENERIC)


def test_another_receiver_begins_anew_and_nothing_is_forgotten() -> None:
    told = mine("accepted", briefings=(briefing(),))
    moved = rules.reassigned(told, "x", "s", at(1), "load")
    assert ("x", ItemState.BRIEFED, None, (acceptance(),)) == (
        moved.receiver_id, moved.state, moved.acceptance, moved.superseded,
    )  # fmt: skip
    (former,) = moved.receivers
    assert ("r", "s", at(1), "load") == (former.receiver_id, former.changed_by_id, former.changed_at, former.reason)
    assert told is rules.reassigned(told, "r", "s", at(1), "")
    assert ItemState.BRIEFED == rules.reassigned(mine("stale", briefings=(briefing(),)), "x", "s", at(1), "").state
    assert ItemState.PLANNED == rules.reassigned(mine("accepted"), "x", "s", at(1), "").state
    planned = rules.reassigned(mine("planned", briefings=(briefing(),)), "x", "s", at(1), "")
    assert (ItemState.PLANNED, ()) == (planned.state, planned.superseded)
    assert 2 == len(rules.reassigned(moved, "y", "s", at(2), "").receivers)


def test_open_codes_are_sorted_and_closed_ones_left_out() -> None:
    items = [item(2), item(1), item(3, verified=1), item(4, state="waived")]
    assert ("C-001", "C-002") == rules.open_codes(items)
    assert proof_on(1) == items[2].verified


def test_what_is_missing_is_named_in_both_languages() -> None:
    def missing(path: str) -> tuple[str, str, str, str]:
        return path, "text.missing", "is missing", "不能为空"

    critical = mine("briefed", criticality=Criticality.CRITICAL)
    proof = Verified(by_id="s", at=at(1), method=Verification.READ_BACK)
    waiver = Waiver(approver_id="a", at=at(1), reason="")
    stated = TakeOver(by_id="r", at=at(1), statement="")
    assert missing("summary") == invalid(lambda: rules.briefed(critical, briefing("")))
    assert missing("read_back") == invalid(lambda: rules.accepted(critical, Acceptance(by_id="r", at=at(1)), GENERIC))
    assert missing("statement") == invalid(lambda: rules.taken_over(critical, stated))
    assert missing("reason") == invalid(lambda: rules.declined(critical, "r", at(1), ""))
    assert missing("reason") == invalid(lambda: rules.returned(critical, "r", at(1), ""))
    assert missing("evidence") == invalid(
        lambda: rules.verified(mine("accepted", verification=Verification.READ_BACK), proof)
    )
    assert missing("reason") == invalid(lambda: rules.waived(critical, waiver, GENERIC))


def test_what_was_accepted_before_is_never_forgotten() -> None:
    earlier = evolve(acceptance(), read_back="the first time")
    again = mine("accepted", superseded=(earlier,), briefings=(briefing(),))
    assert (earlier, acceptance()) == rules.returned(again, "r", at(1), "unclear").superseded
    assert (earlier, acceptance()) == rules.reassigned(again, "x", "s", at(1), "load").superseded
