"""By which names somebody is known at a desk, and where free text has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from attrs import evolve

from handover_core.desk import Desk
from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention import searching
from handover_core.retention.mentions import Identity
from handover_core.retention.model import Mention

MOST = 1000
"""How many mentions one answer gives."""


def names_of(desk: Desk, employee_id: str) -> Identity:
    """Return the values by which a person is and was named; raise `NotFound` and `UnreadableBody`."""
    desk.ask(lambda unit: unit.repository(EMPLOYEE).get(employee_id))
    return searching.identity_of(desk.ask, desk.units, desk.tenant, employee_id)


def identity_of(desk: Desk, employee_id: str) -> Identity:
    """Return the same, told apart from the names of everybody else in the company."""
    return searching.told_apart(desk.ask, {employee_id: names_of(desk, employee_id)})[employee_id]


def is_meant(desk: Desk, employee_id: str, text: str) -> bool:
    """Tell whether a text names a person and nobody else; raise `NotFound` and `UnreadableBody`.

    Their number, where it is one of digits alone, may count anything else, as that of a case does.
    """
    known = names_of(desk, employee_id)
    bare = frozenset(each for each in known.numbers if each.isdigit())
    identity = evolve(known, values=known.values - bare, numbers=known.numbers - bare)
    # The names of all others are walked over only where there is something to tell apart.
    return identity.named_in(text) and searching.told_apart(desk.ask, {employee_id: identity})[employee_id].named_in(
        text
    )


def mentions_of(desk: Desk, wanted: Mapping[str, Identity]) -> dict[str, list[Mention]]:
    """Return the mentions of each of the persons from one walk, those that can be redacted first.

    Of each sort, and of what goes with each other person, there is one more at most than an answer gives.
    """
    found: dict[str, dict[str, list[Mention]]] = {id_: defaultdict(list) for id_ in wanted}
    if any(identity.values for identity in wanted.values()):
        for id_, mention in searching.mentions_of(desk.ask, desk.units, desk.tenant, wanted):
            same = found[id_][f"{mention.fixed} {mention.goes_with_id}"]
            if len(same) <= MOST:
                same.append(mention)
    return {id_: sorted((m for same in sorts.values() for m in same), key=_fixed) for id_, sorts in found.items()}


def _fixed(mention: Mention) -> bool:
    return mention.fixed
