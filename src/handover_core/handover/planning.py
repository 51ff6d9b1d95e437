"""From the derived list to the items of a case: what is new, what changed, what became obsolete or stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_CEILING

from attrs import evolve, frozen

from handover_core.handover.derivation import Planned
from handover_core.handover.model import WORK_RECORDS, Category, Handover, HandoverItem, ItemState, Why
from handover_core.ids import Ids
from handover_core.policy import Calendar, Policy, Verification
from handover_core.policy.calendar import nth_workday, workdays_between

OWNED = WORK_RECORDS | {Category.RUN}
"""Categories whose source belongs to a person and moves at verification."""

AFTER_ACCEPTANCE = frozenset({ItemState.ACCEPTED, ItemState.VERIFIED})


@frozen(kw_only=True)
class Plan:
    """The difference between the items of a case and the list as derived now; empty when nothing changed."""

    added: tuple[HandoverItem, ...] = ()
    changed: tuple[HandoverItem, ...] = ()
    obsolete: tuple[HandoverItem, ...] = ()
    stale: tuple[HandoverItem, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the list is as it was."""
        return not (self.added or self.changed or self.obsolete or self.stale)


@frozen(kw_only=True)
class PlanContext:
    """What planning needs beside the list: rules, dates, and who could receive what."""

    policy: Policy
    calendar: Calendar
    last_day: date
    receivers: Mapping[str, str]
    new_id: Ids
    now: datetime


def plan(case: Handover, items: Iterable[HandoverItem], derived: Sequence[Planned], context: PlanContext) -> Plan:
    """Return what has to change so that the items of ``case`` match the derived list."""
    present = {item.source.key: item for item in items}
    found = {each.source.key: each for each in derived}
    new = [each for each in derived if each.source.key not in present]
    added = tuple(_new_item(case, each, case.last_item + place, context) for place, each in enumerate(new, 1))
    changed: list[HandoverItem] = []
    stale: list[HandoverItem] = []
    for key, item in present.items():
        if key not in found:
            continue
        updated = _updated(item, found[key], case, context)
        if updated.state is ItemState.STALE and item.state is not ItemState.STALE:
            stale.append(updated)
        elif updated != item:
            changed.append(updated)
    gone = tuple(
        evolve(item, state=ItemState.OBSOLETE)
        for key, item in present.items()
        if key not in found and not item.is_closed
    )
    return Plan(added=added, changed=tuple(changed), obsolete=gone, stale=tuple(stale))


def _updated(item: HandoverItem, derived: Planned, case: Handover, context: PlanContext) -> HandoverItem:
    same = item.source.digest == derived.source.digest
    if item.state is ItemState.OBSOLETE:
        former = () if item.acceptance is None else (item.acceptance,)
        return evolve(
            _described(item, derived, case, context), state=ItemState.PLANNED, acceptance=None,
            superseded=(*item.superseded, *former),
        )  # fmt: skip
    if item.state is ItemState.WAIVED:
        return item
    if item.state in AFTER_ACCEPTANCE:
        # A verified record has moved; when it is derived again, somebody gave it back to the giver.
        back = item.state is ItemState.VERIFIED and item.category in OWNED
        if same and not back:
            # Any change of the last day re-plans what is still to be proved.
            due = due_on(derived, case.opened_on, context)
            return evolve(item, due_on=due) if item.state is ItemState.ACCEPTED else item
        return reopened(_described(item, derived, case, context), context.now)
    return _described(item, derived, case, context)


def reopened(item: HandoverItem, now: datetime) -> HandoverItem:
    """Return an item whose acceptance no longer holds: it has to be accepted and proved again; nothing is forgotten."""
    accepted = () if item.acceptance is None else (item.acceptance,)
    proofs = () if item.verified is None else (item.verified,)
    return evolve(
        item, state=ItemState.STALE, stale_since=now, acceptance=None, verified=None,
        superseded=(*item.superseded, *accepted), reopened=(*item.reopened, *proofs),
    )  # fmt: skip


def _described(item: HandoverItem, derived: Planned, case: Handover, context: PlanContext) -> HandoverItem:
    """Return the item with everything that the derivation decides; a mere new version of its source changes nothing."""
    same = item.source.digest == derived.source.digest
    return evolve(
        item,
        category=derived.category,
        title=derived.title,
        source=item.source if same else derived.source,
        why=_why(derived, context.policy),
        criticality=derived.criticality,
        weight=context.policy.weights[derived.criticality],
        position_id=derived.position_id,
        verification=_verification(derived, context.policy),
        due_on=due_on(derived, case.opened_on, context),
    )


def _new_item(case: Handover, derived: Planned, number: int, context: PlanContext) -> HandoverItem:
    receiver = context.receivers.get(derived.position_id or "", case.default_receiver_id)
    return HandoverItem(
        id=context.new_id(),
        code=f"{case.code}-{number:03d}",
        handover_id=case.id,
        category=derived.category,
        title=derived.title,
        source=derived.source,
        why=_why(derived, context.policy),
        criticality=derived.criticality,
        weight=context.policy.weights[derived.criticality],
        position_id=derived.position_id,
        receiver_id=receiver,
        due_on=due_on(derived, case.opened_on, context),
        verification=_verification(derived, context.policy),
    )


def supervised(areas: Iterable[str], policy: Policy) -> bool:
    """Tell whether the law wants the handover of work in one of these knowledge areas supervised."""
    return any(map(policy.law.supervises, areas))


def _verification(derived: Planned, policy: Policy) -> Verification:
    usual = policy.verification[derived.criticality]
    if not supervised(derived.areas, policy):
        return usual
    return max(usual, Verification.WALKTHROUGH, key=tuple(Verification).index)


def _why(derived: Planned, policy: Policy) -> tuple[Why, ...]:
    return (*derived.why, Why(code="supervised_by_law")) if supervised(derived.areas, policy) else derived.why


def due_on(derived: Planned, opened_on: date, context: PlanContext) -> date:
    """Return the working day by which the policy's share of the time from opening to last day has passed."""
    policy = context.policy
    share = policy.due_shares[derived.criticality]
    if derived.category is Category.CAPTURE:
        share = min(share, policy.capture_share)
    days = workdays_between(context.calendar, opened_on, context.last_day)
    count = int((share * days).to_integral_value(rounding=ROUND_CEILING))
    return nth_workday(context.calendar, opened_on, max(count, 1), context.last_day)
