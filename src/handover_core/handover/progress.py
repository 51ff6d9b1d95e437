"""Completeness: how much of a case has arrived, weighted, with what was waived always in sight."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from handover_core.handover.model import Category, HandoverItem, ItemState


@frozen(kw_only=True)
class Completeness:
    """Weights of a set of items: ``verified`` of ``counted`` (neither waived nor obsolete), and what was waived."""

    verified: int
    counted: int
    waived: int
    items: int
    never_explained: int

    @property
    def share(self) -> Fraction | None:
        """Σ weight(verified) ÷ Σ weight(not waived, not obsolete); None for 0/0."""
        return Fraction(self.verified, self.counted) if self.counted else None


def completeness(items: Iterable[HandoverItem]) -> Completeness:
    """Return the completeness of some items."""
    every = [each for each in items if each.state is not ItemState.OBSOLETE]
    counted = [each for each in every if each.state is not ItemState.WAIVED]
    return Completeness(
        verified=_weight(each for each in counted if each.state is ItemState.VERIFIED),
        counted=_weight(counted),
        waived=_weight(each for each in every if each.state is ItemState.WAIVED),
        items=len(every),
        never_explained=sum(not each.explained for each in every),
    )


def by_category(items: Iterable[HandoverItem]) -> dict[Category, Completeness]:
    """Return the completeness of each category that has items, in the order of the categories."""
    every = list(items)
    return {
        category: completeness(each for each in every if each.category is category)
        for category in Category
        if any(each.category is category for each in every)
    }


def _weight(items: Iterable[HandoverItem]) -> int:
    return sum(each.weight for each in items)
