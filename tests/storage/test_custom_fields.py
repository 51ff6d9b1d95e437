"""A declaration of a custom field stays what it is while values of it stand; what older stores hold is no trap."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.errors import InvalidInput, Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, Eq, FieldType, MemoryStore, UnitOfWork
from handover_core.storage.copying import copy_company
from handover_core.storage.privacy import Level
from handover_core.texts import Lang
from handover_core_keys import KeyRing

OWNER = Actor("owner", frozenset((Role.OWNER, Role.HR, Role.AUDITOR)))
TENANT = "acme"
Change = Callable[[UnitOfWork], object]


def company(store: Driver) -> HandoverCore:
    """Return a core over a company with a custom field that one employee of two fills."""
    core = HandoverCore(store)
    office = core.office(TENANT, OWNER)
    office.organization.declare_field(CustomField(id="f", kind="employee", name="shoe"))
    office.organization.hire(Employee(id="a", number="1", name="A", custom={"shoe": "42"}))
    office.organization.hire(Employee(id="b", number="2", name="B"))
    return core


def run(core: HandoverCore, change: Change) -> object:
    """Run a change on the repositories, as a host's program or an import may."""
    return core.units.run(TENANT, OWNER, change, "test")


def changed(**values: object) -> Change:
    """Return what changes the declaration."""

    def change(unit: UnitOfWork) -> object:
        repository = unit.repository(CUSTOM_FIELD)
        return repository.change(repository.get("f"), **values)

    return change


def deleted(unit: UnitOfWork) -> None:
    """Delete the declaration."""
    repository = unit.repository(CUSTOM_FIELD)
    repository.delete(repository.get("f"))


DECISIVE = [
    pytest.param(changed(type=FieldType.INTEGER), id="type"),
    pytest.param(changed(name="boot"), id="name"),
    pytest.param(changed(kind="org_unit"), id="kind"),
    pytest.param(deleted, id="deletion"),
]


@pytest.mark.parametrize("change", DECISIVE)
def test_a_declaration_stays_while_values_of_it_stand(store: Driver, change: Change) -> None:
    """The refusal says how many entries hold it and what to do; everything goes on as before."""
    core = company(store)
    with pytest.raises(Refused) as refused:
        run(core, change)
    assert "custom.held" == refused.value.rule.code
    assert "1" in refused.value.message(Lang.EN)
    assert "shoe" in refused.value.message(Lang.ZH)
    office = core.office(TENANT, OWNER)
    assert {"shoe": "43"} == office.organization.change_employee("a", custom={"shoe": "43"}).custom


@pytest.mark.parametrize("change", DECISIVE)
def test_an_empty_field_may_become_anything(store: Driver, change: Change) -> None:
    core = company(store)
    core.office(TENANT, OWNER).organization.change_employee("a", custom={})
    run(core, change)
    found = core.units.read(TENANT, OWNER, lambda unit: unit.repository(CUSTOM_FIELD).peek("f"))
    assert found != CustomField(id="f", version=1, kind="employee", name="shoe")


@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize("how", ["emptied", "deleted"])
def test_a_personal_field_stays_declared_while_the_past_tells_it(
    store: Driver, ring: KeyRing, how: str, bulk: bool
) -> None:
    """An erasure finds by it what was written in the clear, and afterwards it may go."""
    core = company(store)
    third = Employee(id="c", number="3", name="C", custom={"shoe": "44"})

    def hire(unit: UnitOfWork) -> object:
        people = unit.repository(EMPLOYEE)
        return people.add_many([third]) if bulk else people.add(third)

    run(core, hire)
    run(core, changed(personal=True))
    office = core.office(TENANT, OWNER)
    office.organization.change_employee("a", custom={})
    if how == "emptied":
        office.organization.change_employee("c", custom={})
    else:
        run(core, lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("c")))
    core.units.vault = ring
    for change in (deleted, changed(name="boot"), changed(personal=False)):
        with pytest.raises(Refused) as refused:
            run(core, change)
        assert "custom.remembered" == refused.value.rule.code
    run(core, lambda unit: [unit.personal.forget(EMPLOYEE, id_, id_) for id_ in ("a", "c")])
    run(core, deleted)


@pytest.mark.parametrize("level", Level)
def test_what_was_personal_from_the_first_is_sealed_in_the_past(store: Driver, ring: KeyRing, level: Level) -> None:
    """It goes with the keys, whether the field is declared or not."""
    core = company(store)
    core.units.vault = ring
    office = core.office(TENANT, OWNER)
    office.privacy.set_level(level)
    office.organization.declare_field(CustomField(id="g", kind="employee", name="title", personal=True))
    office.organization.change_employee("b", custom={"title": "Dr."})
    office.organization.change_employee("b", custom={})
    run(core, lambda unit: unit.repository(CUSTOM_FIELD).delete(unit.repository(CUSTOM_FIELD).get("g")))
    assert office.audit.verify().sound


def test_labels_change_at_any_time(store: Driver) -> None:
    core = company(store)
    run(core, changed(label_en="shoe size"))
    assert {"shoe": "42"} == core.office(TENANT, OWNER).organization.employee("1").custom


def test_a_field_of_no_kind_is_not_declared(store: Driver) -> None:
    with pytest.raises(InvalidInput) as refused:
        company(store).office(TENANT, OWNER).organization.declare_field(CustomField(id="g", kind="employe", name="hat"))
    assert ["custom.kind"] == [each.code for each in refused.value.problems]


# Stores that were written before this was refused


def trapped(store: Driver) -> HandoverCore:
    """Return a company whose declaration was changed behind the back of its rows, as older releases let one do."""
    core = company(store)

    def change(unit: UnitOfWork) -> None:
        row = unit.as_stored.get(CUSTOM_FIELD, TENANT, "f")
        assert row is not None
        declared = evolve(unit.repository(CUSTOM_FIELD).get("f"), type=FieldType.INTEGER)
        body = row.body.replace('"text"', '"integer"')
        unit.claim()
        unit.transaction.replace(CUSTOM_FIELD, TENANT, unit.written(CUSTOM_FIELD, declared, row._replace(body=body)), 1)

    run(core, change)
    return core


def test_rows_that_no_declaration_fits_can_be_changed(store: Driver) -> None:
    """The old value stays until somebody gives another one, which must fit."""
    core = trapped(store)
    people = core.office(TENANT, OWNER).organization
    assert {"shoe": "42"} == people.change_employee("a", name="C").custom
    with pytest.raises(InvalidInput):
        people.change_employee("a", custom={"shoe": "43"})
    people.change_employee("a", custom={"shoe": 43})

    def found(unit: UnitOfWork) -> list[str]:
        return [each.id for each in unit.repository(EMPLOYEE).list(Eq("custom.shoe", 43))]

    assert ["a"] == core.units.read(TENANT, OWNER, found)


def test_a_company_with_such_rows_is_copied(store: Driver) -> None:
    core = trapped(MemoryStore())
    target = HandoverCore(store)
    copy_company(core.units, target.units, TENANT)
    assert {"shoe": "42"} == target.office(TENANT, OWNER).organization.employee("1").custom
