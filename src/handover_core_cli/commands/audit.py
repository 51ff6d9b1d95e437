"""`log`, `seal` and `verify` without a code: the past, and whether it is what was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from handover_core.app import Office
from handover_core.audit.model import Entry, Seal, Wanted
from handover_core.errors import InvalidInput, Refused
from handover_core.history.changes import Change
from handover_core.history.seals import Leaf, root_of
from handover_core.texts import Rule, Text
from handover_core_cli.output import plain
from handover_core_cli.state import State, parse_instant

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
    "{entries} entries in {streams} streams and {rows} rows are as they were written.",
    "{streams} 条记录流中的 {entries} 个条目和 {rows} 行均与写入时一致。",
)
REDACTED = Text(
    "Words were taken out of {count} entries later; the log says by whom.",
    "有 {count} 个条目事后经过脱敏，操作人见变更记录。",
)
UNOPENED = Text(
    "Without keys: sealed values of {count} streams were not held against their rows.",
    "未提供密钥：{count} 条记录流中的封存信息未与现存数据比对。",
)
HELD = Text("Held against {count} seals.", "已与 {count} 份封存比对。")
BROKEN = Text("{kind} {id}, version {version}: {what}", "{kind} {id} 第 {version} 版：{what}")
TAMPERED = Rule(
    "audit.tampered",
    Text(
        "{count} places are not as they were written; the first is {first}.",
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
    actor: Annotated[str | None, typer.Option(help="id of who acted / 操作人编号")] = None,
    kind: Annotated[str | None, typer.Option(help="kind, such as work_record / 种类")] = None,
    stream: Annotated[str | None, typer.Option("--id", help="id of the aggregate / 对象编号")] = None,
    command: Annotated[str | None, typer.Option(help="command, such as records.close_record / 操作")] = None,
    since: Annotated[str | None, typer.Option(help="from this instant on, ISO 8601 / 起始时间")] = None,
    until: Annotated[str | None, typer.Option(help="before this instant, ISO 8601 / 截止时间")] = None,
    text: Annotated[str | None, typer.Option(help="in reasons and values / 关键字")] = None,
    limit: Annotated[int, typer.Option(min=1, help="entries in a page / 每页条数")] = 50,
    after: Annotated[str | None, typer.Option(help="where the page before ended / 上一页末尾")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="everything as JSON Lines / 全部导出")] = None,
) -> None:
    """Show entries of the change log, or write all of it so that another program can check it."""
    state: State = context.obj
    office = state.office()
    if out is not None:
        count = _write(out, lines_of(office))
        state.console.say(WRITTEN, path=out, count=count)
        state.console.give({"written": str(out), "lines": count})
        return
    wanted = Wanted(
        actor=actor,
        kind=kind,
        id=stream,
        command=command,
        since=parse_instant(since),
        until=parse_instant(until),
        text=text,
    )
    page = office.audit.search(wanted, limit=limit, after=after)
    state.console.table((WHEN, WHO, WHAT, WHICH, WHY, FIELDS), [_row(entry) for entry in page.items])
    if page.next is not None:
        state.console.say(MORE, next=page.next)
    state.console.give({"entries": page.items, "next": page.next})


def seal(
    context: typer.Context,
    out: Annotated[Path, typer.Option("-o", "--out", help="where the checkpoint goes / 封存文件")],
    key_file: Annotated[Path | None, typer.Option(help="file with the signing key / 签名密钥文件", exists=True)] = None,
) -> None:
    """Make a checkpoint of every stream: whoever cuts off or rewrites the past later is found out by it."""
    state: State = context.obj
    made = state.office().audit.seal(key=None if key_file is None else key_file.read_bytes())
    out.write_text(json.dumps(plain(made), ensure_ascii=False) + "\n", encoding="utf-8")
    state.console.say(SEALED, count=made.count, root=made.root, path=out)
    state.console.give({"root": made.root, "count": made.count, "written": str(out)})


def verify_store(state: State, seals: list[Path], key_file: Path | None) -> None:
    """Read the whole history and say whether it is as it was written; raise `Refused` where it is not."""
    key = None if key_file is None else key_file.read_bytes()
    found = state.office().audit.verify([read_seal(path) for path in seals], key=key)
    for each in found.breaks:
        state.console.say(BROKEN, kind=each.kind, id=each.id, version=each.version, what=each.what)
    if not found.sound:
        first = found.breaks[0]
        named = f"{first.kind} {first.id}, {first.version}"
        raise Refused(TAMPERED, count=len(found.breaks), first=named, breaks=found.breaks)
    state.console.say(SOUND, entries=found.entries, streams=found.streams, rows=found.rows)
    if found.redacted:
        state.console.say(REDACTED, count=found.redacted)
    if found.unopened:
        state.console.say(UNOPENED, count=found.unopened)
    if seals:
        state.console.say(HELD, count=len(seals))
    state.console.give(found)


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
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput.at(str(path), "seal.file", "is not a seal", "不是封存文件") from error


def _no_seal() -> NoReturn:
    raise ValueError


def lines_of(office: Office) -> Iterator[dict[str, Any]]:
    """Yield the whole history as it is stored, entry by entry and row by row, for another program to check."""
    for stream in office.audit.streams():
        for change in stream.changes:
            yield {"tenant": office.desk.tenant, **_entry(change)}
        if stream.row is not None:
            yield {"row": stream.kind, "id": stream.id, "version": stream.row.version, "head": stream.row.head,
                   "body": stream.row.body}  # fmt: skip


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


def _row(entry: Entry) -> tuple[object, ...]:
    fields = ", ".join(each.field for each in entry.fields)
    return (entry.at.isoformat(timespec="seconds"), entry.actor, entry.command, f"{entry.kind} {entry.id}",
            entry.reason or "", fields)  # fmt: skip
