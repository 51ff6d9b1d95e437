"""A small company in code, for stories: who is who stands here, what happens stands in the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from handover_core.actor import SYSTEM, Role
from handover_core.app import HandoverCore, Office, as_actor
from handover_core.handover.model import DepartureKind
from handover_core.organization.model import (
    Assignment,
    Authority,
    Capacity,
    Company,
    Duty,
    Employee,
    Limit,
    OrgUnit,
    Position,
    PositionVersion,
    SignOff,
)
from handover_core.policy import Criticality
from handover_core.procedures.model import Sop, Stage, Step
from handover_core.records.model import Priority, WorkRecord
from handover_core.storage import Driver, Vault
from handover_core.values import DateRange

FOUNDED = date(2021, 3, 1)
NOTICE = date(2026, 3, 2)
LAST_DAY = date(2026, 3, 13)
TENANT = "acme"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, day: date = NOTICE) -> None:
        self.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    def tick(self) -> None:
        self.now += timedelta(seconds=1)


class World:
    """A core over one store with a company of six people in it."""

    def __init__(self, store: Driver, tenant: str = TENANT, vault: Vault | None = None) -> None:
        self.clock = Clock()
        self.tenant = tenant
        numbers = count(1)
        # Ids that follow from the story, so that a story told again is the same story.
        self.core = HandoverCore(store, clock=self.clock, ids=lambda: f"{tenant}-{next(numbers):06d}", vault=vault)
        self.system = self.core.office(tenant, SYSTEM)
        self.people: dict[str, Employee] = {}
        self.positions: dict[str, Position] = {}
        self._found_in_one_unit()

    def office(self, number: str) -> Office:
        """Return the office of the employee with this number."""
        return self.core.office(self.tenant, as_actor(self.system.organization.employee(number)))

    def id(self, number: str) -> str:
        return self.people[number].id

    def _found_in_one_unit(self) -> None:
        """Found the company; its commands are recorded as they would be one by one, and are stored at once."""
        alone = self.system
        with alone.together("test.found") as self.system:
            self._found()
        self.system = alone

    def _found(self) -> None:
        organization = self.system.organization
        organization.set_company(Company(id="company", name=f"Company {self.tenant}"))
        unit = organization.add_unit(OrgUnit(id=self.new_id(), code="S", name="Sales", functions=("selling",)))
        roles = {
            "0001": ("Owner", (Role.OWNER, Role.APPROVER)),
            "0002": ("Approver", (Role.APPROVER,)),
            "0003": ("Director", (Role.MANAGER,)),
            "0006": ("HR", (Role.HR,)),
            "0017": ("Key", ()),
            "0021": ("Backup", ()),
            "0024": ("Colleague", ()),
            "0030": ("Assistant", ()),
        }
        for number, (name, extra) in roles.items():
            self.people[number] = organization.hire(
                Employee(
                    id=self.new_id(),
                    number=number,
                    name=f"{name} of {self.tenant}",
                    unit_id=unit.id,
                    hired_on=FOUNDED,
                    roles=(Role.EMPLOYEE, *extra),
                )
            )
        self._place("DIR", "Sales director", "0003", None, unit.id)
        self._place("KAM", "Key account manager", "0017", "DIR", unit.id, duties=KEY_DUTIES, authorities=DISCOUNT)
        self._place("ASS", "Sales assistant", "0030", "KAM", unit.id)
        self.assign("0021", "KAM", Capacity.BACKUP, signed=True)

    def _place(
        self,
        code: str,
        title: str,
        holder: str,
        superior: str | None,
        unit_id: str,
        *,
        duties: tuple[Duty, ...] = (),
        authorities: tuple[Authority, ...] = (),
    ) -> None:
        description = PositionVersion(
            effective_from=FOUNDED,
            title=title,
            unit_id=unit_id,
            duties=duties,
            authorities=authorities,
            reports_to_id=None if superior is None else self.positions[superior].id,
        )
        position = Position(id=self.new_id(), code=code, descriptions=(description,))
        self.positions[code] = self.system.organization.add_position(position)
        self.assign(holder, code)

    def assign(
        self, number: str, code: str, capacity: Capacity = Capacity.INCUMBENT, *, signed: bool = False
    ) -> Assignment:
        return self.system.organization.assign(
            Assignment(
                id=self.new_id(),
                employee_id=self.id(number),
                position_id=self.positions[code].id,
                capacity=capacity,
                effective=DateRange(FOUNDED),
                sign_off=SignOff(by_id=self.id("0003"), on=FOUNDED) if signed else None,
            )
        )

    def record(self, title: str, *, owner: str = "0017", kind: str = "task", **more: object) -> WorkRecord:
        return self.office(owner).records.open_record(
            WorkRecord(
                id=self.new_id(),
                kind=kind,
                title=title,
                owner_id=self.id(owner),
                author_id=self.id(owner),
                opened_on=date(2026, 1, 5),
                **more,  # type: ignore[arg-type]
            )
        )

    def publish(self, code: str, owner: str, author: str = "0017", approver: str = "0003") -> Sop:
        """Write, submit and publish an SOP of two steps."""
        steps = (Step(key="1", instructions="Look"), Step(key="2", instructions="Decide"))
        sop = Sop(id=self.new_id(), code=code, title=f"SOP {code}", owner_position_id=self.positions[owner].id)
        draft = self.office(author).procedures.add_sop(sop, (Stage(name="Only", steps=steps),))
        self.office(author).procedures.submit_version(draft.id)
        self.office(approver).procedures.publish_version(draft.id)
        return self.system.procedures.sop(code)

    def leave(self, number: str = "0017") -> str:
        """Announce a resignation, record its receipt, open the case and return the case's id."""
        departure = self.office(number).handover.announce(self.id(number), RESIGNATION, NOTICE, LAST_DAY)
        self.office("0006").handover.record_receipt(departure.id)
        return self.office("0006").handover.open_case(departure.id, default_receiver_id=self.id("0024")).id

    def new_id(self) -> str:
        return self.core.units.ids()


KEY_DUTIES = (
    Duty(
        key="accounts",
        title="Lead the key accounts",
        criticality=Criticality.CRITICAL,
        description="Visit, listen, propose.",
        sop_codes=("FOLLOW",),
    ),
    Duty(key="rebates", title="Rebate scheme", criticality=Criticality.CRITICAL),
    Duty(key="report", title="Monthly report", description="Send it on the third working day."),
)
DISCOUNT = (
    Authority(
        key="discount",
        name="Discounts",
        limit=Limit(amount=Decimal(50000), unit="CNY"),
        interim_limit=Limit(amount=Decimal(5000), unit="CNY"),
    ),
)


RESIGNATION = DepartureKind.RESIGNATION
HIGH = Priority.HIGH
