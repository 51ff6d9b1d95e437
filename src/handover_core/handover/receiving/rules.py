"""Pure decisions about receivers: who suits an item best, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from handover_core.handover.model import Why


@frozen(kw_only=True)
class Candidate:
    """What is known of somebody who could receive an item.

    ``area`` and ``counterparty`` count their records about the same knowledge area or other party, ``load`` what they
    have open: records of their own and items they receive. ``absent`` marks one who is away when it begins.
    """

    person_id: str
    number: str
    name: str
    qualified: bool = False
    backup: bool = False
    area: int = 0
    counterparty: int = 0
    load: int = 0
    absent: bool = False


@frozen(kw_only=True)
class Suggestion:
    """A candidate in their place, with the reasons for it."""

    place: int
    person_id: str
    number: str
    name: str
    why: tuple[Why, ...]


def ranked(candidates: Iterable[Candidate]) -> tuple[Suggestion, ...]:
    """Return the candidates, the best first.

    Who is there comes before who is away; then who is qualified, who is the backup (B角), who has worked more on the
    same area or with the same counterparty, and at last who has less to do; equals by number.
    """
    return tuple(
        Suggestion(place=place, person_id=each.person_id, number=each.number, name=each.name, why=tuple(_reasons(each)))
        for place, each in enumerate(sorted(candidates, key=_merit), 1)
    )


def _merit(each: Candidate) -> tuple[bool, bool, bool, int, int, str]:
    return each.absent, not each.qualified, not each.backup, -(each.area + each.counterparty), each.load, each.number


def _reasons(each: Candidate) -> Iterator[Why]:
    if each.qualified:
        yield Why(code="is_qualified")
    if each.backup:
        yield Why(code="is_backup")
    if each.area:
        yield Why(code="worked_on_area", params=(("count", str(each.area)),))
    if each.counterparty:
        yield Why(code="worked_with", params=(("count", str(each.counterparty)),))
    if each.absent:
        yield Why(code="is_absent")
    yield Why(code="has_open", params=(("count", str(each.load)),))
