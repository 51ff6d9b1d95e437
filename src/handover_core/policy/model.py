"""The one value in which all numbers of the rules stand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from handover_core.policy.keeping import Schedule
from handover_core.policy.presets import CN, GENERIC_LAW, Law
from handover_core.policy.presets.keeping import CN_KEEPING, GENERIC_KEEPING


class Criticality(StrEnum):
    """How much the company depends on a thing."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    ROUTINE = "routine"


class Verification(StrEnum):
    """How the receiver proves that an item has arrived."""

    ACKNOWLEDGE = "acknowledge"
    READ_BACK = "read_back"
    WALKTHROUGH = "walkthrough"
    DEMONSTRATION = "demonstration"


def _weights() -> Mapping[Criticality, int]:
    return {Criticality.CRITICAL: 5, Criticality.IMPORTANT: 3, Criticality.ROUTINE: 1}


def _verification() -> Mapping[Criticality, Verification]:
    return {
        Criticality.CRITICAL: Verification.DEMONSTRATION,
        Criticality.IMPORTANT: Verification.READ_BACK,
        Criticality.ROUTINE: Verification.ACKNOWLEDGE,
    }


def _due_shares() -> Mapping[Criticality, Decimal]:
    return {
        Criticality.CRITICAL: Decimal("0.5"),
        Criticality.IMPORTANT: Decimal("0.75"),
        Criticality.ROUTINE: Decimal(1),
    }


@frozen(kw_only=True)
class Silence:
    """When silence is a stall, and how fast a stall climbs the ladder; all of it in the giver's working days.

    The silence allowed is ``share`` of the days left, but no less than ``least`` and no more than ``most``. Nothing
    verified ``checkpoint`` calendar days before the last day, or when ``shorter`` of a shorter notice is over, is a
    stall in any case. Each further ``rung_days`` of silence reach the next rung.
    """

    share: Fraction = Fraction(1, 4)
    least: int = 1
    most: int = 5
    checkpoint: int = 14
    shorter: Fraction = Fraction(1, 3)
    rung_days: int = 2


@frozen(kw_only=True)
class Policy:
    """Numbers of the rules; a host evolves it to its own.

    ``weights``: weight of an item by criticality. ``due_shares``: by which share of the working days from the opening
    to the last day an item is due; ``capture_share`` for knowledge that stands nowhere yet. ``waiver_approvers``: how
    many approvers a waiver needs. ``interim_days``: how many calendar days an interim custodian or a capped authority
    lasts. ``read_back``: from which criticality the receiver's read-back is needed. ``review_months``: when an SOP is
    due for review after its publication. ``taken_over``: from which criticality on the receiver has to say that they
    have taken over before the overlap with the giver ends. ``unreachable_pace``: how many times the observed pace the
    required one may be before the last day counts as out of reach. ``question_days``: within how many working days a
    question is to be answered. ``compared``: with how many of the company's latest completed cases figures are
    compared. ``law``: the preset from which legal dates follow. ``keeping``: how long records about persons are kept.
    """

    name: str = "generic"
    version: str = "1"
    weights: Mapping[Criticality, int] = field(factory=_weights)
    verification: Mapping[Criticality, Verification] = field(factory=_verification)
    due_shares: Mapping[Criticality, Decimal] = field(factory=_due_shares)
    capture_share: Decimal = Decimal("0.25")
    waiver_approvers: Mapping[Criticality, int] = field(factory=lambda: {Criticality.CRITICAL: 2})
    read_back: frozenset[Criticality] = frozenset({Criticality.CRITICAL})
    interim_days: int = 90
    review_months: int = 12
    taken_over: frozenset[Criticality] = frozenset({Criticality.CRITICAL})
    silence: Silence = Silence()
    unreachable_pace: int = 3
    question_days: int = 2
    compared: int = 20
    law: Law = GENERIC_LAW
    keeping: Schedule = GENERIC_KEEPING


GENERIC = Policy()
"""Rules without the law of any country."""

CHINA = Policy(name="CN", law=CN, keeping=CN_KEEPING)
"""The same numbers under the law of the PRC."""
