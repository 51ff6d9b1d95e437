"""`retention …`: how long records about persons are kept, holds, mentions, erasures, and everything about one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from handover_core.app import Office
from handover_core.errors import InvalidInput, NotFound, Refused
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.retention import rules
from handover_core.retention.model import (
    CATEGORY_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
    Category,
    Due,
    Erasure,
    LegalHold,
    Mention,
    Verdict,
)
from handover_core.retention.rules import said
from handover_core.retention.texts import REASON_TEXTS
from handover_core.texts import KINDS_IN_WORDS, Lang, Rule, Text
from handover_core_cli.archiving import write_archive
from handover_core_cli.output import ExitCode, plain
from handover_core_cli.state import State

NOBODY = Text("Nothing is planned: nobody who has left is on record.", "没有已离职人员，暂无计划。")
COUNTED = Text("{due} due, {may} may be erased, {keep} kept.", "到期 {due}，可删除 {may}，保留 {keep}。")
ERASED = Text("{number}: {categories} — {state}.", "{number}：{categories}——{state}。")
REPEATED = Text(
    "{number}: once more, since {what} had outlived the erasure — {state}.", "{number}：{what}，已再次删除——{state}。"
)
KEYS = Text("the keys, from a backup,", "密钥已由备份恢复")
VALUES = Text("values that were not yet called personal", "此前未列为个人信息的内容仍在")
SURE = Rule(
    "retention.sure",
    Text(
        "Of {number} this would be erased for good: {what}. No command brings it back.",
        "将永久删除 {number} 的以下内容：{what}。任何命令都无法恢复。",
    ),
    Text("Look at `retention plan` first; then say so: --yes.", "请先查看 retention plan；确认后加 --yes。"),
)
KEPT = Text("Kept: {what}, {why}.", "保留：{what}，{why}。")
PASSED = Text("{number} was passed over: {why}", "已跳过 {number}：{why}")
NOTHING_DUE = Text("Nothing is due.", "没有到期的记录。")
DONE = Text("done: {what}", "已完成：{what}")
REMAINS = Text("remains: {what}", "尚余：{what}")
NOT_YET = Text(
    "Old bytes may still lie in the files of the database: `handover retention apply --compact` cleans them up.",
    "数据库文件中可能仍有旧字节：可执行 handover retention apply --compact 清理。",
)
PLACED = Text("Held: {id}", "已保全：{id}")
RELEASED = Text("Released: {id}", "已解除：{id}")
NO_HOLDS = Text("No holds.", "没有保全。")
UNNAMED = Text("No free text names {number}.", "没有文本提及 {number}。")
SOME = Text("{count} places name {number}.", "共 {count} 处提及 {number}。")
MORE = Text("There are more; redact these first.", "尚有更多；请先处理以上各处。")
REDACTED = Text("Redacted, in {count} entries of the past too.", "已隐去，并处理历史条目 {count} 条。")
WRITTEN = Text("Written: {path} ({count} files)", "已写入：{path}（{count} 个文件）")
PLAN = (
    Text("number", "工号"), Text("what", "类别"), Text("verdict", "结论"), Text("left", "离职日"),
    Text("kept until", "须保存至"), Text("erased after", "应删除于其后"), Text("why", "依据"),
)  # fmt: skip
HOLDS = (
    Text("id", "编号"), Text("person", "人员"), Text("what", "类别"), Text("since", "自"), Text("reason", "理由"),
    Text("released", "解除日"),
)  # fmt: skip
NO_ERASURES = Text("No erasures.", "没有删除记录。")
ERASURES = (
    Text("id", "编号"), Text("person", "人员"), Text("what", "类别"), Text("state", "状态"), Text("since", "自"),
    Text("reason", "理由"),
)  # fmt: skip
PLACES = (Text("what", "对象"), Text("field", "字段"), Text("entry", "历史版本"), Text("text", "文本"))
FIXED = Text("{excerpt} (a code or an address, which no redaction changes)", "{excerpt}（编号或地址，隐去操作不更改）")
IN_ALL = Text("{field}, in {count} entries", "{field}（共 {count} 条）")
ALL = Text("all", "全部")

Person = Annotated[str, typer.Argument(help="employee number, or id / 工号或编号")]
Reason = Annotated[str, typer.Option(help="why / 理由")]
group = typer.Typer(help="keeping and erasing personal records / 个人信息的保存与删除", no_args_is_help=True)
hold = typer.Typer(help="keep records whatever their periods say / 保全", no_args_is_help=True)


def register(application: typer.Typer) -> None:
    """Add the commands."""
    group.command("plan", help="what is due, and why / 到期计划")(plan)
    group.command("apply", help="erase what is due / 执行到期删除")(apply)
    group.command("erase", help="erase one person on request / 应请求删除一人")(erase)
    group.command("erasures", help="erasures and how far they have come / 删除记录")(erasures)
    group.command("mentions", help="free text that names a person / 查找提及某人的文本")(mentions)
    group.command("redact", help="put the pseudonym in its place / 隐去文本中的姓名")(redact)
    group.command("archive", help="everything about one person / 导出个人全部信息")(archive)
    hold.command("place", help="place a hold / 设置保全")(place)
    hold.command("release", help="release a hold / 解除保全")(release)
    hold.command("list", help="the holds that stand / 保全列表")(listed)
    group.add_typer(hold, name="hold")
    application.add_typer(group, name="retention")


def plan(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(help="one person only / 仅此人")] = None,
) -> None:
    """Show for everybody who has left what is kept, what may be erased and what is due, each with its reason."""
    state: State = context.obj
    office = state.company()
    found = office.retention.plan() if person is None else office.retention.standing(_found(office, person).id)
    if not found:
        state.console.say(NOBODY)
    else:
        state.console.table(PLAN, [_row(each, state.lang) for each in found])
        counts = {str(verdict): sum(each.verdict is verdict for each in found) for verdict in Verdict}
        state.console.say(COUNTED, **counts)
    state.console.give({"plan": found, "schedule": office.desk.policy.keeping.name})


def apply(
    context: typer.Context,
    compact: Annotated[bool, typer.Option("--compact", help="clean the files up as well / 同时清理文件")] = False,
    leave_mentions: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER=REASON", help="why texts that name somebody are left / 保留提及某人文本的理由"),
    ] = None,
) -> None:
    """Erase what is due and finish what was cut off; whoever cannot be erased is named with the reason."""
    state: State = context.obj
    office = state.company()
    leave = dict(_left(office, each) for each in leave_mentions or ())
    applied = office.retention.apply(leave=leave, compact=compact)
    numbers = _numbers(office, (each.subject_id for each in (*applied.erasures, *applied.repeated)))
    for each in applied.erasures:
        state.console.say(ERASED, **_words(each, numbers))
    for again in applied.repeated:
        state.console.say(REPEATED, **_words(again, numbers), what=KEYS if again.repeats[-1].keys else VALUES)
    for waiting in applied.waiting:
        state.console.say(PASSED, number=waiting.number, why=waiting.why)
    if not (applied.erasures or applied.repeated or applied.waiting):
        state.console.say(NOTHING_DUE)
    for text, what in (*((DONE, each) for each in applied.done), *((REMAINS, each) for each in applied.remains)):
        state.console.say(text, what=what)
    if (applied.erasures or applied.repeated) and not compact:
        state.console.say(NOT_YET)
    state.console.give({**plain(applied), "numbers": numbers})
    if applied.waiting:
        raise typer.Exit(ExitCode.REFUSED)


def _left(office: Office, said: str) -> tuple[str, str]:
    """Return from NUMBER=REASON the person's id and the reason."""
    number, equals, reason = said.partition("=")
    if not equals:
        raise InvalidInput.at("--leave-mentions", "reason.missing", "has no =REASON", "缺少 =理由")
    return _found(office, number.strip()).id, reason.strip()


def erase(
    context: typer.Context,
    person: Person,
    reason: Reason,
    *,
    leave_mentions: Annotated[
        str, typer.Option(help="why free text that still names the person is left / 保留提及文本的理由")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="it is erased for good / 确认永久删除")] = False,
) -> None:
    """Erase everything about one person who asks for it; what has to be kept is named, with the reason."""
    state: State = context.obj
    office = state.company()
    found = _found(office, person)
    if not yes:
        plan = office.retention.standing(found.id)
        what = rules.free_categories(plan) or [each.category for each in plan]
        raise Refused(SURE, number=found.number, what=tuple(CATEGORY_LABELS[each] for each in what))
    done = office.retention.erase(found.id, reason, leave=leave_mentions)
    numbers = _numbers(office, (done.subject_id,))
    kept = [each for each in office.retention.standing(done.subject_id) if each.stops] if not done.whole else []
    state.console.say(ERASED, **_words(done, numbers))
    for each in kept:
        state.console.say(KEPT, what=CATEGORY_LABELS[each.category], why=said(each.stops[0]))
    state.console.say(NOT_YET)
    state.console.give({**plain(done), "numbers": numbers, "kept": plain(kept)})


def mentions(context: typer.Context, person: Person) -> None:
    """Search everything that is stored, and the whole history, for free text that names a person."""
    state: State = context.obj
    office = state.company()
    found = office.retention.mentions(_found(office, person).id)
    if not found.found:
        state.console.say(UNNAMED, number=person)
    else:
        state.console.table(PLACES, [_place(each, state.lang) for each in found.found])
        state.console.say(SOME, count=len(found.found), number=person)
    if found.more:
        state.console.say(MORE)
    state.console.give(found)


def redact(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="kind, such as work_record / 种类")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="id of what holds the text / 对象编号")],
    person: Annotated[str, typer.Option(help="number or id of who is named / 被提及者工号或编号")],
    reason: Reason,
) -> None:
    """Put the pseudonym in the place of every name of a person in one thing's free text, now and in its past."""
    state: State = context.obj
    office = state.company()
    count = office.retention.redact(kind, id_, _found(office, person).id, reason)
    state.console.say(REDACTED, count=count)
    state.console.give({"kind": kind, "id": id_, "entries": count})


def archive(
    context: typer.Context,
    person: Person,
    out: Annotated[Path, typer.Option("-o", "--out", help="the archive, a .zip / 归档文件（.zip）")],
) -> None:
    """Write everything about one person as an archive: what is stored, and how it came to be so."""
    state: State = context.obj
    if out.suffix.lower() != ".zip":
        raise InvalidInput.at(str(out), "file.format", "does not end in .zip", "扩展名须为 .zip")
    office = state.company()
    made = office.retention.archive(_found(office, person).id)
    names = write_archive(out, made)
    state.console.say(WRITTEN, path=out, count=len(names))
    state.console.give({"written": str(out), "files": names})


def place(
    context: typer.Context,
    reason: Reason,
    person: Annotated[str | None, typer.Option(help="number or id; everybody / 工号或编号，默认全体")] = None,
    category: Annotated[Category | None, typer.Option(help="one category; all / 类别，默认全部")] = None,
) -> None:
    """Keep records until the hold is released, whatever their periods say."""
    state: State = context.obj
    office = state.company()
    employee_id = None if person is None else _found(office, person).id
    placed = office.retention.place_hold(reason, employee_id=employee_id, category=category)
    state.console.say(PLACED, id=placed.id)
    state.console.give(placed)


def release(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="id of the hold / 保全编号")],
    reason: Reason,
) -> None:
    """Release a hold."""
    state: State = context.obj
    released = state.company().retention.release_hold(id_, reason)
    state.console.say(RELEASED, id=released.id)
    state.console.give(released)


def listed(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="also those released / 含已解除")] = False,
) -> None:
    """Show the holds that stand."""
    state: State = context.obj
    office = state.company()
    found = office.retention.holds(released=everything)
    numbers = _numbers(office, (each.employee_id for each in found if each.employee_id is not None))
    if not found:
        state.console.say(NO_HOLDS)
    else:
        state.console.table(HOLDS, [_held(each, numbers, state.lang) for each in found])
    state.console.give({"holds": found, "numbers": numbers})


def erasures(context: typer.Context) -> None:
    """Show the erasures that were recorded, and how far each has come."""
    state: State = context.obj
    office = state.company()
    found = office.retention.erasures()
    numbers = _numbers(office, (each.subject_id for each in found))
    if not found:
        state.console.say(NO_ERASURES)
    else:
        state.console.table(ERASURES, [_recorded(each, numbers, state.lang) for each in found])
    state.console.give({"erasures": found, "numbers": numbers})


def _numbers(office: Office, ids: Iterable[str]) -> dict[str, str]:
    """Return the employee numbers by which people are known, by id; of the erased it is their pseudonym."""
    wanted = sorted(set(ids))
    people = office.desk.ask(lambda unit: unit.repository(EMPLOYEE).get_many(wanted)) if wanted else {}
    return {id_: person.number for id_, person in people.items()}


def _found(office: Office, person: str) -> Employee:
    """Return a person by number or, since an erasure takes the number away, by id; raise `NotFound`."""
    try:
        return office.organization.employee(person)
    except NotFound:
        return office.desk.ask(lambda unit: unit.repository(EMPLOYEE).get(person))


def _row(due: Due, lang: Lang) -> tuple[object, ...]:
    citation = "" if due.keeping is None else due.keeping.least.citation
    why = "; ".join(said(stop).say(lang) for stop in due.stops) or citation
    if due.verdict is Verdict.DUE and due.keeping is not None and due.keeping.most is not None:
        why = due.keeping.most.citation
    return (due.number, CATEGORY_LABELS[due.category], VERDICT_LABELS[due.verdict], due.since, due.keep_until,
            due.erase_after, why)  # fmt: skip


def _words(erasure: Erasure, numbers: Mapping[str, str]) -> dict[str, object]:
    labels = tuple(CATEGORY_LABELS[each] for each in erasure.categories)
    number = f"{numbers[erasure.subject_id]} ({erasure.subject_id})"
    return {"number": number, "categories": labels, "state": STATE_LABELS[erasure.state]}


def _place(mention: Mention, lang: Lang) -> tuple[object, ...]:
    word = KINDS_IN_WORDS.get(mention.kind)
    kind = mention.kind if word is None else word.say(lang)
    field = mention.field if mention.entries is None else IN_ALL.say(lang, field=mention.field, count=mention.entries)
    excerpt = FIXED.say(lang, excerpt=mention.excerpt) if mention.fixed else mention.excerpt
    return (f"{kind} {mention.id}", field, mention.version, excerpt)


def _recorded(erasure: Erasure, numbers: Mapping[str, str], lang: Lang) -> tuple[object, ...]:
    what = ALL.say(lang) if erasure.whole else ", ".join(CATEGORY_LABELS[each].say(lang) for each in erasure.categories)
    reason = erasure.void_reason or erasure.reason
    return (erasure.id, numbers[erasure.subject_id], what, STATE_LABELS[erasure.state], erasure.requested_on,
            REASON_TEXTS.get(reason, reason))  # fmt: skip


def _held(placed: LegalHold, numbers: Mapping[str, str], lang: Lang) -> tuple[object, ...]:
    who = ALL.say(lang) if placed.employee_id is None else numbers[placed.employee_id]
    category = ALL if placed.category is None else CATEGORY_LABELS[placed.category]
    return (placed.id, who, category, placed.placed_on, placed.reason,
            placed.released_on)  # fmt: skip
