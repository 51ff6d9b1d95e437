"""What the story says, in both languages; every number and name in it comes from the store."""

from __future__ import annotations

from handover_core.texts import Text

TITLE = Text("{company}: {name} leaves", "{company}：{name} 要走了")
DAY = Text("Day {number} · {day}", "第 {number} 天 · {day}")
IMPORTED = Text(
    "The company's workbook goes in: {people} people, {positions} positions, {sops} SOPs, {records} work records. "
    "{rejected} rows rejected.",
    "导入公司的工作簿：{people} 名员工、{positions} 个岗位、{sops} 份 SOP、{records} 条工作记录，退回 {rejected} 行。",
)
GAPS = Text(
    "Even before anybody resigned, {count} things were not whole (handover org shows them), for example:",
    "在任何人离职之前，系统已发现 {count} 处不完整（handover org 可查看全部），例如：",
)
NOTICE = Text(
    "{number} {name} ({title}) resigns. The last day is {last_day}: {days} working days are left.",
    "{number} {name}（{title}）提出辞职，最后工作日为 {last_day}，还剩 {days} 个工作日。",
)
DERIVED = Text(
    "Nobody asks {name} for a list. It is derived from records: {count} items, weight {weight}.",
    "没有人需要向 {name} 要清单：系统从记录中推导出 {count} 项，总权重 {weight}。",
)
COUNT = Text("  {count:>3}  {category}", "  {count:>3}  {category}")
CAPTURE = Text(
    "{count} of them are written down nowhere and known to {name} alone, so they are due first:",
    "其中 {count} 项没有任何书面说明，只有 {name} 知道，因此最先到期：",
)
ITEM = Text("  {code}  {title}  (due {due})", "  {code}  {title}（{due} 到期）")
SUPERVISES = Text("{supervisor} supervises. Receivers: {receivers}.", "监交人：{supervisor}。接收人：{receivers}。")
ASKED = Text(
    "Asked for a first item, {name} says: “I am not going to teach anyone.”",
    "请其先交底一项，{name} 说：“我不会教任何人。”",
)
DEMAND = Text(
    "HR serves the written demand to hand over, and its service goes on record.",
    "人事送达书面交接通知，送达情况已登记留痕。",
)
HOW = Text("registered letter and e-mail, receipt signed at the front desk", "挂号信及电子邮件，前台签收")
REFUSED = Text(
    "{name} does not answer. {supervisor} records the refusal: from now on the briefings come from records.",
    "{name} 不予回应。{supervisor} 登记拒绝交接：此后由监交人依据记录代为交底。",
)
REFUSAL = Text("said in the meeting that nothing will be handed over; silent since", "会上表示不做任何交接，此后无回应")
BRIEFED = Text(
    "{supervisor} briefs {count} items from SOPs, position descriptions and past records.",
    "{supervisor} 依据 SOP、岗位说明书和历史记录代为交底 {count} 项。",
)
RETURNED = Text("{receiver} gives {code} “{title}” back: “{reason}”", "{receiver} 退回 {code}“{title}”：“{reason}”")
RETURN_REASON = Text(
    "The records show what was done, not why. Whom do I ask, and where do the figures stand?",
    "记录只说明做了什么，没有说明为什么。该问谁？数据在哪里？",
)
BRIEFED_AGAIN = Text(
    "{supervisor} goes further back in the records and briefs it again with what they hold.",
    "{supervisor} 进一步查阅历史记录，补充后重新交底。",
)
READ_BACK = Text(
    "{receiver} takes {code} back in their own words: “{words}”", "{receiver} 用自己的话复述 {code}：“{words}”"
)
WAIVED = Text(
    "{approver} waives {code} “{title}”: {reason}. Its weight stays in sight.",
    "{approver} 批准豁免 {code}“{title}”：{reason}。豁免权重始终可见。",
)
WAIVE_REASON = Text(
    "whoever follows will decide it afresh; nothing has to be handed over", "由接任者重新判断，无需移交"
)
PROGRESS = Text(
    "{verified} of {counted} weighted points verified ({share:.0%}); {open} items still open.",
    "加权核验 {verified}/{counted}（{share:.0%}），还有 {open} 项未完成。",
)
LAW = Text(
    "By law the notice ends on {day} at the earliest: {says} ({citation}). Whether earlier is agreed, HR has to know.",
    "依法通知期最早于 {day} 届满：{says}（{citation}）。如双方约定提前，须由人事确认。",
)
REVIEW = Text(
    "The daily review says {count} new things, each once:", "每日督办检查：{count} 项新情况，每项只提示一次："
)
PACE = Text(
    "Pace: {outlook}; {observed} points a day observed, {required} needed over {days} working days.",
    "进度：{outlook}；每日实际 {observed} 分，剩余 {days} 个工作日需每日 {required} 分。",
)
CLEARANCE = Text("To be settled, and nothing of it waits: {due}.", "待办离职手续（无须等待）：{due}。")
CLEARANCE_WAITS = Text(
    "To be settled: {due}; of these wait for the work: {waits}.", "待办离职手续：{due}；其中须待交接办结：{waits}。"
)
LATE = Text(
    "On the last day a customer still writes to {name}: “{title}”.", "最后一天，仍有客户联系 {name}：“{title}”。"
)
LATE_TITLE = Text("Customer asks about the delivery date", "客户询问交货日期")
LATE_BODY = Text(
    "Came in by e-mail this morning; wants the date for the second delivery.", "今早邮件来询，希望确认第二批交货日期。"
)
NOT_YET = Text(
    "{supervisor} wants to close the case. The store is read again, and it is not empty: {count} thing is still with "
    "{name}. It becomes an item:",
    "{supervisor} 申请完结。系统重新核对，发现仍有 {count} 项在 {name} 名下，已列为交接事项：",
)
COMPLETE = Text(
    "It goes to {receiver}, is verified, and the case closes: no open record, no authority, no report is left with {name}.",
    "该项移交给 {receiver} 并核验后完结：{name} 名下不再有未完成的记录、权限和下属。",
)
NEVER = Text(
    "For good in the dossier: {count} items were never explained by {name}, and who explained them instead.",
    "交接清单将永久载明：有 {count} 项从未由 {name} 交底，以及由谁代为交底。",
)
AUTHORITIES = Text("Authorities from {day}:", "自 {day} 起的权限：")
FULL = Text("  {title}: {receiver}, in full", "  {title}：{receiver}，完整权限")
CAPPED = Text(
    "  {title}: {receiver}, not qualified yet, up to {limit} until {until}",
    "  {title}：{receiver} 尚不具备资格，限额 {limit}，至 {until}",
)
WAITING = Text("  {title}: {receiver}, not before they are qualified", "  {title}：{receiver} 尚不具备资格，暂不移交")
LOOK = Text("Where to look next:", "接下来可以看：")
FILE = Text("  {path}  {what}", "  {path}  {what}")
FILES = {
    "dossier.html": Text("the handover dossier, to read and to sign", "交接清单，可阅读、打印、签字"),
    "dossier.md": Text("the same as Markdown", "Markdown 版"),
    "dossier.json": Text("the same for programs, with digests", "供程序读取，含摘要值"),
    "pack.html": Text("what the receiver holds in hand on the first day", "接手人的上岗包"),
    "company.xlsx": Text("the workbook that was imported", "导入的工作簿"),
    "handover.db": Text(
        "the store; try: handover --store sqlite:///{path} status {number}",
        "存储；可执行 handover --store sqlite:///{path} status {number}",
    ),
}
FROM_RECORDS = Text("From records. {why}.", "依据记录整理。{why}。")
STEPS = Text("The SOP {code} has these stages: {stages}.", "SOP {code} 的阶段：{stages}。")
RECENT = Text("Last records about it: {titles}.", "最近的相关记录：{titles}。")
NO_RECORDS = Text("No record tells more about it.", "没有更多相关记录。")
DOCUMENTS = Text("Documents: {titles}.", "文件：{titles}。")
UNDERSTOOD = Text(
    "{title}: that is mine now. I know where it stands and where the papers are; my first step is this week.",
    "{title}，由我接手。我清楚现状和资料位置，本周开始第一步。",
)
MINE = Text("From today it is mine.", "自今日起由我负责。")
EVIDENCE = Text("shown to the supervisor in the weekly walk-through", "在每周走查中向监交人演示")
