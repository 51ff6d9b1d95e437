"""One write after the other, each in a unit of its own."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from handover_core.errors import AlreadyExists, InvalidInput, NotFound, VersionConflict
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import employees, texts


class StoreMachine(RuleBasedStateMachine):
    """Adds, changes, deletes, goes back on itself, and holds the store against the model after each step."""

    harness: Harness
    people = Bundle("people")

    @initialize()
    def begin(self) -> None:
        """Start with a fresh store."""
        self.harness.renew()
        self.tenant = self.harness.tenant()
        self.model: dict[str, Employee] = {}
        self.events: list[tuple[str, int]] = []

    @rule(target=people, person=employees())
    def add(self, person: Employee) -> str:
        """Add somebody, unless the number is taken."""
        with self.harness.unit(self.tenant) as unit:
            if person.number in {each.number for each in self.model.values()}:
                with pytest.raises(AlreadyExists):
                    unit.repository(EMPLOYEE).add(person)
                    unit.commit()
                return person.id
            stored = unit.repository(EMPLOYEE).add(person)
            unit.commit()
        self.model[person.id] = stored
        self.events.append((person.id, 1))
        return person.id

    @rule(id=people, name=texts)
    def rename(self, id: str, name: str) -> None:
        """Change a name, from a fresh load."""
        with self.harness.unit(self.tenant) as unit:
            if id not in self.model:
                with pytest.raises(NotFound):
                    unit.repository(EMPLOYEE).get(id)
                return
            stored = unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(id), name=name)
            unit.commit()
        if stored.version != self.model[id].version:
            self.events.append((id, stored.version))
        self.model[id] = stored

    @rule(id=people, name=texts)
    def save_stale(self, id: str, name: str) -> None:
        """Save a version that is not the stored one."""
        if id not in self.model:
            return
        with self.harness.unit(self.tenant) as unit, pytest.raises(VersionConflict):
            unit.repository(EMPLOYEE).save(evolve(self.model[id], name=name, version=self.model[id].version + 1))

    @rule(id=people, name=texts)
    def think_better_of_it(self, id: str, name: str) -> None:
        """Change a name and leave without a commit."""
        with self.harness.unit(self.tenant) as unit:
            person = unit.repository(EMPLOYEE).peek(id)
            if person is not None:
                unit.repository(EMPLOYEE).change(person, name=name)

    @rule(id=people)
    def fail_half_way(self, id: str) -> None:
        """Change something and then fail in the same unit."""
        with self.harness.unit(self.tenant) as unit:
            person = unit.repository(EMPLOYEE).peek(id)
            if person is None:
                return
            unit.repository(EMPLOYEE).change(person, email="half")
            with pytest.raises(InvalidInput):
                unit.repository(EMPLOYEE).add(evolve(person, id="x" * 30, number="n" * 65))

    @rule(id=consumes(people))
    def delete(self, id: str) -> None:
        """Delete somebody."""
        if id not in self.model:
            return
        with self.harness.unit(self.tenant) as unit:
            unit.repository(EMPLOYEE).delete(self.model[id])
            unit.commit()
        gone = self.model.pop(id)
        self.events.append((id, gone.version + 1))

    @rule()
    def reopen(self) -> None:
        """Close the store and open it again, where it is durable."""
        self.harness.reopened()

    @invariant()
    def the_store_is_the_model(self) -> None:
        """Everything committed is there, and nothing else; every change has its event."""
        with self.harness.unit(self.tenant, write=False) as unit:
            assert {person.id: person for person in unit.repository(EMPLOYEE).list()} == self.model
            stored = [(event.id, event.version) for event in unit.transaction.events(self.tenant, None, 10_000)]
        assert sorted(stored) == sorted(self.events)
