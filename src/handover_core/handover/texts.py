"""Reasons, labels and other words of the handover room, in both languages."""

from __future__ import annotations

from datetime import date

from handover_core.handover.model import ConsentTo, DepartureKind, HandoverState, ItemState, Why
from handover_core.policy import Criticality, Verification
from handover_core.policy.presets import Settlement
from handover_core.procedures.texts import SOP_STATE_LABELS
from handover_core.texts import Lang, Text, label, say_day

WHY = {
    "holds_position": Text("holds the position {code} {title}", "担任岗位 {code} {title}"),
    "others_can": Text("{count} others are qualified", "另有 {count} 人具备资格"),
    "nobody_else_can": Text("nobody else is qualified", "无其他人具备资格"),
    "nothing_written": Text("nothing is written down about it", "没有任何书面说明"),
    "owns_sop": Text("their position owns the SOP", "所任岗位负责该 SOP"),
    "performs_sop": Text("a step that only they can do", "有只有其能完成的步骤"),
    "never_published": Text("no version was ever published", "从未发布过任何版本"),
    "owns_run": Text("running since {started_on}", "自 {started_on} 起执行中"),
    "owns_open_record": Text("open since {opened_on}", "自 {opened_on} 起未完成"),
    "due": Text("due on {due_on}", "{due_on} 到期"),
    "counterparty": Text("with {name}", "往来方：{name}"),
    "wrote_draft": Text("their own {state} version", "其编写的版本仍为 {state}"),
    "is_qualified": Text("qualified for the position", "具备岗位资格"),
    "is_backup": Text("the backup", "B角"),
    "worked_on_area": Text("{count} records in the same area", "同领域记录 {count} 条"),
    "worked_with": Text("{count} records with the same counterparty", "同一往来方记录 {count} 条"),
    "has_open": Text("{count} things open", "在手 {count} 项"),
    "is_absent": Text("away or leaving", "休假或即将离职"),
    "supervised_by_law": Text("the law wants it supervised", "法律要求监交"),
    "heads_unit": Text("heads the unit {code}", "担任部门 {code} 负责人"),
    "reports_to_giver": Text("reports to them from {code}", "岗位 {code} 向其汇报"),
}

STATE_LABELS = {
    ItemState.PLANNED: Text("to be briefed", "待交底"),
    ItemState.BRIEFED: Text("briefed", "已交底"),
    ItemState.ACCEPTED: Text("accepted", "已接收"),
    ItemState.RETURNED: Text("returned", "已退回"),
    ItemState.VERIFIED: Text("verified", "已核验"),
    ItemState.WAIVED: Text("waived", "已豁免"),
    ItemState.OBSOLETE: Text("obsolete", "已失效"),
    ItemState.STALE: Text("changed since", "已变更待复核"),
}

CASE_LABELS = {
    HandoverState.OPEN: Text("open", "进行中"),
    HandoverState.COMPLETED: Text("completed", "已完成"),
    HandoverState.WITHDRAWN: Text("withdrawn", "已撤回"),
}

CRITICALITY_LABELS = {
    Criticality.CRITICAL: Text("critical", "关键"),
    Criticality.IMPORTANT: Text("important", "重要"),
    Criticality.ROUTINE: Text("routine", "一般"),
}

VERIFICATION_LABELS = {
    Verification.ACKNOWLEDGE: Text("acknowledge", "确认"),
    Verification.READ_BACK: Text("read back", "复述"),
    Verification.WALKTHROUGH: Text("walk through", "走查"),
    Verification.DEMONSTRATION: Text("demonstrate", "演示"),
}

DEPARTURE_LABELS = {
    DepartureKind.RESIGNATION: Text("resignation", "辞职"),
    DepartureKind.IMMEDIATE_RESIGNATION: Text("immediate resignation", "即时解除"),
    DepartureKind.MUTUAL: Text("mutual agreement", "协商解除"),
    DepartureKind.DISMISSAL: Text("dismissal", "辞退"),
    DepartureKind.REDUNDANCY: Text("redundancy", "裁员"),
    DepartureKind.CONTRACT_END: Text("contract end", "合同到期"),
    DepartureKind.RETIREMENT: Text("retirement", "退休"),
    DepartureKind.DEATH: Text("death", "身故"),
    DepartureKind.TRANSFER: Text("transfer", "调岗"),
    DepartureKind.ROTATION: Text("rotation", "轮岗"),
    DepartureKind.LONG_LEAVE: Text("long leave", "长假"),
}


def say_why(reasons: tuple[Why, ...], lang: Lang) -> str:
    """Return why an item is on the list, with days and states as people say them; an unknown code stands as it is."""
    said = [_said(each, lang) for each in reasons]
    return ("；" if lang is Lang.ZH else "; ").join(each for each in said if each)


def _said(why: Why, lang: Lang) -> str:
    found = WHY.get(why.code)
    if found is None:
        return why.code
    return found.say(lang, **{name: _parameter(name, value, lang) for name, value in why.params})


def _parameter(name: str, value: str, lang: Lang) -> str:
    if name == "state":
        return label({str(state): text for state, text in SOP_STATE_LABELS.items()}, value, lang)
    if not name.endswith("_on"):
        return value
    try:
        return say_day(date.fromisoformat(value), lang)
    except ValueError:
        return value


ROUTE_LABELS = {
    "named": Text("named by who asked", "提问人指定"),
    "giver": Text("the giver", "移交人"),
    "backup": Text("holds the position too", "同岗/B角"),
    "sop_author": Text("wrote the SOP", "SOP 编写人"),
    "author": Text("wrote the record", "记录创建人"),
    "previous_holder": Text("held the position before", "前任"),
    "supervisor": Text("the supervisor", "监交人"),
}

CONSENT_LABELS = {
    ConsentTo.WITHDRAWAL: Text("withdrawal", "撤回"),
    ConsentTo.LAST_DAY: Text("another last day", "变更最后工作日"),
}

SETTLEMENT_LABELS = {
    Settlement.WORK: Text("work handed over", "工作交接"),
    Settlement.ASSETS: Text("assets and accounts returned", "资产与账号交还"),
    Settlement.COMPENSATION: Text("economic compensation", "经济补偿"),
    Settlement.WAGES: Text("final wages", "结清工资"),
    Settlement.CERTIFICATE: Text("leaving certificate", "离职证明"),
    Settlement.TRANSFERS: Text("file and social insurance", "档案与社保转移"),
}
