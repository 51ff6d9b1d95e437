"""A document costs a fixed number of queries, whatever its size."""

from __future__ import annotations

from collections import Counter

import pytest

from counting import Counting
from dossier.stories import opened
from handover_core.storage import Driver
from worlds import World


def counted(store: Driver, tenant: str, records: int) -> tuple[Counter[str], Counter[str], int]:
    """Return the reads of a dossier and of a pack in a company with so many open records, and how many items there are."""
    counting = Counting(store)
    world = World(counting, tenant)
    world.publish("FOLLOW", "KAM")
    for number in range(records):
        world.record(f"Order {number}", counterparty=f"Customer {number}")
    case = opened(world)
    for item in list(case.items.values())[: records // 2]:
        case.through(item, by=case.giver)
    counting.reads.clear()
    dossier = case.dossier()
    of_dossier = Counter(counting.reads)
    counting.reads.clear()
    world.system.dossier.newcomer("0021", "KAM")
    return of_dossier, Counter(counting.reads), len(dossier.items)


def test_ten_items_cost_what_three_hundred_cost(store: Driver) -> None:
    """The same reads one by one, and no more than the docstrings promise."""
    few_dossier, few_pack, few = counted(store, "few", 4)
    many_dossier, many_pack, many = counted(store, "many", 294)

    assert (10, 300) == (few, many)
    assert few_dossier == many_dossier
    assert few_pack == many_pack
    # Two more than the functions read themselves: the company's time zone, for the day and for the document.
    assert many_dossier.total() <= 19 + 2
    assert many_pack.total() <= 34 + 2


@pytest.mark.parametrize("records", [0, 1])
def test_an_empty_case_costs_no_more(store: Driver, records: int) -> None:
    dossier, pack, _ = counted(store, "small", records)

    assert dossier.total() <= 19 + 2
    assert pack.total() <= 34 + 2
