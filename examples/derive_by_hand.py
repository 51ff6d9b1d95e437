"""Say what each leaver of a volunteer project hands over, by plain loops over the raw files.

    python examples/derive_by_hand.py SOURCE > by_hand.json

An independent check of `examples/derive_departures.py`: it imports nothing of the library and shares no code with it.
Prints, for every departure, the sources of the items by category. Somebody who leaves on a day is taken to have given
notice two weeks before; what they held on that day counts.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

NOTICE = timedelta(days=14)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of one file."""
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line]


def day(text: str | None) -> date:
    """Return a day; none is the end of all days."""
    return date.fromisoformat(text) if text else date.max


def main(source: Path) -> None:  # noqa: C901 - plain loops are the point
    """Print the lists as JSON."""
    positions = {row["id"]: row for row in rows(source, "positions")}
    assignments = rows(source, "assignments")
    sops = rows(source, "sops")
    answer = {}
    for leaver in rows(source, "departures"):
        last = day(leaver["left_on"])
        notice = last - NOTICE
        held = set()
        shared = set()
        for row in assignments:
            if day(row["start"]) <= notice < day(row["end"]):
                if row["employee"] == leaver["employee"]:
                    held.add(row["position"])
                elif last + timedelta(days=1) < day(row["end"]):
                    shared.add(row["position"])
        found: dict[str, set[str]] = {}
        for place in held:
            # No duty of this source has a description, and no procedure is tied to a duty: all must be captured.
            for duty in positions[place]["duties"]:
                found.setdefault("capture", set()).add(f"{place}/{duty}")
            for sop in sops:
                if sop["responsible_position"] == place:
                    found.setdefault("sop", set()).add(sop["id"])
        for row in assignments:
            below = positions[row["position"]]["reports_to"]
            here = day(row["start"]) <= notice < day(row["end"])
            if here and row["employee"] != leaver["employee"] and below in held and below not in shared:
                found.setdefault("report", set()).add(row["employee"])
        answer[leaver["employee"]] = {category: sorted(sources) for category, sources in sorted(found.items())}
    print(json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
