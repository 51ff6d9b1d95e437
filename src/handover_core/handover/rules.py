"""Pure decisions about cases and items: who may do what, and what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from attrs import evolve

from handover_core.actor import Actor
from handover_core.errors import InvalidInput, Refused
from handover_core.guards import Action, first_refusal, lacks_role, only
from handover_core.handover import refusals as why
from handover_core.handover.model import (
    Acceptance,
    Briefing,
    HandoverItem,
    HandoverState,
    ItemState,
    ReceiverChange,
    Return,
    TakeOver,
    Verified,
    Waiver,
)
from handover_core.handover.roles import APPROVERS, KEEPERS
from handover_core.handover.standing import CaseFacts, ItemFacts
from handover_core.handover.texts import STATE_LABELS, VERIFICATION_LABELS
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.policy import Policy, Verification

_PROOFS = tuple(Verification)


# Cases


def _open(facts: CaseFacts) -> Refused | None:
    return None if facts.case.state is HandoverState.OPEN else Refused(why.CASE_CLOSED, code=facts.case.code)


def _not_giver(actor: Actor, facts: CaseFacts) -> Refused | None:
    return Refused(why.GIVER_MAY_NOT) if actor.id == facts.case.giver_id else None


def _leads(actor: Actor, facts: CaseFacts) -> Refused | None:
    if actor.id == facts.case.giver_id:
        return Refused(why.GIVER_MAY_NOT)
    if actor.id == facts.case.supervisor_id or actor.has(*KEEPERS):
        return None
    return Refused(why.NOT_SUPERVISOR)


def _can_lead(actor: Actor, facts: CaseFacts, _today: date) -> Refused | None:
    return first_refusal(_leads(actor, facts), _open(facts))


def _can_record_refusal(actor: Actor, facts: CaseFacts, _today: date) -> Refused | None:
    known = facts.case.giver_refuses_since
    return first_refusal(
        _leads(actor, facts), _open(facts), Refused(why.REFUSAL_KNOWN, since=known) if known is not None else None
    )


def _can_except(actor: Actor, facts: CaseFacts, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *APPROVERS),
        _not_giver(actor, facts),
        _open(facts),
        Refused(why.SUPERVISED_BY_LAW) if facts.supervised else None,
    )


def _can_complete(actor: Actor, facts: CaseFacts, today: date) -> Refused | None:
    return first_refusal(
        _leads(actor, facts),
        _open(facts),
        Refused(why.TOO_EARLY, last_day=facts.departure.last_day) if today < facts.departure.last_day else None,
        Refused(why.ITEMS_OPEN, count=len(facts.open_items), codes=facts.open_items[:10]) if facts.open_items else None,
    )


# Items


def _item_state(facts: ItemFacts, *states: ItemState) -> Refused | None:
    if facts.item.state in states:
        return None
    needed = tuple(STATE_LABELS[state] for state in states)
    return Refused(why.ITEM_STATE, code=facts.item.code, state=STATE_LABELS[facts.item.state], needed=needed)


def _can_brief(actor: Actor, facts: ItemFacts, today: date) -> Refused | None:
    case = facts.facts.case
    return first_refusal(
        _open(facts.facts),
        _item_state(facts, ItemState.PLANNED, ItemState.BRIEFED, ItemState.RETURNED, ItemState.STALE),
        None if actor.id in {case.giver_id, case.supervisor_id} else Refused(why.NOT_BRIEFER),
        Refused(why.GIVER_IS_THERE) if actor.id == case.supervisor_id and not facts.facts.gone(today) else None,
    )


def _receives(actor: Actor, facts: ItemFacts) -> Refused | None:
    if facts.item.receiver_id is None:
        return Refused(why.NO_RECEIVER, code=facts.item.code)
    if actor.id == facts.facts.case.giver_id:
        return Refused(why.GIVER_MAY_NOT)
    if actor.id != facts.item.receiver_id:
        return Refused(why.NOT_RECEIVER, code=facts.item.code)
    return _receiver_gone(facts)


def _receiver_gone(facts: ItemFacts) -> Refused | None:
    person = facts.receiver
    return Refused(why.GONE, name=person.name) if person is not None and person.status is EmployeeStatus.LEFT else None


def _can_accept(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(
        _open(facts.facts), _receives(actor, facts), _item_state(facts, ItemState.BRIEFED, ItemState.STALE)
    )


def _can_take_over(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(
        _open(facts.facts),
        _receives(actor, facts),
        _item_state(facts, ItemState.ACCEPTED),
        Refused(why.TAKEN_OVER, code=facts.item.code) if facts.item.taken_over else None,
    )


def _can_hand_on(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(_open(facts.facts), _receives(actor, facts), _not_closed(facts))


def _can_decline(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(
        _open(facts.facts),
        _receives(actor, facts),
        _item_state(facts, ItemState.PLANNED, ItemState.BRIEFED, ItemState.RETURNED, ItemState.STALE),
    )


def _can_return(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(
        _open(facts.facts),
        _receives(actor, facts),
        _item_state(facts, ItemState.BRIEFED, ItemState.ACCEPTED, ItemState.STALE),
    )


def _can_verify(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(
        _open(facts.facts),
        _not_giver(actor, facts.facts),
        _item_state(facts, ItemState.ACCEPTED),
        None if actor.id == facts.verifier_id else Refused(why.NOT_VERIFIER, code=facts.item.code),
        Refused(why.OWN_PROOF) if actor.id == facts.item.receiver_id and not facts.facts.excepted(actor.id) else None,
        _receiver_gone(facts),
        Refused(why.NOT_TAKEN_OVER, code=facts.item.code) if facts.overlaps and not facts.item.taken_over else None,
        Refused(why.SOURCE_CHANGED, code=facts.item.code) if facts.changed else None,
    )


def _can_waive(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(
        _open(facts.facts),
        lacks_role(actor, *APPROVERS),
        _not_giver(actor, facts.facts),
        _not_closed(facts),
        Refused(why.WAIVED_ALREADY) if any(each.approver_id == actor.id for each in facts.item.waivers) else None,
    )


def _not_closed(facts: ItemFacts) -> Refused | None:
    if not facts.item.is_closed:
        return None
    return Refused(why.ITEM_CLOSED, code=facts.item.code, state=STATE_LABELS[facts.item.state])


def _can_reassign(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return first_refusal(_leads(actor, facts.facts), _open(facts.facts), _not_closed(facts))


def _can_ask(actor: Actor, facts: ItemFacts, _today: date) -> Refused | None:
    return _receives(actor, facts)


# What follows


def check_present(person: Employee) -> None:
    """Raise `Refused` for somebody who has left."""
    if person.status is EmployeeStatus.LEFT:
        raise Refused(why.GONE, name=person.name)


def check_receiver(facts: CaseFacts, person: Employee) -> None:
    """Raise `Refused` where the person may not receive: the giver, the supervisor without an exception, one who left."""
    if person.id == facts.case.giver_id:
        raise Refused(why.GIVER_RECEIVES)
    if person.id == facts.case.supervisor_id and not facts.excepted(person.id):
        raise Refused(why.SUPERVISOR_RECEIVES, name=person.name)
    check_present(person)


def check_verifier(facts: ItemFacts, person: Employee) -> None:
    """Raise `Refused` where the person may not verify: the giver, the receiver without an exception, one who left."""
    if person.id == facts.facts.case.giver_id:
        raise Refused(why.GIVER_MAY_NOT)
    if person.id == facts.item.receiver_id and not facts.facts.excepted(person.id):
        raise Refused(why.OWN_PROOF)
    check_present(person)


def briefed(item: HandoverItem, briefing: Briefing) -> HandoverItem:
    """Return the item as explained; the summary may not be empty."""
    _needed("summary", briefing.summary)
    return evolve(item, state=ItemState.BRIEFED, briefings=(*item.briefings, briefing))


def accepted(item: HandoverItem, acceptance: Acceptance, policy: Policy) -> HandoverItem:
    """Return the item as accepted; where the policy asks for it, with a read-back in the receiver's own words."""
    if item.criticality in policy.read_back:
        _needed("read_back", acceptance.read_back)
        if item.briefing is not None and _words(acceptance.read_back) == _words(item.briefing.summary):
            raise Refused(why.READ_BACK_COPIED, code=item.code)
    return evolve(item, state=ItemState.ACCEPTED, acceptance=acceptance)


def taken_over(item: HandoverItem, take_over: TakeOver) -> HandoverItem:
    """Return an accepted item with the receiver's statement that it is theirs now: the overlap is over."""
    _needed("statement", take_over.statement)
    return evolve(item, acceptance=None if item.acceptance is None else evolve(item.acceptance, take_over=take_over))


def declined(item: HandoverItem, by_id: str, at: datetime, reason: str) -> HandoverItem:
    """Return the item without a receiver: the one named does not take it, and says why."""
    _needed("reason", reason)
    former = ReceiverChange(receiver_id=item.receiver_id, changed_at=at, changed_by_id=by_id, reason=reason)
    return evolve(item, receiver_id=None, receivers=(*item.receivers, former))


def returned(item: HandoverItem, by_id: str, at: datetime, reason: str) -> HandoverItem:
    """Return the item as given back to be explained anew."""
    _needed("reason", reason)
    former = () if item.acceptance is None else (item.acceptance,)
    back = Return(by_id=by_id, at=at, reason=reason)
    return evolve(
        item, state=ItemState.RETURNED, returns=(*item.returns, back), acceptance=None,
        superseded=(*item.superseded, *former),
    )  # fmt: skip


def verified(item: HandoverItem, proof: Verified) -> HandoverItem:
    """Return the item as verified; anything above a mere acknowledgement needs evidence in words."""
    if _PROOFS.index(proof.method) < _PROOFS.index(item.verification):
        raise Refused(why.PROOF_TOO_WEAK, code=item.code, needed=VERIFICATION_LABELS[item.verification])
    if item.verification is not Verification.ACKNOWLEDGE:
        _needed("evidence", proof.evidence)
    return evolve(item, state=ItemState.VERIFIED, verified=proof)


def waived(item: HandoverItem, waiver: Waiver, policy: Policy) -> HandoverItem:
    """Return the item with one more waiver; it is waived once enough approvers have said so."""
    _needed("reason", waiver.reason)
    waivers = (*item.waivers, waiver)
    enough = len(waivers) >= policy.waiver_approvers.get(item.criticality, 1)
    return evolve(item, waivers=waivers, state=ItemState.WAIVED if enough else item.state)


def reassigned(item: HandoverItem, receiver_id: str, by_id: str, at: datetime, reason: str) -> HandoverItem:
    """Return the item with another receiver, who has to be briefed and to accept anew."""
    if receiver_id == item.receiver_id:
        return item
    former = ReceiverChange(receiver_id=item.receiver_id, changed_at=at, changed_by_id=by_id, reason=reason)
    begun = item.state in {ItemState.ACCEPTED, ItemState.STALE}
    again = ItemState.BRIEFED if item.briefings else ItemState.PLANNED
    kept = () if item.acceptance is None else (item.acceptance,)
    return evolve(
        item, receiver_id=receiver_id, receivers=(*item.receivers, former), acceptance=None,
        superseded=(*item.superseded, *kept), state=again if begun else item.state,
    )  # fmt: skip


def open_codes(items: Iterable[HandoverItem]) -> tuple[str, ...]:
    """Return the codes of the items about which something has still to be done."""
    return tuple(sorted(item.code for item in items if not item.is_closed))


def _needed(path: str, words: str) -> None:
    if not words.strip():
        raise InvalidInput.at(path, "text.missing", "is missing", "不能为空")


def _words(text: str) -> str:
    return "".join(text.split()).casefold()


def _can_replace(actor: Actor, facts: CaseFacts, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        _not_giver(actor, facts),
        _open(facts),
    )


COMPANY_ACTIONS = (Action[object]("review", only(*KEEPERS)),)
CASE_ACTIONS = (
    Action("derive", _can_lead),
    Action("serve_demand", _can_lead),
    Action("record_refusal", _can_record_refusal),
    Action("appoint_custodian", _can_lead),
    Action("grant_exception", _can_except),
    Action("replace_supervisor", _can_replace),
    Action("complete", _can_complete),
)
ITEM_ACTIONS = (
    Action("assign_receiver", _can_reassign),
    Action("name_verifier", _can_reassign),
    Action("brief", _can_brief),
    Action("accept", _can_accept),
    Action("take_over", _can_take_over),
    Action("return_item", _can_return),
    Action("decline", _can_decline),
    Action("hand_on", _can_hand_on),
    Action("verify", _can_verify),
    Action("waive", _can_waive),
    Action("ask", _can_ask),
)
