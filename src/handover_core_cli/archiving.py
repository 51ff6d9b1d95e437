"""Everything about one person as a ZIP archive: JSON for programs, an index to read, and a digest of every file.

The same document makes the same bytes, so that two archives can be compared.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from handover_core.retention.archive import Archived, PersonArchive, Section
from handover_core.texts import KINDS_IN_WORDS, Lang, Text
from handover_core_cli.output import plain

TITLE = Text("Everything about {name} ({number})", "{name}（{number}）的全部信息")
MADE = Text(
    "Made at {at} from the records of the company {tenant}. Articles 44 and 45 of the Personal Information Protection Law"
    " of the PRC give the right to a copy.",
    "于 {at} 由公司 {tenant} 的记录生成。依据《个人信息保护法》第44条、第45条，个人有权查阅、复制其个人信息。",
)
OTHERS = Text(
    "Others are named by their ids only, but for what people wrote in free text. What was erased stands as a pseudonym.",
    "除自由文本外，其他人仅以编号出现；已删除的信息以代号显示。",
)
COUNT = Text("{count} entries in {file}", "{file} 中共 {count} 条")
FIELD, VALUE = Text("field", "字段"), Text("value", "内容")
HISTORY = Text(
    "Changed {count} times, last at {at} by {actor} ({command})",
    "共变更 {count} 次，最近一次 {at}，{actor}（{command}）",
)
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
    """Return the archive for people to read, as Markdown."""
    lines = [
        f"# {TITLE.say(lang, name=_cell(archive.name), number=_cell(archive.number))}", "",
        MADE.say(lang, at=archive.made_at.isoformat(timespec="seconds"), tenant=archive.tenant), "",
        OTHERS.say(lang), "",
    ]  # fmt: skip
    for section in archive.sections:
        word = KINDS_IN_WORDS.get(section.kind)
        lines += [f"## {section.kind if word is None else word.say(lang)}", ""]
        lines += [COUNT.say(lang, count=len(section.items), file=f"{section.kind}.json"), ""]
        for item in section.items:
            lines += _item(item, lang)
    return "\n".join(lines)


def _item(item: Archived, lang: Lang) -> list[str]:
    rows = [f"| {name} | {_cell(value)} |" for name, value in item.fields.items() if value not in (None, "", [], {})]
    table = [f"| {FIELD.say(lang)} | {VALUE.say(lang)} |", "|---|---|", *rows]
    lines = [f"### {item.id}", "", *([DELETED.say(lang)] if item.deleted else table), ""]
    if item.history:
        last = item.history[-1]
        lines += [
            HISTORY.say(
                lang, count=len(item.history), at=last.at.isoformat(timespec="seconds"), actor=last.actor,
                command=last.command,
            ), "",
        ]  # fmt: skip
    return lines


def _cell(value: object) -> str:
    """Return a value as the text of a table's cell: on one line, with nothing that Markdown or HTML reads as its own."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _json(value: Section | dict[str, object]) -> bytes:
    return (json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n").encode()
