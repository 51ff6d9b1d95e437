"""Finding the row with the column names, below titles and group heads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from handover_core_import.sheets.column import Cell

LOOKED_AT = 15
"""Within how many rows the column names must stand."""

Known = Callable[[str], bool]


@frozen
class Head:
    """The column names (empty where a column has none), and how many rows they and all above them take."""

    names: tuple[str, ...]
    rows: int


def find_head(rows: Sequence[Sequence[Cell]], known: Known) -> Head | None:
    """Return the first of ``rows`` in which most cells are known column names, or None where there is none.

    A row below that again holds nothing but known names completes it: the head then has two rows, with group names
    above. A single known name counts only where no row has two.
    """
    for least in (2, 1):
        for place, row in enumerate(rows[:LOOKED_AT]):
            filled, found = _counted(row, known)
            if found >= least and found * 2 > filled:
                return _completed(rows, place, known)
    return None


def _counted(row: Sequence[Cell], known: Known) -> tuple[int, int]:
    filled = [cell for cell in row if _name(cell)]
    return len(filled), sum(known(_name(cell)) for cell in filled)


def _completed(rows: Sequence[Sequence[Cell]], place: int, known: Known) -> Head:
    names = [_name(cell) for cell in rows[place]]
    below = rows[place + 1] if place + 1 < len(rows) else ()
    filled, found = _counted(below, known)
    if not filled or found < filled:
        return Head(_distinct(names), place + 1)
    names += [""] * (len(below) - len(names))
    for at, cell in enumerate(below):
        names[at] = _name(cell) or names[at]
    return Head(_distinct(names), place + 2)


def _name(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else "" if cell is None else str(cell)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return tuple(distinct)
