"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; every column but the first is aligned to the right."""
    marks = ["---", *["---:"] * (len(heads) - 1)]
    lines = [_row(heads), _row(marks), *(_row([_plain(cell) for cell in row]) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _plain(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")
