"""`ask`, `answer`, `pass`, `questions`: what receivers want to know, and who knows."""

from __future__ import annotations

from typing import Annotated

import typer

from handover_core.handover.model import HandoverQuestion
from handover_core.handover.texts import ROUTE_LABELS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.texts import Text, label
from handover_core_cli.commands.case import current_case
from handover_core_cli.state import State

GOES_TO = Text("The question {id} goes to {name} ({because}).", "问题 {id} 已转给 {name}（{because}）。")
NOBODY = Text("Nobody is thought to know; the question {id} waits.", "没有可能知情的人；问题 {id} 待答复。")
RECORDED = Text("Recorded.", "已登记。")
HEADS = (Text("id", "编号"), Text("question", "问题"), Text("goes to", "答复人"), Text("answer", "答复"))
Id = Annotated[str, typer.Argument(help="the question's id / 问题编号")]


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("ask", help="ask about an item / 提问")(ask)
    application.command("answer", help="answer a question / 答复")(answer)
    application.command("pass", help="let a question go to who knows next / 转问")(pass_)
    application.command("questions", help="all questions of a handover / 全部问题")(questions)


def ask(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="the item's code / 事项编号")],
    question: Annotated[str, typer.Argument(help="what you want to know / 问题")],
    to: Annotated[str | None, typer.Option(help="number; who knows next unless named / 被提问人工号")] = None,
) -> None:
    """Ask about an item, as its receiver."""
    state: State = context.obj
    office = state.office()
    to_id = None if to is None else office.organization.employee(to).id
    _show(state, office.handover.ask(office.handover.item(code).id, question, to_id))


def answer(
    context: typer.Context, id_: Id, words: Annotated[str, typer.Argument(help="the answer / 答复内容")]
) -> None:
    """Answer a question."""
    state: State = context.obj
    found = state.office().handover.answer(id_, words)
    state.console.say(RECORDED)
    state.console.give(found)


def pass_(context: typer.Context, id_: Id) -> None:
    """Say that whoever was asked does not know; the question goes to who may know next."""
    state: State = context.obj
    _show(state, state.office().handover.pass_question(id_))


def questions(
    context: typer.Context, number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")]
) -> None:
    """Show all questions of a handover with their answers."""
    state: State = context.obj
    office = state.office()
    found = office.handover.questions(current_case(office, number).id)
    people = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).get_many(each.to_id for each in found))
    names = {id_: person.name for id_, person in people.items()}
    rows = [(each.id, each.question, names.get(each.to_id or "", "–"), each.answer or "") for each in found]
    state.console.table(HEADS, rows)
    state.console.give(found)


def _show(state: State, question: HandoverQuestion) -> None:
    if question.route is None:
        state.console.say(NOBODY, id=question.id)
    else:
        to_id = question.route.to_id
        person = state.office().desk.ask(lambda unit: unit.repository(EMPLOYEE).get(to_id))
        because = label(ROUTE_LABELS, question.route.because, state.lang)
        state.console.say(GOES_TO, id=question.id, name=person.name, because=because)
    state.console.give(question)
