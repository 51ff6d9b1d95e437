"""Flame graphs: stacks of this process, looked at a few hundred times a second of its own time, drawn as SVG."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from types import FrameType
from typing import Any

from attrs import field, frozen

EVERY = 0.001
"""Seconds of processor time between two looks; systems round it up, often to four thousandths."""

Stack = tuple[str, ...]
_ROW, _WIDTH = 17, 1200
_LEAST = 0.002
"""The share of all below which a part is not drawn."""


def sampled(prepare: Callable[[], Callable[[], object]], seconds: float) -> Counter[Stack]:
    """Run a job again and again and return how often each stack was seen, the outermost call first.

    It takes so many seconds of the processor's time, however busy the machine is.

    What ``prepare`` does to make a job ready is not looked at.
    """
    seen: Counter[Stack] = Counter()
    running = False

    def look(_number: int, frame: FrameType | None) -> None:
        if running:
            seen[tuple(_calls(frame))[::-1]] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        until = time.process_time() + seconds
        while time.process_time() < until:
            job = prepare()
            running = True
            job()
            running = False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return seen


def folded(title: str, stacks: Counter[Stack]) -> str:
    """Return stacks as text, one a line with its count, below a line with the title."""
    lines = sorted(f"{';'.join(stack)} {count}" for stack, count in stacks.items() if stack)
    return "\n".join((f"# {title}", *lines)) + "\n"


def unfolded(text: str) -> tuple[str, Counter[Stack]]:
    """Read what `folded` wrote: the title and the stacks."""
    head, *lines = text.splitlines()
    stacks: Counter[Stack] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        stacks[tuple(stack.split(";"))] += int(count)
    return head.removeprefix("# "), stacks


def _calls(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        name = frame.f_globals.get("__name__", "?")
        if str(name).startswith("benchmarks.harness"):
            return
        yield f"{name}.{frame.f_code.co_qualname}"
        frame = frame.f_back


@frozen
class Node:
    """A call, how often it was seen, and what was called in it."""

    name: str
    count: int
    inner: tuple[Node, ...] = field(factory=tuple)


def tree(stacks: Counter[Stack], name: str = "all") -> Node:
    """Return the calls of many stacks, the most frequent first."""
    parts: dict[str, Counter[Stack]] = {}
    for stack, count in stacks.items():
        if stack:
            parts.setdefault(stack[0], Counter())[stack[1:]] += count
    inner = sorted((tree(part, each) for each, part in parts.items()), key=lambda node: (-node.count, node.name))
    return Node(name, stacks.total(), tuple(inner))


def hottest(stacks: Counter[Stack], most: int = 12) -> list[tuple[str, float]]:
    """Return the functions in which most of the time was spent themselves, with their share of all."""
    own: Counter[str] = Counter()
    for stack, count in stacks.items():
        if stack:
            own[stack[-1]] += count
    return [(name, count / max(stacks.total(), 1)) for name, count in own.most_common(most)]


def drawn(root: Node, title: str) -> str:
    """Return the flame graph: a call stands on its caller, as wide as its share of the time."""
    rows = _depth(root)
    height = (rows + 1) * _ROW + 24
    parts = list(_rectangles(root, 0.0, 0, height - _ROW - 4, root.count or 1))
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}'>"
    back = f"<rect width='{_WIDTH}' height='{height}' fill='#fffdf7'/>"
    name = f"<text x='8' y='16' font-family='sans-serif' font-size='13' font-weight='600'>{escape(title)}</text>"
    return "\n".join((head, back, name, *parts, "</svg>")) + "\n"


def _depth(node: Node) -> int:
    return 1 + max((_depth(each) for each in node.inner), default=0)


def _rectangles(node: Node, left: float, level: int, base: float, total: int) -> Iterator[str]:
    width = node.count / total * _WIDTH
    if node.count / total < _LEAST:
        return
    top = base - level * _ROW
    share = f"{node.name}, {node.count / total:.1%}"
    place = f"x='{left:.1f}' y='{top:.1f}' width='{max(width - 0.5, 0.3):.1f}' height='{_ROW - 1}'"
    letters = int(width / 6.4)
    short = ".".join(node.name.split(".")[-2:])
    words = short if len(short) <= letters else short[: max(letters - 1, 0)]
    label = (
        f"<text x='{left + 3:.1f}' y='{top + 12:.1f}' font-family='monospace' font-size='10.5'>{escape(words)}</text>"
    )
    yield f"<g><title>{escape(share)}</title><rect {place} fill='{_colour(node.name)}'/>{label if letters > 2 else ''}</g>"
    for each in node.inner:
        yield from _rectangles(each, left, level + 1, base, total)
        left += each.count / total * _WIDTH


def _colour(name: str) -> str:
    tint: dict[str, Any] = {
        "handover_core_sql": "#f2a65a",
        "handover_core_mongo": "#f2a65a",
        "handover_core": "#f6c453",
    }
    return tint.get(name.split(".", maxsplit=1)[0], "#b9d3ea")
