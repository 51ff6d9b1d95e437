"""`review`, `pace`, `metrics`: what is late or silent, where a case leads, and what it was worth."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

import typer

from handover_core.app import Office
from handover_core.handover.review.texts import OUTLOOK_LABELS, say_finding
from handover_core.organization.kinds import EMPLOYEE
from handover_core.texts import Text, label
from handover_core_cli.commands.case import current_case
from handover_core_cli.state import State

QUIET = Text("Nothing new is to be said.", "没有新的事项。")
PACE = Text(
    "{code}: {outlook}. {open} points open, {days} working days left; needed {required} a day, observed {observed}.",
    "{code}：{outlook}。剩余权重 {open}，剩余工作日 {days} 天；每日需完成 {required}，实际 {observed}。",
)
PROJECTED = Text("At this pace nothing is open on {day}.", "按此进度将于 {day} 全部完成。")
DECIDING = Text("What decides: {codes}", "关键事项：{codes}")
UNSURE = Text("The holidays of that time are not published yet.", "该时段放假安排尚未公布。")
HEADS = (Text("found on", "日期"), Text("for", "对象"), Text("what", "内容"))
FIGURES = (Text("figure", "指标"), Text("this case", "本次"), Text("median of {count} before", "此前 {count} 次中位数"))
LEAD = Text("lead time, working days", "办理周期（工作日）")
SHARE = Text("share verified", "核验比例")
STOPPAGE = Text("stoppage per item, working days", "单项停滞（工作日）")
RAMP_UP = Text("ramp-up of receivers, working days", "接收人上手（工作日）")
QUESTIONS = Text("questions about the leaver's items", "对移交事项的提问")
REOPENED = Text("reopened items", "重新打开的事项")
Number = Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")]


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("review", help="what has to be said today, said once / 督办检查")(review)
    application.command("pace", help="required and observed pace / 进度与预测")(pace)
    application.command("metrics", help="continuity in figures, beside the past / 连续性指标")(metrics)


def review(
    context: typer.Context,
    number: Annotated[
        str | None, typer.Argument(help="only show what was said about this leaver / 只显示该离职人")
    ] = None,
) -> None:
    """Review all cases as HR or the owner, store what is new and show it; with a number, show all said so far."""
    state: State = context.obj
    office = state.company()
    room = office.handover
    found = list(room.review()) if number is None else room.findings(current_case(office, number).id)
    names = _names(office, {each.to_id for each in found})
    if found:
        rows = [(each.found_on, names.get(each.to_id or "", "–"), say_finding(each, state.lang)) for each in found]
        state.console.table(HEADS, rows)
    else:
        state.console.say(QUIET)
    state.console.give([{"finding": each, "says": say_finding(each, state.lang)} for each in found])


def _names(office: Office, ids: set[str | None]) -> dict[str, str]:
    found = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).get_many(ids))
    return {id_: f"{person.number} {person.name}" for id_, person in found.items()}


def pace(context: typer.Context, number: Number) -> None:
    """Show whether a case will be done by the last day, and which items decide it."""
    state: State = context.obj
    office = state.office()
    case = current_case(office, number)
    found = office.handover.projection(case.id)
    state.console.say(
        PACE, code=case.code, outlook=label(OUTLOOK_LABELS, found.outlook, state.lang), open=found.open_weight,
        days=found.days_left, required=_number(found.required), observed=_number(found.observed),
    )  # fmt: skip
    if found.projected_on is not None:
        state.console.say(PROJECTED, day=found.projected_on)
    if found.deciding:
        state.console.say(DECIDING, codes=found.deciding)
    if not found.confirmed:
        state.console.say(UNSURE)
    state.console.give(found)


def metrics(context: typer.Context, number: Number) -> None:
    """Show the figures of a case beside the medians of the company's latest completed ones."""
    state: State = context.obj
    office = state.office()
    found = office.handover.metrics(current_case(office, number).id)
    now, before = found.figures, found.past
    rows = [
        (LEAD, now.lead, _number(before.lead)),
        (SHARE, _percent(now.share), _percent(before.share)),
        (STOPPAGE, _number(now.stoppage), _number(before.stoppage)),
        (RAMP_UP, _number(now.ramp_up), _number(before.ramp_up)),
        (QUESTIONS, f"{now.questions} ({now.questions_after})", _number(before.questions)),
        (REOPENED, now.reopened, _number(before.reopened)),
    ]
    heads = (*FIGURES[:2], Text(*(each.format(count=before.cases) for each in (FIGURES[2].en, FIGURES[2].zh))))
    state.console.table(heads, rows)
    medians = {"stoppage": now.stoppage, "ramp_up": now.ramp_up}
    state.console.give({"figures": now, "medians": medians, "past": before})


def _number(value: Fraction | None) -> str:
    return "n/a" if value is None else f"{float(value):.1f}"


def _percent(value: Fraction | None) -> str:
    return "n/a" if value is None else f"{float(value):.0%}"
