"""Words of the documents in both languages, and how days, amounts and reasons are said to people."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal
from fractions import Fraction

from handover_core.handover.model import DepartureState, ItemState
from handover_core.organization.model import Capacity, Limit, QualificationKind
from handover_core.records.model import ProjectStatus, RecordStatus
from handover_core.texts import Lang, Text, say_day

CAPACITY_LABELS = {
    Capacity.INCUMBENT: Text("incumbent", "任职（A角）"),
    Capacity.BACKUP: Text("backup", "备份（B角）"),
    Capacity.ACTING: Text("acting", "代理"),
    Capacity.CUSTODIAN: Text("interim custodian", "临时接管"),
    Capacity.TRAINEE: Text("trainee", "见习"),
}
DEPARTURE_STATE_LABELS = {
    DepartureState.ANNOUNCED: Text("announced", "已提出"),
    DepartureState.RECEIVED: Text("receipt recorded", "已签收"),
    DepartureState.EFFECTIVE: Text("in effect", "已生效"),
    DepartureState.WITHDRAWN: Text("withdrawn", "已撤回"),
}
RECORD_STATUS_LABELS = {
    RecordStatus.OPEN: Text("open", "进行中"),
    RecordStatus.WAITING: Text("waiting", "等待中"),
    RecordStatus.DONE: Text("done", "已完成"),
    RecordStatus.CANCELLED: Text("cancelled", "已取消"),
}
PROJECT_LABELS = {
    ProjectStatus.PLANNED: Text("planned", "筹备中"),
    ProjectStatus.ACTIVE: Text("active", "进行中"),
    ProjectStatus.CLOSED: Text("closed", "已结项"),
}
QUALIFICATION_LABELS = {
    QualificationKind.COURSE: Text("course", "课程"),
    QualificationKind.CERTIFICATE: Text("certificate", "证书"),
    QualificationKind.SKILL: Text("skill", "技能"),
    QualificationKind.EXPERIENCE: Text("experience", "经验"),
}
SOURCE_LABELS = {
    "position": Text("position description", "岗位说明书"),
    "sop": Text("SOP", "SOP"),
    "sop_version": Text("SOP version", "SOP 版本"),
    "sop_run": Text("running procedure", "进行中的流程"),
    "work_record": Text("work record", "工作记录"),
    "employee": Text("employee", "员工"),
}
REASON_LABELS = {
    "manager": Text("manager", "直接上级"),
    "predecessor": Text("predecessor", "前任"),
    "backup": Text("backup (B) of the position", "本岗位B角"),
    "giver": Text("gave the handover {about}", "交接单 {about} 的移交人"),
    "sop_author": Text("wrote {about}", "{about} 的编写人"),
    "project": Text("project {about}", "项目：{about}"),
}
SOP_REASON_LABELS = {
    "duty": Text("a duty follows it", "岗位职责所依据"),
    "owner": Text("the position owns it", "本岗位负责"),
    "step": Text("the position has steps in it", "本岗位有执行步骤"),
}
SECTION_LABELS = {
    "company": Text("Company", "公司"),
    "generated_on": Text("Day of the document", "制表日期"),
    "departure": Text("Departure", "离职/异动"),
    "case": Text("Handover case", "交接单"),
    "people": Text("People", "人员"),
    "positions": Text("Positions left", "移交岗位"),
    "progress": Text("Progress", "进度"),
    "items": Text("Items", "交接事项"),
    "sources": Text("Sources", "事项来源"),
    "questions": Text("Questions", "问答"),
    "day": Text("Day for which it holds", "适用日期"),
    "person_id": Text("Person", "本人"),
    "post": Text("Position", "岗位"),
    "places": Text("Positions named", "相关岗位"),
    "procedures": Text("SOPs", "SOP"),
    "predecessors": Text("Predecessors", "前任"),
    "open_records": Text("Open work", "未完成工作"),
    "recent_records": Text("Recent work", "近期工作"),
    "received": Text("Items received", "接收事项"),
    "projects": Text("Projects", "项目"),
    "contacts": Text("Whom to ask", "联系人"),
}
STATE_SYMBOLS = {
    ItemState.PLANNED: "○",
    ItemState.BRIEFED: "◇",
    ItemState.ACCEPTED: "◆",
    ItemState.RETURNED: "←",
    ItemState.VERIFIED: "✓",
    ItemState.WAIVED: "–",
    ItemState.OBSOLETE: "×",
    ItemState.STALE: "△",
}

NOT_APPLICABLE = Text("n/a", "不适用")
UNTIL = Text("until {day}", "至 {day}")
SINCE = Text("since {day}", "自 {day} 起")
NO_LIMIT = Text("no limit", "无上限")
SYSTEM = Text("system", "系统")


def say_instant(at: datetime, zone: tzinfo, lang: Lang) -> str:
    """Return an instant as people write it where ``zone`` is the time, to the minute."""
    local = at.astimezone(zone)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    return f"{say_day(local.date(), lang)} {clock}" if lang is Lang.ZH else f"{say_day(local.date(), lang)}, {clock}"


def say_share(share: Fraction | None, lang: Lang) -> str:
    """Return a share in whole percent, never rounded up to 100 %; n/a for 0/0."""
    if share is None:
        return NOT_APPLICABLE.say(lang)
    percent = share * 100 // 1
    return f"{percent}%" if lang is Lang.ZH else f"{percent} %"


def say_limit(limit: Limit | None, lang: Lang) -> str:
    """Return up to how much an authority reaches."""
    if limit is None:
        return NO_LIMIT.say(lang)
    return f"{limit.amount:,f} {limit.unit}"


def say_portion(share: Decimal | None) -> str:
    """Return a share of working time in percent; nothing for none."""
    return "" if share is None else f"{share * 100:.0f}%"


def join(words: tuple[str, ...], lang: Lang) -> str:
    """Return words as an enumeration."""
    return ("、" if lang is Lang.ZH else ", ").join(word for word in words if word)
