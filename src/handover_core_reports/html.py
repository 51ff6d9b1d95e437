"""A sheet as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from functools import cache
from math import pi
from typing import TYPE_CHECKING

from handover_core.dossier.sheet import Bar, Sheet
from handover_core.errors import MissingExtra

if TYPE_CHECKING:
    from jinja2 import Environment

RADIUS = 52
"""Radius of the ring that shows the overall progress, in its own units."""


def to_html(sheet: Sheet) -> str:
    """Return the sheet as HTML for the screen and for A4 paper; raise `MissingExtra` where Jinja is not installed."""
    return _environment().get_template("sheet.html").render(sheet=sheet)


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("HTML", "reports") from error
    environment = Environment(
        loader=PackageLoader("handover_core_reports"),
        # For every template, whatever its name ends in.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css"] = lambda text: Markup(css_string(text))  # noqa: S704 - nothing in it is left unescaped
    environment.globals["ring"] = ring
    environment.globals["widths"] = widths
    return environment


def css_string(text: str) -> str:
    """Return a text as a CSS string in which nothing but letters and digits stands unescaped."""
    inside = "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in text)
    return f'"{inside}"'


def widths(bar: Bar, whole: float = 100) -> tuple[float, float, float]:
    """Return how wide the verified, the open and the waived part of a bar are, of ``whole``; all 0 for an empty one."""
    if not bar.whole:
        return 0, 0, 0
    verified, waived = (round(whole * each / bar.whole, 3) for each in (bar.verified, bar.waived))
    return verified, round(whole - verified - waived, 3), waived


def ring(bar: Bar) -> dict[str, float]:
    """Return the arcs of a bar bent into a ring, as lengths along its circumference."""
    length = 2 * pi * RADIUS
    verified, _, waived = widths(bar, length)
    return {"radius": RADIUS, "length": round(length, 3), "verified": verified, "waived": waived}
