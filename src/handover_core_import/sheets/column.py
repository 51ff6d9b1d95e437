"""What a sheet and its columns are: the words by which people fill in data, as plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from handover_core.storage import FieldType
from handover_core.texts import Lang, Text

Value = Any
"""A canonical value: text, number, boolean, date, instant, tuple of texts, or None."""

Cell = str | int | float | bool | date | datetime | Decimal | list[Any] | None
"""What a reader finds in one cell."""

Flat = dict[str, Value]
"""The fields of an aggregate by path; a child's fields stand under ``sheet/key/``."""


class CellType(StrEnum):
    """How a cell is read."""

    CODE = "code"
    LINE = "line"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"
    WORD = "word"
    WORDS = "words"
    LIST = "list"
    REFERENCE = "reference"


TYPE_LABELS = {
    CellType.CODE: Text("code (text)", "编码（文本）"),
    CellType.LINE: Text("text", "文本"),
    CellType.TEXT: Text("text, any length", "长文本"),
    CellType.INTEGER: Text("whole number", "整数"),
    CellType.DECIMAL: Text("number", "数字"),
    CellType.DATE: Text("date", "日期"),
    CellType.INSTANT: Text("date and time", "日期时间"),
    CellType.BOOLEAN: Text("yes / no", "是 / 否"),
    CellType.WORD: Text("one of the words", "可选值之一"),
    CellType.WORDS: Text("some of the words, separated by ;", "可选值，用；分隔"),
    CellType.LIST: Text("several, separated by ;", "多个值，用；分隔"),
    CellType.REFERENCE: Text("code of a row elsewhere", "引用其他表的编码"),
}

TYPE_OF_FIELD = {
    FieldType.TEXT: CellType.TEXT,
    FieldType.INTEGER: CellType.INTEGER,
    FieldType.DECIMAL: CellType.DECIMAL,
    FieldType.DATE: CellType.DATE,
    FieldType.INSTANT: CellType.INSTANT,
    FieldType.BOOLEAN: CellType.BOOLEAN,
}


@frozen
class Words:
    """The words that a cell may hold: each stored word with its label, and other spellings.

    In an ``open`` set any other word is as good and is stored as it stands.
    """

    labels: Mapping[str, Text]
    aliases: Mapping[str, str] = field(factory=dict)
    open: bool = False
    type: type[StrEnum] | None = None
    _known: Mapping[str, str] = field(init=False, eq=False, repr=False)

    @_known.default
    def _spellings(self) -> Mapping[str, str]:
        known = {}
        for word, label in self.labels.items():
            known.update({folded(spelling): word for spelling in (word, label.en, label.zh)})
        known.update({folded(spelling): word for spelling, word in self.aliases.items()})
        return known

    def find(self, spelling: str) -> str | None:
        """Return the stored word for a spelling, or None where the set has no such word."""
        found = self._known.get(folded(spelling))
        return spelling if found is None and self.open else found

    def shown(self, lang: Lang) -> tuple[str, ...]:
        """Return the labels in ``lang``, as a list to choose from."""
        return tuple(self.show(word, lang) for word in self.labels)

    def show(self, word: str, lang: Lang) -> str:
        """Return the word as people write it: its Chinese label, or the stored word."""
        label = self.labels.get(word)
        if label is None or lang is not Lang.ZH:
            return word
        return label.zh


@frozen(kw_only=True)
class Column:
    """A column: stable English ``name``, Chinese ``label``, and what its cells hold.

    ``to`` is the kind that a reference points to. ``default`` is what an empty cell means. ``attribute`` is where the
    model keeps the value; ``get`` reads it where that is no plain attribute. A ``rank`` only arranges rows.
    """

    name: str
    label: str
    help: Text
    type: CellType = CellType.LINE
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""
    words: Words | None = None
    to: str = ""
    default: Value = None
    rank: bool = False
    attribute: str = field()
    get: Callable[[Any], Any] | None = field(default=None, eq=False)

    @attribute.default
    def _attribute(self) -> str:
        return f"{self.name}_id" if self.to else self.name

    def heading(self, lang: Lang) -> str:
        """Return the column's head in ``lang``."""
        return self.label if lang is Lang.ZH else self.name

    def of(self, thing: object) -> Value:
        """Return the canonical value of this column in a part of the model."""
        value = self.get(thing) if self.get else getattr(thing, self.attribute)
        if value is None or value == "":
            return self.default if value == "" and self.default else None
        return str(value) if isinstance(value, StrEnum) else value

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name under which the column is found."""
        return (self.name, self.label, *self.aliases)


@frozen(kw_only=True)
class Sheet:
    """A sheet: what one of its rows stands for.

    Rows of ``kind`` belong together when their ``owner`` columns agree: these name the aggregate. ``kept`` are the
    columns that become fields of what a row stands for. ``group`` returns
    the place of a row within the aggregate (empty: the aggregate itself, else a path that ends with ``/``), from
    the row's values with references resolved. The columns ``placing`` serve that place only.
    """

    name: str
    label: str
    kind: str
    help: Text
    columns: tuple[Column, ...]
    owner: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    main: bool = True
    placing: tuple[str, ...] = ()
    group: Callable[[Mapping[str, Value]], str] = field(default=lambda _: "", eq=False)
    by_name: Mapping[str, Column] = field(init=False, eq=False, repr=False)
    kept: tuple[Column, ...] = field(init=False, eq=False, repr=False)

    @kept.default
    def _kept(self) -> tuple[Column, ...]:
        apart = {"source", "external_id", *self.placing, *(() if self.main else self.owner)}
        return tuple(column for column in self.columns if column.name not in apart and not column.rank)

    @by_name.default
    def _by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    def title(self, lang: Lang) -> str:
        """Return the sheet's name in ``lang``."""
        return self.label if lang is Lang.ZH else self.name

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name under which the sheet is found."""
        return (self.name, self.label, *self.aliases)


def folded(text: str) -> str:
    """Return a name as it is compared: without width, case, spaces, hyphens, underscores, or a star for "required"."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if not sign.isspace() and sign not in "_-*:\u200b\ufeff")


def escaped(key: str) -> str:
    """Return a key as one segment of a path."""
    return key.replace("~", "~0").replace("/", "~1")


def joined(parts: Iterable[Value]) -> str:
    """Return several values as one key; a bar within a value is doubled by a backslash."""
    return "|".join(as_key(part).replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def as_key(value: Value) -> str:
    """Return a canonical value as a part of a key."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
