"""Texts that people read, in the two languages of the first market."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import frozen


class Lang(StrEnum):
    """A language in which every message, heading and label exists."""

    ZH = "zh-CN"
    EN = "en"


@frozen
class Text:
    """One message in both languages; ``{name}`` marks a parameter."""

    en: str
    zh: str

    def say(self, lang: Lang = Lang.EN, /, **params: object) -> str:
        """Return the message in ``lang`` with ``params`` filled in; a parameter that is a `Text` is said in ``lang`` too."""
        template = self.zh if lang is Lang.ZH else self.en
        if not params:
            return template
        return template.format_map(_Said(lang, params))


class _Said(dict[str, object]):
    """Parameters as words; one that the caller did not give shows as its own name, so a message never fails to print."""

    def __init__(self, lang: Lang, params: Mapping[str, object]) -> None:
        super().__init__((name, _word(value, lang)) for name, value in params.items())

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _word(value: object, lang: Lang) -> object:
    if isinstance(value, Text):
        return value.say(lang)
    if isinstance(value, tuple | list | set | frozenset):
        joint = "、" if lang is Lang.ZH else ", "
        words = [str(_word(part, lang)) for part in value]
        return joint.join(sorted(words) if isinstance(value, set | frozenset) else words)
    return value


KINDS_IN_WORDS = {
    "absence": Text("absence", "休假"),
    "acknowledgement": Text("acknowledgement", "阅读确认"),
    "assignment": Text("assignment", "任职"),
    "batch": Text("bulk", "批量写入"),
    "company": Text("company", "公司"),
    "custom_field": Text("custom field", "自定义字段"),
    "dead_letter": Text("dead letter", "死信"),
    "departure": Text("departure", "离职"),
    "employee": Text("employee", "员工"),
    "erasure": Text("erasure", "删除记录"),
    "handover": Text("handover", "交接单"),
    "handover_finding": Text("finding", "督办发现"),
    "handover_item": Text("handover item", "交接事项"),
    "handover_question": Text("question", "提问"),
    "labour_contract": Text("labour contract", "劳动合同"),
    "legal_hold": Text("legal hold", "保全"),
    "org_unit": Text("unit", "部门"),
    "position": Text("position", "岗位"),
    "project": Text("project", "项目"),
    "sop": Text("SOP", "SOP"),
    "sop_run": Text("run", "流程执行"),
    "sop_version": Text("SOP version", "SOP 版本"),
    "subscription": Text("subscription", "订阅"),
    "work_record": Text("work record", "工作记录"),
}
"""What people call the kinds whose stored names stand in errors."""
_AFTER_AN = ("a", "e", "i", "o", "SOP")


def kind_in_words(kind: object) -> Text:
    """Return what people call a kind; one that has no words of its own is called by its name."""
    return kind if isinstance(kind, Text) else KINDS_IN_WORDS.get(str(kind), Text(str(kind), str(kind)))


def with_article(word: Text) -> Text:
    """Return what people call a kind with its indefinite article, which Chinese has not."""
    return Text(f"{'an' if word.en.startswith(_AFTER_AN) else 'a'} {word.en}", word.zh)


@frozen
class Rule:
    """A rule that may refuse a command: a stable code, what it says, and what would satisfy it."""

    code: str
    says: Text
    needs: Text


def label(labels: Mapping[str, Text], word: str, lang: Lang) -> str:
    """Return the label of a stored word from an open set; a word nobody labelled is shown as it is stored."""
    found = labels.get(word)
    return found.say(lang) if found is not None else word


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def say_day(day: date | None, lang: Lang) -> str:
    """Return a day as people write it; nothing for none."""
    if day is None:
        return ""
    if lang is Lang.ZH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
