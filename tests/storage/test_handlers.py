"""Handlers in process: they see a unit's changes before the commit, may refuse them, and may write themselves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from attrs import evolve

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.errors import AlreadyExists, CommitInHandler, EndlessHandlers, Refused, UnitClosed, UnitDoomed
from handover_core.history.changes import Operation
from handover_core.kinds import KINDS
from handover_core.organization.kinds import COMPANY, EMPLOYEE
from handover_core.organization.model import Company, Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Driver, Happened, Kinds, UnitFactory, UnitOfWork
from handover_core.texts import Lang, Rule, Text

TENANT = "acme"
NO_BOBS = Rule(
    "host.no_bobs", Text("Nobody is called Bob here.", "此处无人名为 Bob。"), Text("Take another.", "请换。")
)

OLD = evolve(WORK_RECORD, format=1, upcasters={})
"""A kind as its former format knew it."""

Handled = tuple[Happened, ...]
Open = Callable[..., HandoverCore]


@pytest.fixture
def core(store: Driver) -> Open:
    return lambda *handlers: HandoverCore(store, handlers=handlers)


def hire(core: HandoverCore, name: str = "Ann", number: str = "1") -> Employee:
    return core.office(TENANT, SYSTEM).organization.hire(Employee(id=number, number=number, name=name))


def no_bobs(unit: UnitOfWork, happened: Handled) -> None:
    for each in happened:
        if each.kind is EMPLOYEE and unit.repository(EMPLOYEE).get(each.id).name == "Bob":
            raise Refused(NO_BOBS)


def test_a_handler_sees_what_happens_with_its_command_and_the_fields(core: Open) -> None:
    """All of a unit's changes at once, before they are stored; a bulk row by row."""
    seen: list[Handled] = []
    told = core(lambda _, happened: seen.append(happened))
    hire(told)
    told.office(TENANT, SYSTEM).organization.change_employee("1", name="Anna", email="a@x.y")
    told.units.run(
        TENANT,
        SYSTEM,
        lambda unit: unit.repository(EMPLOYEE).add_many([Employee(id="b", number="b", name="B")]),
        "bulk",
    )
    told.units.run(
        TENANT,
        SYSTEM,
        lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("b")),
        "remove",
        "gone",
    )
    found = [
        (each.kind.name, each.id, each.version, each.operation, each.command, each.reason)
        for happened in seen for each in happened
    ]  # fmt: skip
    assert [
        ("employee", "1", 1, Operation.INSERT, "organization.hire", None),
        ("employee", "1", 2, Operation.UPDATE, "organization.change_employee", None),
        ("employee", "b", 1, Operation.INSERT, "bulk", None),
        ("employee", "b", 2, Operation.DELETE, "remove", "gone"),
    ] == found
    assert {"name", "email"} == seen[1][0].fields
    assert [["Ann"], ["Anna"]] == seen[1][0].difference["name"]
    assert frozenset() == seen[0][0].fields


def test_a_handler_sees_the_fields_of_an_aggregate_that_was_stored_in_an_older_format(
    core: Open, store: Driver
) -> None:
    """The history holds both states of such a change in full."""
    seen: list[Happened] = []
    told = core(lambda _, happened: seen.extend(happened))
    ann = hire(told)
    record = WorkRecord(id="r", kind="task", title="old", owner_id=ann.id, author_id=ann.id, opened_on=date(2026, 3, 2))
    kinds = Kinds(OLD if kind is WORK_RECORD else kind for kind in KINDS)
    UnitFactory(store, kinds).run(TENANT, SYSTEM, lambda unit: unit.repository(OLD).add(record))
    told.office(TENANT, SYSTEM).records.change_record("r", title="new")
    assert ["r"] == [each.id for each in seen if each.kind is WORK_RECORD]
    assert {"title": [["old"], ["new"]]} == seen[-1].difference


def test_a_handler_sees_what_stood_there_before(core: Open) -> None:
    """What is being deleted too, and rows that came in a bulk; of what is new there is nothing before."""
    seen: list[Happened] = []
    told = core(lambda _, happened: seen.extend(happened))

    def do(fn: Callable[[UnitOfWork], object]) -> list[Happened]:
        seen.clear()
        told.units.run(TENANT, SYSTEM, fn, "test.do", "because of C")
        return list(seen)

    def change(unit: UnitOfWork, id_: str, **values: object) -> Employee:
        return unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(id_), **values)

    def both(unit: UnitOfWork) -> None:
        change(unit, "b", name="B3", custom={})
        unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("b"))

    people = [Employee(id=name, number=name, name=name.upper()) for name in "bc"]
    assert [None, None] == [each.before for each in do(lambda unit: unit.repository(EMPLOYEE).add_many(people))]
    (found,) = do(lambda unit: change(unit, "b", name="B2"))
    assert evolve(people[0], version=1) == found.before
    changed, deleted = do(both)
    assert ["B2", "B3"] == [each.before.name for each in (changed, deleted) if isinstance(each.before, Employee)]
    assert (Operation.DELETE, 3) == (deleted.operation, deleted.before.version if deleted.before else 0)
    (found,) = do(lambda unit: unit.personal.redact(EMPLOYEE, "c", lambda text: text.replace("C", "_")))
    assert found.before is None


@pytest.mark.parametrize("swallows", [True, False])
def test_a_handler_that_commits_is_told_that_it_must_not(core: Open, swallows: bool) -> None:
    def commits(unit: UnitOfWork, _: Handled) -> None:
        try:
            unit.commit()
        except CommitInHandler:
            if not swallows:
                raise

    with pytest.raises(UnitDoomed if swallows else CommitInHandler) as raised:
        hire(core(commits))
    assert raised.value.remedy(Lang.EN) != raised.value.remedy(Lang.ZH)
    assert hire(core())


def test_a_handler_that_swallows_a_failed_write_or_ends_the_unit_stores_nothing(core: Open) -> None:
    def swallows(unit: UnitOfWork, _: Handled) -> None:
        with suppress(AlreadyExists):
            unit.repository(EMPLOYEE).add(Employee(id="2", number="1", name="the same number"))

    def ends(unit: UnitOfWork, _: Handled) -> None:
        unit.rollback()

    for handler, error in ((swallows, UnitDoomed), (ends, UnitClosed)):
        with pytest.raises(error):
            hire(core(handler))
        with core().units.unit(TENANT, SYSTEM, write=False) as unit:
            assert 0 == unit.repository(EMPLOYEE).count()


def test_a_handler_may_refuse_and_nothing_is_stored(core: Open) -> None:
    """Neither what it refused, nor what else was done in the unit, nor history or outbox."""
    strict = core(no_bobs)
    hire(strict)
    with pytest.raises(Refused) as raised:
        hire(strict, "Bob", "2")
    assert NO_BOBS is raised.value.rule
    with pytest.raises(Refused), strict.office(TENANT, SYSTEM).together("both") as office:
        office.organization.set_company(Company(id="company", name="Acme"))
        office.organization.change_employee("1", name="Bob")
    with strict.units.unit(TENANT, SYSTEM, write=False) as unit:
        assert ["Ann"] == [each.name for each in unit.repository(EMPLOYEE).list()]
        assert 0 == unit.repository(COMPANY).count()
        assert 1 == len(unit.transaction.history(TENANT, None, 10)) == len(unit.transaction.events(TENANT, None, 10))


def test_whatever_a_handler_raises_undoes_the_unit(core: Open) -> None:
    def broken(_: UnitOfWork, __: Handled) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hire(core(broken))
    assert hire(core())


def test_what_a_handler_writes_is_stored_with_the_unit_and_handled_too(core: Open) -> None:
    """So one rule of the host sees what another one did, and may still refuse all of it."""

    def founded(unit: UnitOfWork, happened: Handled) -> None:
        if any(each.kind is EMPLOYEE for each in happened) and unit.repository(COMPANY).peek("company") is None:
            unit.repository(COMPANY).add(Company(id="company", name="Founded"))

    seen: list[str] = []
    both = core(founded, lambda _, happened: seen.extend(each.kind.name for each in happened))
    hire(both)
    assert ["employee", "company"] == seen
    assert "Founded" == both.office(TENANT, SYSTEM).organization.company().name


def test_handlers_that_never_come_to_an_end_are_stopped(core: Open) -> None:
    def endless(unit: UnitOfWork, _: Handled) -> None:
        unit.repository(EMPLOYEE).touch(unit.repository(EMPLOYEE).get("1"))

    with pytest.raises(EndlessHandlers):
        hire(core(endless))
    assert hire(core())


def test_a_unit_that_changes_nothing_tells_nobody(core: Open) -> None:
    def fail(_: UnitOfWork, __: Handled) -> None:
        raise AssertionError

    quiet = core(fail)
    with quiet.units.unit(TENANT, SYSTEM) as unit:
        unit.commit()
    assert [] == quiet.office(TENANT, SYSTEM).outbox.subscriptions()
