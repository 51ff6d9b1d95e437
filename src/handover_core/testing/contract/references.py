"""References: nothing points at what is not there."""

from __future__ import annotations

import pytest
from attrs import evolve

from handover_core.errors import (
    IdUsedBefore,
    NotFound,
    StillReferenced,
)
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import OrgUnit
from handover_core.testing.contract.support import someone
from handover_core.testing.harness import Harness


class ReferencesContract:
    """References: nothing points at what is not there."""

    def test_a_reference_must_exist_at_the_commit(self, harness: Harness) -> None:
        """It may be stored later in the same unit, but not be missing."""
        tenant = harness.tenant()
        unit_id = new_id()
        with harness.unit(tenant) as unit, pytest.raises(NotFound):
            unit.repository(EMPLOYEE).add(someone(unit_id=unit_id))
            unit.commit()
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).add(someone(unit_id=unit_id))
            unit.repository(ORG_UNIT).add(OrgUnit(id=unit_id, code="S", name="Sales"))
            unit.commit()

    def test_what_is_referred_to_is_not_deleted(self, harness: Harness) -> None:
        """Once nothing refers to it any more, it may go; its history stays, and its id is never used again."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            sales = unit.repository(ORG_UNIT).add(OrgUnit(id=new_id(), code="S", name="Sales"))
            person = unit.repository(EMPLOYEE).add(someone(unit_id=sales.id))
            unit.commit()
        with harness.unit(tenant) as unit, pytest.raises(StillReferenced):
            unit.repository(ORG_UNIT).delete(sales)
        with harness.unit(tenant) as unit:
            unit.repository(EMPLOYEE).change(person, unit_id=None)
            unit.repository(ORG_UNIT).delete(sales)
            unit.commit()
        with harness.unit(tenant) as unit:
            assert unit.repository(ORG_UNIT).peek(sales.id) is None
            assert [change.operation for change in unit.changes(ORG_UNIT, sales.id)] == ["insert", "delete"]
            with pytest.raises(IdUsedBefore):
                unit.repository(ORG_UNIT).add(evolve(sales, version=0))
                unit.commit()

    def test_who_came_and_went_with_what_they_referred_to_leaves_nothing(self, harness: Harness) -> None:
        """All in one unit: what was deleted is required no more, unless somebody comes to refer to it again."""
        tenant, again = harness.tenant(), someone(unit_id="S")
        for last in (None, again):
            with harness.unit(tenant) as unit:
                units, people = unit.repository(ORG_UNIT), unit.repository(EMPLOYEE)
                sales = units.add(OrgUnit(id="S" if last else "T", code="S", name="Sales"))
                people.delete(people.add(someone(unit_id=sales.id)))
                units.delete(sales)
                if last is None:
                    unit.commit()
                    continue
                with pytest.raises(NotFound):
                    people.add(last)
                    unit.commit()
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(ORG_UNIT).list() == []
            assert unit.repository(EMPLOYEE).list() == []
