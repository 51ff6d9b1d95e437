"""A company in which everything that can be many is there ``n`` times."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve, frozen

from counting import Counting
from handover_core.errors import NotDelivered
from handover_core.handover.model import Departure, Handover, HandoverItem
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import (
    Absence,
    Assignment,
    Capacity,
    Employee,
    EmployeeStatus,
    OrgUnit,
    Position,
    PositionVersion,
)
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.procedures.kinds import ACKNOWLEDGEMENT, SOP, SOP_RUN, SOP_VERSION
from handover_core.procedures.model import Acknowledgement, Sop, SopRun, SopState, SopVersion, Stage, Step
from handover_core.records.kinds import PROJECT
from handover_core.records.model import Project, ProjectMember
from handover_core.retention.kinds import ERASURE, LEGAL_HOLD
from handover_core.retention.model import Category, Erasure, ErasureState, LegalHold
from handover_core.storage import MemoryStore
from handover_core.values import DateRange
from worlds import FOUNDED, NOTICE, World

AREA = "sales/north"


@frozen(kw_only=True)
class Many:
    """The company, and what questions are asked about."""

    counting: Counting
    world: World
    size: int
    departure: Departure
    case: Handover
    item: HandoverItem
    sop: Sop
    run: SopRun

    def id(self, number: str) -> str:
        return self.world.id(number)


def many(size: int, *, cases: int | None = None) -> Many:
    """Return a company of that size; with ``cases``, so many others leave."""
    counting = Counting(MemoryStore())
    world = World(counting)
    _organization(world, size)
    sops = [_sop(world, number) for number in range(size)]
    runs = [_run(world, sop, version) for sop, version in sops]
    for number in range(size):
        _project(world, number)
        world.record(f"Offer {number}", counterparty=f"Customer {number}", area=AREA, due_on=NOTICE)
        world.record(f"Old {number}", owner="0021", area=AREA)
    world.leave()
    case = world.system.handover.of_giver(world.id("0017"))[0]
    items = world.system.handover.items(case.id)
    received = [item for item in items if item.receiver_id == world.id("0024")]
    for item in received[:size]:
        world.office("0024").handover.ask(item.id, "How?")
    for number in range(size if cases is None else cases):
        _another_leaves(world, number)
    world.office("0006").handover.review()
    _outbox(world, size)
    _afterwards(world, size)
    return Many(
        counting=counting, world=world, size=size, case=world.system.handover.case(case.code),
        departure=world.system.handover.departure(case.departure_id), item=items[0], sop=sops[0][0], run=runs[0],
    )  # fmt: skip


def _organization(world: World, size: int) -> None:
    organization = world.system.organization
    for number in range(size):
        unit = organization.add_unit(OrgUnit(id=world.new_id(), code=f"U{number}", name=f"Unit {number}"))
        person = organization.hire(
            Employee(
                id=world.new_id(), number=f"N{number:04d}", name=f"Person {number}", unit_id=unit.id, hired_on=FOUNDED
            )
        )
        description = PositionVersion(
            effective_from=FOUNDED, title=f"Post {number}", unit_id=unit.id, reports_to_id=world.positions["KAM"].id
        )
        position = organization.add_position(
            Position(id=world.new_id(), code=f"P{number:03d}", descriptions=(description,))
        )
        for holder, post, capacity in (
            (person.id, position.id, Capacity.INCUMBENT),
            (person.id, world.positions["KAM"].id, Capacity.BACKUP),
            (world.id("0017"), position.id, Capacity.BACKUP),
        ):
            organization.assign(
                Assignment(
                    id=world.new_id(),
                    employee_id=holder,
                    position_id=post,
                    capacity=capacity,
                    effective=DateRange(FOUNDED),
                )
            )
        day = NOTICE + timedelta(days=30 + 2 * number)
        organization.book_absence(
            Absence(id=world.new_id(), employee_id=world.id("0017"), effective=DateRange(day, day + timedelta(days=1)))
        )
        organization.book_absence(
            Absence(id=world.new_id(), employee_id=person.id, effective=DateRange(day, day + timedelta(days=1)))
        )


def _sop(world: World, number: int) -> tuple[Sop, SopVersion]:
    """Store an SOP with a published version that many have read, past the ceremony."""
    stages = (Stage(name="Only", steps=(Step(key="1", instructions="Look"), Step(key="2", instructions="Decide"))),)
    sop_id, version_id = world.new_id(), world.new_id()
    version = SopVersion(
        id=version_id, sop_id=sop_id, number=1, state=SopState.PUBLISHED, stages=stages, author_id=world.id("0017"),
        approver_id=world.id("0003"), published_on=FOUNDED,
    )  # fmt: skip
    sop = Sop(
        id=sop_id, code=f"S{number:03d}", title=f"Procedure {number}", owner_position_id=world.positions["KAM"].id,
        published_id=version_id, latest_number=2,
    )  # fmt: skip
    draft = evolve(version, id=world.new_id(), number=2, state=SopState.DRAFT, approver_id=None, published_on=None)
    with world.core.units.unit(world.tenant, world.system.desk.actor, "test.sop") as unit:
        unit.repository(SOP).add(sop)
        unit.repository(SOP_VERSION).add(version)
        unit.repository(SOP_VERSION).add(draft)
        for reader in ("0017", "0021"):
            unit.repository(ACKNOWLEDGEMENT).add(
                Acknowledgement(
                    id=world.new_id(),
                    employee_id=world.id(reader),
                    sop_id=sop_id,
                    version_id=version_id,
                    read_on=FOUNDED,
                )
            )
        unit.commit()
    return world.system.procedures.sop(sop.code), version


def _run(world: World, sop: Sop, version: SopVersion) -> SopRun:
    run = SopRun(
        id=world.new_id(), sop_id=sop.id, version_id=version.id, subject=f"Run of {sop.code}", owner_id=world.id("0017"),
        started_on=FOUNDED,
    )  # fmt: skip
    with world.core.units.unit(world.tenant, world.system.desk.actor, "test.run") as unit:
        stored = unit.repository(SOP_RUN).add(run)
        unit.commit()
    return stored


def _project(world: World, number: int) -> None:
    members = (ProjectMember(employee_id=world.id("0017"), part="lead", effective=DateRange(FOUNDED)),)
    project = Project(id=world.new_id(), code=f"J{number:03d}", name=f"Project {number}", members=members)
    with world.core.units.unit(world.tenant, world.system.desk.actor, "test.project") as unit:
        unit.repository(PROJECT).add(project)
        unit.commit()


def _outbox(world: World, size: int) -> None:
    """Subscribe many who cannot take a project, so that each has dead letters."""
    for number in range(size):
        world.system.outbox.subscribe(
            Subscription(id=world.new_id(), code=f"s{number}", endpoint="call:", kinds=("project",))
        )
    Relay(world.core.units, world.tenant, lambda _: _refusing).run_once()


def _refusing(_: object, /, *, timeout: float) -> None:
    raise NotDelivered(f"after {timeout}", final=True)


def _another_leaves(world: World, number: int) -> None:
    """Open the case of somebody else, so that there are many cases."""
    world.people[f"N{number:04d}"] = world.system.organization.employee(f"N{number:04d}")
    world.leave(f"N{number:04d}")


def _afterwards(world: World, size: int) -> None:
    """Let people have left, and records about them be held and erased."""
    with world.core.units.unit(world.tenant, world.system.desk.actor, "test.afterwards") as unit:
        for number in range(size):
            left = unit.repository(EMPLOYEE).add(
                Employee(
                    id=world.new_id(), number=f"L{number:04d}", name=f"Gone {number}", hired_on=FOUNDED, left_on=NOTICE,
                    status=EmployeeStatus.LEFT,
                )
            )  # fmt: skip
            unit.repository(LEGAL_HOLD).add(
                LegalHold(
                    id=world.new_id(),
                    employee_id=left.id,
                    reason="claim",
                    placed_by_id=world.id("0002"),
                    placed_on=NOTICE,
                )
            )
            unit.repository(ERASURE).add(
                Erasure(
                    id=world.new_id(), subject_id=left.id, categories=(Category.ABSENCES,), whole=False, reason="asked",
                    requested_on=NOTICE, approver_id=world.id("0002"), state=ErasureState.OVERWRITTEN,
                )
            )  # fmt: skip
        unit.commit()
