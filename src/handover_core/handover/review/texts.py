"""What reviews say, in both languages, by the code of the finding."""

from __future__ import annotations

from datetime import date

from handover_core.handover.model import HandoverFinding
from handover_core.handover.texts import SETTLEMENT_LABELS
from handover_core.texts import Lang, Text, label, say_day

OUTLOOK_LABELS = {
    "on_track": Text("on track", "正常"),
    "at_risk": Text("at risk", "有风险"),
    "unreachable": Text("out of reach", "无法按期完成"),
}
RUNG_LABELS = {
    "giver": Text("giver", "移交人"),
    "manager": Text("manager", "上级"),
    "hr": Text("HR", "人事"),
    "owner": Text("company owner", "公司负责人"),
}
ABSENCE_REASONS = {
    "left": Text("has left", "已离职"),
    "leaving": Text("is leaving", "即将离职"),
    "on_long_leave": Text("is on long leave", "长假中"),
    "on_leave": Text("is on leave when it is due", "到期时正在休假"),
}

FINDINGS = {
    "stall": Text(
        "{case}: nothing was verified for {silent} working days since {since_on} ({allowed} are allowed). Rung: {rungs}.",
        "{case}：自 {since_on} 起 {silent} 个工作日没有核验任何事项（允许 {allowed} 天）。督办级别：{rungs}。",
    ),
    "outlook": Text(
        "{case} is {outlook}: {open} points open, {days} working days left, projected {projected_on}. What decides: {codes}.",
        "{case} {outlook}：剩余权重 {open}，剩余工作日 {days} 天，预计完成 {projected_on}。关键事项：{codes}。",
    ),
    "overdue": Text("{code} was due on {due_on} and is {state}.", "{code} 应于 {due_on} 完成，目前为“{state}”。"),
    "no_receiver": Text("{code} has no receiver.", "{code} 尚无接收人。"),
    "receiver": Text("The receiver of {code} {reason}; name another.", "{code} 的接收人{reason}，请另行指定。"),
    "question": Text("A question about {code} waits since {asked_on}.", "关于 {code} 的提问自 {asked_on} 起未答复。"),
    "notice_short": Text(
        "The last day {last_on} comes before the end of notice, {due_on} ({citation}).",
        "最后工作日 {last_on} 早于通知期届满日 {due_on}（{citation}）。",
    ),
    "settlement": Text("{what} was due on {due_on} ({citation}).", "{what}应于 {due_on} 办理（{citation}）。"),
    "still_open": Text(
        "The last day of {case} has passed; {count} items are open.", "{case} 的最后工作日已过，仍有 {count} 项未完成。"
    ),
    "unconfirmed": Text(
        "{due_on} ({citation}) is not certain: the holidays of that year were not published.",
        "{due_on}（{citation}）尚未确认：该年度放假安排未公布。",
    ),
}


def say_finding(finding: HandoverFinding, lang: Lang) -> str:
    """Return what a finding says, with days, rungs and other words as people say them."""
    found = FINDINGS.get(finding.code)
    if found is None:
        return finding.code
    params = {name: _said(name, value, lang) for name, value in finding.params}
    rungs = tuple(RUNG_LABELS[rung] for rung in finding.rungs)
    return found.say(lang, **{"rungs": rungs, **params})


_LABELS = {
    "outlook": OUTLOOK_LABELS,
    "reason": ABSENCE_REASONS,
    "what": {str(what): text for what, text in SETTLEMENT_LABELS.items()},
}


def _said(name: str, value: str, lang: Lang) -> object:
    if name in _LABELS:
        return label(_LABELS[name], value, lang)
    if name.endswith("_on") and value:
        return say_day(date.fromisoformat(value), lang)
    en, _, zh = value.partition("\x1f")
    return Text(en, zh) if zh else value or "–"


def both(text: Text) -> str:
    """Return a text as a parameter that is said in the reader's language."""
    return f"{text.en}\x1f{text.zh}"
