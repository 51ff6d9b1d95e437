"""Turn a volunteer project, kept as neutral JSON Lines, into sheets that `handover import` reads.

    python examples/convert_volunteer_project.py SOURCE OUT          writes the sheets into the folder OUT
    python examples/convert_volunteer_project.py SOURCE OUT --compare EXPORT

The second form compares a JSON Lines export of the imported data (`handover export`) with the source, cell by cell,
and names every cell that did not come back equal. Only the standard library is used.

What the source does not say is settled here, and only here:

- people have numbers but no names: the number is the name;
- a position holds from the first day on which anybody held it; one that nobody ever held, from the first day of all;
- a closed position has the status "abolished";
- whoever answers for a knowledge area holds its position "expert-<area>", whose duty carries the area; section, area
  name, emeritus experts and the inactive flag have no place of their own and become custom fields;
- `departures` repeats what `employees` and `assignments` say; that is checked, and nothing is written for it.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]

CUSTOM = (
    ("position", "external", "boolean"),
    ("position", "area", "text"),
    ("position", "section", "text"),
    ("position", "emeritus", "text"),
    ("assignment", "inactive", "boolean"),
)


def read(folder: Path, name: str) -> list[Row]:
    """Return the rows of one file."""
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write the rows of one sheet, without empty cells."""
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
        for row in rows:
            kept = {key: value for key, value in row.items() if value is not None}
            stream.write(json.dumps(kept, ensure_ascii=False) + "\n")


def employees(source: Path) -> Iterator[Row]:
    """Yield the people."""
    for person in read(source, "employees"):
        left = person["left"]
        yield {
            "number": person["id"], "name": person["id"], "hired_on": person["joined"], "left_on": left,
            "status": "left" if left else "active",
        }  # fmt: skip


def positions(source: Path) -> Iterator[Row]:
    """Yield the positions, with what is known of their knowledge areas."""
    areas = {f"expert-{area['id']}": area for area in read(source, "knowledge_areas")}
    first: dict[str, str] = {}
    for assignment in read(source, "assignments"):
        held = assignment["position"]
        first[held] = min(first.get(held, assignment["start"]), assignment["start"])
    for position in read(source, "positions"):
        area = areas.get(position["id"], {})
        yield {
            "code": position["id"], "title": position["title"], "headcount": position["headcount"],
            "reports_to": position["reports_to"], "status": "abolished" if position.get("closed") else "active",
            "effective_from": first.get(position["id"], min(first.values())),
            "custom.external": position.get("external"), "custom.area": area.get("area"),
            "custom.section": area.get("section"), "custom.emeritus": "; ".join(area.get("emeritus", ())) or None,
        }  # fmt: skip


def duties(source: Path) -> Iterator[Row]:
    """Yield the duties; that of an expert carries the knowledge area."""
    areas = {f"expert-{area['id']}": area["id"] for area in read(source, "knowledge_areas")}
    for position in read(source, "positions"):
        for number, duty in enumerate(position["duties"], start=1):
            area = areas.get(position["id"])
            yield {"position": position["id"], "order": number, "title": duty, "areas": [area] if area else None}


def assignments(source: Path) -> Iterator[Row]:
    """Yield who held what; the flag of an expert stands at the assignment that has not ended."""
    flags = {
        (f"expert-{area['id']}", expert["employee"]): expert["inactive"]
        for area in read(source, "knowledge_areas")
        for expert in area["experts"]
    }
    for assignment in read(source, "assignments"):
        key = assignment["position"], assignment["employee"]
        yield {
            "employee": assignment["employee"], "position": assignment["position"], "capacity": "incumbent",
            "effective_from": assignment["start"], "effective_to": assignment["end"],
            "custom.inactive": flags.get(key) if assignment["end"] is None else None,
        }  # fmt: skip


def sops(source: Path) -> Iterator[Row]:
    """Yield the procedures."""
    for sop in read(source, "sops"):
        yield {
            "code": sop["id"],
            "title": sop["title"],
            "owner_position": sop["responsible_position"],
            "state": "published",
        }


def sop_steps(source: Path) -> Iterator[Row]:
    """Yield stages and steps; a stage without steps is a row of its own."""
    for sop in read(source, "sops"):
        for stage in sop["stages"]:
            place = {"sop": sop["id"], "stage_no": stage["order"], "stage": stage["name"]}
            if not stage["steps"]:
                yield place
            for step in stage["steps"]:
                yield {
                    **place,
                    "step_no": step["order"],
                    "instructions": step["text"],
                    "required_documents": sop["documents"],
                }


def convert(source: Path, out: Path) -> None:
    """Write all sheets."""
    out.mkdir(parents=True, exist_ok=True)
    write(out, "company", [{"name": "Volunteer project", "time_zone": "UTC", "currency": "USD"}])
    write(out, "custom_fields", ({"kind": kind, "name": name, "type": type_} for kind, name, type_ in CUSTOM))
    for sheet in (employees, positions, duties, assignments, sops, sop_steps):
        write(out, sheet.__name__, sheet(source))


# Comparing


def compare(source: Path, export: Path) -> Iterator[str]:
    """Yield every source cell that an export does not give back."""
    wanted = {
        "employees": {row["number"]: row for row in employees(source)},
        "positions": {row["code"]: row for row in positions(source)},
        "duties": {(row["position"], row["title"]): row for row in duties(source)},
        "assignments": {(row["employee"], row["position"], row["effective_from"]): row for row in assignments(source)},
        "sops": {row["code"]: row for row in sops(source)},
        "sop_steps": {(row["sop"], row["stage_no"], row.get("step_no")): row for row in sop_steps(source)},
    }
    keys = {
        "employees": ("number",), "positions": ("code",), "duties": ("position", "title"), "sops": ("code",),
        "assignments": ("employee", "position", "effective_from"), "sop_steps": ("sop", "stage_no", "step_no"),
    }  # fmt: skip
    for sheet, rows in wanted.items():
        found = {tuple(row.get(key) for key in keys[sheet]): row for row in read(export, sheet)}
        for key, row in rows.items():
            yield from differences(sheet, key, row, found.get(key if isinstance(key, tuple) else (key,), {}))
    yield from departures(source)


def differences(sheet: str, key: object, row: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the cells of a row that differ."""
    for name, value in row.items():
        if value not in (None, [], "") and found.get(name) != value:
            yield f"{sheet} {key} {name}: {value!r} came back as {found.get(name)!r}"


def departures(source: Path) -> Iterator[str]:
    """Yield what the file of departures says beyond the people and their assignments."""
    people = {person["id"]: person for person in read(source, "employees")}
    held = {(assignment["employee"], assignment["position"]) for assignment in read(source, "assignments")}
    for row in read(source, "departures"):
        person = people[row["employee"]]
        if (person["joined"], person["left"]) != (row["joined"], row["left_on"]) or (
            row["employee"],
            row["position"],
        ) not in held:
            yield f"departures {row['employee']}: says more than employees and assignments: {row}"


def main() -> int:
    """Convert, or compare; return the exit code."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--compare", type=Path, metavar="EXPORT")
    given = parser.parse_args()
    if given.compare is None:
        convert(given.source, given.out)
        return 0
    found = list(compare(given.source, given.compare))
    print("\n".join(found) or "every cell came back equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
