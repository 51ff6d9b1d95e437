"""An answer about the past that calls itself final stays as it is: whoever comes too late is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handover_core.app import HandoverCore
from handover_core.errors import UnitExpired
from handover_core.history.finality import SLACK, WATERMARK
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, UnitOfWork
from handover_core.texts import Lang
from hosts import begin
from pasts import AUDITOR
from worlds import TENANT, Clock


class Late:
    """A company, and a unit that is begun before an answer is given and ended after it."""

    def __init__(self, store: Driver) -> None:
        self.clock = Clock()
        self.core = HandoverCore(store, clock=self.clock)
        self.audit = self.core.office(TENANT, AUDITOR).audit
        self.add("early")
        self.begun = self.clock.now

    def add(self, id_: str, meanwhile: timedelta = timedelta()) -> None:
        def late(unit: UnitOfWork) -> None:
            self.clock.now += meanwhile
            unit.repository(EMPLOYEE).add(Employee(id=id_, number=id_, name=id_))

        self.core.units.run(TENANT, AUDITOR, late, "test.add")

    def known(self) -> tuple[bool, list[str]]:
        answer = self.audit.list_as_of(EMPLOYEE, self.begun)
        return answer.final, [each.id for each in answer.found]


def test_a_unit_that_took_too_long_is_refused_so_that_what_was_final_stays(store: Driver) -> None:
    late = Late(store)
    with late.core.units.unit(TENANT, AUDITOR, "slow.import") as unit:
        late.clock.now += timedelta(minutes=17)
        assert (True, ["early"]) == late.known()
        unit.repository(EMPLOYEE).add(Employee(id="late", number="late", name="Late"))
        with pytest.raises(UnitExpired) as refused:
            unit.commit()
    assert all("17" in refused.value.message(lang) for lang in Lang)
    assert all(refused.value.remedy(lang) for lang in Lang)
    assert (True, ["early"]) == late.known()
    assert late.audit.verify().sound


def test_what_still_comes_in_time_comes_before_the_answer_is_final(store: Driver) -> None:
    late = Late(store)
    late.add("in time", WATERMARK - SLACK)
    assert (False, ["early", "in time"]) == late.known()
    late.begun = late.clock.now
    with pytest.raises(UnitExpired):
        late.add("too late", WATERMARK - SLACK + timedelta(microseconds=1))
    assert (False, ["early", "in time"]) == late.known()


def test_an_office_of_the_past_and_a_difference_say_whether_they_stay(store: Driver) -> None:
    """Also asked for something older from an office of the past; and what was opened too early never calls itself final."""
    late = Late(store)
    office = late.core.office(TENANT, AUDITOR)
    early = office.known_at(late.begun)
    between = late.begun - timedelta(hours=1), late.begun
    assert (False, False) == (office.final, early.final)
    assert not late.audit.difference(EMPLOYEE, "early", *between).final
    late.clock.now += WATERMARK
    later = office.known_at(late.begun)
    assert (False, True) == (early.final, later.final)
    assert late.audit.difference(EMPLOYEE, "early", *between).final
    assert late.audit.difference(EMPLOYEE, "early", *reversed(between)).final
    assert later.audit.as_of(EMPLOYEE, "early", late.begun).final
    assert later.known_at(late.begun).final
    assert not office.known_at(late.clock.now).final


def test_a_unit_that_only_reads_may_take_its_time(store: Driver) -> None:
    late = Late(store)

    def slow(unit: UnitOfWork) -> Employee:
        late.clock.now += timedelta(hours=2)
        return unit.repository(EMPLOYEE).get("early")

    assert "early" == late.core.units.run(TENANT, AUDITOR, slow, "test.look").id


def test_a_clock_that_is_set_back_keeps_every_stream_in_order(store: Driver) -> None:
    """What was recorded is dated no earlier than what it follows; a new row bears the time that the clock shows."""
    late = Late(store)
    late.clock.now -= timedelta(minutes=30)
    late.core.units.run(
        TENANT,
        AUDITOR,
        lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("early"), name="Later"),
        "test.change",
    )
    first, last = late.audit.entries(EMPLOYEE, "early")
    assert first.at == last.at == late.begun
    assert late.audit.verify().sound


def test_a_unit_in_a_transaction_of_a_host_is_held_to_it_too(store: Driver) -> None:
    late = Late(store)
    host = begin(store)
    try:
        with late.core.joined(host.handle).units.unit(TENANT, AUDITOR, "slow.host") as unit:
            unit.repository(EMPLOYEE).add(Employee(id="late", number="late", name="Late"))
            late.clock.now += timedelta(minutes=17)
            with pytest.raises(UnitExpired):
                unit.commit()
    finally:
        host.rollback()
    assert (True, ["early"]) == late.known()
