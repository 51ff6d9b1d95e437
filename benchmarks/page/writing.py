"""The page: what was measured, on what, which goals are met, and pictures of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.harness import flame
from benchmarks.harness.svg import MET, MISSED, Bar, bars
from benchmarks.page.cells import Scored, scored
from benchmarks.page.sections import GENERATED
from benchmarks.page.tables import table

HERE = Path(__file__).parent.parent
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mongodb": "MongoDB", "mariadb": "MariaDB"}
HEAD = """# Speed

```{{note}}
Written by `make bench`; what stands here is what was measured then. `make bench` on a fresh clone writes it anew.
```

The figure is a ratio: our time over that of the raw driver, which does the same job beside ours in the same run, round
by round, with the same durability. Ours always runs with history, outbox, unit token, version checks, references and
validation on. The raw side decodes the bodies that it reads as JSON, and writes rows that are ready. Ratios are medians
of the rounds, with the quartiles in brackets; `CPU` is the same ratio of the processor time of the client alone, in which
neither a disk nor a server has a part. Times are medians in milliseconds.

{met} of {cells} goals are met."""


def written(results: Mapping[str, Any], root: Path = HERE) -> dict[str, str]:
    """Return the files of the documentation by their names below ``docs``."""
    sections = results.get("sections", {})
    pictures: dict[str, str] = {}
    found = scored(sections.get("layers", {}))
    parts = [_head(found), *_goals(found, pictures)]
    for name, section in GENERATED.items():
        if name in sections:
            parts += [section.title, _machine(sections[name]), *section.written(sections[name], pictures)]
            parts += _errors(sections[name])
    parts += _profiles(root / "profiles", pictures)
    notes = root / "notes.md"
    if notes.exists():
        parts.append(notes.read_text(encoding="utf-8").strip())
    text = "\n\n".join(part for part in parts if part) + "\n"
    return {"speed.md": text, **{f"speed/{name}": drawn for name, drawn in pictures.items()}}


def _head(found: list[Scored]) -> str:
    return HEAD.format(met=sum(each.met for each in found), cells=len(found))


def _goals(found: list[Scored], pictures: dict[str, str]) -> Iterator[str]:
    if not found:
        return
    yield "## The goals"
    names = list(dict.fromkeys(each.name for each in found))
    places = [place for place in NAMES if any(each.place == place for each in found)]
    by = {(each.name, each.place): each for each in found}
    rows = [[name, *(_cell(by.get((name, place))) for place in places)] for name in names]
    yield table(["time ÷ raw driver", *(NAMES[place] for place in places)], rows)
    yield "**bold**: met. Where a goal has two jobs (insert, save) the worse one stands here."
    for place in places:
        mine = [each for each in found if each.place == place]
        pictures[f"goals-{place}.svg"] = bars(f"{NAMES[place]}: our time ÷ raw driver; the mark is the goal", [
            Bar(each.name, each.ratio, each.low, each.high, each.goal, MET if each.met else MISSED) for each in mine
        ])  # fmt: skip
        yield f"![Goals on {NAMES[place]}](speed/goals-{place}.svg)"


def _cell(found: Scored | None) -> str:
    if found is None:
        return "not measured"
    words = f"{found.ratio:.2f} ≤ {found.goal:g}" if found.met else f"{found.ratio:.2f} > {found.goal:g}"
    shown = f"**{words}**" if found.met else words
    return f"{shown} ({found.low:.2f}-{found.high:.2f}; CPU {found.busy:.2f})"


def _machine(section: Mapping[str, Any]) -> str:
    machine = section.get("machine")
    if machine is None:
        return ""
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    return (
        f"*{machine['date']}, commit {machine['commit']}, {machine['cpu']}, {machine['cores']} cores, {machine['memory']},"
        f" {machine['system']}, files on {machine['filesystem']}, load before the run {machine['load']}; Python"
        f" {machine['python']}, SQLite {machine['sqlite']}, {libraries}.*"
    )


def _errors(section: Mapping[str, Any]) -> Iterator[str]:
    for part, words in section.get("errors", {}).items():
        yield f"Failed: {part}: `{words}`"


def _profiles(folder: Path, pictures: dict[str, str]) -> Iterator[str]:
    files = sorted(folder.glob("*.folded"))
    if not files:
        return
    yield "## Profiles"
    yield (
        "Of the three goals that are missed by most: where the processor's time of our side goes. The stacks lie in"
        " `benchmarks/profiles`, one a line, as other programs read them."
    )
    for file in files:
        title, stacks = flame.unfolded(file.read_text(encoding="utf-8"))
        name = f"flame-{file.stem}.svg"
        pictures[name] = flame.drawn(flame.tree(stacks), title)
        yield f"### {title}"
        yield f"![Flame graph](speed/{name})"
        yield table(["function, without what it calls", "share"],
                    [(f"`{each}`", f"{share:.1%}") for each, share in flame.hottest(stacks, 8)])  # fmt: skip
