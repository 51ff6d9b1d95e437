"""`org`, `leave`, `rehire` and `todo`: the company on a day, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from handover_core.app import as_actor
from handover_core.organization.conformance import Finding
from handover_core.organization.model import Absence, Capacity
from handover_core.organization.queries import ChartNode
from handover_core.texts import Lang, Text
from handover_core.values import DateRange
from handover_core_cli.state import State, required_day

CAPACITY = {
    Capacity.INCUMBENT: Text("A", "A角"),
    Capacity.BACKUP: Text("B", "B角"),
    Capacity.ACTING: Text("acting", "代理"),
    Capacity.CUSTODIAN: Text("interim", "临时接管"),
    Capacity.TRAINEE: Text("trainee", "见习"),
}
WHOLE = Text("Functions, structure and staffing are whole.", "职能、机构、编制完整，未发现问题。")
NOT_WHOLE = Text("{count} findings (functions, structure, staffing):", "三定检查发现 {count} 项：")
SINCE = Text(" (since {day})", "（自 {day} 起）")
NOTHING = Text("Nothing waits for {name}.", "{name} 没有待办事项。")
RECORDED = Text("Recorded.", "已登记。")
DUE, CODE, WHAT, DO = Text("due", "期限"), Text("code", "编号"), Text("what", "事项"), Text("to do", "待办")


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("org", help="units, people and what is not whole / 机构、人员与三定检查")(org)
    application.command("leave", help="book leave / 登记休假")(leave)
    application.command("rehire", help="employ somebody again / 重新录用")(rehire)
    application.command("todo", help="what waits for somebody / 待办事项")(todo)


def org(context: typer.Context) -> None:
    """Show the units with their people, then what is not whole in functions, structure and staffing."""
    state: State = context.obj
    office = state.company()
    nodes = office.organization.chart()
    for line in _drawn(nodes, state.lang, ""):
        state.console.say(line)
    findings = office.organization.conformance()
    state.console.say("")
    state.console.say(NOT_WHOLE if findings else WHOLE, count=len(findings))
    for finding in findings:
        state.console.say(_said(finding, state.lang))
    state.console.give({"units": nodes, "findings": findings})


def _drawn(nodes: tuple[ChartNode, ...], lang: Lang, indent: str) -> Iterator[str]:
    for node in nodes:
        yield f"{indent}{node.unit.code} {node.unit.name}"
        for person, holding in node.people:
            capacity = CAPACITY[holding.assignment.capacity].say(lang)
            yield f"{indent}  {person.number} {person.name} · {holding.position.code} {holding.description.title} [{capacity}]"
        yield from _drawn(node.below, lang, indent + "  ")


def _said(finding: Finding, lang: Lang) -> str:
    since = "" if finding.since is None else SINCE.say(lang, day=finding.since)
    return f"  {finding.where}  {finding.text.say(lang, **finding.params)}{since}"


def todo(
    context: typer.Context,
    number: Annotated[str | None, typer.Argument(help="employee number / 工号")] = None,
) -> None:
    """Show what waits for a person: the one named, else the one given with --as."""
    state: State = context.obj
    office = state.office()
    name = state.number or number or ""
    if number is not None:
        person = office.organization.employee(number)
        office, name = office.acting_as(as_actor(person)), person.name
    found = office.my_todo()
    if not found:
        state.console.say(NOTHING, name=name)
    else:
        rows = [(each.due_on, each.code, each.title, each.does) for each in found]
        state.console.table((DUE, CODE, WHAT, DO), rows)
    state.console.give(found)


def leave(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="employee number / 工号")],
    first: Annotated[str, typer.Option("--from", help="first day of leave / 休假第一天")],
    back: Annotated[str, typer.Option("--back", help="first day back at work / 返岗第一天")],
    kind: Annotated[str, typer.Option(help="kind of leave / 休假类型")] = "annual_leave",
) -> None:
    """Book leave; it shortens the working time of a handover."""
    state: State = context.obj
    office = state.office()
    days = DateRange(required_day("from", first), required_day("back", back))
    person = office.organization.employee(number)
    booked = office.organization.book_absence(
        Absence(id=office.desk.units.ids(), employee_id=person.id, kind=kind, effective=days)
    )
    state.console.say(RECORDED)
    state.console.give(booked)


def rehire(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="employee number / 工号")],
    day: Annotated[str, typer.Option("--day", help="first day / 入职日期")],
) -> None:
    """Employ somebody again who has left, under the number they had."""
    state: State = context.obj
    office = state.office()
    person = office.organization.rehire(office.organization.employee(number).id, required_day("day", day))
    state.console.say(RECORDED)
    state.console.give(person)
