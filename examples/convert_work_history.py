"""Turn a team's work history, kept as neutral JSON Lines, into sheets that `handover import` reads.

    python examples/convert_work_history.py SOURCE OUT          writes the sheets into the folder OUT
    python examples/convert_work_history.py SOURCE OUT --compare EXPORT

The second form compares a JSON Lines export of the imported data (`handover export`) with the source, cell by cell,
and names every cell that did not come back equal. Only the standard library is used.

What the source does not say is settled here, and only here:

- every record is done: it was opened and closed on the day (UTC) on which it was made, and belongs to who made it;
- a touch of a single file is a record of the kind "file_touch"; artifacts are documents, by their path;
- the exact instant, the sizes and, for the people, the summary of their departure are custom fields;
- the two files have ids of their own each, so each is a source system of its own.
"""

from __future__ import annotations

import gzip
import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]

RECORDS, TOUCHES = "work_records", "file_touches"
NUMBERS = ("artifact_count", "added", "removed")
FACTS = (
    ("first_work", "date"),
    ("last_work", "date"),
    ("silent_days", "integer"),
    ("commits", "integer"),
    ("top_areas", "text"),
)


def read(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of one file, packed or not."""
    plain, packed = folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"
    with gzip.open(packed, "rt", encoding="utf-8") if packed.exists() else plain.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write the rows of one sheet, without empty cells."""
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
        for row in rows:
            kept = {key: value for key, value in row.items() if value is not None}
            stream.write(json.dumps(kept, ensure_ascii=False) + "\n")


def both(source: Path) -> Iterator[tuple[str, Row]]:
    """Yield the work records and the single touches, each with the name of its file."""
    for name in (RECORDS, TOUCHES):
        for row in read(source, name):
            yield name, row


def artifacts(row: Row) -> list[str]:
    """Return the paths that a record names."""
    return row["artifacts"] if "artifacts" in row else [row["artifact"]]


def records(source: Path) -> Iterator[Row]:
    """Yield the records."""
    for name, row in both(source):
        day = row["at"][:10]
        yield {
            "source": name, "external_id": row["id"], "kind": "deliverable" if name == RECORDS else "file_touch",
            "title": f"{row['area']}: {', '.join(path.rpartition('/')[2] for path in artifacts(row))}"[:255].strip(),
            "owner": row["employee"], "author": row["employee"], "status": "done", "opened_on": day, "closed_on": day,
            "area": row["area"], "custom.at": row["at"], **{f"custom.{key}": row.get(key) for key in NUMBERS},
        }  # fmt: skip


def documents(source: Path) -> Iterator[Row]:
    """Yield the artifacts."""
    for name, row in both(source):
        for number, path in enumerate(artifacts(row), start=1):
            yield {"source": name, "record": row["id"], "order": number, "title": path.rpartition("/")[2], "uri": path}


def employees(source: Path) -> Iterator[Row]:
    """Yield the people, with what is known of those who went silent."""
    facts = {row["employee"]: row for row in read(source, "departures")}
    for number in sorted({row["employee"] for _, row in both(source)} | set(facts)):
        known = facts.get(number, {})
        custom = {f"custom.{name}": known.get(name) for name, _ in FACTS}
        if known:
            custom["custom.top_areas"] = "; ".join(known["top_areas"])
        yield {"number": number, "name": number, **custom}


def custom_fields() -> Iterator[Row]:
    """Yield the declarations of the custom fields."""
    for name in NUMBERS:
        yield {"kind": "records", "name": name, "type": "integer"}
    yield {"kind": "records", "name": "at", "type": "instant"}
    for name, type_ in FACTS:
        yield {"kind": "employees", "name": name, "type": type_}


def convert(source: Path, out: Path) -> None:
    """Write all sheets."""
    out.mkdir(parents=True, exist_ok=True)
    write(out, "company", [{"name": "Work history", "time_zone": "UTC", "currency": "USD"}])
    write(out, "custom_fields", custom_fields())
    for sheet in (employees, records, documents):
        write(out, sheet.__name__, sheet(source))


# Comparing


def compare(source: Path, export: Path) -> Iterator[str]:
    """Yield every source cell that an export does not give back."""
    people = {row["number"]: row for row in read(export, "employees")}
    for row in employees(source):
        yield from differences("employees", row["number"], row, people.get(row["number"], {}))
    found = {(row["source"], row["external_id"]): row for row in read(export, "records")}
    for row in records(source):
        key = row["source"], row["external_id"]
        yield from differences("records", key, row, found.get(key, {}))
    paths: dict[tuple[str, str], list[str]] = {}
    for row in sorted(read(export, "documents"), key=lambda row: row["order"]):
        paths.setdefault((row["source"], row["record"]), []).append(row["uri"])
    for name, row in both(source):
        if artifacts(row) != paths.get((name, row["id"]), []):
            yield f"documents {name} {row['id']}: {artifacts(row)} came back as {paths.get((name, row['id']))}"


def differences(sheet: str, key: object, row: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the cells of a row that differ."""
    for name, value in row.items():
        if value not in (None, [], "") and found.get(name) != value:
            yield f"{sheet} {key} {name}: {value!r} came back as {found.get(name)!r}"


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
