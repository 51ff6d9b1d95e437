"""Write the demo company's sheets in both languages: ``python tools/make_demo_company.py [FOLDER]``."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from demo_company.headings import HEADINGS, WORDS
from demo_company.sheets import SHEETS, Row, Value
from demo_company.table import Pair, Word

FOLDER = Path(__file__).parents[1] / "src" / "handover_core_cli" / "demo" / "company"
ENCODINGS = {"zh-CN": "utf-8-sig", "en": "utf-8"}


def main(folder: Path) -> None:
    """Write all sheets below ``folder``, one folder for each language, and tell how many rows each has."""
    for name, made in SHEETS.items():
        found = list(made())
        for lang, encoding in ENCODINGS.items():
            target = folder / lang / f"{name}.csv"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(table(name, found, lang).encode(encoding))
        print(f"{name:20} {len(found):6}")


def table(sheet: str, found: Iterable[Row], lang: str) -> str:
    """Return one sheet as CSV in ``lang``."""
    headings = HEADINGS[sheet]
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(headings.values() if lang == "zh-CN" else headings)
    for row in found:
        unknown = row.keys() - headings.keys()
        if unknown:
            raise KeyError(sheet, unknown)
        writer.writerow([cell(row.get(name), f"{sheet}.{name}", lang) for name in headings])
    return lines.getvalue()


def cell(value: Value, column: str, lang: str) -> str:
    """Return a value as it stands in a cell of a sheet in ``lang``."""
    if isinstance(value, list):
        parts = [cell(each, column, lang) for each in value]
        return ("；" if lang == "zh-CN" else "; ").join(parts)
    if isinstance(value, Pair):
        return value.zh if lang == "zh-CN" else value.en
    if isinstance(value, Word):
        return WORDS[column][value.stored] if lang == "zh-CN" else value.stored
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh-CN" else ("yes" if value else "no")
    return value.isoformat() if isinstance(value, date) else value or ""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
