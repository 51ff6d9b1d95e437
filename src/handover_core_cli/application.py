"""The commands, put together; each group of commands has a module of its own."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from handover_core import __version__
from handover_core.errors import Refused, Unsealable
from handover_core.texts import Lang
from handover_core_cli.commands import (
    audit,
    case,
    data,
    departure,
    documents,
    item,
    organization,
    outbox,
    privacy,
    question,
    retention,
    store,
    watch,
)
from handover_core_cli.keys import default_keys, default_master, keys_at
from handover_core_cli.output import Console, default_lang
from handover_core_cli.state import DEFAULT_STORE, DEFAULT_TENANT, Rules, State, parse_day, parse_instant


class Numbered(TyperGroup):
    """Names people in errors by the number that users know, beside the id."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refused as error:
            name = ctx.obj.name_of(str(error.params.get("actor", ""))) if isinstance(ctx.obj, State) else None
            if name is not None:
                error.params = {**error.params, "actor": name}
            raise
        except Unsealable as error:
            number = ctx.obj.number_of(error.subject) if isinstance(ctx.obj, State) else None
            if number is not None:
                error.known_as(number)
            raise


application = typer.Typer(
    cls=Numbered,
    name="handover",
    help="Nobody leaves with the only copy of what they know. / 人走，知识不走。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"handover-core {__version__}")
        raise typer.Exit


@application.callback()
def options(
    context: typer.Context,
    store: Annotated[
        str, typer.Option(envvar="HANDOVER_STORE", help="address of the store / 存储地址")
    ] = DEFAULT_STORE,
    tenant: Annotated[str, typer.Option(envvar="HANDOVER_TENANT", help="company / 公司")] = DEFAULT_TENANT,
    lang: Annotated[Lang, typer.Option(help="language / 语言")] = default_lang(),  # noqa: B008 - shown as default
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document for scripts / 供脚本读取的 JSON")] = False,
    number: Annotated[
        str | None, typer.Option("--as", envvar="HANDOVER_AS", help="employee number of who acts / 操作人工号")
    ] = None,
    on: Annotated[str | None, typer.Option(help="act as of this day, YYYY-MM-DD / 以此日期办理")] = None,
    rules: Annotated[
        Rules, typer.Option(envvar="HANDOVER_RULES", help="law and working days / 适用规则与工作日历")
    ] = Rules.CN,
    keys: Annotated[
        str, typer.Option(envvar="HANDOVER_KEYS", help="file of the persons' keys, or none / 个人密钥文件，或 none")
    ] = str(default_keys()),
    master: Annotated[
        Path, typer.Option("--master-key", envvar="HANDOVER_MASTER_KEY", help="file of the master key / 主密钥文件")
    ] = default_master(),  # noqa: B008 - shown as default
    known_at: Annotated[
        str | None, typer.Option(help="as it was known at this instant, ISO 8601 / 以该时刻所知为准")
    ] = None,
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="show the version / 显示版本")
    ] = False,
) -> None:
    """Read the options that every command has; they may also stand behind the command."""
    console = Console(lang=lang, as_json=as_json)
    parse_instant(known_at, UTC)  # what is none is said before the store is opened
    context.obj = state = State(
        store=store, tenant=tenant, lang=lang, number=number, on=parse_day(on), console=console, rules=rules,
        vault=keys_at(keys, master), known_at=known_at,
    )  # fmt: skip
    context.call_on_close(state.close)


for group in (
    store, data, audit, privacy, organization, case, departure, item, question, watch, documents, outbox, retention,
):  # fmt: skip
    group.register(application)
