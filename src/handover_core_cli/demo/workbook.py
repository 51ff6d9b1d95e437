"""The shipped company as the workbook that a company would really send."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

from handover_core.errors import MissingExtra
from handover_core.texts import Lang


def shipped_company(lang: Lang) -> Path:
    """Return the folder with the sheets of the company that ships as data."""
    return Path(str(files("handover_core_cli.demo").joinpath("company", lang.value)))


def write_workbook(folder: Path, target: Path) -> None:
    """Write a folder of CSV sheets as one workbook, every cell as text."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtra("handover demo", "excel") from error
    with xlsxwriter.Workbook(str(target), {"strings_to_urls": False, "strings_to_formulas": False}) as workbook:
        bold = workbook.add_format({"bold": True})
        for path in sorted(folder.glob("*.csv")):
            sheet = workbook.add_worksheet(path.stem[:31])
            sheet.freeze_panes(1, 0)
            with path.open(encoding="utf-8-sig", newline="") as rows:
                for number, row in enumerate(csv.reader(rows)):
                    for place, value in enumerate(row):
                        sheet.write_string(number, place, value, bold if number == 0 else None)
