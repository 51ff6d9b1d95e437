"""What people and scripts see: text in their language, or JSON; errors on the same channel with an exit code."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import IntEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from handover_core.errors import (
    Contention,
    HandoverError,
    InvalidInput,
    OtherKeys,
    Refused,
    SchemaMismatch,
    StorageUnavailable,
    UnitExpired,
    Unsealable,
    VersionConflict,
)
from handover_core.storage import Codec
from handover_core.texts import Lang, Text


class ExitCode(IntEnum):
    """What the shell sees."""

    FINE = 0
    REFUSED = 1
    USAGE = 2
    STORAGE = 3
    DEFECT = 70


UNEXPECTED = Text(
    "Something went wrong inside handover itself ({name}: {words}). What was committed before stays. Please report it.",
    "程序内部出错（{name}：{words}）。此前已提交的内容保留，请反馈给我们。",
)
STOPPED = Text(
    "Stopped. What was committed stays; run the command again to go on.", "已停止。已提交的内容保留；再次执行即可继续。"
)


@frozen(kw_only=True)
class Console:
    """Where a command speaks to: a language, and whether scripts are listening."""

    lang: Lang
    as_json: bool

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Console:
        """Return the console that the arguments ask for, also where they are wrong otherwise."""
        chosen: str = default_lang()
        for place, word in enumerate(arguments):
            if word == "--lang" and place + 1 < len(arguments):
                chosen = arguments[place + 1]
            elif word.startswith("--lang="):
                chosen = word.partition("=")[2]
        return cls(lang=Lang.ZH if chosen == "zh-CN" else Lang.EN, as_json="--json" in arguments)

    def say(self, text: Text | str, /, **params: object) -> None:
        """Print a line for people; scripts do not see it."""
        if not self.as_json:
            self._line(text.say(self.lang, **params) if isinstance(text, Text) else text)

    def note(self, text: Text, /, **params: object) -> None:
        """Print a line for people beside the answer, which may be a document; scripts do not see it."""
        if not self.as_json:
            sys.stderr.write(text.say(self.lang, **params) + "\n")

    def give(self, value: object) -> None:
        """Print the one JSON document of a command; people do not see it."""
        if self.as_json:
            self._line(json.dumps(plain(value), ensure_ascii=False, indent=2, sort_keys=True))

    def table(self, heads: Sequence[Text], rows: Iterable[Sequence[object]]) -> None:
        """Print a table for people, as wide as the terminal."""
        if self.as_json:
            return
        from rich.console import Console as Rich
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for head in heads:
            table.add_column(head.say(self.lang), overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value, self.lang) for value in row))
        # A pipe has no width of its own; wide enough keeps a row on one line for grep.
        width = None if sys.stdout.isatty() else 160
        Rich(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False).print(table)

    def error(self, error: HandoverError, code: ExitCode) -> int:
        """Print an error with its cure and return its exit code."""
        if self.as_json:
            self._line(json.dumps({"error": described(error, self.lang)}, ensure_ascii=False, indent=2, sort_keys=True))
        else:
            for line in (error.message(self.lang), error.remedy(self.lang)):
                if line:
                    sys.stderr.write(line + "\n")
        return code

    def usage(self, error: Any) -> int:
        """Print what is wrong with the command's words."""
        problem = InvalidInput.at("", "usage", error.format_message(), error.format_message())
        hint = "" if error.ctx is None else error.ctx.get_usage()
        if not self.as_json and hint:
            sys.stderr.write(hint + "\n")
        return self.error(problem, ExitCode.USAGE)

    def stopped(self) -> int:
        """Say that the user interrupted."""
        sys.stderr.write(STOPPED.say(self.lang) + "\n")
        return ExitCode.USAGE

    def _line(self, line: str) -> None:
        sys.stdout.write(line + "\n")


def default_lang() -> Lang:
    """Return the language of the environment where it is one of ours, else English."""
    words = os.environ.get("HANDOVER_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if not words:
        with suppress(ValueError):
            words = locale.getlocale()[0] or ""
    return Lang.ZH if words.lower().startswith("zh") else Lang.EN


def fail(console: Console, error: Exception) -> int:
    """Say what happened and return the exit code that belongs to it."""
    if isinstance(error, HandoverError):
        return console.error(error, _code(error))
    if isinstance(error, OSError):
        problem = InvalidInput.at(
            str(error.filename or ""), "file", error.strerror or str(error), error.strerror or str(error)
        )
        return console.error(problem, ExitCode.USAGE)
    defect = HandoverError(name=type(error).__name__, words=str(error))
    defect.text = UNEXPECTED  # type: ignore[misc]
    return console.error(defect, ExitCode.DEFECT)


def _code(error: HandoverError) -> ExitCode:
    if isinstance(error, Refused | VersionConflict):
        return ExitCode.REFUSED
    if isinstance(error, StorageUnavailable | SchemaMismatch | Contention | UnitExpired | OtherKeys | Unsealable):
        return ExitCode.STORAGE
    return ExitCode.USAGE


def described(error: HandoverError, lang: Lang) -> dict[str, Any]:
    """Return an error as plain data."""
    code = error.rule.code if isinstance(error, Refused) else error.code
    found: dict[str, Any] = {"code": code, "message": error.message(lang), "needs": error.remedy(lang)}
    if "found" in error.params:
        found["found"] = plain(error.params["found"])
    if isinstance(error, InvalidInput):
        found["problems"] = [
            {"path": problem.path, "code": problem.code, "message": problem.message(lang)} for problem in error.problems
        ]
    return found


def write_json(path: Path, value: object) -> None:
    """Write plain JSON data for people and programs, whole or not at all."""
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a text, whole or not at all."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


_CODEC = Codec()


def plain(value: object) -> Any:
    """Return any value of the library as plain JSON data."""
    if isinstance(value, Fraction):
        return round(float(value), 6)
    if isinstance(value, dict):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Text):
        return {"en": value.en, "zh-CN": value.zh}
    cls: Any = type(value)
    if not attrs.has(cls):
        return _CODEC.unstructure(value)
    return {each.name: plain(getattr(value, each.name)) for each in attrs.fields(cls)}


def _cell(value: object, lang: Lang) -> str:
    if value is None:
        return ""
    return value.say(lang) if isinstance(value, Text) else str(value)
