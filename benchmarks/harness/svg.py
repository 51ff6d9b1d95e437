"""Pictures of numbers: bars and lines as SVG text, readable on white and on black."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from attrs import frozen

INK, FAINT, MET, MISSED, OTHER = "#6b7280", "#9ca3af", "#2f9e68", "#d9663d", "#4c7fd1"
COLOURS = ("#4c7fd1", "#d9663d", "#2f9e68", "#a26bd1", "#c9a227", "#3ba7b5", "#b5495b", "#6b7280", "#8a6d3b", "#5b8c3e")
_FONT = "font-family='system-ui, sans-serif' font-size='12'"
_LEFT, _BAR, _GAP, _WIDTH = 330, 16, 8, 820


@frozen
class Bar:
    """One bar: ``low`` and ``high`` are drawn as a whisker, ``goal`` as a line across it."""

    name: str
    value: float
    low: float
    high: float
    goal: float | None = None
    colour: str = OTHER


def bars(title: str, rows: Sequence[Bar], unit: str = "×") -> str:
    """Return lying bars, one below the other, on a scale that begins at nought."""
    most = max((max(row.high, row.goal or 0) for row in rows), default=1.0) * 1.08 or 1.0
    scale = (_WIDTH - _LEFT - 70) / most
    drawn = [_text(8, 18, title, weight="600")]
    for number, row in enumerate(rows):
        drawn += _bar(row, 34 + number * (_BAR + _GAP), scale, unit)
    return _page(_WIDTH, 40 + len(rows) * (_BAR + _GAP), drawn)


def _bar(row: Bar, top: float, scale: float, unit: str) -> list[str]:
    middle, end = top + _BAR / 2, _LEFT + row.value * scale
    drawn = [
        _text(_LEFT - 8, middle + 4, row.name, anchor="end"),
        f"<rect x='{_LEFT}' y='{top:.1f}' width='{max(row.value * scale, 1):.1f}' height='{_BAR}' rx='2' fill='{row.colour}'/>",
    ]
    low, high = _LEFT + row.low * scale, _LEFT + row.high * scale
    if high - low > 1:
        drawn.append(_line(low, middle, high, middle, INK, 1.5))
    if row.goal is not None:
        goal = _LEFT + row.goal * scale
        drawn.append(_line(goal, top - 3, goal, top + _BAR + 3, INK, 2))
    drawn.append(_text(max(end, high, 0) + 8, middle + 4, f"{number(row.value)}{unit}"))
    return drawn


def number(value: float) -> str:
    """Return a number with three digits that matter."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 3)}f}"


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str) -> str:
    """Return lines over two logarithmic scales; ``series`` holds the points of each, all above nought."""
    points = [point for each in series.values() for point in each]
    left, top, right, bottom = 70.0, 40.0, _WIDTH - 230.0, 300.0
    x = _scale([point[0] for point in points], left, right)
    y = _scale([point[1] for point in points], bottom, top)
    drawn = [_text(8, 18, title, weight="600"), _text(right, bottom + 34, across, anchor="end"), _text(8, 34, up)]
    for mark in _marks([point[0] for point in points]):
        drawn.append(_line(x(mark), top, x(mark), bottom, FAINT, 0.5))
        drawn.append(_text(x(mark), bottom + 16, f"{mark:,.0f}" if mark >= 1 else f"{mark:g}", anchor="middle"))
    for mark in _marks([point[1] for point in points]):
        drawn.append(_line(left, y(mark), right, y(mark), FAINT, 0.5))
        drawn.append(_text(left - 6, y(mark) + 4, f"{mark:g}", anchor="end"))
    for place, (name, found) in enumerate(series.items()):
        colour = COLOURS[place % len(COLOURS)]
        path = " ".join(f"{x(one):.1f},{y(other):.1f}" for one, other in found)
        drawn.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>")
        drawn += [f"<circle cx='{x(one):.1f}' cy='{y(other):.1f}' r='3' fill='{colour}'/>" for one, other in found]
        drawn.append(_line(right + 12, top + place * 18, right + 30, top + place * 18, colour, 3))
        drawn.append(_text(right + 36, top + place * 18 + 4, name))
    return _page(_WIDTH, max(bottom + 44, top + len(series) * 18 + 10), drawn)


def _scale(values: Sequence[float], start: float, end: float):  # noqa: ANN202 - a function of one number
    marks = _marks(values)
    low, high = math.log10(min(marks)), math.log10(max(marks))
    span = (high - low) or 1.0
    return lambda value: start + (math.log10(value) - low) / span * (end - start)


def _marks(values: Sequence[float]) -> list[float]:
    """Return the powers of ten that hold all values between them."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**each for each in range(low, max(high, low + 1) + 1)]


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "400") -> str:
    where = f"x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' font-weight='{weight}'"
    return f"<text {where} {_FONT} fill='{INK}'>{escape(words)}</text>"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    ends = f"x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'"
    return f"<line {ends} stroke='{colour}' stroke-width='{width}'/>"


def _page(width: float, height: float, drawn: Sequence[str]) -> str:
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' width='{width:.0f}'>"
    return "\n".join((head, *drawn, "</svg>")) + "\n"
