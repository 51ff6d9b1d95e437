"""Cases that are opened at the same moment: each gets a code of its own, and nobody is shown a conflict."""

from __future__ import annotations

import pytest

from faults import in_threads
from handover_core.handover.kinds import HANDOVER
from handover_core.organization.kinds import COMPANY, COMPANY_ID
from handover_core.storage import Driver, UnitOfWork
from worlds import LAST_DAY, NOTICE, RESIGNATION, World

LEAVERS = ("0017", "0021", "0024", "0030")


def without_a_company(unit: UnitOfWork) -> None:
    unit.repository(COMPANY).delete(unit.repository(COMPANY).get(COMPANY_ID))


@pytest.mark.parametrize("company", [True, False], ids=["with a company row", "without one"])
def test_cases_that_are_opened_at_once_have_codes_of_their_own(store: Driver, company: bool) -> None:
    """Where the company has a row they wait for each other by it; where it has none, whoever was second runs again."""
    world = World(store)
    departures = []
    for number in LEAVERS:
        departure = world.office(number).handover.announce(world.id(number), RESIGNATION, NOTICE, LAST_DAY)
        departures.append(world.office("0006").handover.record_receipt(departure.id))
    if not company:
        world.system.desk.do("test", without_a_company)

    def opened(number: int) -> None:
        handover = world.office("0006").handover
        handover.open_case(departures[number].id, supervisor_id=world.id("0003"), default_receiver_id=world.id("0001"))

    in_threads(len(LEAVERS), opened)
    cases = world.system.desk.ask(lambda unit: unit.repository(HANDOVER).list())
    assert ["H0001", "H0002", "H0003", "H0004"] == sorted(case.code for case in cases)
