"""What lies in the store itself: read and damaged behind the driver's back."""

from __future__ import annotations

from datetime import date

import pytest

from handover_core.errors import UnreadableBody
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage.codec import from_json
from handover_core.testing.contract.support import needs, put, someone
from handover_core.testing.harness import Harness, Raw


class RawContract:
    """The stored rows; needs a harness with `Raw`."""

    @pytest.fixture
    def raw(self, harness: Harness) -> Raw:
        """Return the way past the driver."""
        harness.units  # noqa: B018 - opened first
        return harness.raw_access()

    def test_what_is_reported_on_is_a_column(self, harness: Harness, raw: Raw) -> None:
        """Tenant, version and declared fields stand beside the body, which holds everything else once."""
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone(number="007 ", name="王伟"))
        row = raw.peek(EMPLOYEE, tenant, person.id)
        assert row is not None
        assert (row["number"], row["name"], row["version"]) == ("007 ", "王伟", 1)
        assert from_json(row["body"])["name"] == "王伟"
        assert raw.peek(EMPLOYEE, harness.tenant(), person.id) is None

    def test_what_was_rolled_back_lies_nowhere(self, harness: Harness, raw: Raw) -> None:
        """Not even where the driver does not look."""
        tenant = harness.tenant()
        with harness.unit(tenant) as unit:
            person = unit.repository(EMPLOYEE).add(someone())
        assert raw.peek(EMPLOYEE, tenant, person.id) is None

    @pytest.mark.parametrize(
        "damage",
        [
            {"body": "{"},
            {"body": '{"number": 7, "name": "x"}'},
            {"body": '{"number": "7", "name": "x", "unknown": 1}'},
            {"format": 99},
        ],
        ids=["torn", "type", "unknown field", "newer format"],
    )
    def test_a_damaged_body_is_named_and_not_guessed(
        self, harness: Harness, raw: Raw, damage: dict[str, str | int]
    ) -> None:
        """Torn text, wrong types, unknown fields and formats of a newer library are refused with the row's id."""
        tenant = harness.tenant()
        whole, broken = put(harness, tenant, someone(), someone())
        raw.poke(EMPLOYEE, tenant, broken.id, damage)
        with harness.unit(tenant, write=False) as unit:
            assert unit.repository(EMPLOYEE).get(whole.id) == whole
            with pytest.raises(UnreadableBody) as raised:
                unit.repository(EMPLOYEE).get(broken.id)
        assert raised.value.params["key"] == broken.id

    def test_views_show_every_scalar_field(self, harness: Harness, raw: Raw) -> None:
        """By the field's own name, also what is no column; nothing where there is nothing."""
        needs(harness, "views")
        tenant = harness.tenant()
        (person,) = put(harness, tenant, someone(email="a@b", hired_on=date(2024, 2, 29)))
        (shown,) = raw.view(EMPLOYEE, tenant)
        assert shown["id"] == person.id
        assert (shown["email"], shown["phone"], shown["hired_on"]) == ("a@b", None, "2024-02-29")
