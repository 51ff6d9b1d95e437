"""What stored fields and words are called: as the sheets of an import call them, with what no sheet has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from handover_core.dossier.texts import CAPACITY_LABELS, DEPARTURE_STATE_LABELS
from handover_core.handover.model.words import CATEGORY_LABELS as ITEM_CATEGORY_LABELS
from handover_core.handover.texts import (
    CASE_LABELS,
    CONSENT_LABELS,
    CRITICALITY_LABELS,
    DEPARTURE_LABELS,
    SETTLEMENT_LABELS,
    STATE_LABELS,
    VERIFICATION_LABELS,
)
from handover_core.procedures.texts import SOP_STATE_LABELS
from handover_core.retention.model import CATEGORY_LABELS
from handover_core.retention.model import STATE_LABELS as ERASURE_LABELS
from handover_core.texts import KINDS_IN_WORDS, Lang, Text

_ELSEWHERE = {
    "acceptance": "接收", "actions": "待办", "actor_id": "操作人", "answer": "答复", "answered_at": "答复时间",
    "answered_by_id": "答复人", "approver_id": "审批人", "asked_at": "提问时间", "asked_by_id": "提问人",
    "author_id": "作者", "authorities": "权限", "because": "原因", "briefings": "交底", "by_id": "经办人",
    "categories": "类别", "category": "类别", "changed_at": "变更时间", "changed_by_id": "变更人",
    "changed_on": "变更日期", "code": "编码", "compacted_on": "文件清理日期", "compensation": "经济补偿",
    "completed_on": "完成日期", "consents": "对方同意", "custom": "自定义字段", "dates": "日期变更",
    "default_receiver_id": "默认接收人", "demands": "书面催告", "departure_id": "离职记录",
    "derived_on": "清单生成日期", "descriptions": "岗位说明", "destroyed_on": "密钥销毁日期",
    "deviation": "偏离", "document": "文件", "documents": "文件", "duties": "职责", "effective": "有效期",
    "employee_id": "员工", "end": "止", "evidence": "凭据", "exceptions": "例外", "external": "外部编号",
    "facts": "情况", "fault": "过错", "field": "字段", "found_on": "发现日期", "from_records": "依据记录",
    "full": "全权", "giver_id": "移交人", "giver_refuses_since": "移交人拒绝交接起始日", "grant": "授权",
    "handover_id": "交接单", "head_id": "负责人", "how": "方式", "id": "编号", "item_id": "交接事项",
    "keys": "密钥", "kind": "类型", "last_day": "最后工作日", "last_item": "最后事项序号",
    "latest_number": "最新版本号", "leaving_reason": "保留理由", "left": "保留之处", "mark": "标记",
    "members": "成员", "method": "方式", "name": "名称", "notice_on": "通知日期", "number": "序号",
    "on": "日期", "origin": "来源", "overwritten_on": "覆盖日期", "owner_id": "负责人",
    "paid_in_lieu": "代通知金", "params": "参数", "parent_id": "上级", "part": "部分", "passed": "已转交",
    "person_id": "人员", "placed_by_id": "保全人", "placed_on": "保全日期", "position_id": "岗位",
    "position_ids": "岗位", "project_id": "项目", "published_id": "已发布版本", "qualifications": "任职资格",
    "question": "问题", "read_back": "复述", "receipt": "签收", "receiver_id": "接收人",
    "receivers": "接收人变更", "refusal_reason": "拒绝理由", "release_reason": "解除理由",
    "released_by_id": "解除人", "released_on": "解除日期", "reopened": "重新打开", "repeats": "再次删除",
    "reports_to_id": "汇报对象", "requested_on": "登记日期", "returns": "退回", "route": "答复路径",
    "rule": "规则", "run_id": "流程执行", "rungs": "督办层级", "settled": "已结清", "sign_off": "上岗确认",
    "since": "自", "situation": "现状", "sop_id": "SOP", "sop_run_id": "流程执行", "sop_version_id": "SOP 版本",
    "source": "来源", "stages": "阶段", "stale_since": "失效起始日", "start": "起", "statement": "声明",
    "steps": "步骤", "subject_id": "人员", "summary": "摘要", "superseded": "先前接收",
    "supervisor_id": "监交人", "take_over": "接手声明", "title": "标题", "to": "改至", "to_id": "接收方",
    "unit_id": "部门", "until": "截至", "verification": "核验方式", "verified": "核验", "verifier_id": "核验人",
    "version_id": "版本", "void_on": "作废日期", "void_reason": "作废原因", "waivers": "豁免", "weight": "权重",
    "attempts": "尝试次数", "endpoint": "发送地址", "failure": "失败原因", "kinds": "种类", "lang": "消息语言",
    "parked_at": "搁置时间", "stream_id": "对象编号", "stream_kind": "对象类型", "stream_version": "对象版本",
    "subscription_id": "订阅", "timeout": "超时（秒）",
    "what": "事项", "whole": "整体删除", "why": "列入原因",
}  # fmt: skip
"""What no sheet has a column for, or calls by what its rows stand for, in Chinese; in English the stored names say it."""

_WORDS: Mapping[tuple[str, str], Mapping[Any, Text]] = {
    ("handover_item", "state"): STATE_LABELS,
    ("handover_item", "category"): ITEM_CATEGORY_LABELS,
    ("handover_item", "criticality"): CRITICALITY_LABELS,
    ("handover_item", "verification"): VERIFICATION_LABELS,
    ("handover_item", "method"): VERIFICATION_LABELS,
    ("handover", "state"): CASE_LABELS,
    ("departure", "kind"): DEPARTURE_LABELS,
    ("departure", "state"): DEPARTURE_STATE_LABELS,
    ("departure", "to"): CONSENT_LABELS,
    ("departure", "what"): SETTLEMENT_LABELS,
    ("assignment", "capacity"): CAPACITY_LABELS,
    ("sop_version", "state"): SOP_STATE_LABELS,
    ("erasure", "state"): ERASURE_LABELS,
    ("erasure", "categories"): CATEGORY_LABELS,
    ("legal_hold", "category"): CATEGORY_LABELS,
}
_OF_SHEET = {"sop": ("sop", "sop_version")}
"""The kinds whose fields a sheet holds, where these are two."""


def field_said(kind: str, name: str, lang: Lang) -> str:
    """Return what a field is called, of a kind or (an empty one) of a part of something; of a custom field its name."""
    if lang is Lang.EN:
        return name.removesuffix("_ids").removesuffix("_id").replace("_", " ")
    columns, anywhere = _columns()
    own = None if name.endswith("_id") else columns.get((kind, name))
    return own or _ELSEWHERE.get(name) or anywhere.get(name) or name


def word_said(kind: str, name: str, word: str, lang: Lang) -> str:
    """Return the label of a stored word; a text that is none is returned as it is."""
    columns, place = _column_words(), (kind, name)
    found = _WORDS.get(place, {}).get(word) or columns.get(place, {}).get(word)
    if found is None and name == "kind":
        found = KINDS_IN_WORDS.get(word)
    return word if found is None else found.say(lang)


@cache
def _columns() -> tuple[Mapping[tuple[str, str], str], Mapping[str, str]]:
    """Return the labels of the sheets' columns, by kind and field, and by field alone."""
    named = list(_attributes())
    return {(kind, name): label for kind, name, label, _ in reversed(named)}, {
        name: label for _, name, label, _ in named
    }


@cache
def _column_words() -> Mapping[tuple[str, str], Mapping[str, Text]]:
    found: dict[tuple[str, str], dict[str, Text]] = {}
    for kind, name, _, words in _attributes():
        mine = found.setdefault((kind, name), {})
        mine.update({word: label for word, label in words.items() if word not in mine})
    return found


def _attributes() -> Iterator[tuple[str, str, str, Mapping[str, Text]]]:
    from handover_core_import.sheets import SHEETS

    for sheet in SHEETS:
        for column in sheet.columns:
            words = {} if column.words is None else column.words.labels
            for name in dict.fromkeys((column.attribute, column.name)):
                yield from ((kind, name, column.label, words) for kind in _OF_SHEET.get(sheet.kind, (sheet.kind,)))
