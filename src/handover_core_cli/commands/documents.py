"""`dossier`, `pack` and `demo`: what people hold in their hands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handover_core.dossier.manifest import as_data
from handover_core.dossier.model import Dossier
from handover_core.errors import InvalidInput
from handover_core.texts import Lang, Text
from handover_core_cli.commands.case import current_case
from handover_core_cli.state import State

WRITTEN = Text("Written: {path}", "已写入：{path}")
FORMATS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json"}


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("dossier", help="the handover dossier / 交接清单")(dossier)
    application.command("pack", help="the newcomer's pack / 新人上岗包")(pack)
    application.command("demo", help="a whole handover, told as a story / 演示")(demo)


def dossier(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    out: Annotated[Path, typer.Option("-o", "--out", help=".html, .md or .json")],
) -> None:
    """Write the handover dossier of a leaver."""
    state: State = context.obj
    office = state.office()
    write(state, office.dossier.handover(current_case(office, number).code), out)


def pack(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the newcomer's number / 新人工号")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help=".html, .md or .json; the screen / 默认输出到屏幕")
    ] = None,
    position: Annotated[str | None, typer.Option(help="position code, where they hold several / 岗位编码")] = None,
) -> None:
    """Write the newcomer's pack of a person: the position, SOPs, open work, whom to ask."""
    state: State = context.obj
    document = state.office().dossier.newcomer(number, position)
    if out is not None:
        write(state, document, out)
        return
    state.console.say(rendered(document, "markdown", state.lang))
    state.console.give(as_data(document))


def write(state: State, document: Dossier, out: Path) -> None:
    """Write a document in the format that the file's name asks for."""
    chosen = FORMATS.get(out.suffix.lower())
    if chosen is None:
        raise InvalidInput.at(
            str(out), "file.format", "ends in none of {known}", "扩展名须为 {known} 之一", known=tuple(FORMATS)
        )
    text = rendered(document, chosen, state.lang)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    state.console.say(WRITTEN, path=out)
    state.console.give({"written": str(out), "format": chosen})


def rendered(document: Dossier, chosen: str, lang: Lang) -> str:
    """Return a document as text."""
    from handover_core_reports import render

    return render(document, chosen, lang)


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="folder for the files / 输出文件夹")] = Path("handover-demo"),
    leaver: Annotated[str, typer.Option(help="number of who resigns / 离职人工号")] = "0017",
    company: Annotated[
        Path | None,
        typer.Option(help="folder of CSV sheets in place of the one that ships / 其他公司数据", exists=True),
    ] = None,
) -> None:
    """Tell the story of a key employee who resigns with two weeks left and refuses to hand over."""
    from handover_core_cli.demo.story import Story

    state: State = context.obj
    state.only_now()
    state.console.give(Story(state, out, leaver=leaver, company=company).tell())
