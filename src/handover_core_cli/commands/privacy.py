"""`privacy level`, `privacy renew`, `privacy rewrap`: how personal data is kept, and with which keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handover_core.errors import Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.privacy.service import NO_VAULT
from handover_core.storage.privacy import Level
from handover_core.texts import Text
from handover_core_cli.keys import Keys
from handover_core_cli.state import State

LEVEL = Text("Personal data is kept at level {level}.", "个人信息保护级别：{level}。")
LEVELS = {Level.STANDARD: Text("standard", "标准"), Level.STRICT: Text("strict", "严格")}
CHANGING = Text(
    "It is being brought to level {level}: by another call, or by one that was cut off. Set the level again to go on.",
    "正在更改为{level}级别：由另一命令进行，或曾被中断。请再次设置该级别以继续。",
)
CHANGED = Text("{count} rows were written anew.", "已重新写入 {count} 行。")
RENEWED = Text(
    "{number} has a new key; what was sealed before still opens with the older one.",
    "{number} 已启用新密钥；此前封存的内容仍可用旧密钥打开。",
)
REWRAPPED = Text(
    "{count} keys are wrapped with the master key in {path} now. Use it from now on (--master-key).",
    "已用 {path} 中的主密钥重新包裹 {count} 个密钥。今后请使用它（--master-key）。",
)


def register(application: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="how personal data is kept / 个人信息保护")
    group.command("level", help="show or change the level / 查看或更改级别")(level)
    group.command("renew", help="give a person a new key / 更换个人密钥")(renew)
    group.command("rewrap", help="change the master key / 更换主密钥")(rewrap)
    application.add_typer(group, name="privacy")


def level(
    context: typer.Context,
    wanted: Annotated[Level | None, typer.Argument(metavar="[LEVEL]", help="standard | strict")] = None,
    reason: Annotated[str | None, typer.Option(help="why / 原因")] = None,
) -> None:
    """Show at which level personal data is kept, or keep it at another one from now on."""
    state: State = context.obj
    privacy = state.office().privacy
    count = 0 if wanted is None else privacy.set_level(wanted, reason)
    found, towards = privacy.level(), privacy.changing()
    state.console.say(LEVEL, level=LEVELS[found])
    if towards is not None:
        state.console.say(CHANGING, level=LEVELS[towards])
    if wanted is not None:
        state.console.say(CHANGED, count=count)
    state.console.give({"level": found, "changing": towards, "written": count})


def renew(
    context: typer.Context, number: Annotated[str, typer.Argument(metavar="PERSON", help="employee number / 工号")]
) -> None:
    """Seal what is recorded of a person from now on with a new key."""
    state: State = context.obj
    keys = _keys(state)
    person = state.office().organization.employee(number)
    keys.ring.renew(state.tenant, person.id)
    state.console.say(RENEWED, number=number)
    state.console.give({"kind": EMPLOYEE.name, "id": person.id})


def rewrap(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="the new master key, made if missing / 新主密钥文件")],
) -> None:
    """Wrap all keys with another master key; the older one is not needed any more afterwards."""
    state: State = context.obj
    count = _keys(state).rewrapped(path)
    state.console.say(REWRAPPED, count=count, path=path)
    state.console.give({"rewrapped": count, "master": str(path)})


def _keys(state: State) -> Keys:
    if not isinstance(state.vault, Keys):
        raise Refused(NO_VAULT)
    return state.vault
