"""Derive the handover list of every departure of an imported volunteer project.

    python examples/convert_volunteer_project.py SOURCE sheets
    handover init && handover import sheets
    python examples/derive_departures.py SOURCE sqlite:///handover.db > derived.json
    python examples/derive_by_hand.py SOURCE > by_hand.json && cmp derived.json by_hand.json

The departures lie in the past, so each list is asked for as of the day of notice, two weeks before the last day.
Sizes and times go to the standard error.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore
from handover_core.handover.derivation import Planned
from handover_core.organization.kinds import EMPLOYEE, POSITION
from handover_core.procedures.kinds import SOP
from handover_core_sql import SqlStore

NOTICE = timedelta(days=14)
TENANT = "company"


def departures(source: Path) -> list[tuple[str, date]]:
    """Return number and last day of every leaver."""
    lines = (source / "departures.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if line]
    return [(row["employee"], date.fromisoformat(row["left_on"])) for row in found]


class Names:
    """The source's own names of what is stored."""

    def __init__(self, core: HandoverCore) -> None:
        with core.units.unit(TENANT, SYSTEM, write=False) as unit:
            self.people = {each.id: each.number for each in unit.repository(EMPLOYEE).list()}
            self.positions = {each.id: each.code for each in unit.repository(POSITION).list()}
            self.sops = {each.id: each.code for each in unit.repository(SOP).list()}

    def of(self, planned: Planned) -> str:
        """Return the source of an item in the words of the raw files."""
        source = planned.source
        if source.kind == "position":
            return f"{self.positions[source.id]}/{planned.title}"
        return (self.sops if source.kind == "sop" else self.people)[source.id]


def main(source: Path, url: str) -> None:
    """Print the lists as JSON, and what they took."""
    core = HandoverCore(SqlStore.from_url(url))
    names = Names(core)
    answer: dict[str, dict[str, list[str]]] = {}
    began, sizes = time.perf_counter(), []
    for number, last_day in departures(source):
        office = core.office(TENANT, SYSTEM, on=last_day - NOTICE)
        found = office.handover.foresee(office.organization.employee(number).id, last_day)
        by_category: dict[str, list[str]] = {}
        for planned in found:
            by_category.setdefault(planned.category.value, []).append(names.of(planned))
        answer[number] = {category: sorted(sources) for category, sources in sorted(by_category.items())}
        sizes.append(len(found))
    took = time.perf_counter() - began
    print(json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True))
    told = f"{len(sizes)} lists, {min(sizes)} to {max(sizes)} items, {sum(sizes)} in all, {took:.2f} s"
    print(told, file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
