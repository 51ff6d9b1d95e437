"""`log`, `seal` and `verify` without a code: the past, and whether it is what was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from attrs import evolve

from handover_core.app import Office
from handover_core.audit.model import Entry, Mark, Seal, Verified, Wanted
from handover_core.audit.rules import check_seal
from handover_core.command_words import say_command
from handover_core.errors import InvalidInput, Refused
from handover_core.history.changes import HEADER, MALFORMED, Change
from handover_core.history.checkpoints import Leaf, root_of
from handover_core.kinds import KINDS
from handover_core.texts import Rule, Text
from handover_core_cli.naming import Names, id_of, id_of_actor, names_in
from handover_core_cli.output import plain, write_whole
from handover_core_cli.state import State, at, parse_instant

WHEN, WHO, WHAT, WHICH, WHY, FIELDS = (
    Text("when", "时间"), Text("who", "操作人"), Text("command", "操作"), Text("what", "对象"),
    Text("why", "原因"), Text("fields", "字段"),
)  # fmt: skip
MORE = Text("More: --after {next}", "更多：--after {next}")
SEALED = Text(
    "Sealed {count} streams, root {root}. Keep {path} where the store is not.",
    "已封存 {count} 条记录流，根为 {root}。请将 {path} 保存在存储之外。",
)
SOUND = Text(
    "Everything is as it was written. Streams: {streams}, entries: {entries}, rows: {rows}.",
    "{streams} 条记录流中的 {entries} 个条目和 {rows} 行均与写入时一致。",
)
REDACTED = Text(
    "Entries out of which words were taken later: {count}. Redactions that did it: {redacting}.",
    "事后经过脱敏的条目：{count} 个，涉及脱敏 {redacting} 次。",
)
REDACTION = Text(
    "  {kind} {id}, version {version}: out of {what}, by {actor}, {command}, {at}; {mark}",
    "  {kind} {id} 第 {version} 版：涉及{what}，操作人 {actor}，操作 {command}，时间 {at}；{mark}",
)
OWN = Text("its versions {versions}", "其第 {versions} 版")
OF_BULK = Text("rows of its bulk, in number {rows}", "该批量中的 {rows} 行")
MARKS = {
    Mark.MARKED: Text("made with the company's keys", "以本公司密钥作出"),
    Mark.UNMARKED: Text("WITHOUT A MARK of the company's keys", "没有本公司密钥的印记"),
    Mark.WRONG: Text("NOT MADE WITH THE COMPANY'S KEYS", "并非以本公司密钥作出"),
    Mark.UNCHECKED: Text("mark not checked, for want of the company's keys", "未提供本公司密钥，印记未核对"),
}
AFTER = Text(
    "    after a seal, in entries that it holds: compare it with the recorded approvals",
    "    在封存之后改动了已封存的条目：请与审批记录核对",
)
LACKING = Text(
    "Redactions without a mark of the company's keys, which no seal that was given holds: {count}.",
    "没有本公司密钥的印记、也不在所提供封存中的脱敏：{count} 次。",
)
LEFT = Text("  … and others: {count}", "  ……另有 {count} 次")
UNOPENED = Text(
    "Without their keys, sealed values were not held against the rows. Streams: {count}.",
    "缺少密钥：{count} 条记录流中的封存信息未与现存数据比对。",
)
NOTHING = Text("No entry answers that.", "没有符合条件的记录。")
UNPROVED = Text(
    "Their signatures were not checked: name the key with --key-file.", "未核对其签名：请用 --key-file 指定密钥。"
)
UNSIGNED = Text(
    "Not signed: {count}. Whoever could write to such a seal could have made another.",
    "未签名：{count} 份。能改写封存文件者，亦可另行伪造。",
)
LOGGED = {kind.name for kind in KINDS} | {HEADER}
"""The kinds of which there may be entries."""
HELD = Text("Seals held against the store: {count}.", "已与 {count} 份封存比对。")
BROKEN = Text("{kind} {id}, version {version}: {what}", "{kind} {id} 第 {version} 版：{what}")
TAMPERED = Rule(
    "audit.tampered",
    Text(
        "Places that are not as they were written: {count}; the first is {first}.",
        "有 {count} 处与写入时不一致，首处为 {first}。",
    ),
    Text(
        "Compare with a backup, and find out who wrote to the database.", "请与备份比对，并查明何人直接写入了数据库。"
    ),
)
WRITTEN = Text("Written: {path} ({count} lines)", "已写入：{path}（{count} 行）")


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("log", help="who changed what, when and why / 变更记录")(log)
    application.command("seal", help="make a checkpoint of the history / 封存历史")(seal)


def log(
    context: typer.Context,
    actor: Annotated[str | None, typer.Option(help="number of who acted, or id / 操作人工号或编号")] = None,
    kind: Annotated[str | None, typer.Option(help="kind, such as work_record / 种类")] = None,
    stream: Annotated[
        str | None, typer.Option("--id", help="its id, or with --kind its number or code / 对象编号或代码")
    ] = None,
    command: Annotated[str | None, typer.Option(help="command, such as records.close_record / 操作")] = None,
    since: Annotated[str | None, typer.Option(help="from this instant on, ISO 8601 / 起始时间")] = None,
    until: Annotated[str | None, typer.Option(help="before this instant, ISO 8601 / 截止时间")] = None,
    text: Annotated[str | None, typer.Option(help="in reasons and values / 关键字")] = None,
    batch: Annotated[str | None, typer.Option(help="what came with this bulk, by its id / 批次编号")] = None,
    limit: Annotated[int, typer.Option(min=1, help="entries in a page / 每页条数")] = 50,
    after: Annotated[str | None, typer.Option(help="where the page before ended / 上一页末尾")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="everything as JSON Lines / 全部导出")] = None,
) -> None:
    """Show entries of the change log, or write all of it so that another program can check it."""
    state: State = context.obj
    office = state.company()
    filters = (actor, kind, stream, command, since, until, text, batch, after)
    if out is not None:
        if any(each is not None for each in filters):
            raise InvalidInput.at(
                "--out", "log.filtered", "writes everything: leave the filters out", "将导出全部记录：请去掉筛选条件"
            )
        count = _write(out, lines_of(office))
        state.console.say(WRITTEN, path=out, count=count)
        state.console.give({"written": str(out), "lines": count})
        return
    if kind is not None and kind not in LOGGED:
        raise InvalidInput.at(
            "--kind", "log.kind", "{kind!r} is no kind of entries; there are: {known}", "没有种类 {kind!r}；可用：{known}",
            kind=kind, known=tuple(sorted(LOGGED)),
        )  # fmt: skip
    zone = state.zone(office)
    wanted = Wanted(
        actor=None if actor is None else id_of_actor(office, actor),
        kind=kind,
        id=None if stream is None else id_of(office, kind, stream),
        command=command,
        since=parse_instant(since, zone),
        until=parse_instant(until, zone),
        text=text,
        batch=batch,
    )
    page = office.audit.search(wanted, limit=limit, after=after)
    names = names_in(office, page.items, state.lang)
    state.console.table((WHEN, WHO, WHAT, WHICH, WHY, FIELDS), [_row(entry, names, zone) for entry in page.items])
    if not page.items:
        state.console.say(NOTHING)
    if page.next is not None:
        state.console.say(MORE, next=page.next)
    state.console.give({"entries": page.items, "next": page.next})


def seal(
    context: typer.Context,
    out: Annotated[Path, typer.Option("-o", "--out", help="where the checkpoint goes / 封存文件")],
    key_file: Annotated[Path | None, typer.Option(help="file with the signing key / 签名密钥文件", exists=True)] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="over an older file / 覆盖已有文件")] = False,
) -> None:
    """Make a checkpoint of every stream: whoever cuts off or rewrites the past later is found out by it."""
    state: State = context.obj
    if out.exists() and not force:
        raise InvalidInput.at(
            str(out), "file.exists", "exists already; name another file, or replace it with --force",
            "已存在；请指定其他文件，或用 --force 覆盖",
        )  # fmt: skip
    office = state.company()
    made = office.audit.seal(key=None if key_file is None else key_file.read_bytes())
    write_whole(out, json.dumps(plain(made), ensure_ascii=False) + "\n")
    state.console.say(SEALED, count=made.count, root=made.root, path=out)
    state.console.give({"root": made.root, "count": made.count, "written": str(out)})


def verify_store(state: State, seals: list[Path], key_file: Path | None) -> None:
    """Read the whole history and say whether it is as it was written; raise `Refused` where it is not."""
    if key_file is not None and not seals:
        raise InvalidInput.at(
            "--key-file", "verify.no_seal", "signs no seal: add --seal", "没有可核对的封存：请加 --seal"
        )
    key = None if key_file is None else key_file.read_bytes()
    office = state.company()
    held = [_checked(path, key, state.tenant) for path in seals]
    found = office.audit.verify(held, key=key)
    unsigned = sum(seal.signature is None for seal in held)
    unproved = 0 if key is not None else len(held) - unsigned
    document = {**plain(found), "unsigned_seals": unsigned, "signatures_not_checked": unproved}
    for each in found.breaks:
        state.console.say(BROKEN, kind=each.kind, id=each.id, version=each.version, what=each.what)
    _say_redactions(state, found, state.zone(office))
    if not found.sound:
        first = found.breaks[0]
        named = f"{first.kind} {first.id}, {first.version}"
        raise Refused(TAMPERED, count=len(found.breaks), first=named, found=document)
    state.console.say(SOUND, entries=found.entries, streams=found.streams, rows=found.rows)
    if found.unopened:
        state.console.say(UNOPENED, count=found.unopened)
    if held:
        state.console.say(HELD, count=len(held))
    if unsigned:
        state.console.say(UNSIGNED, count=unsigned)
    if unproved:
        state.console.say(UNPROVED)
    state.console.give(document)


def _checked(path: Path, key: bytes | None, tenant: str) -> Seal:
    """Return the seal in a file; raise `InvalidInput`, by the file's name, for one that is not whole or not of this company."""
    made = read_seal(path)
    try:
        if made.tenant != tenant:
            raise InvalidInput.at("seal", "seal.tenant", "is of another company", "属于其他公司")
        check_seal(made, key)
    except InvalidInput as error:
        raise InvalidInput([evolve(each, path=str(path)) for each in error.problems]) from error
    return made


def _say_redactions(state: State, found: Verified, zone: tzinfo) -> None:
    if not found.redacting:
        return
    state.console.say(REDACTED, count=found.redacted, redacting=found.redacting)
    for each in found.redactions:
        lang = state.console.lang
        what = OF_BULK.say(lang, rows=each.rows) if each.rows else OWN.say(lang, versions=each.redacted)
        state.console.say(
            REDACTION, kind=each.kind, id=each.id, version=each.version, what=what, actor=each.actor,
            command=each.command, at=at(each.at, zone), mark=MARKS[each.mark],
        )  # fmt: skip
        if each.after:
            state.console.say(AFTER)
    if found.redacting > len(found.redactions):
        state.console.say(LEFT, count=found.redacting - len(found.redactions))
    if found.unmarked:
        state.console.say(LACKING, count=found.unmarked)


def read_seal(path: Path) -> Seal:
    """Return a seal that `seal` wrote; raise `InvalidInput` for anything else."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        leaves = tuple(Leaf(**leaf) for leaf in data.pop("leaves"))
        made = Seal(**{**data, "at": datetime.fromisoformat(data["at"]), "leaves": leaves})
        made.root.encode()
        made.at.astimezone(UTC)
        root_of(made.leaves)
        return made if made.at.tzinfo is not None else _no_seal()
    except (OSError, *MALFORMED) as error:
        raise InvalidInput.at(str(path), "seal.file", "is not a seal", "不是封存文件") from error


def _no_seal() -> NoReturn:
    raise ValueError


def lines_of(office: Office) -> Iterator[dict[str, Any]]:
    """Yield the whole history as it is stored, entry by entry and row by row, for another program to check."""
    for stream in office.audit.streams():
        for change in stream.changes:
            yield {"tenant": office.desk.tenant, **_entry(change)}
        if stream.row is not None:
            row = stream.row
            yield {"row": stream.kind, "id": row.id, "version": row.version, "format": row.format, "at": row.changed_at,
                   "head": row.head, "body": row.body}  # fmt: skip


def _entry(change: Change) -> dict[str, Any]:
    return {**change._asdict(), "operation": change.operation.value}


def _write(path: Path, lines: Iterator[dict[str, Any]]) -> int:
    count = 0
    beside = path.with_name(f"{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        for count, line in enumerate(lines, 1):  # noqa: B007 - counted
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    beside.replace(path)
    return count


def _row(entry: Entry, names: Names, zone: tzinfo) -> tuple[object, ...]:
    told = [each for each in entry.fields if each.before or (each.after and each.after[0] not in _NOTHING_YET)]
    fields = "\n".join(names.changed(entry.kind, each) for each in told)
    return (
        at(entry.at, zone), names.who(entry.actor), say_command(entry.command, names.lang),
        names.what(entry.kind, entry.id), entry.reason or "", fields,
    )  # fmt: skip


_NOTHING_YET: tuple[object, ...] = (None, "", [], {})
"""What a new thing holds in fields that nobody has filled."""
