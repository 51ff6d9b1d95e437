"""`depart`, `plan`, `status`, `demand`, `refuse`, `complete`: a departure and its case."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from handover_core.app import Office
from handover_core.errors import InvalidInput
from handover_core.handover.model import CATEGORY_LABELS, DepartureKind, Handover, HandoverItem, Undo
from handover_core.handover.queries import CaseStatus
from handover_core.handover.texts import CASE_LABELS, CRITICALITY_LABELS, STATE_LABELS, say_why
from handover_core.organization.kinds import EMPLOYEE
from handover_core.texts import Text
from handover_core_cli.output import ExitCode
from handover_core_cli.state import State, parse_day

OPENED = Text(
    "{name} leaves on {last_day}. The handover {code} has {count} items, derived from records; {supervisor} supervises.",
    "{name} 最后工作日为 {last_day}。交接单 {code} 已由记录推导出 {count} 项，监交人：{supervisor}。",
)
SAME = Text("The list is as it was: {count} items.", "清单没有变化：共 {count} 项。")
DIFFERENT = Text(
    "{added} new, {changed} changed, {obsolete} obsolete, {stale} to be accepted again.",
    "新增 {added} 项，变更 {changed} 项，失效 {obsolete} 项，需重新接收 {stale} 项。",
)
WOULD_BE = Text(
    "If {number} left on {day}, {count} items would have to be handed over:",
    "若 {number} 于 {day} 离职，需交接 {count} 项：",
)
SHARE = Text("{verified} of {counted} weighted points verified ({share})", "加权核验 {verified}/{counted}（{share}）")
WAIVED = Text("waived weight: {waived}", "已豁免权重：{waived}")
UNEXPLAINED = Text("never explained by the giver: {count}", "移交人从未交底：{count} 项")
OVERDUE = Text("overdue: {codes}", "已逾期：{codes}")
ALONE = Text("without a receiver: {codes}", "尚无接收人：{codes}")
DONE = Text(
    "The handover {code} is complete; nothing is left with the giver.", "交接单 {code} 已完结，移交人名下无遗留。"
)
FOUND = Text(
    "Not complete: the store holds {count} things that are still with the giver; they are items now:",
    "未完结：系统中仍有 {count} 项在移交人名下，已列为交接事项：",
)
RECORDED = Text("Recorded.", "已登记。")
HEADS = (
    Text("code", "编号"), Text("due", "期限"), Text("category", "类别"), Text("what", "事项"), Text("weight", "重要性"),
    Text("state", "状态"), Text("receiver", "接收人"), Text("why", "列入原因"),
)  # fmt: skip
STATUS_HEADS = (Text("category", "类别"), Text("items", "项数"), Text("verified", "已核验"), Text("waived", "已豁免"))


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("depart", help="record a notice and open the handover / 登记离职并开始交接")(depart)
    application.command("plan", help="derive the list again and show it / 重新推导并显示清单")(plan)
    application.command("status", help="how a handover stands / 交接进度")(status)
    application.command("demand", help="record that the written demand was served / 登记书面交接通知送达")(demand)
    application.command("refuse", help="record that the giver refuses / 登记移交人拒绝交接")(refuse)
    application.command("withdraw", help="withdraw a notice / 撤回离职")(withdraw)
    application.command("supervise", help="name another supervisor / 更换监交人")(supervise)
    application.command("complete", help="re-read the store and close the case / 复核并完结")(complete)


def depart(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="employee number / 工号")],
    last_day: Annotated[str, typer.Option("--last-day", help="last working day, YYYY-MM-DD / 最后工作日")],
    notice: Annotated[str | None, typer.Option(help="day of notice (today) / 通知日")] = None,
    kind: Annotated[DepartureKind, typer.Option(help="why / 原因类型")] = DepartureKind.RESIGNATION,
    reason: Annotated[str, typer.Option(help="in words / 说明")] = "",
    supervisor: Annotated[str | None, typer.Option(help="number; the manager unless named / 监交人工号")] = None,
    receiver: Annotated[
        str | None, typer.Option(help="number; receives what no backup is there for / 默认接收人工号")
    ] = None,
    position: Annotated[
        list[str] | None, typer.Option(help="for a move: code of a position left / 调动时离开的岗位编码")
    ] = None,
) -> None:
    """Record the notice and its receipt, open the case and derive the list, all or nothing."""
    state: State = context.obj
    office = state.office()
    person = office.organization.employee(number)
    day = parse_day(last_day)
    if day is None:
        raise InvalidInput.at("last-day", "date", "is missing", "不能为空")
    with office.together("handover.depart", reason or None) as together:
        rooms, room = together, together.handover
        departure = room.announce(
            person.id, kind, parse_day(notice), day, reason=reason,
            position_ids=tuple(rooms.organization.position(code).id for code in position or ()),
        )  # fmt: skip
        room.record_receipt(departure.id)
        case = room.open_case(
            departure.id, supervisor_id=_id(rooms, supervisor), default_receiver_id=_id(rooms, receiver)
        )
    items = office.handover.items(case.id)
    people = _names(office, {case.supervisor_id})
    state.console.say(
        OPENED, name=person.name, last_day=day, code=case.code, count=len(items), supervisor=people[case.supervisor_id]
    )
    show(state, office, items)
    state.console.give({"case": case, "departure": office.handover.departure(case.departure_id), "items": items})


def _id(office: Office, number: str | None) -> str | None:
    return None if number is None else office.organization.employee(number).id


def _names(office: Office, ids: set[str]) -> dict[str, str]:
    found = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).get_many(ids))
    return {id_: f"{person.number} {person.name}" for id_, person in found.items()}


def show(state: State, office: Office, items: list[HandoverItem]) -> None:
    """Print items as a table."""
    people = _names(office, {item.receiver_id for item in items if item.receiver_id is not None})
    rows = [
        (
            item.code, item.due_on, CATEGORY_LABELS[item.category], item.title, CRITICALITY_LABELS[item.criticality],
            STATE_LABELS[item.state], people.get(item.receiver_id or "", "–"), say_why(item.why, state.lang),
        )
        for item in items
    ]  # fmt: skip
    state.console.table(HEADS, rows)


def plan(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    what_if: Annotated[
        str | None,
        typer.Option("--what-if", help="show the list if they left on this day; stores nothing / 假设离职日"),
    ] = None,
) -> None:
    """Derive the list again, store the difference, and show the whole list."""
    state: State = context.obj
    office = state.office()
    last_day = parse_day(what_if)
    if last_day is not None:
        _foresee(state, office, number, last_day)
        return
    case = current_case(office, number)
    changes = office.handover.derive(case.id)
    items = office.handover.items(case.id)
    if changes.empty:
        state.console.say(SAME, count=len(items))
    else:
        state.console.say(
            DIFFERENT, added=len(changes.added), changed=len(changes.changed), obsolete=len(changes.obsolete),
            stale=len(changes.stale),
        )  # fmt: skip
    show(state, office, items)
    state.console.give({"case": case, "difference": changes, "items": items})


def _foresee(state: State, office: Office, number: str, last_day: date) -> None:
    found = office.handover.foresee(office.organization.employee(number).id, last_day)
    state.console.say(WOULD_BE, count=len(found), number=number, day=last_day)
    rows = [
        (
            CATEGORY_LABELS[each.category],
            each.title,
            CRITICALITY_LABELS[each.criticality],
            say_why(each.why, state.lang),
        )
        for each in found
    ]
    state.console.table((HEADS[2], HEADS[3], HEADS[4], HEADS[7]), rows)
    state.console.give(found)


def status(
    context: typer.Context, number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")]
) -> None:
    """Show how much has arrived, by category, and what stands in the way."""
    state: State = context.obj
    office = state.office()
    found = office.handover.status(current_case(office, number).id)
    whole = found.whole
    state.console.say(f"{found.case.code} · {CASE_LABELS[found.case.state].say(state.lang)}")
    state.console.say(SHARE, verified=whole.verified, counted=whole.counted, share=_percent(found))
    if whole.waived:
        state.console.say(WAIVED, waived=whole.waived)
    rows = [
        (CATEGORY_LABELS[category], each.items, f"{each.verified}/{each.counted}", each.waived or "")
        for category, each in found.categories.items()
    ]
    state.console.table(STATUS_HEADS, rows)
    state.console.say(UNEXPLAINED, count=len(found.unexplained))
    for text, items in ((OVERDUE, found.overdue), (ALONE, found.without_receiver)):
        if items:
            state.console.say(text, codes=tuple(item.code for item in items))
    state.console.give({"status": found, "share": whole.share})


def _percent(found: CaseStatus) -> str:
    share = found.whole.share
    return "n/a" if share is None else f"{float(share):.0%}"


def demand(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    how: Annotated[str, typer.Option(help="how it was served / 送达方式")],
) -> None:
    """Record that the written demand to hand over was served."""
    state: State = context.obj
    office = state.office()
    case = office.handover.serve_demand(current_case(office, number).id, how)
    state.console.say(RECORDED)
    state.console.give(case)


def refuse(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    reason: Annotated[str, typer.Option(help="what happened / 情况说明")],
) -> None:
    """Record that the giver refuses to hand over; the supervisor then briefs from records."""
    state: State = context.obj
    office = state.office()
    case = office.handover.record_refusal(current_case(office, number).id, reason)
    state.console.say(RECORDED)
    state.console.give(case)


def withdraw(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    reason: Annotated[str, typer.Option(help="why, and who agreed / 理由及双方意见")],
    moved: Annotated[
        Undo | None, typer.Option(help="what becomes of what was verified already / 已移交事项的处理")
    ] = None,
) -> None:
    """Withdraw a notice; once it was received, HR or the owner does this, which records the company's consent."""
    state: State = context.obj
    office = state.office()
    departure = office.handover.withdraw(current_case(office, number).departure_id, reason, moved=moved)
    state.console.say(RECORDED)
    state.console.give(departure)


def supervise(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")],
    supervisor: Annotated[str, typer.Argument(help="the new supervisor's number / 新监交人工号")],
    reason: Annotated[str, typer.Option(help="why / 理由")],
) -> None:
    """Name another supervisor, as HR or the owner."""
    state: State = context.obj
    office = state.office()
    person = office.organization.employee(supervisor)
    case = office.handover.replace_supervisor(current_case(office, number).id, person.id, reason)
    state.console.say(RECORDED)
    state.console.give(case)


def complete(
    context: typer.Context, number: Annotated[str, typer.Argument(help="the leaver's number / 离职人工号")]
) -> None:
    """Close the case; whatever is still left with the giver becomes an item, and the case stays open."""
    state: State = context.obj
    office = state.office()
    completion = office.handover.complete(current_case(office, number).id)
    state.console.give(completion)
    if completion.completed:
        state.console.say(DONE, code=completion.case.code)
        return
    state.console.say(FOUND, count=len(completion.found))
    show(state, office, list(completion.found))
    raise typer.Exit(ExitCode.REFUSED)


def current_case(office: Office, number: str) -> Handover:
    """Return the newest case of a leaver by their number, or the case with this very code."""
    person = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).by(number=number))
    if person is None:
        return office.handover.case(number)
    cases = office.handover.of_giver(person.id)
    return cases[-1] if cases else office.handover.case(number)
