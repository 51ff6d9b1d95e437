"""`templates`, `import`, `export`: how data gets in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handover_core.errors import InvalidInput
from handover_core.texts import Lang, Text
from handover_core_cli.output import Console, ExitCode
from handover_core_cli.state import State

if TYPE_CHECKING:
    from handover_core_import import ImportReport, Progress, Reject

WRITTEN = Text("Written: {path}", "已写入：{path}")
MAPPING = Text(
    "Check the drafted mapping in {path}, then: handover import {source} --mapping {path}",
    "请核对映射草稿 {path}，然后执行：handover import {source} --mapping {path}",
)
WOULD = Text("Nothing was stored (--dry-run). It would have been:", "试运行，未写入任何内容。结果预览：")
REJECTED = Text(
    "{count} rows were rejected; they stand with reason and cure in {path}. Correct them there and import that file.",
    "{count} 行被退回，原因与处理办法见 {path}。请在其中更正后导入该文件。",
)
IGNORED = Text("Ignored: {names}", "未导入：{names}")
HEADLESS = Text("No row of column names was found in: {names}", "未找到表头：{names}")
CONFLICT = Text("Kept as edited here: {what}", "保留本系统的修改：{what}")
NOTE = Text("Note: {what}", "提示：{what}")
WHY = Text("Rejected: {what}", "退回：{what}")
PROGRESS = Text("{sheet}: {done} of {total}", "{sheet}：{done}/{total}")
HEADS = (
    Text("sheet", "表"), Text("new", "新增"), Text("changed", "更新"), Text("unchanged", "未变"),
    Text("conflicts", "冲突"), Text("rejected", "退回"),
)  # fmt: skip
SHOWN = 20
MORE = Text("… and {count} more (all of them with --json)", "……另有 {count} 条（--json 可查看全部）")


class FileFormat(StrEnum):
    """What templates and exports are written as."""

    XLSX = "xlsx"
    CSV = "csv"
    JSONL = "jsonl"


class TemplateFormat(StrEnum):
    """What people fill in."""

    XLSX = "xlsx"
    CSV = "csv"


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("templates", help="write empty sheets with instructions / 生成空白模板")(templates)
    application.command("import", help="bring records in / 导入")(import_)
    application.command("export", help="write everything out / 导出")(export)


def templates(
    context: typer.Context,
    out: Annotated[Path, typer.Option("-o", "--out", help="folder / 文件夹")],
    file_format: Annotated[TemplateFormat, typer.Option("--format", help="格式")] = TemplateFormat.XLSX,
) -> None:
    """Write empty sheets and a page of instructions."""
    from handover_core_import import write_templates

    state: State = context.obj
    paths = [str(path) for path in write_templates(out, state.lang, file_format)]
    for path in paths:
        state.console.say(WRITTEN, path=path)
    state.console.give({"written": paths})


def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="workbook, folder, zip or .jsonl / 文件或文件夹", exists=True)],
    source: Annotated[str, typer.Option(help="name of the system the data comes from / 数据来源名称")] = "import",
    mapping: Annotated[Path | None, typer.Option(help="column mapping file / 列映射文件", exists=True)] = None,
    guess_mapping: Annotated[bool, typer.Option("--guess-mapping", help="draft a mapping file / 生成映射草稿")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would happen / 试运行")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="the file wins over edits made here / 以文件为准")
    ] = False,
    rejects: Annotated[Path | None, typer.Option(help="where rejected rows go / 退回行的保存位置")] = None,
) -> None:
    """Compare each row with what was imported last and what is stored now, and bring in what is new or changed."""
    import handover_core_import as wing

    state: State = context.obj
    state.only_now()
    if guess_mapping:
        _draft(state.console, path, mapping)
        return
    office = state.office()
    importer = wing.Importer(
        office.desk.units, state.tenant, office.desk.actor, source=source,
        mapping=None if mapping is None else wing.load_mapping(mapping), overwrite=overwrite, dry_run=dry_run,
        progress=_progress(state.console),
    )  # fmt: skip
    report = importer.run(path)
    written = _reject_file(report, path, rejects, state)
    report_to(state.console, report, written, dry_run=dry_run)
    if report.rejects:
        raise typer.Exit(ExitCode.USAGE)
    if not report.counts:
        raise InvalidInput.at(
            str(path), "import.nothing", "holds no sheet that could be read; try --guess-mapping",
            "没有可识别的表；可尝试 --guess-mapping",
        )  # fmt: skip


def _draft(console: Console, path: Path, mapping: Path | None) -> None:
    from handover_core_import import guess_mapping

    target = mapping or path.with_name(f"{path.stem}.mapping.json")
    if target.exists():
        raise InvalidInput.at(
            str(target),
            "file.exists",
            "exists already; name another file with --mapping",
            "已存在；请用 --mapping 指定其他文件",
        )
    drafted = guess_mapping(path)
    target.write_text(json.dumps(drafted, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.say(MAPPING, path=target, source=path)
    console.give({"mapping": str(target)})


def _progress(console: Console) -> Callable[[Progress], None] | None:
    """Return what shows progress on a terminal; a pipe or a script sees none."""
    if console.as_json or not sys.stderr.isatty():
        return None

    def show(progress: Progress) -> None:
        sys.stderr.write(
            "\r\x1b[K" + PROGRESS.say(console.lang, sheet=progress.sheet, done=progress.done, total=progress.total)
        )
        sys.stderr.flush()

    return show


def _reject_file(report: ImportReport, path: Path, wanted: Path | None, state: State) -> Path | None:
    from handover_core_import import write_rejects

    if not report.rejects:
        return None
    target = wanted or Path(f"{path.resolve().stem}.rejects{'.xlsx' if path.suffix == '.xlsx' else ''}")
    write_rejects(report, target, state.lang)
    return target


def report_to(console: Console, report: ImportReport, rejects: Path | None, *, dry_run: bool) -> None:
    """Print what an import did."""
    if sys.stderr.isatty() and not console.as_json:
        sys.stderr.write("\r\x1b[K")
    if dry_run:
        console.say(WOULD)
    rows = [
        (_sheet_name(name, console.lang), each.created, each.updated, each.unchanged, each.conflict, each.rejected)
        for name, each in report.counts.items()
    ]
    console.table(HEADS, rows)
    lang = console.lang
    _list(console, CONFLICT, [each.message(lang) for each in report.conflicts])
    _list(console, NOTE, [each.message(lang) for each in report.notes])
    ignored = (
        *report.ignored_sheets,
        *(f"{table}: {'、'.join(names)}" for table, names in report.ignored_columns.items()),
    )
    if ignored:
        console.say(IGNORED, names=ignored)
    if report.headless:
        console.say(HEADLESS, names=report.headless)
    if rejects is not None:
        said = [f"{each.table}:{each.row} {each.reason(lang)} {each.cure(lang)}" for each in report.rejects]
        _list(console, WHY, said)
        console.say(REJECTED, count=len(report.rejects), path=rejects)
    console.give(
        {
            "dry_run": dry_run,
            "counts": report.counts,
            "rejects": [_as_data(each, lang) for each in report.rejects],
            "conflicts": [
                {"table": each.table, "row": each.row, "message": each.message(lang)} for each in report.conflicts
            ],
            "notes": [each.message(lang) for each in report.notes],
            "ignored_columns": report.ignored_columns,
            "ignored_sheets": report.ignored_sheets,
            "headless": report.headless,
            "rejects_file": None if rejects is None else str(rejects),
        }
    )


def _as_data(reject: Reject, lang: Lang) -> dict[str, object]:
    return {
        "table": reject.table,
        "row": reject.row,
        "cells": {name: None if cell is None else str(cell) for name, cell in reject.cells.items()},
        "codes": [problem.code for problem in reject.problems],
        "reason": reject.reason(lang),
        "cure": reject.cure(lang),
    }


def _sheet_name(name: str, lang: Lang) -> str:
    from handover_core_import.sheets import SHEETS

    labels = {sheet.name: sheet.label for sheet in SHEETS}
    return labels.get(name, name) if lang is Lang.ZH else name


def _list(console: Console, text: Text, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        console.say(text, what=line)
    if len(lines) > SHOWN:
        console.say(MORE, count=len(lines) - SHOWN)


def export(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="file or folder to write / 目标文件或文件夹")],
    file_format: Annotated[FileFormat | None, typer.Option("--format", help="格式")] = None,
) -> None:
    """Write all sheets; what was written can be imported again."""
    from handover_core_import import export as write

    state: State = context.obj
    office = state.company()
    chosen = file_format or (FileFormat.XLSX if path.suffix.lower() == ".xlsx" else FileFormat.CSV)
    write(office.desk.units, state.tenant, office.desk.actor, path, state.lang, chosen)
    state.console.say(WRITTEN, path=path)
    state.console.give({"written": str(path), "format": chosen})
