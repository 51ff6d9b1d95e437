"""Pure decisions about clearance: what blocks what, on which legal basis, and what nothing may ever block."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve, frozen

from handover_core.actor import Actor
from handover_core.errors import Refused
from handover_core.guards import Action, first_refusal, lacks_role
from handover_core.handover import refusals as why
from handover_core.handover.departing.rules import compensated
from handover_core.handover.model import (
    MOVES,
    OF_WORK,
    Departure,
    DepartureKind,
    DepartureState,
    HandoverItem,
    Settled,
)
from handover_core.handover.roles import KEEPERS
from handover_core.handover.standing import DepartureFacts
from handover_core.policy import Law
from handover_core.policy.presets import Settlement
from handover_core.policy.presets.model import MAY_WAIT, NEVER_BLOCKED
from handover_core.texts import Text

CLEARED_BY_ITEMS = frozenset({Settlement.WORK, Settlement.ASSETS})
"""What is cleared item by item and not settled as a whole."""


@frozen(kw_only=True)
class Blocker:
    """Why something has to wait: the items that are open, and the rule of law by which that may hold it back."""

    codes: tuple[str, ...]
    basis: Text


@frozen(kw_only=True)
class Line:
    """One line of the clearance form. ``blocker`` is None where nothing holds it back; ``settled`` once it is done."""

    what: Settlement
    basis: Text
    done: bool
    blocker: Blocker | None = None
    settled: Settled | None = None


@frozen(kw_only=True)
class Clearance:
    """The clearance of one departure, in the order of the form."""

    lines: tuple[Line, ...]

    def line(self, what: Settlement) -> Line | None:
        """Return the line about something, or None where it does not apply."""
        return next((line for line in self.lines if line.what is what), None)

    @property
    def cleared(self) -> bool:
        """Whether everything is done."""
        return all(line.done for line in self.lines)


def clearance(departure: Departure, items: Iterable[HandoverItem], law: Law) -> Clearance:
    """Return the clearance of a departure; for a move only work and assets are cleared."""
    every = tuple(items)
    work = tuple(sorted(item.code for item in every if not item.is_closed and item.category not in OF_WORK))
    assets = tuple(sorted(item.code for item in every if not item.is_closed and item.category in OF_WORK))
    lines = [_open_line(Settlement.WORK, work, law), _open_line(Settlement.ASSETS, assets, law)]
    lines += [_line(departure, what, (*work, *assets), law) for what in applicable(departure, law)]
    return Clearance(lines=tuple(lines))


def applicable(departure: Departure, law: Law) -> tuple[Settlement, ...]:
    """Return what has to be settled beside work and assets; nothing for a move, wages and papers for every leaving."""
    if departure.kind in MOVES:
        return ()
    return (*(MAY_WAIT if compensated(departure, law) else ()), *NEVER_BLOCKED)


def _open_line(what: Settlement, codes: tuple[str, ...], law: Law) -> Line:
    basis = law.bases[what]
    return Line(what=what, basis=basis, blocker=Blocker(codes=codes, basis=basis) if codes else None, done=not codes)


def _line(departure: Departure, what: Settlement, codes: tuple[str, ...], law: Law) -> Line:
    basis = law.bases[what]
    done = next((each for each in departure.settled if each.what is what), None)
    waits = bool(codes) and what in MAY_WAIT and departure.kind is not DepartureKind.DEATH
    blocker = Blocker(codes=codes, basis=basis) if waits and done is None else None
    return Line(what=what, basis=basis, blocker=blocker, settled=done, done=done is not None)


def settled(departure: Departure, made: Settled, found: Clearance) -> Departure:
    """Return the departure with something settled; raise `Refused` where it does not apply, waits or is done.

    Final wages, the leaving certificate and the statutory transfers never wait.
    """
    line = found.line(made.what)
    if line is None or made.what in CLEARED_BY_ITEMS:
        raise Refused(why.NOTHING_TO_SETTLE)
    if line.settled is not None:
        raise Refused(why.SETTLED_ALREADY, on=line.settled.on)
    if line.blocker is not None:
        raise Refused(why.MUST_WAIT, codes=line.blocker.codes[:10], basis=line.blocker.basis)
    return evolve(departure, settled=(*departure.settled, made))


def _can_settle(actor: Actor, facts: DepartureFacts, _today: date) -> Refused | None:
    departure = facts.departure
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        Refused(why.OWN_NOTICE) if actor.id == departure.employee_id else None,
        Refused(why.DEPARTURE_STATE, state=departure.state) if departure.state is DepartureState.WITHDRAWN else None,
        None if facts.settleable else _nothing_now(facts),
    )


def _nothing_now(facts: DepartureFacts) -> Refused:
    if facts.waiting_by is None:
        return Refused(why.NOTHING_TO_SETTLE)
    return Refused(why.MUST_WAIT, codes=facts.waiting_for[:10], basis=facts.waiting_by)


def with_clearance(facts: DepartureFacts, found: Clearance) -> DepartureFacts:
    """Return the facts with what of the clearance can be settled now, and what the rest waits for."""
    due = [line for line in found.lines if line.what not in CLEARED_BY_ITEMS and not line.done]
    waiting = next((line.blocker for line in due if line.blocker is not None), None)
    return evolve(
        facts,
        settleable=tuple(line.what for line in due if line.blocker is None),
        waiting_for=() if waiting is None else waiting.codes,
        waiting_by=None if waiting is None else waiting.basis,
    )


ACTIONS = (Action("settle", _can_settle),)
