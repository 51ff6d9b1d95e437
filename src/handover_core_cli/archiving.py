"""Everything about one person as a ZIP archive: JSON for programs, an index to read, and a digest of every file.

The same document makes the same bytes, so that two archives can be compared.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from handover_core.handover.texts import WHY
from handover_core.retention.archive import Archived, PersonArchive, Section
from handover_core.storage.remembered import IMPORTED
from handover_core.texts import KINDS_IN_WORDS, Lang, Text
from handover_core_cli.field_words import field_said, word_said
from handover_core_cli.output import plain

UNSHOWN = frozenset((IMPORTED, "digest"))
"""Fields of parts that say nothing to people."""
_WHY = frozenset(("code", "params"))

TITLE = Text("Everything about {name} ({number})", "{name}（{number}）的全部信息")
MADE = Text(
    "Made at {at} from the records of {company}. Articles 44 and 45 of the Personal Information Protection Law"
    " of the PRC give the right to a copy.",
    "于 {at} 由 {company} 的记录生成。依据《个人信息保护法》第44条、第45条，个人有权查阅、复制其个人信息。",
)
OTHERS = Text(
    "Others are named by their ids only, but for what people wrote in free text. What was erased stands as a pseudonym.",
    "除自由文本外，其他人仅以编号出现；已删除的信息以代号显示。",
)
COUNT = Text("{count} entries in {file}", "{file} 中共 {count} 条")
FIELD, VALUE = Text("field", "字段"), Text("value", "内容")
HISTORY = Text("Changed {count} times, last at {at} by {actor}", "共变更 {count} 次，最近一次 {at}，{actor}")
YES, NO = Text("yes", "是"), Text("no", "否")
DELETED = Text("It was deleted; what it was stands in its history.", "已删除；原内容见其历史记录。")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that the format knows: what an archive holds says itself when it was made."""


def write_archive(path: Path, archive: PersonArchive) -> list[str]:
    """Write the archive, complete or not at all, and return the names of the files in it."""
    files = {f"{section.kind}.json": _json(section) for section in archive.sections}
    files["index.en.md"] = index(archive, Lang.EN).encode()
    files["index.zh-CN.md"] = index(archive, Lang.ZH).encode()
    files["manifest.json"] = _json({
        "tenant": archive.tenant, "employee": archive.employee_id, "made_at": archive.made_at,
        "sha256": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    })  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)  # nobody else reads it, not even while it is written
    with ZipFile(beside, "w", ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            packed.writestr(entry, content)
    beside.replace(path)
    return sorted(files)


def index(archive: PersonArchive, lang: Lang) -> str:
    """Return the archive for people to read, as Markdown; digests and empty fields stand in the JSON alone."""
    reader = _Reader(archive, lang)
    lines = [
        f"# {TITLE.say(lang, name=_cell(archive.name), number=_cell(archive.number))}", "",
        MADE.say(lang, at=archive.made_at.isoformat(timespec="seconds"), company=_cell(archive.company)), "",
        OTHERS.say(lang), "",
    ]  # fmt: skip
    for section in archive.sections:
        word = KINDS_IN_WORDS.get(section.kind)
        lines += [f"## {section.kind if word is None else word.say(lang)}", ""]
        lines += [COUNT.say(lang, count=len(section.items), file=f"{section.kind}.json"), ""]
        for item in section.items:
            lines += reader.item(section.kind, item)
    return "\n".join(lines)


class _Reader:
    """Says in words what one archive holds."""

    def __init__(self, archive: PersonArchive, lang: Lang) -> None:
        self._lang = lang
        items = (each for section in archive.sections for each in section.items)
        self._known = {each.id: _named(each) or each.id for each in items}
        self._known[archive.employee_id] = f"{archive.name} ({archive.number})"

    def item(self, kind: str, item: Archived) -> list[str]:
        said = (
            (field_said(kind, name, self._lang), self._said(kind, name, each)) for name, each in item.fields.items()
        )
        rows = [f"| {name} | {text} |" for name, text in said if text]
        table = [f"| {FIELD.say(self._lang)} | {VALUE.say(self._lang)} |", "|---|---|", *rows]
        lines = [f"### {_title(item)}", "", *([DELETED.say(self._lang)] if item.deleted else table), ""]
        if item.history:
            last = item.history[-1]
            actor = self._known.get(last.actor, last.actor)
            at = last.at.isoformat(timespec="seconds")
            lines += [HISTORY.say(self._lang, count=len(item.history), at=at, actor=_cell(actor)), ""]
        return lines

    def _said(self, kind: str, name: str, value: object) -> str:
        """Return a value as the text of a table's cell; nothing for what is empty."""
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(value, bool):
            return (YES if value else NO).say(self._lang)
        if isinstance(value, list):
            parts = [self._said(kind, name, each) for each in value]
            return ("<br>" if any(isinstance(each, dict) for each in value) else "; ").join(filter(None, parts))
        if isinstance(value, dict):
            return self._parts(kind, value)
        text = str(value)
        return _cell(self._known.get(text) or word_said(kind, name, text, self._lang))

    def _parts(self, kind: str, value: dict[str, object]) -> str:
        if value.keys() >= _WHY and value["code"] in WHY:
            return _cell(WHY[str(value["code"])].say(self._lang, **dict(value["params"])))  # type: ignore[call-overload]
        said = ((name, self._said(kind, name, each)) for name, each in value.items() if name not in UNSHOWN)
        colon, comma = (": ", ", ") if self._lang is Lang.EN else ("：", "，")
        return comma.join(f"{_cell(field_said('', name, self._lang))}{colon}{text}" for name, text in said if text)


def _title(item: Archived) -> str:
    named = _named(item)
    return _cell(f"{named} ({item.id})" if named else item.id)


def _named(item: Archived) -> str:
    """Return by what people know one thing: its code and title where it has some."""
    names = [str(item.fields[name]) for name in ("code", "number", "title", "name") if item.fields.get(name)]
    return " ".join(dict.fromkeys(names))


def _cell(text: str) -> str:
    """Return a text for a table's cell: on one line, with nothing that Markdown or HTML reads as its own."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _json(value: Section | dict[str, object]) -> bytes:
    return (json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n").encode()
