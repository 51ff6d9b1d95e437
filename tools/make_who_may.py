"""Write the page about who may what: ``python tools/make_who_may.py``."""

from __future__ import annotations

from pathlib import Path

from handover_core.handover.who_may import page

if __name__ == "__main__":
    target = Path(__file__).parents[1] / "docs" / "who-may.md"
    target.write_text(page(), encoding="utf-8")
    print(target)
