"""Several writes to several kinds in one unit, which ends in every way: all of them are stored, or none."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handover_core.errors import CommitUnknown, Contention, NotFound
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import Kind, UnitOfWork
from handover_core.testing.commits import CommitFault, FailingCommits
from handover_core.testing.contract.support import someone
from handover_core.testing.harness import ACTOR, Harness
from handover_core.testing.strategies import texts
from handover_core.values import Aggregate

Place = tuple[str, str]
FAULTS = {
    "commits": [],
    "answer lost, landed": [CommitFault(CommitUnknown("cut"), landed=True)],
    "answer lost": [CommitFault(CommitUnknown("cut"), landed=False)],
    "conflicts, then commits": [CommitFault(Contention(), landed=False)],
    "left": [],
    "fails": [],
    "refers to nothing": [],
}
STORED = frozenset(list(FAULTS)[:4])


class _Stop(Exception):
    """A failure of the host's own."""


class UnitsMachine(RuleBasedStateMachine):
    """Draws units of several steps, and how each ends."""

    harness: Harness

    @initialize()
    def begin(self) -> None:
        """Start with a fresh store."""
        self.harness.renew()
        self.tenant = self.harness.tenant()
        self.model: dict[Place, Aggregate] = {}
        self.events: list[tuple[str, str, int]] = []

    @rule(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["unit", "person", "person joins", "unit goes", "person goes"]), st.integers(0, 3), texts
            ),
            min_size=1, max_size=5,
        ),
        end=st.sampled_from(list(FAULTS)),
    )  # fmt: skip
    def unit(self, steps: list[tuple[str, int, str]], end: str) -> None:
        """Do the steps in one unit, and end it."""
        attempts: list[_Attempt] = []

        def work(unit: UnitOfWork) -> None:
            attempt = _Attempt(unit, dict(self.model), list(self.events))
            attempts.append(attempt)
            for how, who, word in steps:
                attempt.step(how, str(who), word)
            if end == "refers to nothing":
                unit.repository(EMPLOYEE).add(someone(unit_id="nowhere"))
            if end == "fails":
                raise _Stop

        units = self.harness.units.over(FailingCommits(self.harness.units.driver, *FAULTS[end]))
        if end == "left":
            with units.unit(self.tenant, ACTOR) as left:
                work(left)
            return
        try:
            units.run(self.tenant, ACTOR, work)
        except (_Stop, NotFound):
            assert end not in STORED
            return
        assert end in STORED
        self.model, self.events = attempts[-1].model, attempts[-1].events

    @invariant()
    def the_store_is_the_model(self) -> None:
        """Every committed write and its event are there, and nothing of the others."""
        kinds: tuple[Kind[Any], ...] = (ORG_UNIT, EMPLOYEE)
        with self.harness.unit(self.tenant, write=False) as unit:
            found = {(kind.name, each.id): each for kind in kinds for each in unit.repository(kind).list()}
            stored = [
                (event.kind, event.id, event.version) for event in unit.transaction.events(self.tenant, None, 10_000)
            ]
        assert found == self.model
        assert sorted(stored) == sorted(self.events)


class _Attempt:
    """One run of a unit, and what the model would be after it."""

    def __init__(self, unit: UnitOfWork, model: dict[Place, Aggregate], events: list[tuple[str, str, int]]) -> None:
        self._unit = unit
        self.model = model
        self.events = events

    def step(self, how: str, id_: str, word: str) -> None:
        """Store, change or delete a unit or a person; pass over what a rule of the store would refuse."""
        kind: Kind[Any] = ORG_UNIT if how.startswith("unit") else EMPLOYEE
        there = self.model.get((kind.name, id_))
        if there is None:
            self._add(kind, id_, word)
        elif how.endswith("goes"):
            self._delete(kind, there)
        elif how == "person joins":
            self._change(kind, there, unit_id=next((id_ for name, id_ in self.model if name == ORG_UNIT.name), None))
        else:
            self._change(kind, there, name=word)

    def _add(self, kind: Kind[Any], id_: str, word: str) -> None:
        if any(event[:2] == (kind.name, id_) for event in self.events):
            return  # an id is never used again
        new = OrgUnit(id=id_, code=id_, name=word) if kind is ORG_UNIT else Employee(id=id_, number=id_, name=word)
        self._stored(kind, self._unit.repository(kind).add(new))

    def _change(self, kind: Kind[Any], there: Aggregate, **fields: object) -> None:
        changed = self._unit.repository(kind).change(there, **fields)
        if changed.version != there.version:
            self._stored(kind, changed)

    def _stored(self, kind: Kind[Any], aggregate: Aggregate) -> None:
        self.model[kind.name, aggregate.id] = aggregate
        self.events.append((kind.name, aggregate.id, aggregate.version))

    def _delete(self, kind: Kind[Any], there: Aggregate) -> None:
        if kind is ORG_UNIT and any(getattr(each, "unit_id", None) == there.id for each in self.model.values()):
            return
        self._unit.repository(kind).delete(there)
        del self.model[kind.name, there.id]
        self.events.append((kind.name, there.id, there.version + 1))
