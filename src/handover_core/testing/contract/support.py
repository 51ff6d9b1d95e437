"""What the parts of the contract share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings

from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.storage import (
    CUSTOM_FIELD,
    CustomField,
    FieldType,
    UnitOfWork,
)
from handover_core.testing.harness import Harness
from handover_core.testing.strategies import Population
from handover_core.values import Aggregate, Scalar

example_budget = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
"""How many examples a property has follows from the Hypothesis profile in force when the contract is imported."""


ABSENT = "declared absent: "
"""How a skipped test begins the name of the capability that its store does not have."""


def needs(harness: Harness, capability: str) -> None:
    """Skip the test where the store declares that it does not have the capability; every other test is mandatory."""
    if not getattr(harness.capabilities, capability):
        pytest.skip(f"{ABSENT}{capability}")


def put(harness: Harness, tenant: str, *people: Employee) -> list[Employee]:
    """Store people in one unit and return them as stored, by id."""
    with harness.unit(tenant) as unit:
        stored = [unit.repository(EMPLOYEE).add(person) for person in people]
        unit.commit()
    return stored


def put_all(harness: Harness, tenant: str, population: Population) -> list[Aggregate]:
    """Store a population in one unit and return all of its kind, as stored: members, and targets of the same kind."""
    stored: list[Aggregate] = []
    with harness.unit(tenant) as unit:
        for kind, aggregate in (*population.targets, *((population.kind, member) for member in population.members)):
            added = unit.repository(kind).add(aggregate)
            if kind is population.kind:
                stored.append(added)
        unit.commit()
    return stored


def someone(**fields: object) -> Employee:
    """Return a person with a number of their own, unless it is given."""
    id_ = new_id()
    given_ = {"id": id_, "number": id_, "name": "Somebody", "status": EmployeeStatus.ACTIVE, **fields}
    return Employee(**given_)  # type: ignore[arg-type]


def declare(unit: UnitOfWork, name: str, type_: FieldType) -> None:
    """Declare a custom field of people; text is searchable."""
    unit.repository(CUSTOM_FIELD).add(
        CustomField(id=new_id(), kind="employee", name=name, type=type_, searchable=type_ is FieldType.TEXT)
    )


def type_of(value: Scalar) -> FieldType:
    """Return the field type for a value."""
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    types = {int: FieldType.INTEGER, Decimal: FieldType.DECIMAL, date: FieldType.DATE, str: FieldType.TEXT}
    return types.get(type(value), FieldType.INSTANT)
