"""The domain jobs themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve

from benchmarks import places  # noqa: F401 - it lets the tests' modules be found
from benchmarks.company import record
from benchmarks.jobs.at import At
from handover_core.actor import SYSTEM, Actor, Role
from handover_core.app import HandoverCore
from handover_core.audit.model import Wanted
from handover_core.ids import new_id
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee, EmployeeStatus
from handover_core.outbox.envelope import Envelope
from handover_core.outbox.model import Subscription
from handover_core.outbox.relay import Relay
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus, WorkRecord
from handover_core.storage import UnitFactory
from handover_core.storage.copying import copy_company
from handover_core_cli.state import store_from_url
from handover_core_import import Importer, export
from handover_core_keys import KeyRing, KeyTable, MasterKeys
from worlds import LAST_DAY, NOTICE, RESIGNATION, TENANT, Clock, World

GIVER = "0017"
SHARE = 20
"""One record in so many belongs to the one who leaves."""
ITEMS = 5000
"""How many records of theirs there are at most, however many the company has."""
CHANGED = 500
"""How many people change while a relay delivers."""
GONE, LEFT_ON, WRITTEN = "gone", date(2010, 5, 1), 50
"""Who left long ago, when, and how many records they wrote."""


def people_of(size: int) -> list[str]:
    """Return the people of a company with so many records: at least a hundred, a thousand for a million."""
    return [f"p{number}" for number in range(max(100, size // 1000))]


def core(url: str) -> HandoverCore:
    """Return the library on a store, at the day of the tests' story."""
    return HandoverCore(store_from_url(url), clock=Clock(NOTICE))


def fill(at: At) -> int:
    """Store a company with its people and their records."""
    store = store_from_url(at.store)
    store.schema.migrate()
    world = World(store)
    people = people_of(at.size)
    world.core.units.append(TENANT, SYSTEM, EMPLOYEE, [_employee(id_) for id_ in people], batch="people")
    return world.core.units.append(
        TENANT, SYSTEM, WORK_RECORD, _records(world.id(GIVER), people, at.size), batch="records"
    )


def _employee(id_: str) -> Employee:
    return Employee(id=id_, number=f"P{id_[1:]:>05}", name=f"Person {id_}")


def _records(giver: str, people: list[str], size: int) -> Iterator[WorkRecord]:
    step = max(SHARE, size // ITEMS)
    for number in range(size):
        owner = giver if number % step == 0 else people[number % len(people)]
        yield record(owner, number, 100)


def export_sheets(at: At) -> int:
    """Write all sheets as CSV into the folder."""
    written = export(core(at.store).units, TENANT, SYSTEM, at.folder / "sheets")
    return sum(written.rows.values())


def import_sheets(at: At) -> int:
    """Bring the folder's sheets into an empty store."""
    store = store_from_url(at.target)
    store.schema.migrate()
    report = Importer(UnitFactory(store, KINDS), TENANT, SYSTEM).run(at.folder / "sheets")
    if report.rejects:
        raise LookupError(f"rejected: {report.rejects[0]}")
    return sum(each.created for each in report.counts.values())


def derive(at: At) -> int:
    """Announce a resignation and open its case: the items are derived from the records."""
    here = core(at.store)
    office = here.office(TENANT, SYSTEM)
    giver = office.organization.employee(GIVER).id
    departure = here.office(TENANT, here.person(TENANT, GIVER)).handover.announce(giver, RESIGNATION, NOTICE, LAST_DAY)
    hr = here.office(TENANT, here.person(TENANT, "0006"))
    hr.handover.record_receipt(departure.id)
    colleague = office.organization.employee("0024").id
    case = hr.handover.open_case(departure.id, default_receiver_id=colleague)
    return len(office.handover.items(case.id))


def dossier(at: At) -> int:
    """Build the dossier of the case that `derive` opened."""
    here = core(at.store)
    office = here.office(TENANT, SYSTEM)
    (case,) = office.handover.of_giver(office.organization.employee(GIVER).id)
    office.dossier.handover(case.code)
    return len(office.handover.items(case.id))


def verify(at: At) -> int:
    """Check every entry of the history against the chain and the rows."""
    found = core(at.store).office(TENANT, SYSTEM).audit.verify()
    if found.breaks:
        raise LookupError(f"broken: {found.breaks[0]}")
    return found.streams


def deliver(at: At) -> int:
    """Change people, each in a unit of its own, and let a relay deliver what happened."""
    here = core(at.store)
    office = here.office(TENANT, SYSTEM)
    office.outbox.subscribe(Subscription(id=new_id(), code="bench", endpoint="call:", kinds=("employee",)))
    for id_ in people_of(at.size)[:CHANGED]:
        office.organization.change_employee(id_, email=f"{id_}@acme.test")
    delivered, relay = 0, Relay(here.units, TENANT, lambda _: _taken)
    while done := relay.run_once().delivered:
        delivered += done
    return delivered


def _taken(envelope: Envelope, /, *, timeout: float) -> None:
    """Receive an event, as a host's own function would."""


def search(at: At) -> int:
    """Ask the log for everything that one actor did, page by page."""
    audit, found, after = core(at.store).office(TENANT, SYSTEM).audit, 0, None
    while True:
        page = audit.search(Wanted(actor=GONE), limit=100, after=after)
        found += len(page.items)
        after = page.next
        if after is None:
            return found


def erase(at: At) -> int:
    """Erase somebody who left long ago: whatever is about them is looked for in all that the company holds."""
    ring = KeyRing(KeyTable.in_file(at.folder / "keys.db"), MasterKeys({"bench": bytes(64)}, "bench"))
    here = HandoverCore(store_from_url(at.store), clock=Clock(NOTICE), vault=ring)
    gone = Employee(id=GONE, number="GONE", name="Zacharias Quill", status=EmployeeStatus.LEFT, left_on=LEFT_ON)
    here.units.append(TENANT, SYSTEM, EMPLOYEE, [gone], batch="gone")
    theirs = [evolve(record(GONE, number, 1), status=RecordStatus.DONE, closed_on=LEFT_ON) for number in range(WRITTEN)]
    here.units.append(TENANT, Actor(GONE, {Role.EMPLOYEE}), WORK_RECORD, theirs, batch="gone records")
    here.office(TENANT, SYSTEM).retention.erase(GONE, "asked for it")
    ring.close()
    return WRITTEN


def copy(at: At) -> int:
    """Copy the company with its history to the target."""
    target = store_from_url(at.target)
    target.schema.migrate()
    units = core(at.store).units
    return copy_company(units, units.over(target), TENANT).written
