"""For every command that `allowed_actions` may name: how to give it with sound input about a given aggregate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from attrs import evolve, frozen

from handover_core.actor import SYSTEM
from handover_core.app import Office
from handover_core.errors import Refused
from handover_core.handover.kinds import HANDOVER
from handover_core.handover.model import ConsentTo, DepartureKind, HandoverItem, LegalFacts, Undo
from handover_core.handover.refusals import NOT_OF_CASE
from handover_core.kinds import KINDS
from handover_core.organization.kinds import ASSIGNMENT
from handover_core.organization.model import (
    Absence,
    Assignment,
    Capacity,
    Company,
    ContractKind,
    Employee,
    EmployeeStatus,
    LabourContract,
    OrgUnit,
    Position,
    PositionVersion,
)
from handover_core.outbox.model import Subscription
from handover_core.policy.presets import Settlement
from handover_core.procedures.model import Sop, Stage, Step
from handover_core.records.model import Project, WorkRecord
from handover_core.storage import CustomField
from handover_core.values import DateRange, Document
from worlds import FOUNDED, LAST_DAY, NOTICE, RESIGNATION, World

STAGES = (Stage(name="Only", steps=(Step(key="1", instructions="Look"), Step(key="2", instructions="Decide"))),)


@frozen(kw_only=True)
class Call:
    """A command about to be given: who, what about, and the dice for the rest."""

    world: World
    office: Office
    target: Any
    dice: Random

    @property
    def new(self) -> str:
        return self.world.new_id()

    def read(self, kind: Any, id: str) -> Any:
        return self.world.system.desk.ask(lambda unit: unit.repository(kind).get(id))

    def someone(self, *besides: str | None) -> str:
        """Return an active person other than those named; somebody new where all are leaving."""
        people = self.world.system.organization.employees(limit=1000).items
        able = [each.id for each in people if each.status is EmployeeStatus.ACTIVE and each.id not in besides]
        if able:
            return self.dice.choice(able)
        return self.world.system.organization.hire(Employee(id=self.new, number=self.new, name="Newcomer")).id

    def case_of(self, item: HandoverItem) -> Any:
        return self.read(HANDOVER, item.handover_id)


def _stand_in(call: Call, giver: str, supervisor: str, *more: str | None) -> str:
    return call.someone(giver, supervisor, call.office.desk.actor.id, *more)


def _announce(call: Call) -> object:
    kind = call.dice.choice((RESIGNATION, RESIGNATION, DepartureKind.DISMISSAL, DepartureKind.LONG_LEAVE))
    return call.office.handover.announce(call.target.id, kind, NOTICE, LAST_DAY)


def _open_case(call: Call) -> object:
    giver = call.target.employee_id
    supervisor = call.someone(giver)
    receiver = call.someone(giver, supervisor)
    return call.office.handover.open_case(call.target.id, supervisor_id=supervisor, default_receiver_id=receiver)


def _assign(call: Call) -> object:
    first = date(2030, 1, 1) + timedelta(
        days=len(call.world.system.desk.ask(lambda unit: unit.repository(ASSIGNMENT).list()))
    )
    return call.office.organization.assign(
        Assignment(
            id=call.new, employee_id=call.target.id, position_id=call.world.positions["DIR"].id,
            capacity=Capacity.TRAINEE, effective=DateRange(first, first + timedelta(days=1)),
        )
    )  # fmt: skip


def _book(call: Call) -> object:
    first = LAST_DAY + timedelta(days=30 + len(call.world.system.organization.absences(call.target.id)))
    days = DateRange(first, first + timedelta(days=1))
    return call.office.organization.book_absence(Absence(id=call.new, employee_id=call.target.id, effective=days))


def _describe(call: Call) -> object:
    latest = call.target.latest
    later = evolve(latest, effective_from=latest.effective_from + timedelta(days=1), purpose=call.new)
    return call.office.organization.describe_position(call.target.id, later)


def _appoint(call: Call) -> object:
    items = call.world.system.handover.items(call.target.id)
    places = sorted({item.position_id for item in items if item.position_id is not None})
    if not places:
        raise Refused(NOT_OF_CASE)
    receiver = call.someone(call.target.giver_id, call.target.supervisor_id)
    return call.office.handover.appoint_custodian(call.target.id, places[0], receiver)


def _reschedule(call: Call) -> object:
    departure = call.target
    agreed = [each.last_day for each in departure.consents if each.last_day is not None]
    last_day = agreed[-1] if agreed else departure.last_day + timedelta(days=call.dice.randint(0, 3))
    return call.office.handover.reschedule(departure.id, last_day, "more time")


def _consent(call: Call) -> object:
    to = call.dice.choice(tuple(ConsentTo))
    last_day = LAST_DAY + timedelta(days=3) if to is ConsentTo.LAST_DAY else None
    paper = Document(title="signed", uri="file:///signed.pdf")
    return call.office.handover.record_consent(call.target.id, to, last_day=last_day, document=paper)


def _settle(call: Call) -> object:
    lines = call.office.handover.clearance(call.target.id).lines
    free = [line.what for line in lines if not line.done and line.blocker is None]
    return call.office.handover.settle(call.target.id, free[0] if free else Settlement.WAGES)


def _succeed(call: Call) -> object:
    custodian = call.target
    manager = call.world.system.organization.manager_of(custodian.employee_id)
    successor = call.someone(custodian.employee_id, manager)
    return call.office.handover.hand_to_successor(custodian.id, successor, custodian.effective.start)


def _item(call: Call) -> Any:
    return call.office.handover


COMMANDS: dict[str, Callable[[Call], object]] = {
    # organization
    "set_company": lambda c: c.office.organization.set_company(Company(id="company", name=c.new)),
    "declare_field": lambda c: c.office.organization.declare_field(
        CustomField(id=c.new, kind="employee", name=f"f{c.new}")
    ),
    "add_unit": lambda c: c.office.organization.add_unit(OrgUnit(id=c.new, code=c.new, name="U")),
    "add_position": lambda c: c.office.organization.add_position(
        Position(id=c.new, code=c.new, descriptions=(PositionVersion(effective_from=FOUNDED, title="P"),))
    ),
    "hire": lambda c: c.office.organization.hire(Employee(id=c.new, number=c.new, name="E")),
    "change_unit": lambda c: c.office.organization.change_unit(c.target.id, name=c.new),
    "describe_position": _describe,
    "change_employee": lambda c: c.office.organization.change_employee(c.target.id, email=c.new),
    "assign": _assign,
    "sign_contract": lambda c: c.office.organization.sign_contract(
        LabourContract(id=c.new, employee_id=c.target.id, kind=ContractKind.OPEN_ENDED, effective=DateRange(NOTICE))
    ),
    "book_absence": _book,
    "cancel_absence": lambda c: c.office.organization.cancel_absence(c.target.id),
    "rehire": lambda c: c.office.organization.rehire(c.target.id, LAST_DAY + timedelta(days=30)),
    "end_assignment": lambda c: c.office.organization.end_assignment(c.target.id, c.world.clock.now.date()),
    "sign_off": lambda c: c.office.organization.sign_off(c.target.id),
    # procedures
    "add_sop": lambda c: c.office.procedures.add_sop(
        Sop(id=c.new, code=c.new, title="S", owner_position_id=c.world.positions["KAM"].id), STAGES
    ),
    "draft_version": lambda c: c.office.procedures.draft_version(c.target.id, STAGES),
    "start_run": lambda c: c.office.procedures.start_run(c.target.id, c.new),
    "edit_version": lambda c: c.office.procedures.edit_version(c.target.id, (*STAGES, Stage(name=c.new))),
    "submit_version": lambda c: c.office.procedures.submit_version(c.target.id),
    "return_version": lambda c: c.office.procedures.return_version(c.target.id, "unclear"),
    "publish_version": lambda c: c.office.procedures.publish_version(c.target.id),
    "retire_version": lambda c: c.office.procedures.retire_version(c.target.id, "no longer used"),
    "acknowledge": lambda c: c.office.procedures.acknowledge(c.target.id),
    "close_run": lambda c: c.office.procedures.close_run(c.target.id),
    "cancel_run": lambda c: c.office.procedures.cancel_run(c.target.id, "not needed"),
    # records
    "open_record": lambda c: c.office.records.open_record(
        WorkRecord(
            id=c.new, kind="task", title=c.new, owner_id=c.someone(), author_id=c.office.desk.actor.id, opened_on=NOTICE
        )
    ),
    "add_project": lambda c: c.office.records.add_project(Project(id=c.new, code=c.new, name="P")),
    "change_project": lambda c: c.office.records.change_project(c.target.id, name=c.new),
    "change_record": lambda c: c.office.records.change_record(c.target.id, body=c.new),
    "close_record": lambda c: c.office.records.close_record(c.target.id),
    "transfer_record": lambda c: c.office.records.transfer_record(c.target.id, c.someone(), "load"),
    "reopen_record": lambda c: c.office.records.reopen_record(c.target.id, "not done after all"),
    # handover
    "announce": _announce,
    "record_receipt": lambda c: c.office.handover.record_receipt(c.target.id),
    "open_case": _open_case,
    "take_effect": lambda c: c.office.handover.take_effect(c.target.id),
    "withdraw": lambda c: c.office.handover.withdraw(c.target.id, "stays", moved=c.dice.choice(tuple(Undo))),
    "reschedule": _reschedule,
    "record_consent": _consent,
    "state_facts": lambda c: c.office.handover.state_facts(c.target.id, LegalFacts(fault=c.dice.random() < 0.5)),
    "settle": _settle,
    "end_leave": lambda c: c.office.handover.end_leave(c.target.id, c.target.last_day + timedelta(days=30)),
    "hand_to_successor": _succeed,
    "review": lambda c: c.office.handover.review(),
    "derive": lambda c: c.office.handover.derive(c.target.id),
    "serve_demand": lambda c: c.office.handover.serve_demand(c.target.id, "letter"),
    "record_refusal": lambda c: c.office.handover.record_refusal(c.target.id, "said so"),
    "appoint_custodian": _appoint,
    "grant_exception": lambda c: c.office.handover.grant_exception(
        c.target.id, c.someone(c.office.desk.actor.id), "there are few of us"
    ),
    "replace_supervisor": lambda c: c.office.handover.replace_supervisor(
        c.target.id, c.someone(c.target.giver_id), "is away"
    ),
    "complete": lambda c: c.office.handover.complete(c.target.id),
    "assign_receiver": lambda c: _item(c).assign_receiver(
        c.target.id, c.someone(c.case_of(c.target).giver_id, c.case_of(c.target).supervisor_id)
    ),
    "name_verifier": lambda c: _item(c).name_verifier(
        c.target.id, c.someone(c.case_of(c.target).giver_id, c.target.receiver_id)
    ),
    "brief": lambda c: _item(c).brief(c.target.id, f"about {c.target.title}"),
    "accept": lambda c: _item(c).accept(c.target.id, read_back="in my own words"),
    "take_over": lambda c: _item(c).take_over(c.target.id, "mine now"),
    "decline": lambda c: _item(c).decline(c.target.id, "too much"),
    "hand_on": lambda c: _item(c).hand_on(
        c.target.id, c.someone(c.case_of(c.target).giver_id, c.case_of(c.target).supervisor_id), "on leave"
    ),
    "pass_question": lambda c: c.office.handover.pass_question(c.target.id),
    "return_item": lambda c: _item(c).return_item(c.target.id, "unclear"),
    "verify": lambda c: _item(c).verify(c.target.id, evidence="seen"),
    "waive": lambda c: _item(c).waive(c.target.id, "not needed"),
    "ask": lambda c: _item(c).ask(c.target.id, "why?"),
    "answer": lambda c: c.office.handover.answer(c.target.id, "because"),
    # outbox
    "subscribe": lambda c: c.office.outbox.subscribe(Subscription(id=c.new, code=c.new, endpoint="call:", attempts=1)),
    "change_subscription": lambda c: c.office.outbox.change_subscription(c.target.code, "moved", timeout=9),
    "unsubscribe": lambda c: c.office.outbox.unsubscribe(c.target.code, "closed"),
    "replay": lambda c: c.office.outbox.replay(c.target.code, "lost", stream=("company", "company")),
    "skip": lambda c: c.office.outbox.skip(c.target.id, "known there"),
    "retry": lambda c: c.office.outbox.retry(c.target.id, "mended"),
}

KINDS_WITH_COMMANDS = {
    "company": ("set_company", "declare_field", "add_unit", "add_position", "hire", "add_sop", "open_record", "add_project",
                "review", "subscribe"),
    "org_unit": ("change_unit",),
    "position": ("describe_position",),
    "employee": ("change_employee", "assign", "sign_contract", "announce", "book_absence", "rehire"),
    "absence": ("cancel_absence",),
    "assignment": ("end_assignment", "sign_off", "hand_to_successor"),
    "sop": ("draft_version", "start_run"),
    "sop_version": ("edit_version", "submit_version", "return_version", "publish_version", "retire_version", "acknowledge"),
    "sop_run": ("close_run", "cancel_run"),
    "work_record": ("change_record", "close_record", "transfer_record", "reopen_record"),
    "project": ("change_project",),
    "departure": ("record_receipt", "open_case", "take_effect", "withdraw", "reschedule", "record_consent", "state_facts",
                  "settle", "end_leave"),
    "handover": ("derive", "serve_demand", "record_refusal", "appoint_custodian", "grant_exception",
                 "replace_supervisor", "complete"),
    "handover_item": ("assign_receiver", "name_verifier", "brief", "accept", "return_item", "verify", "waive", "ask",
                      "take_over", "decline", "hand_on"),
    "handover_question": ("answer", "pass_question"),
    "subscription": ("change_subscription", "unsubscribe", "replay"),
    "dead_letter": ("skip", "retry"),
}  # fmt: skip


def targets(world: World) -> dict[str, list[Any]]:
    """Return everything that is stored, by kind."""
    with world.core.units.unit(world.tenant, SYSTEM, write=False) as unit:
        return {kind.name: unit.repository(kind).list() for kind in KINDS}
