"""A document laid out for one reader: neutral of any format, in one language, nothing left to decide but looks.

Every text in it is plain text; whoever renders a sheet escapes it. A tone never stands alone: the words beside it, and
a symbol where there is one, say the same, so that nothing is lost in black-and-white print.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from handover_core.texts import Lang


class Tone(StrEnum):
    """What a word means for the reader; renderers choose a colour for it."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"


class Align(StrEnum):
    """How a column is set."""

    START = "start"
    END = "end"


@frozen(kw_only=True)
class Tag:
    """A short word about the state of something."""

    text: str
    tone: Tone = Tone.PLAIN
    symbol: str = ""

    @property
    def said(self) -> str:
        """The word with its symbol."""
        return f"{self.symbol} {self.text}" if self.symbol else self.text


@frozen(kw_only=True)
class Fact:
    """A label and its value."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN


@frozen(kw_only=True)
class Link:
    """A document; ``href`` is None where its address is not one that a reader should follow by a click."""

    title: str
    uri: str
    href: str | None = None


@frozen(kw_only=True)
class Heading:
    """The title of what follows; ``level`` 2 is a chapter, 3 a part of one."""

    block: ClassVar[str] = "heading"

    text: str
    level: int = 2
    note: str = ""


@frozen(kw_only=True)
class Paragraph:
    """Running text."""

    block: ClassVar[str] = "paragraph"

    text: str


@frozen(kw_only=True)
class Notice:
    """Something that the reader must not overlook."""

    block: ClassVar[str] = "notice"

    title: str
    note: str = ""
    lines: tuple[str, ...] = ()
    tone: Tone = Tone.WARN
    symbol: str = "!"


@frozen(kw_only=True)
class Column:
    """A column of a table; ``width`` is its share of the table's width in percent."""

    label: str
    width: int
    align: Align = Align.START


@frozen(kw_only=True)
class Cell:
    """A cell; ``small`` is a second, less important line."""

    text: str
    small: str = ""
    tone: Tone = Tone.PLAIN
    symbol: str = ""
    strong: bool = False

    @property
    def said(self) -> str:
        """The text with its symbol."""
        return f"{self.symbol} {self.text}" if self.symbol else self.text


@frozen(kw_only=True)
class Table:
    """Rows under columns; each row has one cell for each column."""

    block: ClassVar[str] = "table"

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@frozen(kw_only=True)
class Bar:
    """Weights of one line: verified and open ones (together those that count), and those that were waived."""

    label: str
    verified: int
    open: int
    waived: int
    share: Fraction | None
    said: str
    note: str = ""

    @property
    def whole(self) -> int:
        """All weights together."""
        return self.verified + self.open + self.waived


@frozen(kw_only=True)
class Overall:
    """How far everything has come: one bar in large, beside the figures that matter."""

    block: ClassVar[str] = "overall"

    bar: Bar
    figures: tuple[Fact, ...]
    note: str = ""


@frozen(kw_only=True)
class Bars:
    """Bars one below the other, with what their parts mean."""

    block: ClassVar[str] = "bars"

    bars: tuple[Bar, ...]
    verified: str
    open: str
    waived: str


@frozen(kw_only=True)
class Part:
    """A labelled text inside a card; ``meta`` says by whom and when."""

    label: str
    text: str
    meta: str = ""
    tone: Tone = Tone.PLAIN


@frozen(kw_only=True)
class Card:
    """Everything about one thing: what it is, how it stands, and what happened to it."""

    code: str
    title: str
    tags: tuple[Tag, ...] = ()
    facts: tuple[Fact, ...] = ()
    parts: tuple[Part, ...] = ()
    links: tuple[Link, ...] = ()
    history: tuple[str, ...] = ()
    tone: Tone = Tone.PLAIN


@frozen(kw_only=True)
class Cards:
    """Cards one below the other; ``documents`` and ``history`` are the labels of their links and history."""

    block: ClassVar[str] = "cards"

    cards: tuple[Card, ...]
    documents: str
    history: str


@frozen(kw_only=True)
class Signature:
    """A line for one person to sign on."""

    role: str
    name: str = ""
    note: str = ""


@frozen(kw_only=True)
class Signatures:
    """Lines to sign on; they belong together and are not parted by a page break."""

    block: ClassVar[str] = "signatures"

    statement: str
    lines: tuple[Signature, ...]
    signature: str
    date: str


@frozen(kw_only=True)
class Digests:
    """By what a printed copy is checked: the digest over all, and that of each section."""

    block: ClassVar[str] = "digests"

    note: str
    whole: Fact
    sections: tuple[Fact, ...]


Block = Heading | Paragraph | Notice | Table | Overall | Bars | Cards | Signatures | Digests


@frozen(kw_only=True)
class Sheet:
    """A whole document in one language; ``running`` stands on every page."""

    lang: Lang
    title: str
    subtitle: str
    running: str
    digest: str
    facts: tuple[Fact, ...]
    blocks: tuple[Block, ...]
