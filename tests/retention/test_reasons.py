"""A leaver's own words stand where an erasure finds them, and nowhere beside the entries of the history."""

from __future__ import annotations

from typing import Any

from handover_core.handover.kinds import DEPARTURE, HANDOVER
from handover_core.organization.kinds import EMPLOYEE
from handover_core.policy import CHINA
from handover_core.retention import erasing
from handover_core.retention.model import Category
from handover_core.storage import UnitOfWork
from retention.conftest import Past
from worlds import LAST_DAY, NOTICE, RESIGNATION

WORDS = ("a long treatment in hospital", "is ashamed to explain the books")


def left_with_words(past: Past) -> None:
    """Let the key employee say why they leave, and why they will not hand over."""
    world = past.world
    departure = world.office("0017").handover.announce(past.id("0017"), RESIGNATION, NOTICE, LAST_DAY, reason=WORDS[0])
    world.office("0006").handover.record_receipt(departure.id)
    case = world.office("0006").handover.open_case(departure.id, default_receiver_id=past.id("0024"))
    world.office("0003").handover.record_refusal(case.id, WORDS[1])


def log(past: Past) -> list[Any]:
    def read(unit: UnitOfWork) -> list[Any]:
        return unit.transaction.history(unit.tenant, None, 10_000)

    return past.world.system.desk.ask(read)


def test_a_leavers_own_words_are_no_reason_of_an_entry(past: Past) -> None:
    """They are readable by field, for those who may, and sealed everywhere else."""
    left_with_words(past)
    handover = past.world.system.handover
    (case,) = handover.of_giver(past.id("0017"))
    assert WORDS == (handover.departure(case.departure_id).reason, case.refusal_reason)
    stored = log(past)
    assert [] == [each for each in stored if each.reason in WORDS]
    assert [] == [word for word in WORDS for each in stored if word in (each.body or "")]


def test_words_that_once_were_a_reason_go_with_an_erasure(past: Past) -> None:
    """As former versions recorded them: beside the entries of the departure, of the person and of the case."""
    left_with_words(past)
    world, person = past.world, past.id("0017")
    (case,) = world.system.handover.of_giver(person)

    def as_it_was(unit: UnitOfWork) -> None:
        unit.repository(DEPARTURE).touch(unit.repository(DEPARTURE).get(case.departure_id))
        unit.repository(EMPLOYEE).touch(unit.repository(EMPLOYEE).get(person))

    world.system.desk.do("handover.announce", as_it_was, WORDS[0])
    present = world.system.desk.ask(lambda unit: unit.repository(HANDOVER).get(case.id))
    world.system.desk.do("handover.record_refusal", lambda unit: unit.repository(HANDOVER).touch(present), WORDS[1])
    assert 3 == sum(each.reason in WORDS for each in log(past))
    erasing.overwrite(
        world.system.desk.ask, lambda fn: world.system.desk.do("test.erase", fn), CHINA, person, [Category.HANDOVERS]
    )
    assert 0 == sum(each.reason in WORDS for each in log(past))
    assert past.office("0006").audit.verify().sound
