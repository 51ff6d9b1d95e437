"""`reschedule`, `consent`, `deadlines`, `clearance`, `settle`, `back`, `succeed` and more: the life of a departure."""

from __future__ import annotations

from typing import Annotated

import typer

from handover_core.app import Office
from handover_core.errors import Refused
from handover_core.handover.clearance.certificate import LABELS
from handover_core.handover.model import ConsentTo, LegalFacts
from handover_core.handover.refusals import NO_CUSTODIAN
from handover_core.handover.texts import SETTLEMENT_LABELS
from handover_core.organization.model import Capacity
from handover_core.policy.presets import Settlement
from handover_core.texts import Text, say_day
from handover_core.values import Document
from handover_core_cli.commands.case import current_case
from handover_core_cli.state import State, parse_day, required_day

RECORDED = Text("Recorded.", "已登记。")
NOTE = Text(
    "Computed by the rules of {law}; let counsel confirm them before you rely on them.",
    "依据 {law} 规则计算；采用前请由法律顾问确认。",
)
BACK = Text(
    "{name} is back; {count} handovers to them were opened: {codes}", "{name} 已返岗；已开启 {count} 份交回：{codes}"
)
SECOND = Text("The second handover is {code}.", "第二次交接单为 {code}。")
MOVED = Text(
    "The last day is {day} now; the open items are planned anew.", "最后工作日改为 {day}；未完成事项已重新排期。"
)
HEADS = (
    Text("date", "日期"),
    Text("what", "事项"),
    Text("counted from", "起算日"),
    Text("certain", "已确认"),
    Text("rule", "依据"),
)
STATES = Text("{what}: {value}", "{what}：{value}")
FORM = (Text("what", "事项"), Text("state", "状态"), Text("waits for", "待办结"), Text("basis", "依据"))
YES, NO = Text("yes", "是"), Text("not published yet", "尚未公布")
DONE, OPEN, WAITS = Text("done", "已办结"), Text("open", "待办"), Text("waits", "须等待")
Number = Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")]


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("reschedule", help="move the last day and plan anew / 变更最后工作日")(reschedule)
    application.command("consent", help="record the other side's consent / 登记对方同意")(consent)
    application.command("facts", help="state what the law asks / 登记法律事实")(facts)
    application.command("deadlines", help="legal dates, each with its rule / 法定期限")(deadlines)
    application.command("clearance", help="what is still to be settled / 离职手续清单")(clearance)
    application.command("certificate", help="what the leaving certificate states / 离职证明内容")(certificate)
    application.command("settle", help="record that something is settled / 登记办结")(settle)
    application.command("effect", help="end the employment after the last day / 离职生效")(effect)
    application.command("back", help="end a long leave; custodians hand back / 长假返岗")(back)
    application.command("succeed", help="open the handover to the successor / 向继任者交接")(succeed)


def _departure(office: Office, number: str) -> str:
    return current_case(office, number).departure_id


def reschedule(
    context: typer.Context,
    number: Number,
    last_day: Annotated[str, typer.Option("--last-day", help="new last day / 新的最后工作日")],
    reason: Annotated[str, typer.Option(help="why / 理由")],
) -> None:
    """Move the last day; once the notice was received this takes the other side's consent."""
    state: State = context.obj
    office = state.office()
    changed = office.handover.reschedule(_departure(office, number), required_day("last-day", last_day), reason)
    state.console.say(MOVED, day=say_day(changed.last_day, state.lang))
    state.console.give(changed)


def consent(
    context: typer.Context,
    number: Number,
    to: Annotated[ConsentTo, typer.Option(help="to what / 同意事项")],
    last_day: Annotated[str | None, typer.Option("--last-day", help="to which last day / 同意的最后工作日")] = None,
    note: Annotated[str, typer.Option(help="in words / 说明")] = "",
    document: Annotated[str | None, typer.Option(help="where the signed paper is / 同意书地址")] = None,
) -> None:
    """Record that the other side agrees to a withdrawal or another last day."""
    state: State = context.obj
    office = state.office()
    paper = None if document is None else Document(title=document, uri=document)
    changed = office.handover.record_consent(
        _departure(office, number), to, last_day=parse_day(last_day), note=note, document=paper
    )
    state.console.say(RECORDED)
    state.console.give(changed)


def facts(
    context: typer.Context,
    number: Number,
    fault: Annotated[bool, typer.Option(help="the leaver is at fault / 劳动者有过错")] = False,
    paid_in_lieu: Annotated[bool, typer.Option(help="a month was paid instead of notice / 已支付代通知金")] = False,
    compensation: Annotated[bool | None, typer.Option(help="compensation is due / 应付经济补偿")] = None,
) -> None:
    """State what the law asks beside the kind of the departure."""
    state: State = context.obj
    office = state.office()
    stated = LegalFacts(fault=fault, paid_in_lieu=paid_in_lieu, compensation=compensation)
    changed = office.handover.state_facts(_departure(office, number), stated)
    state.console.say(RECORDED)
    state.console.give(changed)


def deadlines(context: typer.Context, number: Number) -> None:
    """Show the legal dates; a date in a year that was not published yet is marked."""
    state: State = context.obj
    office = state.office()
    found = office.handover.deadlines(_departure(office, number))
    rows = [(each.due, each.says, each.since, YES if each.confirmed else NO, each.citation) for each in found]
    state.console.table(HEADS, rows)
    state.console.say(NOTE, law=office.desk.policy.law.name)
    state.console.give(found)


def clearance(context: typer.Context, number: Number) -> None:
    """Show the clearance form: what is done, what is open, what waits and why it may."""
    state: State = context.obj
    office = state.office()
    found = office.handover.clearance(_departure(office, number))
    rows = [
        (
            SETTLEMENT_LABELS[line.what],
            DONE if line.done else WAITS if line.blocker is not None else OPEN,
            "" if line.blocker is None else line.blocker.codes,
            line.basis,
        )
        for line in found.lines
    ]
    state.console.table(FORM, rows)
    state.console.give({"clearance": found, "cleared": found.cleared})


def certificate(context: typer.Context, number: Number) -> None:
    """Show what the leaving certificate has to state, filled in from the records."""
    state: State = context.obj
    office = state.office()
    found = office.handover.certificate(_departure(office, number))
    for each in found:
        state.console.say(STATES, what=LABELS[each.what], value=each.value)
    state.console.give(found)


def settle(
    context: typer.Context,
    number: Number,
    what: Annotated[Settlement, typer.Argument(help="what / 事项")],
    note: Annotated[str, typer.Option(help="in words / 说明")] = "",
) -> None:
    """Record that something was paid, issued or transferred; wages, certificate and transfers never wait."""
    state: State = context.obj
    office = state.office()
    changed = office.handover.settle(_departure(office, number), what, note)
    state.console.say(RECORDED)
    state.console.give(changed)


def effect(context: typer.Context, number: Number) -> None:
    """End the employment, or the positions left, after the last day; open items stay open."""
    state: State = context.obj
    office = state.office()
    changed = office.handover.take_effect(_departure(office, number))
    state.console.say(RECORDED)
    state.console.give(changed)


def back(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="who comes back / 返岗人工号")],
    day: Annotated[str, typer.Option("--day", help="first day back / 返岗第一天")],
    overlap_until: Annotated[
        str | None, typer.Option("--overlap-until", help="last day of those who stood in / 代管人最后一天")
    ] = None,
) -> None:
    """End a long leave: the positions are taken up again, and each custodian hands back in a case of their own."""
    state: State = context.obj
    office = state.office()
    returned = office.handover.end_leave(
        _departure(office, number), required_day("day", day), overlap_until=parse_day(overlap_until)
    )
    name = office.organization.employee(number).name
    state.console.say(BACK, name=name, count=len(returned.cases), codes=tuple(case.code for case in returned.cases))
    state.console.give(returned)


def succeed(
    context: typer.Context,
    custodian: Annotated[str, typer.Argument(help="the interim custodian's number / 临时接管人工号")],
    position: Annotated[str, typer.Argument(help="code of the position / 岗位编码")],
    successor: Annotated[str, typer.Argument(help="the successor's number / 继任者工号")],
    last_day: Annotated[str, typer.Option("--last-day", help="the custodian's last day / 临时接管最后一天")],
) -> None:
    """Open the second handover, from the interim custodian to the successor."""
    state: State = context.obj
    office = state.office()
    day = required_day("last-day", last_day)
    person, to = office.organization.employee(custodian), office.organization.employee(successor)
    held = [
        each.assignment
        for each in office.organization.holdings(person.id, day)
        if each.position.code == position and each.assignment.capacity is Capacity.CUSTODIAN
    ]
    if not held:
        raise Refused(NO_CUSTODIAN, name=person.name, day=day)
    case = office.handover.hand_to_successor(held[0].id, to.id, day)
    state.console.say(SECOND, code=case.code)
    state.console.give(case)
