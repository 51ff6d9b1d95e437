"""The past stays readable when the format of a kind changes."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal, localcontext
from pathlib import Path

from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, Kinds, UnitFactory
from handover_core.storage.encoding import sortable_decimal
from handover_core_cli.commands.audit import lines_of
from privacy.test_redaction import checked
from worlds import Clock

AUDITOR = Actor("auditor", frozenset({Role.AUDITOR}))
NEXT = evolve(EMPLOYEE, format=EMPLOYEE.format + 1, upcasters={**EMPLOYEE.upcasters, EMPLOYEE.format: dict})


def test_a_bulk_that_crosses_into_another_format_is_still_known_as_it_was(store: Driver, tmp_path: Path) -> None:
    """The entry that crosses holds both states, so the thin one before it follows, also for another program."""
    clock = Clock()
    core = HandoverCore(store, clock=clock)
    core.units.run(
        "t", AUDITOR, lambda unit: unit.repository(EMPLOYEE).add_many([Employee(id="1", number="1", name="One")])
    )
    clock.tick()
    kinds = Kinds(NEXT if kind is EMPLOYEE else kind for kind in KINDS)
    later = UnitFactory(store, kinds, clock=clock)
    later.run("t", AUDITOR, lambda unit: unit.repository(NEXT).change(unit.repository(NEXT).get("1"), name="Uno"))
    core.units = later

    clock.tick()
    later.run("t", AUDITOR, lambda unit: unit.repository(NEXT).change(unit.repository(NEXT).get("1"), name="Eins"))
    audit, written = core.office("t", AUDITOR).audit, tmp_path / "history.jsonl"
    assert audit.verify().sound
    lines = [json.dumps(line) for line in lines_of(core.office("t", AUDITOR))]
    written.write_text("\n".join(lines), encoding="utf-8")
    assert 0 == checked(written)
    written.write_text("\n".join(lines).replace('\\"One\\"', '\\"Two\\"'), encoding="utf-8")
    assert 1 == checked(written)
    assert "One" == audit.as_of(NEXT, "1", clock.now - timedelta(seconds=2)).found.name
    assert [("name", ("One",), ("Uno",))] == [
        (each.field, each.before, each.after) for each in audit.who_changed(NEXT, "1", "name")[-2].fields
    ]


def test_a_reordered_mapping_is_a_change(store: Driver) -> None:
    """Else the text that the chain was made over could not be found again."""
    core = HandoverCore(store)

    def declare(unit: object) -> None:
        from handover_core.storage import CUSTOM_FIELD, CustomField

        for name in ("p", "q"):
            unit.repository(CUSTOM_FIELD).add(CustomField(id=name, kind="employee", name=name))
        unit.repository(EMPLOYEE).add_many([Employee(id="1", number="1", name="One", custom={"p": "1", "q": "2"})])

    core.units.run("t", AUDITOR, declare)
    core.units.run(
        "t", AUDITOR,
        lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("1"), custom={"q": "2", "p": "1"}),
    )  # fmt: skip
    assert core.office("t", AUDITOR).audit.verify().sound


def test_decimals_are_not_rounded_by_the_context_of_the_host() -> None:
    with localcontext() as context:
        context.prec = 6
        found = sortable_decimal("x", Decimal("1234567.89"), (18, 4))
    assert "1" + "000000000012345678900"[-22:].rjust(22, "0") == found
