"""A sheet as Markdown (GitHub's flavour): every text is escaped, so that it stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handover_core.dossier.sheet import (
    Align,
    Bar,
    Bars,
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Digests,
    Fact,
    Heading,
    Link,
    Notice,
    Overall,
    Paragraph,
    Part,
    Sheet,
    Signatures,
    Table,
)
from handover_core.texts import Lang

_MARKUP = re.compile(r"[\\`*_\[\]|~$]")
_LINK = re.compile(r"(?<=\w)://|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^([-+#=>]|\d+(?=[.)]))")
_BREAK = "<br>"
_CELLS = 20
"""How many signs wide a bar is drawn."""


def to_markdown(sheet: Sheet) -> str:
    """Return the sheet as Markdown."""
    head = [f"# {escaped(sheet.title)}", f"**{escaped(sheet.subtitle)}**", _facts(sheet.facts, sheet.lang)]
    parts = [*head, *(_block(each, sheet.lang) for each in sheet.blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Return a text on one line in which nothing is markup: neither Markdown's nor HTML's, nor an address to follow."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    lines = (_escaped(" ".join(line.split())) for line in plain.splitlines())
    return _BREAK.join(line for line in lines if line)


def _escaped(line: str) -> str:
    safe = _LINK.sub(lambda found: "\\" + found.group(), _MARKUP.sub(lambda found: "\\" + found.group(), line))
    return _OPENING.sub(lambda found: _begun(found.group()), safe)


def _begun(sign: str) -> str:
    """Return what a line begins with, so that it begins neither a list nor a heading nor a quotation."""
    return f"&#{ord(sign[0])};{sign[1:]}" if sign.isdigit() else "\\" + sign


def _block(block: Block, lang: Lang) -> str:  # noqa: PLR0911 - one line for each block
    match block:
        case Heading():
            note = f" · {escaped(block.note)}" if block.note else ""
            return f"{'#' * block.level} {escaped(block.text)}{note}"
        case Paragraph():
            return escaped(block.text)
        case Notice():
            return _notice(block)
        case Table():
            return _table(block.columns, block.rows) + (f"\n\n{escaped(block.note)}" if block.note else "")
        case Overall():
            return "\n\n".join((_bar(block.bar), _facts(block.figures, lang), f"*{escaped(block.note)}*"))
        case Bars():
            return "\n".join(f"- {_bar(each)}" for each in block.bars)
        case Cards():
            return "\n\n".join(_card(each, block, lang) for each in block.cards)
        case Signatures():
            return _signatures(block)
        case Digests():
            colon = _colon(lang)
            rows = (f"- {escaped(each.label)}{colon}`{each.value}`" for each in (block.whole, *block.sections))
            return "\n".join((escaped(block.note), "", *rows))


def _facts(facts: Iterable[Fact], lang: Lang) -> str:
    return "\n".join(f"- **{escaped(each.label)}**{_colon(lang)}{escaped(each.value)}" for each in facts)


def _colon(lang: Lang) -> str:
    return "：" if lang is Lang.ZH else ": "


def _notice(notice: Notice) -> str:
    lines = [f"> **{escaped(notice.symbol)} {escaped(notice.title)}**"]
    if notice.note:
        lines += [">", f"> {escaped(notice.note)}"]
    if notice.lines:
        lines += [">", *(f"> - {escaped(each)}" for each in notice.lines)]
    return "\n".join(lines)


def _table(columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]]) -> str:
    rules = ("---:" if each.align is Align.END else "---" for each in columns)
    return "\n".join(
        (
            _row(escaped(each.label) for each in columns),
            _row(rules),
            *(_row(_cell(each) for each in row) for row in rows),
        )
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = escaped(cell.said)
    strong = f"**{text}**" if cell.strong and text else text
    return _BREAK.join(each for each in (strong, escaped(cell.small)) if each)


def _bar(bar: Bar) -> str:
    """Return a bar in signs: full for verified, empty for open, shaded for waived."""
    whole = bar.whole or 1
    verified, waived = bar.verified * _CELLS // whole, bar.waived * _CELLS // whole
    drawn = "█" * verified + "░" * (_CELLS - verified - waived) + "▒" * waived
    return f"**{escaped(bar.label)}** `{drawn}` **{escaped(bar.said)}** ({escaped(bar.note)})"


def _card(card: Card, cards: Cards, lang: Lang) -> str:
    return "\n\n".join(each for each in _card_parts(card, cards, lang) if each)


def _card_parts(card: Card, cards: Cards, lang: Lang) -> Iterator[str]:
    yield f"#### {escaped(card.code)} {escaped(card.title)}"
    yield " · ".join(f"**{escaped(each.said)}**" for each in card.tags)
    colon = _colon(lang)
    yield " · ".join(f"{escaped(each.label)}{colon}{escaped(each.value)}" for each in card.facts)
    lines = [*(_part(each, colon) for each in card.parts)]
    lines += [f"- {escaped(cards.documents)}{colon}{_link(each)}" for each in card.links]
    lines += [f"- {escaped(cards.history)}{colon}{escaped(each)}" for each in card.history]
    yield "\n".join(lines)


def _part(part: Part, colon: str) -> str:
    meta = f" ({escaped(part.meta)})" if part.meta else ""
    return f"- **{escaped(part.label)}**{meta}{colon}{escaped(part.text)}"


def _link(link: Link) -> str:
    return f"{escaped(link.title)} ({escaped(link.uri)})"


def _signatures(block: Signatures) -> str:
    rows = (
        _row(
            (
                f"**{escaped(each.role)}**",
                _BREAK.join(part for part in (escaped(each.name), escaped(each.note)) if part),
                "\\_" * _CELLS,
                "\\_" * (_CELLS // 2),
            )
        )
        for each in block.lines
    )
    head = _row(("", "", escaped(block.signature), escaped(block.date)))
    return "\n".join((escaped(block.statement), "", head, _row(["---"] * 4), *rows))
