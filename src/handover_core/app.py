"""The facade: one core over one store; from it, an office for each company and actor, with all rooms in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime, tzinfo
from typing import Any, cast

from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.audit.service import AuditService
from handover_core.clock import Clock, system_clock
from handover_core.desk import Desk
from handover_core.dossier.service import DossierService
from handover_core.errors import Refused, StorageUnavailable
from handover_core.guards import unknown_kind
from handover_core.handover import queries as handover_queries
from handover_core.handover.allowed import KINDS as HANDOVER_KINDS
from handover_core.handover.refusals import GONE
from handover_core.handover.service import HandoverService
from handover_core.ids import Ids, new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import COMPANY, COMPANY_ID, EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.organization.rules import zone
from handover_core.organization.service import ACTIONS as ORGANIZATION_ACTIONS
from handover_core.organization.service import OrganizationService
from handover_core.outbox import queries as outbox_queries
from handover_core.outbox.service import ACTIONS as OUTBOX_KINDS
from handover_core.outbox.service import OutboxService
from handover_core.policy import GENERIC, Calendar, Policy, Weekdays
from handover_core.privacy.service import PrivacyService
from handover_core.procedures import queries as procedures_queries
from handover_core.procedures.kinds import SOP, SOP_RUN, SOP_VERSION
from handover_core.procedures.service import ProceduresService
from handover_core.records import queries as records_queries
from handover_core.records.kinds import PROJECT, WORK_RECORD
from handover_core.records.service import RecordsService
from handover_core.retention import queries as retention_queries
from handover_core.retention.kinds import ERASURE, LEGAL_HOLD
from handover_core.retention.outlived import erased_with_keys
from handover_core.retention.service import RetentionService
from handover_core.storage import Driver, Handler, Joinable, UnitFactory, UnitOfWork, Vault
from handover_core.todo import Todo, by_due

ORGANIZATION_KINDS = frozenset(ORGANIZATION_ACTIONS)
PROCEDURES_KINDS = frozenset((COMPANY.name, SOP.name, SOP_VERSION.name, SOP_RUN.name))
RECORDS_KINDS = frozenset((COMPANY.name, WORK_RECORD.name, PROJECT.name))
RETENTION_KINDS = frozenset((LEGAL_HOLD.name, ERASURE.name))

DEFAULT_ZONE = "Asia/Shanghai"


class HandoverCore:
    """The library over one store. It keeps no state of its own; one instance may serve many threads."""

    def __init__(
        self, store: Driver, *, clock: Clock = system_clock, ids: Ids = new_id, policy: Policy = GENERIC,
        calendar: Calendar | None = None, vault: Vault | None = None, handlers: Sequence[Handler] = (),
    ) -> None:  # fmt: skip
        self.store = store
        self.units = UnitFactory(store, KINDS, clock=clock, ids=ids, vault=vault, handlers=handlers)
        self._policy = policy
        self._calendar = Weekdays() if calendar is None else calendar

    def joined(self, host: Any) -> HandoverCore:
        """Return the same core inside the transaction that the host opened; see `handover_core.storage.Joinable`.

        What its offices do is committed or rolled back by the host. Raises `StorageUnavailable` where the store cannot
        join, or no transaction is open.
        """
        if not self.store.capabilities.joins:
            raise StorageUnavailable("this store takes no part in transactions of a host")
        joined = copy(self)
        joined.store = cast("Joinable", self.store).join(host)
        joined.units = self.units.over(joined.store)
        return joined

    def office(self, tenant: str, actor: Actor, *, on: date | None = None) -> Office:
        """Return the rooms as ``actor`` sees them in ``tenant``; ``on`` stands for today in what is asked or recorded."""
        return Office(
            Desk(
                units=self.units, tenant=tenant, actor=actor, policy=self._policy, calendar=self._calendar,
                zone_of=zone_of, on=on,
            )
        )  # fmt: skip

    def person(self, tenant: str, number: str) -> Actor:
        """Return the employee with this number as an actor in their roles; raise `NotFound`, `Refused` for one who left."""
        with self.units.unit(tenant, Actor("lookup"), write=False) as unit:
            person = unit.repository(EMPLOYEE).named(number=number)
            if person.status is EmployeeStatus.LEFT:
                raise Refused(GONE, name=person.name)
            return as_actor(person)


class Office:
    """All rooms at one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.organization = OrganizationService(desk)
        self.procedures = ProceduresService(desk)
        self.records = RecordsService(desk)
        self.handover = HandoverService(desk)
        self.dossier = DossierService(desk)
        self.audit = AuditService(desk)
        self.privacy = PrivacyService(desk, erased_with_keys)
        self.outbox = OutboxService(desk)
        self.retention = RetentionService(desk)
        self._rooms: Mapping[
            OrganizationService
            | ProceduresService
            | RecordsService
            | HandoverService
            | OutboxService
            | RetentionService,
            frozenset[str],
        ] = {
            self.organization: ORGANIZATION_KINDS,
            self.procedures: PROCEDURES_KINDS,
            self.records: RECORDS_KINDS,
            self.handover: HANDOVER_KINDS,
            self.outbox: OUTBOX_KINDS,
            self.retention: RETENTION_KINDS,
        }

    @contextmanager
    def together(self, command: str, reason: str | None = None) -> Iterator[Office]:
        """Do several commands in one unit of work: all of them, or none. See `Desk.together`."""
        with self.desk.together(command, reason) as desk:
            yield Office(desk)

    def known_at(self, instant: datetime) -> Office:
        """Return the same office as it was known at an instant: lists, dossiers, what was to be done; nothing is written.

        Who acts is whoever asks, who must be an auditor, HR or the owner. What is asked for a day is asked for the day
        of the instant, unless the desk has another one. Whether all of it stays as it is, `final` tells.
        """
        return Office(self.audit.past(instant))

    @property
    def final(self) -> bool:
        """Whether what this office says of the past can no longer grow; see `handover_core.audit.model.AsOf`.

        Of the present nothing is final.
        """
        return self.desk.final

    def acting_as(self, actor: Actor) -> Office:
        """Return the same office for another actor."""
        return Office(evolve(self.desk, actor=actor))

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about an aggregate now, whatever its room.

        Raises `NotFound` for an id that this company does not have, `InvalidInput` for a kind without commands.
        """
        rooms = [room for room, kinds in self._rooms.items() if kind in kinds]
        if not rooms:
            raise unknown_kind(kind)
        return tuple(name for room in rooms for name in room.allowed_actions(kind, id))

    def my_todo(self) -> list[Todo]:
        """Return what waits for the actor (我的待办) in all rooms, what is due first at the front."""

        def answer(unit: UnitOfWork) -> list[Todo]:
            actor, today = self.desk.actor, self.desk.today(unit)
            found = [
                *handover_queries.todo(unit, actor, today, self.desk.policy),
                *procedures_queries.todo(unit, actor, today),
                *records_queries.todo(unit, actor),
                *outbox_queries.todo(unit, actor, today),
                *retention_queries.todo(unit, actor, today),
            ]
            return sorted(found, key=by_due)

        return self.desk.ask(answer)


def as_actor(employee: Employee) -> Actor:
    """Return an employee as an actor in the roles on record."""
    return Actor(employee.id, frozenset((Role.EMPLOYEE, *employee.roles)))


def zone_of(unit: UnitOfWork) -> tzinfo:
    """Return the time zone of the unit's company; before a company is stored, that of the first market."""
    company = unit.repository(COMPANY).peek(COMPANY_ID)
    return zone(DEFAULT_ZONE if company is None else company.time_zone)
