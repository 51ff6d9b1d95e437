"""The domain jobs themselves."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import places  # noqa: F401 - it lets the tests' modules be found
from benchmarks.company import record
from benchmarks.jobs.at import At
from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import UnitFactory
from handover_core.storage.copying import copy_company
from handover_core_cli.state import store_from_url
from handover_core_import import Importer, export
from worlds import LAST_DAY, NOTICE, RESIGNATION, TENANT, Clock, World

GIVER = "0017"
SHARE = 20
"""One record in so many belongs to the one who leaves, so a hundred thousand give five thousand items."""
PEOPLE = 100


def core(url: str) -> HandoverCore:
    """Return the library on a store, at the day of the tests' story."""
    return HandoverCore(store_from_url(url), clock=Clock(NOTICE))


def fill(at: At) -> int:
    """Store a company of a hundred people with their records."""
    store = store_from_url(at.store)
    store.schema.migrate()
    world = World(store)
    people = [f"p{number}" for number in range(PEOPLE)]
    world.core.units.append(TENANT, SYSTEM, EMPLOYEE, [_employee(id_) for id_ in people], batch="people")
    return world.core.units.append(
        TENANT, SYSTEM, WORK_RECORD, _records(world.id(GIVER), people, at.size), batch="records"
    )


def _employee(id_: str):  # noqa: ANN202 - an employee
    from handover_core.organization.model import Employee

    return Employee(id=id_, number=f"P{id_[1:]:>05}", name=f"Person {id_}")


def _records(giver: str, people: list[str], size: int) -> Iterator[WorkRecord]:
    for number in range(size):
        owner = giver if number % SHARE == 0 else people[number % len(people)]
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


def copy(at: At) -> int:
    """Copy the company with its history to the target."""
    target = store_from_url(at.target)
    target.schema.migrate()
    units = core(at.store).units
    return copy_company(units, units.over(target), TENANT).written
