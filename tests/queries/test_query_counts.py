"""No list and no document costs a query for each thing in it: what a question reads does not grow with the company."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from actions.commands import COMMANDS
from handover_core.app import as_actor
from handover_core.audit.model import Wanted
from handover_core.desk import Room
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core_import import Importer, export
from queries.companies import AREA, Many, many
from worlds import LAST_DAY, NOTICE

FEW, MANY = 3, 9

Question = Callable[[Many], object]

QUESTIONS: dict[str, Question] = {
    "organization.absences": lambda it: it.world.system.organization.absences(it.id("0017")),
    "organization.allowed_actions": lambda it: it.world.system.organization.allowed_actions("employee", it.id("0017")),
    "organization.chart": lambda it: it.world.system.organization.chart(),
    "organization.company": lambda it: it.world.system.organization.company(),
    "organization.conformance": lambda it: it.world.system.organization.conformance(),
    "organization.description": lambda it: it.world.system.organization.description("KAM"),
    "organization.employee": lambda it: it.world.system.organization.employee("0017"),
    "organization.employees": lambda it: it.world.system.organization.employees(),
    "organization.holdings": lambda it: it.world.system.organization.holdings(it.id("0017")),
    "organization.is_qualified": lambda it: it.world.system.organization.is_qualified(
        it.id("0017"), it.world.positions["KAM"].id
    ),
    "organization.manager_of": lambda it: it.world.system.organization.manager_of(it.id("0030")),
    "organization.position": lambda it: it.world.system.organization.position("KAM"),
    "organization.positions": lambda it: it.world.system.organization.positions(),
    "procedures.allowed_actions": lambda it: it.world.system.procedures.allowed_actions("sop", it.sop.id),
    "procedures.allowed_steps": lambda it: it.world.system.procedures.allowed_steps(it.run.id),
    "procedures.compare": lambda it: it.world.system.procedures.compare(
        *(each.id for each in it.world.system.procedures.versions(it.sop.id))
    ),
    "procedures.must_read": lambda it: it.world.system.procedures.must_read(it.sop.id, _everybody(it)),
    "procedures.sop": lambda it: it.world.system.procedures.sop(it.sop.code),
    "procedures.sops": lambda it: it.world.system.procedures.sops(),
    "procedures.versions": lambda it: it.world.system.procedures.versions(it.sop.id),
    "records.allowed_actions": lambda it: it.world.system.records.allowed_actions("work_record", _record(it)),
    "records.in_area": lambda it: it.world.system.records.in_area(AREA),
    "records.open_of": lambda it: it.world.system.records.open_of(it.id("0017")),
    "records.record": lambda it: it.world.system.records.record(_record(it)),
    "records.records": lambda it: it.world.system.records.records(),
    "records.search": lambda it: it.world.system.records.search("Offer"),
    "handover.allowed_actions": lambda it: it.world.system.handover.allowed_actions("handover", it.case.id),
    "handover.allowed_actions: departure": lambda it: it.world.system.handover.allowed_actions(
        "departure", it.departure.id
    ),
    "handover.allowed_actions: item": lambda it: it.world.system.handover.allowed_actions("handover_item", it.item.id),
    "handover.allowed_actions: question": lambda it: it.world.system.handover.allowed_actions(
        "handover_question", it.world.system.handover.questions(it.case.id)[0].id
    ),
    "handover.case": lambda it: it.world.system.handover.case(it.case.code),
    "handover.cases": lambda it: it.world.system.handover.cases(),
    "handover.certificate": lambda it: it.world.system.handover.certificate(it.departure.id),
    "handover.clearance": lambda it: it.world.system.handover.clearance(it.departure.id),
    "handover.deadlines": lambda it: it.world.system.handover.deadlines(it.departure.id),
    "handover.departure": lambda it: it.world.system.handover.departure(it.departure.id),
    "handover.departure_of": lambda it: it.world.system.handover.departure_of(it.item),
    "handover.findings": lambda it: it.world.system.handover.findings(it.case.id),
    "handover.findings_for": lambda it: it.world.office("0003").handover.findings_for(it.id("0003")),
    "handover.foresee": lambda it: it.world.system.handover.foresee(it.id("0021"), LAST_DAY),
    "handover.item": lambda it: it.world.system.handover.item(it.item.code),
    "handover.items": lambda it: it.world.system.handover.items(it.case.id),
    "handover.of_giver": lambda it: it.world.system.handover.of_giver(it.id("0017")),
    "handover.preview": lambda it: it.world.system.handover.preview(it.departure.id),
    "handover.projection": lambda it: it.world.system.handover.projection(it.case.id),
    "handover.questions": lambda it: it.world.system.handover.questions(it.case.id),
    "handover.status": lambda it: it.world.system.handover.status(it.case.id),
    "handover.suggestions": lambda it: it.world.system.handover.suggestions(it.item.id),
    "dossier.handover": lambda it: it.world.system.dossier.handover(it.case.code),
    "dossier.newcomer": lambda it: it.world.system.dossier.newcomer("0021", "KAM"),
    "audit.as_of": lambda it: it.world.system.audit.as_of(EMPLOYEE, it.id("0017"), it.world.clock.now),
    "audit.difference": lambda it: it.world.system.audit.difference(
        EMPLOYEE, it.id("0017"), it.world.clock.now, it.world.clock.now
    ),
    "audit.entries": lambda it: it.world.system.audit.entries(EMPLOYEE, it.id("0017")),
    "audit.list_as_of": lambda it: it.world.system.audit.list_as_of(WORK_RECORD, it.world.clock.now),
    "audit.seal": lambda it: it.world.system.audit.seal(),
    "audit.search": lambda it: it.world.system.audit.search(Wanted(kind="employee")),
    "audit.search: actor": lambda it: it.world.system.audit.search(Wanted(actor=it.id("0017")), limit=5),
    "audit.search: command": lambda it: it.world.system.audit.search(Wanted(command="records.open_record"), limit=5),
    "audit.search: everything": lambda it: it.world.system.audit.search(Wanted(), limit=5),
    "audit.search: period": lambda it: it.world.system.audit.search(Wanted(until=it.world.clock.now), limit=5),
    "audit.search: text": lambda it: it.world.system.audit.search(Wanted(kind="work_record", text="Offer"), limit=3),
    "audit.streams": lambda it: list(it.world.system.audit.streams()),
    "audit.verify": lambda it: it.world.system.audit.verify(),
    "audit.who_changed": lambda it: it.world.system.audit.who_changed(EMPLOYEE, it.id("0017"), "name"),
    "outbox.allowed_actions": lambda it: it.world.system.outbox.allowed_actions(
        "dead_letter", it.world.system.outbox.dead_letters("s0")[0].id
    ),
    "outbox.allowed_actions: subscription": lambda it: it.world.system.outbox.allowed_actions(
        "subscription", it.world.system.outbox.subscriptions()[0].id
    ),
    "outbox.dead_letters": lambda it: it.world.system.outbox.dead_letters(),
    "outbox.dead_letters: code": lambda it: it.world.system.outbox.dead_letters("s0"),
    "outbox.subscriptions": lambda it: it.world.system.outbox.subscriptions(),
    "outbox.unrouted": lambda it: it.world.system.outbox.unrouted(),
    "audit.past": lambda it: it.world.system.known_at(it.world.clock.now).records.records(),
    "retention.allowed_actions": lambda it: it.world.system.retention.allowed_actions(
        "legal_hold", it.world.system.retention.holds()[0].id
    ),
    "retention.revived": lambda it: it.world.system.retention.revived(),
    "retention.restored": lambda it: it.world.system.retention.restored(),
    "retention.erasures": lambda it: it.world.system.retention.erasures(),
    "retention.holds": lambda it: it.world.system.retention.holds(),
    "retention.mentions": lambda it: it.world.system.retention.mentions(it.id("0017")),
    "retention.plan": lambda it: it.world.system.retention.plan(),
    "retention.standing": lambda it: it.world.system.retention.standing(it.id("0017")),
    "privacy.level": lambda it: it.world.system.privacy.level(),
    "privacy.changing": lambda it: it.world.system.privacy.changing(),
    "my_todo": lambda it: it.world.office("0017").my_todo(),
    "my_todo: owner": lambda it: it.world.office("0001").my_todo(),
    "person": lambda it: it.world.core.person(it.world.tenant, "0017"),
}
"""Every question that a room answers, asked of a company."""

BUILDING: dict[str, Question] = {
    "handover.open_case": lambda it: it.world.office("0006").handover.open_case(
        _ready(it), supervisor_id=it.id("0003"), default_receiver_id=it.id("0024")
    ),
    "handover.derive": lambda it: it.world.office("0006").handover.derive(it.case.id),
    "handover.review": lambda it: it.world.office("0006").handover.review(),
}
"""Commands that build something of many parts: they write each part, and read no more for more of them.

A review looks at one case after the other, each in a unit of its own; it is counted for one case of many items.
"""

GROWS: dict[str, Question] = {
    "outbox.standing": lambda it: it.world.system.outbox.standing(),
    "handover.metrics": lambda it: it.world.system.handover.metrics(it.case.id),
    "retention.archive": lambda it: it.world.system.retention.archive(it.id("0017")),
}
"""Questions whose reads grow, all for now and then: metrics read the history of each item's source, an archive that of
everything about a person, and each subscription, of which there are few, has a queue of its own.
"""

BY_COMMANDS = frozenset((
    "handover_core.handover.queries.custody_facts",  # ending one custody
    "handover_core.handover.queries.moved",  # withdrawing one departure
    "handover_core.retention.queries.unfinished",  # before an erasure
))  # fmt: skip
"""Queries that only commands run, each about one thing."""

OTHER_COMMANDS = frozenset((
    "retention.apply", "retention.erase", "retention.go_on", "retention.place_hold", "retention.redact",
    "retention.release_hold", "outbox.replay", "privacy.begin_anew", "privacy.set_level", "procedures.do_step",
    "procedures.record_deviation", "procedures.waive_step",
))  # fmt: skip
"""Commands that are not in the list of commands about aggregates."""


def _everybody(it: Many) -> tuple[str, ...]:
    return tuple(person.id for person in it.world.people.values())


def _record(it: Many) -> str:
    return it.world.system.records.search("Offer 0").items[0].id


def _ready(it: Many) -> str:
    """Announce the departure of somebody with much work, and return its id."""
    departure = it.world.office("0021").handover.announce(it.id("0021"), it.departure.kind, NOTICE, LAST_DAY)
    it.world.office("0006").handover.record_receipt(departure.id)
    it.counting.reads.clear()
    return departure.id


@cache
def _company(size: int) -> Many:
    return many(size)


def _reads(it: Many, question: Question) -> Counter[str]:
    it.counting.reads.clear()
    question(it)
    return Counter(it.counting.reads)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_reads_no_more_in_a_larger_company(name: str) -> None:
    few, more = (_reads(_company(size), QUESTIONS[name]) for size in (FEW, MANY))
    assert few
    assert few == more


@pytest.mark.parametrize("name", GROWS)
def test_what_is_said_to_grow_does_grow(name: str) -> None:
    few, more = (_reads(_company(size), GROWS[name]).total() for size in (FEW, MANY))
    assert few < more


@pytest.mark.parametrize("name", BUILDING)
def test_what_builds_many_parts_reads_no_more_for_them(name: str) -> None:
    few, more = (_reads(many(size, cases=1), BUILDING[name]) for size in (FEW, MANY))
    assert few
    assert few == more


def test_every_question_of_every_room_is_counted() -> None:
    """A new question must be named above, or why its reads grow; a command is known by the list of commands."""
    rooms = {name: room for name, room in vars(_company(FEW).world.system).items() if isinstance(room, Room)}
    asked = {
        f"{name}.{method}"
        for name, room in rooms.items()
        for method in dir(room)
        if not method.startswith("_") and callable(getattr(room, method)) and method not in {*COMMANDS, "check"}
    }
    answered = {name.partition(":")[0] for name in QUESTIONS if "." in name}
    assert {"audit.verify"} | asked - OTHER_COMMANDS == answered | set(
        GROWS
    )  # `verify` is also the name of a command about items


def test_every_query_of_the_rooms_is_asked() -> None:
    """What stands in the rooms' modules of queries is run by the questions and commands that are counted here."""
    called: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.endswith(".queries"):
            called.add(f"{module}.{frame.f_code.co_qualname}")

    sys.setprofile(note)
    try:
        it = many(FEW)
        for question in (*QUESTIONS.values(), *GROWS.values(), *BUILDING.values()):
            question(it)
    finally:
        sys.setprofile(None)
    known = {name for module in _queries() for name in _public(module)}
    assert set() == known - called - BY_COMMANDS


def _queries() -> Iterator[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        if name.startswith("handover_core.") and name.endswith(".queries"):
            yield module


def _public(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__ and _is_function(value):
            yield f"{module.__name__}.{name}"


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type)


def test_an_import_reads_no_more_for_more_rows_of_a_chunk(tmp_path: Path) -> None:
    few, more = (_imported(size, tmp_path / str(size)) for size in (FEW, MANY))
    assert few
    assert few == more


def _imported(size: int, folder: Path) -> Counter[str]:
    """Bring what one company exported into a new one, and the same once more; return what that read."""
    source = _company(size)
    export(source.world.core.units, source.world.tenant, source.world.system.desk.actor, folder)
    target = many(1)
    actor = target.world.system.desk.actor
    target.counting.reads.clear()
    for _ in range(2):
        Importer(target.world.core.units, "another", actor).run(folder)
    return Counter(target.counting.reads)


def test_an_export_reads_no_more_for_more_rows(tmp_path: Path) -> None:
    def written(it: Many) -> object:
        return export(it.world.core.units, it.world.tenant, as_actor(it.world.people["0006"]), tmp_path / str(it.size))

    few, more = (_reads(_company(size), written) for size in (FEW, MANY))
    assert few
    assert few == more
