"""No operation sees another company's data: every public method, query and view, found by reflection.

Each is called at the desk of one company with the ids of another. It may refuse, it may answer about its own company,
but nothing of the other may come back, and nothing of the other may change. A method that is new and whose parameters
are not known here makes the test fail, and so does a view without the tenant.
"""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from conftest import close, open_store
from handover_core.actor import SYSTEM, Actor, Role
from handover_core.app import Office
from handover_core.audit.model import Wanted
from handover_core.dossier import service as dossier
from handover_core.errors import HandoverError
from handover_core.handover import facts as handover_facts
from handover_core.handover import queries as handover
from handover_core.handover.model import ConsentTo, LegalFacts
from handover_core.handover.questions import queries as handover_questions
from handover_core.handover.receiving import queries as handover_receiving
from handover_core.handover.review import queries as handover_review
from handover_core.history import Rewrite
from handover_core.kinds import KINDS
from handover_core.organization import queries as organization
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Absence, Company, Employee, LabourContract, OrgUnit, Position
from handover_core.outbox import queries as outbox
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.policy import CHINA, Weekdays
from handover_core.policy.presets import Settlement
from handover_core.procedures import queries as procedures
from handover_core.procedures.model import Stage
from handover_core.records import queries as records
from handover_core.records.model import Project, WorkRecord
from handover_core.storage import (
    CustomField,
    Driver,
    Eq,
    Event,
    Order,
    Put,
    Query,
    Repository,
    Transaction,
    UnitOfWork,
    Write,
)
from handover_core.storage.driver import Row
from handover_core.storage.privacy import Level
from handover_core.values import DateRange
from worlds import LAST_DAY, NOTICE, RESIGNATION, World

ROOMS = ("organization", "procedures", "records", "handover", "dossier", "outbox", "privacy", "retention")
QUERY_MODULES = (
    organization, procedures, records, handover, handover_facts, handover_questions, handover_receiving, handover_review,
    outbox,
)  # fmt: skip


class Both:
    """Two companies in one store, alike in structure and numbers; every name in the first says so."""

    def __init__(self, store: Driver) -> None:
        self.theirs = World(store, "acme")
        self.mine = World(store, "globex")
        self.cases = [self._live(world) for world in (self.theirs, self.mine)]
        self.before = self.contents()
        self.secrets = self._secrets()

    def _live(self, world: World) -> str:
        world.publish("FOLLOW", "KAM")
        world.record(f"Offer by {world.tenant}")
        run = world.office("0017").procedures.start_run(world.system.procedures.sop("FOLLOW").id, f"for {world.tenant}")
        world.office("0017").procedures.do_step(run.id, "1")
        world.office("0001").records.add_project(Project(id=world.new_id(), code="P", name=f"of {world.tenant}"))
        case = world.leave()
        item = world.system.handover.items(case)[0]
        world.office("0021").handover.ask(item.id, f"asked at {world.tenant}")
        world.system.organization.book_absence(
            Absence(id=world.new_id(), employee_id=world.id("0021"), effective=DateRange(LAST_DAY), note=world.tenant)
        )
        world.core.units.run(world.tenant, SYSTEM, lambda unit: kept(unit, world.tenant))
        world.clock.move_to(LAST_DAY)
        assert world.system.handover.review()
        world.clock.move_to(NOTICE)
        undelivered(world)
        return case

    def all_of(self, tenant: str) -> dict[str, dict[str, Any]]:
        with self.theirs.core.units.unit(tenant, SYSTEM, write=False) as unit:
            return {kind.name: {each.id: each for each in unit.repository(kind).list()} for kind in KINDS}

    def contents(self) -> dict[str, dict[str, Any]]:
        return self.all_of("acme")

    def _secrets(self) -> set[str]:
        mine = self.all_of("globex")
        ids = {id_ for kind, found in self.before.items() for id_ in found if id_ not in mine[kind]}
        return {*ids, "acme"}

    def one(self, kind: str) -> Any:
        return next(iter(self.before[kind].values()))

    def theirs_changes(self, id_: str) -> list[Any]:
        with self.theirs.core.units.unit("acme", SYSTEM, write=False) as unit:
            return unit.changes(EMPLOYEE, id_)

    def check(self, answer: object) -> None:
        said = repr(list(answer) if isinstance(answer, Iterator) else answer)
        leaked = sorted(secret for secret in self.secrets if secret in said)
        assert leaked == []

    def untouched(self) -> None:
        assert self.before == self.contents()


def undelivered(world: World) -> None:
    """Subscribe somebody who cannot be reached, under a code that both companies have."""

    def unreachable(_: object, /, *, timeout: float) -> None:
        raise TimeoutError(timeout)

    fields = {"id": world.new_id(), "code": "KAM", "endpoint": f"call:{world.tenant}", "attempts": 1}
    world.system.outbox.subscribe(Subscription(**fields))
    Relay(world.core.units, world.tenant, lambda _: unreachable).run_once()


def kept(unit: UnitOfWork, name: str) -> None:
    """Keep a register that names its company; only the first company has one under the key that is asked for."""
    unit.transaction.put_registers(name, [Put("queue", "theirs" if name == "acme" else "mine", f"of {name}")])


def arguments(both: Both) -> dict[str, Any]:
    """Return a value of the other company for every parameter name that a public method uses."""
    one = both.one
    key = both.theirs.id("0017")
    return {
        "absence": Absence(id="b", employee_id=key, effective=DateRange(NOTICE)), "absence_id": one("absence").id,
        "actor": SYSTEM, "actions": "x", "answer": "x", "besides": None, "capacity": None, "documents": (), "evidence": "x",
        "after": None, "aggregate": one("employee"), "aggregates": [evolve(one("employee"), version=0)], "amount": None,
        "area": "sales", "assignment": one("assignment"), "assignment_id": one("assignment").id, "by_id": key,
        "case": both.before["handover"][both.cases[0]], "case_code": "0017", "cases": [both.before["handover"][both.cases[0]]],
        "case_id": both.cases[0], "change_note": "",
        "code": "KAM", "company": Company(id="company", name="Company globex"), "contract": _contract(key),
        "currency": None, "day": NOTICE,
        "declared": CustomField(id="f", kind="employee", name="x"), "default_receiver_id": key,
        "departure": one("departure"), "departure_id": one("departure").id,
        "description": evolve(one("position").latest, effective_from=date(2027, 1, 1)), "document": None,
        "employee": _person(), "employee_id": key, "employee_ids": (key,), "end": LAST_DAY, "fields": ("status",),
        "found": [], "held": (), "how": "x", "id": both.cases[0], "ids": [key], "item": one("handover_item"),
        "item_id": one("handover_item").id, "kind": RESIGNATION, "last_day": LAST_DAY, "limit": 10, "method": None,
        "new_id": one("sop_version").id, "note": "", "notice_on": NOTICE, "number": "0017", "old_id": one("sop_version").id,
        "order": None, "org_unit": OrgUnit(id="u", code="U", name="U", parent_id=one("org_unit").id),
        "owner_id": key, "person_id": key, "place_ids": [one("position").id], "position": _position(one("position")),
        "position_code": "KAM", "position_id": one("position").id, "position_ids": (one("position").id,),
        "project": Project(id="p", code="Q", name="Q"), "project_id": one("project").id, "query": Query(),
        "question": "x", "question_id": one("handover_question").id, "read_back": "x", "reason": "x",
        "receiver_id": key, "record": _record(key), "record_id": one("work_record").id, "revision": None,
        "run_id": one("sop_run").id, "situation": "", "sop": evolve(one("sop"), id="s", version=0, code="NEW"),
        "sop_id": one("sop").id, "source": "import", "stages": (Stage(name="x"),), "state": None, "status": None,
        "step": "1", "subject": "x", "summary": "x", "supervisor_id": key, "to_id": key, "today": NOTICE,
        "unit_id": one("org_unit").id, "values": {}, "verifier_id": key, "version_id": one("sop_version").id,
        "back_on": LAST_DAY, "calendar": Weekdays(), "facts": LegalFacts(), "first_case_id": both.cases[0],
        "hired_on": LAST_DAY, "items": [one("handover_item")], "moved": None, "overlap_until": None, "policy": CHINA,
        "probation_until": None, "since": NOTICE, "statement": "x", "successor_id": key, "take_over": "x",
        "dead_letter_id": one("dead_letter").id, "subscription_id": one("subscription").id,
        "stream": ("employee", key), "version": 1, "bulk": None, "endpoint": "call:new", "kinds": None, "attempts": None,
        "timeout": None, "lang": None,
        "subscription": Subscription(id="n", code="NEW", endpoint="call:"),
        "category": None, "compact": False, "erasure_id": "none", "hold_id": "none", "leave": "", "level": Level.STRICT,
        "released": True,
        "to": ConsentTo.WITHDRAWAL, "what": Settlement.WAGES, "where": Eq("id", key), "words": "acme",
    }  # fmt: skip


def _contract(employee_id: str) -> LabourContract:
    from handover_core.organization.model import ContractKind

    return LabourContract(id="c", employee_id=employee_id, kind=ContractKind.OPEN_ENDED, effective=DateRange(NOTICE))


def _person() -> Employee:
    return Employee(id="e", number="9999", name="New")


def _position(theirs: Position) -> Position:
    return evolve(theirs, id="q", version=0, code="NEW")


def _record(owner_id: str) -> WorkRecord:
    return WorkRecord(id="r", kind="task", title="x", owner_id=owner_id, author_id=owner_id, opened_on=NOTICE)


@pytest.fixture
def both(store: Driver) -> Both:
    return Both(store)


def call(
    both: Both, function: Callable[..., object], *first: object, skip: tuple[str, ...] = (), **other: object
) -> None:
    """Call with the other company's values; whatever it answers or refuses, nothing of theirs may show or change."""
    known = {**arguments(both), **other}
    signature = inspect.signature(function)
    given, named = [], {}
    for place, (name, parameter) in enumerate(signature.parameters.items()):
        if place < len(first) or name in skip or parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
            continue
        if name not in known:
            pytest.fail(f"{function.__qualname__}: nothing is known about the parameter {name!r}; add it above")
        value = known[name]
        if value is None and parameter.default is not parameter.empty:
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = value
        else:
            given.append(value)
    with suppress(HandoverError):
        both.check(function(*first, *given, **named))
    both.untouched()


def public(thing: object) -> list[str]:
    return [name for name, _ in inspect.getmembers(thing, callable) if not name.startswith("_")]


_NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
_OF_AUDIT: dict[str, object] = {
    "field": "name", "key": None, "kind": EMPLOYEE, "known_at": _NOW, "seals": (), "since": _NOW, "until": _NOW,
    "wanted": Wanted(text="acme"),
}  # fmt: skip


def test_no_method_of_the_audit_room(both: Both) -> None:
    for name in set(public(both.mine.system.audit)) - {"check", "desk", "past"}:
        office = both.mine.core.office("globex", Actor("auditor", frozenset({Role.AUDITOR})))
        call(both, getattr(office.audit, name), **{**_OF_AUDIT, "id": both.theirs.id("0017")})


def test_no_method_of_any_room(both: Both) -> None:
    """Nothing that a host can call from an office."""
    called = 0
    for room in ROOMS:
        for name in public(getattr(both.mine.system, room)):
            if name in {"check", "desk"}:
                continue
            office = both.mine.core.office("globex", SYSTEM)
            call(both, getattr(getattr(office, room), name))
            called += 1
    assert called > 60


def test_no_method_of_the_office(both: Both) -> None:
    for name in public(Office):
        office = both.mine.core.office("globex", SYSTEM)
        if name in {"together", "acting_as"}:
            with office.together("x") as again:
                both.check(again.handover.of_giver(both.theirs.id("0017")))
        elif name == "known_at":
            past = office.known_at(both.mine.clock.now)
            assert past.organization.company().name == "Company globex"
            for room in ("organization", "procedures", "records", "handover", "dossier", "audit"):
                for asked in set(public(getattr(past, room))) - {"check", "desk"}:
                    call(both, getattr(getattr(past, room), asked), **_OF_AUDIT if room == "audit" else {})
        elif name == "allowed_actions":
            for kind, found in both.before.items():
                for id_ in list(found)[:1]:
                    with suppress(HandoverError):
                        both.check(office.allowed_actions(kind, id_))
        else:
            call(both, getattr(office, name))


def test_no_query(both: Both) -> None:
    """Every function of the query modules that takes a unit of work."""
    called = 0
    for module in (*QUERY_MODULES, dossier):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters)
            if function.__module__ != module.__name__ or name.startswith("_") or parameters[:1] != ["unit"]:
                continue
            with both.mine.core.units.unit("globex", SYSTEM, write=False) as unit:
                _query(both, function, unit)
            called += 1
    assert called >= 10


def _query(both: Both, function: Callable[..., object], unit: UnitOfWork) -> None:
    # A fact that the caller hands in is theirs already; what counts is what the store adds to it.
    if any(name in inspect.signature(function).parameters for name in ("departure", "case")):
        for name in ("departure", "case"):
            if name in inspect.signature(function).parameters:
                with pytest.raises(HandoverError):
                    unit.repository(KINDS["handover" if name == "case" else name]).get(arguments(both)[name].id)
        return
    call(both, function, unit)


def test_no_method_of_a_repository(both: Both) -> None:
    called = 0
    for name in public(Repository):
        with both.mine.core.units.unit("globex", SYSTEM) as unit:
            call(both, getattr(unit.repository(EMPLOYEE), name), skip=("by",) if name == "by_external" else ())
        called += 1
    assert called >= 15


def test_no_method_of_a_transaction(both: Both) -> None:
    """The driver's own methods, each asked as the one tenant for what belongs to the other."""
    theirs = both.one("employee")
    write = Write(Row(theirs.id, 1, 1, 0, "", "{}"), (None,) * len(EMPLOYEE.columns), (None,), None)
    asked: dict[str, tuple[Any, ...]] = {
        "get": (EMPLOYEE, "globex", theirs.id), "get_many": (EMPLOYEE, "globex", [theirs.id]),
        "replace": (EMPLOYEE, "globex", write, theirs.version), "delete": (EMPLOYEE, "globex", theirs.id, theirs.version),
        "require": (EMPLOYEE, "globex", theirs.id, theirs.version), "require_many": (EMPLOYEE, "globex", [theirs.id]),
        "find": (EMPLOYEE, "globex", Query(where=Eq("id", theirs.id))),
        "stream": (EMPLOYEE, "globex", Query(order=Order("number"))), "count": (EMPLOYEE, "globex", Eq("id", theirs.id)),
        "group": (EMPLOYEE, "globex", ["name"], None), "changes": ("globex", "employee", theirs.id),
        "history": ("globex", None, 1000), "events": ("globex", None, 1000),
        "insert": (EMPLOYEE, "globex", write), "insert_many": (EMPLOYEE, "globex", [write]),
        "require_none": (EMPLOYEE, "globex", Eq("id", theirs.id), []),
        "claim": ("globex", "token", 0), "append": ("globex", [], []), "commit": (), "rollback": (),
        "register": ("globex", "queue", "theirs"), "registers": ("globex", "queue", None, 1000),
        "spaces": ("globex", None, 1000), "put_registers": ("globex", [Put("queue", "theirs", "{}", 1)]),
        "drop_registers": ("globex", [("queue", "theirs", 1)]),
        "redact": ("globex", [Rewrite(each, each) for each in both.theirs_changes(theirs.id)]),
        "drop_events": ("globex", [Event(kind="employee", id=theirs.id, version=1, type="insert", at=0, lane=0)]),
    }  # fmt: skip
    for name in public(Transaction):
        transaction = both.mine.core.store.transaction(write=True)
        try:
            answer = getattr(transaction, name)(*asked[name])
            both.check([] if name in {"insert", "insert_many"} else answer)
            if name == "count":
                assert answer == 0
        except HandoverError:
            pass
        finally:
            transaction.rollback()
        both.untouched()


def test_every_view_shows_the_tenant(tmp_path: Path) -> None:
    """A report that reads a view can, and must, say whose rows it wants."""
    close(open_store("sqlite", tmp_path))
    with sqlite3.connect(tmp_path / "handover.db") as connection:
        views = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        heads = {view: [row[1] for row in connection.execute(f"PRAGMA table_info({view})")] for view in views}
    connection.close()
    assert {f"ho_v_{kind.name}" for kind in KINDS} == set(views)
    assert all(head[0] == "tenant" for head in heads.values())


def test_the_companies_hold_the_same_numbers(both: Both) -> None:
    """Otherwise the test above would show nothing."""
    assert "Key of globex" == both.mine.system.organization.employee("0017").name
    assert "Key of acme" == both.theirs.system.organization.employee("0017").name
    assert isinstance(both.one("company"), Company)
