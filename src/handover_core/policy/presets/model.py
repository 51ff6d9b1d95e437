"""What a preset of the law is made of."""

from __future__ import annotations

from enum import StrEnum
from unicodedata import normalize

from attrs import frozen

from handover_core.policy.deadlines import Term
from handover_core.texts import Text


class Settlement(StrEnum):
    """What has to be settled when somebody leaves (离职手续)."""

    WORK = "work"
    ASSETS = "assets"
    COMPENSATION = "compensation"
    WAGES = "wages"
    CERTIFICATE = "certificate"
    TRANSFERS = "transfers"


MAY_WAIT = (Settlement.COMPENSATION,)
"""What may lawfully wait until the work is handed over."""

NEVER_BLOCKED = (Settlement.WAGES, Settlement.CERTIFICATE, Settlement.TRANSFERS)
"""What no open item, no asset and no quarrel may hold back."""


class Statement(StrEnum):
    """What a leaving certificate may have to state."""

    TERM = "term"
    ENDED_ON = "ended_on"
    POSITION = "position"
    SERVICE = "service"


@frozen(kw_only=True)
class Supervised:
    """Work whose handover the law wants supervised: duties in a knowledge area, and by which rule.

    For it the separation of giver, receiver and supervisor cannot be lifted, and an acknowledgement is no proof.
    """

    area: str
    citation: Text


@frozen(kw_only=True)
class Law:
    """The law of one country as the rules use it.

    ``bases`` cites for each settlement why it is due, and why it may block or may not. ``compensated`` are the kinds
    of departure for which compensation is due unless the facts say otherwise; ``certificate`` is what a leaving
    certificate has to state.
    """

    name: str
    version: str
    terms: tuple[Term, ...]
    bases: dict[Settlement, Text]
    compensated: frozenset[str] = frozenset()
    certificate: tuple[Statement, ...] = ()
    supervised: tuple[Supervised, ...] = ()

    def supervises(self, area: str) -> bool:
        """Tell whether work in a knowledge area is in one whose handover is supervised, or in a part of one.

        Areas are paths with slashes; capital letters, full-width signs and blanks around a name make no difference.
        """
        steps = _steps(area)
        return any(steps[: len(rule)] == rule for rule in (_steps(each.area) for each in self.supervised))


def _steps(area: str) -> list[str]:
    return [step.strip().casefold() for step in normalize("NFKC", area).split("/")]
