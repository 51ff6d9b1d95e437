"""What is generated into the documentation is what it would be now."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "README.md").exists())
TOOL = ROOT / "tools" / "capability_table.py"


def test_the_table_of_capabilities_is_what_the_drivers_declare() -> None:
    """Else: ``python tools/capability_table.py``."""
    tool = runpy.run_path(str(TOOL))
    assert tool["PAGE"].read_text(encoding="utf-8") == tool["page"]()
