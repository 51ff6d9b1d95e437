"""`privacy level`, `renew`, `rewrap`, `begin-anew`: how personal data is kept, and with which keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handover_core.errors import Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.privacy.service import NO_VAULT
from handover_core.storage.privacy import Level
from handover_core.texts import Rule, Text
from handover_core_cli.keys import Keys
from handover_core_cli.state import State

LEVEL = Text("Personal data is kept at level {level}.", "个人信息保护级别：{level}。")
LEVELS = {Level.STANDARD: Text("standard", "标准"), Level.STRICT: Text("strict", "严格")}
CHANGING = Text(
    "It is being brought to level {level}: by another call, or by one that was cut off. Set the level again to go on.",
    "正在更改为{level}级别：由另一命令进行，或曾被中断。请再次设置该级别以继续。",
)
CHANGED = Text("{count} rows were written anew.", "已重新写入 {count} 行。")
OLD_BYTES = Text(
    "What was readable until now is still in old pages and logs of the database, until `handover retention apply --compact` has"
    " cleaned them, and in backups of before.",
    "此前可读的内容仍留在数据库的旧页和日志中，直至 handover retention apply --compact 清理完毕；此前的备份中也有。",
)
RENEWED = Text(
    "{number} has a new key; what was sealed before still opens with the older one.",
    "{number} 已启用新密钥；此前封存的内容仍可用旧密钥打开。",
)
REWRAPPED = Text(
    "{count} keys are wrapped with the master key in {path} now. Use it from now on (--master-key).",
    "已用 {path} 中的主密钥重新包裹 {count} 个密钥。今后请使用它（--master-key）。",
)
SURE = Rule(
    "privacy.sure",
    Text(
        "What was sealed with the lost keys can then be read by nobody, not even if they are found later. At level strict"
        " that is every name, number and address of today; at level standard it is those of the past. This company:"
        " level {level}. It would begin with the keys in {path} ({state}).",
        "此后无人能再读取以遗失密钥封存的内容，即使日后找到密钥也不能。严格级别下包括当前所有姓名、工号和联系方式；"
        "标准级别下为历史中的个人信息。本公司级别：{level}。将改用 {path} 中的密钥（{state}）。",
    ),
    Text("Look for a backup of the keys first. To go on, add --yes.", "请先查找密钥备份。确认继续请加 --yes。"),
)
THERE, TO_BE_MADE = Text("there already", "已存在"), Text("to be made", "将新建")
BEGUN = Text(
    "The company has begun anew with the keys in {path}. Rows whose personal values were given up: {count}.",
    "公司已改用 {path} 中的密钥。放弃个人信息的行数：{count}。",
)


def register(application: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="how personal data is kept / 个人信息保护")
    group.command("level", help="show or change the level / 查看或更改级别")(level)
    group.command("renew", help="give a person a new key / 更换个人密钥")(renew)
    group.command("rewrap", help="change the master key / 更换主密钥")(rewrap)
    group.command("begin-anew", help="go on with new keys, the old ones are lost / 密钥遗失后改用新密钥")(begin_anew)
    application.add_typer(group, name="privacy")


def level(
    context: typer.Context,
    wanted: Annotated[Level | None, typer.Argument(metavar="[LEVEL]", help="standard | strict")] = None,
    reason: Annotated[str | None, typer.Option(help="why / 原因")] = None,
) -> None:
    """Show at which level personal data is kept, or keep it at another one from now on."""
    state: State = context.obj
    privacy = state.company().privacy
    count = 0 if wanted is None else privacy.set_level(wanted, reason)
    found, towards = privacy.level(), privacy.changing()
    state.console.say(LEVEL, level=LEVELS[found])
    if towards is not None:
        state.console.say(CHANGING, level=LEVELS[towards])
    if wanted is not None:
        state.console.say(CHANGED, count=count)
    if wanted is Level.STRICT and count:
        state.console.say(OLD_BYTES)
    state.console.give({"level": found, "changing": towards, "written": count})


def renew(
    context: typer.Context, number: Annotated[str, typer.Argument(metavar="PERSON", help="employee number / 工号")]
) -> None:
    """Seal what is recorded of a person from now on with a new key."""
    state: State = context.obj
    state.only_now()
    keys = _keys(state)
    person = state.company().organization.employee(number)
    keys.ring.renew(state.tenant, person.id)
    state.console.say(RENEWED, number=number)
    state.console.give({"kind": EMPLOYEE.name, "id": person.id})


def rewrap(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="the new master key, made if missing / 新主密钥文件")],
) -> None:
    """Wrap all keys with another master key; the older one is not needed any more afterwards."""
    state: State = context.obj
    state.only_now()
    count = _keys(state).rewrapped(path)
    state.console.say(REWRAPPED, count=count, path=path)
    state.console.give({"rewrapped": count, "master": str(path)})


def begin_anew(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="why / 原因")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="what is lost is given up / 确认放弃")] = False,
) -> None:
    """Go on with other keys, because the company's own are lost for good: what they sealed is given up."""
    state: State = context.obj
    state.only_now()
    keys = _keys(state)
    privacy = state.company().privacy
    if not yes:
        level = LEVELS[privacy.changing() or privacy.level()]
        raise Refused(SURE, level=level, path=str(keys.path), state=THERE if keys.path.exists() else TO_BE_MADE)
    keys.anew()
    count = privacy.begin_anew(reason)
    state.console.say(BEGUN, path=keys.path, count=count)
    state.console.give({"given_up": count, "keys": str(keys.path)})


def _keys(state: State) -> Keys:
    if not isinstance(state.vault, Keys):
        raise Refused(NO_VAULT)
    return state.vault
