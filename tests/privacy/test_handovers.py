"""A handover at level strict names nobody in what it stores: whoever reports to the leaver is known by the position."""

from __future__ import annotations

from handover_core.handover.model import Category
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Driver
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from privacy.test_strict import everything
from worlds import World


def strict_world(store: Driver, ring: KeyRing) -> World:
    world = World(store, "acme", ring)
    world.system.privacy.set_level(Level.STRICT)
    return world


def test_a_case_stores_no_name_and_no_number_of_anybody(store: Driver, ring: KeyRing) -> None:
    world = strict_world(store, ring)
    world.record("Offer to Acme")
    case = world.leave()
    world.office("0006").handover.serve_demand(case, "registered letter")
    items = world.office("0003").handover.items(case)
    people = world.system.desk.ask(lambda unit: unit.repository(EMPLOYEE).list())
    stored = everything(store, "acme")
    assert any(each.category is Category.REPORT and each.source.kind == "employee" for each in items)
    assert [] == [each.name for each in people if each.name in stored]


def test_whoever_reports_to_a_leaver_is_mentioned_nowhere(store: Driver, ring: KeyRing) -> None:
    world = strict_world(store, ring)
    world.leave()
    reporting = world.id("0030")
    assert [] == list(world.office("0002").retention.mentions(reporting).found)
