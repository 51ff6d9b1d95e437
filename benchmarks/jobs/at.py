"""Where a domain job works."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen


@frozen(kw_only=True)
class At:
    """Where a job works: the addresses of its stores and a folder of its own, and how many records the company has."""

    store: str
    target: str = ""
    folder: Path = Path()
    size: int = 0
