"""A desk: one actor at work in one company; the rooms' services sit at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, tzinfo
from typing import TypeVar

from attrs import evolve, frozen

from handover_core.actor import Actor
from handover_core.clock import day_in
from handover_core.errors import Refused
from handover_core.guards import Action
from handover_core.policy import Calendar, Policy
from handover_core.storage import UnitFactory, UnitOfWork
from handover_core.texts import Rule, Text

NOT_KEPT = Rule(
    "past.not_kept",
    Text(
        "This is kept for the present only: what it was then is not known.", "此项仅保存当前状态，无法得知当时的情况。"
    ),
    Text("Ask it of the present.", "请查询当前状态。"),
)

C = TypeVar("C")
R = TypeVar("R")


@frozen(kw_only=True)
class Desk:
    """Tenant, actor and the ports that services need; ``on`` overrides today's date for what is asked or recorded.

    ``joined`` is a unit of work that is open already; commands then take part in it and leave the commit to its owner.
    ``present`` is, at a desk of the past, the one from which it was asked; ``final`` tells whether nothing could come to
    be known any more about its instant when it was opened.
    """

    units: UnitFactory
    tenant: str
    actor: Actor
    policy: Policy
    calendar: Calendar
    zone_of: Callable[[UnitOfWork], tzinfo]
    on: date | None = None
    joined: UnitOfWork | None = None
    present: Desk | None = None
    final: bool = False

    def do(self, command: str, fn: Callable[[UnitOfWork], R], reason: str | None = None) -> R:
        """Return ``fn`` of a unit of work, committed; it runs again where others wrote in between."""
        if self.joined is None:
            return self.units.run(self.tenant, self.actor, fn, command, reason)
        with self.joined.labelled(command, reason):
            try:
                return fn(self.joined)
            except BaseException:
                # Half of a command may stand in the unit; whoever goes on after the error must not commit that.
                self.joined.doom()
                raise

    def ask(self, fn: Callable[[UnitOfWork], R]) -> R:
        """Return ``fn`` of a unit of work that reads."""
        return self.units.read(self.tenant, self.actor, fn) if self.joined is None else fn(self.joined)

    def today(self, unit: UnitOfWork) -> date:
        """Return the day on which the desk acts: ``on``, or today in the company's time zone."""
        return self.on or day_in(self.zone_of(unit), unit.now)

    @contextmanager
    def together(self, command: str, reason: str | None = None) -> Iterator[Desk]:
        """Open one unit of work for several commands; it is committed at the end, or not at all.

        Unlike a single command it is not repeated after `VersionConflict` or `Contention`: the caller decides.
        """
        with self.units.unit(self.tenant, self.actor, command, reason=reason) as unit:
            yield evolve(self, joined=unit)
            unit.commit()


class Room:
    """Base of the rooms' services: one method per use case, which loads, decides and saves."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def _only_now(self) -> None:
        """Raise `Refused` at a desk of the past, for questions about what no history is kept of."""
        if self.desk.present is not None:
            raise Refused(NOT_KEPT)

    def _offered(self, fn: Callable[[UnitOfWork], tuple[str, ...]]) -> tuple[str, ...]:
        """Return the commands that ``fn`` finds; none at a desk of the past, where nothing is written."""
        found = self.desk.ask(fn)
        return found if self.desk.present is None else ()

    def check(self, unit: UnitOfWork, actions: tuple[Action[C], ...], name: str, target: C) -> None:
        """Raise `Refused` where the guard of the action called ``name`` refuses the actor."""
        next(each for each in actions if each.name == name).check(self.desk.actor, target, self.desk.today(unit))
