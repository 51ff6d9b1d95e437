"""What the stories of departures share."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handover_core.errors import Refused
from handover_core.handover.model import (
    HandoverItem,
)
from handover_core.organization.model import (
    Absence,
)
from handover_core.values import DateRange
from worlds import LAST_DAY, World

AFTER = LAST_DAY + timedelta(days=1)
LATER = LAST_DAY + timedelta(days=7)


def departure_of(world: World, number: str = "0017") -> str:
    return world.system.handover.of_giver(world.id(number))[-1].departure_id


def refused(world: World, case: str) -> None:
    world.office("0003").handover.record_refusal(case, "no")


def walk(world: World, item: HandoverItem, to: str = "0024", *, by: str = "0003") -> HandoverItem:
    supervisor = world.office(by).handover
    if item.receiver_id != world.id(to):
        supervisor.assign_receiver(item.id, world.id(to))
    supervisor.brief(item.id, "from the records")
    world.office(to).handover.accept(item.id, "in my own words", take_over="mine now")
    return supervisor.verify(item.id, "seen")


def leave(world: World, number: str, first: date, back: date) -> Absence:
    return world.office(number).organization.book_absence(
        Absence(id=world.new_id(), employee_id=world.id(number), effective=DateRange(first, back))
    )


def code_of(raised: pytest.ExceptionInfo[Refused]) -> str:
    return raised.value.rule.code


# Time


def completed(world: World, case: str) -> None:
    if "record_refusal" in world.office("0003").allowed_actions("handover", case):
        refused(world, case)
    for item in world.system.handover.items(case):
        walk(world, item)
    world.clock.move_to(LAST_DAY)
    assert world.office("0003").handover.complete(case).completed
