"""`brief`, `accept`, `return`, `verify`, `waive`, `assign`, `except`: what happens to one item."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from handover_core.app import Office
from handover_core.errors import InvalidInput
from handover_core.handover.model import HandoverItem
from handover_core.handover.texts import STATE_LABELS, say_why
from handover_core.texts import Text
from handover_core_cli.commands.audit import verify_store
from handover_core_cli.commands.case import current_case
from handover_core_cli.state import State

NOW = Text("{code} {title}: {state}", "{code} {title}：{state}")
RECORDED = Text("Recorded.", "已登记。")
SUGGESTED = (Text("place", "次序"), Text("who", "人员"), Text("why", "理由"))
Code = Annotated[str, typer.Argument(help="the item's code, such as H0001-003 / 事项编号")]
Reason = Annotated[str, typer.Option(help="why / 理由")]


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("brief", help="explain an item / 交底")(brief)
    application.command("accept", help="take an item over / 接收")(accept)
    application.command("take-over", help="say that an accepted item is yours now / 声明接管")(take_over)
    application.command("decline", help="refuse to receive an item / 拒绝接收")(decline)
    application.command("hand-on", help="pass an item on to another receiver / 转交")(hand_on)
    application.command("suggest", help="who could receive an item, and why / 推荐接收人")(suggest)
    application.command("return", help="give an item back / 退回")(return_)
    application.command(
        "verify", help="confirm the proof; without a code, check the history / 核验事项；不带编号则核验历史"
    )(verify)
    application.command("waive", help="approve that it need not be handed over / 豁免")(waive)
    application.command("assign", help="name the receiver / 指定接收人")(assign)
    application.command("except", help="lift the separation of duties for one person / 登记例外")(except_)


def _do(context: typer.Context, code: str, command: Callable[[Office, HandoverItem], HandoverItem]) -> None:
    state: State = context.obj
    office = state.office()
    item = command(office, office.handover.item(code))
    state.console.say(NOW, code=item.code, title=item.title, state=STATE_LABELS[item.state])
    state.console.give(item)


def brief(
    context: typer.Context,
    code: Code,
    summary: Annotated[str, typer.Option(help="what the receiver has to know / 概要")],
    actions: Annotated[str, typer.Option(help="what has to be done / 待办动作")] = "",
    situation: Annotated[str, typer.Option(help="how things stand, what may happen / 现状与预判")] = "",
) -> None:
    """Explain an item, as the giver; or from records, as the supervisor of one who refuses or is gone."""
    _do(context, code, lambda office, item: office.handover.brief(
        item.id, summary, actions=actions, situation=situation))  # fmt: skip


def accept(
    context: typer.Context,
    code: Code,
    read_back: Annotated[str, typer.Option("--read-back", help="in your own words / 用自己的话复述")] = "",
    statement: Annotated[str, typer.Option("--take-over", help="that it is yours now / 接管声明")] = "",
) -> None:
    """Accept an item, as its receiver; with --take-over the overlap with the giver ends at once."""
    _do(context, code, lambda office, item: office.handover.accept(item.id, read_back, take_over=statement))


def take_over(
    context: typer.Context,
    code: Code,
    statement: Annotated[str, typer.Option(help="that it is yours now / 接管声明")],
) -> None:
    """Say, as the receiver of an accepted item, that it is yours now."""
    _do(context, code, lambda office, item: office.handover.take_over(item.id, statement))


def decline(context: typer.Context, code: Code, reason: Reason) -> None:
    """Refuse to receive an item; it waits for another receiver."""
    _do(context, code, lambda office, item: office.handover.decline(item.id, reason))


def hand_on(
    context: typer.Context,
    code: Code,
    receiver: Annotated[str, typer.Argument(help="the next receiver's number / 新接收人工号")],
    reason: Reason,
) -> None:
    """Pass an item on, as its receiver; what was explained and accepted so far stays on record."""
    _do(context, code, lambda office, item: office.handover.hand_on(
        item.id, office.organization.employee(receiver).id, reason))  # fmt: skip


def suggest(context: typer.Context, code: Code) -> None:
    """Show who could receive an item, the best first, with the reasons."""
    state: State = context.obj
    office = state.office()
    found = office.handover.suggestions(office.handover.item(code).id)
    rows = [(each.place, f"{each.number} {each.name}", say_why(each.why, state.lang)) for each in found]
    state.console.table(SUGGESTED, rows)
    state.console.give(found)


def return_(context: typer.Context, code: Code, reason: Reason) -> None:
    """Give an item back because something is missing, as its receiver."""
    _do(context, code, lambda office, item: office.handover.return_item(item.id, reason))


def verify(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(help="the item's code / 事项编号")] = None,
    evidence: Annotated[str, typer.Option(help="what was seen / 核验依据")] = "",
    seals: Annotated[list[Path], typer.Option("--seal", help="an older seal / 以往的封存文件", exists=True)] = [],  # noqa: B006 - typer copies it
    key_file: Annotated[Path | None, typer.Option(help="key of the seals / 封存密钥文件", exists=True)] = None,
) -> None:
    """Confirm that the item has arrived; without a code, check that the whole history is as it was written."""
    if code is not None and (seals or key_file is not None):
        raise InvalidInput.at(
            "--seal", "verify.item", "is about the whole history: leave CODE out", "用于核对全部历史：请去掉事项编号"
        )
    if code is None and evidence:
        raise InvalidInput.at(
            "CODE", "verify.code", "is missing: --evidence is about an item", "缺少事项编号：--evidence 针对具体事项"
        )
    if code is None:
        verify_store(context.obj, seals, key_file)
        return
    _do(context, code, lambda office, item: office.handover.verify(item.id, evidence))


def waive(context: typer.Context, code: Code, reason: Reason) -> None:
    """Approve that an item need not be handed over; a critical one needs two approvers."""
    _do(context, code, lambda office, item: office.handover.waive(item.id, reason))


def assign(
    context: typer.Context,
    code: Code,
    receiver: Annotated[str, typer.Argument(help="the receiver's number / 接收人工号")],
    reason: Reason = "",
) -> None:
    """Name the one receiver of an item."""
    _do(context, code, lambda office, item: office.handover.assign_receiver(
        item.id, office.organization.employee(receiver).id, reason))  # fmt: skip


def except_(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    person: Annotated[str, typer.Argument(help="for whom / 例外人员工号")],
    reason: Reason,
) -> None:
    """Record that the separation of giver, receiver and supervisor is lifted for one person in one case."""
    state: State = context.obj
    office = state.office()
    case = current_case(office, number)
    changed = office.handover.grant_exception(case.id, office.organization.employee(person).id, reason)
    state.console.say(RECORDED)
    state.console.give(changed)
